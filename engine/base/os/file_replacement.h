// SPDX-License-Identifier: Apache-2.0
// A file that is written anew beside the one it replaces, PATH.partial, and takes its place when it is complete and on
// the disk: whoever is killed meanwhile leaves the previous file as it was. Without commit() nothing stays.
#pragma once
#include <expected>
#include <string>

#include "engine/base/bytes.h"

namespace wasmscope {

class FileReplacement {
 public:
  // Errors are the system's errno values.
  static std::expected<FileReplacement, int> begin(const std::string& path);
  FileReplacement(FileReplacement&& other) noexcept;
  FileReplacement& operator=(FileReplacement&&) = delete;
  ~FileReplacement();

  std::expected<void, int> write(Bytes bytes);
  std::expected<void, int> commit();   // once

 private:
  FileReplacement(std::string path, int fd) : path_(std::move(path)), fd_(fd) {}
  std::string partial_path() const { return path_ + ".partial"; }

  std::string path_;
  int fd_;                             // -1 after the end
};

}  // namespace wasmscope
