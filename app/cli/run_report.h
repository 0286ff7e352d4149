// SPDX-License-Identifier: Apache-2.0
// What `run` says on stderr when a program does not end by itself: the trap or the missing import, and the
// calls that led there. Reads a stopped execution; all names are escaped.
#pragma once
#include <memory>
#include <string>

#include "engine/runtime/execution.h"
#include "engine/runtime/store.h"
#include "engine/symbols/names.h"

namespace wasmscope::app {

class RunReport {
 public:
  RunReport(const runtime::Instance& instance, const runtime::Store& store)
      : module_(*instance.module), instance_(instance), store_(store), names_(instance.module) {}

  void print_trap(const runtime::Trapped& trapped, const runtime::Execution& execution) const;
  // The execution is paused at a call of an import that nobody provides.
  void print_missing_call(const runtime::Execution& execution) const;
  void print_missing(const runtime::Func& func) const;
  std::string func_text(const runtime::Func& func) const;   // "parse_number #9"

 private:
  const runtime::Func* missing_callee(const runtime::Execution& execution) const;
  void print_frame(int depth_digits, uint32_t depth, const runtime::Func& func, uint32_t pc) const;
  void print_backtrace(const runtime::Execution& execution) const;

  const wasm::Module& module_;
  const runtime::Instance& instance_;
  const runtime::Store& store_;
  symbols::Names names_;
};

}  // namespace wasmscope::app
