// SPDX-License-Identifier: Apache-2.0
// The coordinates people type, one grammar for every command and every field of the window:
//   name, name+0x1c     function by name, with an offset from its first instruction
//   #42, #42+0x1c       function by index
//   @0xa41c             file offset
//   m0:0x1ff02          address in a memory; a plain number is one in memory 0
//   t=12, t=12:3:0xa41c instant: tick, depth, pc
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "engine/replay/timeline.h"
#include "engine/symbols/names.h"
#include "engine/wasm/error.h"
#include "engine/wasm/module.h"

namespace wasmscope::debug {

struct CodePlace {
  wasm::FuncIndex func = 0;
  uint32_t pc = 0;             // start of an instruction
  bool has_code = false;       // false: `func` is an import
  std::string note;            // how the place differs from what was asked for
};

// Numbers are decimal or, with 0x, hexadecimal; the whole text must be the number.
std::optional<uint64_t> parse_number(std::string_view text);

Result<CodePlace> parse_code_place(const wasm::Module& module, const symbols::Names& names, std::string_view text);

struct MemoryPlace {
  wasm::MemoryIndex memory = 0;
  uint64_t address = 0;
};
Result<MemoryPlace> parse_memory_place(std::string_view text);

Result<replay::SeekTarget> parse_instant(std::string_view text);

// The instruction that contains the file offset, which lies in the function's code.
uint32_t instruction_start(const wasm::Module& module, wasm::FuncIndex func, uint64_t offset);
// "#9 parse_number +0x1c @0xa41c"
std::string to_text(const wasm::Module& module, const symbols::Names& names, wasm::FuncIndex func, uint32_t pc);
// "0x1c"
std::string to_hex(uint64_t number);

}  // namespace wasmscope::debug
