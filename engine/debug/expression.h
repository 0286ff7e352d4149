// SPDX-License-Identifier: Apache-2.0
// Expressions over a program that stands at an instant: conditions, watches, log messages, `print`. A text is
// compiled once for a scope (module, function, pc) and evaluated as often as wanted, without allocation. Evaluating
// changes nothing and never traps: a division by zero, an address out of bounds and the like are errors with a place
// in the text. Engine thread only.
//
//   $count  count  $"odd name"      local, global, memory, table or function; a local hides the others
//   l2  g0  s0  t0  m0  #42         by number: local, global, operand from the bottom, table, memory, function
//   i32[ADDRESS]  m1.u8[ADDRESS]    memory as i8 u8 i16 u16 i32 u32 i64 u64 f32 f64 v128
//   t0[INDEX]  t0.size  m0.size  m0.pages  tick  depth  pc
//   $node.next.0  $array[3]  $array.length  cast(REF, $type)  is(REF, $type)     objects
//   $v.i16x8  $v.i16x8[3]           lanes; i32x4(1, 2, 3, 4) and f64x2(0.5) make vectors
//   42  0x2a  1_000  1.5  0x1p-3  nan  inf  'a'  "text"  null
//   || && | ^ & == != < <= > >= << >> + - * / % ! ~ ?:     as in C; unsigned ones: <u <=u >u >=u >>u /u %u
//   i8(X) u8 i16 u16 i32 u32 i64 u64 f32 f64                conversions: wrap, extend, trunc, convert, demote
//   i32.rotl(X, Y)                  any numeric instruction; popcnt clz ctz abs sqrt ceil floor trunc nearest
//                                   min max rotl rotr copysign choose it by the type
//   str(ADDRESS)  str(ADDRESS, COUNT)  bytes(ADDRESS, COUNT)  m1.str(ADDRESS)  hex(X)  bin(X)  char(X)
//
// Arithmetic is WebAssembly's, on 32 or 64 bits. A literal is of the other operand's type, else an i32 if it fits, an
// i64 or an f64. As in C an i32 that meets an i64 is widened, a u32 without its sign, and / % >> < <= > >= have no sign
// when an operand has none (made by u32 or u64). Integers and floats do not mix without a conversion.
#pragma once
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/runtime/execution.h"
#include "engine/runtime/lane_shape.h"
#include "engine/symbols/names.h"

namespace wasmscope::debug {

struct ExpressionError {
  std::string message;
  uint32_t begin = 0, end = 0;   // bytes of the text
};
// "column 7: no such name ...", the text and a line with marks below the place.
std::string to_text(const ExpressionError& error, std::string_view text);

// What names mean. Module and names must outlive what is compiled.
struct ExpressionScope {
  const wasm::Module& module;
  const symbols::Names& names;
  wasm::FuncIndex func = wasm::kNoIndex;    // kNoIndex: there are no locals
  std::optional<uint32_t> pc{};             // none: there are no operands
  bool is_suspended = false;                // the pc is a call that the frame is in
};

// What an expression is evaluated in: a frame of a function and pc that it was compiled for.
class ExpressionFrame {
 public:
  // Without a frame: for expressions compiled without a function.
  ExpressionFrame(const runtime::Store& store, const runtime::Instance& instance) : store_(&store), instance_(&instance) {}
  // The innermost frame.
  ExpressionFrame(const runtime::Store& store, const runtime::Instance& instance, const runtime::Execution& execution)
      : store_(&store),
        instance_(&instance),
        slots_(execution.slots() + execution.frame_base),
        instant_(execution.instant()) {}
  // Any frame; the depth of the outermost is 0. The instant stays the program's.
  ExpressionFrame(const runtime::Store& store, const runtime::Instance& instance, const runtime::Execution& execution,
                  uint32_t depth);

  const runtime::Store& store() const { return *store_; }
  const runtime::Instance& instance() const { return *instance_; }
  const uint64_t* slots() const { return slots_; }
  const runtime::Instant& instant() const { return instant_; }
  uint32_t depth() const { return instant_.depth - above_; }

 private:
  const runtime::Store* store_;
  const runtime::Instance* instance_;
  const uint64_t* slots_ = nullptr;
  runtime::Instant instant_{};
  uint32_t above_ = 0;    // frames between this one and the innermost
};

// How a value wants to be shown.
enum class Display : uint8_t { Plain, Unsigned, Hex, Binary, Character };

struct ExpressionValue {
  enum class Kind : uint8_t { Value, Text, Bytes };
  Kind kind = Kind::Value;
  Display display = Display::Plain;
  runtime::Value value;                        // Value; the type is the module's, not in canonical form
  const runtime::LaneShape* shape = nullptr;   // of a v128 that was asked for by lanes
  std::string_view text;                       // Text, Bytes: a view of the program's memory, until it goes on
};

// The letters that gdb has after `print/`. All but Float show the bits of floats, vectors and references.
enum class ValueFormat : char {
  Plain = 0, Hex = 'x', Signed = 'd', Unsigned = 'u', Binary = 't', Float = 'f', Character = 'c', String = 's',
};
std::optional<ValueFormat> parse_value_format(std::string_view letters);
// As people read it: "-7", "0x1f", "\"hello\"", "$node 0x44010". The error says why the format does not fit.
std::expected<std::string, std::string> to_text(const ExpressionValue& value, ValueFormat format,
                                                const ExpressionFrame& frame, const symbols::Names& names);

// Where a value is kept: what `set` changes, `watch` watches and `who` asks for.
struct ExpressionPlace {
  enum class Kind : uint8_t { Local, Operand, Global, Memory, TableElement, Field };
  Kind kind{};
  uint32_t index = 0;      // of the local, the operand from the bottom, the global, memory or table
  uint32_t depth = 0;      // Local, Operand: of the frame
  uint64_t address = 0;    // Memory: first byte; TableElement: the element; Field: first byte, from the object's begin
  uint64_t object = 0;     // Field: the object's reference; also elements of arrays
  uint64_t bytes = 0;      // that the value takes: 4 for an i32, 1 for a u8
  wasm::ValType type{};    // of the value; narrow ones are i32
  bool is_mutable = true;  // by the program: false for constant globals and fields
  bool is_text = false;    // Memory: a range of bytes, no number
};

// What the language has, for people: the lines of `help print`.
std::string_view expression_help();

struct ExpressionCode;

class Expression {
 public:
  // With a wanted type the value has it: literals take it, an i32 is widened to an i64, an f32 to an f64; any
  // reference passes for any other. Else that is an error.
  static std::expected<Expression, ExpressionError> compile(std::string_view text, const ExpressionScope& scope,
                                                            std::optional<wasm::ValType> wanted = {});
  ~Expression();
  Expression(const Expression&);
  Expression(Expression&&) noexcept;
  Expression& operator=(const Expression&);
  Expression& operator=(Expression&&) noexcept;

  std::expected<ExpressionValue, ExpressionError> evaluate(const ExpressionFrame& frame) const;
  // Not 0, not null. Texts and vectors are neither: see is_condition().
  std::expected<bool, ExpressionError> is_true(const ExpressionFrame& frame) const;
  bool is_condition() const;

  // Whether the value is kept somewhere, and where. A place need not be there: an address may be out of bounds.
  bool is_place() const;
  std::expected<ExpressionPlace, ExpressionError> locate(const ExpressionFrame& frame) const;

  bool reads_locals() const;      // else it means the same in every function
  bool reads_operands() const;    // else it means the same at every pc of the function
  // Its type: "i32", "(ref null $2)", "text".
  std::string type_text() const;
  const std::string& text() const;

 private:
  explicit Expression(std::unique_ptr<ExpressionCode> code);
  std::unique_ptr<ExpressionCode> code_;
};

}  // namespace wasmscope::debug
