// SPDX-License-Identifier: Apache-2.0
// Standard output of a verb, buffered and written in large pieces. When whoever reads it is gone, writing
// stops and says so, so that a verb over a large module can stop as well.
#pragma once
#include <string>
#include <string_view>

#include "engine/base/file.h"

namespace wasmscope::app {

class Output {
 public:
  Output() = default;
  Output(const Output&) = delete;
  ~Output() { flush(); }

  // False when nothing can be written any more.
  bool write(std::string_view text);
  bool flush();
  // Flushes; the exit code is `exit_code` unless the output is incomplete.
  int finish(int exit_code);

 private:
  std::string buffer_;
  int failure_ = 0;   // errno of the first failed write
};

// One line on standard error, after "wasmscope: ".
void print_error(std::string_view line);
// A report of several lines on standard error, as it is.
void print_report(std::string_view text);

void print_file_error(const std::string& path, const FileError& failure);

// "0xa41c"
std::string to_hex(uint64_t value, int digits = 0);
// Rows of 16 bytes, each "  0xa41c  20 00 ...  text" and a line end; addresses with `digits` hex digits.
void append_hex_rows(std::string& text, Bytes file, ByteRange range, int digits);

}  // namespace wasmscope::app
