// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>

#include "engine/base/utf8.h"
#include "ui/model/number_text.h"
#include "ui/panels/panel.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/hex_view.h"
#include "ui/widgets/text.h"

namespace wasmscope::ui {
namespace {

constexpr uint64_t kPrefetchBytes = 2048;

class MemoryPanel final : public Panel {
 public:
  void draw(const UiContext& ui, PanelFrame& frame) override {
    const debug::Snapshot& snapshot = *frame.snapshot;
    if (snapshot.memories.empty())
      return draw_empty_note(ui, snapshot.frames.empty() ? "no program is running" : "no memory");
    if (frame.focus.memory_serial != shown_serial_) {
      shown_serial_ = frame.focus.memory_serial;
      memory_ = frame.focus.memory;
      view_.go_to(frame.focus.bytes);
    }
    memory_ = std::min<wasm::MemoryIndex>(memory_, static_cast<wasm::MemoryIndex>(snapshot.memories.size()) - 1);
    const debug::MemoryPicture& picture = snapshot.memories[memory_];
    draw_bar(ui, frame, picture);

    HexSource source;
    source.size = picture.size;
    source.byte = [&picture](uint64_t address) { return picture.byte(address); };
    const debug::MemoryPicture* before =
        frame.previous && memory_ < frame.previous->memories.size() ? &frame.previous->memories[memory_] : nullptr;
    if (before != nullptr) {
      source.is_changed = [&picture, before](uint64_t address) {
        const std::optional<uint8_t> old = before->byte(address);
        return old && old != picture.byte(address);
      };
    }
    if (snapshot.trap && snapshot.trap->memory_address && memory_ == 0) {
      const uint64_t address = *snapshot.trap->memory_address;
      source.marks.push_back({{address, address + snapshot.trap->access_bytes}, Color::TrapRow});
    }
    view_.draw(ui, "memory", source);
    draw_menu(ui, frame, picture);
    if (view_.is_cursor_moved()) frame.emit(SelectMemory{memory_, view_.selection()});

    ByteRange wish = view_.visible();
    wish.begin = wish.begin > kPrefetchBytes ? wish.begin - kPrefetchBytes : 0;
    wish.end = std::min(picture.size, wish.end + kPrefetchBytes);
    if (wish.begin < wish.end) frame.memory_wishes.push_back({memory_, wish});
  }

 private:
  void draw_menu(const UiContext& ui, PanelFrame& frame, const debug::MemoryPicture& picture) {
    constexpr const char* kMenu = "##byte_menu";
    if (view_.is_right_clicked()) ImGui::OpenPopup(kMenu);
    if (!ImGui::BeginPopup(kMenu)) return;
    // Empty when a byte has not come yet, or when there are too many for a clipboard.
    const std::string bytes = known_bytes(picture, view_.selection());
    const Enabled can_copy = bytes.empty() ? Enabled::No : Enabled::Yes;
    if (menu_item(ui, "memory/menu/copy_hex", "Copy as hex", "", can_copy)) {
      std::string text;
      for (const char c : bytes) text += (text.empty() ? "" : " ") + hex_digits(static_cast<uint8_t>(c), 2);
      frame.emit(CopyText{std::move(text)});
    }
    if (menu_item(ui, "memory/menu/copy_text", "Copy as text", "", can_copy))
      frame.emit(CopyText{escape_for_display(bytes, bytes.size())});
    if (menu_item(ui, "memory/menu/copy_address", "Copy address")) frame.emit(CopyText{hex(view_.selection().begin)});
    ImGui::Separator();
    const uint64_t at = view_.selection().begin;
    const std::string pointer = known_bytes(picture, {at, at + 4});
    uint64_t target = 0;
    for (size_t i = pointer.size(); i-- > 0;) target = target << 8 | static_cast<uint8_t>(pointer[i]);
    const bool leads_somewhere = pointer.size() == 4 && target < picture.size;
    if (menu_item(ui, "memory/menu/follow", "Go to the 32-bit address here", "",
                  leads_somewhere ? Enabled::Yes : Enabled::No))
      frame.emit(ShowMemory{memory_, {target, target + 1}});
    ImGui::EndPopup();
  }

  static std::string known_bytes(const debug::MemoryPicture& picture, ByteRange range) {
    constexpr uint64_t kMostBytes = 4096;
    std::string bytes;
    if (range.end > picture.size || range.size() > kMostBytes) return bytes;
    for (uint64_t address = range.begin; address < range.end; ++address) {
      const std::optional<uint8_t> byte = picture.byte(address);
      if (!byte) return {};
      bytes += static_cast<char>(*byte);
    }
    return bytes;
  }

  void draw_bar(const UiContext& ui, PanelFrame& frame, const debug::MemoryPicture& picture) {
    if (text_field(ui, "memory/go_to", go_to_text_, "go to address", ui.cell * 16)) is_go_to_wrong_ = false;
    if (ImGui::IsItemDeactivated() && ui.input.take({Key::Enter})) go_to_typed(picture);
    ImGui::SameLine();
    const size_t memories = frame.snapshot->memories.size();
    for (size_t i = 0; memories > 1 && i < memories; ++i) {
      if (link(ui, "memory/select/" + std::to_string(i), "memory " + std::to_string(i)))
        memory_ = static_cast<wasm::MemoryIndex>(i);
      ImGui::SameLine();
    }
    const uint64_t page = uint64_t{1} << picture.type.page_size_log2;
    const uint64_t pages = picture.size / page;
    ImVec2 at = ImGui::GetCursorScreenPos();
    at.y += (ImGui::GetFrameHeight() - ui.line) / 2;
    TextLine line(ui, at, at.x + ImGui::GetContentRegionAvail().x);
    if (is_go_to_wrong_) line.add(Color::Error, "not an address in this memory  ");
    line.add(Color::Dim, grouped(pages) + (pages == 1 ? " page, " : " pages, ") + byte_size_long(picture.size));
    line.add(Color::Dim, "  at ").add(Color::Constant, hex(view_.cursor()));
    ImGui::NewLine();
  }

  void go_to_typed(const debug::MemoryPicture& picture) {
    std::string_view text = go_to_text_;
    int base = 10;
    if (text.starts_with("0x")) {
      text.remove_prefix(2);
      base = 16;
    }
    uint64_t address = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), address, base);
    is_go_to_wrong_ = error != std::errc{} || end != text.data() + text.size() || address >= picture.size;
    if (!is_go_to_wrong_) view_.go_to({address, address + 1});
  }

  HexView view_;
  std::string go_to_text_;
  bool is_go_to_wrong_ = false;
  wasm::MemoryIndex memory_ = 0;
  uint64_t shown_serial_ = 0;
};

}  // namespace

std::unique_ptr<Panel> make_memory_panel() { return std::make_unique<MemoryPanel>(); }

}  // namespace wasmscope::ui
