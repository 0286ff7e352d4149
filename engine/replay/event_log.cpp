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

// An event: function, number of writes and flags, results, writes, exit code, trap.
void EventLog::record(const runtime::HostFunc& func, const runtime::HostEvent& event) {
  CHECK(is_live());
  auto known = std::ranges::find(funcs_, &func);
  if (known == funcs_.end()) known = funcs_.insert(known, &func);
  append(static_cast<uint64_t>(known - funcs_.begin()));
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
  cursor_ = ++size_;
}

const runtime::HostEvent* EventLog::replay(const runtime::HostFunc& func) {
  if (is_live()) return nullptr;
  // The same program with the same answers asks the same questions; anything else is a fault of the engine.
  CHECK(funcs_[read_number()] == &func);
  const uint64_t parts = read_number();
  answer_.results.resize(read_number());
  for (uint64_t& result : answer_.results) result = read_number();
  answer_.writes.resize(parts >> kWritesShift);
  for (runtime::HostWrite& write : answer_.writes) {
    write.memory = static_cast<uint32_t>(read_number());
    write.address = read_number();
    write.bytes = read_bytes();
  }
  answer_.exit_code.reset();
  answer_.trap.reset();
  if ((parts & kHasExitCode) != 0) answer_.exit_code = static_cast<int>(static_cast<uint32_t>(read_number()));
  if ((parts & kHasTrap) != 0) {
    const std::vector<uint8_t> text = read_bytes();
    answer_.trap.emplace(text.begin(), text.end());
  }
  ++cursor_;
  return &answer_;
}

void EventLog::append(uint64_t number) { append_unsigned_leb(bytes_, number); }

void EventLog::append(const std::vector<uint8_t>& bytes) {
  append(bytes.size());
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
}

uint64_t EventLog::read_number() {
  const uint8_t* at = bytes_.data() + next_;
  uint64_t number = 0;
  CHECK(read_leb(at, bytes_.data() + bytes_.size(), number) == LebStatus::Ok);
  next_ = static_cast<size_t>(at - bytes_.data());
  return number;
}

std::vector<uint8_t> EventLog::read_bytes() {
  const uint64_t size = read_number();
  const auto begin = bytes_.begin() + static_cast<std::ptrdiff_t>(next_);
  next_ += size;
  return {begin, begin + static_cast<std::ptrdiff_t>(size)};
}

}  // namespace wasmscope::replay
