// SPDX-License-Identifier: Apache-2.0
// Slot code: three-address operations over frame slots, what a function body is lowered to and what both
// tiers execute. Also the description of the abstract operand stack at any pc.
// A frame is [params | scratch | locals | operand slots] of 8-byte slots; a v128 takes two. Scratch slots hold
// nothing between instructions. The operand at slot-height h has the canonical slot local_slots + h. Slot numbers are the same in every flavour of a function's code,
// and so are descriptions: flavours differ only in which instructions share one operation.
#pragma once
#include <functional>
#include <set>
#include <span>
#include <vector>

#include "engine/wasm/error.h"
#include "engine/wasm/features.h"
#include "engine/wasm/module.h"
#include "engine/wasm/op_set.h"

namespace wasmscope::binary {
struct Instruction;
}

namespace wasmscope::lower {

// For encoders: constants and slots out of an encoding's reach are staged there. Low numbers, so always in reach.
inline constexpr uint32_t kScratchSlots = 6;

// Numeric, load, store, select, global, memory and table operations use the instruction's own Op; the rest:
enum class SlotOpcode : uint16_t {
  FirstControl = wasm::kOpCount,
  Mov,          // d = a
  MovPair,      // d, d+1 = a, a+1
  Const,        // d = a (bits)
  ConstPair,    // d, d+1 = a, b (bits), low half first
  Label,        // binds label `target`; `pc` is the instant a back edge arrives at
  Branch,       // to label `target`, as all up to LoopAdd
  LoopMov,      // d = a, then the back edge to label `target`
  BranchIf,     // if (i32)a != 0
  BranchIfNot,  // if (i32)a == 0
  BranchCompare,     // if compare(a, b): `compare` is the instruction
  BranchCompareNot,
  LoopAdd,      // a += b (a constant has 16 bits), then the back edge if compare(a, c)
  BranchTable,  // on a; `targets` first..first+count, default last
  Return,       // one value: d=0 slot from a; or none
  ReturnMany,   // slots a.. count b to the frame's first slots
  Anchor,       // a place to stop before pc
  Unreachable,
  NotExecuted,  // an instruction this version does not execute
};
constexpr SlotOpcode slot_op(wasm::Op op) { return static_cast<SlotOpcode>(op); }

enum class SourceKind : uint8_t { Slot, Const };
struct Source {
  SourceKind kind = SourceKind::Slot;
  uint64_t value = 0;     // slot number, or the bits
  friend bool operator==(const Source&, const Source&) = default;
};
constexpr Source slot_source(uint32_t slot) { return {SourceKind::Slot, slot}; }
constexpr Source const_source(uint64_t bits) { return {SourceKind::Const, bits}; }

inline constexpr uint32_t kNoSlot = UINT32_MAX;
struct SlotOp {
  SlotOpcode op{};
  wasm::Op compare{};       // BranchCompare*, LoopAdd
  // With has_inner, `inner(a, b)` is computed first and takes the place of one operand; `c` is the other:
  // pairs.def; loads, stores: the address, with i32.add inside, or for loads with i32.shl, its result added to c;
  // BranchIf*: the condition, with i32.and inside.
  bool has_inner = false;
  bool is_left = false;     // pairs with a load: the loaded value is the left operand
  bool is_plus = false;     // pairs with a load: the address is i32.add(a, b), b a constant, and there is no offset
  wasm::Op inner{};
  bool is_back_edge = false;
  uint8_t lane = 0;         // vector operations
  uint32_t pc = 0;          // first instruction it carries out
  uint32_t next_pc = 0;     // calls: where the caller resumes
  wasm::ValType type;       // casts: what to; Mov, LoopMov, Select, fields, elements: of the value
  uint32_t height = 0;      // operand slots from this one on hold nothing after it, its result apart; labels: at it;
                            // kNoSlot: unknown
  uint32_t d = 0;           // destination slot; calls: first argument = the callee's frame base
  Source a, b, c;
  uint64_t offset = 0;      // memory operations: static offset; fields: of the object; i8x16.shuffle: the indices are `c` and this
  uint32_t index = 0;       // function, global, table, memory, type, segment
  uint32_t index2 = 0;      // second index; loads and stores: 1 when the address is an i64;
                            // casts: 1 when to a type of functions
  uint32_t target = 0;      // label; BranchTable: first entry in SlotCode::targets
  uint32_t count = 0;       // BranchTable: entries including the default; select, globals: slots of the value;
                            // fields, elements: bytes on the heap
  friend bool operator==(const SlotOp&, const SlotOp&) = default;
};

inline constexpr uint32_t kNoRegion = UINT32_MAX;
// Where an exception goes on: at the label, with its values from a slot on and the reference to it in another.
struct Landing {
  wasm::TagIndex tag = wasm::kNoIndex;   // kNoIndex: any
  uint32_t label = 0;
  uint32_t values_slot = kNoSlot, exception_slot = kNoSlot;
  uint32_t cell = 0;                     // for encoders: what the label became
};
// The instructions strictly between two pcs, whose exceptions the landings handle, the first that matches. What none
// does is for the region `next`, which is the enclosing one but for `delegate`. Sorted by `begin`; nested properly.
struct HandlerRegion {
  uint32_t begin = 0, end = UINT32_MAX;
  uint32_t enclosing = kNoRegion;
  uint32_t next = kNoRegion;
  std::vector<Landing> landings;
};
// The innermost region around a pc.
uint32_t region_at(std::span<const HandlerRegion> regions, uint32_t pc);

struct LocalPlace {
  wasm::ValType type;
  uint32_t slot = 0;
};

struct SlotCode {
  std::vector<SlotOp> ops;
  std::vector<LocalPlace> locals;  // as local_places() has them
  std::vector<uint32_t> targets;   // of branch tables: labels
  std::vector<HandlerRegion> regions;
  uint32_t label_count = 0;
  uint32_t param_slots = 0;
  uint32_t local_slots = 0;        // params and scratch included
  uint32_t frame_slots = 0;
  uint32_t result_slots = 0;
  bool has_vectors = false;        // some operand is a v128
};

// pcs that no fusion may cross and that get an anchor.
struct StopSet {
  bool every = false;              // the step flavour
  std::set<uint32_t> pcs;
  bool contains(uint32_t pc) const { return every || pcs.contains(pc); }
};

// Where the function has instructions of these kinds, reachable or not; ascending.
std::vector<uint32_t> find_instructions(const wasm::Module& module, wasm::FuncIndex func, const wasm::OpSet& ops);

// The function must have validated. `used` is code that is not needed any more: its memory is, since what is asked for
// and given back for each function comes from other pages each time.
SlotCode lower(const wasm::Module& module, wasm::FuncIndex func, const StopSet& stops, SlotCode&& used = {});

enum class Place : uint8_t { Slot, Local, Const };
struct OperandPlace {
  wasm::ValType type;
  Place place = Place::Slot;
  uint32_t slot = 0;       // Slot: its canonical slot; Local: the local's slot
  uint32_t local = 0;      // Local: which
  uint64_t bits = 0;       // Const
};
struct LabelPlace {
  wasm::Op kind{};         // Block, Loop, If, Else, or Nop for the function itself
  uint32_t pc = 0;         // of the block instruction; the function: its first instruction
  uint32_t height = 0;     // operands below the block's own
};
struct Description {
  uint32_t pc = 0;         // of the instruction described
  bool found = false;      // pc is an instruction's start in this function
  bool reachable = false;  // else it has no instants, and the rest is empty
  std::vector<OperandPlace> operands;   // bottom first
  std::vector<LabelPlace> labels;       // outermost first
  std::vector<uint32_t> caught;         // slots of exceptions that enclosing catch clauses handle, outermost first
};
Description describe(const wasm::Module& module, wasm::FuncIndex func, uint32_t pc);
// The operands of every instruction that has instants, bottom first, in one pass over the function: the topmost, at most
// `most`, and how many there are.
using OperandVisitor = std::function<void(const binary::Instruction&, std::span<const OperandPlace>, size_t)>;
void describe_operands(const wasm::Module& module, wasm::FuncIndex func, size_t most, const OperandVisitor& visit);
// The state right before a call's results are pushed: operands below the call's arguments.
// For suspended frames: `call_pc` is the call they are in.
Description describe_suspended(const wasm::Module& module, wasm::FuncIndex func, uint32_t call_pc);

// One entry per local, params first.
std::vector<LocalPlace> local_places(const wasm::Module& module, wasm::FuncIndex func);
void append_local_places(const wasm::Module& module, wasm::FuncIndex func, std::vector<LocalPlace>& places);
uint32_t frame_slots(const wasm::Module& module, wasm::FuncIndex func);

}  // namespace wasmscope::lower
