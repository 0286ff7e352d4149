// SPDX-License-Identifier: Apache-2.0
// Every vector row of opcodes.def, and those with two results, on edge values of every lane shape, through tiny
// modules: operands from locals, constants and memory, results to the stack and into a local that is an operand too.
// Lane accesses at every lane, in and out of bounds, of a second and a 64-bit memory.
#include <gtest/gtest.h>

#include "tests/support/module_builder.h"
#include "tests/support/oracle_simd.h"
#include "tests/support/useful_ops.h"
#include "tests/tiers/twin.h"

namespace wasmscope::test {
namespace {

using wasm::Op;

struct LaneValues {
  int bits;
  std::vector<uint64_t> values;
};
const std::vector<LaneValues>& lane_values() {
  static const std::vector<LaneValues> kValues = {
      {8, {0, 1, 2, 7, 0x0F, 0x10, 0x1F, 0x20, 0x3F, 0x40, 0x7E, 0x7F, 0x80, 0x81, 0xAA, 0xC0, 0xFE, 0xFF}},
      {16,
       {0, 1, 0x7F, 0x80, 0xFF, 0x100, 0x3FFF, 0x4000, 0x7FFE, 0x7FFF, 0x8000, 0x8001, 0xAAAA, 0xFF7F, 0xFF80, 0xFFFE,
        0xFFFF}},
      {32,
       {0, 1, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x3FFFFFFF, 0x7FFFFFFE, 0x7FFFFFFF, 0x80000000, 0x80000001, 0xAAAAAAAA,
        0xFFFF7FFF, 0xFFFF8000, 0xFFFFFFFE, 0xFFFFFFFF, 16777217}},
      {64,
       {0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0x100000000, 0x123456789ABCDEF0, 0x7FFFFFFFFFFFFFFF,
        0x8000000000000000, 0x8000000000000001, 0xAAAAAAAAAAAAAAAA, 0xFFFFFFFF7FFFFFFF, 0xFFFFFFFFFFFFFFFE,
        0xFFFFFFFFFFFFFFFF}},
      // f32: zeros, ones, halves, infinities, NaNs of all kinds, subnormals, the edges of conversions
      {32, {0,          0x80000000, 0x3F800000, 0xBF800000, 0x3F000000, 0xBF000000, 0x3FC00000, 0x40200000,
            0xC0200000, 0x7F800000, 0xFF800000, 0x7FC00000, 0xFFC00000, 0x7FA00000, 0xFFC54321, 0x00000001,
            0x80000001, 0x007FFFFF, 0x00800000, 0x7F7FFFFF, 0xFF7FFFFF, 0x4F000000, 0x4EFFFFFF, 0xCF000000,
            0xCF000001, 0x4F800000, 0x4F7FFFFF, 0xBF7FFFFF, 0x4B000001, 0x40490FDB}},
      {64,
       {0,
        0x8000000000000000,
        0x3FF0000000000000,
        0xBFF0000000000000,
        0x3FE0000000000000,
        0xBFE0000000000000,
        0x4004000000000000,
        0xC004000000000000,
        0x7FF0000000000000,
        0xFFF0000000000000,
        0x7FF8000000000000,
        0xFFF8000000000000,
        0x7FF4000000000000,
        0x7FF8000012345678,
        1,
        0x8000000000000001,
        0x000FFFFFFFFFFFFF,
        0x7FEFFFFFFFFFFFFF,
        0x41E0000000000000,
        0x41DFFFFFFFC00000,
        0xC1E0000000000000,
        0xC1E0000000200000,
        0x41F0000000000000,
        0x41EFFFFFFFFFFFFF,
        0xBFEFFFFFFFFFFFFF,
        0x47EFFFFFE0000000,
        0x47EFFFFFF0000000,
        0x36A0000000000000,
        0x3690000000000001,
        0x4330000000000001,
        0x400921FB54442D18}}};
  return kValues;
}

// Vectors that hold every pair of the values between them in the same lanes.
struct Pairs {
  std::vector<Value> first, second;
};
Pairs pairs_of(const LaneValues& lanes) {
  Pairs pairs;
  VectorBytes a{}, b{};
  size_t at = 0;
  const auto put = [&](VectorBytes& bytes, uint64_t value) {
    for (int k = 0; k < lanes.bits / 8; ++k)
      bytes[at + static_cast<size_t>(k)] = static_cast<uint8_t>(value >> (8 * k));
  };
  for (const uint64_t x : lanes.values) {
    for (const uint64_t y : lanes.values) {
      put(a, x);
      put(b, y);
      at += static_cast<size_t>(lanes.bits / 8);
      if (at < 16) continue;
      at = 0;
      pairs.first.push_back(vector_of(a));
      pairs.second.push_back(vector_of(b));
    }
  }
  pairs.first.push_back(vector_of(a));
  pairs.second.push_back(vector_of(b));
  return pairs;
}

wasm::ValType type_of(char letter) {
  switch (letter) {
    case 'i': return wasm::kI32;
    case 'l': return wasm::kI64;
    case 'f': return wasm::kF32;
    case 'd': return wasm::kF64;
    default: return wasm::kV128;
  }
}

const std::vector<VectorBytes> kShuffles = {{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
                                            {31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16},
                                            {0, 16, 1, 17, 2, 18, 15, 31, 15, 31, 0, 0, 16, 16, 7, 8},
                                            {0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 28, 29, 30, 31},
                                            {24, 25, 26, 27, 24, 25, 26, 27, 12, 13, 14, 15, 8, 9, 10, 11},
                                            {0, 1, 2, 3, 5, 6, 7, 8, 4, 5, 6, 7, 28, 29, 30, 31},
                                            // of one vector: bytes, words
                                            {3, 3, 0, 1, 15, 14, 13, 12, 8, 8, 8, 8, 1, 0, 2, 2},
                                            {28, 29, 30, 31, 16, 17, 18, 19, 16, 17, 18, 19, 20, 21, 22, 23},
                                            // runs
                                            {5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20},
                                            {31, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14},
                                            // interleavings
                                            {0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23},
                                            {24, 8, 25, 9, 26, 10, 27, 11, 28, 12, 29, 13, 30, 14, 31, 15},
                                            {16, 17, 0, 1, 18, 19, 2, 3, 20, 21, 4, 5, 22, 23, 6, 7},
                                            {8, 9, 24, 25, 10, 11, 26, 27, 12, 13, 28, 29, 14, 15, 30, 31},
                                            {0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23},
                                            {24, 25, 26, 27, 8, 9, 10, 11, 28, 29, 30, 31, 12, 13, 14, 15},
                                            {0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23},
                                            {24, 25, 26, 27, 28, 29, 30, 31, 8, 9, 10, 11, 12, 13, 14, 15},
                                            // places kept; two words of each
                                            {0, 1, 18, 19, 4, 5, 6, 7, 24, 25, 26, 27, 12, 13, 30, 31},
                                            {8, 9, 10, 11, 0, 1, 2, 3, 28, 29, 30, 31, 20, 21, 22, 23},
                                            {20, 21, 22, 23, 16, 17, 18, 19, 4, 5, 6, 7, 12, 13, 14, 15}};

// What is written after the opcode, in every variant.
std::vector<std::vector<uint8_t>> immediates_of(Op op) {
  const wasm::Imm imm = wasm::info(op).imm;
  if (imm == wasm::Imm::None) return {{}};
  std::vector<std::vector<uint8_t>> all;
  if (imm == wasm::Imm::Shuffle)
    for (const VectorBytes& indices : kShuffles) all.emplace_back(indices.begin(), indices.end());
  else
    for (uint32_t lane = 0; lane < lanes_of(op); ++lane) all.push_back({static_cast<uint8_t>(lane)});
  return all;
}

class VectorCases : public testing::TestWithParam<Op> {};

TEST_P(VectorCases, AgreeWithTheOracle) {
  const Op op = GetParam();
  const wasm::OpInfo& row = wasm::info(op);
  const std::string params(row.signature.substr(0, row.signature.find('_')));
  const char result = row.signature.back();
  const bool is_shift = row.text.find(".sh") != std::string_view::npos && params == "vi";
  const auto immediates = immediates_of(op);

  // One function per immediate and form: operands from params, then a result that goes where an operand is.
  ModuleBuilder module;
  const uint32_t count = static_cast<uint32_t>(params.size());
  for (const auto& immediate : immediates) {
    for (const bool into_local : {false, true}) {
      CodeWriter body;
      if (into_local)   // the last operand waits as an alias of the local that is written
        body.local_get(count - 1);
      for (uint32_t i = 0; i < count; ++i) body.local_get(i);
      body.op(op).raw(immediate);
      if (into_local) {
        if (params[0] == result)
          body.local_set(0).local_get(0);
        else
          body.local_set(count).local_get(count);
      }
      const std::string results = into_local ? std::string{params.back(), result} : std::string{result};
      module.func(params + "_" + results, body, std::string{result});
    }
  }
  const uint32_t first_const = static_cast<uint32_t>(immediates.size()) * 2;
  const std::vector<uint32_t> counts = {0, 1, 3, 7, 8, 9, 15, 16, 31, 32, 33, 63, 64, 65, 0x80000001, 0xFFFFFFFF};
  if (is_shift)
    for (const uint32_t by : counts) {
      CodeWriter body;
      body.local_get(0).i32(static_cast<int32_t>(by)).op(op);
      module.func("v_v", body);
    }
  std::string problem;
  const auto twin = Twin::create(module.bytes(), problem);
  ASSERT_NE(twin, nullptr) << problem;
  auto execution = runtime::Execution::create(0);
  ASSERT_TRUE(execution.has_value());

  size_t failures = 0, checks = 0;
  const auto check = [&](uint32_t func, const std::vector<Value>& arguments, const Value& expected) {
    ++checks;
    (*execution)->begin(*twin->instance->funcs[func], arguments);
    const runtime::Outcome outcome = twin->interpreter->run(**execution, {});
    std::string text;
    if (!std::holds_alternative<runtime::Returned>(outcome)) {
      text = text_of(outcome);
    } else if (const Value value = (*execution)->results().back(); value != expected) {
      text = to_text(value) + " instead of " + to_text(expected);
    } else if ((*execution)->results().size() == 2 && (*execution)->results()[0] != arguments.back()) {
      text = "the alias became " + to_text((*execution)->results()[0]);
    }
    if (text.empty() || ++failures > 10) return;
    std::string of;
    for (const Value& argument : arguments) of += " " + to_text(argument);
    ADD_FAILURE() << row.text << " func " << func << " of" << of << ": " << text;
  };
  const auto check_all = [&](const std::vector<Value>& arguments) {
    for (size_t i = 0; i < immediates.size(); ++i) {
      VectorBytes bytes{};
      std::copy(immediates[i].begin(), immediates[i].end(), bytes.begin());
      const Value expected = evaluate_vector(op, arguments, bytes[0], bytes);
      check(static_cast<uint32_t>(2 * i), arguments, expected);
      check(static_cast<uint32_t>(2 * i + 1), arguments, expected);
    }
  };
  for (const LaneValues& lanes : lane_values()) {
    const Pairs pairs = pairs_of(lanes);
    for (size_t i = 0; i < pairs.first.size(); ++i) {
      if (is_shift) {
        const uint32_t by = counts[i % counts.size()];
        check_all({pairs.first[i], Value::i32(by)});
        check(first_const + static_cast<uint32_t>(i % counts.size()), {pairs.first[i]},
              evaluate_vector(op, std::vector<Value>{pairs.first[i], Value::i32(by)}, 0, {}));
        continue;
      }
      std::vector<Value> arguments;
      for (const char letter : params) {
        const auto& from = arguments.size() == 1 ? pairs.second : pairs.first;
        Value value = arguments.size() == 2 ? pairs.second[(i * 7 + 3) % pairs.second.size()] : from[i];
        if (letter != 'v') {
          value.type = type_of(letter);
          value.high = 0;
          if (letter == 'i' || letter == 'f') value.bits &= 0xFFFFFFFF;
        }
        arguments.push_back(value);
      }
      check_all(arguments);
    }
  }
  EXPECT_EQ(failures, 0u);
  EXPECT_GT(checks, 100u);
  twin->interpreter->remove(**execution);
}

std::vector<Op> vector_rows() {
  std::vector<Op> rows;
  for (uint16_t i = 0; i < wasm::kOpCount; ++i)
    if (is_vector(static_cast<Op>(i))) rows.push_back(static_cast<Op>(i));
  return rows;
}
INSTANTIATE_TEST_SUITE_P(Rows, VectorCases, testing::ValuesIn(vector_rows()),
                         [](const auto& row) { return std::string(wasm::info(row.param).name); });

TEST(WideArithmetic, AgreesWithTheOracle) {
  const std::vector<uint64_t> values = {0,
                                        1,
                                        2,
                                        0x7FFFFFFF,
                                        0xFFFFFFFF,
                                        0x100000000,
                                        0x7FFFFFFFFFFFFFFF,
                                        0x8000000000000000,
                                        0x123456789ABCDEF0,
                                        0xFFFFFFFFFFFFFFFE,
                                        0xFFFFFFFFFFFFFFFF};
  ASSERT_EQ(useful_ops().wide.size(), 4u);
  for (const Op op : useful_ops().wide) {
    const std::string params = wasm::info(op).signature.starts_with("llll") ? "llll" : "ll";
    ModuleBuilder module;
    CodeWriter body;
    body.i64(5);
    for (uint32_t i = 0; i < params.size(); ++i) body.local_get(i);
    body.op(op);
    module.func(params + "_lll", body);
    std::string problem;
    const auto twin = Twin::create(module.bytes(), problem);
    ASSERT_NE(twin, nullptr) << problem;
    for (const uint64_t a : values)
      for (const uint64_t b : values)
        for (const uint64_t c : params.size() == 4 ? values : std::vector<uint64_t>{0}) {
          std::vector<Value> arguments = {Value::i64(a), Value::i64(b)};
          if (params.size() == 4) arguments = {Value::i64(a), Value::i64(b), Value::i64(c), Value::i64(a ^ c)};
          twin->begin(0, arguments);
          while (twin->oracle->step()) {}
          ASSERT_EQ(twin->compare_outcome(twin->run({})), "") << wasm::info(op).text;
        }
  }
}

// Memory 1 is small, memory 2 has 64-bit addresses.
TEST(LaneAccesses, AgreeWithTheOracle) {
  ModuleBuilder module;
  module.memory(1);
  module.memory(1);
  module.memory64(1);
  std::string contents;
  for (uint32_t i = 0; i < 256; ++i) contents += static_cast<char>(i * 37 + 11);
  module.data(code().i32(0), contents);
  module.data(code().i32(65280), contents);
  std::vector<uint32_t> widths;
  std::vector<bool> is_64;
  for (const Op op : useful_ops().lane_accesses)
    for (uint32_t lane = 0; lane < lanes_of(op); ++lane)
      for (const uint32_t memory : {0u, 1u, 2u})
        for (const uint64_t offset : {uint64_t{0}, uint64_t{200}, uint64_t{0x90000000}}) {
          CodeWriter body;
          body.local_get(0).local_get(1).op(op);
          memory == 0 ? body.leb(0) : body.leb(0x40).leb(memory);
          body.leb(offset).u8(lane);
          const bool is_load = wasm::info(op).signature.back() == 'v';
          module.func(std::string(memory == 2 ? "lv" : "iv") + (is_load ? "_v" : "_"), body);
          widths.push_back(wasm::info(op).width);
          is_64.push_back(memory == 2);
        }
  ASSERT_EQ(widths.size(), 2u * (16 + 8 + 4 + 2) * 9);
  std::string problem;
  const auto twin = Twin::create(module.bytes(), problem);
  ASSERT_NE(twin, nullptr) << problem;
  const Value vector{wasm::kV128, 0x0123456789ABCDEF, 0xF0E1D2C3B4A59687};
  for (uint32_t func = 0; func < widths.size(); ++func)
    for (const uint64_t address : {0u, 77u, 65536u - widths[func], 65537u - widths[func], 65336u, 0xFFFFFFFFu}) {
      const Value base = is_64[func] ? Value::i64(address) : Value::i32(static_cast<uint32_t>(address));
      twin->begin(func, {base, vector});
      while (twin->oracle->step()) {}
      ASSERT_EQ(twin->compare_outcome(twin->run({})), "") << "func " << func << " address " << address;
    }
  ASSERT_EQ(twin->compare_store(), "");
}

}  // namespace
}  // namespace wasmscope::test
