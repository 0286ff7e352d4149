// SPDX-License-Identifier: Apache-2.0
// Appends cells, and brings operands into their reach: a cell names slots with 16 bits, and what lies beyond, or is a
// constant that the cell has no room for, goes through the frame's scratch slots. Internal to interp/.
#pragma once
#include "engine/base/try.h"
#include "engine/interp/cell.h"

namespace wasmscope::interp {

class CellWriter {
 public:
  CellWriter(const lower::SlotCode& in, Handler* const* handlers) : in_(in), handlers_(handlers) {}

  uint32_t here() const { return static_cast<uint32_t>(out_->cells.size()); }
  Cell& emit(uint16_t cell_op) { return append(handlers_[cell_op]); }
  Cell& emit(CellOp cell_op) { return emit(static_cast<uint16_t>(cell_op)); }
  Cell& data() { return append(nullptr); }

  // A slot within reach that holds the source; staged in scratch slot `which` if need be.
  uint16_t near(const lower::Source& source, int which) {
    if (source.kind == lower::SourceKind::Const) {
      load_const(scratch(which), source.value);
      return static_cast<uint16_t>(scratch(which));
    }
    if (source.value <= UINT16_MAX) return static_cast<uint16_t>(source.value);
    move(CellOp::MovWide, scratch(which), source.value);
    return static_cast<uint16_t>(scratch(which));
  }
  // The same for both slots of a vector, which `which` counts too.
  uint16_t near_pair(const lower::Source& source, int which) {
    CHECK(source.kind == lower::SourceKind::Slot);
    if (source.value < UINT16_MAX) return static_cast<uint16_t>(source.value);
    move(CellOp::MovPair, scratch(2 * which), source.value);
    return static_cast<uint16_t>(scratch(2 * which));
  }
  // The slot an operation may write; finish() moves it to where it belongs.
  uint16_t target(uint32_t d) const { return static_cast<uint16_t>(d <= UINT16_MAX ? d : scratch(0)); }
  void finish(uint32_t d) {
    if (d > UINT16_MAX) move(CellOp::MovWide, d, scratch(0));
  }
  uint16_t target_pair(uint32_t d) const { return static_cast<uint16_t>(d < UINT16_MAX ? d : scratch(0)); }
  void finish_pair(uint32_t d) {
    if (d >= UINT16_MAX) move(CellOp::MovPair, d, scratch(0));
  }
  void load_const(uint32_t d, uint64_t bits) {
    CHECK(d <= UINT16_MAX);
    if (bits <= UINT32_MAX) {
      Cell& cell = emit(CellOp::Const);
      cell.d = static_cast<uint16_t>(d);
      cell.imm = static_cast<int32_t>(bits);
    } else {
      emit(CellOp::ConstWide).d = static_cast<uint16_t>(d);
      data().bits = bits;
    }
  }

 protected:
  uint32_t scratch(int which) const { return in_.param_slots + static_cast<uint32_t>(which); }
  void move(CellOp how, uint32_t to, uint64_t from) {
    Cell& cell = emit(how);
    cell.low = to;
    cell.high = static_cast<uint32_t>(from);
  }

  const lower::SlotCode& in_;
  Handler* const* handlers_;
  std::unique_ptr<Code> out_ = std::make_unique<Code>();
  uint32_t pc_ = 0;                      // of the cells being written

 private:
  Cell& append(Handler* handler) {
    out_->pcs.push_back(pc_);
    Cell& cell = out_->cells.emplace_back();
    cell.handler = handler;
    cell.bits = 0;
    return cell;
  }
};

// Operations on vectors and with two results; false for all others.
bool encode_vector(CellWriter& writer, const lower::SlotOp& op);
// The same for objects and casts.
bool encode_gc(CellWriter& writer, const lower::SlotOp& op);
// The same for atomic accesses.
bool encode_atomic(CellWriter& writer, const lower::SlotOp& op);

}  // namespace wasmscope::interp
