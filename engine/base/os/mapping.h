// SPDX-License-Identifier: Apache-2.0
// A file mapped into memory, read only. Move only; unmapped with its owner.
#pragma once
#include <expected>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/bytes.h"

namespace wasmscope {

class Mapping {
 public:
  // Regular files of at most `max_bytes` are mapped; pipes and devices are read to their end.
  // The error is the system's errno value.
  static std::expected<Mapping, int> map_file(const std::string& path, uint64_t max_bytes);

  Mapping(Mapping&& other) noexcept { swap(other); }
  Mapping& operator=(Mapping&& other) noexcept {
    swap(other);
    return *this;
  }
  ~Mapping();
  Bytes bytes() const { return mapped_ != nullptr ? Bytes{mapped_, size_} : Bytes{read_}; }

 private:
  Mapping() = default;
  void swap(Mapping& other) {
    std::swap(mapped_, other.mapped_);
    std::swap(size_, other.size_);
    std::swap(read_, other.read_);
  }
  const uint8_t* mapped_ = nullptr;
  size_t size_ = 0;
  std::vector<uint8_t> read_;
};

}  // namespace wasmscope
