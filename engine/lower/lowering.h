// SPDX-License-Identifier: Apache-2.0
// One pass over a validated function body that keeps the abstract operand stack and appends slot operations.
// Internal to lower/: lower() and describe() run the same pass, so code and description cannot disagree.
#pragma once
#include <map>
#include <optional>

#include "engine/base/try.h"
#include "engine/binary/instruction_reader.h"
#include "engine/lower/slot_code.h"
#include "engine/wasm/object_layout.h"

namespace wasmscope::lower {

// A letter of a signature; `is64`: what the address type is.
constexpr wasm::ValType type_of_letter(char letter, bool is64 = false) {
  switch (letter) {
    case 'i': return wasm::kI32;
    case 'l': return wasm::kI64;
    case 'f': return wasm::kF32;
    case 'd': return wasm::kF64;
    case 'v': return wasm::kV128;
    default: return is64 ? wasm::kI64 : wasm::kI32;
  }
}
// Whether a constant fits the 16 bits that fused operations have for it.
bool fits_fused(uint64_t bits, wasm::ValType type);

class Lowering {
 public:
  // `used`: code whose memory is used again.
  Lowering(const wasm::Module& module, wasm::FuncIndex func, const StopSet& stops, SlotCode&& used = {});

  // The whole body; or, with `describe_pc`, up to that instruction.
  void run(std::optional<uint32_t> describe_pc = {});

  // The whole body, telling of the topmost operands before each instruction.
  void run(size_t most_operands, const OperandVisitor& visit);

  SlotCode code;
  Description description;   // with describe_pc

 private:
  static constexpr uint32_t kNoAlias = UINT32_MAX;
  struct Entry {
    wasm::ValType type;
    uint32_t slot = 0;                 // canonical slot
    Place place = Place::Slot;
    uint32_t local = 0;
    uint32_t previous_alias = kNoAlias;   // Local: next lower entry that aliases the same local
    uint64_t bits = 0;
  };
  // A vector would put its growing into every function that pushes.
  class Entries {
   public:
    explicit Entries(size_t room) : entries_(room), begin_(entries_.data()), end_(begin_), limit_(begin_ + room) {}
    bool empty() const { return end_ == begin_; }
    size_t size() const { return static_cast<size_t>(end_ - begin_); }
    Entry& operator[](size_t index) { return begin_[index]; }
    const Entry& operator[](size_t index) const { return begin_[index]; }
    Entry& back() { return end_[-1]; }
    // What it holds is whatever was there before.
    Entry& push() {
      if (end_ == limit_) [[unlikely]] grow();
      return *end_++;
    }
    const Entry& pop() { return *--end_; }   // until the next push

   private:
    void grow();

    std::vector<Entry> entries_;
    Entry *begin_, *end_, *limit_;
  };
  struct Control {
    wasm::Op kind{};                   // Nop: the function
    uint32_t pc = 0;
    binary::BlockType type;
    uint32_t height = 0;               // entries below the block's params
    uint32_t slot_height = 0;          // first canonical slot of the block's own entries
    uint32_t label = 0;
    std::optional<uint32_t> else_label;
    uint32_t region = kNoRegion;       // Try, TryTable: its own
    uint32_t outer_region = kNoRegion; // around the block
    uint32_t exception_slot = kNoSlot; // Catch, CatchAll: what is being handled
  };
  // What a conditional branch tests: a comparison taken over from the last operation, or a value.
  struct Condition {
    bool is_compare = false;
    wasm::Op compare{};
    Source a, b;
    bool negated = false;
    bool has_and = false;    // the value is a & b
    uint32_t pc = 0;
  };

  OperandPlace place_of(const Entry& entry) const;
  std::span<const wasm::ValType> params_of(const binary::BlockType& type) const;
  std::span<const wasm::ValType> results_of(const Control& control) const;
  std::span<const wasm::ValType> label_types(const Control& control) const;

  Entry& push_slot(wasm::ValType type) {
    Entry& entry = stack_.push();
    entry.type = type;
    entry.slot = next_slot_;
    entry.place = Place::Slot;
    if (type.kind == wasm::Kind::V128) [[unlikely]] {
      code.has_vectors = true;
      ++next_slot_;
    }
    if (++next_slot_ > code.frame_slots) code.frame_slots = next_slot_;
    return entry;
  }
  void push_local(uint32_t local) {
    Entry& entry = push_slot(code.locals[local].type);
    uint32_t& head = alias_heads_[local];
    entry.place = Place::Local;
    entry.local = local;
    entry.previous_alias = head;
    head = static_cast<uint32_t>(stack_.size() - 1);
  }
  void push_const(wasm::ValType type, uint64_t bits) {
    Entry& entry = push_slot(type);
    entry.place = Place::Const;
    entry.bits = bits;
  }
  Entry pop() {
    CHECK(!stack_.empty());
    const Entry& entry = stack_.pop();
    if (entry.place == Place::Local) alias_heads_[entry.local] = entry.previous_alias;
    next_slot_ = entry.slot;
    if (stack_.size() < flushed_) flushed_ = stack_.size();
    return entry;
  }
  Source source_of(const Entry& entry) const {
    if (entry.place == Place::Const) return const_source(entry.bits);
    return slot_source(entry.place == Place::Slot ? entry.slot : code.locals[entry.local].slot);
  }
  Source pop_source() { return source_of(pop()); }
  void flush(Entry& entry);
  void flush_top(size_t count);
  void flush_all();
  void flush_aliases(uint32_t local);
  void truncate(size_t height);

  SlotOp& emit(SlotOpcode op);
  // The entry `below` the top is what the last operation computed.
  bool is_last_result(size_t below = 0) const {
    if (!is_result_last_ || stack_.size() <= below) return false;
    const Entry& entry = stack_[stack_.size() - 1 - below];
    return entry.place == Place::Slot && code.ops.back().d == entry.slot;
  }
  bool last_is(wasm::Op op) const { return !code.ops.empty() && code.ops.back().op == slot_op(op); }
  bool fuse_pair(wasm::Op outer);
  bool fuse_address(const binary::Instruction& in);
  bool fuse_scaled_address(const binary::Instruction& in, SlotOp add);
  bool fuse_loop_add(const Condition& condition, uint32_t label);
  SlotOp& emit_result(SlotOpcode op, wasm::ValType type);   // pushes; the destination may be redirected
  void emit_copy(uint32_t d, const Source& source, wasm::ValType type);
  uint32_t new_label() { return code.label_count++; }
  void bind(uint32_t label, uint32_t pc = 0);

  struct Shape;

  void describe(const binary::Instruction& in, uint32_t pc);
  void skip(const binary::Instruction& in);
  void visit(const binary::Instruction& in);
  void instruction(const binary::Instruction& in, const Shape& shape);
  void control(const binary::Instruction& in);
  void global(const binary::Instruction& in);
  void table_or_memory(const binary::Instruction& in);
  void scalar(const binary::Instruction& in, const Shape& shape);
  void vector(const binary::Instruction& in);
  void vector_const(const binary::Instruction& in);
  void wide_arithmetic(const binary::Instruction& in);
  void atomic(const binary::Instruction& in);
  Source gather(size_t count);
  const wasm::StructLayout& struct_layout(wasm::TypeIndex type);
  void structure(const binary::Instruction& in);
  void array(const binary::Instruction& in);
  void reference(const binary::Instruction& in);
  void branch_on_cast(const binary::Instruction& in);
  SlotOp& emit_type_test(wasm::Op op, wasm::ValType target, wasm::ValType result, const Source& reference);
  void set_local(uint32_t local);
  void begin_block(const binary::Instruction& in);
  void else_(bool falls_through);
  void end(bool falls_through);
  void branch(uint32_t depth);
  void branch_on(const Condition& condition, uint32_t depth);
  void branch_table(const binary::Instruction& in);
  void return_values();
  void call(const binary::Instruction& in);
  void tail_call(const binary::Instruction& in);
  Source pop_callee(const binary::Instruction& in);
  void branch_on_null(const binary::Instruction& in);
  void exception(const binary::Instruction& in);
  void open_region(Control& control);
  void close_region(const Control& control);
  void emit_landings(const Control& control, bool falls_through);
  void catch_(const binary::Instruction& in, bool falls_through);
  void delegate(uint32_t depth, bool falls_through);
  Condition pop_condition();
  void emit_branch(const Condition& condition, uint32_t label, bool is_back_edge, bool when);
  bool needs_moves(const Control& target) const;
  void emit_moves(const Control& target);
  bool is_function(const Control& control) const { return &control == controls_.data(); }
  Control& target_of(uint32_t depth) { return controls_[controls_.size() - 1 - depth]; }
  void become_unreachable();

  const wasm::Module& module_;
  const wasm::FuncIndex func_;
  const StopSet& stops_;
  std::map<wasm::TypeIndex, wasm::StructLayout> struct_layouts_;
  std::vector<uint32_t> alias_heads_;     // by local: topmost entry that aliases it
  Entries stack_;
  std::vector<Control> controls_;
  size_t flushed_ = 0;                    // entries below are all in their slots
  uint32_t next_slot_ = 0;
  bool is_result_last_ = false;           // the last operation pushed its result
  bool unreachable_ = false;
  uint32_t region_ = kNoRegion;           // innermost handler region
  const OperandVisitor* visit_ = nullptr;
  size_t most_visited_ = 0;
  std::vector<OperandPlace> visited_;
  uint32_t skipped_ = 0;                  // blocks opened in unreachable code
  uint32_t pc_ = 0;
  uint32_t next_pc_ = 0;
};

}  // namespace wasmscope::lower
