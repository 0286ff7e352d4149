// SPDX-License-Identifier: Apache-2.0
// The bytes of a file, all of them read. Not mapped: a mapped file that somebody truncates meanwhile ends the
// process that looks at it, and one that is overwritten changes under the eyes of those who checked it.
#pragma once
#include <cstdint>
#include <expected>
#include <string>
#include <vector>

namespace wasmscope {

struct ContentLimits {
  uint64_t text_bytes;
  uint64_t binary_bytes;   // of files that begin with a zero byte, as no text does
};
// Pipes and devices are read to their end, or to the limit of texts. The error is the system's errno value.
std::expected<std::vector<uint8_t>, int> read_content(const std::string& path, const ContentLimits& limits);

}  // namespace wasmscope
