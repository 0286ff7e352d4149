// SPDX-License-Identifier: Apache-2.0
#include "engine/jit/compiled_tier.h"

#include <algorithm>
#include <chrono>
#include <unordered_map>

#include "engine/base/try.h"
#include "engine/jit/function_compiler.h"
#include "engine/jit/listing.h"
#include "engine/jit/stop_patches.h"

namespace wasmscope::jit {

namespace {

asmjit::JitAllocator::CreateParams allocator_params() {
  asmjit::JitAllocator::CreateParams params;
  params.options = asmjit::JitAllocatorOptions::kUseDualMapping;
  params.blockSize = 1 << 20;
  return params;
}

// An instruction that cannot be encoded is a mistake of the compiler's.
class StrictErrors : public asmjit::ErrorHandler {
 public:
  void handleError(asmjit::Error, const char*, asmjit::BaseEmitter*) override { CHECK(false); }
};

// With each stop the function is lowered once more; for many one compilation is cheaper.
constexpr size_t kMostPatches = 64;

// Code that asks nothing but has patches where it stops, and code made for what was asked for last.
struct Versions {
  std::unique_ptr<NativeFunc> plain, asking_code;
  std::unique_ptr<StopPatches> patches;   // of `plain`
  lower::StopSet patched;
  interp::Asking asking;
};

bool can_be_patched(const interp::Asking& asking) {
  return asking.stores == interp::Stores::Plain && asking.form == interp::StopForm::Patch &&
         asking.stops.pcs.size() <= kMostPatches && GuardedCode::is_available();
}

}  // namespace

struct CompiledTier::Impl {
  Impl(runtime::Store& the_store, Bounds the_bounds, NanRule the_nans) : store(the_store), bounds(the_bounds), nans(the_nans) {
    workspace.code.ops.reserve(kUsualOps);
  }

  // Of nearly all functions. Memory that is not used costs nothing, growing does.
  static constexpr size_t kUsualOps = size_t{1} << 14;

  runtime::Store& store;
  const Bounds bounds;
  const NanRule nans;
  GuardedCode guarded_code;
  asmjit::JitAllocator::CreateParams params = allocator_params();
  asmjit::JitRuntime runtime{&params};
  StrictErrors errors;
  Assembler assembler{errors};
  Workspace workspace;
  Stubs stubs;
  const void* return_any = nullptr;
  interp::Tier::Trampoline* trampoline = nullptr;
  std::unordered_map<const runtime::Func*, Versions> funcs;
  std::set<const runtime::Instance*> prepared;    // whose functions compiled code can call
  Statistics statistics;

  void* add(asmjit::CodeHolder& holder) {
    void* code = nullptr;
    CHECK(runtime.add(&code, &holder) == asmjit::kErrorOk);
    return code;
  }
  template <class Emit>
  const void* make(Emit emit) {
    asmjit::CodeHolder holder;
    holder.init(runtime.environment());
    holder.setErrorHandler(&errors);
    x86::Assembler assembler(&holder);
    emit(assembler);
    return add(holder);
  }
  void release(void* code) {
    guarded_code.remove(code);
    runtime.release(code);
  }
  void make_stubs();
  // For people, of what `func`'s code mentions; "" where it is nobody's.
  std::string name_of(uint64_t address, const runtime::Func& func) const;
  std::unique_ptr<NativeFunc> compile(runtime::Func& func, const interp::Asking& asking);
  // Code that is looked at, not run.
  struct Traced {
    Traced(Impl& tier, runtime::Func& func, const interp::Asking& asking);
    Bytes machine_code() const { return Bytes(bytes).subspan(data_bytes); }

    lower::SlotCode code;
    Trace trace;
    std::vector<uint8_t> bytes;   // data, then machine code
    size_t data_bytes = 0;
  };
  // Patches the code without stops; false where that is not possible.
  bool patch(Versions& versions, runtime::Func& func, const lower::StopSet& stops);
  CodeMap map_code(runtime::Func& func, const interp::Asking& asking);
  void begin_function() {
    assembler.begin();
    workspace.arena.release();
    workspace.exits.clear();
  }
};

void CompiledTier::Impl::make_stubs() {
  const interp::LoopLayout& layout = interp::loop_layout();
  // Parameters of handlers: rdi cell, rsi frame, rdx size of memory 0, rcx nothing, r8 memory 0, r9 Context.
  trampoline = reinterpret_cast<interp::Tier::Trampoline*>(const_cast<void*>(make([&](x86::Assembler& a) {
    const x86::Gp kept[] = {x86::rbx, x86::rbp, x86::r12, x86::r13, x86::r14, x86::r15};
    for (const x86::Gp& reg : kept) a.push(reg);
    a.sub(x86::rsp, 8);
    a.lea(x86::rax, x86::ptr(x86::rsp, -8));
    a.mov(x86::qword_ptr(x86::r9, layout.native_stack), x86::rax);
    a.call(x86::rcx);
    a.add(x86::rsp, 8);
    for (auto reg = std::rbegin(kept); reg != std::rend(kept); ++reg) a.pop(*reg);
    a.ret();
  })));
  const auto pass_to_handler = [&](x86::Assembler& a) {
    a.mov(x86::qword_ptr(kContext, layout.budget), kBudget);
    a.mov(x86::qword_ptr(kContext, layout.top), kTop);
    a.mov(x86::rsi, kFrame);
    a.mov(x86::rdx, kMemorySize);
    a.mov(x86::r8, kMemory);
    a.mov(x86::r9, kContext);
  };
  stubs.leave = make([&](x86::Assembler& a) {
    a.mov(x86::rsp, x86::qword_ptr(kContext, layout.native_stack));
    pass_to_handler(a);
    a.jmp(x86::rax);
  });
  stubs.leave_by_exit = make([&](x86::Assembler& a) {
    using Saved = Exits::Saved;
    a.pop(x86::rcx);
    a.sub(x86::rsp, sizeof(Saved));
    a.and_(x86::rsp, -16);
    const auto saved = [](size_t offset) { return x86::Mem(x86::rsp, static_cast<int32_t>(offset)); };
    for (const Register reg : Registers::allocatable(false)) a.mov(saved(offsetof(Saved, general) + reg * 8u), x86::gpq(reg));
    for (const Register reg : Registers::allocatable(true)) a.vmovups(saved(offsetof(Saved, vectors) + (reg - 16u) * 16), vector(reg));
    a.mov(x86::rdi, x86::rax);
    a.mov(x86::rsi, x86::rcx);
    a.mov(x86::rdx, x86::rsp);
    a.mov(x86::rcx, kFrame);
    a.mov(x86::r8, kContext);
    a.mov(x86::rax, reinterpret_cast<uint64_t>(&Exits::leave));
    a.call(x86::rax);
    a.mov(x86::rcx, reinterpret_cast<uint64_t>(stubs.leave));
    a.jmp(x86::rcx);
  });
  // The return of a function whose caller has no native frame any more. The interpreter wants a result in the frame; the
  // slot of one that is not there holds nothing.
  return_any = make([&](x86::Assembler& a) {
    a.mov(slot_at(0), x86::rax);
    a.sub(kTop, sizeof(runtime::ControlRecord));
    a.mov(x86::qword_ptr(kContext, layout.top), kTop);
    a.mov(x86::rax, kTop);
    a.mov(x86::ecx, x86::dword_ptr(x86::rax, offsetof(runtime::ControlRecord, frame_base)));
    a.mov(x86::rsi, x86::qword_ptr(kContext, layout.stack));
    a.lea(x86::rsi, x86::ptr(x86::rsi, x86::rcx, 3));
    a.add(x86::rax, x86::qword_ptr(kContext, layout.to_returns));
    a.mov(x86::rdi, x86::qword_ptr(x86::rax));
    a.mov(x86::rax, x86::qword_ptr(x86::rax, 8));
    a.mov(x86::qword_ptr(kContext, layout.func), x86::rax);
    a.mov(x86::qword_ptr(kContext, layout.budget), kBudget);
    a.mov(x86::rdx, kMemorySize);
    a.mov(x86::r8, kMemory);
    a.mov(x86::r9, kContext);
    a.jmp(x86::qword_ptr(x86::rdi));
  });
  constexpr int32_t kBits = offsetof(interp::Cell, bits), kNextBits = sizeof(interp::Cell) + kBits;
  enum class Result : uint8_t { None, OfCall };
  const auto enter = [&](int32_t place, Result result) {
    return make([&, place, result](x86::Assembler& a) {
      a.mov(x86::rsp, x86::qword_ptr(x86::r9, layout.native_stack));   // handlers may come from a call of the runtime
      a.mov(x86::r10, x86::qword_ptr(x86::rdi, place));
      if (result == Result::OfCall) {
        a.mov(x86::rax, x86::qword_ptr(x86::rdi, kNextBits));
        a.mov(x86::rax, x86::qword_ptr(x86::rsi, x86::rax));
      }
      a.mov(kFrame, x86::rsi);
      a.mov(kMemory, x86::r8);
      a.mov(kContext, x86::r9);
      a.mov(kMemorySize, x86::rdx);
      a.mov(kBudget, x86::qword_ptr(kContext, layout.budget));
      a.mov(kTop, x86::qword_ptr(kContext, layout.top));
      a.vzeroall();   // so that wrong code, too, does the same whenever it is run from the same state
      a.mov(x86::rcx, reinterpret_cast<uint64_t>(return_any));
      a.push(x86::rcx);
      a.jmp(x86::r10);
    });
  };
  stubs.enter_point = enter(kBits, Result::None);
  stubs.enter_func = enter(kNextBits, Result::None);
  stubs.enter_result = enter(kBits, Result::OfCall);
  // What a handler finds that leaves the loop by returning, with the native stack as a call of the runtime left it.
  const void* const leave_loop = make([&](x86::Assembler& a) {
    a.mov(x86::rsp, x86::qword_ptr(kContext, layout.native_stack));
    a.ret();
  });
  stubs.call_runtime = make([&](x86::Assembler& a) {
    a.mov(x86::qword_ptr(kContext, layout.func), x86::rax);
    a.mov(x86::qword_ptr(kContext, layout.native_top), x86::rsp);
    pass_to_handler(a);
    a.and_(x86::rsp, -16);
    a.mov(x86::rcx, reinterpret_cast<uint64_t>(leave_loop));
    a.push(x86::rcx);
    a.jmp(x86::qword_ptr(x86::rdi));
  });
  // Handlers keep rbx, rbp, r13 and r14.
  stubs.back = make([&](x86::Assembler& a) {
    a.mov(x86::rsp, x86::qword_ptr(kContext, layout.native_top));
    a.mov(kMemorySize, x86::rdx);
    a.mov(kMemory, x86::r8);
    a.ret();
  });
  stubs.call_any = make([&](x86::Assembler& a) {
    a.mov(x86::qword_ptr(kContext, layout.func), x86::rax);
    a.mov(x86::rax, reinterpret_cast<uint64_t>(layout.enter_any));
    a.mov(x86::rcx, reinterpret_cast<uint64_t>(stubs.leave));
    a.jmp(x86::rcx);
  });
}

CompiledTier::CompiledTier(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {
  trampoline = impl_->trampoline;
  if (GuardedCode::is_available()) guarded_code = &impl_->guarded_code;
}
CompiledTier::~CompiledTier() = default;

std::expected<std::unique_ptr<CompiledTier>, std::string> CompiledTier::create(runtime::Store& store, Bounds bounds, NanRule nans) {
  const asmjit::CpuInfo& cpu = asmjit::CpuInfo::host();
  if (cpu.arch() != asmjit::Arch::kX64) return std::unexpected("there is no compiled tier for this kind of processor");
  const auto& features = cpu.features().x86();
  if (!features.hasAVX() || !features.hasBMI() || !features.hasBMI2() || !features.hasLZCNT() || !features.hasPOPCNT())
    return std::unexpected("the compiled tier needs a processor with AVX, BMI2, LZCNT and POPCNT");
  // Compiled code reads the first word of the vector.
  if (const auto* const first = reinterpret_cast<runtime::Func* const* const*>(&store.func_pointers);
      *first != store.func_pointers.data())
    return std::unexpected("the compiled tier does not know this C++ library");
  if (!GuardedCode::is_available()) bounds = Bounds::Checked;
  auto impl = std::make_unique<Impl>(store, bounds, nans);
  impl->make_stubs();
  return std::unique_ptr<CompiledTier>(new CompiledTier(std::move(impl)));
}

std::unique_ptr<NativeFunc> CompiledTier::Impl::compile(runtime::Func& func, const interp::Asking& asking) {
  const auto begin = std::chrono::steady_clock::now();
  auto compiled = std::make_unique<NativeFunc>();
  compiled->func = &func;
  const wasm::Module& module = *func.instance->module;
  const lower::SlotCode& code = workspace.code = lower::lower(module, func.index, asking.stops, std::move(workspace.code));
  begin_function();
  FunctionCompiler compiler(assembler, workspace, stubs, store, func, code, asking, *compiled, bounds, nans);
  compiler.run();
  const size_t bytes = assembler.data_bytes() + assembler.code_bytes();
  void* writable = nullptr;
  CHECK(runtime.allocator()->alloc(&compiled->machine_code, &writable, bytes) == asmjit::kErrorOk);
  compiled->writable = static_cast<uint8_t*>(writable);
  assembler.copy_to(compiled->writable, reinterpret_cast<uint64_t>(compiled->machine_code));
  const uint8_t* const base = static_cast<const uint8_t*>(compiled->machine_code) + assembler.data_bytes();
  compiler.finish_cells(reinterpret_cast<uint64_t>(base));
  if (auto accesses = compiler.guarded_accesses(); !accesses.empty())
    guarded_code.add(compiled->machine_code, bytes, std::move(accesses));
  if (workspace.code.ops.capacity() > 4 * kUsualOps) workspace.code = {};
  ++statistics.functions;
  statistics.wasm_bytes += module.funcs[func.index].code.size();
  compiled->machine_bytes = bytes;
  statistics.machine_bytes += compiled->machine_bytes;
  statistics.seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return compiled;
}

CompiledTier::Impl::Traced::Traced(Impl& tier, runtime::Func& func, const interp::Asking& asking)
    : code(lower::lower(*func.instance->module, func.index, asking.stops)) {
  tier.begin_function();
  NativeFunc compiled;
  compiled.func = &func;
  FunctionCompiler compiler(tier.assembler, tier.workspace, tier.stubs, tier.store, func, code, asking, compiled, tier.bounds, tier.nans);
  compiler.note_in(trace);
  compiler.run();
  data_bytes = tier.assembler.data_bytes();
  bytes.resize(data_bytes + tier.assembler.code_bytes());
  tier.assembler.copy_to(bytes.data(), 0);
  const auto data = static_cast<uint32_t>(data_bytes);
  for (const GuardedAccess& access : compiler.guarded_accesses()) trace.faults.emplace_back(access.begin - data, access.exit - data);
}

bool CompiledTier::Impl::patch(Versions& versions, runtime::Func& func, const lower::StopSet& stops) {
  if (versions.patched.pcs == stops.pcs) return true;
  versions.patches.reset();
  versions.patched = {};
  if (stops.pcs.empty()) return true;
  const Traced traced(*this, func, {});
  const auto points = find_stop_points(*func.instance->module, func.index, traced.code, traced.trace, stops);
  if (!points || traced.bytes.size() != versions.plain->machine_bytes) return false;
  const StopPatches::Place place{static_cast<const uint8_t*>(versions.plain->machine_code) + traced.data_bytes, versions.plain->writable + traced.data_bytes};
  for (const StopPoint& point : *points)
    if (place.code[point.offset] != traced.machine_code()[point.offset]) return false;
  versions.patches = std::make_unique<StopPatches>(guarded_code, place, func, *points, stubs.leave_by_exit,
                                                   [this](asmjit::CodeHolder& holder) { return add(holder); }, [this](void* code) { runtime.release(code); });
  versions.patched = stops;
  return true;
}

CodeMap CompiledTier::Impl::map_code(runtime::Func& func, const interp::Asking& asking) {
  const auto map = [&](const Traced& traced) {
    return jit::map_code(*func.instance->module, func.index, traced.code, traced.trace, traced.machine_code(),
                         [&](uint64_t address) { return name_of(address, func); });
  };
  if (!can_be_patched(asking)) return map(Traced(*this, func, asking));
  const Traced plain(*this, func, {});
  const auto points = find_stop_points(*func.instance->module, func.index, plain.code, plain.trace, asking.stops);
  if (!points) return map(Traced(*this, func, asking));
  CodeMap patched = map(plain);
  for (CodeMap::Instruction& each : patched.instructions)
    each.has_stop = std::ranges::binary_search(*points, each.offset, {}, &StopPoint::offset);
  return patched;
}

CodeMap CompiledTier::map_code(runtime::Func& func, const lower::StopSet& stops) { return impl_->map_code(func, {stops}); }

std::string CompiledTier::Impl::name_of(uint64_t address, const runtime::Func& func) const {
  const interp::LoopLayout& layout = interp::loop_layout();
  const std::pair<const void*, std::string_view> known[] = {
      {&func, "function"},
      {stubs.leave, "leave"},
      {stubs.leave_by_exit, "leave_by_exit"},
      {stubs.call_any, "call_any"},
      {stubs.call_runtime, "call_runtime"},
      {reinterpret_cast<const void*>(layout.tick), "tick"},
      {reinterpret_cast<const void*>(layout.redo), "redo"},
      {reinterpret_cast<const void*>(layout.redo_watched), "redo_watched"},
      {reinterpret_cast<const void*>(layout.overflow), "overflow"},
  };
  for (const auto& [where, name] : known)
    if (reinterpret_cast<uint64_t>(where) == address) return std::string(name);
  const auto found = std::ranges::find(func.instance->funcs, reinterpret_cast<const runtime::Func*>(address));
  return found == func.instance->funcs.end() ? std::string() : "#" + std::to_string(found - func.instance->funcs.begin());
}

interp::CompiledFunc* CompiledTier::compile(runtime::Func& func, const interp::Asking& asking) {
  if (impl_->prepared.insert(func.instance).second) {
    // Also where the code of a tier was that is no more.
    for (runtime::Func* each : func.instance->funcs)
      if (each->instance == func.instance || each->compiled == nullptr) each->compiled = impl_->stubs.call_any;
  }
  Versions& versions = impl_->funcs[&func];
  const auto install = [&](NativeFunc& compiled) {
    func.compiled = compiled.native;
    return &compiled;
  };
  const bool is_known = versions.asking_code && versions.asking == asking;
  if (asking.is_nothing() || (!is_known && can_be_patched(asking))) {
    if (!versions.plain) versions.plain = impl_->compile(func, {});
    if (impl_->patch(versions, func, asking.stops)) return install(*versions.plain);
  }
  if (!is_known) {
    if (versions.asking_code) impl_->release(versions.asking_code->machine_code);
    versions.asking_code = impl_->compile(func, asking);
    versions.asking = asking;
  }
  return install(*versions.asking_code);
}

void CompiledTier::uninstall(runtime::Func& func) { func.compiled = impl_->stubs.call_any; }

Statistics CompiledTier::statistics() const { return impl_->statistics; }

Coverage coverage_of(const wasm::Module& module) {
  Coverage coverage;
  for (wasm::FuncIndex func = module.imported_funcs; func < module.funcs.size(); ++func) {
    ServedByRuntime each{func, {}};
    const lower::SlotCode code = lower::lower(module, func, lower::StopSet{});
    for (const lower::SlotOp& op : code.ops) {
      if (op.op == lower::SlotOpcode::Label) continue;
      const Form form = form_of(op);
      ++(form == Form::MachineCode ? coverage.machine_code : form == Form::RuntimeCall ? coverage.runtime_calls : coverage.interpreted);
      if (form != Form::MachineCode) ++each.count[static_cast<wasm::Op>(op.op)];
    }
    if (!each.count.empty()) coverage.served.push_back(std::move(each));
  }
  return coverage;
}

}  // namespace wasmscope::jit
