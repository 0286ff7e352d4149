// SPDX-License-Identifier: Apache-2.0
// The stepping interpreter: direct-threaded cells over slot code. One Interpreter serves one Store; it owns
// the code of every module in it and the native return addresses that mirror control stacks.
// Engine thread only. Exact at every stop: the frame in memory plus lower::describe() is the whole state.
#pragma once
#include <atomic>
#include <memory>

#include "engine/interp/probes.h"
#include "engine/lower/slot_code.h"
#include "engine/runtime/execution.h"

namespace wasmscope::interp {

enum class Mode : uint8_t {
  Run,    // until something stops it
  Step,   // exactly one instruction
};

struct RunRequest {
  Mode mode = Mode::Run;
  // Stop on arrival at this tick, before the first instruction after the transfer.
  uint64_t tick_limit = UINT64_MAX;
  // Stop when a return makes the frame of this depth, which is suspended now, current. UINT32_MAX: never.
  uint32_t return_depth = UINT32_MAX;
  // Whether a breakpoint at the current pc stops right away; false when resuming from it.
  bool stop_here = false;
  // Stop at this instant, or the first one after it; until then every instruction is carried out for itself. May be null.
  const runtime::Instant* walk_to = nullptr;
  // Polled every few thousand ticks; may be null.
  const std::atomic<bool>* pause = nullptr;
};

struct Statistics {
  uint64_t functions_lowered = 0;
  uint64_t code_bytes = 0;   // of their bodies
  uint64_t cells = 0;        // made from them, 16 bytes each
  uint64_t functions_compiled = 0;
};

class Tier;
enum class CompileWhen : uint8_t {
  Hot,     // functions that are found running, now and then
  Called,  // every function at its first call
};
// From one look at what runs to the next, in ticks of the execution; no multiple of what loops are made of.
inline constexpr uint64_t kLookTicks = 19'997;

// A function that has been called.
struct FuncState {
  wasm::FuncIndex func = 0;
  bool is_compiled = false;
  bool has_stops = false;
  uint64_t machine_bytes = 0;
  uint64_t looks = 0;      // that found it running
};

class Interpreter {
 public:
  explicit Interpreter(runtime::Store& store);
  ~Interpreter();

  // Compiled code from now on; the tier lives at least as long, or until it is removed: then all is interpreted.
  // Results, traps, ticks and instants are the same. Not while a run is in progress. What is hot shows at looks, every
  // `look_ticks` of an execution's time: so it depends on nothing but the program.
  void set_tier(Tier& tier, CompileWhen when, uint64_t look_ticks = kLookTicks);
  void remove_tier();

  // Functions of the instance can be run from now on. Call once after instantiation.
  void add_instance(runtime::Instance& instance);
  // A host function that no instance may have imported, but that a reference can lead to.
  void add_host_func(runtime::Func& func);

  // Continues `execution` from where it stands. After Paused, Trapped and MissingImport the execution's
  // current func, pc, frame and tick say where; a trap leaves the trapping instruction unacted.
  runtime::Outcome run(runtime::Execution& execution, const RunRequest& request);

  // Places where execution of a module's function stops with PauseReason::Breakpoint. Takes effect at once,
  // also for frames already on the stack. Only while no run is in progress.
  void set_stops(const runtime::Instance& instance, wasm::FuncIndex func, std::set<uint32_t> pcs,
                 StopForm form = StopForm::Patch);

  // These of a module's functions are compiled from now on, the others when they are called: as it was when list_funcs()
  // said so, since a function's first call takes another way than later ones. The same rules; for CompileWhen::Called.
  void set_compiled(const runtime::Instance& instance, const std::set<wasm::FuncIndex>& funcs);

  // Replaces the earlier ones; the same rules. A run that stops before a write has not acted: Step passes it, Run asks
  // again.
  void set_probes(Probes probes);

  // Forget native addresses that mirror the execution's control stack: after its regions were restored.
  void reset(runtime::Execution& execution);
  // Before the execution is destroyed.
  void remove(runtime::Execution& execution);

  Statistics statistics() const;
  // Of the functions of a module of this instance's, ascending.
  std::vector<FuncState> list_funcs(const runtime::Instance& instance) const;
  // Ascends whenever list_funcs() would say something else.
  uint64_t changes() const;

  struct Impl;   // defined in interp/loop.h

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace wasmscope::interp
