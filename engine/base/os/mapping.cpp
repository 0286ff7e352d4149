// SPDX-License-Identifier: Apache-2.0
#include "engine/base/os/mapping.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace wasmscope {
namespace {

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

std::expected<std::vector<uint8_t>, int> read_to_end(int fd, uint64_t max_bytes) {
  std::vector<uint8_t> bytes;
  uint8_t block[1 << 16];
  for (;;) {
    const ssize_t count = read(fd, block, sizeof block);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return std::unexpected(errno);
    if (count == 0) return bytes;
    if (bytes.size() + static_cast<size_t>(count) > max_bytes) return std::unexpected(EFBIG);
    bytes.insert(bytes.end(), block, block + count);
  }
}

}  // namespace

std::expected<Mapping, int> Mapping::map_file(const std::string& path, uint64_t max_bytes) {
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.fd() < 0) return std::unexpected(errno);
  struct stat status{};
  if (fstat(file.fd(), &status) != 0) return std::unexpected(errno);
  if (S_ISDIR(status.st_mode)) return std::unexpected(EISDIR);
  Mapping mapping;
  if (!S_ISREG(status.st_mode) || status.st_size == 0) {
    auto bytes = read_to_end(file.fd(), max_bytes);
    if (!bytes) return std::unexpected(bytes.error());
    mapping.read_ = std::move(*bytes);
    return mapping;
  }
  if (static_cast<uint64_t>(status.st_size) > max_bytes) return std::unexpected(EFBIG);
  const size_t size = static_cast<size_t>(status.st_size);
  void* mapped = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.fd(), 0);
  if (mapped == MAP_FAILED) return std::unexpected(errno);
  mapping.mapped_ = static_cast<const uint8_t*>(mapped);
  mapping.size_ = size;
  return mapping;
}

Mapping::~Mapping() {
  if (mapped_ != nullptr) munmap(const_cast<uint8_t*>(mapped_), size_);
}

}  // namespace wasmscope
