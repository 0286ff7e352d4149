// SPDX-License-Identifier: Apache-2.0
// The interpreter's code: 16-byte cells, each a handler address and small operands. Internal to interp/.
//
//   | handler (8) | d u16 | a u16 | b u16 | c u16 |      slots
//   | handler (8) | d u16 | a u16 | imm i32       |      slots and an immediate or a branch distance in cells
//   | handler (8) | bits u64                      |      one wide field
// A second cell carries what does not fit; its handler word is unused.
#pragma once
#include <cstdint>
#include <memory>
#include <set>
#include <vector>

#include "engine/lower/slot_code.h"

namespace wasmscope::interp {

struct Cell;
struct Context;
// Carries out a cell and goes on with the next one by a tail call: what is hot travels in registers.
//   ip, fp            the cell; the frame's first slot
//   mem_size, mem     memory 0
//   unused            keeps rcx free, which shifts need; its value means nothing
#define WASMSCOPE_HANDLER_PARAMETERS                                                                         \
  [[maybe_unused]] const Cell *ip, [[maybe_unused]] uint64_t *fp, [[maybe_unused]] uint64_t mem_size,        \
      [[maybe_unused]] uint64_t unused, [[maybe_unused]] uint8_t *mem, [[maybe_unused]] Context *ctx
using Handler = void(const Cell*, uint64_t*, uint64_t, uint64_t, uint8_t*, Context*);

// Anonymous structs are an extension that both compilers have.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
#if defined(__clang__)
#pragma clang diagnostic ignored "-Wgnu-anonymous-struct"
#pragma clang diagnostic ignored "-Wnested-anon-types"
#endif
struct Cell {
  Handler* handler;
  union {
    struct {
      uint16_t d, a;
      union {
        int32_t imm;
        struct {
          uint16_t b, c;
        };
      };
    };
    struct {
      uint32_t low, high;
    };
    uint64_t bits;
  };
};
#pragma GCC diagnostic pop
static_assert(sizeof(Cell) == 16);

enum class CellOp : uint16_t {
#define CELL_OP(Name) Name,
#include "engine/interp/all_cells.def"
  Count_,
};

// One flavour of one function.
struct Code {
  std::vector<Cell> cells;
  std::vector<uint32_t> pcs;   // by cell: the first instruction it carries out
  struct Entry {               // where execution may be resumed
    uint32_t pc, cell;
  };
  std::vector<Entry> entries;     // by pc
  std::vector<Entry> back_edges;  // by cell: the pc a branch arrives at
  std::vector<lower::HandlerRegion> regions;
  uint32_t frame_slots = 0;
  bool is_step = false;

  bool contains(const Cell* cell) const { return cell >= cells.data() && cell < cells.data() + cells.size(); }
  uint32_t pc_at(const Cell* cell) const { return pcs[static_cast<size_t>(cell - cells.data())]; }
  const Cell* entry(uint32_t pc) const;            // null when there is none
  uint32_t arrival(const Cell* branch) const;      // of a back edge
};

enum class Stores : uint8_t { Plain, Watched };

// `handlers`: by CellOp. `entry_pc`: the first instruction. Calls of the first `imported_funcs` functions may
// leave the instance.
std::unique_ptr<Code> encode(const lower::SlotCode& slot_code, Handler* const* handlers, uint32_t entry_pc,
                             uint32_t imported_funcs, Stores stores);

}  // namespace wasmscope::interp
