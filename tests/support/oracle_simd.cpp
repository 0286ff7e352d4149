// SPDX-License-Identifier: Apache-2.0
#include "tests/support/oracle_simd.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "engine/base/try.h"
#include "tests/support/oracle_numeric.h"

namespace wasmscope::test {
namespace {

using runtime::Value;
using wasm::Imm;
using wasm::Op;
__extension__ using Int = __int128;

constexpr Int pow2(int exponent) { return Int{1} << exponent; }

struct Shape {
  char kind = 'v';   // i f v
  int bits = 128;
  int lanes = 1;
  std::string scalar() const { return kind + std::to_string(bits); }
};

// "i16x8"; the name of a shape may stand anywhere in the text.
Shape shape_at(std::string_view text) {
  Shape shape;
  shape.kind = text[0];
  size_t at = 1;
  const auto number = [&] {
    int value = 0;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) value = value * 10 + (text[at] - '0');
    return value;
  };
  shape.bits = number();
  if (at < text.size() && text[at] == 'x') {
    ++at;
    shape.lanes = number();
  }
  return shape;
}

uint64_t lane_of(const VectorBytes& bytes, int width, int index) {
  uint64_t value = 0;
  for (int k = width / 8; k-- > 0;) value = value << 8 | bytes[static_cast<size_t>(index * width / 8 + k)];
  return value;
}
void set_lane(VectorBytes& bytes, int width, int index, uint64_t value) {
  for (int k = 0; k < width / 8; ++k) {
    bytes[static_cast<size_t>(index * width / 8 + k)] = static_cast<uint8_t>(value);
    value >>= 8;
  }
}

Int as_signed(uint64_t bits, int width) { return bits >> (width - 1) & 1 ? Int{bits} - pow2(width) : Int{bits}; }
Int read_as(uint64_t bits, int width, bool is_signed) { return is_signed ? as_signed(bits, width) : Int{bits}; }
uint64_t wrap(Int value, int width) {
  Int rest = value % pow2(width);
  if (rest < 0) rest += pow2(width);
  return static_cast<uint64_t>(rest);
}
Int saturate(Int value, int width, bool is_signed) {
  const Int low = is_signed ? -pow2(width - 1) : Int{0}, high = is_signed ? pow2(width - 1) - 1 : pow2(width) - 1;
  return std::clamp(value, low, high);
}
Int halve_down(Int value) { return (value - (value % 2 != 0 ? 1 : 0)) / 2; }

uint64_t scalar(const std::string& name, uint64_t a, uint64_t b = 0) {
  const Op op = wasm::op_from_text(name);
  CHECK(op != Op::Count_ && is_numeric(op));
  return evaluate_numeric(op, a, b).bits;
}

struct Call {
  std::string_view name;   // after the dot
  Shape shape;             // before it
  bool is_signed = false;
  VectorBytes a{}, b{}, c{};

  bool is(std::string_view other) const { return name == other; }
  bool begins(std::string_view prefix) const { return name.starts_with(prefix); }
  Int lane(const VectorBytes& from, int index) const {
    return read_as(lane_of(from, shape.bits, index), shape.bits, is_signed);
  }
};

// Of lanes of integers, each on its own.
Int integer_lane(const Call& in, Int x, Int y) {
  const int bits = in.shape.bits;
  const auto truth = [&](bool is_true) { return is_true ? pow2(bits) - 1 : Int{0}; };
  const std::string_view name = in.name;
  if (name == "eq") return truth(x == y);
  if (name == "ne") return truth(x != y);
  if (in.begins("lt")) return truth(x < y);
  if (in.begins("gt")) return truth(x > y);
  if (in.begins("le")) return truth(x <= y);
  if (in.begins("ge")) return truth(x >= y);
  if (name == "add") return x + y;
  if (name == "sub") return x - y;
  if (name == "mul") return x * (y % pow2(32)) + wrap(x * (y / pow2(32)), 32) * pow2(32);
  if (in.begins("add_sat")) return saturate(x + y, bits, in.is_signed);
  if (in.begins("sub_sat")) return saturate(x - y, bits, in.is_signed);
  if (in.begins("min")) return x < y ? x : y;
  if (in.begins("max")) return x < y ? y : x;
  if (name == "avgr_u") return (x + y + 1) / 2;
  if (name == "q15mulr_sat_s") {
    Int product = x * y + pow2(14);
    for (int i = 0; i < 15; ++i) product = halve_down(product);
    return saturate(product, bits, true);
  }
  if (name == "neg") return -x;
  if (name == "abs") return x < 0 ? -x : x;
  if (name == "popcnt") {
    Int count = 0;
    for (; x != 0; x /= 2) count += x % 2;
    return count;
  }
  CHECK(!"an integer operation the oracle does not know");
  return 0;
}

uint64_t float_lane(const Call& in, uint64_t x, uint64_t y) {
  const std::string of = in.shape.scalar() + ".";
  const uint64_t ones = in.shape.bits == 32 ? 0xFFFFFFFF : ~uint64_t{0};
  for (const std::string_view compare : {"eq", "ne", "lt", "gt", "le", "ge"})
    if (in.is(compare)) return scalar(of + std::string(compare), x, y) != 0 ? ones : 0;
  if (in.is("pmin")) return scalar(of + "lt", y, x) != 0 ? y : x;
  if (in.is("pmax")) return scalar(of + "lt", x, y) != 0 ? y : x;
  return scalar(of + std::string(in.name), x, y);
}

VectorBytes extended(const VectorBytes& from, const Shape& narrow, const Shape& wide, bool is_high, bool is_signed) {
  VectorBytes result{};
  for (int i = 0; i < wide.lanes; ++i) {
    const int source = is_high ? i + wide.lanes : i;
    set_lane(result, wide.bits, i,
             wrap(read_as(lane_of(from, narrow.bits, source), narrow.bits, is_signed), wide.bits));
  }
  return result;
}

VectorBytes across_shapes(const Call& in) {
  VectorBytes result{};
  const Shape& wide = in.shape;
  // "extmul_low_i8x16_s": the other shape is the last word but one.
  size_t at = in.name.find_first_of("0123456789");
  const Shape other = shape_at(in.name.substr(at - 1));
  const bool is_high = in.name.find("high") != std::string_view::npos;
  const auto narrow_lane = [&](const VectorBytes& from, int i) {
    return read_as(lane_of(from, other.bits, i), other.bits, in.is_signed);
  };
  if (in.begins("extend")) return extended(in.a, other, wide, is_high, in.is_signed);
  for (int i = 0; i < wide.lanes; ++i) {
    Int value = 0;
    if (in.begins("extmul")) {
      const int k = is_high ? i + wide.lanes : i;
      value = narrow_lane(in.a, k) * narrow_lane(in.b, k);
    } else if (in.begins("extadd")) {
      value = narrow_lane(in.a, 2 * i) + narrow_lane(in.a, 2 * i + 1);
    } else if (in.begins("dot")) {
      value = narrow_lane(in.a, 2 * i) * narrow_lane(in.b, 2 * i) +
              narrow_lane(in.a, 2 * i + 1) * narrow_lane(in.b, 2 * i + 1);
    } else {
      CHECK(in.begins("narrow"));
      const bool is_second = i >= other.lanes;
      const uint64_t from = lane_of(is_second ? in.b : in.a, other.bits, is_second ? i - other.lanes : i);
      value = saturate(as_signed(from, other.bits), wide.bits, in.is_signed);
    }
    set_lane(result, wide.bits, i, wrap(value, wide.bits));
  }
  return result;
}

// "f64x2.convert_low_i32x4_s" converts as "f64.convert_i32_s"; lanes that have no source are zero.
VectorBytes converted(const Call& in) {
  const Shape other = shape_at(in.name.substr(in.name.find_first_of("0123456789") - 1));
  std::string name = in.shape.scalar() + ".";
  name += in.begins("trunc")     ? "trunc_sat_"
          : in.begins("convert") ? "convert_"
          : in.begins("demote")  ? "demote_"
                                 : "promote_";
  name += other.scalar();
  if (in.begins("trunc") || in.begins("convert")) name += in.is_signed ? "_s" : "_u";
  VectorBytes result{};
  for (int i = 0; i < std::min(in.shape.lanes, other.lanes); ++i)
    set_lane(result, in.shape.bits, i, scalar(name, lane_of(in.a, other.bits, i)));
  return result;
}

VectorBytes multiplied_and_added(const Call& in, bool is_negated) {
  const std::string of = in.shape.scalar() + ".";
  VectorBytes result{};
  for (int i = 0; i < in.shape.lanes; ++i) {
    const auto of_lane = [&](const VectorBytes& from) { return lane_of(from, in.shape.bits, i); };
    const uint64_t x = is_negated ? scalar(of + "neg", of_lane(in.a)) : of_lane(in.a);
    set_lane(result, in.shape.bits, i, scalar(of + "add", scalar(of + "mul", x, of_lane(in.b)), of_lane(in.c)));
  }
  return result;
}

VectorBytes dot_of_bytes(const VectorBytes& a, const VectorBytes& b) {
  VectorBytes result{};
  for (int i = 0; i < 8; ++i) {
    Int sum = 0;
    for (int k = 2 * i; k < 2 * i + 2; ++k) sum += as_signed(lane_of(a, 8, k), 8) * as_signed(lane_of(b, 8, k), 8);
    set_lane(result, 16, i, wrap(saturate(sum, 16, true), 16));
  }
  return result;
}

VectorBytes bit_by_bit(std::string_view name, const VectorBytes& a, const VectorBytes& b, const VectorBytes& c) {
  VectorBytes result{};
  for (size_t i = 0; i < 128; ++i) {
    const auto bit = [&](const VectorBytes& from) { return (from[i / 8] >> (i % 8) & 1) != 0; };
    const bool x = bit(a), y = bit(b);
    const bool is_set = name == "not"      ? !x
                        : name == "and"    ? x && y
                        : name == "andnot" ? x && !y
                        : name == "or"     ? x || y
                        : name == "xor"    ? x != y
                                           : (bit(c) ? x : y);
    if (is_set) result[i / 8] = static_cast<uint8_t>(result[i / 8] | 1 << (i % 8));
  }
  return result;
}

VectorBytes picked(const VectorBytes& a, const VectorBytes& b, const VectorBytes& indices, uint8_t limit) {
  VectorBytes result{};
  for (size_t i = 0; i < 16; ++i)
    if (indices[i] < limit) result[i] = indices[i] < 16 ? a[indices[i]] : b[indices[i] - 16u];
  return result;
}

VectorBytes shifted(const Call& in, uint64_t count) {
  VectorBytes result{};
  for (int i = 0; i < in.shape.lanes; ++i) {
    Int value = in.lane(in.a, i);
    for (uint64_t k = count % static_cast<uint64_t>(in.shape.bits); k > 0; --k)
      value = in.is("shl") ? Int{wrap(value * 2, in.shape.bits)} : halve_down(value);
    set_lane(result, in.shape.bits, i, wrap(value, in.shape.bits));
  }
  return result;
}

// An i32 from a whole vector.
uint32_t summary(const Call& in) {
  if (in.is("any_true")) return std::any_of(in.a.begin(), in.a.end(), [](uint8_t byte) { return byte != 0; });
  uint32_t mask = 0, zeros = 0;
  for (int i = 0; i < in.shape.lanes; ++i) {
    const uint64_t lane = lane_of(in.a, in.shape.bits, i);
    if (lane >> (in.shape.bits - 1) & 1) mask += uint32_t{1} << i;
    if (lane == 0) ++zeros;
  }
  return in.is("bitmask") ? mask : zeros == 0;
}

VectorBytes vector_result(const Call& in) {
  const Shape& shape = in.shape;
  if (in.is("relaxed_madd") || in.is("relaxed_nmadd")) return multiplied_and_added(in, in.is("relaxed_nmadd"));
  if (in.is("relaxed_dot_i8x16_i7x16_s")) return dot_of_bytes(in.a, in.b);
  if (in.is("relaxed_dot_i8x16_i7x16_add_s")) {
    const VectorBytes dot = dot_of_bytes(in.a, in.b);
    VectorBytes result{};
    for (int i = 0; i < 4; ++i)
      set_lane(result, 32, i,
               wrap(as_signed(lane_of(dot, 16, 2 * i), 16) + as_signed(lane_of(dot, 16, 2 * i + 1), 16) +
                        Int{lane_of(in.c, 32, i)},
                    32));
    return result;
  }
  if (in.begins("relaxed_")) {
    Call plain = in;
    plain.name.remove_prefix(std::string_view("relaxed_").size());
    if (plain.is("q15mulr_s")) plain.name = "q15mulr_sat_s";
    return vector_result(plain);
  }
  if (shape.kind == 'v' || in.is("laneselect")) return bit_by_bit(in.name, in.a, in.b, in.c);
  if (in.is("swizzle")) return picked(in.a, in.a, in.b, 16);
  if (in.begins("trunc_") || in.begins("convert") || in.begins("demote") || in.begins("promote")) return converted(in);
  if (in.begins("ext") || in.begins("dot") || in.begins("narrow")) return across_shapes(in);
  VectorBytes result{};
  for (int i = 0; i < shape.lanes; ++i)
    set_lane(result, shape.bits, i,
             shape.kind == 'f' ? float_lane(in, lane_of(in.a, shape.bits, i), lane_of(in.b, shape.bits, i))
                               : wrap(integer_lane(in, in.lane(in.a, i), in.lane(in.b, i)), shape.bits));
  return result;
}

}  // namespace

VectorBytes bytes_of(const Value& vector) {
  VectorBytes bytes{};
  set_lane(bytes, 64, 0, vector.bits);
  set_lane(bytes, 64, 1, vector.high);
  return bytes;
}
Value vector_of(const VectorBytes& bytes) { return {wasm::kV128, lane_of(bytes, 64, 0), lane_of(bytes, 64, 1)}; }

bool is_vector(Op op) {
  const wasm::OpInfo& row = wasm::info(op);
  return row.category == wasm::Category::Vector && row.width == 0;
}

Value evaluate_vector(Op op, std::span<const Value> operands, uint32_t lane, const VectorBytes& immediate) {
  const wasm::OpInfo& row = wasm::info(op);
  const size_t dot = row.text.find('.');
  Call in;
  in.name = row.text.substr(dot + 1);
  in.shape = shape_at(row.text);
  in.is_signed = row.text.ends_with("_s") || row.text.ends_with("_s_zero") || in.is("abs");
  in.a = bytes_of(operands[0]);
  if (operands.size() > 1) in.b = bytes_of(operands[1]);
  if (operands.size() > 2) in.c = bytes_of(operands[2]);
  const auto index = static_cast<int>(lane);
  if (in.is("shuffle")) return vector_of(picked(in.a, in.b, immediate, 32));
  if (in.is("splat")) {
    VectorBytes result{};
    for (int i = 0; i < in.shape.lanes; ++i) set_lane(result, in.shape.bits, i, operands[0].bits);
    return vector_of(result);
  }
  if (in.is("replace_lane")) {
    set_lane(in.a, in.shape.bits, index, operands[1].bits);
    return vector_of(in.a);
  }
  if (in.begins("extract_lane")) {
    const Int value = read_as(lane_of(in.a, in.shape.bits, index), in.shape.bits, in.is_signed);
    const char letter = row.signature.back();
    const wasm::ValType type = letter == 'i'   ? wasm::kI32
                               : letter == 'l' ? wasm::kI64
                               : letter == 'f' ? wasm::kF32
                                               : wasm::kF64;
    return {type, wrap(value, letter == 'i' || letter == 'f' ? 32 : 64), 0};
  }
  if (in.begins("sh")) return vector_of(shifted(in, operands[1].bits));
  if (row.signature.back() == 'i') return Value::i32(summary(in));
  return vector_of(vector_result(in));
}

// "v128.load8x8_s", "v128.load16_splat", "v128.load32_zero", "v128.load8_lane"
Value loaded_vector(Op op, std::span<const uint8_t> accessed, const Value& old, uint32_t lane) {
  const std::string_view text = wasm::info(op).text;
  VectorBytes result{};
  if (text.ends_with("_lane")) {
    result = bytes_of(old);
    std::copy(accessed.begin(), accessed.end(), result.begin() + static_cast<ptrdiff_t>(lane * accessed.size()));
  } else if (text.ends_with("_splat")) {
    for (size_t i = 0; i < 16; ++i) result[i] = accessed[i % accessed.size()];
  } else {
    std::copy(accessed.begin(), accessed.end(), result.begin());
    const bool is_signed = text.ends_with("_s");
    if (is_signed || text.ends_with("_u")) {
      const Shape narrow = shape_at(text.substr(text.find("load") + 3));
      result = extended(result, narrow, {'i', narrow.bits * 2, narrow.lanes}, false, is_signed);
    }
  }
  return vector_of(result);
}

std::vector<uint8_t> stored_bytes(Op op, const Value& vector, uint32_t lane) {
  const VectorBytes bytes = bytes_of(vector);
  const size_t width = wasm::info(op).width;
  const auto begin = bytes.begin() + static_cast<ptrdiff_t>(lane * width);
  return {begin, begin + static_cast<ptrdiff_t>(width)};
}

bool is_wide(Op op) { return wasm::info(op).feature == wasm::Feature::WideArithmetic; }

std::array<uint64_t, 2> evaluate_wide(Op op, std::span<const Value> operands) {
  const std::string_view name = wasm::info(op).text;
  uint64_t low = 0, high = 0;
  if (name.starts_with("i64.mul_wide")) {
    // By digits of 32 bits, as on paper; negative factors by their magnitudes.
    uint64_t x = operands[0].bits, y = operands[1].bits;
    const bool is_signed = name.ends_with("_s");
    const bool is_negative = is_signed && ((x ^ y) >> 63) != 0;
    if (is_signed && x >> 63) x = 0 - x;
    if (is_signed && y >> 63) y = 0 - y;
    const uint64_t digits_x[2] = {x & 0xFFFFFFFF, x >> 32}, digits_y[2] = {y & 0xFFFFFFFF, y >> 32};
    uint64_t digits[4] = {};
    for (int i = 0; i < 2; ++i) {
      uint64_t carry = 0;
      for (int k = 0; k < 2; ++k) {
        const uint64_t sum = digits_x[i] * digits_y[k] + digits[i + k] + carry;
        digits[i + k] = sum & 0xFFFFFFFF;
        carry = sum >> 32;
      }
      digits[i + 2] += carry;
    }
    low = digits[1] << 32 | digits[0];
    high = digits[3] << 32 | digits[2];
    if (is_negative) {
      low = 0 - low;
      high = ~high + (low == 0);
    }
    return {low, high};
  }
  // Bit by bit, subtraction as the addition of the complement.
  const bool is_sub = name == "i64.sub128";
  bool carry = is_sub;
  for (int i = 0; i < 128; ++i) {
    const auto bit = [&](size_t first) { return (operands[first + (i < 64 ? 0 : 1)].bits >> (i % 64) & 1) != 0; };
    const int sum = bit(0) + (bit(2) != is_sub) + carry;
    if (sum & 1) (i < 64 ? low : high) |= uint64_t{1} << (i % 64);
    carry = sum > 1;
  }
  return {low, high};
}

}  // namespace wasmscope::test
