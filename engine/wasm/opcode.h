// SPDX-License-Identifier: Apache-2.0
// What opcodes.def says, as an enum and a constexpr table. Nothing about an instruction is retyped elsewhere.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

#include "engine/wasm/types.h"

namespace wasmscope::wasm {

// Shapes of immediates; see opcodes.def for their encoding.
enum class Imm : uint8_t {
  None,
  BlockType,
  Label,
  LabelTable,
  Func,
  TypeTable,
  Type,
  Types,
  Local,
  Global,
  Table,
  TableTable,
  Memory,
  MemoryMemory,
  DataMemory,
  Data,
  ElemTable,
  Elem,
  MemArg,
  MemArgLane,
  I32,
  I64,
  F32,
  F64,
  V128,
  Lane,
  Shuffle,
  HeapType,
  TypeField,
  TypeLen,
  TypeData,
  TypeElem,
  TypeType,
  Tag,
  TryTable,
  CastFlags,
  Fence,
  ContTag,
  Resume,
  ResumeThrow,
  ResumeThrowRef,
  DelegateLabel,
};

enum class Feature : uint8_t {
#define FEATURE(Name, flag, on, text) Name,
#include "engine/wasm/features.def"
};

// Colour and icon of an instruction, and how it is grouped in listings.
enum class Category : uint8_t {
  Control,
  Call,
  Parametric,
  Variable,
  Table,
  Memory,
  Const,
  Numeric,
  Vector,
  Reference,
  Aggregate,
  Atomic,
  Exception,
  Stack
};

enum class Op : uint16_t {
#define OP(Name, text, prefix, code, imm, sig, width, feature, category, executed, tip) Name,
#include "engine/wasm/opcodes.def"
  Count_,
};
inline constexpr uint16_t kOpCount = static_cast<uint16_t>(Op::Count_);

struct OpInfo {
  std::string_view name;     // "I32Add"
  std::string_view text;     // "i32.add"
  uint8_t prefix;            // 0, 0xFB, 0xFC, 0xFD, 0xFE
  uint32_t code;
  Imm imm;
  std::string_view signature;  // "ii_i": popped _ pushed, or "special"
  uint8_t width;             // bytes accessed in memory, 0 for none
  Feature feature;
  Category category;
  bool executed;             // the interpreter executes it
  std::string_view tip;      // one line for people
};
extern const OpInfo kOpInfos[kOpCount];
inline const OpInfo& info(Op op) { return kOpInfos[static_cast<size_t>(op)]; }
inline std::span<const OpInfo> all_ops() { return kOpInfos; }

// Letters of signatures: i l f d v (i32 i64 f32 f64 v128), a = address type of the memory or table (i32 or i64).
bool is_special(Op op);
// Result: Op::Count_ when there is none.
Op op_from_code(uint8_t prefix, uint32_t code);
Op op_from_text(std::string_view text);
// "[i32 i32] -> [i32]"; for special ones a generic description, e.g. "[t t i32] -> [t]".
std::string_view stack_effect(Op op);

}  // namespace wasmscope::wasm
