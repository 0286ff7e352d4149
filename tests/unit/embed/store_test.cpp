// SPDX-License-Identifier: Apache-2.0
#include "engine/embed/store.h"

#include <gtest/gtest.h>

namespace wasmscope::embed {
namespace {

using wasm::kF64;
using wasm::kI32;
using wasm::kI64;
using wasm::kV128;

class EmbedStore : public testing::Test {
 protected:
  Module compile(std::string_view text) {
    auto module = Engine().compile_text(text);
    if (!module) ADD_FAILURE() << to_line(module.error(), nullptr);
    return *module;
  }
  Instance instantiate(std::string_view text) {
    auto instance = linker_.instantiate(compile(text));
    if (!instance) ADD_FAILURE() << instance.error().text();
    return *instance;
  }
  std::string failure(std::string_view text) {
    const auto instance = linker_.instantiate(compile(text));
    return instance ? "" : instance.error().text();
  }

  Store store_;
  Linker linker_{store_};
};

TEST_F(EmbedStore, CallsExportedFunctions) {
  const Instance instance = instantiate(R"((module
    (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
    (func (export "swap") (param f64 v128) (result v128 f64) (local.get 1) (local.get 0))
    (func (export "crash") (i32.store8 offset=65536 (i32.const 0) (i32.const 0)))
    (memory 1)))");
  const auto sum = instance.func("add")->call({Value::i32(40), Value::i32(2)});
  ASSERT_TRUE(sum) << sum.error().text;
  EXPECT_EQ(sum->at(0), Value::i32(42));
  const Value vector{kV128, 1, 2};
  const auto swapped = instance.func("swap")->call({Value::f64(1.5), vector});
  ASSERT_TRUE(swapped);
  EXPECT_EQ(*swapped, (std::vector{vector, Value::f64(1.5)}));
  const auto crash = instance.func("crash")->call({});
  ASSERT_FALSE(crash);
  EXPECT_EQ(crash.error().trap, wasm::TrapCode::OutOfBoundsMemory);
  EXPECT_EQ(crash.error().instant.depth, 0u);
  EXPECT_FALSE(instance.func("none"));
  EXPECT_FALSE(instance.memory("add"));
}

TEST_F(EmbedStore, ChecksArguments) {
  const Instance instance = instantiate("(module (func (export \"f\") (param i32)))");
  const auto none = instance.func("f")->call({});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().text, "arguments: 1 wanted, 0 given");
  const auto other = instance.func("f")->call({Value::i64(1)});
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().text, "arguments: number 0: i32 wanted, i64 given");
}

TEST_F(EmbedStore, HostFunctionsGetAndGiveEveryType) {
  std::vector<Value> seen;
  linker_.define(
      "env", "f",
      store_.make_func({{kI32, kV128, kI64}, {kV128, kI32}}, [&](const Caller&, auto arguments) -> HostResult {
        seen.assign(arguments.begin(), arguments.end());
        return std::vector{arguments[1], Value::i32(7)};
      }));
  const Instance instance = instantiate(R"((module
    (import "env" "f" (func $f (param i32 v128 i64) (result v128 i32)))
    (func (export "run") (result v128 i32) (call $f (i32.const 1) (v128.const i64x2 2 3) (i64.const 4)))
    (export "f" (func $f))))");
  const std::vector expected{Value{kV128, 2, 3}, Value::i32(7)};
  const auto result = instance.func("run")->call({});
  ASSERT_TRUE(result) << result.error().text;
  EXPECT_EQ(*result, expected);
  EXPECT_EQ(seen, (std::vector{Value::i32(1), Value{kV128, 2, 3}, Value::i64(4)}));
  const auto direct = instance.func("f")->call({Value::i32(1), Value{kV128, 2, 3}, Value::i64(4)});
  ASSERT_TRUE(direct);
  EXPECT_EQ(*direct, expected);
}

TEST_F(EmbedStore, HostFunctionsTrapAndCallBack) {
  std::optional<Instance> instance;
  linker_.define("env", "refuse",
                 store_.make_func({}, [](const Caller&, auto) -> HostResult { return std::unexpected("no"); }));
  linker_.define("env", "lie", store_.make_func({{}, {kI32}}, [](const Caller&, auto) -> HostResult {
    return std::vector{Value::i64(0)};
  }));
  linker_.define("env", "again",
                 store_.make_func({{kI32}, {kI32}}, [&](const Caller& caller, auto arguments) -> HostResult {
                   EXPECT_EQ(caller.memory()->pages(), 1u);
                   const CallResult result = instance->func("count")->call(arguments);
                   if (!result) return std::unexpected(result.error().text);
                   return *result;
                 }));
  instance = instantiate(R"((module
    (import "env" "refuse" (func $refuse))
    (import "env" "lie" (func $lie (result i32)))
    (import "env" "again" (func $again (param i32) (result i32)))
    (memory 1)
    (func (export "refuse") (call $refuse))
    (func (export "lie") (drop (call $lie)))
    (func (export "count") (param i32) (result i32)
      (if (result i32) (local.get 0)
        (then (i32.add (i32.const 1) (call $again (i32.sub (local.get 0) (i32.const 1)))))
        (else (i32.const 0))))))");
  const auto refused = instance->func("refuse")->call({});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().trap, wasm::TrapCode::HostError);
  EXPECT_EQ(refused.error().text, "no");
  EXPECT_EQ(instance->func("lie")->call({}).error().text,
            "results of the host function: number 0: i32 wanted, i64 given");
  EXPECT_EQ(instance->func("count")->call({Value::i32(100)})->at(0), Value::i32(100));
  // Without an end it is a trap before the native stack is used up.
  const auto endless = instance->func("count")->call({Value::i32(1'000'000)});
  ASSERT_FALSE(endless);
  EXPECT_EQ(endless.error().trap, wasm::TrapCode::HostError);
  EXPECT_EQ(endless.error().text, "call stack exhausted");
}

TEST_F(EmbedStore, ObjectsOfCallersLiveOnWhileTheHostCallsBack) {
  std::optional<Instance> instance;
  linker_.define("env", "back", store_.make_func({}, [&](const Caller&, auto) -> HostResult {
    const CallResult result = instance->func("allocate")->call({});
    EXPECT_TRUE(result);
    return std::vector<Value>();
  }));
  instance = instantiate(R"((module
    (type $s (struct (field i32)))
    (import "env" "back" (func $back))
    (func (export "allocate") (local $i i32)
      (loop
        (drop (struct.new $s (i32.const 9)))
        (br_if 0 (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 100)))))
    (func $inner (param $s (ref $s)) (result i32)
      (struct.new $s (i32.const 30))
      (call $back)
      (i32.add (struct.get $s 0) (struct.get $s 0 (local.get $s))))
    (func (export "run") (result i32)
      (i32.add (struct.get $s 0 (struct.new $s (i32.const 1))) (call $inner (struct.new $s (i32.const 10)))))))");
  store_.runtime_store().heap.collects_always = true;
  for (int i = 0; i < 3; ++i) {
    const auto result = instance->func("run")->call({});
    ASSERT_TRUE(result) << result.error().text;
    EXPECT_EQ(result->at(0), Value::i32(41));
  }
}

TEST_F(EmbedStore, ItemsAreReadAndWritten) {
  const Instance instance = instantiate(R"((module
    (memory (export "m") 1 2)
    (global (export "g") (mut i64) (i64.const 5))
    (global (export "c") i32 (i32.const 6))
    (table (export "t") 2 3 funcref)
    (elem (i32.const 1) $f)
    (func $f (export "f") (result i32) (i32.load (i32.const 8)))
    (func (export "call0") (result i32) (call_indirect (result i32) (i32.const 0)))
    (func (export "g2") (result i64) (global.get 0))))");
  const Memory memory = *instance.memory("m");
  EXPECT_TRUE(memory.write(8, std::vector<uint8_t>{1, 2, 0, 0}));
  EXPECT_FALSE(memory.write(65535, std::vector<uint8_t>{1, 2}));
  EXPECT_EQ(instance.func("f")->call({})->at(0), Value::i32(0x201));
  EXPECT_EQ(memory.read(8, 2), (std::vector<uint8_t>{1, 2}));
  EXPECT_FALSE(memory.read(65536, 1));
  EXPECT_EQ(memory.grow(1), 1u);
  EXPECT_FALSE(memory.grow(1));
  EXPECT_EQ(memory.size_bytes(), 2u * 65536);

  EXPECT_TRUE(instance.global("g")->set(Value::i64(9)));
  EXPECT_FALSE(instance.global("g")->set(Value::i32(9)));
  EXPECT_FALSE(instance.global("c")->set(Value::i32(9)));
  EXPECT_EQ(instance.func("g2")->call({})->at(0), Value::i64(9));
  EXPECT_EQ(instance.global("c")->value(), Value::i32(6));

  const Table table = *instance.table("t");
  EXPECT_FALSE(table.func(0));
  EXPECT_EQ(table.func(1)->call({})->at(0), Value::i32(0x201));
  // A host function that nothing imports.
  const Func host =
      store_.make_func({{}, {kI32}}, [](const Caller&, auto) -> HostResult { return std::vector{Value::i32(3)}; });
  EXPECT_TRUE(table.set(0, host.reference()));
  EXPECT_EQ(instance.func("call0")->call({})->at(0), Value::i32(3));
  EXPECT_FALSE(table.set(0, Value::i32(1)));
  EXPECT_FALSE(table.set(2, host.reference()));
  EXPECT_EQ(table.grow(1, host.reference()), 2u);
  EXPECT_EQ(table.get(2), host.reference());
  EXPECT_FALSE(table.grow(1, host.reference()));
}

TEST_F(EmbedStore, LinksInstancesAndMadeItems) {
  linker_.define("env", "m", *store_.make_memory({{.min = 1}, 16}));
  linker_.define("env", "g", *store_.make_global(wasm::Mutability::Const, Value::f64(2.5)));
  linker_.define("env", "t",
                 *store_.make_table({{.min = 4}, wasm::kExternRef}, Value::host_reference(wasm::kExternRef, 8)));
  linker_.define("env", "e", store_.make_tag({{kI32}, {}}));
  const Instance first = instantiate(R"((module
    (import "env" "m" (memory 1))
    (import "env" "g" (global f64))
    (import "env" "t" (table 4 externref))
    (import "env" "e" (tag $e (param i32)))
    (func (export "get") (result f64 externref) (global.get 0) (table.get (i32.const 3)))
    (func (export "throw") (throw $e (i32.const 1)))))");
  const auto got = first.func("get")->call({});
  ASSERT_TRUE(got);
  EXPECT_EQ(got->at(0), Value::f64(2.5));
  EXPECT_EQ(got->at(1).bits, runtime::kHostBit | 8);
  const auto thrown = first.func("throw")->call({});
  ASSERT_FALSE(thrown);
  EXPECT_EQ(thrown.error().trap, wasm::TrapCode::UnhandledException);

  linker_.define_instance("first", first);
  const Instance second = instantiate(R"((module
    (import "first" "throw" (func $throw))
    (import "env" "e" (tag $e (param i32)))
    (func (export "catch") (result i32) (block $h (result i32) (try_table (catch $e $h) (call $throw)) (i32.const 0)))))");
  EXPECT_EQ(second.func("catch")->call({})->at(0), Value::i32(1));
  EXPECT_EQ(failure("(module (import \"first\" \"none\" (func)))"),
            "cannot link at 0x11: unknown import: first.none: the module wants func () -> (), "
            "there is nothing of that name in the module");
}

TEST_F(EmbedStore, StartFunctionsRun) {
  int calls = 0;
  linker_.define("env", "start", store_.make_func({}, [&](const Caller&, auto) -> HostResult {
    ++calls;
    return std::vector<Value>();
  }));
  instantiate("(module (import \"env\" \"start\" (func $s)) (start $s))");
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(failure("(module (func $s unreachable) (start $s))"), "unreachable");
  EXPECT_EQ(failure("(module (memory 0) (data (i32.const 0) \"a\"))"), "out of bounds memory access");
}

TEST_F(EmbedStore, CallsCanBeBounded) {
  const Instance instance = instantiate(R"((module (func (export "spin") (loop (br 0))) (func (export "f"))))");
  const auto spun = instance.func("spin")->call({}, {.max_ticks = 1000});
  ASSERT_FALSE(spun);
  EXPECT_EQ(spun.error().kind, Stop::Kind::TicksUsed);
  EXPECT_TRUE(instance.func("f")->call({}, {.max_ticks = 1000}));
}

TEST_F(EmbedStore, ReferencesPassThrough) {
  const Instance instance = instantiate(R"((module
    (type $s (struct (field i32)))
    (func (export "same") (param externref) (result externref) (local.get 0))
    (func (export "make") (result (ref $s)) (struct.new $s (i32.const 5)))
    (func (export "read") (param (ref $s)) (result i32) (struct.get $s 0 (local.get 0)))
    (func (export "call") (param funcref) (result i32) (ref.is_null (local.get 0)))))");
  const Value host = Value::host_reference(wasm::kExternRef, 77);
  EXPECT_EQ(instance.func("same")->call({host})->at(0), host);
  const auto made = instance.func("make")->call({});
  ASSERT_TRUE(made);
  EXPECT_EQ(instance.func("read")->call(*made)->at(0), Value::i32(5));
  EXPECT_FALSE(instance.func("read")->call({Value::zero(made->at(0).type)}));
  EXPECT_EQ(instance.func("call")->call({instance.func("make")->reference()})->at(0), Value::i32(0));
}

}  // namespace
}  // namespace wasmscope::embed
