// SPDX-License-Identifier: Apache-2.0
// Instructions that the engine carries out together: pairs of pure operations, sums as addresses, loads
// and arithmetic. Every combination once with operands of every kind, against the oracle.
#include <gtest/gtest.h>

#include "tests/support/byte_writer.h"
#include "tests/support/oracle_numeric.h"
#include "tests/tiers/twin.h"

namespace wasmscope::test {
namespace {

using wasm::Op;

// A module of functions of one type, with a memory of one page filled by a data segment.
std::vector<uint8_t> module_of(const std::string& params, const std::string& results,
                               const std::vector<std::vector<uint8_t>>& bodies) {
  ByteWriter type, funcs, code, data, module;
  type.leb(1).u8(0x60).leb(params.size());
  for (const char letter : params) type.u8(type_code(letter));
  type.leb(results.size());
  for (const char letter : results) type.u8(type_code(letter));
  funcs.leb(bodies.size());
  code.leb(bodies.size());
  for (const auto& body : bodies) {
    funcs.leb(0);
    code.sized(body);
  }
  data.leb(1).u8(0).constant('i', 0).op(Op::End).leb(65536);
  for (uint32_t i = 0; i < 65536; ++i) data.u8(i * 2654435761u >> 13);
  module.header()
      .section(1, type.bytes)
      .section(3, funcs.bytes)
      .section(5, {1, 0, 1})
      .section(10, code.bytes)
      .section(11, data.bytes);
  return std::move(module.bytes);
}

struct OpPair {
  Op outer, inner;
};
std::vector<OpPair> all_pairs() {
  return {
#define PAIR(Outer, Inner) {Op::Outer, Op::Inner},
#include "engine/lower/pairs.def"
  };
}

// outer(inner(x, y), z), or with the inner result on the right; y and z may be constants.
struct PairForm {
  bool is_right = false;
  std::optional<uint64_t> y, z;
};
std::vector<uint8_t> pair_body(const OpPair& pair, const PairForm& form) {
  const char letter = wasm::info(pair.outer).signature[0];
  const auto operand = [&](ByteWriter& out, uint32_t local, const std::optional<uint64_t>& constant) {
    if (constant)
      out.constant(letter, *constant);
    else
      out.op(Op::LocalGet).leb(local);
  };
  ByteWriter out;
  out.leb(0);
  if (form.is_right) operand(out, 2, form.z);
  out.op(Op::LocalGet).leb(0);
  operand(out, 1, form.y);
  out.op(pair.inner);
  if (!form.is_right) operand(out, 2, form.z);
  out.op(pair.outer).op(Op::End);
  return std::move(out.bytes);
}

TEST(JoinedCases, PairsOfOperations) {
  const std::vector<uint64_t> integers = {0,
                                          1,
                                          5,
                                          31,
                                          33,
                                          63,
                                          0x7FFF,
                                          0x8000,
                                          0xFFFF8000,
                                          0xFFFFFFFFFFFF8000,
                                          0xFFFFFFFFFFFFFFFF,
                                          0x7FFFFFFF,
                                          0x80000000,
                                          0x123456789ABCDEF0,
                                          0x8000000000000000};
  const std::vector<uint64_t> singles = {0,          0x80000000, 0x3F800001, 0xBF800001, 0x7F7FFFFF,
                                         0x00000003, 0x7F800000, 0x7FA00000, 0x3DCCCCCD};
  const std::vector<uint64_t> doubles = {
      0, 0x8000000000000000, 0x3FF0000000000001, 0xBFF0000000000001, 0x7FEFFFFFFFFFFFFF,
      3, 0x7FF0000000000000, 0x7FF4000000000000, 0x3FB999999999999A};
  for (const OpPair& pair : all_pairs()) {
    const char letter = wasm::info(pair.outer).signature[0];
    const auto& values = letter == 'f' ? singles : letter == 'd' ? doubles : integers;
    std::vector<PairForm> forms;
    for (const bool is_right : {false, true}) {
      forms.push_back({is_right, {}, {}});
      for (const uint64_t y : values) {
        forms.push_back({is_right, y, {}});
        forms.push_back({is_right, {}, y});
        for (const uint64_t z : values) forms.push_back({is_right, y, z});
      }
    }
    std::vector<std::vector<uint8_t>> bodies;
    for (const PairForm& form : forms) bodies.push_back(pair_body(pair, form));
    std::string problem;
    const auto twin = Twin::create(module_of(std::string(3, letter), {letter}, bodies), problem);
    ASSERT_NE(twin, nullptr) << problem;
    auto execution = runtime::Execution::create(0);
    ASSERT_TRUE(execution.has_value());
    const wasm::ValType type = twin->module->func_type(0).params[0];
    for (size_t i = 0; i < forms.size(); ++i) {
      const PairForm& form = forms[i];
      for (size_t k = 0; k < values.size() * values.size(); ++k) {
        const uint64_t mask = letter == 'i' ? 0xFFFFFFFF : ~uint64_t{0};
        const uint64_t x = values[k % values.size()] & mask, y = values[k / values.size()] & mask,
                       z = values[(k + i) % values.size()] & mask;
        (*execution)->begin(*twin->instance->funcs[i], std::vector<Value>{{type, x, 0}, {type, y, 0}, {type, z, 0}});
        const runtime::Outcome outcome = twin->interpreter->run(**execution, {});
        ASSERT_TRUE(std::holds_alternative<runtime::Returned>(outcome));
        const uint64_t inner = evaluate_numeric(pair.inner, x, form.y.value_or(y) & mask).bits,
                       right = form.z.value_or(z) & mask;
        const uint64_t expected = form.is_right ? evaluate_numeric(pair.outer, right, inner).bits
                                                : evaluate_numeric(pair.outer, inner, right).bits;
        ASSERT_EQ((*execution)->results()[0].bits, expected)
            << wasm::info(pair.outer).text << " of " << wasm::info(pair.inner).text << " x " << x << " y " << y
            << (form.y ? " constant " : " ") << form.y.value_or(0) << " z " << z << (form.z ? " constant " : " ")
            << form.z.value_or(0) << (form.is_right ? ", inner on the right" : "");
      }
    }
    twin->interpreter->remove(**execution);
  }
}

// Parameters: address, second part of the address, value to store. Results: the value loaded, or 0.
enum class Address : uint8_t {
  Local,
  LocalPlusConstant,
  ConstantPlusLocal,
  LocalPlusLocal,
  LocalPlusShifted,
  LocalPlusDoubled,
  LocalPlusEightfold,
  Constant
};
std::vector<uint8_t> access_body(Op op, Address address, uint32_t constant, uint64_t offset, bool stores_constant) {
  const wasm::OpInfo& row = wasm::info(op);
  const bool is_store = row.signature.back() == '_';
  const bool is_shifted = address == Address::LocalPlusShifted || address == Address::LocalPlusDoubled ||
                          address == Address::LocalPlusEightfold;
  ByteWriter out;
  out.leb(0);
  if (address == Address::Constant || address == Address::ConstantPlusLocal) out.constant('i', constant);
  if (address != Address::Constant) out.op(Op::LocalGet).leb(0);
  if (address == Address::LocalPlusConstant) out.constant('i', constant);
  if (address == Address::LocalPlusLocal || is_shifted) out.op(Op::LocalGet).leb(1);
  const uint64_t shift = address == Address::LocalPlusShifted ? 2 : address == Address::LocalPlusDoubled ? 1 : 3;
  if (is_shifted) out.constant('i', shift).op(Op::I32Shl);
  if (address != Address::Constant && address != Address::Local) out.op(Op::I32Add);
  if (stores_constant)
    out.constant(row.signature[1], 0xFFFFFFFFFFFFFF85);
  else if (is_store)
    out.op(Op::LocalGet).leb(2);
  out.op(op).leb(0).leb(offset);
  if (is_store) out.constant(row.signature[1], 0);
  out.op(Op::End);
  return std::move(out.bytes);
}

TEST(JoinedCases, LoadsAndStoresOfEveryAddress) {
  for (uint16_t number = 0; number < wasm::kOpCount; ++number) {
    const auto op = static_cast<Op>(number);
    const wasm::OpInfo& row = wasm::info(op);
    if (!row.executed || row.category != wasm::Category::Memory || row.imm != wasm::Imm::MemArg) continue;
    const bool is_store = row.signature.back() == '_';
    const char letter = is_store ? row.signature[1] : row.signature.back();
    std::vector<std::vector<uint8_t>> bodies;
    for (int address = 0; address <= static_cast<int>(Address::Constant); ++address)
      for (const uint32_t constant : {0u, 8u, 4000u, 65536u - row.width, 0xFFFFFFF8u})
        for (const uint64_t offset : {0u, 4u, 200u, 40000u, 65536u, 0x7FFFFFFFu, 0x80000000u, 0xFFFFFFFFu})
          for (const bool stores_constant : {false, true})
            if (is_store || !stores_constant)
              bodies.push_back(access_body(op, static_cast<Address>(address), constant, offset, stores_constant));
    std::string problem;
    const auto twin = Twin::create(module_of({'i', 'i', letter}, {letter}, bodies), problem);
    ASSERT_NE(twin, nullptr) << problem;
    const Value stored{twin->module->func_type(0).params[2],
                       letter == 'i' || letter == 'f' ? uint64_t{0x89ABCDEF} : uint64_t{0x0123456789ABCDEF}, 0};
    for (uint32_t func = 0; func < bodies.size(); ++func)
      for (const uint32_t base : {0u, 100u, 65536u - row.width, 65537u - row.width, 0xFFFFFFF9u})
        for (const uint32_t index : {0u, 8u, 0xFFFFFFFFu}) {
          twin->begin(func, {Value::i32(base), Value::i32(index), stored});
          while (twin->oracle->step()) {}
          const runtime::Outcome outcome = twin->run({});
          // The whole memory is compared at the end; the results, traps and their instants each time.
          ASSERT_EQ(twin->compare_outcome(outcome), "")
              << row.text << " func " << func << " base " << base << " index " << index;
        }
    ASSERT_EQ(twin->compare_store(), "") << row.text;
  }
}

// A loaded value as either operand of every binary instruction of its type, in and out of bounds.
TEST(JoinedCases, LoadsWithArithmetic) {
  for (const auto& [letter, load] :
       {std::pair{'i', Op::I32Load}, {'l', Op::I64Load}, {'f', Op::F32Load}, {'d', Op::F64Load}}) {
    std::vector<std::vector<uint8_t>> bodies[2];   // by whether the result is an i32
    for (uint16_t number = 0; number < wasm::kOpCount; ++number) {
      const auto op = static_cast<Op>(number);
      const std::string_view signature = wasm::info(op).signature;
      if (!is_numeric(op) || signature.size() != 4 || signature[0] != letter) continue;
      for (int form = 0; form < 16; ++form) {
        ByteWriter out;
        out.leb(0);
        const bool is_right = form & 1, is_constant = form & 2, is_sum = form & 4, is_scaled = form & 8;
        const auto other = [&] {
          if (is_constant)
            out.constant(letter, 3);
          else
            out.op(Op::LocalGet).leb(2);
        };
        if (is_right) other();
        out.op(Op::LocalGet).leb(0);
        if (is_sum || is_scaled) out.op(Op::LocalGet).leb(1);
        if (is_scaled) out.constant('i', static_cast<uint64_t>(form % 4)).op(Op::I32Shl);
        if (is_sum || is_scaled) out.op(Op::I32Add);
        out.op(load).leb(0).leb(form % 3 * 8);
        if (!is_right) other();
        out.op(op).op(Op::End);
        bodies[signature.back() == 'i' && letter != 'i'].push_back(std::move(out.bytes));
      }
    }
    for (const bool compares : {false, true}) {
      if (bodies[compares].empty()) continue;
      std::string problem;
      const auto twin =
          Twin::create(module_of({'i', 'i', letter}, {compares ? 'i' : letter}, bodies[compares]), problem);
      ASSERT_NE(twin, nullptr) << problem;
      const wasm::ValType type = twin->module->func_type(0).params[2];
      for (uint32_t func = 0; func < bodies[compares].size(); ++func)
        for (const uint32_t base : {0u, 40u, 1000u, 65528u, 65533u, 0xFFFFFFF0u})
          for (const uint64_t other : {uint64_t{0}, uint64_t{5}, uint64_t{0x40490FDB}}) {
            twin->begin(func, {Value::i32(base), Value::i32(24), {type, other, 0}});
            while (twin->oracle->step()) {}
            ASSERT_EQ(twin->compare_outcome(twin->run({})), "")
                << letter << " func " << func << " base " << base << " other " << other;
          }
    }
  }
}

}  // namespace
}  // namespace wasmscope::test
