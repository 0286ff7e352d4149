// SPDX-License-Identifier: Apache-2.0
// Whole files. What was read stays as it is, whatever happens to the file.
#pragma once
#include <expected>
#include <string>
#include <vector>

#include "engine/base/bytes.h"

namespace wasmscope {

struct FileError {
  enum class Code : uint8_t { NotFound, Unreadable, IsDirectory, TooLarge } code{};
  std::string text;      // what the system says
};

std::expected<std::vector<uint8_t>, FileError> read_file(const std::string& path);
// Replaces the file as a whole: nobody ever sees half of it.
std::expected<void, FileError> write_file(const std::string& path, Bytes bytes);

}  // namespace wasmscope
