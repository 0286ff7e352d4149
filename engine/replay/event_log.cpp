// SPDX-License-Identifier: Apache-2.0
#include "engine/replay/event_log.h"

#include <algorithm>

#include "engine/base/leb128.h"
#include "engine/base/try.h"

namespace wasmscope::replay {
namespace {

// What an event has besides its results, as bits of one number.
constexpr uint64_t kHasExitCode = 1, kHasTrap = 2, kWritesShift = 2;

}  // namespace

// An event: function, ticks since the last one, number of writes and flags, results, writes, exit code, trap.
void EventLog::record(const runtime::HostFunc& func, const runtime::HostEvent& event) {
  CHECK(is_live());
  auto known = std::ranges::find(funcs_, &func);
  if (known == funcs_.end()) known = funcs_.insert(known, &func);
  const uint64_t tick = clock_ != nullptr ? clock_->tick : 0;
  append(static_cast<uint64_t>(known - funcs_.begin()));
  append(tick - tick_);
  append(event.writes.size() << kWritesShift | (event.exit_code ? kHasExitCode : 0) | (event.trap ? kHasTrap : 0));
  append(event.results.size());
  for (const uint64_t result : event.results) append(result);
  for (const runtime::HostWrite& write : event.writes) {
    append(write.memory);
    append(write.address);
    append(write.bytes);
  }
  if (event.exit_code) append(static_cast<uint32_t>(*event.exit_code));
  if (event.trap) append(std::vector<uint8_t>(event.trap->begin(), event.trap->end()));
  next_ = bytes_.size();
  tick_ = end_tick_ = tick;
  cursor_ = ++size_;
}

const runtime::HostFunc* EventLog::read_event(uint64_t& at, uint64_t& tick, runtime::HostEvent& event) const {
  const runtime::HostFunc* func = funcs_[read_number(at)];
  tick += read_number(at);
  const uint64_t parts = read_number(at);
  event.results.resize(read_number(at));
  for (uint64_t& result : event.results) result = read_number(at);
  event.writes.resize(parts >> kWritesShift);
  for (runtime::HostWrite& write : event.writes) {
    write.memory = static_cast<uint32_t>(read_number(at));
    write.address = read_number(at);
    write.bytes = read_bytes(at);
  }
  event.exit_code.reset();
  event.trap.reset();
  if ((parts & kHasExitCode) != 0) event.exit_code = static_cast<int>(static_cast<uint32_t>(read_number(at)));
  if ((parts & kHasTrap) != 0) {
    const std::vector<uint8_t> text = read_bytes(at);
    event.trap.emplace(text.begin(), text.end());
  }
  return func;
}

const runtime::HostEvent* EventLog::replay(const runtime::HostFunc& func) {
  if (is_live()) return is_closed_ ? refuse(func, "the recording has no more answers of the host") : nullptr;
  // The same program with the same answers asks the same questions; anything else is a fault of the engine, or of a file.
  const runtime::HostFunc* const asked = read_event(next_, tick_, answer_);
  if (asked != &func && is_closed_) return refuse(func, "the recording has the answer of another call here");
  CHECK(asked == &func);
  ++cursor_;
  return &answer_;
}

const runtime::HostEvent* EventLog::refuse(const runtime::HostFunc& func, std::string_view why) {
  answer_ = {};
  answer_.results.assign(wasm::slots_of(func.type.results), 0);
  answer_.trap = why;
  return &answer_;
}

void EventLog::go_to(const Position& position) {
  CHECK(position.offset >= forgotten_);
  next_ = position.offset - forgotten_;
  cursor_ = position.number;
  tick_ = position.tick;
}

void EventLog::forget_before(const Position& position) {
  CHECK(position.offset - forgotten_ <= next_);
  const uint64_t count = position.offset - forgotten_;
  bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(count));
  next_ -= count;
  forgotten_ += count;
  begin_ = position;
}

void EventLog::read(const Position& from, const std::function<bool(const Seen&)>& see) const {
  uint64_t at = from.offset - forgotten_, tick = from.tick;
  runtime::HostEvent event;
  for (uint64_t number = from.number; number < size_; ++number) {
    const runtime::HostFunc* func = read_event(at, tick, event);
    if (!see({number, tick, func, &event, {forgotten_ + at, number + 1, tick}})) return;
  }
}

void EventLog::take_over(std::vector<uint8_t> events, const Position& end) {
  bytes_ = std::move(events);
  bytes_.resize(end.offset);
  size_ = end.number;
  end_tick_ = end.tick;
  forgotten_ = 0;
  begin_ = {};
  rewind();
}

std::optional<EventLog::Misfit> EventLog::find_misfit(Bytes events, const Position& end, const Expected& expected) {
  const uint8_t* at = events.data();
  const uint8_t* const limit = at + events.size();
  const auto read = [&](uint64_t& number) { return read_leb(at, limit, number) == LebStatus::Ok; };
  const auto read_text = [&] {
    uint64_t size = 0;
    if (!read(size) || size > static_cast<uint64_t>(limit - at)) return false;
    at += size;
    return true;
  };
  uint64_t tick = 0;
  for (uint64_t number = 0; number < end.number; ++number) {
    const auto offset = static_cast<uint64_t>(at - events.data());
    uint64_t func = 0, ticks = 0, parts = 0, results = 0, code = 0;
    if (!read(func) || !read(ticks) || !read(parts) || !read(results)) return Misfit{offset, "an event ends too early"};
    if (func >= expected.funcs.size()) return Misfit{offset, "an event of an unknown function"};
    if (ticks > UINT64_MAX - tick) return Misfit{offset, "an event behind the end of time"};
    tick += ticks;
    const std::vector<wasm::ValType>& types = expected.funcs[func]->results;
    if (results != wasm::slots_of(types)) return Misfit{offset, "an event with results of another type"};
    for (const wasm::ValType type : types) {
      uint64_t bits = 0, high = 0;
      if (!read(bits) || (type.slots() == 2 && !read(high))) return Misfit{offset, "an event ends too early"};
      if (!runtime::is_safe(type, bits)) return Misfit{offset, "a result that is no value of its type"};
    }
    for (uint64_t i = 0; i < parts >> kWritesShift; ++i) {
      uint64_t memory = 0, address = 0;
      if (!read(memory) || !read(address) || !read_text()) return Misfit{offset, "an event ends too early"};
      if (memory >= expected.memories) return Misfit{offset, "an event that writes to an unknown memory"};
    }
    if ((parts & kHasExitCode) != 0 && (!read(code) || code > UINT32_MAX)) return Misfit{offset, "an event ends too early"};
    if ((parts & kHasTrap) != 0 && !read_text()) return Misfit{offset, "an event ends too early"};
  }
  if (static_cast<uint64_t>(at - events.data()) != end.offset || tick != end.tick)
    return Misfit{end.offset, "the events do not end where the recording says"};
  return std::nullopt;
}

void EventLog::append(uint64_t number) { append_unsigned_leb(bytes_, number); }

void EventLog::append(const std::vector<uint8_t>& bytes) {
  append(bytes.size());
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
}

uint64_t EventLog::read_number(uint64_t& at) const {
  const uint8_t* from = bytes_.data() + at;
  uint64_t number = 0;
  CHECK(read_leb(from, bytes_.data() + bytes_.size(), number) == LebStatus::Ok);
  at = static_cast<uint64_t>(from - bytes_.data());
  return number;
}

std::vector<uint8_t> EventLog::read_bytes(uint64_t& at) const {
  const uint64_t size = read_number(at);
  const auto begin = bytes_.begin() + static_cast<std::ptrdiff_t>(at);
  at += size;
  return {begin, begin + static_cast<std::ptrdiff_t>(size)};
}

}  // namespace wasmscope::replay
