// SPDX-License-Identifier: Apache-2.0
// Makes machine code of one function's slot code, in one pass. Within straight code slots stay in the registers they
// come into; at labels the registers agree with what the first branch there had, at loops with what the loop uses
// most. Whatever can stop leaves through an exit, out of line, that brings the frame up to date. Internal to jit/.
#pragma once
#include <array>
#include <map>
#include <optional>

#include "engine/jit/bounds.h"
#include "engine/jit/call_template.h"
#include "engine/jit/exits.h"
#include "engine/jit/loops.h"
#include "engine/jit/runtime_calls.h"
#include "engine/jit/trace.h"
#include "engine/jit/vectors.h"

namespace wasmscope::jit {

// Memory that functions use one after the other.
struct Workspace {
  std::array<std::byte, size_t{256} << 10> first_memory;
  Arena arena{first_memory.data(), first_memory.size()};
  Exits exits;
  lower::SlotCode code;
  const CallTemplate call_template;
};

class FunctionCompiler {
 public:
  FunctionCompiler(Assembler& assembler, Workspace& workspace, const Stubs& stubs, runtime::Store& store, runtime::Func& func,
                   const lower::SlotCode& code, const interp::Asking& asking, NativeFunc& result, Bounds bounds,
                   NanRule nans);

  // Appends the code. `result` has room for its cells, whose addresses are in the code, as that of its exits is.
  void run();
  // After the code has its place: what the cells and exits need of it.
  void finish_cells(uint64_t base);
  // Offsets from the data before the code on.
  std::vector<GuardedAccess> guarded_accesses() const;

  // Before run(): what is whose, and where.
  void note_in(Trace& trace) { trace_ = &trace; }

 private:
  using Source = lower::Source;
  using SlotOp = lower::SlotOp;
  enum class IntOp : uint8_t { Add, Sub, Mul, And, Or, Xor, Shl, ShrS, ShrU, Rotl, Rotr };
  // An operand of an instruction.
  struct Value {
    enum class Place : uint8_t { Register, Immediate, Memory } place = Place::Register;
    x86::Gp reg;
    int32_t immediate = 0;
    x86::Mem mem;
  };
  // What a conditional jump tests.
  struct Test {
    x86::CondCode code{};
    enum class Parity : uint8_t { Ignored, OrSet, AndClear } parity = Parity::Ignored;   // unordered floats set it
  };
  struct LabelState {
    asmjit::Label label;
    bool has_state = false;
    RegisterState state;
    uint32_t height = 0, uses = 0, pc = 0;
    asmjit::Label tick_exit;   // loops
    size_t loop_end = 0;
    bool is_loop = false;
    uint32_t region = lower::kNoRegion;   // whose exceptions land there
    uint32_t landing_cell = 0;
  };
  struct Edge {
    asmjit::Label label;
    uint32_t target = 0;
    RegisterState state;
  };

  // function_compiler.cpp
  void scan();
  void note(uint32_t piece) {
    if (trace_ != nullptr) note_piece(piece);
  }
  void note_piece(uint32_t piece);
  void entry();
  void operation(const SlotOp& op);
  void bind_label(const SlotOp& op);
  void begin_loop(const SlotOp& op, LabelState& label);
  void expect_canonical(RegisterSet started, const RegisterState& homes, asmjit::Label otherwise);
  void finish();
  asmjit::Label exit(Way way, uint32_t pc, const RegisterState& state);
  void clear_slots(uint32_t begin, uint32_t end);
  asmjit::Label exit_here(uint32_t pc) { return exit(Way::Redo, pc, registers_.state()); }
  void go_to(const void* address);
  uint32_t add_cell(const void* handler, asmjit::Label target);

  // runtime_calls.cpp
  bool is_foreign(const SlotOp& op) const;
  void note_runtime_call(size_t index);
  void note_throw(uint32_t pc);
  void call_runtime(size_t number);

  // branches.cpp
  void branch(const SlotOp& op);
  void branch_if(const SlotOp& op);
  void branch_table(const SlotOp& op);
  void loop_add(const SlotOp& op);
  void jump_if(const Test& test, const SlotOp& op);
  void jump_back(uint32_t label);
  asmjit::Label edge_to(uint32_t label);
  void jump_on(const Test& test, asmjit::Label label);
  Test compare(wasm::Op op, const Source& a, const Source& b);
  static Test opposite(const Test& test);

  // moves.cpp
  void mov(const SlotOp& op);
  void constant(const SlotOp& op);
  void select(const SlotOp& op);
  void select_float(const SlotOp& op, Kind kind);
  void global(const SlotOp& op);
  void reference(const SlotOp& op);

  // numbers.cpp
  void numeric(const SlotOp& op);
  static std::optional<IntOp> int_op(wasm::Op op);
  static bool is_commutative(IntOp op);
  void binary(const SlotOp& op, IntOp which, Kind kind);
  void pair(const SlotOp& op);
  void emit_int(IntOp op, Kind kind, const x86::Gp& d, const x86::Gp& a, const Value& b);
  void divide(const SlotOp& op);
  void unary(const SlotOp& op);
  void compare_value(const SlotOp& op);
  Value value(const Source& source, Kind kind, const x86::Gp& spare);
  x86::Gp in_register(const Source& source, Kind kind, const x86::Gp& spare);
  void load_immediate(const x86::Gp& reg, uint64_t bits);

  // floats.cpp
  bool float_operation(const SlotOp& op);
  void float_binary(const SlotOp& op, wasm::Op which, Kind kind);
  void emit_float(wasm::Op op, Kind kind, const x86::Xmm& d, const x86::Xmm& a, const asmjit::Operand& b);
  void float_extremum(const SlotOp& op, bool is_min, Kind kind);
  void float_signs(const SlotOp& op, Kind kind);
  void round(const SlotOp& op, Kind kind, uint32_t mode);
  void truncate(const SlotOp& op);
  void convert(const SlotOp& op);
  asmjit::Operand float_value(const Source& source, Kind kind);
  x86::Xmm float_in_register(const Source& source, Kind kind, const x86::Xmm& spare);
  x86::Mem float_constant(uint64_t low, uint64_t high, uint32_t bytes);

  // accesses.cpp
  x86::Mem address(const SlotOp& op, uint32_t width);
  void load(const SlotOp& op);
  void load_pair(const SlotOp& op);
  void store(const SlotOp& op);
  void look_at_watches(const SlotOp& op, const x86::Mem& to);
  void mark_page(const x86::Mem& written);
  void mark_page(const SlotOp& op, const x86::Mem& written);
  void load_int(wasm::Op op, const x86::Gp& d, const x86::Mem& from);

  // vectors.cpp
  void vector_operation(const SlotOp& op);
  void mov_pair(const SlotOp& op);
  void constant_pair(const SlotOp& op);
  // `lanes`: which raw lanes are welcome.
  x86::Xmm vector_in(const Source& source, Kind lanes = Kind::V128);
  x86::Xmm vector_out(const SlotOp& op, Kind lanes, Register preferred = kNoRegister);
  x86::Mem splat_constant(uint64_t bits);

  // vector_accesses.cpp, vector_lanes.cpp, vector_numbers.cpp, vector_floats.cpp
  void vector_access(const SlotOp& op, const VectorRow& row);
  void vector_lanes(const SlotOp& op, const VectorRow& row);
  void shuffle(const SlotOp& op);
  void splat_low(const x86::Xmm& d, const x86::Xmm& a, uint32_t bytes);
  x86::Mem byte_constant(const std::array<uint8_t, 16>& bytes);
  void vector_numbers(const SlotOp& op, const VectorRow& row);
  asmjit::Operand shift_count(const SlotOp& op, uint32_t lane_bits, const x86::Xmm& to, uint32_t plus);
  void shift_bytes(const SlotOp& op, const VectorRow& row);
  void dot_bytes(const x86::Xmm& a, const x86::Xmm& b);
  void vector_floats(const SlotOp& op, const VectorRow& row);

  // memory_places.cpp
  bool is_far(const SlotOp& op, uint32_t width) const;
  runtime::Memory& memory_of(const SlotOp& op) const;
  void take_far_base(const SlotOp& op);
  void take(Register reg);
  x86::Mem far_address(const SlotOp& op, uint32_t width);
  void memory_size(const SlotOp& op);

  // atomics.cpp, tables.cpp, wide_numbers.cpp, saturation.cpp
  void atomic(const SlotOp& op);
  x86::Gp atomic_operand(const Source& source, Kind kind);
  void table(const SlotOp& op);
  void wide(const SlotOp& op);
  void truncate_saturating(const SlotOp& op);

  // objects.cpp
  void object(const SlotOp& op);
  void object_in(const SlotOp& op);
  x86::Mem field(const SlotOp& op);
  x86::Mem element(const SlotOp& op);
  void read_object(const SlotOp& op, const x86::Mem& from);
  void use_stored(const Source& source, Kind kind);
  void write_object(const SlotOp& op, const Source& source, const x86::Mem& to);
  void i31(const SlotOp& op);
  void cast(const SlotOp& op);
  void require_kind(const SlotOp& op, const x86::Gp& reference, asmjit::Label no);
  void require_type(uint32_t wanted, bool is_exact, asmjit::Label no);

  // tail_calls.cpp
  void tail_call(const SlotOp& op);
  void move_arguments(const SlotOp& op, const RegisterState& parameters);
  void require_room(asmjit::Label no);

  // calls.cpp
  asmjit::Label load_callee(const SlotOp& op, const RegisterState& parameters);
  size_t call_taking(size_t index) const;
  void leave_to_call(size_t first_copy, size_t call);
  void leave_with_arguments(const RegisterState& parameters);
  void call(const SlotOp& op);
  static RegisterState parameters_from(const wasm::FuncType& type, uint32_t slot);
  CallParts call_parts(const SlotOp& op, uint32_t cell) const;
  const wasm::FuncType& callee_type(const SlotOp& op) const;
  void return_value(const SlotOp& op);
  void return_many(const SlotOp& op);

  void release(const SlotOp& op) { registers_.drop_from(op.height); }
  static Kind kind_of_letter(char letter);

  Assembler& asm_;
  Arena& arena_;
  Exits& made_exits_;
  const CallTemplate& call_template_;
  const Stubs& stubs_;
  const interp::LoopLayout& layout_ = interp::loop_layout();
  runtime::Store& store_;
  runtime::Func& func_;
  runtime::Instance& instance_;
  const lower::SlotCode& code_;
  const interp::Asking& asking_;
  NativeFunc& result_;
  Registers registers_;
  Loops loops_;
  std::pmr::vector<LabelState> labels_;
  std::pmr::vector<uint32_t> open_loops_{&arena_};         // labels, innermost last
  std::pmr::vector<asmjit::Label> exits_{&arena_};         // by number; not valid where no jump leads to one
  std::pmr::vector<Edge> edges_{&arena_};
  struct CellTarget {
    uint32_t cell;
    asmjit::Label target;
  };
  std::pmr::vector<CellTarget> cell_targets_{&arena_};
  struct LoopEntry {
    uint32_t label, cell;
    asmjit::Label target;
  };
  std::pmr::vector<LoopEntry> loop_entries_{&arena_};
  RegisterState parameters_;                 // as the function finds them
  asmjit::Label native_entry_, body_, entry_from_cell_, body_from_cell_, little_room_, enough_room_, overflow_;
  uint32_t first_exit_ = 0;                  // its offset
  const bool is_guarded_;                    // memory 0: accesses out of bounds fault
  const bool is_first_memory_near_;          // addresses have 32 bits
  std::pmr::vector<std::pair<uint32_t, uint32_t>> guarded_{&arena_};   // from an offset on: the number of the exit
  struct MarkedAddress {                     // its page is marked, and that stands for the next one
    uint64_t slot, changes, begin;           // of the base, how often it had changed, the offset
  };
  std::pmr::vector<MarkedAddress> marked_{&arena_};        // in the straight code so far
  bool is_reachable_ = true;
  std::vector<bool> is_thrown_in_;           // by handler region, as far as has been compiled
  std::vector<RuntimeCall> runtime_calls_;
  Trace* trace_ = nullptr;                   // null unless somebody wants to know
  size_t traced_labels_ = 0;                 // made before the piece noted last
  size_t after_call_ = 0;                    // operations before this one are in the call of the runtime emitted last, or in the next call
  std::span<const SlotOp> copies_;           // that the next call carries out
};

}  // namespace wasmscope::jit
