// SPDX-License-Identifier: Apache-2.0
#include "engine/replay/checkpoints.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "engine/base/try.h"
#include "engine/lower/slot_code.h"

namespace wasmscope::replay {

using runtime::Instant;
using runtime::Region;

namespace {

bool is_zero(const uint8_t* from, uint64_t count) {
  return count == 0 || (from[0] == 0 && std::memcmp(from, from + 1, count - 1) == 0);
}

// Ascending and without repetitions, as both arguments are.
void merge(std::vector<uint32_t>& into, const std::vector<uint32_t>& from) {
  std::vector<uint32_t> both;
  both.reserve(into.size() + from.size());
  std::ranges::set_union(into, from, std::back_inserter(both));
  into = std::move(both);
}

bool holds_any(const std::vector<uint32_t>& pages, uint64_t begin, uint64_t end) {
  const auto first = std::ranges::lower_bound(pages, begin >> Region::kPageShift);
  return first != pages.end() && *first <= (end - 1) >> Region::kPageShift;
}

}  // namespace

Checkpoints::Checkpoints(runtime::Store& store, runtime::Execution& execution) : store_(store), execution_(execution) {
  for (runtime::Memory& memory : store.memories) parts_.push_back({&memory.region, {}});
  for (runtime::Table& table : store.tables) parts_.push_back({&table.region, {}});
  for (Region* region : {&store.globals_region, &store.flags_region, &store.heap.region, &execution.values, &execution.controls})
    parts_.push_back({region, {}});
}

uint64_t Checkpoints::used_bytes(size_t part) const {
  const Region* region = parts_[part].region;
  if (region == &store_.heap.region) return store_.heap.used_bytes();
  if (region == &execution_.controls) return (uint64_t{execution_.depth} + 1) * sizeof(runtime::ControlRecord);
  if (region != &execution_.values) return region->size();
  if (execution_.func == nullptr) return 0;
  const uint64_t slots = execution_.at_entry
                             ? execution_.func->param_slots
                             : lower::frame_slots(*execution_.func->instance->module, execution_.func->index);
  return (execution_.frame_base + slots) * 8;
}

std::vector<uint32_t> Checkpoints::written_pages(const Part& part, uint64_t used) const {
  const uint64_t count = (used + kPageBytes - 1) >> Region::kPageShift;
  std::vector<uint32_t> pages;
  if (!part.region->has_marks()) {
    pages.resize(count);
    for (uint32_t page = 0; page < count; ++page) pages[page] = page;
    return pages;
  }
  // A mark also stands for the page behind it. Eight marks at a time: they are nearly all clear.
  bool was_marked = false;
  for (uint64_t page = 0; page < count;) {
    uint64_t marks;
    if (!was_marked && page + 8 <= count) {
      std::memcpy(&marks, part.region->data() - page - 8, sizeof marks);
      if (marks == 0) {
        page += 8;
        continue;
      }
    }
    const bool is_marked = part.region->is_marked(page);
    if (is_marked || was_marked) pages.push_back(static_cast<uint32_t>(page));
    was_marked = is_marked;
    ++page;
  }
  return pages;
}

std::shared_ptr<const Checkpoints::Page> Checkpoints::make_page(const uint8_t* from, uint64_t count) {
  if (is_zero(from, count)) return nullptr;
  auto page = std::make_shared<Page>();
  std::memcpy(page->data(), from, count);
  bytes_ += kPageBytes;
  return page;
}

void Checkpoints::drop(std::shared_ptr<const Page>& page) {
  if (page && page.use_count() == 1) bytes_ -= kPageBytes;
  page.reset();
}

const Checkpoints::Page* Checkpoints::content(const Part& part, uint32_t page, uint64_t tick) const {
  if (page >= part.pages.size()) return nullptr;
  const auto& versions = part.pages[page];
  auto next = std::ranges::upper_bound(versions, tick, {}, &Version::tick);
  return next == versions.begin() ? nullptr : std::prev(next)->page.get();
}

void Checkpoints::set_version(Part& part, uint32_t page, uint64_t tick, std::shared_ptr<const Page> made) {
  if (page >= part.pages.size()) part.pages.resize(page + 1);
  auto& versions = part.pages[page];
  versions.insert(std::ranges::upper_bound(versions, tick, {}, &Version::tick), {tick, std::move(made)});
}

void Checkpoints::take(const Milestone& milestone) {
  const auto next = std::ranges::upper_bound(list_, milestone.at, {}, [](const Checkpoint& each) { return each.milestone.at; });
  const auto index = static_cast<size_t>(next - list_.begin());
  CHECK(index == 0 || list_[index - 1].milestone.at.tick < milestone.at.tick);
  const bool is_first = list_.empty(), is_last = next == list_.end();
  const uint64_t tick = milestone.at.tick, next_tick = is_last ? UINT64_MAX : next->milestone.at.tick;
  Checkpoint made;
  made.milestone = milestone;
  made.status = execution_.status;
  made.at_entry = execution_.at_entry;
  made.func = execution_.func == nullptr ? UINT32_MAX : execution_.func->address;
  made.first = execution_.first == nullptr ? UINT32_MAX : execution_.first->address;
  made.pc = execution_.pc;
  made.frame_base = execution_.frame_base;
  made.depth = execution_.depth;
  made.tick = execution_.tick;
  made.exception = execution_.exception;
  made.waits = store_.waits;
  for (size_t i = 0; i < parts_.size(); ++i) {
    Part& part = parts_[i];
    Delta& delta = made.deltas.emplace_back();
    delta.size = part.region->size();
    delta.used = used_bytes(i);
    std::vector<uint32_t> written = written_pages(part, delta.used);
    if (is_first && part.region->has_marks()) {
      written.resize((delta.used + kPageBytes - 1) >> Region::kPageShift);
      for (uint32_t page = 0; page < written.size(); ++page) written[page] = page;
    }
    for (const uint32_t page : written) {
      const uint8_t* from = part.region->data() + uint64_t{page} * kPageBytes;
      const uint64_t count = std::min(kPageBytes, delta.used - uint64_t{page} * kPageBytes);
      const Page* before = content(part, page, tick);
      if (before == nullptr ? is_zero(from, count) : std::memcmp(before->data(), from, count) == 0) continue;
      // What the next checkpoint had in common with the one before must stay what it is there.
      if (!is_last) {
        auto& versions = part.pages.size() > page ? part.pages[page] : (part.pages.resize(page + 1), part.pages[page]);
        const auto later = std::ranges::upper_bound(versions, tick, {}, &Version::tick);
        if (later == versions.end() || later->tick > next_tick) {
          const std::shared_ptr<const Page> common = later == versions.begin() ? nullptr : std::prev(later)->page;
          versions.insert(later, {next_tick, common});
          auto& changed = next->deltas[i].changed;
          changed.insert(std::ranges::lower_bound(changed, page), page);
        }
      }
      set_version(part, page, tick, make_page(from, count));
      delta.changed.push_back(page);
    }
    if (part.region->has_marks()) {
      delta.written = std::move(written);
      part.region->clear_marks();
    }
  }
  list_.insert(next, std::move(made));
  current_ = index;
}

void Checkpoints::arrive(size_t index) {
  // Whoever ran here from an earlier checkpoint has written what lies between, and no more.
  for (Part& part : parts_)
    if (part.region->has_marks()) part.region->clear_marks();
  current_ = index;
}

void Checkpoints::clear_unused() {
  const auto values = std::ranges::find(parts_, &execution_.values, &Part::region);
  execution_.values.clear_from(used_bytes(static_cast<size_t>(values - parts_.begin())));
}

const Milestone& Checkpoints::restore(size_t index) {
  const Checkpoint& to = list_[index];
  const uint64_t tick = to.milestone.at.tick;
  const size_t first = std::min(index, current_) + 1, last = std::max(index, current_);
  for (size_t i = 0; i < parts_.size(); ++i) {
    Part& part = parts_[i];
    Region& region = *part.region;
    const Delta& delta = to.deltas[i];
    std::vector<uint32_t> pages = written_pages(part, region.has_marks() ? region.size() : delta.used);
    if (region.has_marks())
      for (size_t each = first; each <= last; ++each) merge(pages, list_[each].deltas[i].changed);
    region.resize(delta.size);
    for (const uint32_t page : pages) {
      const uint64_t begin = uint64_t{page} * kPageBytes;
      if (begin >= delta.used) break;
      const uint64_t count = std::min(kPageBytes, delta.used - begin);
      const Page* from = content(part, page, tick);
      if (from != nullptr) std::memcpy(region.data() + begin, from->data(), count);
      else if (!is_zero(region.data() + begin, count)) std::memset(region.data() + begin, 0, count);
    }
    // The allocator of the heap relies on zeros above what is in use.
    if (&region == &store_.heap.region) region.clear_from(delta.used);
  }
  execution_.status = to.status;
  execution_.at_entry = to.at_entry;
  execution_.func = to.func == UINT32_MAX ? nullptr : store_.func_pointers[to.func];
  execution_.first = to.first == UINT32_MAX ? nullptr : store_.func_pointers[to.first];
  execution_.pc = to.pc;
  execution_.frame_base = to.frame_base;
  execution_.depth = to.depth;
  execution_.tick = to.tick;
  execution_.exception = to.exception;
  store_.waits = to.waits;
  arrive(index);
  return to.milestone;
}

size_t Checkpoints::at_or_before(const Instant& instant) const {
  const auto next = std::ranges::upper_bound(list_, instant, {}, [](const Checkpoint& each) { return each.milestone.at; });
  return next == list_.begin() ? 0 : static_cast<size_t>(next - list_.begin()) - 1;
}

size_t Checkpoints::before(const Instant& instant) const {
  const auto next = std::ranges::lower_bound(list_, instant, {}, [](const Checkpoint& each) { return each.milestone.at; });
  return next == list_.begin() ? 0 : static_cast<size_t>(next - list_.begin()) - 1;
}

bool Checkpoints::may_have_written(size_t index, uint32_t memory, uint64_t begin, uint64_t end) const {
  return holds_any(list_[index].deltas[memory].written, begin, end);
}

bool Checkpoints::may_have_written_since(uint32_t memory, uint64_t begin, uint64_t end) const {
  const Part& part = parts_[memory];
  return holds_any(written_pages(part, part.region->size()), begin, end);
}

// Its versions become those of the checkpoint behind it, where that has none.
void Checkpoints::remove(size_t index) {
  const uint64_t tick = list_[index].milestone.at.tick;
  Checkpoint* const next = index + 1 < list_.size() ? &list_[index + 1] : nullptr;
  for (size_t i = 0; i < parts_.size(); ++i) {
    Delta& delta = list_[index].deltas[i];
    std::vector<uint32_t> moved;
    for (const uint32_t page : delta.changed) {
      auto& versions = parts_[i].pages[page];
      const auto version = std::ranges::lower_bound(versions, tick, {}, &Version::tick);
      CHECK(version != versions.end() && version->tick == tick);
      const bool is_shadowed =
          next == nullptr || (version + 1 != versions.end() && (version + 1)->tick == next->milestone.at.tick);
      if (is_shadowed) {
        drop(version->page);
        versions.erase(version);
      } else {
        version->tick = next->milestone.at.tick;
        moved.push_back(page);
      }
    }
    if (next == nullptr) continue;
    merge(next->deltas[i].changed, moved);
    merge(next->deltas[i].written, delta.written);
  }
  list_.erase(list_.begin() + static_cast<std::ptrdiff_t>(index));
  if (current_ > index) --current_;
}

void Checkpoints::forget_after(const Instant& instant) {
  while (list_.size() > 1 && list_.back().milestone.at > instant) {
    CHECK(current_ + 1 < list_.size());
    remove(list_.size() - 1);
  }
}

void Checkpoints::forget_before(size_t index) {
  CHECK(current_ >= index);
  for (size_t i = 0; i < index; ++i) remove(0);
}

void Checkpoints::forget_dense() {
  for (size_t i = list_.size(); i-- > 1;)
    if (list_[i].milestone.is_dense && i != current_) remove(i);
}

void Checkpoints::thin(uint64_t most_bytes, size_t most_checkpoints) {
  while ((bytes_ > most_bytes || list_.size() > most_checkpoints) && list_.size() > 3) {
    // The one whose gap is least missed: small gaps first, and the older a gap the larger it may be.
    const double now = list_.back().milestone.seconds;
    size_t least = 0;
    double least_cost = INFINITY;
    for (size_t i = 1; i + 1 < list_.size(); ++i) {
      if (i == current_) continue;
      const double gap = list_[i + 1].milestone.seconds - list_[i - 1].milestone.seconds;
      const double age = now - list_[i].milestone.seconds;
      const double cost = gap / std::sqrt(age + 0.1);
      if (cost < least_cost) {
        least_cost = cost;
        least = i;
      }
    }
    if (least == 0) return;
    remove(least);
  }
}

}  // namespace wasmscope::replay
