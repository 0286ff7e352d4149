// SPDX-License-Identifier: Apache-2.0
// Every instruction with a signature in the table accepts exactly that signature.
#include <gtest/gtest.h>

#include "tests/unit/validate/test_module.h"

namespace wasmscope::test {
namespace {

using wasm::Imm;
using wasm::Op;
using wasm::SectionId;

void write_constant(ByteWriter& out, char letter) {
  if (letter == 'v')
    out.op(Op::V128Const).raw(std::vector<uint8_t>(16));
  else
    out.constant(letter == 'a' ? 'i' : letter, 0);
}

void write_immediates(ByteWriter& out, const wasm::OpInfo& row) {
  const auto align = [&] { return row.width == 0 ? 0u : static_cast<unsigned>(std::countr_zero(unsigned{row.width})); };
  switch (row.imm) {
    case Imm::Memory:
    case Imm::Data:
    case Imm::Table:
    case Imm::Elem:
    case Imm::Lane:
    case Imm::Fence:
    case Imm::I32:
    case Imm::I64: out.u8(0); break;
    case Imm::DataMemory:
    case Imm::ElemTable: out.u8(0).u8(0); break;
    case Imm::MemArg: out.leb(align()).u8(0); break;
    case Imm::MemArgLane: out.leb(align()).u8(0).u8(0); break;
    case Imm::F32: out.little_endian(0, 4); break;
    case Imm::F64: out.little_endian(0, 8); break;
    case Imm::V128:
    case Imm::Shuffle: out.raw(std::vector<uint8_t>(16)); break;
    default: break;
  }
}

// A function that applies the instruction to all its operands but the first `missing`, and drops its results.
TestModule module_with(Op op, size_t missing) {
  const wasm::OpInfo& row = wasm::info(op);
  const size_t pops = row.signature.find('_'), pushes = row.signature.size() - pops - 1;
  ByteWriter body;
  for (size_t i = missing; i < pops; ++i) write_constant(body, row.signature[i]);
  body.op(op);
  write_immediates(body, row);
  for (size_t i = 0; i < pushes; ++i) body.op(Op::Drop);
  TestModule module;
  module.type("", "").memory().table().func(0, body.op(Op::End));
  module.add(SectionId::Elem, w().u8(1).u8(0).u8(0)).add(SectionId::Data, w().u8(1).u8(0));
  return module.add(SectionId::DataCount, w().u8(1));
}

wasm::Features all_features() {
  wasm::Features features;
  for (size_t i = 0; i < wasm::all_features().size(); ++i) features.set(static_cast<wasm::Feature>(i), true);
  return features;
}

TEST(InstructionTable, EachInstructionAcceptsItsSignature) {
  for (uint16_t i = 0; i < wasm::kOpCount; ++i) {
    const Op op = static_cast<Op>(i);
    if (wasm::is_special(op)) continue;
    EXPECT_EQ(verdict(check(module_with(op, 0), all_features())), "valid") << wasm::info(op).name;
  }
}

TEST(InstructionTable, EachInstructionNeedsAllItsOperands) {
  for (uint16_t i = 0; i < wasm::kOpCount; ++i) {
    const Op op = static_cast<Op>(i);
    if (wasm::is_special(op) || wasm::info(op).signature.starts_with('_')) continue;
    const auto result = check(module_with(op, 1), all_features());
    ASSERT_FALSE(result) << wasm::info(op).name;
    EXPECT_EQ(result.error().code, ErrorCode::TypeMismatch) << wasm::info(op).name;
    EXPECT_TRUE(result.error().detail.starts_with("expected ")) << result.error().detail;
  }
}

TEST(InstructionTable, EachInstructionNeedsItsFeature) {
  for (uint16_t i = 0; i < wasm::kOpCount; ++i) {
    const Op op = static_cast<Op>(i);
    const wasm::Feature feature = wasm::info(op).feature;
    // The module itself has a passive segment, so that bulk memory cannot be off.
    if (wasm::is_special(op) || feature == wasm::Feature::Mvp || feature == wasm::Feature::BulkMemory) continue;
    wasm::Features features = all_features();
    features.set(feature, false);
    const auto result = check(module_with(op, 0), features);
    ASSERT_FALSE(result) << wasm::info(op).name;
    EXPECT_EQ(result.error().code, ErrorCode::FeatureDisabled) << wasm::info(op).name;
  }
}

}  // namespace
}  // namespace wasmscope::test
