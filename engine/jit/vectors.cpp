// SPDX-License-Identifier: Apache-2.0
// Vectors: operands, results, moves.
#include "engine/jit/vectors.h"

#include <array>

#include "engine/jit/function_compiler.h"

namespace wasmscope::jit {

using asmjit::Label;
using lower::SlotOp;
using lower::Source;
using wasm::Op;

namespace {

namespace inst = x86::Inst;

constexpr auto make_rows() {
  std::array<VectorRow, wasm::kOpCount> rows{};
  constexpr uint32_t Vpcmpeqb = inst::kIdVpcmpeqb, Vpcmpeqw = inst::kIdVpcmpeqw, Vpcmpeqd = inst::kIdVpcmpeqd,
                     Vpunpcklwd = inst::kIdVpunpcklwd, Vpunpckhwd = inst::kIdVpunpckhwd, Vaddps = inst::kIdVaddps,
                     Vaddpd = inst::kIdVaddpd, Vsubps = inst::kIdVsubps, Vsubpd = inst::kIdVsubpd;
#define VECTOR(Name, Shape, Instruction, more) \
  rows[static_cast<size_t>(Op::Name)] = {VectorShape::Shape, inst::kId##Instruction, more};
#include "engine/jit/vectors.def"
  return rows;
}
constexpr std::array<VectorRow, wasm::kOpCount> kRows = make_rows();

}  // namespace

const VectorRow& vector_row(Op op) { return kRows[static_cast<size_t>(op)]; }

x86::Xmm FunctionCompiler::vector_in(const Source& source, Kind lanes) {
  const x86::Xmm a = registers_.use_vector(source.value, Kind::V128);
  const Held& held = registers_.state()[number(a)];
  if (held.kind != lanes) registers_.canonicalise(number(a));
  return a;
}

x86::Xmm FunctionCompiler::vector_out(const SlotOp& op, Kind lanes, Register preferred) {
  release(op);
  return registers_.define_vector(op.d, lanes, lanes != Kind::V128, preferred);
}

x86::Mem FunctionCompiler::splat_constant(uint64_t bits) { return float_constant(bits, bits, 16); }

void FunctionCompiler::mov_pair(const SlotOp& op) {
  if (op.a.value == op.d) return;
  const Register from = registers_.find(op.a.value);
  if (from == kNoRegister) {
    const x86::Xmm d = registers_.define_vector(op.d, Kind::V128, false);
    registers_.load(number(d), {static_cast<uint32_t>(op.a.value), Kind::V128, false, false});
    return;
  }
  const x86::Xmm a = registers_.use_vector(op.a.value, Kind::V128);
  const Held held = registers_.state()[number(a)];
  const x86::Xmm d = registers_.define_vector(op.d, held.kind, held.is_raw);
  if (d != a) asm_.vmovaps(d, a);
}

void FunctionCompiler::constant_pair(const SlotOp& op) {
  const x86::Xmm d = vector_out(op, Kind::V128);
  if (op.a.value == 0 && op.b.value == 0) asm_.vpxor(d, d, d);
  else if (op.a.value == UINT64_MAX && op.b.value == UINT64_MAX) asm_.vpcmpeqd(d, d, d);
  else asm_.vmovaps(d, float_constant(op.a.value, op.b.value, 16));
}

void FunctionCompiler::vector_operation(const SlotOp& op) {
  const VectorRow& row = vector_row(static_cast<Op>(op.op));
  if (row.shape <= VectorShape::StoreLane) vector_access(op, row);
  else if (row.shape <= VectorShape::BitmaskOfWords) vector_lanes(op, row);
  else if (row.shape <= VectorShape::AddUnsignedWords) vector_numbers(op, row);
  else vector_floats(op, row);
}

}  // namespace wasmscope::jit
