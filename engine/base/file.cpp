// SPDX-License-Identifier: Apache-2.0
#include "engine/base/file.h"

#include <system_error>

#include "engine/base/os/file_content.h"
#include "engine/base/os/file_replacement.h"

namespace wasmscope {
namespace {

// Places in files have 32 bits. The text of a module takes twenty times the room of the binary.
constexpr ContentLimits kLimits = {.text_bytes = UINT32_MAX, .binary_bytes = uint64_t{1} << 30};

FileError to_file_error(int code) {
  const auto text = std::generic_category().message(code);
  switch (static_cast<std::errc>(code)) {
    case std::errc::no_such_file_or_directory:
    case std::errc::not_a_directory: return {FileError::Code::NotFound, text};
    case std::errc::is_a_directory: return {FileError::Code::IsDirectory, text};
    case std::errc::file_too_large: return {FileError::Code::TooLarge, text};
    default: return {FileError::Code::Unreadable, text};
  }
}

}  // namespace

std::expected<std::vector<uint8_t>, FileError> read_file(const std::string& path) {
  auto bytes = read_content(path, kLimits);
  if (!bytes) return std::unexpected(to_file_error(bytes.error()));
  return *std::move(bytes);
}

std::expected<void, FileError> write_file(const std::string& path, Bytes bytes) {
  auto file = FileReplacement::begin(path);
  if (!file) return std::unexpected(to_file_error(file.error()));
  auto done = file->write(bytes);
  if (done) done = file->commit();
  if (!done) return std::unexpected(to_file_error(done.error()));
  return {};
}

}  // namespace wasmscope
