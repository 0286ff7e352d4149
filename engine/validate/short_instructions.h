// SPDX-License-Identifier: Apache-2.0
// How the instructions that make up nearly all code are read and typed in one step, derived from opcodes.def:
// one opcode byte, and at most one immediate of few bytes. The table only says what is right; whatever does not
// look like that is left to the long way, which also knows what to say.
#pragma once
#include <array>

#include "engine/wasm/opcode.h"

namespace wasmscope::validate {

struct Rule;

struct ShortRule {
  enum class Form : uint8_t {
    Long,        // not here
    Constant,    // [] -> [result], a LEB128 number of at most `length` - 1 bytes
    Push,        // [] -> [result], `length` bytes in all
    Unary,       // [first] -> [result]
    Binary,      // [first second] -> [result]
    Load,        // [first] -> [result], first being the address type of memory 0
    Store,       // [first second] -> []
    LocalGet,
    LocalSet,
    LocalTee,
    GlobalGet,
    GlobalSet,
    Drop,
    Select,
    Block,
    Loop,
    If,
    End,
    Br,
    BrIf,
    Call,
  } form = Form::Long;
  uint8_t length = 0;
  uint8_t natural_align = 0;
  wasm::Kind first{}, second{}, result{};
};
using ShortRules = std::array<ShortRule, 256>;

// By opcode byte. `address`: the address type of memory 0, Bottom without one.
ShortRules make_short_rules(const std::array<Rule, wasm::kOpCount>& rules, wasm::Kind address);

}  // namespace wasmscope::validate
