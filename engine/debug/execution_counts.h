// SPDX-License-Identifier: Apache-2.0
// How often each instruction of a module was executed. An observer of every kind of instruction: it is asked at every
// instant and never stops. An instruction that trapped was not executed. Engine thread only.
#pragma once
#include <string>
#include <vector>

#include "engine/interp/probes.h"
#include "engine/symbols/names.h"
#include "engine/wasm/module.h"

namespace wasmscope::debug {

class ExecutionCounts {
 public:
  explicit ExecutionCounts(const wasm::Module& module);

  // Kinds of instructions to be asked about: all.
  static wasm::OpSet probed_ops() { return wasm::OpSet().set(); }
  void note(const runtime::Execution& execution) { ++counts_[execution.pc - begin_]; }
  // The instruction that it stands at was not executed after all.
  void take_back(const runtime::Execution& execution) { --counts_[execution.pc - begin_]; }

  uint64_t at(uint32_t pc) const { return counts_[pc - begin_]; }
  struct Instruction {
    uint32_t pc = 0;
    uint64_t count = 0;
  };
  struct Function {
    wasm::FuncIndex func = 0;
    uint64_t calls = 0, executed = 0;
    uint32_t instructions = 0, covered = 0;   // of those that can be reached
  };
  // The instructions of a function that have instants, in order.
  std::vector<Instruction> instructions(wasm::FuncIndex func) const;
  Function function(wasm::FuncIndex func) const;
  // Every function with code.
  std::vector<Function> functions() const;

 private:
  const wasm::Module& module_;
  uint32_t begin_ = 0;                        // of the first body
  std::vector<uint64_t> counts_;              // by pc
};

// The functions that ran, those first that executed most; at most so many. The first line sums up.
std::string to_table(const ExecutionCounts& counts, const symbols::Names& names, size_t most);

}  // namespace wasmscope::debug
