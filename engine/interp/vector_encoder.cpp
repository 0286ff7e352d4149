// SPDX-License-Identifier: Apache-2.0
// Operations on pairs of slots to cells.
#include <array>

#include "engine/interp/cell_writer.h"

namespace wasmscope::interp {
namespace {

using lower::Source;
using lower::SourceKind;
using wasm::Op;

struct VectorForms {
  uint16_t near = 0, other = 0;    // other: a shift by a constant; a load or store of any memory, any offset
  enum class Shape : uint8_t { None, Plain, Shift, Extract, Replace, Load, Store, LoadLane, StoreLane, Wide };
  Shape shape = Shape::None;
};
using Shape = VectorForms::Shape;

constexpr auto make_forms() {
  std::array<VectorForms, wasm::kOpCount> forms{};
#define FORM(Name, Near, Other, Shape_)                                                                              \
  forms[static_cast<size_t>(Op::Name)] = {static_cast<uint16_t>(CellOp::Near), static_cast<uint16_t>(CellOp::Other), \
                                          Shape::Shape_};
#define OP(...)
#define OP_VECTOR_UNARY(Name, ...) FORM(Name, Name, Name, Plain)
#define OP_VECTOR_BINARY(Name, ...) FORM(Name, Name, Name, Plain)
#define OP_VECTOR_TERNARY(Name, ...) FORM(Name, Name, Name, Plain)
#define OP_VECTOR_SHIFT(Name, ...) FORM(Name, Name##SS, Name##SI, Shift)
#define OP_VECTOR_EXTRACT(Name, ...) FORM(Name, Name, Name, Extract)
#define OP_VECTOR_REPLACE(Name, ...) FORM(Name, Name, Name, Replace)
#define OP_VECTOR_LOAD(Name, ...) FORM(Name, Name, Name##Far, Load)
#define OP_VECTOR_STORE(Name, ...) FORM(Name, Name, Name##Far, Store)
#define OP_VECTOR_LOAD_LANE(Name, ...) FORM(Name, Name, Name, LoadLane)
#define OP_VECTOR_STORE_LANE(Name, ...) FORM(Name, Name, Name, StoreLane)
#define OP_WIDE(Name, ...) FORM(Name, Name, Name, Wide)
#include "engine/wasm/opcodes.def"
#undef FORM
  return forms;
}
constexpr std::array<VectorForms, wasm::kOpCount> kForms = make_forms();

uint16_t near_of(CellWriter& writer, char letter, const Source& source, int which) {
  return letter == 'v' ? writer.near_pair(source, which) : writer.near(source, 2 * which);
}
uint16_t target_of(CellWriter& writer, char letter, uint32_t d) {
  return letter == 'v' ? writer.target_pair(d) : writer.target(d);
}
void finish(CellWriter& writer, char letter, uint32_t d) {
  if (letter == 'v')
    writer.finish_pair(d);
  else
    writer.finish(d);
}

// Operands, then the lane index in the field after them.
void plain(CellWriter& writer, const lower::SlotOp& op, const VectorForms& forms, std::string_view signature) {
  const size_t count = signature.find('_');
  const Source* const sources[3] = {&op.a, &op.b, &op.c};
  uint16_t operands[4] = {};
  for (size_t i = 0; i < count; ++i) operands[i] = near_of(writer, signature[i], *sources[i], static_cast<int>(i));
  operands[count] = op.lane;
  Cell& cell = writer.emit(forms.near);
  cell.d = target_of(writer, signature.back(), op.d);
  cell.a = operands[0];
  cell.b = operands[1];
  cell.c = operands[2];
  finish(writer, signature.back(), op.d);
}

void shift(CellWriter& writer, const lower::SlotOp& op, const VectorForms& forms) {
  const bool is_const = op.b.kind == SourceKind::Const;
  const uint16_t a = writer.near_pair(op.a, 0), b = is_const ? uint16_t{0} : writer.near(op.b, 2);
  Cell& cell = writer.emit(is_const ? forms.other : forms.near);
  cell.d = writer.target_pair(op.d);
  cell.a = a;
  if (is_const)
    cell.imm = static_cast<int32_t>(op.b.value);
  else
    cell.b = b;
  writer.finish_pair(op.d);
}

// A whole vector at a sum: `a` and a constant, `a` and `b` and the offset, or `c` and a shifted `a`.
void access_sum(CellWriter& writer, const lower::SlotOp& op, bool is_load) {
  const uint16_t a = writer.near(op.a, 0);
  const bool is_scaled = op.inner == Op::I32Shl, is_constant = op.b.kind == SourceKind::Const;
  const uint16_t b = is_constant ? static_cast<uint16_t>(op.b.value & 31) : writer.near(op.b, 1);
  const uint16_t c = is_scaled ? writer.near(op.c, 2) : is_load ? uint16_t{0} : writer.near_pair(op.c, 1);
  Cell& cell = writer.emit(is_scaled     ? CellOp::V128LoadScaled
                           : is_constant ? (is_load ? CellOp::V128LoadPlus : CellOp::V128StorePlus)
                                         : (is_load ? CellOp::V128LoadIndex : CellOp::V128StoreIndex));
  cell.d = is_load ? writer.target_pair(op.d) : c;
  cell.a = a;
  if (is_constant && !is_scaled) {
    cell.imm = static_cast<int32_t>(op.b.value);
  } else {
    cell.b = b;
    cell.c = is_scaled ? c : static_cast<uint16_t>(op.offset);
  }
  if (is_load) writer.finish_pair(op.d);
}

void access(CellWriter& writer, const lower::SlotOp& op, const VectorForms& forms) {
  const bool is_far = op.index != 0 || op.index2 != 0 || op.offset > INT32_MAX;
  const bool is_load = forms.shape == Shape::Load;
  if (op.has_inner) return access_sum(writer, op, is_load);
  const uint16_t a = writer.near(op.a, 0), value = is_load ? uint16_t{0} : writer.near_pair(op.b, 1);
  Cell& cell = writer.emit(is_far ? forms.other : forms.near);
  cell.d = is_load ? writer.target_pair(op.d) : value;
  cell.a = a;
  cell.imm = static_cast<int32_t>(is_far ? op.index : op.offset);
  if (is_far) writer.data().bits = op.offset;
  if (is_load) writer.finish_pair(op.d);
}

void access_lane(CellWriter& writer, const lower::SlotOp& op, const VectorForms& forms) {
  const bool is_load = forms.shape == Shape::LoadLane;
  const uint16_t a = writer.near(op.a, 0), b = writer.near_pair(op.b, 1);
  Cell& cell = writer.emit(forms.near);
  if (is_load) cell.d = writer.target_pair(op.d);
  cell.a = a;
  cell.b = b;
  cell.c = op.lane;
  writer.data().low = op.index;
  writer.data().bits = op.offset;
  if (is_load) writer.finish_pair(op.d);
}

// Whether the indices of a shuffle move groups of four bytes; then these are the groups.
bool moves_words(const lower::SlotOp& op, uint32_t (&words)[4]) {
  for (int i = 0; i < 4; ++i) {
    const auto group = static_cast<uint32_t>((i < 2 ? op.c.value : op.offset) >> (i % 2 * 32));
    words[i] = (group & 0xFF) / 4;
    if (group != words[i] * 0x04040404 + 0x03020100) return false;
  }
  return true;
}

void shuffle(CellWriter& writer, const lower::SlotOp& op) {
  const uint16_t a = writer.near_pair(op.a, 0), b = writer.near_pair(op.b, 1);
  uint32_t words[4];
  if (moves_words(op, words)) {
    for (uint32_t& word : words) word = (word < 4 ? a : b) * 2u + word % 4;
    writer.emit(CellOp::I32x4Shuffle).d = writer.target_pair(op.d);
    for (int i = 0; i < 4; i += 2) {
      Cell& places = writer.data();
      places.low = words[i];
      places.high = words[i + 1];
    }
    writer.finish_pair(op.d);
    return;
  }
  Cell& cell = writer.emit(CellOp::I8x16Shuffle);
  cell.d = writer.target_pair(op.d);
  cell.a = a;
  cell.b = b;
  writer.data().bits = op.c.value;
  writer.data().bits = op.offset;
  writer.finish_pair(op.d);
}

void select(CellWriter& writer, const lower::SlotOp& op) {
  const uint16_t a = writer.near_pair(op.a, 0), b = writer.near_pair(op.b, 1), c = writer.near(op.c, 4);
  Cell& cell = writer.emit(CellOp::SelectPair);
  cell.d = writer.target_pair(op.d);
  cell.a = a;
  cell.b = b;
  cell.c = c;
  writer.finish_pair(op.d);
}

}  // namespace

bool encode_vector(CellWriter& writer, const lower::SlotOp& op) {
  if (op.op == lower::SlotOpcode::ConstPair) {
    writer.emit(CellOp::ConstPair).d = writer.target_pair(op.d);
    writer.data().bits = op.a.value;
    writer.data().bits = op.b.value;
    writer.finish_pair(op.d);
    return true;
  }
  if (static_cast<uint16_t>(op.op) >= wasm::kOpCount) return false;
  const auto instruction = static_cast<Op>(op.op);
  const VectorForms& forms = kForms[static_cast<size_t>(instruction)];
  switch (forms.shape) {
    case Shape::None: break;
    case Shape::Plain:
    case Shape::Extract:
    case Shape::Replace: plain(writer, op, forms, wasm::info(instruction).signature); return true;
    case Shape::Shift: shift(writer, op, forms); return true;
    case Shape::Load:
    case Shape::Store: access(writer, op, forms); return true;
    case Shape::LoadLane:
    case Shape::StoreLane: access_lane(writer, op, forms); return true;
    case Shape::Wide: writer.emit(forms.near).low = op.d; return true;
  }
  switch (instruction) {
    case Op::I8x16Shuffle: shuffle(writer, op); return true;
    case Op::Select:
      if (op.count != 2) return false;
      select(writer, op);
      return true;
    case Op::GlobalGet: {
      if (op.count != 2) return false;
      Cell& cell = writer.emit(CellOp::GlobalGetPair);
      cell.d = writer.target_pair(op.d);
      cell.imm = static_cast<int32_t>(op.index);
      writer.finish_pair(op.d);
      return true;
    }
    case Op::GlobalSet: {
      if (op.count != 2) return false;
      const uint16_t a = writer.near_pair(op.a, 0);
      Cell& cell = writer.emit(CellOp::GlobalSetPair);
      cell.a = a;
      cell.imm = static_cast<int32_t>(op.index);
      return true;
    }
    default: return false;
  }
}

}  // namespace wasmscope::interp
