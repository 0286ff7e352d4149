// SPDX-License-Identifier: Apache-2.0
#include "engine/script/call_again.h"

#include "engine/replay/state_hash.h"

namespace wasmscope::script {

CallAgain::CallAgain(runtime::Store& store, interp::Interpreter& interpreter, runtime::Execution& execution)
    : store_(store), interpreter_(interpreter), execution_(execution), sink_before_(store.sink), checkpoints_(store, execution) {
  store_.sink = &log_;
  log_.set_clock(&execution_);
  checkpoints_.take({execution_.instant(), 0, log_.position(), 0, 0, false});
}

CallAgain::~CallAgain() { store_.sink = sink_before_; }

std::string CallAgain::describe(const runtime::Outcome& outcome) const {
  std::string text = "at tick " + std::to_string(execution_.tick);
  if (const auto* const trapped = std::get_if<runtime::Trapped>(&outcome)) {
    text += ", the trap \"" + std::string(wasm::text_of(trapped->code)) + "\"";
  } else if (std::holds_alternative<runtime::Returned>(outcome)) {
    for (const runtime::Value& value : execution_.results())
      text += ", " + wasm::to_text(value.type) + " " + std::to_string(value.bits) + "/" + std::to_string(value.high);
  } else {
    text += ", no end";
  }
  return text + ", state " + std::to_string(replay::hash_state(store_, execution_));
}

std::string CallAgain::find_difference(const runtime::Outcome& first) {
  const std::string wanted = describe(first);
  const uint64_t last_tick = execution_.tick;
  const replay::Milestone& begin = checkpoints_.restore(0);
  interpreter_.reset(execution_);
  log_.go_to(begin.events);
  log_.close();
  const std::string got = describe(interpreter_.run(execution_, {.tick_limit = last_tick + 1}));
  return wanted == got ? std::string() : "replayed: " + got + "; before: " + wanted;
}

}  // namespace wasmscope::script
