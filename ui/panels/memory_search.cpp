// SPDX-License-Identifier: Apache-2.0
#include "ui/panels/memory_search.h"

#include <algorithm>

#include "ui/model/number_text.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/text.h"

namespace wasmscope::ui {
namespace {

constexpr float kFieldCells = 26;

}  // namespace

void MemorySearch::open() {
  is_open_ = true;
  wants_focus_ = true;
}

void MemorySearch::go_on(Direction direction) {
  if (entry_.text.empty()) return open();
  wanted_ = direction;
  is_asked_ = false;
}

const debug::MemorySearch* MemorySearch::current(const PanelFrame& frame, wasm::MemoryIndex memory) const {
  const debug::MemorySearch* search = frame.snapshot->search.get();
  if (search == nullptr || search->memory != memory || entry_.text.empty()) return nullptr;
  const auto pattern = debug::parse_byte_pattern(to_words(entry_, endian_));
  return pattern && *pattern == search->pattern ? search : nullptr;
}

std::optional<ByteRange> MemorySearch::take_wanted(PanelFrame& frame, wasm::MemoryIndex memory, uint64_t from) {
  if (!wanted_) return std::nullopt;
  const debug::MemorySearch* search = current(frame, memory);
  if (search == nullptr) {
    if (!is_asked_) {
      frame.emit(QuietCommand{"find m" + std::to_string(memory) + " " + to_line(entry_, endian_)});
      is_asked_ = true;
    }
    return std::nullopt;
  }
  const std::vector<uint64_t>& hits = search->hits;
  const auto after = std::ranges::upper_bound(hits, from), at = std::ranges::lower_bound(hits, from);
  const bool has_target = *wanted_ == Direction::Next ? after != hits.end() : at != hits.begin();
  // A running search may still find one before it has to begin again at the other end.
  if (search->is_running && !has_target) return std::nullopt;
  const Direction direction = *wanted_;
  wanted_.reset();
  if (hits.empty()) return std::nullopt;
  const uint64_t target =
      direction == Direction::Next ? (has_target ? *after : hits.front()) : (has_target ? *std::prev(at) : hits.back());
  return ByteRange{target, target + search->pattern.bytes.size()};
}

std::optional<ByteRange> MemorySearch::draw(const UiContext& ui, PanelFrame& frame, wasm::MemoryIndex memory,
                                            uint64_t from) {
  endian_ = frame.focus.endian;
  if (is_open_) {
    if (const auto type = drop_down(ui, "memory/find/type", entry_types(), entry_.type, "what to look for")) {
      entry_.type = *type;
      wants_focus_ = true;
    }
    ImGui::SameLine();
    if (wants_focus_) focus_next_field();
    text_field(ui, "memory/find/text", entry_.text, entry_.type == 0 ? "7b 22 ?? 61" : "find", ui.cell * kFieldCells);
    if (ImGui::IsItemActive()) wants_focus_ = false;
    if (ImGui::IsItemActive() || ImGui::IsItemDeactivated()) {
      if (ui.input.take({Key::Enter}) || ui.input.take({Key::KeypadEnter})) {
        go_on(Direction::Next);
        wants_focus_ = true;
      }
      if (ui.input.take({Key::Enter, kShift})) {
        go_on(Direction::Previous);
        wants_focus_ = true;
      }
      if (ui.input.take({Key::Escape})) is_open_ = false;
    }
    ImGui::SameLine();
    if (button(ui, "memory/find/previous", {Icon::None, Color::Text, "\u2191", "Find previous\nShift+F3"}))
      go_on(Direction::Previous);
    ImGui::SameLine(0, ui.px(4));
    if (button(ui, "memory/find/next", {Icon::None, Color::Text, "\u2193", "Find next\nF3"})) go_on(Direction::Next);
    ImGui::SameLine();
    draw_state(ui, frame, memory, from);
  }
  return take_wanted(frame, memory, from);
}

void MemorySearch::draw_state(const UiContext& ui, PanelFrame& frame, wasm::MemoryIndex memory, uint64_t from) {
  const debug::MemorySearch* search = current(frame, memory);
  const bool is_busy = search != nullptr && search->is_running;
  if (is_busy) {
    if (button(ui, "memory/find/stop", {Icon::Close, Color::Text, "", "Stop searching"})) frame.emit(StopWork{});
    ImGui::SameLine();
  }
  ImVec2 at = ImGui::GetCursorScreenPos();
  at.y += (ImGui::GetFrameHeight() - ui.line) / 2;
  TextLine line(ui, at, at.x + ImGui::GetContentRegionAvail().x);
  std::string state;
  Color color = Color::Dim;
  if (search != nullptr) {
    const std::string count = grouped(search->hits.size()) + (search->has_more ? "+" : "");
    const auto hit = std::ranges::lower_bound(search->hits, from);
    const bool is_on_hit = hit != search->hits.end() && *hit == from;
    state = search->hits.empty() ? "not found"
            : is_on_hit          ? grouped(static_cast<uint64_t>(hit - search->hits.begin()) + 1) + " of " + count
                                 : count + (search->hits.size() == 1 ? " place" : " places");
    if (is_busy) state += ", " + std::to_string(static_cast<int>(search->fraction * 100)) + " % searched";
    if (!is_busy && search->hits.empty()) color = Color::Error;
  } else if (!entry_.text.empty()) {
    const auto pattern = debug::parse_byte_pattern(to_words(entry_, endian_));
    state = pattern ? "Enter searches" : pattern.error();
    if (!pattern) color = Color::Error;
  }
  line.add(color, state);
  ui.registry.tag_rect("memory/find/state", at, ImVec2(line.x(), at.y + ui.line), state);
  ImGui::NewLine();
}

void MemorySearch::mark(const PanelFrame& frame, wasm::MemoryIndex memory, ByteRange visible,
                        std::vector<HexMark>& marks) const {
  if (!is_open_) return;
  const debug::MemorySearch* search = current(frame, memory);
  if (search == nullptr) return;
  const uint64_t length = search->pattern.bytes.size();
  const uint64_t first = visible.begin > length ? visible.begin - length : 0;
  for (auto hit = std::ranges::lower_bound(search->hits, first); hit != search->hits.end() && *hit < visible.end; ++hit)
    marks.push_back({{*hit, *hit + length}, Color::FoundFill});
}

}  // namespace wasmscope::ui
