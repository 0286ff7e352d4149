// SPDX-License-Identifier: Apache-2.0
// Numbers as the window shows them.
#pragma once
#include <cstdint>
#include <string>

namespace wasmscope::ui {

std::string grouped(uint64_t value);            // 8 192, 48 112 907
std::string grouped_signed(int64_t value);      // -8 192
std::string hex(uint64_t value);                // 0xa41c
std::string hex_digits(uint64_t value, int digits);   // 0001ff40
std::string byte_size(uint64_t bytes);          // "212 B", "5.0 K", "48.3 M"
std::string byte_size_long(uint64_t bytes);     // "212 bytes", "5.0 KiB", "48.3 MiB"

}  // namespace wasmscope::ui
