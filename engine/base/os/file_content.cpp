// SPDX-License-Identifier: Apache-2.0
#include "engine/base/os/file_content.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace wasmscope {
namespace {

constexpr size_t kBlockBytes = 1 << 16;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  int fd() const { return fd_; }

 private:
  int fd_;
};

}  // namespace

std::expected<std::vector<uint8_t>, int> read_content(const std::string& path, const ContentLimits& limits) {
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.fd() < 0) return std::unexpected(errno);
  struct stat status{};
  if (fstat(file.fd(), &status) != 0) return std::unexpected(errno);
  if (S_ISDIR(status.st_mode)) return std::unexpected(EISDIR);
  const uint64_t announced = S_ISREG(status.st_mode) ? static_cast<uint64_t>(status.st_size) : 0;
  if (announced > limits.text_bytes) return std::unexpected(EFBIG);
  // Found out before there is memory for all of it.
  uint8_t first = 0;
  if (announced > limits.binary_bytes && pread(file.fd(), &first, 1, 0) == 1 && first == 0)
    return std::unexpected(EFBIG);
  // One byte more than announced, so that the end is seen without growing.
  std::vector<uint8_t> bytes(announced + 1);
  for (size_t size = 0;;) {
    if (size == bytes.size()) bytes.resize(size + std::max(size / 2, kBlockBytes));
    const ssize_t count = read(file.fd(), bytes.data() + size, bytes.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return std::unexpected(errno);
    size += static_cast<size_t>(count);
    if (size > limits.text_bytes) return std::unexpected(EFBIG);
    if (count == 0) {
      bytes.resize(size);
      return bytes;
    }
  }
}

}  // namespace wasmscope
