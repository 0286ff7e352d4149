// SPDX-License-Identifier: Apache-2.0
// Fields of structs, elements of arrays, and casts. Objects never move and the heap's region does not either, so where
// it begins is a constant. Null and what is out of bounds are left to step code.
#include <bit>

#include "engine/base/try.h"
#include "engine/jit/function_compiler.h"

namespace wasmscope::jit {

using asmjit::Label;
using lower::SourceKind;
using runtime::ObjectHeader;
using wasm::HeapKind;
using wasm::Op;

namespace {

constexpr int32_t kTypeOffset = offsetof(ObjectHeader, type), kLengthOffset = offsetof(ObjectHeader, length);

template <class T>
uint64_t place_of_first(const std::vector<T>& items) {
  return reinterpret_cast<uint64_t>(&items);   // CompiledTier::create sees that a vector begins with that pointer
}

}  // namespace

// rcx: the object's address.
void FunctionCompiler::object_in(const SlotOp& op) {
  const x86::Gp reference = in_register(op.a, Kind::I64, x86::rax);
  const Label exit = exit_here(op.pc);
  asm_.test(reference, reference);
  asm_.jz(exit);
  asm_.mov(x86::rcx, reinterpret_cast<uint64_t>(store_.heap.region.data()));
  asm_.add(x86::rcx, reference);
}

x86::Mem FunctionCompiler::field(const SlotOp& op) {
  object_in(op);
  return x86::Mem(x86::rcx, static_cast<int32_t>(op.offset), op.count);
}

x86::Mem FunctionCompiler::element(const SlotOp& op) {
  use_stored(op.b, Kind::I32);
  object_in(op);
  const Label exit = exit_here(op.pc);
  const x86::Mem length = x86::dword_ptr(x86::rcx, kLengthOffset);
  if (op.b.kind == SourceKind::Slot) {
    const x86::Gp index = registers_.use(op.b.value, Kind::I32);
    asm_.cmp(index, length);
    asm_.jae(exit);
    if (op.count == 16) {   // more than an address can scale
      asm_.mov(x86::eax, index);
      asm_.shl(x86::rax, 4);
      return x86::Mem(x86::rcx, x86::rax, 0, wasm::kObjectHeaderBytes, op.count);
    }
    return x86::Mem(x86::rcx, index.r64(), static_cast<uint32_t>(std::countr_zero(op.count)), wasm::kObjectHeaderBytes, op.count);
  }
  const auto index = static_cast<uint32_t>(op.b.value);
  asm_.cmp(length, static_cast<int32_t>(index));
  asm_.jbe(exit);
  const uint64_t offset = wasm::kObjectHeaderBytes + uint64_t{index} * op.count;
  if (offset <= INT32_MAX) return x86::Mem(x86::rcx, static_cast<int32_t>(offset), op.count);
  asm_.mov(x86::rax, offset);
  return x86::Mem(x86::rcx, x86::rax, 0, 0, op.count);
}

void FunctionCompiler::read_object(const SlotOp& op, const x86::Mem& from) {
  release(op);
  const Kind kind = kind_of(op.type);
  if (is_in_vector(kind)) {
    const x86::Xmm d = registers_.define_vector(op.d, kind, false);
    if (is_pair(kind)) asm_.vmovups(d, from);
    else if (kind == Kind::F32) asm_.vmovss(d, from);
    else asm_.vmovsd(d, from);
    return;
  }
  const x86::Gp d = registers_.define(op.d, kind);
  const bool is_signed = op.op == lower::slot_op(Op::StructGetS) || op.op == lower::slot_op(Op::ArrayGetS);
  if (op.count == 8) asm_.mov(d.r64(), from);
  else if (op.count == 4) asm_.mov(d.r32(), from);
  else if (is_signed) asm_.movsx(d.r32(), from);
  else asm_.movzx(d.r32(), from);
}

// Before anything else of the operation, so that the address is the last that is made.
void FunctionCompiler::use_stored(const Source& source, Kind kind) {
  if (source.kind == SourceKind::Const) return;
  if (is_pair(kind)) vector_in(source);
  else if (is_float(kind)) registers_.canonicalise(number(registers_.use_vector(source.value, kind)));
  else registers_.use(source.value, kind);
}

void FunctionCompiler::write_object(const SlotOp& op, const Source& source, const x86::Mem& to) {
  const Kind kind = kind_of(op.type);
  if (source.kind == SourceKind::Const) {
    x86::Mem low = to, high = to;
    low.setSize(std::min(op.count, 4u));
    high.setSize(4);
    high.addOffset(4);
    asm_.mov(low, asmjit::Imm(op.count == 1   ? static_cast<int64_t>(static_cast<int8_t>(source.value))
                              : op.count == 2 ? static_cast<int64_t>(static_cast<int16_t>(source.value))
                                              : static_cast<int64_t>(static_cast<int32_t>(source.value))));
    if (op.count == 8) asm_.mov(high, asmjit::Imm(static_cast<int32_t>(source.value >> 32)));
  } else if (is_pair(kind)) {
    asm_.vmovups(to, vector_in(source));
  } else if (kind == Kind::F32) {
    asm_.vmovss(to, registers_.use_vector(source.value, kind));
  } else if (kind == Kind::F64) {
    asm_.vmovsd(to, registers_.use_vector(source.value, kind));
  } else {
    const x86::Gp from = registers_.use(source.value, kind);
    switch (op.count) {
      case 1: asm_.mov(to, from.r8()); break;
      case 2: asm_.mov(to, from.r16()); break;
      case 4: asm_.mov(to, from.r32()); break;
      default: asm_.mov(to, from.r64()); break;
    }
  }
  release(op);
}

void FunctionCompiler::object(const SlotOp& op) {
  switch (static_cast<Op>(op.op)) {
    case Op::StructGet:
    case Op::StructGetS:
    case Op::StructGetU: return read_object(op, field(op));
    case Op::ArrayGet:
    case Op::ArrayGetS:
    case Op::ArrayGetU: return read_object(op, element(op));
    case Op::StructSet:
      use_stored(op.b, kind_of(op.type));
      return write_object(op, op.b, field(op));
    case Op::ArraySet:
      use_stored(op.c, kind_of(op.type));
      return write_object(op, op.c, element(op));
    case Op::ArrayLen: {
      object_in(op);
      release(op);
      asm_.mov(registers_.define(op.d, Kind::I32), x86::dword_ptr(x86::rcx, kLengthOffset));
      return;
    }
    default: CHECK(false);
  }
}

void FunctionCompiler::i31(const SlotOp& op) {
  const auto row = static_cast<Op>(op.op);
  if (row == Op::RefI31) {
    const x86::Gp a = in_register(op.a, Kind::I32, x86::rax);
    asm_.mov(x86::ecx, a);
    asm_.and_(x86::ecx, 0x7FFFFFFF);
    asm_.bts(x86::rcx, std::countr_zero(runtime::kI31Bit));
    release(op);
    asm_.mov(registers_.define(op.d, Kind::I64), x86::rcx);
    return;
  }
  const x86::Gp a = in_register(op.a, Kind::I64, x86::rax);
  const Label exit = exit_here(op.pc);
  asm_.test(a, a);
  asm_.jz(exit);
  asm_.mov(x86::ecx, a.r32());
  asm_.shl(x86::ecx, 1);
  if (row == Op::I31GetS) asm_.sar(x86::ecx, 1);
  else asm_.shr(x86::ecx, 1);
  release(op);
  asm_.mov(registers_.define(op.d, Kind::I32), x86::ecx);
}

// Jumps to `no` unless the type with the id in eax is `wanted` or below it. Uses rcx.
void FunctionCompiler::require_type(uint32_t wanted, bool is_exact, Label no) {
  const runtime::CanonicalTypes& types = store_.types;
  asm_.cmp(x86::eax, wanted);
  if (is_exact || types.is_final(wanted)) {
    asm_.jne(no);
    return;
  }
  using Place = runtime::CanonicalTypes::Place;
  static_assert(sizeof(Place) == 8 && offsetof(Place, first) == 0);
  const uint32_t depth = types.places()[wanted].depth;
  const Label yes = asm_.newLabel();
  asm_.je(yes);
  asm_.mov(x86::rcx, place_of_first(types.places()));
  asm_.mov(x86::rcx, x86::qword_ptr(x86::rcx));
  asm_.cmp(x86::word_ptr(x86::rcx, x86::rax, 3, offsetof(Place, depth)), depth);
  asm_.jbe(no);
  asm_.mov(x86::eax, x86::dword_ptr(x86::rcx, x86::rax, 3));
  asm_.mov(x86::rcx, place_of_first(types.ancestors()));
  asm_.mov(x86::rcx, x86::qword_ptr(x86::rcx));
  asm_.cmp(x86::dword_ptr(x86::rcx, x86::rax, 2, static_cast<int32_t>(depth * 4)), wanted);
  asm_.jne(no);
  asm_.bind(yes);
}

// Jumps to `no` unless the reference, which is not null, is of the type. Uses rax and rcx.
void FunctionCompiler::require_kind(const SlotOp& op, const x86::Gp& reference, Label no) {
  const wasm::ValType type = op.type;
  const auto require_object = [&] {
    asm_.mov(x86::rcx, reference);
    asm_.shr(x86::rcx, 32);
    asm_.jnz(no);
    asm_.mov(x86::rcx, reinterpret_cast<uint64_t>(store_.heap.region.data()));
    asm_.mov(x86::eax, x86::dword_ptr(x86::rcx, reference, 0, kTypeOffset));
  };
  switch (type.heap) {
    case HeapKind::Any:
    case HeapKind::Extern:
    case HeapKind::Func:
    case HeapKind::Exn: return;
    case HeapKind::Eq:
      asm_.mov(x86::rcx, reference);
      asm_.shr(x86::rcx, std::countr_zero(runtime::kHostBit));
      asm_.jnz(no);
      return;
    case HeapKind::I31:
      asm_.bt(reference, std::countr_zero(runtime::kI31Bit));
      asm_.jnc(no);
      return;
    case HeapKind::Struct:
    case HeapKind::Array: {
      using Place = runtime::CanonicalTypes::Place;
      require_object();
      asm_.mov(x86::rcx, place_of_first(store_.types.places()));
      asm_.mov(x86::rcx, x86::qword_ptr(x86::rcx));
      asm_.cmp(x86::byte_ptr(x86::rcx, x86::rax, 3, offsetof(Place, kind)), static_cast<int>(type.heap));
      asm_.jne(no);
      return;
    }
    case HeapKind::Concrete: {
      const uint32_t wanted = instance_.canonical_types[type.index];
      if (store_.types.kind(wanted) == HeapKind::Func) {
        asm_.mov(x86::rcx, place_of_first(store_.func_pointers));
        asm_.mov(x86::rcx, x86::qword_ptr(x86::rcx));
        asm_.mov(x86::rcx, x86::qword_ptr(x86::rcx, reference, 3, -8));
        asm_.mov(x86::eax, x86::dword_ptr(x86::rcx, kCanonicalTypeOffset));
      } else {
        require_object();
      }
      require_type(wanted, type.exact, no);
      return;
    }
    default: asm_.jmp(no);   // a type of null alone
  }
}

void FunctionCompiler::cast(const SlotOp& op) {
  const auto row = static_cast<Op>(op.op);
  const bool is_cast = row == Op::RefCast || row == Op::RefCastNull;
  const x86::Gp reference = in_register(op.a, Kind::I64, x86::rax);
  const Label no = is_cast ? exit_here(op.pc) : asm_.newLabel(), yes = asm_.newLabel();
  asm_.test(reference, reference);
  asm_.jz(op.type.nullable ? yes : no);
  if (op.a.kind == SourceKind::Slot) require_kind(op, reference, no);   // a constant is null
  asm_.bind(yes);
  if (is_cast) {
    release(op);
    const x86::Gp d = registers_.define(op.d, Kind::I64, number(reference));
    if (d.id() != reference.id()) asm_.mov(d, reference);
    return;
  }
  const Label done = asm_.newLabel();
  asm_.mov(x86::eax, 1);
  asm_.jmp(done);
  asm_.bind(no);
  asm_.xor_(x86::eax, x86::eax);
  asm_.bind(done);
  release(op);
  asm_.mov(registers_.define(op.d, Kind::I32), x86::eax);
}

}  // namespace wasmscope::jit
