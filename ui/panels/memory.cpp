// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "engine/base/utf8.h"
#include "ui/model/cell_format.h"
#include "ui/model/go_to.h"
#include "ui/model/number_text.h"
#include "ui/model/value_entry.h"
#include "ui/panels/memory_search.h"
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
      return draw_empty_note(ui,
                             snapshot.state == debug::State::Loading ? "the module is being validated" : "no memory");
    if (frame.focus.memory_serial != shown_serial_) {
      shown_serial_ = frame.focus.memory_serial;
      memory_ = frame.focus.memory;
      view_.go_to(frame.focus.bytes);
    }
    memory_ = std::min<wasm::MemoryIndex>(memory_, static_cast<wasm::MemoryIndex>(snapshot.memories.size()) - 1);
    const debug::MemoryPicture& picture = snapshot.memories[memory_];
    draw_bar(ui, frame, picture);
    if (const auto hit = search_.draw(ui, frame, memory_, view_.selection().begin)) {
      view_.go_to(*hit);
      frame.emit(SelectMemory{memory_, *hit});
    }
    draw_change_line(ui, frame);

    HexSource source;
    source.size = picture.size;
    source.format = {kind_, frame.focus.endian};
    source.is_editable = snapshot.state == debug::State::Paused;
    source.byte = [&picture](uint64_t address) { return picture.byte(address); };
    const debug::MemoryPicture* before =
        frame.previous && memory_ < frame.previous->memories.size() ? &frame.previous->memories[memory_] : nullptr;
    if (before != nullptr) {
      source.is_changed = [&picture, before](uint64_t address) {
        const std::optional<uint8_t> old = before->byte(address);
        return old && old != picture.byte(address);
      };
    }
    add_marks(frame, source.marks);
    view_.draw(ui, "memory", source);
    draw_menu(ui, frame, picture);
    if (view_.is_cursor_moved()) frame.emit(SelectMemory{memory_, view_.selection()});
    if (view_.typed())
      frame.emit(QuietCommand{"set " + place(view_.typed()->address) + " " + hex_digits(view_.typed()->value, 2)});
    if (ui.takes({Key::F2}) || ui.takes({Key::Enter})) open_change_line();
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    if (ui.takes({Key::W, kShift}) && has_recording(snapshot))
      frame.emit(AskWho{expression(view_.selection()), mouse.x, mouse.y});
    if (ui.takes({Key::W}) && snapshot.state == debug::State::Paused)
      frame.emit(RunCommand{"watch " + expression(view_.selection())});

    ByteRange wish = view_.visible();
    wish.begin = wish.begin > kPrefetchBytes ? wish.begin - kPrefetchBytes : 0;
    wish.end = std::min(picture.size, wish.end + kPrefetchBytes);
    if (wish.begin < wish.end) frame.memory_wishes.push_back({memory_, wish});
  }

  bool act(WindowAction action) override {
    switch (action) {
      case WindowAction::Find: search_.open(); return true;
      case WindowAction::FindNext: search_.go_on(MemorySearch::Direction::Next); return true;
      case WindowAction::FindPrevious: search_.go_on(MemorySearch::Direction::Previous); return true;
      default: return false;
    }
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
    const Enabled can_change = frame.snapshot->state == debug::State::Paused ? Enabled::Yes : Enabled::No;
    if (menu_item(ui, "memory/menu/change", "Change\u2026", "F2", can_change)) open_change_line();
    if (menu_item(ui, "memory/menu/undo", "Undo", "Ctrl+Z", frame.snapshot->has_edits ? Enabled::Yes : Enabled::No))
      frame.emit(QuietCommand{"undo"});
    ImGui::Separator();
    const std::string selected = expression(view_.selection());
    const Enabled has_past = has_recording(*frame.snapshot) ? Enabled::Yes : Enabled::No;
    const ImVec2 corner = ImGui::GetWindowPos();
    if (menu_item(ui, "memory/menu/who", "Who wrote this", "Shift+W", has_past)) frame.emit(AskWho{selected, corner.x, corner.y});
    if (menu_item(ui, "memory/menu/writes", "List all writes", "", has_past)) list_writes(frame, selected);
    if (menu_item(ui, "memory/menu/watch", "Watch this: stop when it changes", "W", can_change)) frame.emit(RunCommand{"watch " + selected});
    if (menu_item(ui, "memory/menu/wwatch", "Stop when it is written", "", can_change)) frame.emit(RunCommand{"wwatch " + selected});
    if (menu_item(ui, "memory/menu/rwatch", "Stop when it is read", "", can_change)) frame.emit(RunCommand{"rwatch " + selected});
    if (menu_item(ui, "memory/menu/show", "Keep in Watches")) frame.emit(AddWatch{selected});
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

  static bool has_recording(const debug::Snapshot& snapshot) {
    return snapshot.time && snapshot.time->records &&
           (snapshot.state == debug::State::Paused || snapshot.state == debug::State::Ended);
  }

  // The selected bytes as `print` calls them: a number where they make one in the shown format.
  std::string expression(ByteRange bytes) const {
    const std::string memory = memory_ == 0 ? "" : "m" + std::to_string(memory_) + ".";
    const uint64_t size = bytes.size();
    const std::string_view type = size == 1 ? "u8" : size == 2 ? "u16" : size == 4 ? "i32" : size == 8 ? "i64" : "";
    if (type.empty()) return memory + "bytes(" + hex(bytes.begin) + ", " + std::to_string(size) + ")";
    return memory + std::string(type) + "[" + hex(bytes.begin) + "]";
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

  std::string place(uint64_t address) const { return "m" + std::to_string(memory_) + ":" + hex(address); }

  void add_marks(const PanelFrame& frame, std::vector<HexMark>& marks) const {
    const debug::Snapshot& snapshot = *frame.snapshot;
    for (const debug::EditedBytes& edit : snapshot.edits)
      if (edit.memory == memory_) marks.push_back({edit.range, Color::EditedFill});
    search_.mark(frame, memory_, view_.visible(), marks);
    if (snapshot.trap && snapshot.trap->access && memory_ == snapshot.trap->access->memory) {
      const debug::TrapAccess& access = *snapshot.trap->access;
      marks.push_back({{access.begin, access.begin + access.bytes}, Color::TrapRow});
    }
  }

  void draw_bar(const UiContext& ui, PanelFrame& frame, const debug::MemoryPicture& picture) {
    if (text_field(ui, "memory/go_to", go_to_text_, "go to address", ui.cell * 16)) go_to_failure_.clear();
    if (ImGui::IsItemDeactivated() && (ui.input.take({Key::Enter}) || ui.input.take({Key::KeypadEnter})))
      go_to_typed(frame);
    ImGui::SameLine();
    const size_t memories = frame.snapshot->memories.size();
    for (size_t i = 0; memories > 1 && i < memories; ++i) {
      if (link(ui, "memory/select/" + std::to_string(i), "memory " + std::to_string(i)))
        memory_ = static_cast<wasm::MemoryIndex>(i);
      ImGui::SameLine();
    }
    std::vector<std::string_view> titles;
    for (const CellKindRow& row : cell_kinds()) titles.push_back(row.title);
    if (const auto chosen = drop_down(ui, "memory/format", titles, static_cast<size_t>(kind_), "how bytes are shown"))
      kind_ = cell_kinds()[*chosen].kind;
    ImGui::SameLine(0, ui.px(4));
    const bool is_big = frame.focus.endian == debug::Endian::Big;
    if (button(
            ui, "memory/endian",
            {Icon::None, Color::Text, is_big ? "BE" : "LE", is_big ? "big endian\nCtrl+E" : "little endian\nCtrl+E"}))
      frame.emit(DoWindowAction{WindowAction::SwapEndian});
    ImGui::SameLine();
    const uint64_t page = uint64_t{1} << picture.type.page_size_log2;
    const uint64_t pages = picture.size / page;
    ImVec2 at = ImGui::GetCursorScreenPos();
    at.y += (ImGui::GetFrameHeight() - ui.line) / 2;
    TextLine line(ui, at, at.x + ImGui::GetContentRegionAvail().x);
    if (!go_to_failure_.empty()) line.add(Color::Error, go_to_failure_ + "  ");
    if (frame.snapshot->is_before_start) line.add(Color::Constant, "before the start, as instantiated  ");
    line.add(Color::Constant, hex(view_.cursor()));
    for (const debug::EditedBytes& edit : frame.snapshot->edits) {
      if (edit.memory != memory_ || !edit.range.contains(view_.cursor())) continue;
      line.add(Color::Edited, " changed by hand");
      break;
    }
    line.add(Color::Dim,
             "  of " + grouped(pages) + (pages == 1 ? " page, " : " pages, ") + byte_size_long(picture.size));
    ui.registry.tag_rect(
        "memory/state", at, ImVec2(line.x(), at.y + ui.line),
        go_to_failure_.empty() ? frame.snapshot->is_before_start ? "before the start" : "" : go_to_failure_);
    ImGui::NewLine();
  }

  void go_to_typed(PanelFrame& frame) {
    const auto target = parse_go_to(go_to_text_, *frame.snapshot, memory_, view_.cursor());
    go_to_failure_ = target ? std::string() : target.error();
    if (target) frame.emit(*target);
  }

  void open_change_line() {
    is_changing_ = wants_focus_ = true;
    change_.type = kind_ == CellKind::Bytes ? 0 : entry_type_of(row_of(kind_).number);
  }

  // In which a value for the cursor's place is typed.
  void draw_change_line(const UiContext& ui, PanelFrame& frame) {
    if (!is_changing_) return;
    const uint64_t address = kind_ == CellKind::Bytes ? view_.selection().begin : view_.cell().begin;
    ImVec2 at = ImGui::GetCursorScreenPos();
    const std::string label = "at " + hex(address) + " put";
    TextLine(ui, ImVec2(at.x, at.y + (ImGui::GetFrameHeight() - ui.line) / 2), at.x + 40 * ui.cell)
        .add(Color::Dim, label);
    ImGui::Dummy(ImVec2(static_cast<float>(label.size()) * ui.cell, ImGui::GetFrameHeight()));
    ImGui::SameLine();
    if (const auto type = drop_down(ui, "memory/change/type", entry_types(), change_.type, "type of the value")) {
      change_.type = *type;
      wants_focus_ = true;
    }
    ImGui::SameLine();
    if (wants_focus_) focus_next_field();
    text_field(ui, "memory/change/text", change_.text, "value; Enter changes memory, Esc leaves");
    if (ImGui::IsItemActive()) wants_focus_ = false;
    if (!ImGui::IsItemActive() && !ImGui::IsItemDeactivated()) return;
    if (ui.input.take({Key::Escape})) is_changing_ = false;
    if (!ui.input.take({Key::Enter}) && !ui.input.take({Key::KeypadEnter})) return;
    if (change_.text.empty()) return;
    frame.emit(QuietCommand{"set " + place(address) + " " + to_line(change_, frame.focus.endian)});
    change_.text.clear();
    is_changing_ = false;
  }

  HexView view_;
  MemorySearch search_;
  CellKind kind_ = CellKind::Bytes;
  std::string go_to_text_, go_to_failure_;
  ValueEntry change_;
  bool is_changing_ = false, wants_focus_ = false;
  wasm::MemoryIndex memory_ = 0;
  uint64_t shown_serial_ = 0;
};

}  // namespace

std::unique_ptr<Panel> make_memory_panel() { return std::make_unique<MemoryPanel>(); }

}  // namespace wasmscope::ui
