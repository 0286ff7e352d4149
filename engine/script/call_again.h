// SPDX-License-Identifier: Apache-2.0
// Makes a call of a script a second time: from the state it began in, with the host's answers out of the log. It has to
// end in the same way, at the same tick, in the same state. Only where no other thread runs meanwhile. Internal to
// script/.
#pragma once
#include <string>

#include "engine/interp/interpreter.h"
#include "engine/replay/checkpoints.h"

namespace wasmscope::script {

class CallAgain {
 public:
  // The execution has begun a call and executed nothing of it.
  CallAgain(runtime::Store& store, interp::Interpreter& interpreter, runtime::Execution& execution);
  ~CallAgain();
  CallAgain(const CallAgain&) = delete;
  CallAgain& operator=(const CallAgain&) = delete;

  // Once, when the call has ended with `first`. What was different, for people; "" when nothing was.
  std::string find_difference(const runtime::Outcome& first);

 private:
  std::string describe(const runtime::Outcome& outcome) const;

  runtime::Store& store_;
  interp::Interpreter& interpreter_;
  runtime::Execution& execution_;
  runtime::HostSink* const sink_before_;
  replay::EventLog log_;
  replay::Checkpoints checkpoints_;
};

}  // namespace wasmscope::script
