// SPDX-License-Identifier: Apache-2.0
#include "engine/base/utf8.h"
#include "ui/model/number_text.h"
#include "ui/panels/panel.h"
#include "ui/panels/stop_card.h"
#include "ui/widgets/hex_view.h"
#include "ui/widgets/text.h"

namespace wasmscope::ui {
namespace {

class RawBytesPanel final : public Panel {
 public:
  void draw(const UiContext& ui, PanelFrame& frame) override {
    const wasm::Module* module = frame.module();
    if (module == nullptr || module->bytes.empty()) return draw_empty_note(ui, "no file");
    if (frame.focus.file_serial != shown_serial_) {
      shown_serial_ = frame.focus.file_serial;
      view_.go_to(frame.focus.file_bytes);
    }
    if (frame.snapshot->loaded->error) draw_stop_card(ui, frame);
    draw_place(ui, *frame.snapshot->loaded, *module);
    HexSource source;
    source.size = module->bytes.size();
    source.byte = [module](uint64_t offset) -> std::optional<uint8_t> { return module->bytes[offset]; };
    if (const std::optional<Error>& error = frame.snapshot->loaded->error; error && error->has_range)
      source.marks.push_back({error->range, Color::ErrorFill});
    view_.draw(ui, "raw_bytes", source);
  }

 private:
  // Which section and function the cursor is in.
  void draw_place(const UiContext& ui, const debug::LoadedModule& loaded, const wasm::Module& module) const {
    const uint64_t offset = view_.cursor();
    TextLine line = text_row(ui, ui.line);
    line.skip(0.5f).add(Color::Dim, "at ").add(Color::Constant, hex(offset));
    if (const wasm::Section* section = module.section_at(offset)) {
      const bool is_custom = section->id == wasm::SectionId::Custom;
      line.add(Color::Dim, "  in ")
          .add(Color::Variable,
               is_custom ? escape_for_display(section->name) : std::string(wasm::name_of(section->id)));
      line.add(Color::Dim, " +" + hex(offset - section->range.begin));
    }
    const wasm::FuncIndex func = module.func_at(offset);
    if (func != wasm::kNoIndex && loaded.names)
      line.add(Color::Dim, "  in ")
          .add(Color::Text, loaded.names->func(func))
          .add(Color::Dim, " #" + std::to_string(func));
    line.right(Color::Dim, byte_size_long(module.bytes.size()));
  }

  HexView view_;
  uint64_t shown_serial_ = 0;
};

}  // namespace

std::unique_ptr<Panel> make_raw_bytes_panel() { return std::make_unique<RawBytesPanel>(); }

}  // namespace wasmscope::ui
