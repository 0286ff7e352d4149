// SPDX-License-Identifier: Apache-2.0
// Branch hints: the custom section metadata.code.branch_hint, which says of some `if` and `br_if` whether they
// are likely taken.
// https://github.com/WebAssembly/branch-hinting/blob/main/proposals/branch-hinting/Overview.md
#pragma once
#include <optional>
#include <string_view>
#include <vector>

#include "engine/wasm/module.h"

namespace wasmscope::text {

inline constexpr std::string_view kBranchHintSection = "metadata.code.branch_hint";

struct BranchHint {
  uint32_t offset = 0;     // of the instruction, from the begin of the function's body
  uint8_t is_likely = 0;
  friend bool operator==(const BranchHint&, const BranchHint&) = default;
};
struct FuncHints {
  wasm::FuncIndex func = 0;
  std::vector<BranchHint> hints;
};

void append_branch_hints(std::vector<uint8_t>& out, const std::vector<FuncHints>& funcs);

// Hints that annotations can say in full: in the last custom section before the code, in order, each of an
// instruction that may have one. Otherwise nothing.
struct PrintableHints {
  size_t section = 0;                 // ordinal in Module::sections
  std::vector<FuncHints> funcs;       // ascending
};
std::optional<PrintableHints> find_branch_hints(const wasm::Module& module);

}  // namespace wasmscope::text
