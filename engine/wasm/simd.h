// SPDX-License-Identifier: Apache-2.0
// What each vector instruction computes: one function per OP_VECTOR_* row of opcodes.def, named as the row. The
// counterpart of numeric.h, with the same conventions: integers unsigned, NaNs made by arithmetic canonical.
// Relaxed instructions take the form that the specification's deterministic profile prescribes.
// Loads read from, and stores write to, an address that was checked; lane indices are in range.
// https://webassembly.github.io/spec/core/exec/numerics.html
#pragma once
#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "engine/wasm/numeric.h"

namespace wasmscope::wasm {

// Lane 0 is in the lowest bits of `low`, as in memory.
struct V128 {
  uint64_t low, high;
  friend bool operator==(const V128&, const V128&) = default;
};

namespace vector {

// Vectors of the compiler's: arithmetic on them wraps lane by lane, comparisons give lanes of all ones or zeros.
template <class T>
struct LanesOf {
  typedef T Type __attribute__((vector_size(16)));
};
template <class T>
using Lanes = typename LanesOf<T>::Type;
template <class T>
using ArrayOf = std::array<T, 16 / sizeof(T)>;
template <class T>
constexpr size_t kLanes = 16 / sizeof(T);

template <class T>
inline Lanes<T> lanes(V128 v) {
  Lanes<T> result;
  std::memcpy(&result, &v, sizeof v);
  return result;
}
template <class L>
inline V128 pack(L lanes) {
  V128 v;
  static_assert(sizeof lanes == sizeof v);
  std::memcpy(&v, &lanes, sizeof v);
  return v;
}
// Halves go through a vector: written one by one they could not be read together soon after.
inline V128 of_halves(uint64_t low, uint64_t high) { return pack(Lanes<uint64_t>{low, high}); }
inline Lanes<uint64_t> bits(V128 v) { return lanes<uint64_t>(v); }
template <class T>
inline ArrayOf<T> split(V128 v) {
  return std::bit_cast<ArrayOf<T>>(v);
}
template <class T>
inline V128 join(const ArrayOf<T>& lanes) {
  return std::bit_cast<V128>(lanes);
}

template <class T>
inline V128 splat(T value) {
  return pack(Lanes<T>{} + value);
}
// Adding to a zero vector would lose the sign of -0 and the bits of a NaN.
template <class F>
inline V128 splat_float(F value) {
  return splat(std::bit_cast<numeric::BitsOf<F>>(value));
}

template <class T, class F>
inline V128 map(V128 a, F f) {
  ArrayOf<T> x = split<T>(a);
  for (T& lane : x) lane = static_cast<T>(f(lane));
  return join<T>(x);
}
template <class T, class F>
inline V128 map(V128 a, V128 b, F f) {
  ArrayOf<T> x = split<T>(a);
  const ArrayOf<T> y = split<T>(b);
  for (size_t i = 0; i < x.size(); ++i) x[i] = static_cast<T>(f(x[i], y[i]));
  return join<T>(x);
}

template <class T>
inline T clamp(int32_t value) {
  constexpr int32_t kLow = std::numeric_limits<T>::min(), kHigh = std::numeric_limits<T>::max();
  return static_cast<T>(value < kLow ? kLow : value > kHigh ? kHigh : value);
}
// The number farthest from zero with the sign of each lane.
template <class L>
inline L most(L a) {
  using T = std::remove_reference_t<decltype(a[0])>;
  return a < 0 ? L{} + std::numeric_limits<T>::min() : L{} + std::numeric_limits<T>::max();
}
template <class T>
inline V128 add_sat(V128 a, V128 b) {
  using U = std::make_unsigned_t<T>;
  const auto x = lanes<U>(a), y = lanes<U>(b), sum = x + y;
  if constexpr (std::is_signed_v<T>)
    return pack((Lanes<T>)((x ^ sum) & (y ^ sum)) < 0 ? most(lanes<T>(a)) : (Lanes<T>)sum);
  else
    return pack(sum < x ? ~Lanes<U>{} : sum);
}
template <class T>
inline V128 sub_sat(V128 a, V128 b) {
  using U = std::make_unsigned_t<T>;
  const auto x = lanes<U>(a), y = lanes<U>(b), difference = x - y;
  if constexpr (std::is_signed_v<T>)
    return pack((Lanes<T>)((x ^ y) & (x ^ difference)) < 0 ? most(lanes<T>(a)) : (Lanes<T>)difference);
  else
    return pack(x < y ? Lanes<U>{} : difference);
}
template <class T>
inline V128 lower(V128 a, V128 b) {
  const auto x = lanes<T>(a), y = lanes<T>(b);
  return pack(x < y ? x : y);
}
template <class T>
inline V128 higher(V128 a, V128 b) {
  const auto x = lanes<T>(a), y = lanes<T>(b);
  return pack(x > y ? x : y);
}
template <class T>
inline V128 average(V128 a, V128 b) {
  const auto x = lanes<T>(a), y = lanes<T>(b);
  return pack((x | y) - ((x ^ y) >> 1));   // rounds up
}
template <class S>
inline V128 abs_lanes(V128 a) {
  using U = std::make_unsigned_t<S>;
  const auto sign = (Lanes<U>)(lanes<S>(a) < 0);
  return pack((lanes<U>(a) ^ sign) - sign);
}
template <class U>
inline V128 neg_lanes(V128 a) {
  return pack(-lanes<U>(a));
}
template <class T>
inline T shift_count(uint32_t count) {
  return static_cast<T>(count & (sizeof(T) * 8 - 1));
}
template <class U>
inline V128 shl(V128 a, uint32_t count) {
  return pack(lanes<U>(a) << shift_count<U>(count));
}
// Arithmetic or logical, as T is signed or not.
template <class T>
inline V128 shr(V128 a, uint32_t count) {
  return pack(lanes<T>(a) >> shift_count<T>(count));
}
template <class U>
inline uint32_t all_true(V128 a) {
  const ArrayOf<U> x = split<U>(a);
  for (const U lane : x)
    if (lane == 0) return 0;
  return 1;
}
template <class U>
inline uint32_t bitmask(V128 a) {
  const ArrayOf<U> x = split<U>(a);
  uint32_t mask = 0;
  for (size_t i = 0; i < x.size(); ++i) mask |= static_cast<uint32_t>(x[i] >> (sizeof(U) * 8 - 1)) << i;
  return mask;
}

enum class Half : uint8_t { Low, High };
template <class Wide, class Narrow, Half kHalf>
inline V128 extend(V128 a) {
  typedef Narrow HalfLanes __attribute__((vector_size(8)));
  HalfLanes half;
  std::memcpy(&half, kHalf == Half::Low ? &a.low : &a.high, sizeof half);
  return pack(__builtin_convertvector(half, Lanes<Wide>));
}
template <class Wide, class Narrow, Half kHalf>
inline V128 extmul(V128 a, V128 b) {
  return pack(lanes<Wide>(extend<Wide, Narrow, kHalf>(a)) * lanes<Wide>(extend<Wide, Narrow, kHalf>(b)));
}
// Every second lane, the first one included or not, extended to twice its width as Wide is signed or not.
template <class Wide>
inline Lanes<Wide> even(V128 a) {
  constexpr Wide kBits = sizeof(Wide) * 4;
  return (Lanes<Wide>)(lanes<std::make_unsigned_t<Wide>>(a) << kBits) >> kBits;
}
template <class Wide>
inline Lanes<Wide> odd(V128 a) {
  constexpr Wide kBits = sizeof(Wide) * 4;
  return lanes<Wide>(a) >> kBits;
}
template <class Wide>
inline V128 extadd_pairwise(V128 a) {
  return pack(even<Wide>(a) + odd<Wide>(a));
}
template <class Narrow, class Wide>
inline V128 narrow(V128 a, V128 b) {
  const ArrayOf<Wide> x = split<Wide>(a), y = split<Wide>(b);
  ArrayOf<Narrow> result;
  for (size_t i = 0; i < x.size(); ++i) {
    result[i] = clamp<Narrow>(x[i]);
    result[i + x.size()] = clamp<Narrow>(y[i]);
  }
  return join<Narrow>(result);
}
inline int32_t q15_product(int32_t a, int32_t b) { return clamp<int16_t>((a * b + 0x4000) >> 15); }
inline V128 swizzle(V128 a, V128 b) {
  const ArrayOf<uint8_t> x = split<uint8_t>(a);
  return map<uint8_t>(b, [&](uint8_t index) { return index < 16 ? x[index] : 0; });
}
inline V128 bitselect(V128 a, V128 b, V128 mask) { return pack((bits(a) & bits(mask)) | (bits(b) & ~bits(mask))); }

template <class F>
inline Lanes<F> canonical(Lanes<F> a) {
  return a == a ? a : Lanes<F>{} + std::numeric_limits<F>::quiet_NaN();
}
template <class F>
inline V128 min(V128 a, V128 b) {
  const auto x = lanes<F>(a), y = lanes<F>(b);
  const auto either = lanes<F>(pack(bits(a) | bits(b)));   // -0 if one is, for zeros
  return pack(x < y ? x : y < x ? y : x == y ? either : Lanes<F>{} + std::numeric_limits<F>::quiet_NaN());
}
template <class F>
inline V128 max(V128 a, V128 b) {
  const auto x = lanes<F>(a), y = lanes<F>(b);
  const auto both = lanes<F>(pack(bits(a) & bits(b)));
  return pack(x > y ? x : y > x ? y : x == y ? both : Lanes<F>{} + std::numeric_limits<F>::quiet_NaN());
}
template <class F>
inline V128 pmin(V128 a, V128 b) {
  const auto x = lanes<F>(a), y = lanes<F>(b);
  return pack(y < x ? y : x);
}
template <class F>
inline V128 pmax(V128 a, V128 b) {
  const auto x = lanes<F>(a), y = lanes<F>(b);
  return pack(x < y ? y : x);
}
template <class F>
inline V128 abs_float(V128 a) {
  using U = numeric::BitsOf<F>;
  return pack(lanes<U>(a) & static_cast<U>(~numeric::kSignBit<F>));
}
template <class F>
inline V128 neg_float(V128 a) {
  return pack(lanes<numeric::BitsOf<F>>(a) ^ numeric::kSignBit<F>);
}
// Rounded after the product, too.
template <class F>
inline V128 madd(V128 a, V128 b, V128 c) {
  return pack(canonical<F>(lanes<F>(a) * lanes<F>(b) + lanes<F>(c)));
}
// The integers of trunc_sat, or their conversion, fill the low lanes only where the others are twice as wide.
template <class To, class From, class F>
inline V128 convert(V128 a, F f) {
  const ArrayOf<From> x = split<From>(a);
  ArrayOf<To> result{};
  for (size_t i = 0; i < std::min(kLanes<From>, kLanes<To>); ++i) result[i] = f(x[i]);
  return join<To>(result);
}

template <class T>
inline T read(const uint8_t* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}
template <class Wide, class Narrow>
inline V128 load_extended(const uint8_t* from) {
  return extend<Wide, Narrow, Half::Low>(of_halves(read<uint64_t>(from), 0));
}
// Chosen lane by lane: a vector written in part could not be read as a whole soon after.
template <class T>
inline V128 replace(V128 a, uint8_t lane, T value) {
  ArrayOf<T> numbers{};
  for (size_t i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<T>(i);
  return pack(lanes<T>(join<T>(numbers)) == static_cast<T>(lane) ? Lanes<T>{} + value : lanes<T>(a));
}
template <class T>
inline T extract(V128 a, uint8_t lane) {
  return read<T>(reinterpret_cast<const uint8_t*>(&a) + lane * sizeof(T));
}

}  // namespace vector

// --- memory
inline V128 V128Load(const uint8_t* from) { return vector::read<V128>(from); }
inline V128 V128Load8x8S(const uint8_t* from) { return vector::load_extended<int16_t, int8_t>(from); }
inline V128 V128Load8x8U(const uint8_t* from) { return vector::load_extended<uint16_t, uint8_t>(from); }
inline V128 V128Load16x4S(const uint8_t* from) { return vector::load_extended<int32_t, int16_t>(from); }
inline V128 V128Load16x4U(const uint8_t* from) { return vector::load_extended<uint32_t, uint16_t>(from); }
inline V128 V128Load32x2S(const uint8_t* from) { return vector::load_extended<int64_t, int32_t>(from); }
inline V128 V128Load32x2U(const uint8_t* from) { return vector::load_extended<uint64_t, uint32_t>(from); }
inline V128 V128Load8Splat(const uint8_t* from) { return vector::splat(vector::read<uint8_t>(from)); }
inline V128 V128Load16Splat(const uint8_t* from) { return vector::splat(vector::read<uint16_t>(from)); }
inline V128 V128Load32Splat(const uint8_t* from) { return vector::splat(vector::read<uint32_t>(from)); }
inline V128 V128Load64Splat(const uint8_t* from) { return vector::splat(vector::read<uint64_t>(from)); }
inline V128 V128Load32Zero(const uint8_t* from) { return vector::of_halves(vector::read<uint32_t>(from), 0); }
inline V128 V128Load64Zero(const uint8_t* from) { return vector::of_halves(vector::read<uint64_t>(from), 0); }
inline void V128Store(uint8_t* to, V128 a) { std::memcpy(to, &a, sizeof a); }
inline V128 V128Load8Lane(const uint8_t* from, V128 a, uint8_t lane) {
  return vector::replace(a, lane, vector::read<uint8_t>(from));
}
inline V128 V128Load16Lane(const uint8_t* from, V128 a, uint8_t lane) {
  return vector::replace(a, lane, vector::read<uint16_t>(from));
}
inline V128 V128Load32Lane(const uint8_t* from, V128 a, uint8_t lane) {
  return vector::replace(a, lane, vector::read<uint32_t>(from));
}
inline V128 V128Load64Lane(const uint8_t* from, V128 a, uint8_t lane) {
  return vector::replace(a, lane, vector::read<uint64_t>(from));
}
inline void V128Store8Lane(uint8_t* to, V128 a, uint8_t lane) {
  std::memcpy(to, reinterpret_cast<const uint8_t*>(&a) + lane * 1, 1);
}
inline void V128Store16Lane(uint8_t* to, V128 a, uint8_t lane) {
  std::memcpy(to, reinterpret_cast<const uint8_t*>(&a) + lane * 2, 2);
}
inline void V128Store32Lane(uint8_t* to, V128 a, uint8_t lane) {
  std::memcpy(to, reinterpret_cast<const uint8_t*>(&a) + lane * 4, 4);
}
inline void V128Store64Lane(uint8_t* to, V128 a, uint8_t lane) {
  std::memcpy(to, reinterpret_cast<const uint8_t*>(&a) + lane * 8, 8);
}

// --- lanes
// `indices`: below 32, of the lanes of `a` and then `b`.
inline V128 I8x16Shuffle(V128 a, V128 b, V128 indices) {
  const V128 both[2] = {a, b};
  uint8_t bytes[32];
  std::memcpy(bytes, both, sizeof bytes);
  return vector::map<uint8_t>(indices, [&](uint8_t index) { return bytes[index & 31]; });
}
inline V128 I8x16Swizzle(V128 a, V128 b) { return vector::swizzle(a, b); }
inline V128 I8x16Splat(uint32_t a) { return vector::splat(static_cast<uint8_t>(a)); }
inline V128 I16x8Splat(uint32_t a) { return vector::splat(static_cast<uint16_t>(a)); }
inline V128 I32x4Splat(uint32_t a) { return vector::splat(a); }
inline V128 I64x2Splat(uint64_t a) { return vector::splat(a); }
inline V128 F32x4Splat(float a) { return vector::splat_float(a); }
inline V128 F64x2Splat(double a) { return vector::splat_float(a); }
inline uint32_t I8x16ExtractLaneS(V128 a, uint8_t lane) {
  return static_cast<uint32_t>(vector::extract<int8_t>(a, lane));
}
inline uint32_t I8x16ExtractLaneU(V128 a, uint8_t lane) { return vector::extract<uint8_t>(a, lane); }
inline V128 I8x16ReplaceLane(V128 a, uint32_t b, uint8_t lane) {
  return vector::replace(a, lane, static_cast<uint8_t>(b));
}
inline uint32_t I16x8ExtractLaneS(V128 a, uint8_t lane) {
  return static_cast<uint32_t>(vector::extract<int16_t>(a, lane));
}
inline uint32_t I16x8ExtractLaneU(V128 a, uint8_t lane) { return vector::extract<uint16_t>(a, lane); }
inline V128 I16x8ReplaceLane(V128 a, uint32_t b, uint8_t lane) {
  return vector::replace(a, lane, static_cast<uint16_t>(b));
}
inline uint32_t I32x4ExtractLane(V128 a, uint8_t lane) { return vector::extract<uint32_t>(a, lane); }
inline V128 I32x4ReplaceLane(V128 a, uint32_t b, uint8_t lane) { return vector::replace(a, lane, b); }
inline uint64_t I64x2ExtractLane(V128 a, uint8_t lane) { return vector::extract<uint64_t>(a, lane); }
inline V128 I64x2ReplaceLane(V128 a, uint64_t b, uint8_t lane) { return vector::replace(a, lane, b); }
inline float F32x4ExtractLane(V128 a, uint8_t lane) { return vector::extract<float>(a, lane); }
inline V128 F32x4ReplaceLane(V128 a, float b, uint8_t lane) {
  return vector::replace(a, lane, std::bit_cast<uint32_t>(b));
}
inline double F64x2ExtractLane(V128 a, uint8_t lane) { return vector::extract<double>(a, lane); }
inline V128 F64x2ReplaceLane(V128 a, double b, uint8_t lane) {
  return vector::replace(a, lane, std::bit_cast<uint64_t>(b));
}

// --- comparisons: lanes of all ones or zeros
inline V128 I8x16Eq(V128 a, V128 b) { return vector::pack(vector::lanes<uint8_t>(a) == vector::lanes<uint8_t>(b)); }
inline V128 I8x16Ne(V128 a, V128 b) { return vector::pack(vector::lanes<uint8_t>(a) != vector::lanes<uint8_t>(b)); }
inline V128 I8x16LtS(V128 a, V128 b) { return vector::pack(vector::lanes<int8_t>(a) < vector::lanes<int8_t>(b)); }
inline V128 I8x16LtU(V128 a, V128 b) { return vector::pack(vector::lanes<uint8_t>(a) < vector::lanes<uint8_t>(b)); }
inline V128 I8x16GtS(V128 a, V128 b) { return vector::pack(vector::lanes<int8_t>(a) > vector::lanes<int8_t>(b)); }
inline V128 I8x16GtU(V128 a, V128 b) { return vector::pack(vector::lanes<uint8_t>(a) > vector::lanes<uint8_t>(b)); }
inline V128 I8x16LeS(V128 a, V128 b) { return vector::pack(vector::lanes<int8_t>(a) <= vector::lanes<int8_t>(b)); }
inline V128 I8x16LeU(V128 a, V128 b) { return vector::pack(vector::lanes<uint8_t>(a) <= vector::lanes<uint8_t>(b)); }
inline V128 I8x16GeS(V128 a, V128 b) { return vector::pack(vector::lanes<int8_t>(a) >= vector::lanes<int8_t>(b)); }
inline V128 I8x16GeU(V128 a, V128 b) { return vector::pack(vector::lanes<uint8_t>(a) >= vector::lanes<uint8_t>(b)); }
inline V128 I16x8Eq(V128 a, V128 b) { return vector::pack(vector::lanes<uint16_t>(a) == vector::lanes<uint16_t>(b)); }
inline V128 I16x8Ne(V128 a, V128 b) { return vector::pack(vector::lanes<uint16_t>(a) != vector::lanes<uint16_t>(b)); }
inline V128 I16x8LtS(V128 a, V128 b) { return vector::pack(vector::lanes<int16_t>(a) < vector::lanes<int16_t>(b)); }
inline V128 I16x8LtU(V128 a, V128 b) { return vector::pack(vector::lanes<uint16_t>(a) < vector::lanes<uint16_t>(b)); }
inline V128 I16x8GtS(V128 a, V128 b) { return vector::pack(vector::lanes<int16_t>(a) > vector::lanes<int16_t>(b)); }
inline V128 I16x8GtU(V128 a, V128 b) { return vector::pack(vector::lanes<uint16_t>(a) > vector::lanes<uint16_t>(b)); }
inline V128 I16x8LeS(V128 a, V128 b) { return vector::pack(vector::lanes<int16_t>(a) <= vector::lanes<int16_t>(b)); }
inline V128 I16x8LeU(V128 a, V128 b) { return vector::pack(vector::lanes<uint16_t>(a) <= vector::lanes<uint16_t>(b)); }
inline V128 I16x8GeS(V128 a, V128 b) { return vector::pack(vector::lanes<int16_t>(a) >= vector::lanes<int16_t>(b)); }
inline V128 I16x8GeU(V128 a, V128 b) { return vector::pack(vector::lanes<uint16_t>(a) >= vector::lanes<uint16_t>(b)); }
inline V128 I32x4Eq(V128 a, V128 b) { return vector::pack(vector::lanes<uint32_t>(a) == vector::lanes<uint32_t>(b)); }
inline V128 I32x4Ne(V128 a, V128 b) { return vector::pack(vector::lanes<uint32_t>(a) != vector::lanes<uint32_t>(b)); }
inline V128 I32x4LtS(V128 a, V128 b) { return vector::pack(vector::lanes<int32_t>(a) < vector::lanes<int32_t>(b)); }
inline V128 I32x4LtU(V128 a, V128 b) { return vector::pack(vector::lanes<uint32_t>(a) < vector::lanes<uint32_t>(b)); }
inline V128 I32x4GtS(V128 a, V128 b) { return vector::pack(vector::lanes<int32_t>(a) > vector::lanes<int32_t>(b)); }
inline V128 I32x4GtU(V128 a, V128 b) { return vector::pack(vector::lanes<uint32_t>(a) > vector::lanes<uint32_t>(b)); }
inline V128 I32x4LeS(V128 a, V128 b) { return vector::pack(vector::lanes<int32_t>(a) <= vector::lanes<int32_t>(b)); }
inline V128 I32x4LeU(V128 a, V128 b) { return vector::pack(vector::lanes<uint32_t>(a) <= vector::lanes<uint32_t>(b)); }
inline V128 I32x4GeS(V128 a, V128 b) { return vector::pack(vector::lanes<int32_t>(a) >= vector::lanes<int32_t>(b)); }
inline V128 I32x4GeU(V128 a, V128 b) { return vector::pack(vector::lanes<uint32_t>(a) >= vector::lanes<uint32_t>(b)); }
inline V128 I64x2Eq(V128 a, V128 b) { return vector::pack(vector::lanes<uint64_t>(a) == vector::lanes<uint64_t>(b)); }
inline V128 I64x2Ne(V128 a, V128 b) { return vector::pack(vector::lanes<uint64_t>(a) != vector::lanes<uint64_t>(b)); }
inline V128 I64x2LtS(V128 a, V128 b) { return vector::pack(vector::lanes<int64_t>(a) < vector::lanes<int64_t>(b)); }
inline V128 I64x2GtS(V128 a, V128 b) { return vector::pack(vector::lanes<int64_t>(a) > vector::lanes<int64_t>(b)); }
inline V128 I64x2LeS(V128 a, V128 b) { return vector::pack(vector::lanes<int64_t>(a) <= vector::lanes<int64_t>(b)); }
inline V128 I64x2GeS(V128 a, V128 b) { return vector::pack(vector::lanes<int64_t>(a) >= vector::lanes<int64_t>(b)); }
inline V128 F32x4Eq(V128 a, V128 b) { return vector::pack(vector::lanes<float>(a) == vector::lanes<float>(b)); }
inline V128 F32x4Ne(V128 a, V128 b) { return vector::pack(vector::lanes<float>(a) != vector::lanes<float>(b)); }
inline V128 F32x4Lt(V128 a, V128 b) { return vector::pack(vector::lanes<float>(a) < vector::lanes<float>(b)); }
inline V128 F32x4Gt(V128 a, V128 b) { return vector::pack(vector::lanes<float>(a) > vector::lanes<float>(b)); }
inline V128 F32x4Le(V128 a, V128 b) { return vector::pack(vector::lanes<float>(a) <= vector::lanes<float>(b)); }
inline V128 F32x4Ge(V128 a, V128 b) { return vector::pack(vector::lanes<float>(a) >= vector::lanes<float>(b)); }
inline V128 F64x2Eq(V128 a, V128 b) { return vector::pack(vector::lanes<double>(a) == vector::lanes<double>(b)); }
inline V128 F64x2Ne(V128 a, V128 b) { return vector::pack(vector::lanes<double>(a) != vector::lanes<double>(b)); }
inline V128 F64x2Lt(V128 a, V128 b) { return vector::pack(vector::lanes<double>(a) < vector::lanes<double>(b)); }
inline V128 F64x2Gt(V128 a, V128 b) { return vector::pack(vector::lanes<double>(a) > vector::lanes<double>(b)); }
inline V128 F64x2Le(V128 a, V128 b) { return vector::pack(vector::lanes<double>(a) <= vector::lanes<double>(b)); }
inline V128 F64x2Ge(V128 a, V128 b) { return vector::pack(vector::lanes<double>(a) >= vector::lanes<double>(b)); }

// --- bits
inline V128 V128Not(V128 a) { return vector::pack(~vector::bits(a)); }
inline V128 V128And(V128 a, V128 b) { return vector::pack(vector::bits(a) & vector::bits(b)); }
inline V128 V128Andnot(V128 a, V128 b) { return vector::pack(vector::bits(a) & ~vector::bits(b)); }
inline V128 V128Or(V128 a, V128 b) { return vector::pack(vector::bits(a) | vector::bits(b)); }
inline V128 V128Xor(V128 a, V128 b) { return vector::pack(vector::bits(a) ^ vector::bits(b)); }
inline V128 V128Bitselect(V128 a, V128 b, V128 c) { return vector::bitselect(a, b, c); }
inline uint32_t V128AnyTrue(V128 a) { return (a.low | a.high) != 0; }
inline uint32_t I8x16AllTrue(V128 a) { return vector::all_true<uint8_t>(a); }
inline uint32_t I8x16Bitmask(V128 a) { return vector::bitmask<uint8_t>(a); }
inline uint32_t I16x8AllTrue(V128 a) { return vector::all_true<uint16_t>(a); }
inline uint32_t I16x8Bitmask(V128 a) { return vector::bitmask<uint16_t>(a); }
inline uint32_t I32x4AllTrue(V128 a) { return vector::all_true<uint32_t>(a); }
inline uint32_t I32x4Bitmask(V128 a) { return vector::bitmask<uint32_t>(a); }
inline uint32_t I64x2AllTrue(V128 a) { return vector::all_true<uint64_t>(a); }
inline uint32_t I64x2Bitmask(V128 a) { return vector::bitmask<uint64_t>(a); }

// --- integers
inline V128 I8x16Abs(V128 a) { return vector::abs_lanes<int8_t>(a); }
inline V128 I8x16Neg(V128 a) { return vector::neg_lanes<uint8_t>(a); }
inline V128 I8x16Popcnt(V128 a) {
  return vector::map<uint8_t>(a, [](uint8_t x) { return std::popcount(x); });
}
inline V128 I8x16Shl(V128 a, uint32_t b) { return vector::shl<uint8_t>(a, b); }
inline V128 I8x16ShrS(V128 a, uint32_t b) { return vector::shr<int8_t>(a, b); }
inline V128 I8x16ShrU(V128 a, uint32_t b) { return vector::shr<uint8_t>(a, b); }
inline V128 I8x16Add(V128 a, V128 b) { return vector::pack(vector::lanes<uint8_t>(a) + vector::lanes<uint8_t>(b)); }
inline V128 I8x16Sub(V128 a, V128 b) { return vector::pack(vector::lanes<uint8_t>(a) - vector::lanes<uint8_t>(b)); }
inline V128 I8x16AddSatS(V128 a, V128 b) { return vector::add_sat<int8_t>(a, b); }
inline V128 I8x16AddSatU(V128 a, V128 b) { return vector::add_sat<uint8_t>(a, b); }
inline V128 I8x16SubSatS(V128 a, V128 b) { return vector::sub_sat<int8_t>(a, b); }
inline V128 I8x16SubSatU(V128 a, V128 b) { return vector::sub_sat<uint8_t>(a, b); }
inline V128 I8x16MinS(V128 a, V128 b) { return vector::lower<int8_t>(a, b); }
inline V128 I8x16MinU(V128 a, V128 b) { return vector::lower<uint8_t>(a, b); }
inline V128 I8x16MaxS(V128 a, V128 b) { return vector::higher<int8_t>(a, b); }
inline V128 I8x16MaxU(V128 a, V128 b) { return vector::higher<uint8_t>(a, b); }
inline V128 I8x16AvgrU(V128 a, V128 b) { return vector::average<uint8_t>(a, b); }
inline V128 I16x8Abs(V128 a) { return vector::abs_lanes<int16_t>(a); }
inline V128 I16x8Neg(V128 a) { return vector::neg_lanes<uint16_t>(a); }
inline V128 I16x8Shl(V128 a, uint32_t b) { return vector::shl<uint16_t>(a, b); }
inline V128 I16x8ShrS(V128 a, uint32_t b) { return vector::shr<int16_t>(a, b); }
inline V128 I16x8ShrU(V128 a, uint32_t b) { return vector::shr<uint16_t>(a, b); }
inline V128 I16x8Add(V128 a, V128 b) { return vector::pack(vector::lanes<uint16_t>(a) + vector::lanes<uint16_t>(b)); }
inline V128 I16x8Sub(V128 a, V128 b) { return vector::pack(vector::lanes<uint16_t>(a) - vector::lanes<uint16_t>(b)); }
inline V128 I16x8Mul(V128 a, V128 b) { return vector::pack(vector::lanes<uint16_t>(a) * vector::lanes<uint16_t>(b)); }
inline V128 I16x8AddSatS(V128 a, V128 b) { return vector::add_sat<int16_t>(a, b); }
inline V128 I16x8AddSatU(V128 a, V128 b) { return vector::add_sat<uint16_t>(a, b); }
inline V128 I16x8SubSatS(V128 a, V128 b) { return vector::sub_sat<int16_t>(a, b); }
inline V128 I16x8SubSatU(V128 a, V128 b) { return vector::sub_sat<uint16_t>(a, b); }
inline V128 I16x8MinS(V128 a, V128 b) { return vector::lower<int16_t>(a, b); }
inline V128 I16x8MinU(V128 a, V128 b) { return vector::lower<uint16_t>(a, b); }
inline V128 I16x8MaxS(V128 a, V128 b) { return vector::higher<int16_t>(a, b); }
inline V128 I16x8MaxU(V128 a, V128 b) { return vector::higher<uint16_t>(a, b); }
inline V128 I16x8AvgrU(V128 a, V128 b) { return vector::average<uint16_t>(a, b); }
inline V128 I32x4Abs(V128 a) { return vector::abs_lanes<int32_t>(a); }
inline V128 I32x4Neg(V128 a) { return vector::neg_lanes<uint32_t>(a); }
inline V128 I32x4Shl(V128 a, uint32_t b) { return vector::shl<uint32_t>(a, b); }
inline V128 I32x4ShrS(V128 a, uint32_t b) { return vector::shr<int32_t>(a, b); }
inline V128 I32x4ShrU(V128 a, uint32_t b) { return vector::shr<uint32_t>(a, b); }
inline V128 I32x4Add(V128 a, V128 b) { return vector::pack(vector::lanes<uint32_t>(a) + vector::lanes<uint32_t>(b)); }
inline V128 I32x4Sub(V128 a, V128 b) { return vector::pack(vector::lanes<uint32_t>(a) - vector::lanes<uint32_t>(b)); }
inline V128 I32x4Mul(V128 a, V128 b) { return vector::pack(vector::lanes<uint32_t>(a) * vector::lanes<uint32_t>(b)); }
inline V128 I32x4MinS(V128 a, V128 b) { return vector::lower<int32_t>(a, b); }
inline V128 I32x4MinU(V128 a, V128 b) { return vector::lower<uint32_t>(a, b); }
inline V128 I32x4MaxS(V128 a, V128 b) { return vector::higher<int32_t>(a, b); }
inline V128 I32x4MaxU(V128 a, V128 b) { return vector::higher<uint32_t>(a, b); }
inline V128 I64x2Abs(V128 a) { return vector::abs_lanes<int64_t>(a); }
inline V128 I64x2Neg(V128 a) { return vector::neg_lanes<uint64_t>(a); }
inline V128 I64x2Shl(V128 a, uint32_t b) { return vector::shl<uint64_t>(a, b); }
inline V128 I64x2ShrS(V128 a, uint32_t b) { return vector::shr<int64_t>(a, b); }
inline V128 I64x2ShrU(V128 a, uint32_t b) { return vector::shr<uint64_t>(a, b); }
inline V128 I64x2Add(V128 a, V128 b) { return vector::pack(vector::lanes<uint64_t>(a) + vector::lanes<uint64_t>(b)); }
inline V128 I64x2Sub(V128 a, V128 b) { return vector::pack(vector::lanes<uint64_t>(a) - vector::lanes<uint64_t>(b)); }
inline V128 I64x2Mul(V128 a, V128 b) { return vector::pack(vector::lanes<uint64_t>(a) * vector::lanes<uint64_t>(b)); }
inline V128 I16x8Q15mulrSatS(V128 a, V128 b) { return vector::map<int16_t>(a, b, vector::q15_product); }
inline V128 I32x4DotI16x8S(V128 a, V128 b) {
  using U = vector::Lanes<uint32_t>;   // the sum of two squares of -2^15 wraps
  return vector::pack((U)(vector::even<int32_t>(a) * vector::even<int32_t>(b)) +
                      (U)(vector::odd<int32_t>(a) * vector::odd<int32_t>(b)));
}
inline V128 I16x8ExtendLowI8x16S(V128 a) { return vector::extend<int16_t, int8_t, vector::Half::Low>(a); }
inline V128 I16x8ExtendLowI8x16U(V128 a) { return vector::extend<uint16_t, uint8_t, vector::Half::Low>(a); }
inline V128 I16x8ExtendHighI8x16S(V128 a) { return vector::extend<int16_t, int8_t, vector::Half::High>(a); }
inline V128 I16x8ExtendHighI8x16U(V128 a) { return vector::extend<uint16_t, uint8_t, vector::Half::High>(a); }
inline V128 I16x8ExtmulLowI8x16S(V128 a, V128 b) { return vector::extmul<int16_t, int8_t, vector::Half::Low>(a, b); }
inline V128 I16x8ExtmulLowI8x16U(V128 a, V128 b) { return vector::extmul<uint16_t, uint8_t, vector::Half::Low>(a, b); }
inline V128 I16x8ExtmulHighI8x16S(V128 a, V128 b) { return vector::extmul<int16_t, int8_t, vector::Half::High>(a, b); }
inline V128 I16x8ExtmulHighI8x16U(V128 a, V128 b) {
  return vector::extmul<uint16_t, uint8_t, vector::Half::High>(a, b);
}
inline V128 I16x8ExtaddPairwiseI8x16S(V128 a) { return vector::extadd_pairwise<int16_t>(a); }
inline V128 I8x16NarrowI16x8S(V128 a, V128 b) { return vector::narrow<int8_t, int16_t>(a, b); }
inline V128 I16x8ExtaddPairwiseI8x16U(V128 a) { return vector::extadd_pairwise<uint16_t>(a); }
inline V128 I8x16NarrowI16x8U(V128 a, V128 b) { return vector::narrow<uint8_t, int16_t>(a, b); }
inline V128 I32x4ExtendLowI16x8S(V128 a) { return vector::extend<int32_t, int16_t, vector::Half::Low>(a); }
inline V128 I32x4ExtendLowI16x8U(V128 a) { return vector::extend<uint32_t, uint16_t, vector::Half::Low>(a); }
inline V128 I32x4ExtendHighI16x8S(V128 a) { return vector::extend<int32_t, int16_t, vector::Half::High>(a); }
inline V128 I32x4ExtendHighI16x8U(V128 a) { return vector::extend<uint32_t, uint16_t, vector::Half::High>(a); }
inline V128 I32x4ExtmulLowI16x8S(V128 a, V128 b) { return vector::extmul<int32_t, int16_t, vector::Half::Low>(a, b); }
inline V128 I32x4ExtmulLowI16x8U(V128 a, V128 b) { return vector::extmul<uint32_t, uint16_t, vector::Half::Low>(a, b); }
inline V128 I32x4ExtmulHighI16x8S(V128 a, V128 b) { return vector::extmul<int32_t, int16_t, vector::Half::High>(a, b); }
inline V128 I32x4ExtmulHighI16x8U(V128 a, V128 b) {
  return vector::extmul<uint32_t, uint16_t, vector::Half::High>(a, b);
}
inline V128 I32x4ExtaddPairwiseI16x8S(V128 a) { return vector::extadd_pairwise<int32_t>(a); }
inline V128 I16x8NarrowI32x4S(V128 a, V128 b) { return vector::narrow<int16_t, int32_t>(a, b); }
inline V128 I32x4ExtaddPairwiseI16x8U(V128 a) { return vector::extadd_pairwise<uint32_t>(a); }
inline V128 I16x8NarrowI32x4U(V128 a, V128 b) { return vector::narrow<uint16_t, int32_t>(a, b); }
inline V128 I64x2ExtendLowI32x4S(V128 a) { return vector::extend<int64_t, int32_t, vector::Half::Low>(a); }
inline V128 I64x2ExtendLowI32x4U(V128 a) { return vector::extend<uint64_t, uint32_t, vector::Half::Low>(a); }
inline V128 I64x2ExtendHighI32x4S(V128 a) { return vector::extend<int64_t, int32_t, vector::Half::High>(a); }
inline V128 I64x2ExtendHighI32x4U(V128 a) { return vector::extend<uint64_t, uint32_t, vector::Half::High>(a); }
inline V128 I64x2ExtmulLowI32x4S(V128 a, V128 b) { return vector::extmul<int64_t, int32_t, vector::Half::Low>(a, b); }
inline V128 I64x2ExtmulLowI32x4U(V128 a, V128 b) { return vector::extmul<uint64_t, uint32_t, vector::Half::Low>(a, b); }
inline V128 I64x2ExtmulHighI32x4S(V128 a, V128 b) { return vector::extmul<int64_t, int32_t, vector::Half::High>(a, b); }
inline V128 I64x2ExtmulHighI32x4U(V128 a, V128 b) {
  return vector::extmul<uint64_t, uint32_t, vector::Half::High>(a, b);
}

// --- floating point
inline V128 F32x4Abs(V128 a) { return vector::abs_float<float>(a); }
inline V128 F32x4Neg(V128 a) { return vector::neg_float<float>(a); }
inline V128 F32x4Ceil(V128 a) { return vector::map<float>(a, F32Ceil); }
inline V128 F32x4Floor(V128 a) { return vector::map<float>(a, F32Floor); }
inline V128 F32x4Trunc(V128 a) { return vector::map<float>(a, F32Trunc); }
inline V128 F32x4Nearest(V128 a) { return vector::map<float>(a, F32Nearest); }
inline V128 F32x4Sqrt(V128 a) { return vector::map<float>(a, F32Sqrt); }
inline V128 F32x4Add(V128 a, V128 b) {
  return vector::pack(vector::canonical<float>(vector::lanes<float>(a) + vector::lanes<float>(b)));
}
inline V128 F32x4Sub(V128 a, V128 b) {
  return vector::pack(vector::canonical<float>(vector::lanes<float>(a) - vector::lanes<float>(b)));
}
inline V128 F32x4Mul(V128 a, V128 b) {
  return vector::pack(vector::canonical<float>(vector::lanes<float>(a) * vector::lanes<float>(b)));
}
inline V128 F32x4Div(V128 a, V128 b) {
  return vector::pack(vector::canonical<float>(vector::lanes<float>(a) / vector::lanes<float>(b)));
}
inline V128 F32x4Min(V128 a, V128 b) { return vector::min<float>(a, b); }
inline V128 F32x4Max(V128 a, V128 b) { return vector::max<float>(a, b); }
inline V128 F32x4Pmin(V128 a, V128 b) { return vector::pmin<float>(a, b); }
inline V128 F32x4Pmax(V128 a, V128 b) { return vector::pmax<float>(a, b); }
inline V128 F64x2Abs(V128 a) { return vector::abs_float<double>(a); }
inline V128 F64x2Neg(V128 a) { return vector::neg_float<double>(a); }
inline V128 F64x2Ceil(V128 a) { return vector::map<double>(a, F64Ceil); }
inline V128 F64x2Floor(V128 a) { return vector::map<double>(a, F64Floor); }
inline V128 F64x2Trunc(V128 a) { return vector::map<double>(a, F64Trunc); }
inline V128 F64x2Nearest(V128 a) { return vector::map<double>(a, F64Nearest); }
inline V128 F64x2Sqrt(V128 a) { return vector::map<double>(a, F64Sqrt); }
inline V128 F64x2Add(V128 a, V128 b) {
  return vector::pack(vector::canonical<double>(vector::lanes<double>(a) + vector::lanes<double>(b)));
}
inline V128 F64x2Sub(V128 a, V128 b) {
  return vector::pack(vector::canonical<double>(vector::lanes<double>(a) - vector::lanes<double>(b)));
}
inline V128 F64x2Mul(V128 a, V128 b) {
  return vector::pack(vector::canonical<double>(vector::lanes<double>(a) * vector::lanes<double>(b)));
}
inline V128 F64x2Div(V128 a, V128 b) {
  return vector::pack(vector::canonical<double>(vector::lanes<double>(a) / vector::lanes<double>(b)));
}
inline V128 F64x2Min(V128 a, V128 b) { return vector::min<double>(a, b); }
inline V128 F64x2Max(V128 a, V128 b) { return vector::max<double>(a, b); }
inline V128 F64x2Pmin(V128 a, V128 b) { return vector::pmin<double>(a, b); }
inline V128 F64x2Pmax(V128 a, V128 b) { return vector::pmax<double>(a, b); }

// --- conversions
inline V128 I32x4TruncSatF32x4S(V128 a) { return vector::convert<uint32_t, float>(a, I32TruncSatF32S); }
inline V128 I32x4TruncSatF32x4U(V128 a) { return vector::convert<uint32_t, float>(a, I32TruncSatF32U); }
inline V128 F32x4ConvertI32x4S(V128 a) { return vector::convert<float, uint32_t>(a, F32ConvertI32S); }
inline V128 F32x4ConvertI32x4U(V128 a) { return vector::convert<float, uint32_t>(a, F32ConvertI32U); }
inline V128 I32x4TruncSatF64x2SZero(V128 a) { return vector::convert<uint32_t, double>(a, I32TruncSatF64S); }
inline V128 I32x4TruncSatF64x2UZero(V128 a) { return vector::convert<uint32_t, double>(a, I32TruncSatF64U); }
inline V128 F64x2ConvertLowI32x4S(V128 a) { return vector::convert<double, uint32_t>(a, F64ConvertI32S); }
inline V128 F64x2ConvertLowI32x4U(V128 a) { return vector::convert<double, uint32_t>(a, F64ConvertI32U); }
inline V128 F32x4DemoteF64x2Zero(V128 a) { return vector::convert<float, double>(a, F32DemoteF64); }
inline V128 F64x2PromoteLowF32x4(V128 a) { return vector::convert<double, float>(a, F64PromoteF32); }

// --- relaxed
inline V128 I8x16RelaxedSwizzle(V128 a, V128 b) { return I8x16Swizzle(a, b); }
inline V128 I32x4RelaxedTruncF32x4S(V128 a) { return I32x4TruncSatF32x4S(a); }
inline V128 I32x4RelaxedTruncF32x4U(V128 a) { return I32x4TruncSatF32x4U(a); }
inline V128 I32x4RelaxedTruncF64x2SZero(V128 a) { return I32x4TruncSatF64x2SZero(a); }
inline V128 I32x4RelaxedTruncF64x2UZero(V128 a) { return I32x4TruncSatF64x2UZero(a); }
inline V128 F32x4RelaxedMadd(V128 a, V128 b, V128 c) { return vector::madd<float>(a, b, c); }
inline V128 F32x4RelaxedNmadd(V128 a, V128 b, V128 c) { return vector::madd<float>(vector::neg_float<float>(a), b, c); }
inline V128 F64x2RelaxedMadd(V128 a, V128 b, V128 c) { return vector::madd<double>(a, b, c); }
inline V128 F64x2RelaxedNmadd(V128 a, V128 b, V128 c) {
  return vector::madd<double>(vector::neg_float<double>(a), b, c);
}
inline V128 I8x16RelaxedLaneselect(V128 a, V128 b, V128 c) { return V128Bitselect(a, b, c); }
inline V128 I16x8RelaxedLaneselect(V128 a, V128 b, V128 c) { return V128Bitselect(a, b, c); }
inline V128 I32x4RelaxedLaneselect(V128 a, V128 b, V128 c) { return V128Bitselect(a, b, c); }
inline V128 I64x2RelaxedLaneselect(V128 a, V128 b, V128 c) { return V128Bitselect(a, b, c); }
inline V128 F32x4RelaxedMin(V128 a, V128 b) { return F32x4Min(a, b); }
inline V128 F32x4RelaxedMax(V128 a, V128 b) { return F32x4Max(a, b); }
inline V128 F64x2RelaxedMin(V128 a, V128 b) { return F64x2Min(a, b); }
inline V128 F64x2RelaxedMax(V128 a, V128 b) { return F64x2Max(a, b); }
inline V128 I16x8RelaxedQ15mulrS(V128 a, V128 b) { return I16x8Q15mulrSatS(a, b); }
inline V128 I16x8RelaxedDotI8x16I7x16S(V128 a, V128 b) {
  return vector::add_sat<int16_t>(vector::pack(vector::even<int16_t>(a) * vector::even<int16_t>(b)),
                                  vector::pack(vector::odd<int16_t>(a) * vector::odd<int16_t>(b)));
}
inline V128 I32x4RelaxedDotI8x16I7x16AddS(V128 a, V128 b, V128 c) {
  return I32x4Add(I32x4ExtaddPairwiseI16x8S(I16x8RelaxedDotI8x16I7x16S(a, b)), c);
}

}  // namespace wasmscope::wasm
