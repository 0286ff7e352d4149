// SPDX-License-Identifier: Apache-2.0
#include "engine/base/os/file_replacement.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <utility>

namespace wasmscope {

std::expected<FileReplacement, int> FileReplacement::begin(const std::string& path) {
  const int fd = open((path + ".partial").c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (fd < 0) return std::unexpected(errno);
  return FileReplacement(path, fd);
}

FileReplacement::FileReplacement(FileReplacement&& other) noexcept
    : path_(std::move(other.path_)), fd_(std::exchange(other.fd_, -1)) {}

FileReplacement::~FileReplacement() {
  if (fd_ < 0) return;
  close(fd_);
  unlink(partial_path().c_str());
}

std::expected<void, int> FileReplacement::write(Bytes bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(fd_, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return std::unexpected(errno);
    bytes = bytes.subspan(static_cast<size_t>(count));
  }
  return {};
}

std::expected<void, int> FileReplacement::commit() {
  if (fsync(fd_) != 0) return std::unexpected(errno);
  if (std::rename(partial_path().c_str(), path_.c_str()) != 0) return std::unexpected(errno);
  close(std::exchange(fd_, -1));
  // The new name is on the disk only when the folder is. Some file systems know no such thing.
  const size_t slash = path_.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path_.substr(0, slash + 1);
  if (const int fd = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); fd >= 0) {
    fsync(fd);
    close(fd);
  }
  return {};
}

}  // namespace wasmscope
