// SPDX-License-Identifier: Apache-2.0
// Modules and memories as large as they may be, from the bytes to a result: in seconds, and in memory that the
// module explains. Not compared with the oracle, which copies what it runs.
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>

#include "engine/binary/decoder.h"
#include "engine/interp/interpreter.h"
#include "engine/replay/timeline.h"
#include "engine/validate/validate.h"
#include "engine/wasm/limits.h"
#include "tests/support/module_builder.h"

namespace wasmscope::test {
namespace {

using runtime::Value;
using wasm::ExternKind;
using wasm::Op;

constexpr double kMostSeconds = 30;   // a quadratic algorithm takes hours

class Stopwatch {
 public:
  double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count(); }

 private:
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

// Of this process, in bytes.
uint64_t resident_bytes() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;)
    if (uint64_t kib = 0; word == "RssAnon:" && status >> kib) return kib << 10;
  return 0;
}

std::shared_ptr<const wasm::Module> decode_and_validate(std::vector<uint8_t> bytes) {
  const auto owned = std::make_shared<const std::vector<uint8_t>>(std::move(bytes));
  auto module = binary::decode(*owned, wasm::Features());
  if (module) module->owned = owned;
  if (!module || !validate::validate(*module, wasm::Features())) return nullptr;
  return std::make_shared<const wasm::Module>(std::move(*module));
}

class Loaded {
 public:
  explicit Loaded(std::vector<uint8_t> bytes) : module_(decode_and_validate(std::move(bytes))) {
    if (module_ == nullptr) return;
    auto instantiated = runtime::instantiate(store_, module_, runtime::Imports());
    if (!instantiated || instantiated->trap) return;
    instance_ = instantiated->result.instance;
    interpreter_.add_instance(*instance_);
  }
  bool is_good() const { return instance_ != nullptr; }

  // The only result; a trap has the code of the trap, marked.
  static constexpr uint64_t kTrapped = uint64_t{1} << 63;
  uint64_t call(uint32_t func, const std::vector<Value>& arguments) {
    const auto execution = runtime::Execution::create(0);
    (*execution)->begin(*instance_->funcs[func], arguments);
    const runtime::Outcome outcome = interpreter_.run(**execution, {});
    uint64_t result = 0;
    if (const auto* trapped = std::get_if<runtime::Trapped>(&outcome))
      result = kTrapped | static_cast<uint64_t>(trapped->code);
    else if (const auto results = (*execution)->results(); !results.empty())
      result = results[0].bits;
    interpreter_.remove(**execution);
    return result;
  }
  const interp::Interpreter& interpreter() const { return interpreter_; }

 private:
  std::shared_ptr<const wasm::Module> module_;
  runtime::Store store_;
  interp::Interpreter interpreter_{store_};
  runtime::Instance* instance_ = nullptr;
};

// A function that grows memory 0, one that stores at an address, one that loads.
ModuleBuilder memory_module(uint32_t min_pages) {
  ModuleBuilder builder;
  builder.memory(min_pages, wasm::kMaxMemoryPages);
  builder.func("i_i", code().local_get(0).op(Op::MemoryGrow, 0));
  builder.func("il_", code().local_get(0).local_get(1).access(Op::I64Store, 0, 0));
  builder.func("i_l", code().local_get(0).access(Op::I64Load, 0, 0));
  for (uint32_t i = 0; i < 3; ++i) builder.export_item(std::to_string(i), ExternKind::Func, i);
  return builder;
}
enum MemoryFunc : uint32_t { kGrow, kStore, kLoad };

TEST(FourGigabytes, AreGrownToAndUsedAtTheirEnd) {
  const Stopwatch watch;
  const uint64_t before = resident_bytes();
  Loaded loaded(memory_module(0).bytes());
  ASSERT_TRUE(loaded.is_good());
  EXPECT_EQ(loaded.call(kGrow, {Value::i32(wasm::kMaxMemoryPages)}), 0u);
  EXPECT_EQ(loaded.call(kGrow, {Value::i32(1)}), 0xFFFF'FFFFu);
  loaded.call(kStore, {Value::i32(0xFFFF'FFF8), Value::i64(0x0123'4567'89AB'CDEF)});
  EXPECT_EQ(loaded.call(kLoad, {Value::i32(0xFFFF'FFF8)}), 0x0123'4567'89AB'CDEFu);
  EXPECT_EQ(loaded.call(kLoad, {Value::i32(0xFFFF'FFF7)}), 0x2345'6789'ABCD'EF00u);
  EXPECT_EQ(loaded.call(kLoad, {Value::i32(0x8000'0000)}), 0u);
  EXPECT_EQ(loaded.call(kLoad, {Value::i32(0xFFFF'FFF9)}),
            Loaded::kTrapped | static_cast<uint64_t>(wasm::TrapCode::OutOfBoundsMemory));
  EXPECT_LT(resident_bytes(), before + (64 << 20));
  EXPECT_LT(watch.seconds(), kMostSeconds);
}

// Going back gives the memory back, to the system too.
TEST(FourGigabytes, AreForgottenByGoingBack) {
  const uint64_t before = resident_bytes();
  auto timeline = replay::Timeline::create(decode_and_validate(memory_module(1).bytes()), runtime::Imports(),
                                           {{kGrow, {Value::i32(wasm::kMaxMemoryPages - 1)}},
                                            {kStore, {Value::i32(0xFFFF'FFF8), Value::i64(1)}},
                                            {kLoad, {Value::i32(0xFFFF'FFF8)}}});
  ASSERT_TRUE(timeline);
  const Stopwatch watch;
  for (int round = 0; round < 3; ++round) {
    (*timeline)->start();
    EXPECT_EQ((*timeline)->store().memories[0].size_bytes(), 1u << 16);
    while (!(*timeline)->end()) (*timeline)->run({});
    EXPECT_EQ((*timeline)->store().memories[0].size_bytes(), uint64_t{1} << 32);
    EXPECT_EQ((*timeline)->execution().results()[0].bits, 1u);
  }
  EXPECT_LT(resident_bytes(), before + (64 << 20));
  EXPECT_LT(watch.seconds(), kMostSeconds);
}

// Function i answers its argument and i; they are lowered one by one as they are called.
TEST(Functions, AMillionAreLoadedAndCalled) {
  constexpr uint32_t kCount = wasm::kMaxFuncs;
  const Stopwatch watch;
  ByteWriter types, funcs, code;
  types.leb(1).u8(0x60).leb(1).u8(0x7F).leb(1).u8(0x7F);
  funcs.leb(kCount);
  code.leb(kCount);
  for (uint32_t i = 0; i < kCount; ++i) {
    funcs.u8(0);
    code.sized(ByteWriter().u8(0).op(Op::LocalGet).leb(0).constant('i', i).op(Op::I32Add).op(Op::End).bytes);
  }
  const std::vector<uint8_t> bytes =
      ByteWriter().header().section(1, types.bytes).section(3, funcs.bytes).section(10, code.bytes).bytes;
  Loaded loaded(bytes);
  ASSERT_TRUE(loaded.is_good());
  for (const uint32_t i : {0u, 1u, 65'535u, 65'536u, 500'000u, kCount - 1})
    EXPECT_EQ(loaded.call(i, {Value::i32(7)}), i + 7) << i;
  EXPECT_EQ(loaded.interpreter().statistics().functions_lowered, 6u);
  EXPECT_LT(watch.seconds(), kMostSeconds);
}

TEST(Functions, OneMoreThanAMillionIsRefused) {
  ByteWriter funcs;
  funcs.leb(wasm::kMaxFuncs + 1);
  funcs.bytes.insert(funcs.bytes.end(), wasm::kMaxFuncs + 1, 0);
  const std::vector<uint8_t> bytes = ByteWriter().header().section(1, {1, 0x60, 0, 0}).section(3, funcs.bytes).bytes;
  const auto module = binary::decode(bytes, wasm::Features());
  ASSERT_FALSE(module);
  EXPECT_EQ(module.error().code, ErrorCode::LimitExceeded);
}

// Each type a result of its own number of parameters; a function of the last one is called through a table.
TEST(Types, AHundredThousandAreLoadedAndCalledThrough) {
  constexpr uint32_t kCount = 100'000, kLast = kCount - 1;
  const Stopwatch watch;
  ByteWriter types;
  types.leb(kCount);
  for (uint32_t i = 0; i < kCount; ++i) {
    types.u8(0x60).leb(17);
    for (int bit = 0; bit < 17; ++bit) types.u8((i >> bit & 1) != 0 ? 0x7E : 0x7F);
    types.leb(1).u8(0x7F);
  }
  ByteWriter callee = ByteWriter().u8(0).constant('i', 42).op(Op::End), caller = ByteWriter().u8(0);
  for (int bit = 0; bit < 17; ++bit) caller.constant((kLast >> bit & 1) != 0 ? 'l' : 'i', 0);
  caller.op(Op::LocalGet).leb(0).op(Op::CallIndirect).leb(kLast).leb(0).op(Op::End);
  // Functions: of the last type, of the one before, and of type 0, whose first parameter selects.
  const std::vector<uint8_t> bytes =
      ByteWriter()
          .header()
          .section(1, types.bytes)
          .section(3, ByteWriter().leb(3).leb(kLast).leb(kLast - 1).leb(0).bytes)
          .section(4, {1, 0x70, 0, 2})
          .section(9, {1, 0, 0x41, 0, 0x0B, 2, 0, 1})
          .section(10, ByteWriter().leb(3).sized(callee.bytes).sized(callee.bytes).sized(caller.bytes).bytes)
          .bytes;
  Loaded loaded(bytes);
  ASSERT_TRUE(loaded.is_good());
  std::vector<Value> arguments(17, Value::i32(0));
  EXPECT_EQ(loaded.call(2, arguments), 42u);
  arguments[0] = Value::i32(1);
  EXPECT_EQ(loaded.call(2, arguments),
            Loaded::kTrapped | static_cast<uint64_t>(wasm::TrapCode::IndirectCallTypeMismatch));
  EXPECT_LT(watch.seconds(), kMostSeconds);
}

}  // namespace
}  // namespace wasmscope::test
