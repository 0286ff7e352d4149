// SPDX-License-Identifier: Apache-2.0
#include "engine/interp/interpreter.h"

#include <algorithm>
#include <utility>

#include "engine/base/try.h"
#include "engine/interp/loop.h"
#include "engine/wasm/limits.h"

namespace wasmscope::interp {

using runtime::Execution;
using runtime::Func;
using runtime::Instance;

namespace {

// Each costs every store a comparison; with more of them the interpreter, which looks at the range around all first,
// is faster.
constexpr size_t kMostCompiledWatches = 4;

wasm::OpSet scalar_stores() {
  return wasm::op_set({
#define OP(...)
#define OP_STORE(Name, ...) wasm::Op::Name,
#include "engine/wasm/opcodes.def"
  });
}
// Stops of a function that has come to them so often get code of their own: a patch costs a signal each time.
constexpr uint32_t kFrequentArrivals = 100;

// Those that have no form of their own that looks at its address.
wasm::OpSet other_writes() {
  return wasm::op_set({
#define OP(...)
#define OP_VECTOR_STORE(Name, ...) wasm::Op::Name,
#define OP_VECTOR_STORE_LANE(Name, ...) wasm::Op::Name,
#define OP_ATOMIC_STORE(Name, ...) wasm::Op::Name,
#define OP_ATOMIC_RMW(Name, ...) wasm::Op::Name,
#define OP_ATOMIC_CMPXCHG(Name, ...) wasm::Op::Name,
#include "engine/wasm/opcodes.def"
      wasm::Op::MemoryFill, wasm::Op::MemoryCopy, wasm::Op::MemoryInit});
}

}  // namespace

FuncCode& Interpreter::Impl::probed_code_of(const Func& func) {
  FuncCode& code = code_of(func);
  if (code.generation == generation) return code;
  code.generation = generation;
  code.arrivals = 0;
  const wasm::Module& module = *func.instance->module;
  code.probed = lower::find_instructions(module, func.index, probes.ops);
  code.writes.clear();
  if (!probes.writes.empty()) code.writes = lower::find_instructions(module, func.index, scalar_stores() | other_writes());
  return code;
}

Asking Interpreter::Impl::what_to_ask(const Func& func) {
  const FuncCode& func_code = probed_code_of(func);
  const bool is_frequent = func_code.stop_form == StopForm::Patch && func_code.arrivals >= kFrequentArrivals;
  Asking asking{.stops = func_code.asked_pcs(), .form = is_frequent ? StopForm::Code : func_code.stop_form};
  if (func_code.writes.empty()) return asking;
  const std::vector<uint32_t> others = lower::find_instructions(*func.instance->module, func.index, other_writes());
  asking.stops.pcs.insert(others.begin(), others.end());
  asking.stores = Stores::Watched;
  for (const WatchedRange& range : probes.writes)
    if (range.is_near(*func.instance)) asking.watches.push_back({range.begin, range.end});
  return asking;
}

Code& Interpreter::Impl::fast_code(Func& func) {
  FuncCode& func_code = probed_code_of(func);
  if (!func_code.fast) {
    const wasm::Module& module = *func.instance->module;
    const Asking asking = what_to_ask(func);
    func_code.fast = encode(lower::lower(module, func.index, asking.stops), kHandlers,
                            static_cast<uint32_t>(module.funcs[func.index].code.begin), module.imported_funcs, asking.stores);
    ++statistics.functions_lowered;
    statistics.cells += func_code.fast->cells.size();
    statistics.code_bytes += module.funcs[func.index].code.size();
    note_called(func, func_code);
  }
  if (func.entry == &enter_lowering) func.entry = func_code.fast->cells.data();
  return *func_code.fast;
}

void Interpreter::Impl::prepare(Func& func) {
  const bool is_wanted = compile_when == CompileWhen::Called || code_of(func).is_hot;
  if (!is_wanted || !compile(func)) fast_code(func);
}

void Interpreter::Impl::note_called(Func& func, FuncCode& func_code) {
  if (std::exchange(func_code.is_called, true)) return;
  static_cast<ModuleCode*>(func.instance->code)->called.push_back(func.index);
  ++changes;
}

bool Interpreter::Impl::compile(Func& func) {
  if (tier == nullptr) return false;
  FuncCode& func_code = probed_code_of(func);
  if (func_code.compiled_for(func) != nullptr) return true;
  const Asking asking = what_to_ask(func);
  if (asking.watches.size() > kMostCompiledWatches) return false;
  CompiledFunc* const compiled = tier->compile(func, asking);
  if (compiled == nullptr) return false;
  func_code.compiled.push_back(compiled);
  func_code.is_hot = true;
  func.entry = compiled->cells.data();
  ++statistics.functions_compiled;
  note_called(func, func_code);
  ++changes;
  return true;
}

void Interpreter::Impl::note_arrival(Func& func) {
  FuncCode& func_code = probed_code_of(func);
  if (++func_code.arrivals != kFrequentArrivals) return;
  // What runs of the code goes on with its patches.
  std::erase_if(func_code.compiled, [&](const CompiledFunc* each) { return each->func == &func; });
  if (!compile(func)) func.entry = &enter_lowering;
}

void Interpreter::Impl::look_at(Func& func) {
  ++code_of(func).looks;
  ++changes;
  compile(func);
}

Code& Interpreter::Impl::step_code(const Func& func) {
  FuncCode& func_code = code_of(func);
  if (!func_code.step) {
    const wasm::Module& module = *func.instance->module;
    func_code.step = encode(lower::lower(module, func.index, {true, {}}), kHandlers,
                            static_cast<uint32_t>(module.funcs[func.index].code.begin), module.imported_funcs, Stores::Plain);
    func_code.step->is_step = true;
  }
  return *func_code.step;
}

ExecutionCache& Interpreter::Impl::cache_of(Execution& execution) {
  const auto [found, is_new] = caches.try_emplace(&execution);
  if (is_new) {
    found->second.returns.reset(new ReturnAddress[wasm::kMaxCallDepth + 2]);
    forget_returns(execution, found->second);
  }
  return found->second;
}

void Interpreter::Impl::forget_returns(Execution& execution, ExecutionCache& cache) {
  cache.returns[0] = {&finish, execution.first};
  for (uint32_t i = 0; i < execution.depth; ++i)
    cache.returns[i + 1] = {&return_slow, &store.funcs[execution.records()[i].func]};
}

Interpreter::Interpreter(runtime::Store& store) : impl_(std::make_unique<Impl>(store)) {
  const auto set = [&](Cell& cell, CellOp op) { cell.handler = kHandlers[static_cast<size_t>(op)]; };
  set(impl_->enter_lowering, CellOp::EnterLowering);
  set(impl_->enter_host, CellOp::EnterHost);
  set(impl_->finish, CellOp::Finish);
  set(impl_->return_slow, CellOp::ReturnSlow);
}

Interpreter::~Interpreter() = default;

void Interpreter::set_tier(Tier& tier, CompileWhen when, uint64_t look_ticks) {
  impl_->forget_fast_code();
  impl_->tier = &tier;
  impl_->compile_when = when;
  impl_->look_ticks = look_ticks;
}

void Interpreter::remove_tier() {
  impl_->forget_fast_code();
  impl_->tier = nullptr;
}

void Interpreter::add_instance(Instance& instance) {
  auto& module_code = impl_->modules[instance.module.get()];
  if (!module_code) {
    module_code = std::make_unique<ModuleCode>();
    module_code->module = instance.module;
    module_code->funcs.resize(instance.module->funcs.size());
  }
  module_code->instances.push_back(&instance);
  instance.code = module_code.get();
  for (Func* func : instance.funcs)
    if (func->entry == nullptr) func->entry = func->host || func->missing ? &impl_->enter_host : &impl_->enter_lowering;
}

void Interpreter::add_host_func(Func& func) {
  CHECK(func.host != nullptr);
  func.entry = &impl_->enter_host;
}

void Interpreter::set_stops(const Instance& instance, wasm::FuncIndex func, std::set<uint32_t> pcs, StopForm form) {
  auto* module_code = static_cast<ModuleCode*>(instance.code);
  FuncCode& code = module_code->funcs[func];
  if (code.stops == pcs && code.stop_form == form) return;
  code.stops = std::move(pcs);
  code.stop_form = form;
  code.arrivals = 0;
  impl_->forget_fast_code(*module_code, func);
  for (auto& [execution, cache] : impl_->caches) impl_->forget_returns(*execution, cache);
}

void Interpreter::Impl::forget_fast_code(ModuleCode& module_code, wasm::FuncIndex func) {
  FuncCode& code = module_code.funcs[func];
  code.fast.reset();
  for (const CompiledFunc* compiled : std::exchange(code.compiled, {})) tier->uninstall(*compiled->func);
  ++changes;
  for (Instance* each : module_code.instances) each->funcs[func]->entry = &enter_lowering;
}

void Interpreter::Impl::forget_fast_code() {
  for (auto& [module, module_code] : modules) {
    for (uint32_t i = 0; i < module_code->funcs.size(); ++i)
      if (module_code->funcs[i].fast || !module_code->funcs[i].compiled.empty()) forget_fast_code(*module_code, i);
  }
  for (auto& [execution, cache] : caches) forget_returns(*execution, cache);
}

void Interpreter::set_compiled(const Instance& instance, const std::set<wasm::FuncIndex>& funcs) {
  auto& module_code = *static_cast<ModuleCode*>(instance.code);
  for (const wasm::FuncIndex func : module_code.called) {
    if (funcs.contains(func)) impl_->compile(*instance.funcs[func]);
    else impl_->forget_fast_code(module_code, func);
  }
  for (auto& [execution, cache] : impl_->caches) impl_->forget_returns(*execution, cache);
}

void Interpreter::set_probes(Probes probes) {
  const bool are_others = probes.ops != impl_->probes.ops || probes.writes != impl_->probes.writes;
  impl_->probes = std::move(probes);
  if (!are_others) return;
  ++impl_->generation;
  impl_->forget_fast_code();
}

void Interpreter::reset(Execution& execution) {
  const auto found = impl_->caches.find(&execution);
  if (found == impl_->caches.end()) return;
  found->second.passes_missing = false;
  impl_->forget_returns(execution, found->second);
}

void Interpreter::remove(Execution& execution) { impl_->caches.erase(&execution); }

runtime::Outcome Interpreter::run(Execution& execution, const RunRequest& request) {
  CHECK(execution.status == runtime::Status::Ready);
  runtime::Outcome outcome = run_loop(*impl_, execution, request);
  if (std::holds_alternative<runtime::Returned>(outcome)) execution.status = runtime::Status::Returned;
  if (std::holds_alternative<runtime::Trapped>(outcome)) execution.status = runtime::Status::Trapped;
  if (std::holds_alternative<runtime::Exited>(outcome)) execution.status = runtime::Status::Exited;
  return outcome;
}

Statistics Interpreter::statistics() const { return impl_->statistics; }

std::vector<FuncState> Interpreter::list_funcs(const Instance& instance) const {
  const auto& module_code = *static_cast<const ModuleCode*>(instance.code);
  std::vector<FuncState> list;
  for (const wasm::FuncIndex index : module_code.called) {
    const FuncCode& code = module_code.funcs[index];
    FuncState state{index, false, !code.stops.empty() || !code.probed.empty(), 0, code.looks};
    if (const CompiledFunc* const compiled = code.compiled_for(*instance.funcs[index])) {
      state.is_compiled = true;
      state.machine_bytes = compiled->machine_bytes;
    }
    list.push_back(state);
  }
  std::ranges::sort(list, {}, &FuncState::func);
  return list;
}

uint64_t Interpreter::changes() const { return impl_->changes; }

}  // namespace wasmscope::interp
