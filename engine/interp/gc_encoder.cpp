// SPDX-License-Identifier: Apache-2.0
// Operations on objects and casts to cells.
#include <bit>

#include "engine/interp/cell_writer.h"

namespace wasmscope::interp {
namespace {

using lower::SlotOp;
using wasm::HeapKind;
using wasm::Op;

uint16_t id(CellOp op) { return static_cast<uint16_t>(op); }

// The cell that reads `bytes` bytes; `first` begins the row 8S, 8U, 16S, 16U, 32, 64, 128.
uint16_t getter(CellOp first, uint32_t bytes, bool is_signed) {
  switch (bytes) {
    case 1: return static_cast<uint16_t>(id(first) + (is_signed ? 0 : 1));
    case 2: return static_cast<uint16_t>(id(first) + (is_signed ? 2 : 3));
    case 4: return static_cast<uint16_t>(id(first) + 4);
    case 8: return static_cast<uint16_t>(id(first) + 5);
    default: return static_cast<uint16_t>(id(first) + 6);
  }
}
// The same of those that write: 8, 16, 32, 64, 128.
uint16_t setter(CellOp first, uint32_t bytes) { return static_cast<uint16_t>(id(first) + std::countr_zero(bytes)); }

class GcEncoder {
 public:
  GcEncoder(CellWriter& writer, const SlotOp& op) : writer_(writer), op_(op) {}

  bool run() {
    switch (static_cast<Op>(op_.op)) {
      case Op::StructNew: made_of_slots(CellOp::StructNew, 0); return true;
      case Op::StructNewDefault:
        result(id(CellOp::StructNewDefault)).imm = index();
        finish();
        return true;
      case Op::StructGet:
      case Op::StructGetS:
      case Op::StructGetU: get_field(); return true;
      case Op::StructSet: set_field(); return true;
      case Op::ArrayNew: new_array(); return true;
      case Op::ArrayNewDefault: unary(CellOp::ArrayNewDefault, index()); return true;
      case Op::ArrayNewFixed: made_of_slots(CellOp::ArrayNewFixed, static_cast<uint32_t>(op_.b.value)); return true;
      case Op::ArrayNewData: array_of_segment(CellOp::ArrayNewData); return true;
      case Op::ArrayNewElem: array_of_segment(CellOp::ArrayNewElem); return true;
      case Op::ArrayGet:
      case Op::ArrayGetS:
      case Op::ArrayGetU: get_element(); return true;
      case Op::ArraySet: set_element(); return true;
      case Op::ArrayLen: unary(CellOp::ArrayLen, 0); return true;
      case Op::ArrayFill: range(CellOp::ArrayFill).high = op_.index; return true;
      case Op::ArrayCopy: range(CellOp::ArrayCopy).high = op_.index; return true;
      case Op::ArrayInitData: segment_range(CellOp::ArrayInitData); return true;
      case Op::ArrayInitElem: segment_range(CellOp::ArrayInitElem); return true;
      case Op::RefTest:
      case Op::RefTestNull: cast(false); return true;
      case Op::RefCast:
      case Op::RefCastNull: cast(true); return true;
      case Op::RefI31: unary(CellOp::RefI31, 0); return true;
      case Op::I31GetS: unary(CellOp::I31GetS, 0); return true;
      case Op::I31GetU: unary(CellOp::I31GetU, 0); return true;
      default: return false;
    }
  }

 private:
  int32_t index() const { return static_cast<int32_t>(op_.index); }
  bool is_vector() const { return op_.count == 16; }

  // The result's destination is within reach of every cell; finish() then moves it on.
  Cell& result(uint16_t cell_op, bool is_pair = false) {
    Cell& cell = writer_.emit(cell_op);
    cell.d = is_pair ? writer_.target_pair(op_.d) : writer_.target(op_.d);
    return cell;
  }
  void finish(bool is_pair = false) {
    if (is_pair)
      writer_.finish_pair(op_.d);
    else
      writer_.finish(op_.d);
  }
  // Staged in the scratch slots 2 and 3 if need be, or in `which`.
  uint16_t value(const lower::Source& source, int which) {
    return is_vector() ? writer_.near_pair(source, 1) : writer_.near(source, which);
  }

  void unary(CellOp cell_op, int32_t immediate) {
    const uint16_t a = writer_.near(op_.a, 0);
    Cell& cell = result(id(cell_op));
    cell.a = a;
    cell.imm = immediate;
    finish();
  }

  void made_of_slots(CellOp cell_op, uint32_t count) {
    result(id(cell_op)).imm = index();
    Cell& more = writer_.data();
    more.low = static_cast<uint32_t>(op_.a.value);
    more.high = count;
    finish();
  }

  void get_field() {
    const uint16_t object = writer_.near(op_.a, 0);
    const bool is_signed = op_.op == lower::slot_op(Op::StructGetS);
    Cell& cell = result(getter(CellOp::StructGet8S, op_.count, is_signed), is_vector());
    cell.a = object;
    cell.imm = static_cast<int32_t>(op_.offset);
    finish(is_vector());
  }

  void set_field() {
    const uint16_t object = writer_.near(op_.a, 0), from = value(op_.b, 1);
    Cell& cell = writer_.emit(setter(CellOp::StructSet8, op_.count));
    cell.d = object;
    cell.a = from;
    cell.imm = static_cast<int32_t>(op_.offset);
  }

  void new_array() {
    const uint16_t from = value(op_.a, 1), length = writer_.near(op_.b, 0);
    Cell& cell = result(id(CellOp::ArrayNew));
    cell.a = from;
    cell.b = length;
    writer_.data().low = op_.index;
    finish();
  }

  void array_of_segment(CellOp cell_op) {
    const uint16_t from = writer_.near(op_.a, 0), length = writer_.near(op_.b, 1);
    Cell& cell = result(id(cell_op));
    cell.a = from;
    cell.b = length;
    Cell& more = writer_.data();
    more.low = op_.index;
    more.high = op_.index2;
    finish();
  }

  void get_element() {
    const uint16_t array = writer_.near(op_.a, 0), at = writer_.near(op_.b, 1);
    const bool is_signed = op_.op == lower::slot_op(Op::ArrayGetS);
    Cell& cell = result(getter(CellOp::ArrayGet8S, op_.count, is_signed), is_vector());
    cell.a = array;
    cell.b = at;
    finish(is_vector());
  }

  void set_element() {
    const uint16_t array = writer_.near(op_.a, 0), at = writer_.near(op_.b, 1), from = value(op_.c, 2);
    Cell& cell = writer_.emit(setter(CellOp::ArraySet8, op_.count));
    cell.d = array;
    cell.a = at;
    cell.b = from;
  }

  Cell& range(CellOp cell_op) {
    Cell& cell = writer_.emit(cell_op);
    cell.low = static_cast<uint32_t>(op_.a.value);
    return cell;
  }
  void segment_range(CellOp cell_op) {
    range(cell_op);
    Cell& more = writer_.data();
    more.low = op_.index;
    more.high = op_.index2;
  }

  void cast(bool traps) {
    const wasm::ValType type = op_.type;
    // A function type is asked of the function, any other type of the object's header.
    if (type.heap == HeapKind::Concrete && op_.index2 == 0 && !type.exact) {
      const CellOp cell_op = traps ? (type.nullable ? CellOp::RefCastTypeNull : CellOp::RefCastType)
                                   : (type.nullable ? CellOp::RefTestTypeNull : CellOp::RefTestType);
      unary(cell_op, static_cast<int32_t>(type.index));
      return;
    }
    const uint16_t a = writer_.near(op_.a, 0);
    Cell& cell = result(id(traps ? CellOp::RefCastKind : CellOp::RefTestKind));
    cell.a = a;
    cell.b = static_cast<uint16_t>(type.heap);
    cell.c = type.nullable;
    Cell& more = writer_.data();
    more.low = type.index;
    more.high = type.exact;
    finish();
  }

  CellWriter& writer_;
  const SlotOp& op_;
};

}  // namespace

bool encode_gc(CellWriter& writer, const SlotOp& op) { return GcEncoder(writer, op).run(); }

}  // namespace wasmscope::interp
