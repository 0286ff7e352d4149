// SPDX-License-Identifier: Apache-2.0
// A call in a scratch copy of a program's state: memories, tables, globals, segments and objects are saved when it is
// made and put back when it goes, and the program's own frames are not touched. The host is asked nothing: a call of a
// host function traps, saying so. No breakpoint stops it. One at a time; nothing else may be done with the timeline
// while there is one. Engine thread only.
#pragma once
#include <memory>

#include "engine/replay/timeline.h"

namespace wasmscope::replay {

class ScratchCall {
 public:
  // The function must be a WebAssembly function; arguments must match its type.
  static Result<std::unique_ptr<ScratchCall>> create(Timeline& timeline, const Call& call);
  ~ScratchCall();
  ScratchCall(const ScratchCall&) = delete;
  ScratchCall& operator=(const ScratchCall&) = delete;

  // As Interpreter::run. Ticks are counted from 0.
  runtime::Outcome run(const interp::RunRequest& request);
  const runtime::Execution& execution() const { return *execution_; }

 private:
  class Refusal final : public runtime::HostSink {
   public:
    const runtime::HostEvent* replay(const runtime::HostFunc& func) override;
    void record(const runtime::HostFunc&, const runtime::HostEvent&) override {}
    bool is_full() const override { return true; }

   private:
    runtime::HostEvent answer_;
  };
  ScratchCall(Timeline& timeline, std::unique_ptr<runtime::Execution> execution);

  Timeline& timeline_;
  std::unique_ptr<runtime::Execution> execution_;
  Refusal refusal_;
  runtime::HostSink* sink_;
  runtime::StoreImage saved_;
};

}  // namespace wasmscope::replay
