// SPDX-License-Identifier: Apache-2.0
// A function's body in the folded form: instructions between parentheses around their operands, blocks around
// what they hold. An instruction whose operands do not all come from instructions right before it stands in
// parentheses of its own; so every body can be written, also one that does not validate.
// https://webassembly.github.io/spec/core/text/instructions.html#folded-instructions
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/text/branch_hints.h"
#include "engine/text/instruction_format.h"

namespace wasmscope::text {

// Where lines go.
class LineSink {
 public:
  virtual void line(uint32_t indent) = 0;   // ends the line before
  virtual void write(std::string_view text) = 0;
  virtual bool is_open() const = 0;

 protected:
  ~LineSink() = default;
};

// False when the body does not decode or its blocks do not close: nothing was written then.
bool print_folded(const wasm::Module& module, const Identifiers& identifiers, wasm::FuncIndex func,
                  std::span<const BranchHint> hints, uint32_t indent, LineSink& out);

std::string_view annotation_of(const BranchHint& hint);

}  // namespace wasmscope::text
