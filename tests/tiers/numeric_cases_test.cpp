// SPDX-License-Identifier: Apache-2.0
// Every numeric row of opcodes.def on a matrix of edge values, through tiny modules: operands from locals and
// constants on either side, results into the stack, a local, and a branch that may be joined with a comparison.
#include <gtest/gtest.h>

#include "tests/support/byte_writer.h"
#include "tests/support/oracle_numeric.h"
#include "tests/tiers/twin.h"

namespace wasmscope::test {
namespace {

using wasm::Op;

const std::vector<uint64_t>& edge_values(char letter) {
  static const std::vector<uint64_t> i32 = {0,          1,          2,          7,          31,         32,
                                            33,         0x7F,       0x80,       0xFF,       0x7FFF,     0x8000,
                                            0xFFFF,     0x8001,     0x12345678, 16777217,   0x7FFFFFFF, 0x80000000,
                                            0x80000001, 0xFFFFFF80, 0xFFFF8000, 0xFFFF7FFF, 0xFFFFFFFE, 0xFFFFFFFF};
  static const std::vector<uint64_t> i64 = {0,
                                            1,
                                            2,
                                            7,
                                            63,
                                            64,
                                            65,
                                            0x80,
                                            0xFF,
                                            0x8000,
                                            0x7FFFFFFF,
                                            0x80000000,
                                            0xFFFFFFFF,
                                            0x100000000,
                                            0x123456789ABCDEF0,
                                            16777217,
                                            9007199254740993,
                                            0x7FFFFF4000000001,
                                            0x8000008000000001,
                                            0xFFFFFFFFFFFFFC00,
                                            0xFFFFFFFFFFFFFBFF,
                                            0x7FFFFFFFFFFFFFFF,
                                            0x8000000000000000,
                                            0x8000000000000001,
                                            0xFFFFFFFF80000000,
                                            0xFFFFFFFF7FFFFFFF,
                                            0xFFFFFFFFFFFF8000,
                                            0xFFFFFFFFFFFFFFFE,
                                            0xFFFFFFFFFFFFFFFF};
  static const std::vector<uint64_t> f32 = {
      0,          0x80000000, 0x3F800000, 0xBF800000, 0x3F000000, 0xBF000000, 0x3FC00000, 0x40200000,
      0xC0200000, 0x7F800000, 0xFF800000, 0x7FC00000, 0xFFC00000, 0x7FA00000, 0x7FC12345, 0xFFC54321,
      0x00000001, 0x80000001, 0x007FFFFF, 0x00800000, 0x7F7FFFFF, 0xFF7FFFFF, 0x4F000000, 0x4EFFFFFF,
      0xCF000000, 0xCF000001, 0x4F800000, 0x4F7FFFFF, 0xBF7FFFFF, 0x5F000000, 0x5EFFFFFF, 0xDF000000,
      0xDF000001, 0x5F800000, 0x5F7FFFFF, 0x4AFFFFFF, 0x4B000001, 0x40490FDB};
  static const std::vector<uint64_t> f64 = {0,
                                            0x8000000000000000,
                                            0x3FF0000000000000,
                                            0xBFF0000000000000,
                                            0x3FE0000000000000,
                                            0xBFE0000000000000,
                                            0x3FF8000000000000,
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
                                            0x0010000000000000,
                                            0x7FEFFFFFFFFFFFFF,
                                            0xFFEFFFFFFFFFFFFF,
                                            0x41E0000000000000,
                                            0x41DFFFFFFFFFFFFF,
                                            0x41DFFFFFFFC00000,
                                            0xC1E0000000000000,
                                            0xC1E00000001FFFFF,
                                            0xC1E0000000200000,
                                            0x41F0000000000000,
                                            0x41EFFFFFFFFFFFFF,
                                            0xBFEFFFFFFFFFFFFF,
                                            0x43E0000000000000,
                                            0x43DFFFFFFFFFFFFF,
                                            0xC3E0000000000000,
                                            0xC3E0000000000001,
                                            0x43F0000000000000,
                                            0x43EFFFFFFFFFFFFF,
                                            0x432FFFFFFFFFFFFF,
                                            0x4330000000000001,
                                            0x47EFFFFFE0000000,
                                            0x47EFFFFFF0000000,
                                            0x36A0000000000000,
                                            0x3690000000000000,
                                            0x3690000000000001,
                                            0x400921FB54442D18,
                                            0x3FB999999999999A};
  switch (letter) {
    case 'i': return i32;
    case 'l': return i64;
    case 'f': return f32;
    default: return f64;
  }
}

// Operands come from a parameter, or are constants.
struct Form {
  std::optional<uint64_t> a, b;
  enum class Use : uint8_t { Stack, Local, If, BranchIf, EqzBranchIf, LoopIf, EqzLoopIf } use = Use::Stack;
};

class OpModule {
 public:
  explicit OpModule(Op op) : op_(op), signature_(wasm::info(op).signature), is_binary_(signature_[1] != '_') {
    for (int kind = 0; kind <= static_cast<int>(Form::Use::EqzLoopIf); ++kind) {
      const auto use = static_cast<Form::Use>(kind);
      const bool branches = use != Form::Use::Stack && use != Form::Use::Local;
      if (branches && result() != 'i') continue;
      add({{}, {}, use});
      for (const uint64_t a : edge_values(first())) add({a, {}, use});
      if (!is_binary_) continue;
      for (const uint64_t b : edge_values(second())) add({{}, b, use});
      // Both constant: a part of the matrix, it is the same code for all.
      for (const uint64_t a : edge_values(first()))
        for (const uint64_t b : edge_values(second()))
          if ((a + 3 * b) % 7 == 0) add({a, b, use});
    }
  }

  std::vector<uint8_t> bytes() const {
    ByteWriter types, funcs, code, module;
    types.leb(2).u8(0x60).leb(is_binary_ ? 2 : 1).u8(type_code(first()));
    if (is_binary_) types.u8(type_code(second()));
    types.leb(1).u8(type_code(result())).u8(0x60).leb(0).leb(0);
    funcs.leb(forms.size());
    code.leb(forms.size());
    for (const Form& form : forms) {
      funcs.leb(0);
      code.sized(body(form));
    }
    module.header().section(1, types.bytes).section(3, funcs.bytes).section(10, code.bytes);
    return std::move(module.bytes);
  }
  char first() const { return signature_[0]; }
  char second() const { return signature_[is_binary_ ? 1 : 0]; }
  char result() const { return signature_.back(); }
  bool is_binary() const { return is_binary_; }

  std::vector<Form> forms;

 private:
  void add(const Form& form) { forms.push_back(form); }
  std::vector<uint8_t> body(const Form& form) const {
    ByteWriter out;
    const uint64_t local = is_binary_ ? 2 : 1;
    const bool loops = form.use == Form::Use::LoopIf || form.use == Form::Use::EqzLoopIf;
    out.leb(1).leb(1).u8(type_code(result()));
    // The loop counts its rounds in the local and gives up in the third.
    if (loops) {
      out.op(Op::Loop).u8(0x40).op(Op::LocalGet).leb(local).constant('i', 1).op(Op::I32Add).op(Op::LocalTee).leb(local);
      out.constant('i', 3).op(Op::I32Eq).op(Op::If).u8(0x40).constant('i', 3).op(Op::Return).op(Op::End);
    }
    if (form.use == Form::Use::BranchIf || form.use == Form::Use::EqzBranchIf) out.op(Op::Block).u8(0x40);
    if (form.a)
      out.constant(first(), *form.a);
    else
      out.op(Op::LocalGet).leb(0);
    if (is_binary_ && form.b)
      out.constant(second(), *form.b);
    else if (is_binary_)
      out.op(Op::LocalGet).leb(1);
    out.op(op_);
    switch (form.use) {
      case Form::Use::Stack: break;
      case Form::Use::Local: out.op(Op::LocalSet).leb(local).op(Op::LocalGet).leb(local); break;
      case Form::Use::If: out.op(Op::If).u8(0x7F).constant('i', 1).op(Op::Else).constant('i', 0).op(Op::End); break;
      case Form::Use::EqzBranchIf: out.op(Op::I32Eqz); [[fallthrough]];
      case Form::Use::BranchIf:
        out.op(Op::BrIf).leb(0).constant('i', 7).op(Op::Return).op(Op::End).constant('i', 8);
        break;
      case Form::Use::EqzLoopIf: out.op(Op::I32Eqz); [[fallthrough]];
      case Form::Use::LoopIf: out.op(Op::BrIf).leb(0).op(Op::End).op(Op::LocalGet).leb(local); break;
    }
    out.op(Op::End);
    return std::move(out.bytes);
  }

  Op op_;
  std::string_view signature_;
  bool is_binary_;
};

wasm::ValType type_of(char letter) {
  switch (letter) {
    case 'i': return wasm::kI32;
    case 'l': return wasm::kI64;
    case 'f': return wasm::kF32;
    default: return wasm::kF64;
  }
}

uint64_t expected_result(Form::Use use, uint64_t bits) {
  switch (use) {
    case Form::Use::If: return bits != 0 ? 1 : 0;
    case Form::Use::BranchIf: return bits != 0 ? 8 : 7;
    case Form::Use::EqzBranchIf: return bits != 0 ? 7 : 8;
    case Form::Use::LoopIf: return bits != 0 ? 3 : 1;
    case Form::Use::EqzLoopIf: return bits != 0 ? 1 : 3;
    default: return bits;
  }
}

class NumericCases : public testing::TestWithParam<Op> {};

TEST_P(NumericCases, AgreeWithTheOracle) {
  const OpModule made(GetParam());
  std::string problem;
  const auto twin = Twin::create(made.bytes(), problem);
  ASSERT_NE(twin, nullptr) << problem;
  auto execution = runtime::Execution::create(0);
  ASSERT_TRUE(execution.has_value());
  size_t failures = 0;
  const auto check = [&](size_t index, uint64_t a, uint64_t b) {
    const Form& form = made.forms[index];
    std::vector<Value> arguments{{type_of(made.first()), a, 0}};
    if (made.is_binary()) arguments.push_back({type_of(made.second()), b, 0});
    (*execution)->begin(*twin->instance->funcs[index], arguments);
    const runtime::Outcome outcome = twin->interpreter->run(**execution, {});
    const NumericAnswer answer = evaluate_numeric(GetParam(), form.a.value_or(a), form.b.value_or(b));
    std::string text;
    if (answer.trap != wasm::TrapCode::None) {
      const auto* trapped = std::get_if<runtime::Trapped>(&outcome);
      if (trapped == nullptr || trapped->code != answer.trap) text = text_of(outcome) + " instead of a trap";
    } else if (!std::holds_alternative<runtime::Returned>(outcome)) {
      text = text_of(outcome);
    } else if (const uint64_t bits = (*execution)->results()[0].bits; bits != expected_result(form.use, answer.bits)) {
      text = "result " + std::to_string(bits) + " instead of " + std::to_string(expected_result(form.use, answer.bits));
    }
    if (text.empty() || ++failures > 10) return;
    ADD_FAILURE() << wasm::info(GetParam()).text << " use " << static_cast<int>(form.use)
                  << (form.a ? " const " : " local ") << std::hex << "0x" << form.a.value_or(a)
                  << (form.b ? " const " : " local ") << "0x" << form.b.value_or(b) << ": " << text;
  };
  for (size_t i = 0; i < made.forms.size(); ++i) {
    const Form& form = made.forms[i];
    const std::vector<uint64_t> one{0};
    for (const uint64_t a : form.a ? one : edge_values(made.first()))
      for (const uint64_t b : form.b || !made.is_binary() ? one : edge_values(made.second())) check(i, a, b);
  }
  EXPECT_EQ(failures, 0u);
  twin->interpreter->remove(**execution);
}

std::vector<Op> numeric_rows() {
  std::vector<Op> rows;
  for (uint16_t i = 0; i < wasm::kOpCount; ++i)
    if (is_numeric(static_cast<Op>(i))) rows.push_back(static_cast<Op>(i));
  return rows;
}
INSTANTIATE_TEST_SUITE_P(Rows, NumericCases, testing::ValuesIn(numeric_rows()),
                         [](const auto& row) { return std::string(wasm::info(row.param).name); });

}  // namespace
}  // namespace wasmscope::test
