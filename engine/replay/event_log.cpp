// SPDX-License-Identifier: Apache-2.0
#include "engine/replay/event_log.h"

#include "engine/base/try.h"

namespace wasmscope::replay {

const runtime::HostEvent* EventLog::replay(const runtime::HostFunc& func) {
  if (is_live()) return nullptr;
  const Entry& entry = entries_[cursor_++];
  // The same program with the same answers asks the same questions; anything else is a fault of the engine.
  CHECK(entry.func == &func);
  return &entry.event;
}

void EventLog::record(const runtime::HostFunc& func, const runtime::HostEvent& event) {
  CHECK(is_live());
  entries_.push_back({&func, event});
  cursor_ = entries_.size();
}

}  // namespace wasmscope::replay
