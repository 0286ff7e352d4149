// SPDX-License-Identifier: Apache-2.0
// What moves lanes about, and what a vector says as a whole.
#include <algorithm>
#include <array>
#include <cstring>

#include "engine/base/try.h"
#include "engine/jit/function_compiler.h"
#include "engine/jit/vectors.h"

namespace wasmscope::jit {

using asmjit::Imm;
using wasm::Op;
namespace Inst = x86::Inst;

namespace {

using Indices = std::array<uint8_t, 16>;

// Two vectors' lanes of some bytes, by turns, from the low halves or the high ones.
struct Interleaving {
  uint32_t inst;
  uint8_t bytes;
  uint8_t first;    // byte of the half
};
constexpr Interleaving kInterleavings[] = {
    {Inst::kIdVpunpcklbw, 1, 0}, {Inst::kIdVpunpckhbw, 1, 8},  {Inst::kIdVpunpcklwd, 2, 0},  {Inst::kIdVpunpckhwd, 2, 8},
    {Inst::kIdVpunpckldq, 4, 0}, {Inst::kIdVpunpckhdq, 4, 8},  {Inst::kIdVpunpcklqdq, 8, 0}, {Inst::kIdVpunpckhqdq, 8, 8},
};

// The indices with the two vectors exchanged.
Indices exchanged(Indices indices) {
  for (uint8_t& index : indices) index ^= 16;
  return indices;
}

bool interleaves(const Indices& indices, const Interleaving& each) {
  for (uint8_t i = 0; i < 16; ++i) {
    const int lane = i / each.bytes;
    if (indices[i] != each.first + lane / 2 * each.bytes + i % each.bytes + (lane % 2) * 16) return false;
  }
  return true;
}

// The bytes from one on, of both vectors one after the other.
bool is_run(const Indices& indices) {
  for (uint8_t i = 0; i < 16; ++i)
    if (indices[i] != indices[0] + i) return false;
  return true;
}

// Groups of four bytes that stay together, as their numbers, below 8.
bool moves_words(const Indices& indices, std::array<uint8_t, 4>& words) {
  for (uint8_t i = 0; i < 16; ++i)
    if (indices[i] != indices[i - i % 4] + i % 4 || indices[i - i % 4] % 4 != 0) return false;
  for (size_t i = 0; i < 4; ++i) words[i] = indices[i * 4] / 4;
  return true;
}

// Which groups of two bytes are the second vector's, when all are where they were.
bool blends(const Indices& indices, uint8_t& seconds) {
  seconds = 0;
  for (uint8_t i = 0; i < 16; ++i) {
    if (indices[i] % 16 != i || indices[i] / 16 != indices[i - i % 2] / 16) return false;
    if (indices[i] >= 16) seconds = static_cast<uint8_t>(seconds | 1u << i / 2);
  }
  return true;
}

uint8_t selector(const std::array<uint8_t, 4>& words) {
  return static_cast<uint8_t>((words[0] & 3u) | (words[1] & 3u) << 2 | (words[2] & 3u) << 4 | (words[3] & 3u) << 6);
}

}  // namespace

x86::Mem FunctionCompiler::byte_constant(const std::array<uint8_t, 16>& bytes) {
  uint64_t halves[2];
  std::memcpy(halves, bytes.data(), sizeof halves);
  return float_constant(halves[0], halves[1], 16);
}

void FunctionCompiler::shuffle(const SlotOp& op) {
  x86::Xmm a = vector_in(op.a), b = vector_in(op.b);
  Indices indices;
  std::memcpy(indices.data(), &op.c.value, 8);
  std::memcpy(indices.data() + 8, &op.offset, 8);
  if (a == b)
    for (uint8_t& index : indices) index &= 15;
  if (indices[0] >= 16) {
    std::swap(a, b);
    indices = exchanged(indices);
  }
  const x86::Xmm d = vector_out(op, Kind::V128, number(a));
  std::array<uint8_t, 4> words{};
  const bool are_words = moves_words(indices, words);
  if (std::ranges::all_of(indices, [](uint8_t index) { return index < 16; })) {
    if (are_words) asm_.vpshufd(d, a, selector(words));
    else asm_.vpshufb(d, a, byte_constant(indices));
    return;
  }
  if (is_run(indices)) {
    asm_.vpalignr(d, b, a, indices[0]);
    return;
  }
  for (const Interleaving& each : kInterleavings) {
    if (!interleaves(indices, each)) continue;
    asm_.emit(each.inst, d, a, b);
    return;
  }
  if (uint8_t seconds = 0; blends(indices, seconds)) {
    asm_.vpblendw(d, a, b, seconds);
    return;
  }
  // Two of one vector, then two of the other.
  if (are_words && words[0] < 4 && words[1] < 4 && words[2] >= 4 && words[3] >= 4) {
    asm_.vshufps(d, a, b, selector(words));
    return;
  }
  // An index with its highest bit set gives zero.
  Indices first = indices, second = exchanged(indices);
  for (Indices* each : {&first, &second})
    for (uint8_t& index : *each)
      if (index >= 16) index = 0x80;
  asm_.vpshufb(x86::xmm0, a, byte_constant(first));
  asm_.vpshufb(x86::xmm1, b, byte_constant(second));
  asm_.vpor(d, x86::xmm0, x86::xmm1);
}

// The lowest lane of `a`, in every lane.
void FunctionCompiler::splat_low(const x86::Xmm& d, const x86::Xmm& a, uint32_t bytes) {
  switch (bytes) {
    case 1:
      asm_.vpxor(x86::xmm1, x86::xmm1, x86::xmm1);
      asm_.vpshufb(d, a, x86::xmm1);
      return;
    case 2:
      asm_.vpshuflw(d, a, 0);
      asm_.vpshufd(d, d, 0);
      return;
    case 4: asm_.vpshufd(d, a, 0); return;
    default: asm_.vpunpcklqdq(d, a, a); return;
  }
}

void FunctionCompiler::vector_lanes(const SlotOp& op, const VectorRow& row) {
  const auto instruction = static_cast<Op>(op.op);
  switch (row.shape) {
    case VectorShape::Shuffle: shuffle(op); return;
    case VectorShape::Swizzle: {
      // Every index from 16 on gets its highest bit.
      const x86::Xmm a = vector_in(op.a), b = vector_in(op.b);
      asm_.vpaddusb(x86::xmm0, b, splat_constant(0x7070707070707070));
      asm_.vpshufb(vector_out(op, Kind::V128, number(a)), a, x86::xmm0);
      return;
    }
    case VectorShape::SplatInteger: {
      const x86::Gp a = in_register(op.a, row.more == 8 ? Kind::I64 : Kind::I32, x86::rax);
      const x86::Xmm d = vector_out(op, Kind::V128);
      asm_.emit(row.inst, d, a);
      splat_low(d, d, row.more);
      return;
    }
    case VectorShape::SplatFloat: {
      const x86::Xmm a = float_in_register(op.a, row.more == 4 ? Kind::F32 : Kind::F64, x86::xmm0);
      if (op.a.kind == lower::SourceKind::Slot) registers_.canonicalise(number(a));
      const x86::Xmm d = vector_out(op, Kind::V128);
      if (row.more == 4) asm_.emit(row.inst, d, a, Imm(0));
      else asm_.emit(row.inst, d, a);
      return;
    }
    case VectorShape::ExtractInteger: {
      const x86::Xmm a = vector_in(op.a);
      release(op);
      const x86::Gp d = registers_.define(op.d, instruction == Op::I64x2ExtractLane ? Kind::I64 : Kind::I32);
      asm_.emit(row.inst, d, a, Imm(op.lane));
      if (row.more == 1) asm_.movsx(d, d.r8());
      else if (row.more == 2) asm_.movsx(d, d.r16());
      return;
    }
    case VectorShape::ExtractFloat: {
      const x86::Xmm a = vector_in(op.a);
      release(op);
      const Kind kind = instruction == Op::F32x4ExtractLane ? Kind::F32 : Kind::F64;
      const x86::Xmm d = registers_.define_vector(op.d, kind, false, number(a));
      if (op.lane != 0) asm_.emit(row.inst, d, a, Imm(op.lane));
      else if (d != a) asm_.vmovaps(d, a);
      return;
    }
    case VectorShape::ReplaceInteger: {
      const x86::Xmm a = vector_in(op.a);
      const x86::Gp b = in_register(op.b, instruction == Op::I64x2ReplaceLane ? Kind::I64 : Kind::I32, x86::rax);
      asm_.emit(row.inst, vector_out(op, Kind::V128, number(a)), a, b, Imm(op.lane));
      return;
    }
    case VectorShape::ReplaceFloat: {
      const x86::Xmm a = vector_in(op.a);
      const bool is_single = instruction == Op::F32x4ReplaceLane;
      const x86::Xmm b = float_in_register(op.b, is_single ? Kind::F32 : Kind::F64, x86::xmm0);
      if (op.b.kind == lower::SourceKind::Slot) registers_.canonicalise(number(b));
      const x86::Xmm d = vector_out(op, Kind::V128, number(a));
      if (is_single) asm_.vinsertps(d, a, b, op.lane << 4);
      else if (op.lane == 0) asm_.vmovsd(d, a, b);
      else asm_.vunpcklpd(d, a, b);
      return;
    }
    case VectorShape::AnyTrue:
    case VectorShape::AllTrue: {
      const x86::Xmm a = vector_in(op.a);
      if (row.shape == VectorShape::AllTrue) {
        asm_.vpxor(x86::xmm0, x86::xmm0, x86::xmm0);
        asm_.emit(row.inst, x86::xmm0, a, x86::xmm0);
        asm_.vptest(x86::xmm0, x86::xmm0);
        asm_.sete(x86::al);
      } else {
        asm_.vptest(a, a);
        asm_.setne(x86::al);
      }
      release(op);
      asm_.movzx(registers_.define(op.d, Kind::I32), x86::al);
      return;
    }
    case VectorShape::Bitmask:
    case VectorShape::BitmaskOfWords: {
      x86::Xmm a = vector_in(op.a);
      const bool are_words = row.shape == VectorShape::BitmaskOfWords;
      if (are_words) {
        asm_.vpacksswb(x86::xmm0, a, a);
        a = x86::xmm0;
      }
      release(op);
      const x86::Gp d = registers_.define(op.d, Kind::I32);
      asm_.emit(row.inst, d, a);
      if (are_words) asm_.movzx(d, d.r8());
      return;
    }
    default: CHECK(false);
  }
}

}  // namespace wasmscope::jit
