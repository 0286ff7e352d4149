// SPDX-License-Identifier: Apache-2.0
// Every trap of the programs that the tiers are compared on is explained: with sentences, with an origin for operands,
// and with nothing in it that could disturb a terminal. The kinds met are counted and checked.
#include <gtest/gtest.h>

#include <iostream>
#include <map>

#include "engine/debug/inspection.h"
#include "tests/tiers/programs.h"

namespace wasmscope::debug {
namespace {

using test::Invocation;
using test::Program;
using test::Twin;
using wasm::TrapCode;

constexpr uint64_t kMostTicks = 400'000;

struct Met {
  uint64_t traps = 0, operands = 0, with_origin = 0, with_cause = 0;
};

class Sweep {
 public:
  std::map<TrapCode, Met> met;

  void add(const Program& program) {
    EXPECT_EQ(check_program(program, [&](Twin& twin, const Invocation& call) { return explain(twin, call); }), "");
  }

 private:
  std::string explain(Twin& twin, const Invocation& call) {
    twin.begin(call.func, call.arguments);
    const runtime::Outcome outcome = twin.run({.tick_limit = kMostTicks});
    const auto* trapped = std::get_if<runtime::Trapped>(&outcome);
    if (trapped == nullptr) return {};
    const symbols::Names names(twin.module);
    const TrapExplanation why = explain_trap({twin.store, *twin.instance, *twin.execution, names}, *trapped);
    Met& count = met[trapped->code];
    ++count.traps;
    count.with_cause += why.cause.has_value();
    for (const TrapOperand& operand : why.operands) {
      ++count.operands;
      count.with_origin += !operand.origin.empty();
      if (operand.name.empty() || operand.value.empty()) return why.where + ": an operand without a name or a value";
    }
    const std::vector<std::string> lines = why.all_lines();
    if (lines.empty()) return why.where + ": nothing is said";
    for (const std::string& line : lines)
      for (const char c : line)
        if (static_cast<uint8_t>(c) < 0x20) return why.where + ": a control character";
    return {};
  }
};

TEST(TrapSweep, ExplainsEveryTrap) {
  Sweep sweep;
  for (const Program& program : test::written_programs()) sweep.add(program);
  for (const Program& program : test::sample_programs()) sweep.add(program);
  for (const Program& program : test::access_programs()) sweep.add(program);
  for (const uint64_t seed : test::random_seeds()) sweep.add(test::random_program(seed));
  for (const uint64_t seed : test::random_seeds()) sweep.add(test::object_program(seed));
  for (const auto& [code, count] : sweep.met)
    std::cout << "  " << count.traps << " " << wasm::name_of(code) << ": " << count.with_origin << " of " << count.operands
              << " operands with an origin, " << count.with_cause << " with a cause\n";
  for (const TrapCode code :
       {TrapCode::Unreachable, TrapCode::IntegerDivideByZero, TrapCode::IntegerOverflow, TrapCode::InvalidConversionToInteger,
        TrapCode::OutOfBoundsMemory, TrapCode::OutOfBoundsTable, TrapCode::UndefinedElement, TrapCode::UninitializedElement,
        TrapCode::IndirectCallTypeMismatch, TrapCode::CallStackExhausted, TrapCode::NullReference, TrapCode::NullFunction,
        TrapCode::NullException, TrapCode::NullStruct, TrapCode::NullArray, TrapCode::NullI31, TrapCode::CastFailure,
        TrapCode::OutOfBoundsArray, TrapCode::UnalignedAtomic, TrapCode::ExpectedSharedMemory, TrapCode::UnhandledException})
    EXPECT_TRUE(sweep.met.contains(code)) << wasm::name_of(code);
}

}  // namespace
}  // namespace wasmscope::debug
