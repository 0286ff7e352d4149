// SPDX-License-Identifier: Apache-2.0
// What expressions are compiled to: instructions over registers of 16 bytes, carried out in order but for jumps.
// Pure numeric instructions of WebAssembly have their own wasm::Op as code; the others follow here. Internal to the
// expressions' files. Values of 32 bits have zeros above them in a register, so they are also unsigned 64-bit ones.
#pragma once
#include <vector>

#include "engine/debug/expression.h"
#include "engine/wasm/opcode.h"

namespace wasmscope::debug {

// d, a and b are registers. A pointer is a native address of the program's state, which is there. Its other half
// is the reference of the object that it points into.
enum class Code : uint16_t {
  FirstOwn = wasm::kOpCount,
  Constant,        // d = imm
  Text,            // d = text number imm
  Slot32, Slot64, Slot128,        // d = slot imm of the frame
  Global32, Global64, Global128,  // d = global imm
  MemoryPointer,   // d = pointer to b bytes (an immediate) at address a of memory imm
  TablePointer,    // d = pointer to element a of table imm
  FieldPointer,    // d = pointer to offset imm of the object a, which was checked
  ElementPointer,  // d = pointer to element b of the array a, which was checked; imm bytes each
  ReadS8, ReadU8, ReadS16, ReadU16, Read32, Read64, Read128,   // d = what the pointer a points to
  Range,           // d = text: b bytes at address a of memory imm
  String,          // d = text: from address a of memory imm to a zero
  MemoryBytes, MemoryPages, TableSize,   // d = of number imm
  FuncRef,         // d = reference to function imm
  Tick, Depth, Pc,
  CheckObject,     // a is an object of type imm, not null; d = a
  CheckType,       // the same, or null
  CheckArray,      // a is an array of any type; d = a
  IsObject,        // d = whether a is an object of type imm
  ArrayLength,     // d = of the array a, which was checked
  I31Signed, I31Unsigned,   // d = number in the reference a
  Lane,            // d = lane b of a, of shape imm
  Splat,           // d = a in every lane of shape imm
  ReplaceLane,     // d = a with lane imm % 256 = b, of shape imm / 256
  TextEqual, VectorEqual,   // d = whether a and b are the same
  Truth,           // d = a is not 0
  IsZero,          // d = a is 0
  Select,          // d = imm is a register, not 0 ? a : b
  Jump, JumpIfZero, JumpIfNotZero,   // to instruction imm, on a
  // Only in terms:
  Same, And, Or, If, Minimum, Maximum, Magnitude,
};
constexpr Code code_of(wasm::Op op) { return static_cast<Code>(op); }

struct Instruction {
  Code code{};
  uint16_t d = 0, a = 0, b = 0;
  uint32_t begin = 0, end = 0;   // of the text
  uint64_t imm = 0;
};
inline constexpr uint16_t kMostRegisters = 256;

enum class TypeKind : uint8_t {
  Integer, Real,        // literals that have no type yet
  I32, I64, F32, F64, V128, Ref,
  Null,
  Text,
  Memory, Table, Cell,  // no values: m0, t0, m0.i32
};
struct ExpressionType {
  TypeKind kind = TypeKind::I32;
  bool is_unsigned = false;             // I32, I64
  bool is_bytes = false;                // Text
  Display display = Display::Plain;
  wasm::ValType reference{};            // Ref: the module's type
  const runtime::LaneShape* shape = nullptr;   // V128
};
// "i32", "u64", "(ref null $node)", "text", "a number"
std::string to_text(const ExpressionType& type, const symbols::Names& names);

// Where the value of an expression is kept, as far as the text says: the pointer says the rest.
struct PlaceForm {
  ExpressionPlace::Kind kind{};
  uint32_t index = 0;
  uint32_t bytes = 0;       // 0: the length of the text
  bool is_mutable = true;
};

struct ExpressionCode {
  std::string text;
  const symbols::Names* names = nullptr;
  const wasm::Module* module = nullptr;
  std::vector<Instruction> instructions;   // the result is in register 0
  std::vector<std::string> texts;
  ExpressionType type;
  std::optional<PlaceForm> place;
  std::vector<Instruction> place_instructions;   // a pointer or a text is in register 0; may be empty
  bool reads_locals = false;
  bool reads_operands = false;
};

// --- expression_compiler.cpp
std::expected<ExpressionCode, ExpressionError> compile_expression(std::string_view text, const ExpressionScope& scope,
                                                                  std::optional<wasm::ValType> wanted);

}  // namespace wasmscope::debug
