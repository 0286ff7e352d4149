// SPDX-License-Identifier: Apache-2.0
// UTF-8 as WebAssembly names use it, and how hostile text becomes fit to show: names come from the module
// and may hold anything, so everything that reaches a screen goes through escape_for_display.
// https://webassembly.github.io/spec/core/binary/values.html#names
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace wasmscope {

bool is_valid_utf8(std::string_view text);

struct CodePoint {
  uint32_t value = 0;
  uint32_t length = 0;   // bytes; 0 when the bytes at the start are not UTF-8
};
CodePoint first_code_point(std::string_view text);
void append_utf8(std::string& out, uint32_t code_point);

// Printable text of one line: control characters, marks that reorder or hide text and code points above
// U+FFFF become \u{...}, bytes that are not UTF-8 \xx. Longer text is cut and ends in an ellipsis.
std::string escape_for_display(std::string_view text, size_t max_code_points = 200);

}  // namespace wasmscope
