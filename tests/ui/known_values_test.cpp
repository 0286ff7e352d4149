// SPDX-License-Identifier: Apache-2.0
#include "ui/model/known_values.h"

#include <gtest/gtest.h>

#include "tests/support/module_builder.h"
#include "tests/ui/loaded_module.h"

namespace wasmscope::ui {
namespace {

using runtime::Value;
using test::code;
using test::ModuleBuilder;
using wasm::Op;

class KnownValues : public testing::Test {
 protected:
  // Stops before row `row` of the function with these locals and operands.
  std::map<size_t, KnownValue> at(size_t row, std::vector<Value> locals, std::vector<Value> operands) {
    debug::Frame frame;
    frame.pc = listing_->rows()[row].pc;
    frame.has_values = true;
    for (const Value& value : locals) frame.locals.push_back({"", value});
    for (const Value& value : operands) frame.operands.push_back({value, debug::OperandOrigin::Computed, 0});
    return known_values(*listing_, *loaded_->module, frame);
  }
  void use(const test::CodeWriter& body) {
    ModuleBuilder module;
    module.memory(1);
    module.func("ii_i", body);
    loaded_ = test::load_module(module.bytes());
    ASSERT_FALSE(loaded_->error);
    listing_.emplace(loaded_, std::make_shared<const text::Identifiers>(*loaded_->module), 0);
  }

  std::shared_ptr<const debug::LoadedModule> loaded_;
  std::optional<CodeListing> listing_;
};

TEST_F(KnownValues, OperandsStandBesideWhoPushedThem) {
  use(code().local_get(0).i32(7).op(Op::I32Add).local_get(1).op(Op::I32Mul));
  const auto known = at(4, {Value::i32(1), Value::i32(2)}, {Value::i32(8), Value::i32(2)});
  EXPECT_EQ(known.at(2).text, "8");
  EXPECT_EQ(known.at(3).text, "2");
  EXPECT_EQ(known.at(4).kind, KnownKind::Operands);
  EXPECT_EQ(known.at(4).text, "8, 2");
  EXPECT_EQ(known.at(0).text, "1") << "the local has not been written since";
}

TEST_F(KnownValues, ALocalWrittenSinceIsNotKnownBefore) {
  use(code().local_get(0).op(Op::Drop).i32(5).local_set(0).local_get(0).op(Op::I32Eqz));
  const auto known = at(5, {Value::i32(5), Value::i32(0)}, {Value::i32(5)});
  EXPECT_FALSE(known.contains(0));
  EXPECT_EQ(known.at(2).text, "5") << "what was stored is what was pushed";
  EXPECT_EQ(known.at(3).text, "5");
  EXPECT_EQ(known.at(4).text, "5");
}

TEST_F(KnownValues, NothingIsSaidAcrossALoop) {
  use(code().local_get(0).op(Op::Drop).block(Op::Loop).local_get(1).op(Op::Drop).op(Op::End).i32(0));
  const auto known = at(4, {Value::i32(1), Value::i32(2)}, {Value::i32(2)});
  EXPECT_TRUE(known.contains(3));
  EXPECT_FALSE(known.contains(0));
}

TEST_F(KnownValues, LoadsShowTheirAddress) {
  use(code().local_get(0).access(Op::I32Load, 2, 252));
  const auto known = at(1, {Value::i32(0x1ff02), Value::i32(0)}, {Value::i32(0x1ff02)});
  EXPECT_EQ(known.at(1).text, "at 0x1fffe");
}

TEST_F(KnownValues, BranchesThatFellThrough) {
  use(code().block(Op::Block).local_get(0).op(Op::BrIf, 0).local_get(1).op(Op::Drop).op(Op::End).i32(0));
  EXPECT_EQ(at(4, {Value::i32(0), Value::i32(2)}, {Value::i32(2)}).at(2).kind, KnownKind::NotTaken);
}

}  // namespace
}  // namespace wasmscope::ui
