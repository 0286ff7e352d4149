// SPDX-License-Identifier: Apache-2.0
#include "engine/base/file.h"

#include <cstdio>
#include <filesystem>
#include <system_error>

#include "engine/base/os/file_content.h"

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
  const std::string partial = path + ".partial";
  std::FILE* file = std::fopen(partial.c_str(), "wb");
  if (file == nullptr) return std::unexpected(to_file_error(errno));
  const bool written = std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
  const int write_error = errno;
  if (std::fclose(file) != 0 || !written) {
    std::remove(partial.c_str());
    return std::unexpected(to_file_error(write_error));
  }
  std::error_code error;
  std::filesystem::rename(partial, path, error);
  if (error) {
    std::remove(partial.c_str());
    return std::unexpected(to_file_error(error.value()));
  }
  return {};
}

}  // namespace wasmscope
