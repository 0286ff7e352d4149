// SPDX-License-Identifier: Apache-2.0
// What the loop and the interpreter's bookkeeping share. Internal to interp/.
//
// Everything is written back to the Execution before the loop is left.
#pragma once
#include <algorithm>
#include <atomic>
#include <map>

#include "engine/interp/cell.h"
#include "engine/interp/compiled.h"
#include "engine/interp/interpreter.h"
#include "engine/interp/roots.h"

namespace wasmscope::interp {

// Mirrors a control record with native addresses. A cache: always derivable from the record.
struct ReturnAddress {
  const Cell* ip;
  runtime::Func* func;
};
static_assert(sizeof(ReturnAddress) == sizeof(runtime::ControlRecord));

struct ExecutionCache {
  std::unique_ptr<ReturnAddress[]> returns;   // [0] belongs to the sentinel record
  // A pause for a missing import that the next run passes, returning zeros.
  bool passes_missing = false;
};

struct FuncCode {
  std::unique_ptr<Code> fast, step;
  std::set<uint32_t> stops;
  StopForm stop_form = StopForm::Patch;
  // Of the probes: where the function has such instructions. Valid for one generation of probes.
  uint64_t generation = 0;
  std::vector<uint32_t> probed, writes;   // ascending
  std::vector<CompiledFunc*> compiled;   // one for each instance at most
  bool is_called = false;
  bool is_hot = false;                   // has been compiled: it will be again, when its code has to be another one
  uint64_t looks = 0;                    // that found it running
  uint32_t arrivals = 0;                 // at stops patched into its machine code

  // Code may stop there, or before a write.
  bool asks_at(uint32_t pc) const {
    return stops.contains(pc) || std::ranges::binary_search(probed, pc) || std::ranges::binary_search(writes, pc);
  }
  // Where code stops.
  lower::StopSet asked_pcs() const {
    lower::StopSet all{false, stops};
    all.pcs.insert(probed.begin(), probed.end());
    return all;
  }
  const CompiledFunc* compiled_for(const runtime::Func& func) const {
    for (const CompiledFunc* each : compiled)
      if (each->func == &func) return each;
    return nullptr;
  }
  // The code that the cell belongs to.
  const Code& code_with(const Cell* ip) const {
    if (fast && fast->contains(ip)) return *fast;
    for (const CompiledFunc* each : compiled)
      if (each->runtime_cells && each->runtime_cells->contains(ip)) return *each->runtime_cells;
    return *step;
  }
};

struct ModuleCode {
  std::shared_ptr<const wasm::Module> module;
  std::vector<FuncCode> funcs;                        // by function index
  std::vector<wasm::FuncIndex> called;
  std::vector<runtime::Instance*> instances;
};

struct Interpreter::Impl {
  explicit Impl(runtime::Store& the_store) : store(the_store), roots(the_store) {}

  runtime::Store& store;
  Cell enter_lowering{}, enter_host{}, finish{}, return_slow{};
  std::map<const wasm::Module*, std::unique_ptr<ModuleCode>> modules;
  std::map<runtime::Execution*, ExecutionCache> caches;
  Statistics statistics;
  Tier* tier = nullptr;
  CompileWhen compile_when = CompileWhen::Hot;
  uint64_t look_ticks = kLookTicks;
  uint64_t changes = 0;                  // of what list_funcs() says
  Roots roots;
  Probes probes;
  uint64_t generation = 0;               // of the probes

  FuncCode& code_of(const runtime::Func& func) {
    return static_cast<ModuleCode*>(func.instance->code)->funcs[func.index];
  }
  // With what the probes say about the function.
  FuncCode& probed_code_of(const runtime::Func& func);
  Asking what_to_ask(const runtime::Func& func);
  Code& fast_code(runtime::Func& func);   // lowers on first use and installs the entry
  // Before the first call of a function: installs the entry of its code in the tier chosen.
  void prepare(runtime::Func& func);
  // Compiles the function if the tier does; false when not.
  bool compile(runtime::Func& func);
  void note_called(runtime::Func& func, FuncCode& func_code);
  // It came to a stop patched into its machine code.
  void note_arrival(runtime::Func& func);
  // The function was found running.
  void look_at(runtime::Func& func);
  Code& step_code(const runtime::Func& func);
  ExecutionCache& cache_of(runtime::Execution& execution);
  void forget_returns(runtime::Execution& execution, ExecutionCache& cache);
  void forget_fast_code();
  void forget_fast_code(ModuleCode& module_code, wasm::FuncIndex func);   // return addresses may still lead there
};

// By CellOp.
extern Handler* const kHandlers[];

runtime::Outcome run_loop(Interpreter::Impl& impl, runtime::Execution& execution, const RunRequest& request);

}  // namespace wasmscope::interp
