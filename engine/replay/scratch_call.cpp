// SPDX-License-Identifier: Apache-2.0
#include "engine/replay/scratch_call.h"

#include <utility>

#include "engine/base/try.h"
#include "engine/base/utf8.h"

namespace wasmscope::replay {
namespace {

constexpr uint32_t kScratchId = 1;   // the program's own execution is 0

}  // namespace

const runtime::HostEvent* ScratchCall::Refusal::replay(const runtime::HostFunc& func) {
  answer_ = {};
  answer_.results.assign(wasm::slots_of(func.type.results), 0);
  answer_.trap = escape_for_display(func.module) + "." + escape_for_display(func.name) +
                 " is the host's: a call in a copy of the state asks nothing of the host";
  return &answer_;
}

ScratchCall::ScratchCall(Timeline& timeline, std::unique_ptr<runtime::Execution> execution)
    : timeline_(timeline), execution_(std::move(execution)), sink_(timeline.store_.sink), saved_(timeline.store_.save()) {
  timeline_.store_.sink = &refusal_;
}

Result<std::unique_ptr<ScratchCall>> ScratchCall::create(Timeline& timeline, const Call& call) {
  TRY_ASSIGN(auto execution, runtime::Execution::create(kScratchId));
  std::unique_ptr<ScratchCall> scratch(new ScratchCall(timeline, std::move(execution)));
  scratch->execution_->begin(*timeline.instance_->funcs[call.func], call.arguments);
  timeline.interpreter_.reset(*scratch->execution_);
  return scratch;
}

ScratchCall::~ScratchCall() {
  timeline_.interpreter_.remove(*execution_);
  timeline_.store_.restore(saved_);
  timeline_.store_.sink = sink_;
}

runtime::Outcome ScratchCall::run(const interp::RunRequest& request) {
  const bool was_passing = std::exchange(timeline_.is_passing_, true);
  runtime::Outcome outcome = timeline_.interpreter_.run(*execution_, request);
  timeline_.is_passing_ = was_passing;
  return outcome;
}

}  // namespace wasmscope::replay
