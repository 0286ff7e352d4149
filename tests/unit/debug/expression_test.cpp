// SPDX-License-Identifier: Apache-2.0
#include "engine/debug/expression.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "engine/wasm/numeric.h"
#include "tests/support/standing_program.h"

namespace wasmscope::debug {
namespace {

using test::StandingProgram;

constexpr std::string_view kProgram = R"((module
  (type $node (sub (struct (field $value (mut i32)) (field $next (mut (ref null $node))))))
  (type $leaf (sub final $node (struct (field $value (mut i32)) (field $next (mut (ref null $node))) (field $weight f64))))
  (type $letters (array (mut i8)))
  (type $pair (struct (field $x (mut i16)) (field v128) (field $value i64)))
  (memory $heap 1)
  (memory $other 1 2)
  (table $funcs 3 funcref)
  (table $objects 2 anyref)
  (data (memory 0) (i32.const 16) "hello\00wide\ff\fe\fd\fc\fb\fa\f9\f8")
  (data (memory 1) (i32.const 0) "\01\02\03\04\05\06\07\08\80")
  (global $counter (mut i32) (i32.const 41))
  (global $big (mut i64) (i64.const 0x123456789abcdef0))
  (global $pi f32 (f32.const 3.25))
  (global $e f64 (f64.const -2.5))
  (global $lanes (mut v128) (v128.const i32x4 1 -2 3 4))
  (global (export "plain") (mut i32) (i32.const 5))
  (global $"odd name" i32 (i32.const 8))
  (global $list (mut (ref null $node)) (ref.null $node))
  (global $tick i32 (i32.const 77))
  (elem (table 0) (i32.const 1) func $inner)
  (func $inner (param $i i32) (param $wide i64) (param $f f32) (param $d f64) (result i32)
    (local $counter i32) (local $v v128) (local $any anyref) (local $letters (ref null $letters)) (local $pair (ref null $pair))
    (local $twice i32) (local $number (ref null i31))
    (local.set $counter (i32.const -3))
    (local.set $v (v128.const i16x8 1 2 3 4 5 6 7 -8))
    (local.set $letters (array.new_fixed $letters 3 (i32.const 97) (i32.const 200) (i32.const 99)))
    (local.set $pair (struct.new $pair (i32.const -2) (local.get $v) (i64.const 9)))
    (local.set $any (local.get $pair))
    (local.set $number (ref.i31 (i32.const -7)))
    (global.set $list (struct.new $leaf (i32.const 1) (struct.new $node (i32.const 2) (ref.null $node)) (f64.const 0.5)))
    (table.set $objects (i32.const 1) (global.get $list))
    (i32.add (local.get $i) (i32.const 100))
    (local.get $wide)
    (i32.const 7)
    (nop)
    drop drop)
  (func (export "run") (param $i i32) (result i32)
    (i32.const 1234)
    (call $inner (local.get $i) (i64.const -5) (f32.const 0.1) (f64.const 1e100))
    i32.add))
)";

class ExpressionTest : public ::testing::Test {
 protected:
  ExpressionTest() : program_(kProgram, "run", {runtime::Value::i32(5)}) {}

  ExpressionScope scope() const { return {*program_.module, *program_.names, program_.func(), program_.pc()}; }
  ExpressionFrame frame() const { return {program_.timeline->store(), program_.timeline->instance(), program_.timeline->execution()}; }

  std::expected<ExpressionValue, ExpressionError> evaluate(const std::string& text) const {
    const auto expression = Expression::compile(text, scope());
    if (!expression) return std::unexpected(expression.error());
    return expression->evaluate(frame());
  }
  std::string show(const std::string& text, ValueFormat format = ValueFormat::Plain) const {
    const auto value = evaluate(text);
    if (!value) return "error: " + value.error().message;
    return *to_text(*value, format, frame(), *program_.names);
  }
  std::string type(const std::string& text) const {
    const auto expression = Expression::compile(text, scope());
    return expression ? expression->type_text() : expression.error().message;
  }
  // What is marked, and why.
  std::string complaint(const std::string& text) const {
    const auto value = evaluate(text);
    if (value) return "no error";
    return text.substr(value.error().begin, value.error().end - value.error().begin) + " | " + value.error().message;
  }

  StandingProgram program_;
};

TEST_F(ExpressionTest, ReadsWhatTheProgramHas) {
  EXPECT_EQ(show("$i"), "5");
  EXPECT_EQ(show("i"), "5");
  EXPECT_EQ(show("l0"), "5");
  EXPECT_EQ(show("$wide"), "-5");
  EXPECT_EQ(show("$f"), "0.1");
  EXPECT_EQ(show("d"), "1e+100");
  EXPECT_EQ(show("g1"), "1311768467463790320");
  EXPECT_EQ(show("$pi + $f"), "3.35");
  EXPECT_EQ(show("$lanes"), "0x0000000400000003fffffffe00000001");
  EXPECT_EQ(show("plain"), "5");
  EXPECT_EQ(show("$plain"), "5");
  EXPECT_EQ(show("$\"odd name\""), "8");
  EXPECT_EQ(show("s0"), "105");
  EXPECT_EQ(show("s1"), "-5");
  EXPECT_EQ(show("s2"), "7");
  EXPECT_EQ(show("tick"), "2");
  EXPECT_EQ(show("$tick"), "77");
  EXPECT_EQ(show("depth"), "1");
  EXPECT_EQ(show("pc == " + std::to_string(program_.pc())), "1");
  EXPECT_EQ(show("$inner"), "inner #0");
  EXPECT_EQ(show("#1"), "run #1");
}

// A local hides a global of the same name.
TEST_F(ExpressionTest, TellsLocalsFromGlobals) {
  EXPECT_EQ(show("$counter"), "-3");
  EXPECT_EQ(show("g0"), "41");
  EXPECT_EQ(complaint("1 + counter"), "counter | several things are called `counter`: a local l4, a global g0");
}

TEST_F(ExpressionTest, ReadsMemories) {
  EXPECT_EQ(show("u8[16]"), "104");
  EXPECT_EQ(show("m0[17]"), "101");
  EXPECT_EQ(show("$heap.u16[16]"), "25960");
  EXPECT_EQ(show("i8[26]"), "-1");
  EXPECT_EQ(show("u8[26]"), "255");
  EXPECT_EQ(show("i16[26]"), "-257");
  EXPECT_EQ(show("u16[26]"), "65279");
  EXPECT_EQ(show("i32[26]"), "-50462977");
  EXPECT_EQ(show("u32[26]"), "4244504319");
  EXPECT_EQ(show("u64[26]"), "17940646550795321087");
  EXPECT_EQ(show("i64[26]"), "-506097522914230529");
  EXPECT_EQ(show("m1.u8[$i]"), "6");
  EXPECT_EQ(show("m1.i8[8]"), "-128");
  EXPECT_EQ(show("m1.u8[$wide + 6]"), "2");
  EXPECT_EQ(show("m1.f32[0]"), "1.5399896e-36");
  EXPECT_EQ(show("m1.v128[0]"), "0x00000000000000800807060504030201");
  EXPECT_EQ(show("m1.v128[0].i8x16[1]"), "2");
  EXPECT_EQ(show("m0.size"), "65536");
  EXPECT_EQ(show("m0.pages"), "1");
  EXPECT_EQ(show("str(16)"), "\"hello\"");
  EXPECT_EQ(show("str(16, 2)"), "\"he\"");
  EXPECT_EQ(show("m1.bytes(0, 4)"), "01 02 03 04");
  EXPECT_EQ(show("str(16) == \"hello\""), "1");
  EXPECT_EQ(show("str(16) != \"hell\""), "1");
  EXPECT_EQ(show("bytes(22, 4) == \"wi\\x64e\""), "1");
}

TEST_F(ExpressionTest, ReadsTables) {
  EXPECT_EQ(show("t0[1]"), "inner #0");
  EXPECT_EQ(show("$funcs[0]"), "null");
  EXPECT_EQ(show("t0[1] == $inner"), "1");
  EXPECT_EQ(show("t0[0] == null && t0[1] != null"), "1");
  EXPECT_EQ(show("t0.size"), "3");
  EXPECT_NE(show("t1[1]").find("$leaf 0x"), std::string::npos);
}

TEST_F(ExpressionTest, FollowsReferences) {
  EXPECT_EQ(show("$list.value"), "1");
  EXPECT_EQ(show("$list.$next.value"), "2");
  EXPECT_EQ(show("$list.1.0"), "2");
  EXPECT_EQ(show("$list[1][0]"), "2");
  EXPECT_EQ(show("g7.next.next"), "null");
  EXPECT_EQ(show("$list.weight"), "0.5") << "the only type with such a field";
  EXPECT_EQ(show("cast($list, $leaf).weight"), "0.5");
  EXPECT_EQ(show("is($list, $leaf) && !is($list.next, $leaf)"), "1");
  EXPECT_EQ(show("$letters.length"), "3");
  EXPECT_EQ(show("$letters[1]"), "200");
  EXPECT_EQ(show("$pair.x"), "65534");
  EXPECT_EQ(show("i16($pair.x)"), "-2");
  EXPECT_EQ(show("$pair.1.i16x8"), "1 2 3 4 5 6 7 -8");
  EXPECT_EQ(show("$any.x"), "65534");
  EXPECT_EQ(show("cast($any, $pair).value"), "9");
  EXPECT_EQ(show("i32($number)"), "-7");
  EXPECT_EQ(complaint("$list.next.next.value"), "$list.next.next | this is null");
  EXPECT_EQ(complaint("$list.next.weight"), "$list.next | this is $node, no $leaf");
  EXPECT_EQ(complaint("$letters[3]"), "$letters[3] | element 3 is past the end of the array, which has 3 elements");
  EXPECT_EQ(complaint("i32($any)"), "i32($any) | this is $pair, no i31");
  EXPECT_EQ(complaint("$any.value"), "$any.value | several types have a field `value`: write cast(..., $node) around the object to say what it is");
  EXPECT_EQ(complaint("$list.colour"), "$list.colour | there is no field `colour` in (ref null $node)");
}

TEST_F(ExpressionTest, KnowsLanes) {
  EXPECT_EQ(show("$v.i16x8[7]"), "-8");
  EXPECT_EQ(show("$v.i16x8[i]"), "6");
  EXPECT_EQ(show("$lanes.i32x4"), "1 -2 3 4");
  EXPECT_EQ(show("$lanes.i64x2[1] == 0x400000003"), "1");
  EXPECT_EQ(show("$v == $lanes"), "0");
  EXPECT_EQ(show("i32x4(1, -2, 3, $i)"), "1 -2 3 5");
  EXPECT_EQ(show("i32x4(1, -2, 3, 4) == $lanes"), "1");
  EXPECT_EQ(show("i8x16(-1) == i64x2(-1)"), "1");
  EXPECT_EQ(show("f64x2(0.5, $d)"), "0.5 1e+100");
  EXPECT_EQ(show("i64x2(1, 2).i64x2[1] + f32x4(1.5).i32x4[3]"), "1069547522");
  EXPECT_EQ(complaint("i32x4(1, 2)"), "i32x4(1, 2) | i32x4 takes 4 values, or 1 for all lanes");
  EXPECT_EQ(complaint("$v.i16x8[8]"), "$v.i16x8[8] | there is no lane 8: i16x8 has 8");
}

TEST_F(ExpressionTest, HasTheOperatorsOfC) {
  EXPECT_EQ(show("1 + 2 * 3"), "7");
  EXPECT_EQ(show("(1 + 2) * 3"), "9");
  EXPECT_EQ(show("10 - 2 - 3"), "5");
  EXPECT_EQ(show("$i & 4 == 4"), "1") << "as in C";
  EXPECT_EQ(show("1 | 2 ^ 6 & 4"), "7");
  EXPECT_EQ(show("1 << 2 + 1"), "8");
  EXPECT_EQ(show("$i > 3 ? 10 : 20"), "10");
  EXPECT_EQ(show("0 ? 1 : 0 ? 2 : 3"), "3");
  EXPECT_EQ(show("!$i"), "0");
  EXPECT_EQ(show("~$i"), "-6");
  EXPECT_EQ(show("-$i"), "-5");
  EXPECT_EQ(show("- -5"), "5");
  EXPECT_EQ(show("$i - -1"), "6");
  EXPECT_EQ(show("1 && 2"), "1");
  EXPECT_EQ(show("0 || 2"), "1");
  EXPECT_EQ(show("$i == 5 && i32[$i] == 0"), "1");
  EXPECT_EQ(show("0 && 1 / 0"), "0") << "what is not needed is not evaluated";
  EXPECT_EQ(show("1 || i32[0xffffffff]"), "1");
  EXPECT_EQ(show("1 ? 2 : 1 / 0"), "2");
  EXPECT_EQ(show("$f && 1"), "1");
  EXPECT_EQ(show("0.0 || $list"), "1");
}

TEST_F(ExpressionTest, HasWebAssemblysIntegers) {
  EXPECT_EQ(show("0x7fffffff + $i"), "-2147483644");
  EXPECT_EQ(show("-7 / 2"), "-3");
  EXPECT_EQ(show("-7 % 2"), "-1");
  EXPECT_EQ(show("i32(-7) /u 2"), "2147483644");
  EXPECT_EQ(show("i32(-7) %u 4"), "1");
  EXPECT_EQ(show("$counter >> 1"), "-2");
  EXPECT_EQ(show("$counter >>u 1"), "2147483646");
  EXPECT_EQ(show("$counter < $i"), "1");
  EXPECT_EQ(show("$counter <u $i"), "0");
  EXPECT_EQ(show("u32($counter) < $i"), "0") << "one without a sign makes it so";
  EXPECT_EQ(show("$counter >=u $i && $counter >u $i && !($counter <=u $i)"), "1");
  EXPECT_EQ(show("1 << 33"), "2");
  EXPECT_EQ(show("i64(1) << 33"), "8589934592");
  EXPECT_EQ(show("0xffffffff"), "4294967295");
  EXPECT_EQ(show("$i == 0xffffffff"), "0");
  EXPECT_EQ(show("$wide == 1 << 40"), "0") << "a literal is of the other operand's type";
  EXPECT_EQ(show("0xffffffff == -1"), "0") << "two literals have room";
  EXPECT_EQ(show("1_000_000"), "1000000");
  EXPECT_EQ(show("'a' + 1"), "98");
  EXPECT_EQ(show("'\\n'"), "10");
  EXPECT_EQ(show("-9223372036854775808"), "-9223372036854775808");
  EXPECT_EQ(show("18446744073709551615"), "-1");
}

TEST_F(ExpressionTest, WidensButDoesNotGuess) {
  EXPECT_EQ(show("$counter + $wide"), "-8");
  EXPECT_EQ(show("u32($counter) + $wide"), "4294967288");
  EXPECT_EQ(show("$f == 0.1"), "1") << "the literal is an f32 here";
  EXPECT_EQ(show("$f + $d == $d"), "1");
  EXPECT_EQ(show("$d > 1"), "1");
  EXPECT_EQ(show("$i * 2.5"), "error: a number with a fraction is no i32: write f64(...) around the other operand");
  EXPECT_EQ(complaint("$d + $i * 2"), "$i * 2 | integers and floats do not mix: write f64(...) around this i32");
  EXPECT_EQ(complaint("$i == 5000000000"), "5000000000 | the number does not fit 32 bits: write i64(...) around the other operand");
  EXPECT_EQ(complaint("$d % 2"), "$d | `%` is for integers only, this is f64");
  EXPECT_EQ(complaint("~$f"), "$f | `~` is not for f32");
  EXPECT_EQ(complaint("$v + 1"), "$v | `+` is not for v128");
  EXPECT_EQ(complaint("$list < null"), "null | `<` does not compare (ref null $node) with null");
  EXPECT_EQ(complaint("$list == 5"), "5 | `==` does not compare (ref null $node) with a number");
  EXPECT_EQ(type("$i + $wide"), "i64");
  EXPECT_EQ(type("u32[0]"), "u32");
  EXPECT_EQ(type("u32[0] + 1"), "u32");
  EXPECT_EQ(type("1 < 2"), "i32");
  EXPECT_EQ(type("$list"), "(ref null $node)");
  EXPECT_EQ(type("str(16)"), "text");
}

TEST_F(ExpressionTest, ConvertsAsWebAssemblyDoes) {
  EXPECT_EQ(show("i32($big)"), "-1698898192");
  EXPECT_EQ(show("u32($big)"), "2596069104");
  EXPECT_EQ(show("i64($counter)"), "-3");
  EXPECT_EQ(show("u64($counter)"), "4294967293");
  EXPECT_EQ(show("i64(u32($counter))"), "4294967293");
  EXPECT_EQ(show("i8(200)"), "-56");
  EXPECT_EQ(show("u8($counter)"), "253");
  EXPECT_EQ(show("i16(0x18000)"), "-32768");
  EXPECT_EQ(show("u16(-1)"), "65535");
  EXPECT_EQ(show("i32($e)"), "-2");
  EXPECT_EQ(show("f64($i) / 2"), "2.5");
  EXPECT_EQ(show("f32($counter)"), "-3");
  EXPECT_EQ(show("f64(u32($counter))"), "4294967293");
  EXPECT_EQ(show("f32($d)"), "inf");
  EXPECT_EQ(show("i32.trunc_sat_f64_s($d)"), "2147483647");
  EXPECT_EQ(show("i32.reinterpret_f32(1.0)"), "1065353216");
  EXPECT_EQ(show("f32.reinterpret_i32(0x40490fdb)"), "3.1415927");
  EXPECT_EQ(complaint("1 + u32($e)"), "$e | integer overflow");
  EXPECT_EQ(complaint("i32(nan)"), "nan | invalid conversion to integer");
}

TEST_F(ExpressionTest, HasHelpers) {
  EXPECT_EQ(show("popcnt(0xff) + clz($i) + ctz(i64(8))"), "40");
  EXPECT_EQ(show("abs($counter)"), "3");
  EXPECT_EQ(show("abs(i32(0x80000000))"), "-2147483648");
  EXPECT_EQ(show("abs(-2.5)"), "2.5");
  EXPECT_EQ(show("sqrt(2.25)"), "1.5");
  EXPECT_EQ(show("floor($e) + ceil($e) + trunc($e) + nearest($e)"), "-9");
  EXPECT_EQ(show("min($counter, $i)"), "-3");
  EXPECT_EQ(show("max($counter, $i)"), "5");
  EXPECT_EQ(show("max(u32($counter), $i)"), "4294967293");
  EXPECT_EQ(show("min(0.0, -0.0)"), "-0");
  EXPECT_EQ(show("min(1, 5000000000)"), "1");
  EXPECT_EQ(show("rotl(0x80000001, 1)"), "4294967298");
  EXPECT_EQ(show("rotl(i32(0x80000001), 1)"), "3");
  EXPECT_EQ(show("i32.rotr($i, 1)"), "-2147483646");
  EXPECT_EQ(show("copysign(1.5, $e)"), "-1.5");
  EXPECT_EQ(show("hex(255)"), "0xff");
  EXPECT_EQ(show("hex(255) + 1"), "256");
  EXPECT_EQ(show("bin($i)"), "0b101");
  EXPECT_EQ(show("char(u8[16])"), "104 'h'");
  EXPECT_EQ(show("nan"), "nan");
  EXPECT_EQ(show("-inf"), "-inf");
  EXPECT_EQ(show("nan:0x1234"), "nan:0x1234");
  EXPECT_EQ(show("nan == nan"), "0");
  EXPECT_EQ(show("0x1.8p1"), "3");
}

TEST_F(ExpressionTest, HasFormats) {
  EXPECT_EQ(show("-1", ValueFormat::Hex), "0xffffffff");
  EXPECT_EQ(show("i64(-1)", ValueFormat::Hex), "0xffffffffffffffff");
  EXPECT_EQ(show("u32(-1)", ValueFormat::Signed), "-1");
  EXPECT_EQ(show("-1", ValueFormat::Unsigned), "4294967295");
  EXPECT_EQ(show("10", ValueFormat::Binary), "0b1010");
  EXPECT_EQ(show("0", ValueFormat::Binary), "0b0");
  EXPECT_EQ(show("0x3f800000", ValueFormat::Float), "1");
  EXPECT_EQ(show("$e", ValueFormat::Hex), "0xc004000000000000");
  EXPECT_EQ(show("10", ValueFormat::Character), "10 '\\u{a}'");
  EXPECT_EQ(show("16", ValueFormat::String), "\"hello\"");
  EXPECT_EQ(show("$lanes", ValueFormat::Hex), "0x0000000400000003fffffffe00000001");
  EXPECT_EQ(show("str(16)", ValueFormat::Hex), "68 65 6c 6c 6f");
  EXPECT_EQ(parse_value_format("x"), ValueFormat::Hex);
  EXPECT_FALSE(parse_value_format("y") || parse_value_format("xx") || parse_value_format(""));
}

// Every operator against the functions of numeric.h, over values at the edges and pairs of them.
TEST_F(ExpressionTest, ComputesAsTheInstructionsDo) {
  const std::vector<uint64_t> edges = {0, 1, 2, 31, 33, 63, 64, 0x7fffffff, 0x80000000, 0xffffffff, 0x7fffffffffffffff,
                                       0x8000000000000000, 0xffffffffffffffff, 0x123456789abcdef0};
  const auto text_of_value = [](wasm::NumericResult<uint64_t> result) {
    return result.trap == wasm::TrapCode::None ? std::to_string(static_cast<int64_t>(result.value)) : "error: " + std::string(wasm::text_of(result.trap));
  };
  const auto plain = [](uint64_t value) { return wasm::NumericResult<uint64_t>{value}; };
  const auto narrow = [](wasm::NumericResult<uint32_t> result) {
    return wasm::NumericResult<uint64_t>{static_cast<uint64_t>(int64_t{static_cast<int32_t>(result.value)}), result.trap};
  };
  const auto narrow_plain = [&](uint32_t value) { return narrow({value}); };
#define CASES(INT, PLAIN, RESULT)                                                                             \
  {"+", PLAIN(wasm::INT##Add(a, b))}, {"-", PLAIN(wasm::INT##Sub(a, b))}, {"*", PLAIN(wasm::INT##Mul(a, b))}, \
  {"/", RESULT(wasm::INT##DivS(a, b))}, {"/u", RESULT(wasm::INT##DivU(a, b))}, {"%", RESULT(wasm::INT##RemS(a, b))}, \
  {"%u", RESULT(wasm::INT##RemU(a, b))}, {"&", PLAIN(wasm::INT##And(a, b))}, {"|", PLAIN(wasm::INT##Or(a, b))}, \
  {"^", PLAIN(wasm::INT##Xor(a, b))}, {"<<", PLAIN(wasm::INT##Shl(a, b))}, {">>", PLAIN(wasm::INT##ShrS(a, b))}, \
  {">>u", PLAIN(wasm::INT##ShrU(a, b))}, {"<", PLAIN(wasm::INT##LtS(a, b))}, {"<u", PLAIN(wasm::INT##LtU(a, b))}, \
  {"<=", PLAIN(wasm::INT##LeS(a, b))}, {"<=u", PLAIN(wasm::INT##LeU(a, b))}, {">", PLAIN(wasm::INT##GtS(a, b))}, \
  {">u", PLAIN(wasm::INT##GtU(a, b))}, {">=", PLAIN(wasm::INT##GeS(a, b))}, {">=u", PLAIN(wasm::INT##GeU(a, b))}, \
  {"==", PLAIN(wasm::INT##Eq(a, b))}, {"!=", PLAIN(wasm::INT##Ne(a, b))}
  using Case = std::pair<std::string, wasm::NumericResult<uint64_t>>;
  for (const uint64_t first : edges) {
    for (const uint64_t second : edges) {
      {
        const uint64_t a = first, b = second;
        const auto result = [](wasm::NumericResult<uint64_t> value) { return value; };
        const std::string left = "i64(" + std::to_string(a) + ")", right = "i64(" + std::to_string(b) + ")";
        for (const auto& [op, wanted] : std::vector<Case>{CASES(I64, plain, result)})
          ASSERT_EQ(show("i64(" + left + op + " " + right + ")"), text_of_value(wanted)) << left << op << right;
      }
      {
        const auto a = static_cast<uint32_t>(first), b = static_cast<uint32_t>(second);
        const std::string left = "i32(" + std::to_string(first) + ")", right = "i32(" + std::to_string(second) + ")";
        for (const auto& [op, wanted] : std::vector<Case>{CASES(I32, narrow_plain, narrow)})
          ASSERT_EQ(show("i64(" + left + op + " " + right + ")"), text_of_value(wanted)) << left << op << right;
      }
    }
  }
#undef CASES
  const std::vector<std::string> floats = {"0.0", "-0.0", "1.0", "-2.5", "1e308", "5e-324", "inf", "-inf", "nan"};
  for (const std::string& left : floats)
    for (const std::string& right : floats) {
      const double a = std::strtod(left.c_str(), nullptr), b = std::strtod(right.c_str(), nullptr);
      const auto text = [](double value) { return runtime::to_text(runtime::Value::f64(value)); };
      ASSERT_EQ(show(left + " + " + right), text(wasm::F64Add(a, b)));
      ASSERT_EQ(show(left + " - " + right), text(wasm::F64Sub(a, b)));
      ASSERT_EQ(show(left + " * " + right), text(wasm::F64Mul(a, b)));
      ASSERT_EQ(show(left + " / " + right), text(wasm::F64Div(a, b)));
      ASSERT_EQ(show("min(" + left + ", " + right + ")"), text(wasm::F64Min(a, b)));
      ASSERT_EQ(show("max(" + left + ", " + right + ")"), text(wasm::F64Max(a, b)));
      ASSERT_EQ(show(left + " < " + right), std::to_string(wasm::F64Lt(a, b)));
      ASSERT_EQ(show(left + " >= " + right), std::to_string(wasm::F64Ge(a, b)));
      ASSERT_EQ(show(left + " == " + right), std::to_string(wasm::F64Eq(a, b)));
    }
}

// Texts made of pieces of the language, and mutations of good ones: an error or a value, never anything else.
TEST_F(ExpressionTest, SurvivesAnyText) {
  const std::vector<std::string> pieces = {
      "$i", "$wide", "$f", "$d", "$v", "$any", "$letters", "$pair", "$list", "$lanes", "s0", "s1", "l3", "g7", "t0", "t1",
      "m0", "m1", ".", ".x", ".value", ".next", ".length", ".size", ".i32x4", ".str", "[", "]", "(", ")", ",", "?", ":",
      "i32", "u8", "i64", "f32", "f64", "v128", "+", "-", "*", "/", "%u", "<<", ">>u", "<=u", "==", "&&", "||", "!", "~",
      "0", "1", "-1", "0xffffffff", "5000000000", "1.5", "nan", "inf", "'a'", "\"hello\"", "null", "str", "bytes", "hex",
      "abs", "min", "max", "cast", "is", "$node", "#0", "tick", "pc", "i32.rotl", "i32x4(", "sqrt", "char", " ", "\x80", "\"", "$"};
  std::mt19937 random(7);
  const auto pick = [&](size_t count) { return static_cast<size_t>(random()) % count; };
  const std::vector<std::string> good = {
      "$list.next.value == 2 && m1.u8[$i + 1] < $wide", "str(16) == \"hello\" || $v.i16x8[s2] > 3", "abs($counter) * min($i, 7) >>u 2",
      "$i ? i64($counter) : $wide", "cast($any, $pair).1.i32x4[u8[m1.u8[0]]]", "i32.trunc_sat_f64_s($d) + hex(i8[26])"};
  uint32_t values = 0, texts = 0;
  const auto attempt = [&](const std::string& text) {
    ++texts;
    const auto expression = Expression::compile(text, scope());
    if (!expression) {
      ASSERT_LE(expression.error().begin, expression.error().end);
      ASSERT_LE(expression.error().end, text.size()) << text;
      to_text(expression.error(), text);
      return;
    }
    const auto value = expression->evaluate(frame());
    ASSERT_EQ(value.has_value(), expression->is_true(frame()).has_value());
    (void)expression->locate(frame());
    if (!value) return;
    ++values;
    for (const char format : std::string_view("\0xdutfcs", 8)) (void)to_text(*value, static_cast<ValueFormat>(format), frame(), *program_.names);
  };
  for (int i = 0; i < 50000; ++i) {
    std::string text;
    for (size_t count = 1 + pick(12); count > 0; --count) text += pieces[pick(pieces.size())];
    attempt(text);
  }
  for (int i = 0; i < 50000; ++i) {
    std::string text = good[pick(good.size())];
    for (size_t count = 1 + pick(2); count > 0; --count) {
      const size_t at = pick(text.size() + 1);
      switch (pick(3)) {
        case 0: text.insert(at, pieces[pick(pieces.size())]); break;
        case 1: text.erase(at, 1 + pick(4)); break;
        default:
          if (at < text.size()) text[at] = static_cast<char>(random());
      }
    }
    attempt(text);
  }
  EXPECT_GT(values, texts / 40);
  std::printf("%u texts, %u values\n", texts, values);
}

TEST_F(ExpressionTest, MarksWhatIsWrong) {
  EXPECT_EQ(complaint(""), " | a value is missing at the end");
  EXPECT_EQ(complaint("1 +"), " | a value is missing at the end");
  EXPECT_EQ(complaint("(1"), " | `)` is missing at the end");
  EXPECT_EQ(complaint("1)"), ") | an operator is missing before this");
  EXPECT_EQ(complaint("$i $i"), "$i | an operator is missing before this");
  EXPECT_EQ(complaint("$i = 5"), "= | `=` changes nothing here: write `==` to compare");
  EXPECT_EQ(complaint("1 ? 2"), " | `:` is missing at the end");
  EXPECT_EQ(complaint("i32[5"), " | `]` is missing at the end");
  EXPECT_EQ(complaint("min(1 2)"), "2 | `,` or `)` is missing before this");
  EXPECT_EQ(complaint("* 2"), "* | a value is missing before this");
  EXPECT_EQ(complaint("1 @ 2"), "@ | unexpected `@`");
  EXPECT_EQ(complaint("12ab"), "12ab | not a number: 12ab");
  EXPECT_EQ(complaint("99999999999999999999"), "99999999999999999999 | the number does not fit 64 bits");
  EXPECT_EQ(complaint("'ab'"), "'ab' | one character is wanted between the quotes");
  EXPECT_EQ(complaint("\"ab"), "\"ab | the closing \" is missing");
  EXPECT_EQ(complaint("\"a\\qb\""), "\\q | unknown escape; there are \\n \\t \\r \\0 \\\\ \\\" \\' \\x41 \\u{41}");
  EXPECT_EQ(complaint("$i.5 .x"), "$i | i32 has no fields");
  EXPECT_EQ(complaint("$nobody + 1"), "$nobody | there is no local, global, memory, table or function `$nobody`");
  EXPECT_EQ(complaint("l99"), "l99 | there is no local l99: their numbers are 0 to 10");
  EXPECT_EQ(complaint("s3"), "s3 | there is no operand s3: their numbers are 0 to 2");
  EXPECT_EQ(complaint("#9"), "#9 | there is no function #9");
  EXPECT_EQ(complaint("m0"), "m0 | m0 is a memory: write m0.i32[ADDRESS] or m0.size");
  EXPECT_EQ(complaint("1 + $funcs"), "$funcs | $funcs is a table: write $funcs[INDEX] or $funcs.size");
  EXPECT_EQ(complaint("m0.i32"), "m0.i32 | m0.i32 is a type: write m0.i32[ADDRESS] to read memory, m0.i32(VALUE) to convert");
  EXPECT_EQ(complaint("inner(5)").substr(0, 47), "inner | expressions call nothing of the program");
  EXPECT_EQ(complaint("i32.load(0)"), "i32.load | `i32.load` is no numeric instruction");
  EXPECT_EQ(complaint("i32.add(1)"), "i32.add(1) | i32.add takes 2 values");
  EXPECT_EQ(complaint("min(1)"), "min(1) | min takes 2 values");
  EXPECT_EQ(complaint("2 * ($i / ($i - 5))"), "($i / ($i - 5)) | integer divide by zero");
  EXPECT_EQ(complaint("1 + i32[65533]"), "i32[65533] | 4 bytes at 0xfffd are past the end of memory 0, which has 0x10000 bytes");
  EXPECT_EQ(complaint("m1.u8[-1]"), "m1.u8[-1] | 1 byte at 0xffffffffffffffff is past the end of memory 1, which has 0x10000 bytes");
  EXPECT_EQ(complaint("t0[3]"), "t0[3] | element 3 is past the end of table 0, which has 3 elements");
  EXPECT_EQ(complaint("str(16) && 1"), "str(16) | this is text, neither true nor false");
  EXPECT_EQ(complaint("cast($any, $nothing)"), "$nothing | there is no type `$nothing`");
}

TEST_F(ExpressionTest, DrawsTheMarks) {
  const std::string text = "$i == $nobody + 1";
  EXPECT_EQ(to_text(Expression::compile(text, scope()).error(), text),
            "column 7: there is no local, global, memory, table or function `$nobody`\n"
            "  $i == $nobody + 1\n"
            "        ^~~~~~~");
  EXPECT_EQ(to_text(ExpressionError{"here", 3, 3}, "1 +"), "column 4: here\n  1 +\n     ^");
  EXPECT_EQ(to_text(ExpressionError{"here", 3, 5}, "\x1b\x07 ab"), "column 4: here\n  \\u{1b}\\u{7} ab\n              ^~");
  const std::string lengthy = to_text(ExpressionError{"here", 500, 502}, std::string(1000, 'x'));
  EXPECT_LT(lengthy.size(), 400u);
}

TEST_F(ExpressionTest, EndsDeepNestingWithAnError) {
  for (const std::string unit : {"(", "-", "!", "abs(", "i32[", "1?", "1+(", "1?2:"}) {
    std::string text;
    for (int i = 0; i < 5000; ++i) text += unit;
    EXPECT_FALSE(Expression::compile(text + "1", scope()).has_value()) << unit;
  }
  std::string sum = "1";
  for (int i = 0; i < 5000; ++i) sum += "+1";
  EXPECT_FALSE(Expression::compile(sum, scope()).has_value());
  std::string nested = "$counter";
  for (int i = 0; i < 60; ++i) nested = "abs(" + nested + ")";
  EXPECT_EQ(show(nested), "3") << "without growing exponentially";
  EXPECT_FALSE(Expression::compile(std::string(1 << 20, ' '), scope()).has_value());
}

TEST_F(ExpressionTest, SaysWhereAValueIsKept) {
  using Kind = ExpressionPlace::Kind;
  const auto locate = [&](const std::string& text) {
    const auto expression = Expression::compile(text, scope());
    EXPECT_TRUE(expression && expression->is_place()) << text;
    const auto place = expression->locate(frame());
    EXPECT_TRUE(place.has_value()) << text;
    return place.value_or(ExpressionPlace{});
  };
  const ExpressionPlace local = locate("$wide");
  EXPECT_EQ(std::tuple(local.kind, local.index, local.depth, local.bytes, local.type), std::tuple(Kind::Local, 1u, 1u, 8u, wasm::kI64));
  EXPECT_EQ(locate("s2").kind, Kind::Operand);
  EXPECT_EQ(locate("s2").index, 2u);
  EXPECT_EQ(locate("$big").index, 1u);
  const ExpressionPlace memory = locate("m1.u16[$i + 1]");
  EXPECT_EQ(std::tuple(memory.kind, memory.index, memory.address, memory.bytes), std::tuple(Kind::Memory, 1u, 6u, 2u));
  EXPECT_EQ(memory.type, wasm::kI32);
  const ExpressionPlace text = locate("str(16)");
  EXPECT_EQ(std::tuple(text.kind, text.address, text.bytes, text.is_text), std::tuple(Kind::Memory, 16u, 5u, true));
  EXPECT_EQ(locate("bytes(0, 100)").bytes, 100u);
  EXPECT_EQ(locate("t0[2]").address, 2u);
  const ExpressionPlace field = locate("$list.next");
  EXPECT_EQ(std::tuple(field.kind, field.index, field.address, field.bytes), std::tuple(Kind::Field, 1u, 16u, 8u));
  EXPECT_EQ(field.object, evaluate("$list")->value.bits);
  EXPECT_EQ(locate("$letters[2]").address, 10u);
  for (const std::string none : {"$i + 1", "5", "m0.size", "tick", "hex($i)", "$v.i32x4[0]"}) {
    const auto expression = Expression::compile(none, scope());
    EXPECT_FALSE(expression->is_place()) << none;
    EXPECT_FALSE(expression->locate(frame()).has_value());
  }
  EXPECT_FALSE(Expression::compile("i32[65534]", scope())->locate(frame()).has_value());
}

TEST_F(ExpressionTest, SaysWhatItDependsOn) {
  const auto compile = [&](const std::string& text) { return *Expression::compile(text, scope()); };
  EXPECT_FALSE(compile("g0 + i32[0]").reads_locals());
  EXPECT_TRUE(compile("$i").reads_locals());
  EXPECT_FALSE(compile("$i").reads_operands());
  EXPECT_TRUE(compile("s0").reads_operands());
  EXPECT_TRUE(compile("s0").is_condition());
  EXPECT_FALSE(compile("str(0)").is_condition());
  EXPECT_TRUE(*compile("$i == 5").is_true(frame()));
  EXPECT_FALSE(*compile("$f > 1").is_true(frame()));
  EXPECT_TRUE(*compile("$f").is_true(frame()));
  EXPECT_FALSE(compile("1 / ($i - 5)").is_true(frame()).has_value());
}

TEST_F(ExpressionTest, ReadsSuspendedFrames) {
  const runtime::Execution& execution = program_.timeline->execution();
  const runtime::ControlRecord& record = execution.records()[0];
  const ExpressionScope outer{*program_.module, *program_.names, 1, record.call_pc, true};
  const ExpressionFrame frame(program_.timeline->store(), program_.timeline->instance(), execution, 0);
  const auto value = [&](const std::string& text) { return Expression::compile(text, outer)->evaluate(frame)->value.bits; };
  EXPECT_EQ(value("s0"), 1234u);
  EXPECT_EQ(value("$i"), 5u);
  EXPECT_EQ(value("depth"), 1u) << "the instant is the program's";
  EXPECT_EQ(value("tick"), 2u);
}

TEST_F(ExpressionTest, NeedsNoFrame) {
  const ExpressionScope module{*program_.module, *program_.names};
  const ExpressionFrame frame(program_.timeline->store(), program_.timeline->instance());
  EXPECT_EQ(Expression::compile("$counter + u8[16]", module)->evaluate(frame)->value.bits, 41u + 104u);
  EXPECT_EQ(Expression::compile("l0", module).error().message, "there are no locals here: that needs a place in a function");
  EXPECT_EQ(Expression::compile("s0", module).error().message, "there are no operands here: that needs a place in a function");
  const ExpressionScope function{*program_.module, *program_.names, 0};
  EXPECT_TRUE(Expression::compile("$i", function).has_value());
  EXPECT_FALSE(Expression::compile("s0", function).has_value());
}

}  // namespace
}  // namespace wasmscope::debug
