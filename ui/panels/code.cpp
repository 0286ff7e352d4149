// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <map>

#include "ui/model/code_search.h"
#include "ui/model/comparison_view.h"
#include "ui/model/execution_counts_text.h"
#include "ui/model/known_values.h"
#include "ui/model/number_text.h"
#include "ui/panels/breakpoint_marks.h"
#include "ui/panels/linked_code_view.h"
#include "ui/panels/panel.h"
#include "ui/panels/stop_card.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/text.h"
#include "ui/widgets/virtual_list.h"

namespace wasmscope::ui {
namespace {

constexpr float kGutterCells = 2.2f, kArrowCells = 4.2f, kOffsetCells = 8, kIndentCells = 2;
constexpr float kValueShare = 0.6f;        // where the column of values begins
constexpr uint16_t kDeepestIndent = 24;
constexpr float kCountCells = 7;           // kept free for counts, where there are any
constexpr std::string_view kCounts = "code/counts";         // who asks
constexpr float kCellsForValues = 60;      // a list narrower than that has none beside machine code

Color color_of(wasm::Category category) {
  switch (category) {
    case wasm::Category::Control:
    case wasm::Category::Exception:
    case wasm::Category::Stack: return Color::Control;
    case wasm::Category::Call: return Color::Link;
    case wasm::Category::Variable: return Color::Variable;
    case wasm::Category::Const: return Color::Constant;
    case wasm::Category::Memory:
    case wasm::Category::Table:
    case wasm::Category::Atomic: return Color::Memory;
    default: return Color::Text;
  }
}

Color color_of(const text::Token& token, wasm::Op op) {
  switch (token.kind) {
    case text::TokenKind::Opcode: return color_of(wasm::info(op).category);
    case text::TokenKind::Identifier:
      if (token.target && token.target->kind == text::Target::Kind::Func) return Color::Link;
      if (token.target &&
          (token.target->kind == text::Target::Kind::Block || token.target->kind == text::Target::Kind::FuncBody))
        return Color::Dim;
      return Color::Text;
    case text::TokenKind::Keyword:
    case text::TokenKind::Type:
    case text::TokenKind::Comment: return Color::Dim;
    default: return Color::Text;
  }
}

// Where the program stands in the shown function.
struct Standing {
  const debug::Frame* frame = nullptr;
  bool is_innermost = false;
  bool is_trapped = false;
  bool is_past = false;
};

class CodePanel final : public Panel {
 public:
  void draw(const UiContext& ui, PanelFrame& frame) override {
    draw_stop_card(ui, frame);
    const Focus& focus = frame.focus;
    CodeListing* listing = frame.code.listing(frame.snapshot->loaded, focus.func);
    if (listing == nullptr) return draw_empty_note(ui, frame.module() == nullptr ? "no module" : "choose a function");
    draw_title(ui, frame, *listing);
    if (frame.module()->is_imported(focus.func)) return draw_empty_note(ui, "imported: its code is not in this module");
    if (focus.code_serial != shown_serial_ || frame.snapshot->loaded != shown_module_) {
      shown_serial_ = focus.code_serial;
      shown_module_ = frame.snapshot->loaded;
      const std::optional<size_t> row = focus.pc != 0 ? listing->row_of(focus.pc) : std::nullopt;
      list_.cursor = row;
      list_.reveal(row.value_or(0));
      linked_.follow_wasm();
    }
    draw_find_line(ui, frame, *listing);
    update_known(frame, *listing);
    update_breakpoints(*frame.snapshot, focus.func);
    update_counts(frame);
    const Standing standing = find_standing(frame);
    const uint64_t count = listing->rows().size() + (listing->error() ? 1 : 0);
    const auto draw_any_row = [&](const ListRows& rows, uint64_t row) {
      if (row < listing->rows().size())
        draw_row(ui, frame, rows, row, *listing, standing);
      else
        TextLine(ui, rows.at(row), rows.right())
            .column(kArrowCells)
            .add(Color::Error, to_line(*listing->error(), frame.module()));
    };
    ListRows rows;
    if (is_linked_) {
      frame.code_wish = focus.func;
      rows = linked_.draw(ui, linked_code(frame), {list_, count, standing.frame != nullptr ? standing.frame->pc : 0, draw_any_row});
    } else {
      rows = list_.begin(ui, "code", count);
      for (uint64_t row = rows.first; row < rows.end; ++row) draw_any_row(rows, row);
      list_.end();
    }
    handle(ui, frame, rows, *listing);
    draw_menu(ui, frame, rows, *listing);
  }

  bool act(WindowAction action) override {
    switch (action) {
      case WindowAction::Find: is_finding_ = wants_focus_ = true; return true;
      case WindowAction::FindNext: find(CodeSearch::Direction::Next); return true;
      case WindowAction::FindPrevious: find(CodeSearch::Direction::Previous); return true;
      case WindowAction::ShowMachineCode: is_linked_ = !is_linked_; return true;
      default: return false;
    }
  }

 private:
  // Null until the session has made it for this function.
  static std::shared_ptr<const debug::CodePicture> linked_code(const PanelFrame& frame) {
    const std::shared_ptr<const debug::CodePicture>& code = frame.snapshot->code;
    return code && code->loaded == frame.snapshot->loaded && code->func == frame.focus.func ? code : nullptr;
  }

  void find(CodeSearch::Direction direction) {
    is_finding_ = true;
    if (find_text_.empty())
      wants_focus_ = true;
    else
      search_.start(find_text_, direction, list_.cursor.value_or(0));
  }

  void draw_find_line(const UiContext& ui, PanelFrame& frame, CodeListing& listing) {
    if (const std::optional<size_t> row = search_.go_on(listing)) {
      list_.cursor = *row;
      list_.reveal(*row);
      frame.emit(SelectInstruction{listing.func(), listing.rows()[*row].pc});
    }
    ui.unfinished.is_wanted |= search_.is_running();
    if (!is_finding_) return;
    if (wants_focus_) focus_next_field();
    text_field(ui, "code/find", find_text_, "find in this function", ui.cell * 30);
    if (ImGui::IsItemActive()) wants_focus_ = false;
    if (ImGui::IsItemActive() || ImGui::IsItemDeactivated()) {
      const bool is_backwards = ui.input.take({Key::Enter, kShift});
      if (is_backwards || ui.input.take({Key::Enter}) || ui.input.take({Key::KeypadEnter})) {
        find(is_backwards ? CodeSearch::Direction::Previous : CodeSearch::Direction::Next);
        wants_focus_ = true;
      }
      if (ui.input.take({Key::Escape})) {
        is_finding_ = false;
        search_.stop();
      }
    }
    ImGui::SameLine();
    const std::string state = search_.is_running()   ? "looking\u2026"
                              : search_.has_failed() ? "not in this function; Ctrl+Shift+F looks in all"
                                                     : "F3 next, Shift+F3 previous";
    ImVec2 at = ImGui::GetCursorScreenPos();
    at.y += (ImGui::GetFrameHeight() - ui.line) / 2;
    TextLine line(ui, at, at.x + ImGui::GetContentRegionAvail().x);
    line.add(search_.has_failed() ? Color::Error : Color::Dim, state);
    ui.registry.tag_rect("code/find/state", at, ImVec2(line.x(), at.y + ui.line), state);
    ImGui::NewLine();
  }

  static void draw_title(const UiContext& ui, PanelFrame& frame, const CodeListing& listing) {
    const wasm::Module& module = *frame.module();
    const wasm::FuncIndex func = listing.func();
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x;
    TextLine line = text_row(ui, ui.line);
    line.skip(0.5f)
        .add(Color::Text, frame.snapshot->loaded->names->func(func))
        .add(Color::Dim, " #" + std::to_string(func));
    const wasm::TypeIndex type = module.funcs[func].type;
    if (type < module.types.size() && std::holds_alternative<wasm::FuncType>(module.types[type].composite))
      line.add(Color::Dim, "  " + wasm::to_text(module.func_type(func)));
    if (module.is_imported(func)) return;
    if (frame.snapshot->tiers.funcs) line.skip(2).add(Color::Memory, func_tier_text(frame.snapshot->tiers, func));
    constexpr std::string_view kToggle = "F7 machine code";
    const float link_x = at.x + width - static_cast<float>(kToggle.size() + 1) * ui.cell;
    TextLine size(ui, ImVec2(line.x(), at.y), link_x - ui.cell);
    size.right(Color::Dim, grouped(listing.rows().size()) + " instructions, " + byte_size_long(module.funcs[func].body.size()) + " ");
    if (link_x < line.x() + ui.cell) return;
    const ImVec2 back = ImGui::GetCursorScreenPos();
    ImGui::SetCursorScreenPos(ImVec2(link_x, at.y));
    if (link(ui, "code/machine_code", kToggle)) frame.emit(DoWindowAction{WindowAction::ShowMachineCode});
    ImGui::SetCursorScreenPos(back);
  }

  static Standing find_standing(const PanelFrame& frame) {
    const debug::Frame* selected = frame.frame();
    if (selected == nullptr || selected->func != frame.focus.func) return {};
    const bool is_innermost = frame.snapshot->selected_frame == 0;
    const bool is_past = frame.snapshot->time && frame.snapshot->time->is_past;
    return {selected, is_innermost, is_innermost && frame.snapshot->trap.has_value(), is_past};
  }

  void update_known(const PanelFrame& frame, const CodeListing& listing) {
    const debug::Frame* selected = frame.frame();
    const uint64_t generation = frame.snapshot->generation;
    if (known_generation_ == generation && known_func_ == listing.func()) return;
    known_generation_ = generation;
    known_func_ = listing.func();
    known_.clear();
    if (selected != nullptr && selected->func == listing.func() && selected->has_values)
      known_ = known_values(listing, *frame.module(), *selected);
  }

  // They are of the function that they were asked for, and hold until the module is another.
  void update_counts(const PanelFrame& frame) {
    if (counted_module_ != frame.snapshot->loaded) counts_.clear();
    counted_module_ = frame.snapshot->loaded;
    const auto reply = frame.replies.find(kCounts);
    if (reply == frame.replies.end() || reply->second.number == counts_reply_) return;
    counts_reply_ = reply->second.number;
    counts_ = parse_execution_counts(reply->second.text);
  }

  std::string count_text(uint32_t pc) const {
    const auto found = counts_.find(pc);
    return found == counts_.end() ? std::string() : grouped(found->second) + "\u00d7";
  }

  void update_breakpoints(const debug::Snapshot& snapshot, wasm::FuncIndex func) {
    breakpoints_.clear();
    for (const debug::Breakpoint& breakpoint : snapshot.breakpoints)
      if (breakpoint.resolved && breakpoint.func == func && breakpoint.kind == debug::StopKind::Code)
        breakpoints_.emplace(breakpoint.pc, icon_of(breakpoint));
  }

  void draw_row(const UiContext& ui, PanelFrame& frame, const ListRows& rows, uint64_t row, CodeListing& listing,
                const Standing& standing) const {
    const CodeListing::Row& code = listing.rows()[row];
    const bool is_current = standing.frame != nullptr && standing.frame->pc == code.pc;
    const bool is_trap_row = is_current && standing.is_trapped;
    if (is_current)
      VirtualList::draw_ground(ui, rows, row, is_trap_row ? Color::TrapRow : Color::CurrentRow);
    else if (list_.cursor == row)
      VirtualList::draw_ground(ui, rows, row, Color::Selection);
    else if (is_linked_ && linked_.is_marked(row))
      VirtualList::draw_ground(ui, rows, row, Color::TabOpen);
    else if (rows.hovered == row)
      VirtualList::draw_ground(ui, rows, row, Color::RowHover);
    const ImVec2 at = rows.at(row);
    draw_marks(ui, at, code.pc, is_current, standing);
    if (ui.registry.is_on()) {
      const std::string tag = hex(code.pc);
      const ImVec2 end(rows.right(), at.y + rows.row_height);
      const bool has_breakpoint = breakpoints_.contains(code.pc);
      ui.registry.tag_rect("code/gutter/" + tag, at, ImVec2(at.x + kGutterCells * ui.cell, end.y),
                           has_breakpoint ? "breakpoint" : "");
      ui.registry.tag_rect("code/row/" + tag, ImVec2(at.x + kArrowCells * ui.cell, at.y), end,
                           is_trap_row  ? "trap"
                           : is_current ? "current"
                                        : "");
    }
    const auto known = known_.find(row);
    const bool has_value = known != known_.end() && (!is_linked_ || rows.width > kCellsForValues * ui.cell);
    const float value_x = at.x + std::max(36 * ui.cell, std::floor(rows.width * kValueShare / ui.cell) * ui.cell);
    const float count_width = counts_.empty() ? 0 : kCountCells * ui.cell;
    TextLine line(ui, at, has_value || is_trap_row ? value_x - ui.cell : rows.right() - ui.cell - count_width);
    line.column(kArrowCells).add(is_current ? Color::Text : Color::Dim, hex_digits(code.pc, 4));
    line.column(kArrowCells + kOffsetCells + kIndentCells * static_cast<float>(std::min(code.depth, kDeepestIndent)));
    const LinkedCode::Share share = is_linked_ ? linked_.share(row) : LinkedCode::Share::Own;
    for (const text::Token& token : listing.tokens(row).tokens)
      line.add(share == LinkedCode::Share::Own ? color_of(token, code.op) : share == LinkedCode::Share::Unreachable ? Color::Faint : Color::Dim, token.text);
    const std::string count = count_text(code.pc);
    TextLine value(ui, ImVec2(value_x, at.y), rows.right() - ui.cell - static_cast<float>(count_cells(count)) * ui.cell);
    if (!count.empty()) TextLine(ui, at, rows.right() - ui.cell * 0.5f).right(Color::Past, count);
    else if (share == LinkedCode::Share::Folded) line.right(Color::Dim, "folded");
    if (ui.registry.is_on() && !count.empty())
      ui.registry.tag_rect("code/count/" + hex(code.pc), at, ImVec2(rows.right(), at.y + rows.row_height), count);
    if (is_trap_row && frame.snapshot->trap->access) {
      const debug::TrapAccess& access = *frame.snapshot->trap->access;
      value.add(Color::Error, "\u00d7 " + hex(access.begin) + ".." + hex(access.begin + access.bytes));
    } else if (has_value) {
      draw_known(known->second, is_trap_row, value);
    }
    if (rows.hovered == row && ImGui::GetIO().MousePos.x < value_x &&
        ImGui::GetIO().MousePos.x > at.x + (kArrowCells + kOffsetCells) * ui.cell)
      tooltip(ui, std::string(wasm::info(code.op).text) + "  " + std::string(wasm::stack_effect(code.op)) + "\n" +
                      std::string(wasm::info(code.op).tip));
  }

  void draw_marks(const UiContext& ui, ImVec2 at, uint32_t pc, bool is_current, const Standing& standing) const {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float size = ui.line * 0.66f, top = at.y + (ui.line - size) / 2;
    if (const auto found = breakpoints_.find(pc); found != breakpoints_.end())
      draw_icon(list, found->second, ImVec2(at.x + ui.cell * 0.4f, top), size, ui.theme[Color::Error]);
    if (is_current)
      draw_icon(list, standing.is_innermost ? Icon::CurrentRow : Icon::CallerRow,
                ImVec2(at.x + kGutterCells * ui.cell, top), size,
                ui.theme[standing.is_past ? Color::Past : Color::Constant]);
  }

  static void draw_known(const KnownValue& known, bool is_trap_row, TextLine& line) {
    switch (known.kind) {
      case KnownKind::Result: line.add(Color::Dim, "= ").add(Color::Constant, known.text); break;
      case KnownKind::NotTaken: line.add(Color::Dim, known.text); break;
      case KnownKind::Operands:
        line.add(is_trap_row ? Color::Error : Color::Dim, is_trap_row ? "\u00d7 " : "\u2190 ")
            .add(is_trap_row ? Color::Error : Color::Constant, known.text);
        break;
    }
  }

  void handle(const UiContext& ui, PanelFrame& frame, const ListRows& rows, CodeListing& listing) {
    if (!list_.cursor || *list_.cursor >= listing.rows().size()) return;
    const uint32_t pc = listing.rows()[*list_.cursor].pc;
    const bool is_in_gutter = ImGui::GetIO().MousePos.x < rows.origin.x + kGutterCells * ui.cell;
    if (rows.is_cursor_moved) frame.emit(SelectInstruction{listing.func(), pc});
    if (rows.is_clicked && is_in_gutter) return frame.emit(ToggleBreakpoint{listing.func(), pc});
    const bool is_followed = (rows.is_double_clicked && !is_in_gutter) || rows.is_entered || ui.takes({Key::F12});
    if (is_followed) follow(frame, listing, *list_.cursor);
  }

  // The clicked row is the cursor's, so the menu is about the cursor.
  void draw_menu(const UiContext& ui, PanelFrame& frame, const ListRows& rows, CodeListing& listing) {
    constexpr const char* kMenu = "##row_menu";
    const bool has_row = list_.cursor && *list_.cursor < listing.rows().size();
    if (rows.is_right_clicked && rows.hovered && has_row) ImGui::OpenPopup(kMenu);
    if (!ImGui::BeginPopup(kMenu)) return;
    if (has_row) {
      const size_t row = *list_.cursor;
      const uint32_t pc = listing.rows()[row].pc;
      const bool is_paused = frame.snapshot->state == debug::State::Paused;
      const bool is_valid = !frame.snapshot->loaded->error.has_value();
      if (menu_item(ui, "code/menu/until", "Run to here", "Ctrl+F10", is_paused ? Enabled::Yes : Enabled::No))
        frame.emit(RunCommand{"until @" + hex(pc)});
      const bool has_past = frame.snapshot->time && frame.snapshot->time->records &&
                            (is_paused || frame.snapshot->state == debug::State::Ended);
      if (menu_item(ui, "code/menu/reverse_until", "Run back to here", "", has_past ? Enabled::Yes : Enabled::No))
        frame.emit(RunCommand{"reverse-until @" + hex(pc)});
      if (menu_item(ui, "code/menu/break", breakpoints_.contains(pc) ? "Delete breakpoint" : "Set breakpoint", "F9",
                    is_valid ? Enabled::Yes : Enabled::No))
        frame.emit(ToggleBreakpoint{listing.func(), pc});
      ImGui::Separator();
      if (menu_item(ui, "code/menu/follow", "Follow", "F12")) follow(frame, listing, row);
      if (menu_item(ui, "code/menu/count", "Count executions in this function", "", has_past ? Enabled::Yes : Enabled::No))
        frame.emit(AskCommand{std::string(kCounts), "coverage #" + std::to_string(listing.func())});
      if (menu_item(ui, "code/menu/bytes", "Show raw bytes", ""))
        frame.emit(ShowFileBytes{{pc, row + 1 < listing.rows().size() ? listing.rows()[row + 1].pc : pc + 1}});
      ImGui::Separator();
      if (menu_item(ui, "code/menu/copy_text", "Copy text", "")) {
        std::string text;
        for (const text::Token& token : listing.tokens(row).tokens) text += token.text;
        frame.emit(CopyText{std::move(text)});
      }
      if (menu_item(ui, "code/menu/copy_offset", "Copy offset", "")) frame.emit(CopyText{hex(pc)});
    }
    ImGui::EndPopup();
  }

  // Calls lead to the function, branches to their block, accesses of a stopped instruction to memory.
  static void follow(PanelFrame& frame, CodeListing& listing, size_t row) {
    for (const text::Token& token : listing.tokens(row).tokens) {
      if (!token.target) continue;
      if (token.target->kind == text::Target::Kind::Func) return frame.emit(ShowCode{token.target->index, 0});
      if (token.target->kind == text::Target::Kind::Block)
        return frame.emit(ShowCode{listing.func(), token.target->index});
    }
    const debug::Frame* selected = frame.frame();
    const binary::Instruction instruction = listing.instruction(row);
    const bool is_access = wasm::info(instruction.op).imm == wasm::Imm::MemArg;
    const bool is_here = selected != nullptr && selected->func == listing.func() && selected->pc == instruction.pc;
    if (!is_access || !is_here || selected->operands.empty()) return;
    const bool is_store = selected->operands.size() > 1 && wasm::info(instruction.op).signature.ends_with('_');
    const runtime::Value& address = selected->operands[selected->operands.size() - (is_store ? 2 : 1)].value;
    const uint64_t begin = address.bits + instruction.memarg.offset;
    frame.emit(ShowMemory{instruction.memarg.memory, {begin, begin + wasm::info(instruction.op).width}});
  }

  VirtualList list_;
  CodeSearch search_;
  std::string find_text_;
  bool is_finding_ = false, wants_focus_ = false;
  bool is_linked_ = false;                    // slot code and machine code beside
  LinkedCodeView linked_;
  uint64_t shown_serial_ = 0;
  std::shared_ptr<const debug::LoadedModule> shown_module_;
  std::map<size_t, KnownValue> known_;
  uint64_t known_generation_ = UINT64_MAX;
  wasm::FuncIndex known_func_ = wasm::kNoIndex;
  std::map<uint32_t, Icon> breakpoints_;      // by pc
  std::map<uint32_t, uint64_t> counts_;       // executions by pc, where somebody asked
  std::shared_ptr<const debug::LoadedModule> counted_module_;
  uint64_t counts_reply_ = 0;
};

}  // namespace

std::unique_ptr<Panel> make_code_panel() { return std::make_unique<CodePanel>(); }

}  // namespace wasmscope::ui
