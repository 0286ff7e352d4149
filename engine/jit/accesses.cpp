// SPDX-License-Identifier: Apache-2.0
// Loads and stores. Bounds are checked before anything acts; what is out of bounds is left to step code.
#include <algorithm>

#include "engine/base/try.h"
#include "engine/jit/function_compiler.h"

namespace wasmscope::jit {

using asmjit::Label;
using lower::SourceKind;
using wasm::Op;

// The effective address, checked, or guarded: then an access of it may fault. Nothing may be loaded into registers
// between this and the access: the exit has what they hold now. Its base may be rax; rcx is free again.
x86::Mem FunctionCompiler::address(const SlotOp& op, uint32_t width) {
  if (is_far(op, width)) return far_address(op, width);
  x86::Gp base = in_register(op.a, Kind::I32, x86::rax);
  auto displacement = static_cast<int64_t>(op.offset);
  const bool is_sum = op.has_inner && (op.inner == Op::I32Add || op.is_plus);
  if (is_sum && op.b.kind == SourceKind::Const) {
    asm_.lea(x86::eax, x86::ptr(base.r64(), static_cast<int32_t>(op.b.value)));
    base = x86::eax;
  } else if (is_sum) {
    const x86::Gp other = registers_.use(op.b.value, Kind::I32);
    asm_.lea(x86::eax, x86::ptr(base.r64(), other.r64()));
    base = x86::eax;
  } else if (op.has_inner && op.inner == Op::I32Shl) {
    const x86::Gp other = registers_.use(op.c.value, Kind::I32);
    const uint32_t shift = static_cast<uint32_t>(op.b.value) & 31;
    if (shift <= 3) {
      asm_.lea(x86::eax, x86::ptr(other.r64(), base.r64(), shift));
    } else {
      if (base.id() != x86::eax.id()) asm_.mov(x86::eax, base);
      asm_.shl(x86::eax, shift);
      asm_.add(x86::eax, other);
    }
    base = x86::eax;
  }
  if (!is_guarded_) {
    const Label exit = exit_here(op.pc);
    asm_.lea(x86::rcx, x86::ptr(base.r64(), static_cast<int32_t>(displacement + width)));
    asm_.cmp(x86::rcx, kMemorySize);
    asm_.ja(exit);
  }
  const x86::Mem accessed(kMemory, base.r64(), 0, static_cast<int32_t>(displacement), width);
  if (wasm::info(static_cast<Op>(op.op)).signature.back() == '_') look_at_watches(op, accessed);
  if (is_guarded_) guarded_.emplace_back(static_cast<uint32_t>(asm_.offset()), made_exits_.add(Way::Redo, op.pc, registers_.state()));
  return accessed;
}

// Leaves before a store that would write to a watched byte; rcx is free again. The last byte stored and a range that
// begins with the first byte that this can be.
void FunctionCompiler::look_at_watches(const SlotOp& op, const x86::Mem& to) {
  for (const interp::Asking::Watch& watch : asking_.watches) {
    const int64_t last = to.offset() + to.size() - 1, distance = last - static_cast<int64_t>(watch.begin);
    const auto count = static_cast<int64_t>(watch.end - watch.begin + to.size() - 1);
    const bool is_close = distance == static_cast<int32_t>(distance), is_short = count == static_cast<int32_t>(count);
    asm_.lea(x86::rcx, x86::ptr(x86::gpq(to.indexId()), static_cast<int32_t>(is_close ? distance : last)));
    if (!is_close) asm_.sub(x86::rcx, asm_.constant(watch.begin, 0, 8));
    if (is_short) asm_.cmp(x86::rcx, static_cast<int32_t>(count));
    else asm_.cmp(x86::rcx, asm_.constant(static_cast<uint64_t>(count), 0, 8));
    asm_.jb(exit(Way::RedoWatched, op.pc, registers_.state()));
  }
}

void FunctionCompiler::load_int(Op op, const x86::Gp& d, const x86::Mem& from) {
  switch (op) {
    case Op::I32Load:
    case Op::I64Load32U: asm_.mov(d.r32(), from); return;
    case Op::I64Load: asm_.mov(d.r64(), from); return;
    case Op::I32Load8U:
    case Op::I64Load8U:
    case Op::I32Load16U:
    case Op::I64Load16U: asm_.movzx(d.r32(), from); return;
    case Op::I32Load8S:
    case Op::I32Load16S: asm_.movsx(d.r32(), from); return;
    case Op::I64Load8S:
    case Op::I64Load16S: asm_.movsx(d.r64(), from); return;
    case Op::I64Load32S: asm_.movsxd(d.r64(), from); return;
    default: CHECK(false);
  }
}

void FunctionCompiler::load(const SlotOp& op) {
  const auto row = static_cast<Op>(op.op);
  const wasm::OpInfo& info = wasm::info(row);
  const Kind kind = kind_of_letter(info.signature[2]);
  const x86::Mem from = address(op, info.width);
  release(op);
  if (kind == Kind::F32) asm_.vmovss(registers_.define_vector(op.d, kind, false), from);
  else if (kind == Kind::F64) asm_.vmovsd(registers_.define_vector(op.d, kind, false), from);
  else load_int(row, registers_.define(op.d, kind, static_cast<Register>(from.indexId())), from);
}

// d = outer(c, loaded), or the other way round.
void FunctionCompiler::load_pair(const SlotOp& op) {
  const auto row = static_cast<Op>(op.op);
  const wasm::OpInfo& inner = wasm::info(op.inner);
  const Kind kind = kind_of_letter(inner.signature[2]);
  SlotOp access = op;
  access.op = lower::slot_op(op.inner);
  access.has_inner = op.is_plus;
  access.inner = Op::I32Add;
  if (is_float(kind)) {
    const x86::Xmm c = registers_.use_vector(op.c.value, kind);
    const x86::Mem from = address(access, inner.width);
    if (op.is_left) {
      if (kind == Kind::F32) asm_.vmovss(x86::xmm0, from);
      else asm_.vmovsd(x86::xmm0, from);
    }
    release(op);
    const x86::Xmm d = registers_.define_vector(op.d, kind, true, number(c));
    if (op.is_left) emit_float(row, kind, d, x86::xmm0, c);
    else emit_float(row, kind, d, c, from);
    return;
  }
  const x86::Gp c = registers_.use(op.c.value, kind);
  const x86::Mem from = address(access, inner.width);
  load_int(op.inner, x86::rcx, from);
  release(op);
  const x86::Gp d = registers_.define(op.d, kind, number(c));
  const x86::Gp loaded = gp(1, kind);
  if (op.is_left) {
    if (d.id() == c.id()) {
      asm_.sub(loaded, c);
      asm_.mov(d, loaded);
    } else {
      emit_int(*int_op(row), kind, d, loaded, Value{Value::Place::Register, c, 0, {}});
    }
  } else {
    emit_int(*int_op(row), kind, d, c, Value{Value::Place::Register, loaded, 0, {}});
  }
}

// The page's mark: runtime::Region::mark.
void FunctionCompiler::mark_page(const x86::Mem& written) {
  asm_.lea(x86::rcx, x86::ptr(x86::gpq(written.indexId()), static_cast<int32_t>(written.offset())));
  asm_.shr(x86::rcx, runtime::Region::kPageShift);
  asm_.not_(x86::rcx);
  asm_.mov(x86::byte_ptr(x86::gpq(written.baseId()), x86::rcx), 1);
}

// A mark stands for the page behind too. So one that lies somewhat before the store is as good, and it will do for
// stores near by that follow in straight code, where marks are not cleared.
void FunctionCompiler::mark_page(const SlotOp& op, const x86::Mem& written) {
  if (op.has_inner || op.a.kind == SourceKind::Const || is_far(op, written.size())) return mark_page(written);
  constexpr uint64_t kRounding = 256;
  const uint64_t begin = op.offset & ~(kRounding - 1), changes = registers_.changes(op.a.value);
  const auto found = std::ranges::find(marked_, op.a.value, &MarkedAddress::slot);
  if (found != marked_.end()) {
    const bool is_near = op.offset >= found->begin && op.offset + written.size() - found->begin <= runtime::Region::kPageBytes;
    if (is_near && changes == found->changes) return;
    marked_.erase(found);
  }
  marked_.push_back({op.a.value, changes, begin});
  mark_page(x86::Mem(x86::gpq(written.baseId()), x86::gpq(written.indexId()), 0, static_cast<int32_t>(begin), 1));
}

void FunctionCompiler::store(const SlotOp& op) {
  const wasm::OpInfo& info = wasm::info(static_cast<Op>(op.op));
  const Kind kind = kind_of_letter(info.signature[1]);
  const Source& stored = op.has_inner ? op.c : op.b;
  x86::Gp number_stored;
  x86::Xmm float_stored;
  const bool is_const = stored.kind == SourceKind::Const;
  if (!is_const && is_float(kind)) {
    float_stored = registers_.use_vector(stored.value, kind);
    registers_.canonicalise(number(float_stored));
  } else if (!is_const) {
    number_stored = registers_.use(stored.value, kind);
  }
  const x86::Mem to = address(op, info.width);
  if (!is_const && is_float(kind)) {
    if (kind == Kind::F32) asm_.vmovss(to, float_stored);
    else asm_.vmovsd(to, float_stored);
  } else {
    const auto bits = static_cast<int64_t>(stored.value);
    if (is_const && (info.width < 8 || bits == static_cast<int32_t>(bits))) {
      asm_.mov(to, info.width == 1   ? asmjit::Imm(static_cast<int8_t>(bits))
                   : info.width == 2 ? asmjit::Imm(static_cast<int16_t>(bits))
                                     : asmjit::Imm(static_cast<int32_t>(bits)));
    } else {
      if (is_const) {
        load_immediate(x86::rcx, stored.value);
        number_stored = x86::rcx;
      }
      switch (info.width) {
        case 1: asm_.mov(to, number_stored.r8()); break;
        case 2: asm_.mov(to, number_stored.r16()); break;
        case 4: asm_.mov(to, number_stored.r32()); break;
        default: asm_.mov(to, number_stored.r64()); break;
      }
    }
  }
  mark_page(op, to);
  release(op);
}

}  // namespace wasmscope::jit
