// SPDX-License-Identifier: Apache-2.0
// Whole files, read only. A mapped file stays valid when it is moved; what happens when somebody truncates
// the file meanwhile is up to the system, so programs and modules that are kept long are read instead.
#pragma once
#include <expected>
#include <string>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/base/os/mapping.h"

namespace wasmscope {

struct FileError {
  enum class Code : uint8_t { NotFound, Unreadable, IsDirectory, TooLarge } code{};
  std::string text;      // what the system says
};

class MappedFile {
 public:
  static std::expected<MappedFile, FileError> open(const std::string& path);
  Bytes bytes() const { return mapping_.bytes(); }

 private:
  explicit MappedFile(Mapping mapping) : mapping_(std::move(mapping)) {}
  Mapping mapping_;
};

std::expected<std::vector<uint8_t>, FileError> read_file(const std::string& path);
// Replaces the file as a whole: nobody ever sees half of it.
std::expected<void, FileError> write_file(const std::string& path, Bytes bytes);

}  // namespace wasmscope
