// SPDX-License-Identifier: Apache-2.0
// What an instruction touches: for an execution that stands before an instruction, or at one that trapped, every place
// that it reads or writes when it acts. One row of touches_of() per instruction decides what kinds of places those
// are; the sets of instructions and the accesses come from it, so they cannot disagree. What a host function does to
// memories is not the call's access. Making an object writes no place that existed, so it is no access either.
// Engine thread only; the code of a module never changes, so what is kept of it stays valid.
#pragma once
#include <array>
#include <memory>
#include <vector>

#include "engine/lower/slot_code.h"
#include "engine/runtime/execution.h"

namespace wasmscope::replay {

enum class AccessKind : uint8_t {
  Memory,        // bytes
  MemorySize,    // pages; a growth that fails reads it only
  Table,         // elements
  TableSize,
  Global,
  Local,         // of the innermost frame
  Object,        // bytes of a struct or an array, the header included: field or element, or an array's length
  DataSegment,   // bytes; dropping it writes
  ElemSegment,   // elements
};
inline constexpr size_t kAccessKinds = 9;

struct Access {
  AccessKind kind{};
  bool is_read = false, is_write = false;
  bool in_bounds = true;    // false: it is not made, and `begin` may be anything; the instruction traps
  uint32_t index = 0;       // in the instance; of a local: in its function; of an object: the field, or 0
  uint32_t address = 0;     // in the store, of memories, tables and globals
  uint64_t object = 0;      // Object: the reference, 0 when null
  // In the units above. Sizes: the old one and what is added, 0 where nothing is. Locals: slots of the value stack.
  // Globals: slots of the value.
  uint64_t begin = 0, count = 0;

  uint64_t end() const { return begin + count; }
};

struct Accesses {
  const Access* begin() const { return items.data(); }
  const Access* end() const { return items.data() + count; }
  bool empty() const { return count == 0; }

  std::array<Access, 2> items;        // what is written before what is read
  uint32_t count = 0;
  // False: the instruction traps because of one of them, so none is made.
  bool are_made = true;
  const runtime::Instance* instance = nullptr;
};

// Instructions that can read, or write, a place of the kind.
const wasm::OpSet& ops_that_read(AccessKind kind);
const wasm::OpSet& ops_that_write(AccessKind kind);

class AccessReader {
 public:
  explicit AccessReader(const runtime::Store& store) : store_(store) {}

  // Holds until the next call.
  const Accesses& at(const runtime::Execution& execution);

 private:
  struct Operand {
    uint64_t bits = 0;                // a constant, or the frame's slot
    bool is_slot = false;
    bool is_half = false;             // an i32: the slot's upper half is nobody's business
  };
  struct Plan {                       // an instruction, decoded
    wasm::Op op{};
    uint32_t first_operand = 0;       // in FuncPlans::operands, the topmost first
    uint32_t index = 0, index2 = 0;
    uint32_t unit_bytes = 0;          // of a memory access, of a field or an element; slots of a local or global
    uint64_t offset = 0;              // static offset; of a field: in its object; of a local: its slot in the frame
  };
  struct FuncPlans {
    uint32_t first_pc = 0;
    std::vector<uint32_t> by_pc;      // 1 + the plan's place; 0: the instruction touches nothing
    std::vector<Plan> plans;
    std::vector<Operand> operands;
  };
  class Evaluation;
  static std::unique_ptr<FuncPlans> make_plans(const runtime::Func& func);

  const runtime::Store& store_;
  std::vector<std::unique_ptr<FuncPlans>> funcs_;   // by store address
  Accesses accesses_;
};

}  // namespace wasmscope::replay
