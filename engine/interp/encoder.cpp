// SPDX-License-Identifier: Apache-2.0
// Slot code to cells: picks the form of each operation by where its operands are, lays out branches.
#include <algorithm>
#include <array>
#include <bit>
#include <optional>

#include "engine/interp/cell_writer.h"

namespace wasmscope::interp {
namespace {

using lower::SlotOp;
using lower::SlotOpcode;
using lower::Source;
using lower::SourceKind;
using wasm::Op;

// Forms of an operation that was made from a row of opcodes.def.
struct Forms {
  uint16_t ss = 0, si = 0, is = 0;           // unary, load: ss only; store: ss and si (constant value)
  uint16_t plus = 0, index = 0, scaled = 0;  // loads and stores with an i32.add or i32.shl inside
  uint16_t const_plus = 0;                   // stores of a constant with an i32.add inside
  uint16_t far = 0;                          // loads and stores: any memory, any offset
  uint16_t branch[2][2][2] = {};             // [loops][negated][immediate]
  enum class Shape : uint8_t { None, Unary, Binary, Load, Store } shape = Shape::None;
};

constexpr auto id(CellOp op) { return static_cast<uint16_t>(op); }

constexpr auto make_forms() {
  std::array<Forms, wasm::kOpCount> forms{};
#define AT(Name) forms[static_cast<size_t>(Op::Name)]
#define OP(...)
#define OP_CONST(...)
#define OP_UNARY(Name, ...) AT(Name).ss = id(CellOp::Name), AT(Name).shape = Forms::Shape::Unary;
#define OP_UNARY_TRAP(Name, ...) OP_UNARY(Name)
#define OP_BINARY(Name, ...)                                                                                  \
  AT(Name).ss = id(CellOp::Name##SS), AT(Name).si = id(CellOp::Name##SI), AT(Name).is = id(CellOp::Name##IS), \
  AT(Name).shape = Forms::Shape::Binary;
#define OP_BINARY_TRAP(Name, ...) OP_BINARY(Name)
#define OP_COMPARE(Name, ...) OP_BINARY(Name) BRANCHES(Name)
#define BRANCHES(Name)                                                                                                \
  AT(Name).branch[0][0][0] = id(CellOp::If##Name##SS), AT(Name).branch[0][0][1] = id(CellOp::If##Name##SI);           \
  AT(Name).branch[0][1][0] = id(CellOp::IfNot##Name##SS), AT(Name).branch[0][1][1] = id(CellOp::IfNot##Name##SI);     \
  AT(Name).branch[1][0][0] = id(CellOp::LoopIf##Name##SS), AT(Name).branch[1][0][1] = id(CellOp::LoopIf##Name##SI);   \
  AT(Name).branch[1][1][0] = id(CellOp::LoopIfNot##Name##SS), AT(Name).branch[1][1][1] = id(CellOp::LoopIfNot##Name##SI);
#define ACCESS(Name)                                                                                                \
  AT(Name).ss = id(CellOp::Name), AT(Name).plus = id(CellOp::Name##Plus), AT(Name).index = id(CellOp::Name##Index), \
  AT(Name).far = id(CellOp::Name##Far);
#define OP_LOAD(Name, ...) \
  ACCESS(Name) AT(Name).scaled = id(CellOp::Name##Scaled), AT(Name).shape = Forms::Shape::Load;
#define OP_STORE(Name, ...) \
  ACCESS(Name) AT(Name).si = id(CellOp::Name##Const), AT(Name).const_plus = id(CellOp::Name##ConstPlus), AT(Name).shape = Forms::Shape::Store;
#include "engine/wasm/opcodes.def"
  BRANCHES(I32And)
#undef BRANCHES
#undef ACCESS
#undef AT
  return forms;
}
constexpr std::array<Forms, wasm::kOpCount> kForms = make_forms();

struct PairForms {
  Op outer, inner;
  uint16_t sss, sis, sii;
  uint16_t load[2][2];      // [left][plus]
};
constexpr PairForms kPairs[] = {
#define PAIR(Outer, Inner) \
  {Op::Outer, Op::Inner, id(CellOp::Outer##Inner##SSS), id(CellOp::Outer##Inner##SIS), id(CellOp::Outer##Inner##SII), {}},
#define FLOAT_PAIR(Outer, Inner) {Op::Outer, Op::Inner, id(CellOp::Outer##Inner##SSS), 0, 0, {}},
#define LOAD_PAIR(Outer, Inner)                                                          \
  {Op::Outer, Op::Inner, 0, 0, 0,                                                       \
   {{id(CellOp::Outer##Inner##Right), id(CellOp::Outer##Inner##RightPlus)},             \
    {id(CellOp::Outer##Inner##Left), id(CellOp::Outer##Inner##LeftPlus)}}},
#include "engine/lower/pairs.def"
};

// The 32 bits from which the handler of an operand of this kind (letter of the signature) makes `bits` again.
std::optional<int32_t> immediate(char letter, uint64_t bits) {
  switch (letter) {
    case 'i':
    case 'f': return static_cast<int32_t>(bits);
    case 'l': {
      const auto value = static_cast<int64_t>(bits);
      if (value == static_cast<int32_t>(value)) return static_cast<int32_t>(value);
      return std::nullopt;
    }
    case 'd': {
      const auto narrow = static_cast<float>(std::bit_cast<double>(bits));
      if (std::bit_cast<uint64_t>(static_cast<double>(narrow)) != bits || narrow != narrow) return std::nullopt;
      return std::bit_cast<int32_t>(narrow);
    }
    default: return std::nullopt;
  }
}

class Encoder : private CellWriter {
 public:
  Encoder(const lower::SlotCode& in, Handler* const* handlers, uint32_t imported_funcs, Stores stores)
      : CellWriter(in, handlers), imported_funcs_(imported_funcs), watched_(stores == Stores::Watched ? kWatchedForms : 0) {}

  std::unique_ptr<Code> run(uint32_t entry_pc) {
    label_cells_.assign(in_.label_count, kUnbound);
    label_pcs_.assign(in_.label_count, 0);
    label_bounds_.assign(in_.label_count, 0);
    uint64_t bound = 0;
    for (const SlotOp& op : in_.ops) {
      if (op.op == SlotOpcode::Label) label_bounds_[op.target] = bound;
      bound += max_cells(op);
    }
    out_->frame_slots = in_.frame_slots;
    out_->cells.reserve(in_.ops.size() * 3 / 2 + 4);
    pc_ = entry_pc;
    emit(CellOp::Enter).low = in_.frame_slots;
    Cell& locals = data();
    const uint32_t first = in_.param_slots + lower::kScratchSlots;
    locals.low = first;
    locals.high = in_.local_slots - first;
    entry(entry_pc);
    for (const SlotOp& op : in_.ops) {
      pc_ = op.pc;
      if (&op != taken_) encode(op);
      bound_ += max_cells(op);
    }
    patch();
    out_->regions = in_.regions;
    for (lower::HandlerRegion& region : out_->regions)
      for (lower::Landing& landing : region.landings) landing.cell = label_cells_[landing.label];
    // Entries of the same pc are the same cell.
    std::sort(out_->entries.begin(), out_->entries.end(), [](auto& x, auto& y) { return x.pc < y.pc; });
    out_->pcs.resize(out_->cells.size(), pc_);
    return std::move(out_);
  }

 private:
  static constexpr uint32_t kUnbound = UINT32_MAX;
  // From a form of a store to the one that looks whether what it writes to is watched.
  static constexpr int kWatchedForms = 6;
  // Forward distances are only known later, but must surely fit where they are put.
  static uint64_t max_cells(const SlotOp& op) { return 8 + uint64_t{op.count}; }

  void entry(uint32_t pc) { out_->entries.push_back({pc, here()}); }

  void branch_cell(uint32_t cell, const SlotOp& op, bool is_short) {
    fixups_.push_back({cell, op.target, is_short ? Fixup::Short : Fixup::Long});
    if (op.is_back_edge) out_->back_edges.push_back({label_pcs_[op.target], cell});
  }

  bool fits_short(const SlotOp& op) const {
    if (op.is_back_edge) return here() - label_cells_[op.target] < 32000;
    return label_bounds_[op.target] - bound_ < 32000;
  }

  // A branch on a comparison, or on the i32.and inside.
  void compare_branch(const SlotOp& op, bool negate) {
    const Op compare = op.has_inner ? op.inner : op.compare;
    const Forms& forms = kForms[static_cast<size_t>(compare)];
    Source a = op.a, b = op.b;
    const char letter = wasm::info(compare).signature[0];
    const auto imm = b.kind == SourceKind::Const ? immediate(letter, b.value) : std::nullopt;
    const uint16_t slot_a = near(a, 0);
    const auto& row = forms.branch[op.is_back_edge][negate];
    if (imm && fits_short(op)) {
      Cell& cell = emit(row[1]);
      cell.a = slot_a;
      cell.imm = *imm;
      branch_cell(here() - 1, op, true);
    } else {
      const uint16_t slot_b = near(b, 1);
      Cell& cell = emit(row[0]);
      cell.d = slot_a;
      cell.a = slot_b;
      branch_cell(here() - 1, op, false);
    }
  }

  // A load or store with an i32.add inside; the caller fills in `d`.
  Cell& address_cell(const SlotOp& op, uint16_t form, uint16_t a, uint16_t b) {
    Cell& cell = emit(form);
    cell.a = a;
    if (op.b.kind == SourceKind::Const) {
      cell.imm = static_cast<int32_t>(op.b.value);
    } else {
      cell.b = b;
      cell.c = static_cast<uint16_t>(op.offset);
    }
    return cell;
  }

  uint16_t watched(uint16_t store_form) const { return static_cast<uint16_t>(store_form + watched_); }

  static bool is_near_move(const SlotOp& op) {
    return op.op == SlotOpcode::Mov && op.d <= UINT16_MAX && op.a.value <= UINT16_MAX;
  }

  void pair(const SlotOp& op) {
    const auto outer = static_cast<Op>(op.op);
    const auto* forms = std::find_if(std::begin(kPairs), std::end(kPairs), [&](const PairForms& each) {
      return each.outer == outer && each.inner == op.inner;
    });
    CHECK(forms != std::end(kPairs));
    if (wasm::info(op.inner).width != 0) {
      const uint16_t address = near(op.a, 0), other = near(op.c, 2);
      Cell& cell = emit(forms->load[op.is_left][op.is_plus]);
      cell.d = target(op.d);
      cell.a = address;
      cell.b = static_cast<uint16_t>(op.offset);
      cell.c = other;
      if (op.is_plus) data().low = static_cast<uint32_t>(op.b.value);
      finish(op.d);
      return;
    }
    const bool is_b_const = op.b.kind == SourceKind::Const, is_c_const = op.c.kind == SourceKind::Const;
    const uint16_t a = near(op.a, 0);
    const uint16_t b = is_b_const ? static_cast<uint16_t>(op.b.value) : near(op.b, 1);
    const uint16_t c = is_c_const ? static_cast<uint16_t>(op.c.value) : near(op.c, 2);
    Cell& cell = emit(is_c_const ? forms->sii : is_b_const ? forms->sis : forms->sss);
    cell.d = target(op.d);
    cell.a = a;
    cell.b = b;
    cell.c = c;
    finish(op.d);
  }

  void loop_add(const SlotOp& op) {
    const bool is_const = op.c.kind == SourceKind::Const;
    const auto in_reach = [](const Source& source) { return source.kind == SourceKind::Const || source.value <= UINT16_MAX; };
    const bool is_near = in_reach(op.a) && in_reach(op.b) && in_reach(op.c);
    if (!is_near || !fits_short(op)) {
      SlotOp add = op;
      add.op = lower::slot_op(Op::I32Add);
      add.d = static_cast<uint32_t>(op.a.value);
      add.has_inner = false;
      encode(add);
      SlotOp test = op;
      test.op = SlotOpcode::BranchCompare;
      test.b = op.c;
      compare_branch(test, false);
      return;
    }
    constexpr CellOp kForms[3][2][2] = {   // [compare][constant step][constant bound]
        {{CellOp::LoopAddNeSS, CellOp::LoopAddNeSI}, {CellOp::LoopAddNeIS, CellOp::LoopAddNeII}},
        {{CellOp::LoopAddLtSSS, CellOp::LoopAddLtSSI}, {CellOp::LoopAddLtSIS, CellOp::LoopAddLtSII}},
        {{CellOp::LoopAddLtUSS, CellOp::LoopAddLtUSI}, {CellOp::LoopAddLtUIS, CellOp::LoopAddLtUII}}};
    const int compare = op.compare == Op::I32Ne ? 0 : op.compare == Op::I32LtS ? 1 : 2;
    Cell& cell = emit(kForms[compare][op.b.kind == SourceKind::Const][is_const]);
    cell.a = static_cast<uint16_t>(op.a.value);
    cell.b = static_cast<uint16_t>(op.b.value);
    cell.c = is_const ? uint16_t{0} : static_cast<uint16_t>(op.c.value);
    branch_cell(here() - 1, op, true);
    if (is_const) data().low = static_cast<uint32_t>(op.c.value);
  }

  void from_table(const SlotOp& op, const Forms& forms) {
    const std::string_view signature = wasm::info(static_cast<Op>(op.op)).signature;
    switch (forms.shape) {
      case Forms::Shape::Unary: {
        const uint16_t a = near(op.a, 0);
        Cell& cell = emit(forms.ss);
        cell.d = target(op.d);
        cell.a = a;
        finish(op.d);
        return;
      }
      case Forms::Shape::Binary: {
        if (op.has_inner) {
          pair(op);
          return;
        }
        if (op.b.kind == SourceKind::Const) {
          if (const auto imm = immediate(signature[1], op.b.value)) {
            const uint16_t a = near(op.a, 0);
            Cell& cell = emit(forms.si);
            cell.d = target(op.d);
            cell.a = a;
            cell.imm = *imm;
            finish(op.d);
            return;
          }
        } else if (op.a.kind == SourceKind::Const) {
          if (const auto imm = immediate(signature[0], op.a.value)) {
            const uint16_t b = near(op.b, 0);
            Cell& cell = emit(forms.is);
            cell.d = target(op.d);
            cell.a = b;
            cell.imm = *imm;
            finish(op.d);
            return;
          }
        }
        const uint16_t a = near(op.a, 0), b = near(op.b, 1);
        Cell& cell = emit(forms.ss);
        cell.d = target(op.d);
        cell.a = a;
        cell.b = b;
        finish(op.d);
        return;
      }
      case Forms::Shape::Load: {
        const uint16_t a = near(op.a, 0);
        if (op.has_inner && op.inner == Op::I32Shl) {
          const uint16_t base = near(op.c, 2);
          Cell& cell = emit(forms.scaled);
          cell.d = target(op.d);
          cell.a = a;
          cell.b = static_cast<uint16_t>(op.b.value & 31);
          cell.c = base;
          finish(op.d);
          return;
        }
        if (op.has_inner) {
          const uint16_t b = op.b.kind == SourceKind::Slot ? near(op.b, 1) : uint16_t{0};
          Cell& cell = address_cell(op, op.b.kind == SourceKind::Const ? forms.plus : forms.index, a, b);
          cell.d = target(op.d);
          finish(op.d);
          return;
        }
        const bool is_far = op.index != 0 || op.index2 != 0 || op.offset > INT32_MAX;
        Cell& cell = emit(is_far ? forms.far : forms.ss);
        cell.d = target(op.d);
        cell.a = a;
        cell.imm = static_cast<int32_t>(is_far ? op.index : op.offset);
        if (is_far) data().bits = op.offset;
        finish(op.d);
        return;
      }
      case Forms::Shape::Store: {
        const uint16_t a = near(op.a, 0);
        if (op.has_inner) {
          const uint16_t b = op.b.kind == SourceKind::Slot ? near(op.b, 1) : uint16_t{0};
          if (op.c.kind == SourceKind::Const) {
            Cell& cell = emit(watched(forms.const_plus));
            cell.d = static_cast<uint16_t>(op.c.value);
            cell.a = a;
            cell.imm = static_cast<int32_t>(op.b.value);
            return;
          }
          const uint16_t value = near(op.c, 2);
          Cell& cell = address_cell(op, watched(op.b.kind == SourceKind::Const ? forms.plus : forms.index), a, b);
          cell.d = value;
          return;
        }
        const bool is_far = op.index != 0 || op.index2 != 0 || op.offset > INT32_MAX;
        if (!is_far && op.b.kind == SourceKind::Const) {
          const char letter = signature[1];
          const auto value = static_cast<int64_t>(letter == 'i' || letter == 'f'
                                                      ? int64_t{static_cast<int32_t>(op.b.value)}
                                                      : static_cast<int64_t>(op.b.value));
          if (value == static_cast<int16_t>(value)) {
            Cell& cell = emit(watched(forms.si));
            cell.d = static_cast<uint16_t>(value);
            cell.a = a;
            cell.imm = static_cast<int32_t>(op.offset);
            return;
          }
        }
        const uint16_t b = near(op.b, 1);
        Cell& cell = emit(watched(is_far ? forms.far : forms.ss));
        cell.d = b;
        cell.a = a;
        cell.imm = static_cast<int32_t>(is_far ? op.index : op.offset);
        if (is_far) data().bits = op.offset;
        return;
      }
      case Forms::Shape::None: CHECK(false);
    }
  }

  void three_sources(CellOp cell_op, const SlotOp& op, uint32_t low, uint32_t high) {
    const uint16_t a = near(op.a, 0), b = near(op.b, 1), c = near(op.c, 2);
    Cell& cell = emit(cell_op);
    cell.d = a;
    cell.a = b;
    cell.b = c;
    Cell& more = data();
    more.low = low;
    more.high = high;
  }

  void with_index(CellOp cell_op, const SlotOp& op) {   // d, maybe a, imm: index
    const bool has_source = op.op == lower::slot_op(Op::MemoryGrow) || op.op == lower::slot_op(Op::TableGet);
    const uint16_t a = has_source ? near(op.a, 0) : uint16_t{0};
    Cell& cell = emit(cell_op);
    cell.d = target(op.d);
    cell.a = a;
    cell.imm = static_cast<int32_t>(op.index);
    finish(op.d);
  }

  void control(const SlotOp& op) {
    switch (op.op) {
      case SlotOpcode::Anchor:
        entry(op.pc);
        emit(CellOp::Anchor).low = op.pc;
        return;
      case SlotOpcode::Label:
        label_cells_[op.target] = here();
        label_pcs_[op.target] = op.pc;
        if (op.pc != 0) entry(op.pc);
        return;
      case SlotOpcode::Mov:
        if (const SlotOp* next = &op + 1; is_near_move(op) && next < in_.ops.data() + in_.ops.size() && is_near_move(*next)) {
          Cell& cell = emit(CellOp::MovMov);
          cell.d = static_cast<uint16_t>(op.d);
          cell.a = static_cast<uint16_t>(op.a.value);
          cell.b = static_cast<uint16_t>(next->d);
          cell.c = static_cast<uint16_t>(next->a.value);
          taken_ = next;
          return;
        }
        if (op.d > UINT16_MAX || op.a.value > UINT16_MAX) {
          Cell& cell = emit(CellOp::MovWide);
          cell.low = op.d;
          cell.high = static_cast<uint32_t>(op.a.value);
        } else {
          Cell& cell = emit(CellOp::Mov);
          cell.d = static_cast<uint16_t>(op.d);
          cell.a = static_cast<uint16_t>(op.a.value);
        }
        return;
      case SlotOpcode::MovPair: {
        Cell& cell = emit(CellOp::MovPair);
        cell.low = op.d;
        cell.high = static_cast<uint32_t>(op.a.value);
        return;
      }
      case SlotOpcode::Const:
        load_const(target(op.d), op.a.value);
        finish(op.d);
        return;
      case SlotOpcode::Branch:
        emit(op.is_back_edge ? CellOp::LoopBranch : CellOp::Branch);
        branch_cell(here() - 1, op, false);
        return;
      case SlotOpcode::BranchIf:
      case SlotOpcode::BranchIfNot: {
        const bool negate = op.op == SlotOpcode::BranchIfNot;
        if (op.has_inner) {
          compare_branch(op, negate);
          return;
        }
        const uint16_t a = near(op.a, 0);
        emit(op.is_back_edge ? (negate ? CellOp::LoopBranchIfNot : CellOp::LoopBranchIf)
                             : (negate ? CellOp::BranchIfNot : CellOp::BranchIf))
            .a = a;
        branch_cell(here() - 1, op, false);
        return;
      }
      case SlotOpcode::BranchCompare: compare_branch(op, false); return;
      case SlotOpcode::BranchCompareNot: compare_branch(op, true); return;
      case SlotOpcode::LoopAdd: loop_add(op); return;
      case SlotOpcode::LoopMov: {
        const uint16_t a = near(op.a, 0);
        if (op.d > UINT16_MAX) {
          Cell& move = emit(CellOp::MovWide);
          move.low = op.d;
          move.high = a;
          emit(CellOp::LoopBranch);
        } else {
          Cell& cell = emit(CellOp::LoopMov);
          cell.d = static_cast<uint16_t>(op.d);
          cell.a = a;
        }
        branch_cell(here() - 1, op, false);
        return;
      }
      case SlotOpcode::BranchTable: {
        const uint16_t a = near(op.a, 0);
        Cell& cell = emit(CellOp::BranchTable);
        cell.a = a;
        cell.imm = static_cast<int32_t>(op.count - 1);
        const uint32_t base = here() - 1;
        for (uint32_t i = 0; i < op.count; ++i) {
          fixups_.push_back({here(), in_.targets[op.target + i], Fixup::Table, base});
          data();
        }
        return;
      }
      case SlotOpcode::Return:
        if (op.a.kind == SourceKind::Const) {
          emit(CellOp::ReturnConst);
          data().bits = op.a.value;
        } else {
          const uint16_t a = near(op.a, 0);
          emit(CellOp::Return).a = a;
        }
        return;
      case SlotOpcode::ReturnMany: {
        Cell& cell = emit(CellOp::ReturnMany);
        cell.low = static_cast<uint32_t>(op.a.value);
        cell.high = static_cast<uint32_t>(op.b.value);
        return;
      }
      case SlotOpcode::Unreachable: emit(CellOp::Unreachable); return;
      default: emit(CellOp::NotExecuted); return;
    }
  }

  void pair_of(uint32_t low, uint32_t high) {
    Cell& cell = data();
    cell.low = low;
    cell.high = high;
  }
  void call(CellOp cell_op, const SlotOp& op, uint32_t low, uint32_t high) {
    Cell& cell = emit(cell_op);
    cell.low = low;
    cell.high = high;
    pair_of(op.pc, op.next_pc);
  }

  void encode(const SlotOp& op) {
    if (encode_vector(*this, op) || encode_atomic(*this, op)) return;
    if (static_cast<uint16_t>(op.op) >= wasm::kOpCount) {
      control(op);
      return;
    }
    const Forms& forms = kForms[static_cast<size_t>(op.op)];
    if (forms.shape != Forms::Shape::None) {
      from_table(op, forms);
      return;
    }
    switch (static_cast<Op>(op.op)) {
      case Op::Call:
        call(op.index < imported_funcs_ ? CellOp::CallImport : CellOp::Call, op, op.index, op.d);
        entry(op.next_pc);
        return;
      case Op::CallIndirect:
        call(CellOp::CallIndirect, op, op.d, static_cast<uint32_t>(op.a.value));
        pair_of(op.index, op.index2);
        entry(op.next_pc);
        return;
      case Op::CallRef:
        call(CellOp::CallRef, op, op.d, static_cast<uint32_t>(op.a.value));
        entry(op.next_pc);
        return;
      case Op::ReturnCall:
        call(CellOp::ReturnCall, op, op.index, op.d);
        pair_of(op.count, 0);
        return;
      case Op::ReturnCallIndirect:
        call(CellOp::ReturnCallIndirect, op, op.d, static_cast<uint32_t>(op.a.value));
        pair_of(op.index, op.index2);
        pair_of(op.count, 0);
        return;
      case Op::ReturnCallRef:
        call(CellOp::ReturnCallRef, op, op.d, static_cast<uint32_t>(op.a.value));
        pair_of(op.count, 0);
        return;
      case Op::Throw: {
        Cell& cell = emit(CellOp::Throw);
        cell.low = op.index;
        cell.high = static_cast<uint32_t>(op.a.value);
        return;
      }
      case Op::ThrowRef: {
        const uint16_t a = near(op.a, 0);
        emit(CellOp::ThrowRef).a = a;
        return;
      }
      case Op::Select: {
        const uint16_t a = near(op.a, 0), b = near(op.b, 1), c = near(op.c, 2);
        Cell& cell = emit(CellOp::Select);
        cell.d = target(op.d);
        cell.a = a;
        cell.b = b;
        cell.c = c;
        finish(op.d);
        return;
      }
      case Op::GlobalGet: with_index(CellOp::GlobalGet, op); return;
      case Op::GlobalSet: {
        const uint16_t a = near(op.a, 0);
        Cell& cell = emit(CellOp::GlobalSet);
        cell.a = a;
        cell.imm = static_cast<int32_t>(op.index);
        return;
      }
      case Op::MemorySize: with_index(CellOp::MemorySize, op); return;
      case Op::MemoryGrow: with_index(CellOp::MemoryGrow, op); return;
      case Op::TableSize: with_index(CellOp::TableSize, op); return;
      case Op::TableGet: with_index(CellOp::TableGet, op); return;
      case Op::RefFunc: with_index(CellOp::RefFunc, op); return;
      case Op::DataDrop: with_index(CellOp::DataDrop, op); return;
      case Op::ElemDrop: with_index(CellOp::ElemDrop, op); return;
      case Op::RefIsNull:
      case Op::RefAsNonNull: {
        const uint16_t a = near(op.a, 0);
        Cell& cell = emit(op.op == lower::slot_op(Op::RefIsNull) ? CellOp::RefIsNull : CellOp::RefAsNonNull);
        cell.d = target(op.d);
        cell.a = a;
        finish(op.d);
        return;
      }
      case Op::TableSet: {
        const uint16_t a = near(op.a, 0), b = near(op.b, 1);
        Cell& cell = emit(CellOp::TableSet);
        cell.d = a;
        cell.a = b;
        cell.imm = static_cast<int32_t>(op.index);
        return;
      }
      case Op::TableGrow: {
        const uint16_t a = near(op.a, 0), b = near(op.b, 1);
        Cell& cell = emit(CellOp::TableGrow);
        cell.d = target(op.d);
        cell.a = a;
        cell.b = b;
        data().low = op.index;
        finish(op.d);
        return;
      }
      case Op::MemoryFill: three_sources(CellOp::MemoryFill, op, op.index, 0); return;
      case Op::MemoryCopy: three_sources(CellOp::MemoryCopy, op, op.index, op.index2); return;
      case Op::MemoryInit: three_sources(CellOp::MemoryInit, op, op.index, op.index2); return;
      case Op::TableFill: three_sources(CellOp::TableFill, op, op.index, 0); return;
      case Op::TableCopy: three_sources(CellOp::TableCopy, op, op.index, op.index2); return;
      case Op::TableInit: three_sources(CellOp::TableInit, op, op.index, op.index2); return;
      default:
        if (!encode_gc(*this, op)) emit(CellOp::NotExecuted);
        return;
    }
  }

  void patch() {
    for (const Fixup& fixup : fixups_) {
      const uint32_t label = label_cells_[fixup.label];
      CHECK(label != kUnbound);
      Cell& cell = out_->cells[fixup.cell];
      const auto distance = static_cast<int64_t>(label) - fixup.cell;
      switch (fixup.kind) {
        case Fixup::Short:
          CHECK(distance == static_cast<int16_t>(distance));
          cell.d = static_cast<uint16_t>(distance);
          break;
        case Fixup::Long: cell.imm = static_cast<int32_t>(distance); break;
        case Fixup::Table: cell.bits = static_cast<uint64_t>(static_cast<int64_t>(label) - fixup.base); break;
      }
    }
  }

  struct Fixup {
    enum Kind : uint8_t { Short, Long, Table };
    uint32_t cell, label;
    Kind kind;
    uint32_t base = 0;
  };

  const uint32_t imported_funcs_;
  const int watched_;
  std::vector<uint32_t> label_cells_, label_pcs_;
  std::vector<uint64_t> label_bounds_;   // cells before the label at most
  uint64_t bound_ = 0;                   // cells before the current operation at most
  const SlotOp* taken_ = nullptr;        // encoded with the one before it
  std::vector<Fixup> fixups_;
};

}  // namespace

const Cell* Code::entry(uint32_t pc) const {
  const auto found = std::lower_bound(entries.begin(), entries.end(), pc, [](const Entry& e, uint32_t at) { return e.pc < at; });
  return found != entries.end() && found->pc == pc ? cells.data() + found->cell : nullptr;
}

uint32_t Code::arrival(const Cell* branch) const {
  const auto at = static_cast<uint32_t>(branch - cells.data());
  const auto found = std::lower_bound(back_edges.begin(), back_edges.end(), at, [](const Entry& e, uint32_t cell) { return e.cell < cell; });
  CHECK(found != back_edges.end() && found->cell == at);
  return found->pc;
}

std::unique_ptr<Code> encode(const lower::SlotCode& slot_code, Handler* const* handlers, uint32_t entry_pc,
                             uint32_t imported_funcs, Stores stores) {
  return Encoder(slot_code, handlers, imported_funcs, stores).run(entry_pc);
}

}  // namespace wasmscope::interp
