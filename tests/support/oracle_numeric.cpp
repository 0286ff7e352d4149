// SPDX-License-Identifier: Apache-2.0
#include "tests/support/oracle_numeric.h"

#include <bit>
#include <cmath>
#include <limits>
#include <string_view>

namespace wasmscope::test {
namespace {

using wasm::Op;
using wasm::TrapCode;
__extension__ using Int = __int128;
__extension__ using Natural = unsigned __int128;

constexpr Int pow2(int exponent) { return Int{1} << exponent; }

// The integers of N bits, read without and with a sign.
struct Integers {
  int n;
  uint64_t wrap(Int value) const {
    return static_cast<uint64_t>(static_cast<Natural>(value) % static_cast<Natural>(pow2(n)));
  }
  uint64_t low(uint64_t bits) const { return n == 64 ? bits : bits & 0xFFFFFFFF; }
  Int as_signed(uint64_t bits) const {
    const Int value = low(bits);
    return value >= pow2(n - 1) ? value - pow2(n) : value;
  }
  bool bit(uint64_t bits, int i) const { return ((bits >> i) & 1) != 0; }
};

NumericAnswer value(uint64_t bits) { return {bits, TrapCode::None}; }
NumericAnswer trapped(TrapCode code) { return {0, code}; }
NumericAnswer truth(bool is_true) { return {is_true ? 1u : 0u, TrapCode::None}; }

NumericAnswer divide(Integers z, uint64_t a, uint64_t b, bool is_signed, bool is_remainder) {
  const Int x = is_signed ? z.as_signed(a) : Int{z.low(a)};
  const Int y = is_signed ? z.as_signed(b) : Int{z.low(b)};
  if (y == 0) return trapped(TrapCode::IntegerDivideByZero);
  if (is_remainder) return value(z.wrap(x % y));
  if (is_signed && x / y == pow2(z.n - 1)) return trapped(TrapCode::IntegerOverflow);
  return value(z.wrap(x / y));
}

uint64_t shift_left(Integers z, uint64_t a, uint64_t b) {
  uint64_t result = z.low(a);
  for (uint64_t k = b % static_cast<uint64_t>(z.n); k > 0; --k) result = z.wrap(Int{result} * 2);
  return result;
}
uint64_t shift_right(Integers z, uint64_t a, uint64_t b, bool is_signed) {
  Int x = is_signed ? z.as_signed(a) : Int{z.low(a)};
  for (uint64_t k = b % static_cast<uint64_t>(z.n); k > 0; --k) x = (x - (x % 2 != 0 ? 1 : 0)) / 2;  // rounds down
  return z.wrap(x);
}
uint64_t rotate_left(Integers z, uint64_t a, uint64_t count) {
  uint64_t result = 0;
  for (int i = 0; i < z.n; ++i)
    if (z.bit(a, i)) result |= uint64_t{1} << ((static_cast<uint64_t>(i) + count) % static_cast<uint64_t>(z.n));
  return result;
}

uint64_t leading_zeros(Integers z, uint64_t a) {
  uint64_t count = 0;
  while (count < static_cast<uint64_t>(z.n) && !z.bit(a, z.n - 1 - static_cast<int>(count))) ++count;
  return count;
}
uint64_t trailing_zeros(Integers z, uint64_t a) {
  uint64_t count = 0;
  while (count < static_cast<uint64_t>(z.n) && !z.bit(a, static_cast<int>(count))) ++count;
  return count;
}
uint64_t population(Integers z, uint64_t a) {
  uint64_t count = 0;
  for (int i = 0; i < z.n; ++i) count += z.bit(a, i);
  return count;
}
uint64_t extend(Integers from, Integers to, uint64_t a) {
  Int x = static_cast<Int>(static_cast<Natural>(a) % static_cast<Natural>(pow2(from.n)));
  if (x >= pow2(from.n - 1)) x -= pow2(from.n);
  return to.wrap(x);
}

template <class F>
struct Format;
template <>
struct Format<float> {
  using Bits = uint32_t;
  static constexpr Bits kSign = 0x80000000u, kCanonical = 0x7FC00000u;
  static constexpr int kDigits = 24;
};
template <>
struct Format<double> {
  using Bits = uint64_t;
  static constexpr Bits kSign = 0x8000000000000000u, kCanonical = 0x7FF8000000000000u;
  static constexpr int kDigits = 53;
};

template <class F>
F float_of(uint64_t bits) {
  return std::bit_cast<F>(static_cast<typename Format<F>::Bits>(bits));
}
template <class F>
NumericAnswer made(F result) {   // by arithmetic
  if (result != result) return value(Format<F>::kCanonical);
  return value(std::bit_cast<typename Format<F>::Bits>(result));
}

template <class F>
F smaller(F a, F b) {
  if (a != a || b != b) return std::numeric_limits<F>::quiet_NaN();
  if (a == 0 && b == 0) return std::signbit(a) ? a : b;
  return a < b ? a : b;
}
template <class F>
F larger(F a, F b) {
  if (a != a || b != b) return std::numeric_limits<F>::quiet_NaN();
  if (a == 0 && b == 0) return std::signbit(a) ? b : a;
  return a > b ? a : b;
}
template <class F>
F nearest_even(F a) {
  if (a != a || std::isinf(a) || a == 0) return a;
  const F below = std::floor(a), distance = a - below;
  F result = below;
  if (distance > F(0.5)) result = below + 1;
  if (distance == F(0.5) && std::fmod(below, F(2)) != 0) result = below + 1;
  return std::copysign(result, a);
}

// `long double` holds every f64 and every 64-bit integer exactly.
template <class F>
NumericAnswer truncate(Integers z, F a, bool is_signed, bool saturates) {
  if (a != a) return saturates ? value(0) : trapped(TrapCode::InvalidConversionToInteger);
  const long double whole = std::trunc(static_cast<long double>(a));
  const long double least = is_signed ? -std::ldexp(1.0L, z.n - 1) : 0.0L;
  const long double most = std::ldexp(1.0L, is_signed ? z.n - 1 : z.n) - 1.0L;
  if (whole < least) return saturates ? value(z.wrap(static_cast<Int>(least))) : trapped(TrapCode::IntegerOverflow);
  if (whole > most) return saturates ? value(z.wrap(static_cast<Int>(most))) : trapped(TrapCode::IntegerOverflow);
  return value(z.wrap(static_cast<Int>(whole)));
}

// Rounds by hand: keep kDigits binary digits, ties to even.
template <class F>
NumericAnswer convert(Int integer) {
  const bool is_negative = integer < 0;
  Natural magnitude = static_cast<Natural>(is_negative ? -integer : integer);
  int dropped = 0;
  while ((magnitude >> dropped) >= (Natural{1} << Format<F>::kDigits)) ++dropped;
  Natural kept = magnitude >> dropped;
  const Natural rest = magnitude - (kept << dropped), half = dropped == 0 ? 0 : Natural{1} << (dropped - 1);
  if (dropped != 0 && (rest > half || (rest == half && kept % 2 == 1))) ++kept;
  F result = std::ldexp(static_cast<F>(static_cast<uint64_t>(kept)), dropped);
  if (is_negative) result = -result;
  return value(std::bit_cast<typename Format<F>::Bits>(result));
}

NumericAnswer evaluate_integer(Op op, Integers z, uint64_t a, uint64_t b) {
  switch (op) {
    case Op::I32Eqz:
    case Op::I64Eqz: return truth(z.low(a) == 0);
    case Op::I32Eq:
    case Op::I64Eq: return truth(z.low(a) == z.low(b));
    case Op::I32Ne:
    case Op::I64Ne: return truth(z.low(a) != z.low(b));
    case Op::I32LtS:
    case Op::I64LtS: return truth(z.as_signed(a) < z.as_signed(b));
    case Op::I32LtU:
    case Op::I64LtU: return truth(z.low(a) < z.low(b));
    case Op::I32GtS:
    case Op::I64GtS: return truth(z.as_signed(a) > z.as_signed(b));
    case Op::I32GtU:
    case Op::I64GtU: return truth(z.low(a) > z.low(b));
    case Op::I32LeS:
    case Op::I64LeS: return truth(z.as_signed(a) <= z.as_signed(b));
    case Op::I32LeU:
    case Op::I64LeU: return truth(z.low(a) <= z.low(b));
    case Op::I32GeS:
    case Op::I64GeS: return truth(z.as_signed(a) >= z.as_signed(b));
    case Op::I32GeU:
    case Op::I64GeU: return truth(z.low(a) >= z.low(b));
    case Op::I32Clz:
    case Op::I64Clz: return value(leading_zeros(z, a));
    case Op::I32Ctz:
    case Op::I64Ctz: return value(trailing_zeros(z, a));
    case Op::I32Popcnt:
    case Op::I64Popcnt: return value(population(z, a));
    case Op::I32Add:
    case Op::I64Add: return value(z.wrap(Int{z.low(a)} + Int{z.low(b)}));
    case Op::I32Sub:
    case Op::I64Sub: return value(z.wrap(Int{z.low(a)} - Int{z.low(b)}));
    case Op::I32Mul:
    case Op::I64Mul: return value(z.wrap(static_cast<Int>(Natural{z.low(a)} * Natural{z.low(b)})));
    case Op::I32DivS:
    case Op::I64DivS: return divide(z, a, b, true, false);
    case Op::I32DivU:
    case Op::I64DivU: return divide(z, a, b, false, false);
    case Op::I32RemS:
    case Op::I64RemS: return divide(z, a, b, true, true);
    case Op::I32RemU:
    case Op::I64RemU: return divide(z, a, b, false, true);
    case Op::I32And:
    case Op::I64And: return value(z.low(a) & z.low(b));
    case Op::I32Or:
    case Op::I64Or: return value(z.low(a) | z.low(b));
    case Op::I32Xor:
    case Op::I64Xor: return value(z.low(a) ^ z.low(b));
    case Op::I32Shl:
    case Op::I64Shl: return value(shift_left(z, a, b));
    case Op::I32ShrS:
    case Op::I64ShrS: return value(shift_right(z, a, b, true));
    case Op::I32ShrU:
    case Op::I64ShrU: return value(shift_right(z, a, b, false));
    case Op::I32Rotl:
    case Op::I64Rotl: return value(rotate_left(z, a, z.low(b) % static_cast<uint64_t>(z.n)));
    case Op::I32Rotr:
    case Op::I64Rotr:
      return value(rotate_left(z, a, static_cast<uint64_t>(z.n) - z.low(b) % static_cast<uint64_t>(z.n)));
    case Op::I32Extend8S:
    case Op::I64Extend8S: return value(extend({8}, z, a));
    case Op::I32Extend16S:
    case Op::I64Extend16S: return value(extend({16}, z, a));
    case Op::I64Extend32S:
    case Op::I64ExtendI32S: return value(extend({32}, {64}, a));
    case Op::I64ExtendI32U:
    case Op::I32WrapI64: return value(a & 0xFFFFFFFF);
    default: return trapped(TrapCode::NotExecuted);
  }
}

template <class F>
NumericAnswer evaluate_float(Op op, uint64_t a_bits, uint64_t b_bits) {
  const F a = float_of<F>(a_bits), b = float_of<F>(b_bits);
  using Bits = typename Format<F>::Bits;
  const Bits sign = Format<F>::kSign, bits = static_cast<Bits>(a_bits);
  switch (op) {
    case Op::F32Eq:
    case Op::F64Eq: return truth(a == b);
    case Op::F32Ne:
    case Op::F64Ne: return truth(!(a == b));
    case Op::F32Lt:
    case Op::F64Lt: return truth(a < b);
    case Op::F32Gt:
    case Op::F64Gt: return truth(a > b);
    case Op::F32Le:
    case Op::F64Le: return truth(a <= b);
    case Op::F32Ge:
    case Op::F64Ge: return truth(a >= b);
    case Op::F32Abs:
    case Op::F64Abs: return value(static_cast<Bits>(bits & static_cast<Bits>(~sign)));
    case Op::F32Neg:
    case Op::F64Neg: return value(static_cast<Bits>(bits ^ sign));
    case Op::F32Copysign:
    case Op::F64Copysign:
      return value(static_cast<Bits>((bits & static_cast<Bits>(~sign)) | (static_cast<Bits>(b_bits) & sign)));
    case Op::F32Ceil:
    case Op::F64Ceil: return made<F>(std::ceil(a));
    case Op::F32Floor:
    case Op::F64Floor: return made<F>(std::floor(a));
    case Op::F32Trunc:
    case Op::F64Trunc: return made<F>(std::trunc(a));
    case Op::F32Nearest:
    case Op::F64Nearest: return made<F>(nearest_even(a));
    case Op::F32Sqrt:
    case Op::F64Sqrt: return made<F>(std::sqrt(a));
    case Op::F32Add:
    case Op::F64Add: return made<F>(a + b);
    case Op::F32Sub:
    case Op::F64Sub: return made<F>(a - b);
    case Op::F32Mul:
    case Op::F64Mul: return made<F>(a * b);
    case Op::F32Div:
    case Op::F64Div: return made<F>(a / b);
    case Op::F32Min:
    case Op::F64Min: return made<F>(smaller(a, b));
    case Op::F32Max:
    case Op::F64Max: return made<F>(larger(a, b));
    default: return trapped(TrapCode::NotExecuted);
  }
}

NumericAnswer evaluate_conversion(Op op, uint64_t a) {
  constexpr Integers i32{32}, i64{64};
  const float f = float_of<float>(a);
  const double d = float_of<double>(a);
  switch (op) {
    case Op::I32TruncF32S: return truncate(i32, f, true, false);
    case Op::I32TruncF32U: return truncate(i32, f, false, false);
    case Op::I32TruncF64S: return truncate(i32, d, true, false);
    case Op::I32TruncF64U: return truncate(i32, d, false, false);
    case Op::I64TruncF32S: return truncate(i64, f, true, false);
    case Op::I64TruncF32U: return truncate(i64, f, false, false);
    case Op::I64TruncF64S: return truncate(i64, d, true, false);
    case Op::I64TruncF64U: return truncate(i64, d, false, false);
    case Op::I32TruncSatF32S: return truncate(i32, f, true, true);
    case Op::I32TruncSatF32U: return truncate(i32, f, false, true);
    case Op::I32TruncSatF64S: return truncate(i32, d, true, true);
    case Op::I32TruncSatF64U: return truncate(i32, d, false, true);
    case Op::I64TruncSatF32S: return truncate(i64, f, true, true);
    case Op::I64TruncSatF32U: return truncate(i64, f, false, true);
    case Op::I64TruncSatF64S: return truncate(i64, d, true, true);
    case Op::I64TruncSatF64U: return truncate(i64, d, false, true);
    case Op::F32ConvertI32S: return convert<float>(i32.as_signed(a));
    case Op::F32ConvertI32U: return convert<float>(Int{i32.low(a)});
    case Op::F32ConvertI64S: return convert<float>(i64.as_signed(a));
    case Op::F32ConvertI64U: return convert<float>(Int{a});
    case Op::F64ConvertI32S: return convert<double>(i32.as_signed(a));
    case Op::F64ConvertI32U: return convert<double>(Int{i32.low(a)});
    case Op::F64ConvertI64S: return convert<double>(i64.as_signed(a));
    case Op::F64ConvertI64U: return convert<double>(Int{a});
    case Op::F32DemoteF64: return made<float>(static_cast<float>(d));
    case Op::F64PromoteF32: return made<double>(static_cast<double>(f));
    case Op::I32ReinterpretF32:
    case Op::F32ReinterpretI32: return value(a & 0xFFFFFFFF);
    case Op::I64ReinterpretF64:
    case Op::F64ReinterpretI64: return value(a);
    default: return trapped(TrapCode::NotExecuted);
  }
}

}  // namespace

bool is_numeric(Op op) {
  const wasm::OpInfo& row = wasm::info(op);
  if (!row.executed || row.category != wasm::Category::Numeric || row.signature.ends_with("_ll")) return false;
  return row.signature.find_first_not_of("ilfd_") == std::string_view::npos && !wasm::is_special(op);
}

NumericAnswer evaluate_numeric(Op op, uint64_t a, uint64_t b) {
  if (const NumericAnswer answer = evaluate_conversion(op, a); answer.trap != TrapCode::NotExecuted) return answer;
  const std::string_view signature = wasm::info(op).signature;
  switch (signature[0]) {
    case 'i':
    case 'l': return evaluate_integer(op, {signature[0] == 'i' ? 32 : 64}, a, b);
    case 'f': return evaluate_float<float>(op, a, b);
    case 'd': return evaluate_float<double>(op, a, b);
    default: return trapped(TrapCode::NotExecuted);
  }
}

}  // namespace wasmscope::test
