// SPDX-License-Identifier: Apache-2.0
// The forms of machine code that vector instructions have; vectors.def says which instruction has which. AVX is all
// they need. A sequence may use xmm0, xmm1 and, from when its destination is known, the test register; it writes
// the destination last, since that may be the register of an operand. Internal to jit/.
#pragma once
#include "engine/jit/registers.h"
#include "engine/wasm/opcode.h"

namespace wasmscope::jit {

enum class VectorShape : uint8_t {
  None,
  // vector_accesses.cpp
  Load,            // d = inst(memory)
  LoadSplat,       // of what inst reads into a general register
  LoadLane,
  Store,
  StoreLane,
  // vector_lanes.cpp
  Shuffle,
  Swizzle,
  SplatInteger,    // more: bytes of a lane
  SplatFloat,
  ExtractInteger,  // more: bytes to extend with their sign
  ExtractFloat,
  ReplaceInteger,
  ReplaceFloat,
  AnyTrue,
  AllTrue,         // inst compares with zero
  Bitmask,
  BitmaskOfWords,
  // vector_numbers.cpp
  Binary,          // d = inst(a, b)
  Reversed,        // d = inst(b, a)
  BinaryNot,       // d = ~inst(a, b)
  ReversedNot,
  Unary,           // d = inst(a)
  OfHigh,          // d = inst(high half of a)
  Not,
  Bitselect,
  LikeFirst,       // d = more(a, inst(a, b)): unsigned comparisons by way of extrema
  UnlikeFirst,
  Negate,          // d = inst(0, a)
  Shift,           // more: bits of a lane
  ShiftBytes,
  ShiftSignedQuads,
  AbsoluteQuads,
  PopcountBytes,
  MultiplyQuads,
  MultiplyQ15,
  MultiplyBytes,   // inst extends them; more: 1 the high half
  MultiplyWords,   // inst: high halves of products; more: how they are joined with the low ones
  MultiplyDoubles, // more: which lanes
  DotBytes,
  DotBytesAdd,
  AddSignedBytes,
  AddUnsignedBytes,
  AddSignedWords,
  AddUnsignedWords,
  // vector_floats.cpp
  FloatCompare,    // more: the predicate
  FloatUnary,
  FloatBinary,
  FloatLower,
  FloatHigher,     // more: subtraction
  ClearSigns,
  ChangeSigns,
  Round,           // more: the mode
  MultiplyAdd,     // d = more(c, inst(a, b)), rounded twice
  SinglesToSigned,
  SinglesToUnsigned,
  DoublesToSigned,
  DoublesToUnsigned,
  UnsignedToSingles,
  UnsignedToDoubles,
  ChangeWidth,
};

struct VectorRow {
  VectorShape shape = VectorShape::None;
  uint32_t inst = 0;     // AsmJit's number of it
  uint32_t more = 0;
};
const VectorRow& vector_row(wasm::Op op);
// Of float arithmetic: the lanes of its result.
inline Kind lanes_of(wasm::Op op) { return wasm::info(op).text.starts_with("f32x4") ? Kind::F32x4 : Kind::F64x2; }
inline bool has_vector_code(wasm::Op op) { return vector_row(op).shape != VectorShape::None; }

}  // namespace wasmscope::jit
