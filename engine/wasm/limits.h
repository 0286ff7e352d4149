// SPDX-License-Identifier: Apache-2.0
// The limits of limits.def as constants, and as a list for people.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

namespace wasmscope::wasm {

#define LIMIT(Name, value, text) inline constexpr uint64_t k##Name = value;
#include "engine/wasm/limits.def"

struct LimitInfo {
  std::string_view name;
  uint64_t value;
  std::string_view text;
};
std::span<const LimitInfo> all_limits();

}  // namespace wasmscope::wasm
