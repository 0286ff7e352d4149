// SPDX-License-Identifier: Apache-2.0
// How often each instruction of a function was executed, read from the answer of `coverage FUNCTION`.
#pragma once
#include <cstdint>
#include <map>
#include <string_view>

namespace wasmscope::ui {

// By pc. Lines that tell of no instruction are passed over.
std::map<uint32_t, uint64_t> parse_execution_counts(std::string_view answer);

}  // namespace wasmscope::ui
