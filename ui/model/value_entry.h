// SPDX-License-Identifier: Apache-2.0
// A value as somebody types it beside a choice of types: to be looked for in a memory, or put into it.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/debug/byte_pattern.h"

namespace wasmscope::ui {

struct ValueEntry {
  size_t type = 0;                   // in entry_types()
  std::string text;
};
// "bytes", "text", "u8" and so on.
std::span<const std::string_view> entry_types();
size_t entry_type_of(debug::NumberType number);

// The words that `find` and `set` take, each still to be quoted.
std::vector<std::string> to_words(const ValueEntry& entry, debug::Endian endian);
// The same as part of a command line.
std::string to_line(const ValueEntry& entry, debug::Endian endian);

}  // namespace wasmscope::ui
