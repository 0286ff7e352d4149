// SPDX-License-Identifier: Apache-2.0
#include "ui/model/palette_list.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "ui/model/command_table.h"
#include "ui/model/fuzzy.h"
#include "ui/model/instant_text.h"
#include "ui/model/number_text.h"

namespace wasmscope::ui {
namespace {

struct Scored {
  int score = 0;
  PaletteItem item;
};

std::optional<uint64_t> parse_number(std::string_view text) {
  int base = 10;
  if (text.starts_with("0x") || text.starts_with("0X")) {
    base = 16;
    text.remove_prefix(2);
  }
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

void add_file_offset(uint64_t offset, const debug::LoadedModule& loaded, std::vector<PaletteItem>& items) {
  const wasm::FuncIndex func = loaded.module->func_at(offset);
  if (func != wasm::kNoIndex && loaded.module->funcs[func].code.contains(offset))
    items.push_back(
        {"code at @" + hex(offset), loaded.names->func(func), "", ShowCode{func, static_cast<uint32_t>(offset)}});
  if (offset < loaded.module->bytes.size())
    items.push_back({"file offset " + hex(offset), "raw bytes", "", ShowFileBytes{{offset, offset + 1}}});
}

void add_address(wasm::MemoryIndex memory, uint64_t address, const debug::Snapshot& snapshot,
                 std::vector<PaletteItem>& items) {
  if (memory < snapshot.memories.size() && address < snapshot.memories[memory].size)
    items.push_back({"memory " + std::to_string(memory) + " at " + hex(address), "", "",
                     ShowMemory{memory, {address, address + 1}}});
}

// Places written as numbers.
std::vector<PaletteItem> list_places(std::string_view query, const debug::Snapshot& snapshot) {
  std::vector<PaletteItem> items;
  const debug::LoadedModule& loaded = *snapshot.loaded;
  if (query.starts_with('@')) {
    if (const auto offset = parse_number(query.substr(1))) add_file_offset(*offset, loaded, items);
  } else if (query.starts_with('m') && query.find(':') != std::string_view::npos) {
    const size_t colon = query.find(':');
    const auto memory = parse_number(query.substr(1, colon - 1));
    const auto address = parse_number(query.substr(colon + 1));
    if (memory && address && *memory <= UINT32_MAX)
      add_address(static_cast<wasm::MemoryIndex>(*memory), *address, snapshot, items);
  } else if (query.starts_with("t=")) {
    for (const InstantText& instant : find_instants(query))
      if (instant.length == query.size() && snapshot.time)
        items.push_back({"go to " + instant.instant, "in the recording", "", SeekTo{instant.instant}});
  } else if (query.starts_with('#')) {
    const auto func = parse_number(query.substr(1));
    if (func && *func < loaded.module->funcs.size()) {
      const auto index = static_cast<wasm::FuncIndex>(*func);
      items.push_back({loaded.names->func(index), "function #" + std::to_string(index), "", ShowCode{index, 0}});
    }
  } else if (const auto number = parse_number(query)) {
    add_address(0, *number, snapshot, items);
    add_file_offset(*number, loaded, items);
  }
  return items;
}

std::vector<PaletteItem> list_bookmarks(std::string_view query, const Bookmarks& bookmarks) {
  std::vector<PaletteItem> items;
  for (const Bookmark& bookmark : bookmarks.all()) {
    const std::string instant = runtime::to_text(bookmark.instant), text = "bookmark " + instant;
    if (fuzzy_score(query, text) || fuzzy_score(query, bookmark.text))
      items.push_back({text, bookmark.text, "", SeekTo{instant}});
  }
  return items;
}

std::vector<PaletteItem> take_best(std::vector<Scored>& scored) {
  const size_t count = std::min(scored.size(), kMaxPaletteItems);
  std::ranges::partial_sort(scored, scored.begin() + static_cast<std::ptrdiff_t>(count), std::greater{},
                            &Scored::score);
  std::vector<PaletteItem> items;
  for (size_t i = 0; i < count; ++i) items.push_back(std::move(scored[i].item));
  return items;
}

std::vector<PaletteItem> list_commands(std::string_view query, const std::vector<PanelTitle>& panels) {
  const size_t blank = query.find(' ');
  const std::string_view word = query.substr(0, blank);
  std::vector<Scored> scored;
  int order = 0;
  for (const CommandRow& row : command_rows()) {
    --order;
    if (blank != std::string_view::npos) {
      if (row.name == word)
        scored.push_back({0, {std::string(query), std::string(row.help), "", RunCommand{std::string(query)}}});
      continue;
    }
    std::optional<int> score = fuzzy_score(query, row.name);
    if (const auto by_title = fuzzy_score(query, row.title); by_title && (!score || *by_title > *score))
      score = by_title;
    if (!score) continue;
    std::string typed(row.name);
    if (!row.arguments.empty()) typed.append(" ").append(row.arguments);
    Intent intent = RunCommand{std::string(row.name)};
    if (row.needs_arguments() && row.command != Command::Open && row.command != Command::Break &&
        row.command != Command::Until && row.command != Command::ReverseUntil)
      intent = OpenPalette{">" + std::string(row.name) + " "};
    scored.push_back({*score * 100 + order,
                      {std::string(row.title), std::move(typed), std::string(row.key_text), std::move(intent)}});
  }
  for (const WindowActionRow& row : window_action_rows())
    if (const auto score = fuzzy_score(query, row.title))
      scored.push_back(
          {*score * 100 - 80,
           {std::string(row.title), std::string(row.menu), std::string(row.key_text), DoWindowAction{row.action}}});
  if (blank == std::string_view::npos || word == "show") {
    for (const PanelTitle& panel : panels) {
      const std::string text = "show " + std::string(panel.title);
      if (const auto score = fuzzy_score(query, text))
        scored.push_back({*score * 100 - 90, {text, "", "", OpenPanel{std::string(panel.id)}}});
    }
  }
  return take_best(scored);
}

}  // namespace

PaletteList::PaletteList(std::string_view query, const debug::Snapshot& snapshot,
                         const std::vector<PanelTitle>& panels, const Bookmarks& bookmarks) {
  if (query.starts_with('>')) {
    query.remove_prefix(1);
    while (query.starts_with(' ')) query.remove_prefix(1);
    items_ = list_commands(query, panels);
    return;
  }
  if (!snapshot.loaded || !snapshot.loaded->module || !snapshot.loaded->names) return;
  query_ = query;
  loaded_ = snapshot.loaded;
  count_ = static_cast<wasm::FuncIndex>(loaded_->module->funcs.size());
  places_ = list_places(query, snapshot);
  for (PaletteItem& item : list_bookmarks(query, bookmarks)) places_.push_back(std::move(item));
  go_on();
}

void PaletteList::go_on() {
  const auto is_better = [](const Candidate& a, const Candidate& b) { return a.rank > b.rank; };
  const wasm::FuncIndex end = std::min(count_, next_ + kSlice);
  for (; next_ < end; ++next_) {
    const std::string name = loaded_->names->func(next_);
    const auto score = fuzzy_score(query_, name);
    if (!score) continue;
    // Functions with names of their own before imports and "func 14", shorter names first.
    const int rank = *score * 1000 - static_cast<int>(std::min<size_t>(name.size(), 400)) -
                     (loaded_->module->is_imported(next_) ? 300 : 0) - (loaded_->names->has_func_name(next_) ? 0 : 500);
    const Candidate candidate{rank, next_};
    if (best_.size() == kMaxPaletteItems && !is_better(candidate, best_.back())) continue;
    if (best_.size() == kMaxPaletteItems) best_.pop_back();
    best_.insert(std::ranges::upper_bound(best_, candidate, is_better), candidate);
  }
  gather();
}

void PaletteList::gather() {
  items_ = places_;
  for (const Candidate& candidate : best_)
    items_.push_back(
        {loaded_->names->func(candidate.func), "#" + std::to_string(candidate.func), "", ShowCode{candidate.func, 0}});
}

}  // namespace wasmscope::ui
