// SPDX-License-Identifier: Apache-2.0
// Values of expressions as text.
#include <bit>
#include <cstring>

#include "engine/base/utf8.h"
#include "engine/debug/expression.h"
#include "engine/debug/object_picture.h"
#include "engine/debug/place.h"

namespace wasmscope::debug {
namespace {

constexpr size_t kShownBytes = 64, kShownCharacters = 200;

int bits_of(const runtime::Value& value) {
  return value.type.kind == wasm::Kind::I32 || value.type.kind == wasm::Kind::F32 ? 32 : 64;
}
bool is_integer(const runtime::Value& value) {
  return value.type.kind == wasm::Kind::I32 || value.type.kind == wasm::Kind::I64;
}

std::string binary_text(uint64_t bits) {
  std::string digits;
  do digits.insert(digits.begin(), static_cast<char>('0' + (bits & 1)));
  while ((bits >>= 1) != 0);
  return "0b" + digits;
}

std::string character_text(uint64_t bits) {
  const auto code = static_cast<uint32_t>(bits);
  std::string character;
  if (code == '\'' || code == '\\') character = {'\\', static_cast<char>(code)};
  else if (code < 0x80) character = escape_for_display({reinterpret_cast<const char*>(&code), 1});
  else if (code <= 0x10FFFF) {
    append_utf8(character, code);
    character = escape_for_display(character);
  }
  const std::string number = std::to_string(static_cast<int32_t>(code));
  return character.empty() ? number : number + " '" + character + "'";
}

std::string bytes_text(std::string_view bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (size_t i = 0; i < std::min(bytes.size(), kShownBytes); ++i) {
    if (i > 0) text += ' ';
    text += kDigits[static_cast<uint8_t>(bytes[i]) >> 4];
    text += kDigits[static_cast<uint8_t>(bytes[i]) & 15];
  }
  if (bytes.size() > kShownBytes) text += " ... " + std::to_string(bytes.size()) + " bytes";
  return text.empty() ? "no bytes" : text;
}

std::string quoted_text(std::string_view text) {
  std::string inner;
  for (const char c : text.substr(0, kShownCharacters * 4)) {
    if (c == '"' || c == '\\') inner += '\\';
    inner += c;
  }
  return '"' + escape_for_display(inner, kShownCharacters) + '"';
}

std::string float_of_bits(const runtime::Value& value) {
  if (value.type.kind == wasm::Kind::I32) return runtime::to_text({wasm::kF32, value.bits, 0});
  if (value.type.kind == wasm::Kind::I64) return runtime::to_text({wasm::kF64, value.bits, 0});
  return runtime::to_text(value);
}

std::string plain_text(const ExpressionValue& value, const ExpressionFrame& frame, const symbols::Names& names) {
  if (value.kind == ExpressionValue::Kind::Text) return quoted_text(value.text);
  if (value.kind == ExpressionValue::Kind::Bytes) return bytes_text(value.text);
  if (value.value.type.is_ref()) {
    const wasm::ValType type = runtime::CanonicalTypes::canonical(value.value.type, frame.instance().canonical_types);
    return ObjectReader(frame.store(), frame.instance(), names).reference_text(value.value.bits, type);
  }
  if (value.shape != nullptr) return runtime::to_text(value.value, *value.shape);
  if (value.display != Display::Unsigned) return runtime::to_text(value.value);
  return std::to_string(value.value.bits);
}

ValueFormat format_of(Display display) {
  switch (display) {
    case Display::Hex: return ValueFormat::Hex;
    case Display::Binary: return ValueFormat::Binary;
    case Display::Character: return ValueFormat::Character;
    default: return ValueFormat::Plain;
  }
}

}  // namespace

std::string_view expression_help() {
  return R"(expressions
  $count count $"odd name"     a local, global, memory, table or function; a local hides the others
  l2 g0 s0 t0 m0 #42           by number: local, global, operand from the bottom, table, memory, function
  i32[ADDRESS] m1.u8[ADDRESS]  memory as i8 u8 i16 u16 i32 u32 i64 u64 f32 f64 v128
  t0[INDEX] t0.size            elements of a table; m0.size and m0.pages of a memory
  tick depth pc                the instant
  $node.next.0 $array[3]       fields and elements; $array.length, cast(REF, $type), is(REF, $type)
  $v.i16x8 $v.i16x8[3]         lanes; i32x4(1, 2, 3, 4) and f64x2(0.5) make vectors
  42 0x2a 1_000 1.5 nan 'a'    literals; "text" and null to compare with
  + - * / % & | ^ ~ << >>      as in C, in WebAssembly's arithmetic; == != < <= > >= && || ! ?: too
  /u %u >>u <u <=u >u >=u      without a sign; u32 and u64 values have none either
  i8(X) u16(X) i64(X) f32(X)   conversions between the types above
  i32.rotl(X, Y)               any numeric instruction
  popcnt clz ctz abs sqrt ceil floor trunc nearest min max rotl rotr copysign
  str(ADDRESS) str(ADDRESS, COUNT) bytes(ADDRESS, COUNT)   of memory; m1.str(ADDRESS)
  hex(X) bin(X) char(X)        how to show a number)";
}

std::optional<ValueFormat> parse_value_format(std::string_view letters) {
  if (letters.size() != 1 || std::string_view("xdutfcs").find(letters[0]) == std::string_view::npos) return std::nullopt;
  return static_cast<ValueFormat>(letters[0]);
}

std::expected<std::string, std::string> to_text(const ExpressionValue& value, ValueFormat format,
                                                const ExpressionFrame& frame, const symbols::Names& names) {
  if (format == ValueFormat::Plain) format = format_of(value.display);
  if (format == ValueFormat::Plain) return plain_text(value, frame, names);
  if (value.kind != ExpressionValue::Kind::Value) {
    if (format == ValueFormat::Hex) return bytes_text(value.text);
    if (format == ValueFormat::String) return quoted_text(value.text);
    return std::unexpected("a text is shown with /x, /s or no format");
  }
  const runtime::Value& plain = value.value;
  if (plain.type == wasm::kV128 && format != ValueFormat::Hex) return std::unexpected("a v128 is shown with /x, or by lanes: .i32x4");
  const uint64_t bits = plain.bits;
  switch (format) {
    case ValueFormat::Plain: break;
    case ValueFormat::Hex:
      if (plain.type == wasm::kV128) return runtime::to_text(plain);
      return to_hex(bits);
    case ValueFormat::Signed:
      return bits_of(plain) == 32 ? std::to_string(static_cast<int32_t>(bits)) : std::to_string(static_cast<int64_t>(bits));
    case ValueFormat::Unsigned: return std::to_string(bits);
    case ValueFormat::Binary: return binary_text(bits);
    case ValueFormat::Float:
      if (plain.type.is_ref()) return std::unexpected("a reference is no float");
      return float_of_bits(plain);
    case ValueFormat::Character: return character_text(bits);
    case ValueFormat::String: {
      if (!is_integer(plain)) return std::unexpected("/s wants the address of a text");
      if (frame.instance().memories.empty()) return std::unexpected("there is no memory");
      const Bytes memory = frame.instance().memories[0]->region.bytes();
      if (bits >= memory.size()) return std::unexpected(to_hex(bits) + " is past the end of memory 0");
      const auto* const from = reinterpret_cast<const char*>(memory.data() + bits);
      return quoted_text({from, strnlen(from, memory.size() - bits)});
    }
  }
  return plain_text(value, frame, names);
}

}  // namespace wasmscope::debug
