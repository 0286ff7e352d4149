// SPDX-License-Identifier: Apache-2.0
#include "engine/wasm/traps.h"

#include <cstddef>

namespace wasmscope::wasm {
namespace {

struct Row {
  std::string_view name, text, explanation;
};
constexpr Row kRows[] = {
    {"None", "no trap", ""},
#define TRAP(Name, text, explanation) {#Name, text, explanation},
#include "engine/wasm/traps.def"
};
const Row& row(TrapCode code) { return kRows[static_cast<size_t>(code)]; }

}  // namespace

std::string_view name_of(TrapCode code) { return row(code).name; }
std::string_view text_of(TrapCode code) { return row(code).text; }
std::string_view explanation_of(TrapCode code) { return row(code).explanation; }

}  // namespace wasmscope::wasm
