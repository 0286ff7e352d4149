// SPDX-License-Identifier: Apache-2.0
#include "app/cli/output.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "app/cli/verbs.h"
#include "engine/base/os/standard_streams.h"
#include "engine/base/utf8.h"

namespace wasmscope::app {
namespace {

constexpr size_t kBufferBytes = size_t{1} << 16;

Bytes to_bytes(std::string_view text) { return {reinterpret_cast<const uint8_t*>(text.data()), text.size()}; }

}  // namespace

bool Output::write(std::string_view text) {
  buffer_ += text;
  return buffer_.size() < kBufferBytes ? failure_ == 0 : flush();
}

bool Output::flush() {
  if (failure_ == 0 && !buffer_.empty()) {
    errno = 0;
    if (!write_standard(StandardStream::Output, to_bytes(buffer_))) failure_ = errno != 0 ? errno : EIO;
  }
  buffer_.clear();
  return failure_ == 0;
}

int Output::finish(int exit_code) {
  if (flush()) return exit_code;
  // A reader that has seen enough, such as `head`, is nothing to complain about.
  if (failure_ == EPIPE) return exit_code;
  print_error("cannot write to standard output: " + std::string(std::strerror(failure_)));
  return kExitBadInput;
}

void print_error(std::string_view line) { print_report("wasmscope: " + std::string(line) + "\n"); }

void print_report(std::string_view text) { write_standard(StandardStream::Error, to_bytes(text)); }

void print_file_error(const std::string& path, const FileError& failure) {
  const ErrorCode code = [&] {
    switch (failure.code) {
      case FileError::Code::NotFound: return ErrorCode::FileNotFound;
      case FileError::Code::IsDirectory: return ErrorCode::FileIsDirectory;
      case FileError::Code::TooLarge: return ErrorCode::FileTooLarge;
      case FileError::Code::Unreadable: break;
    }
    return ErrorCode::FileUnreadable;
  }();
  print_report(escape_for_display(path) + ": " +
               to_line(error(code, code == ErrorCode::FileUnreadable ? failure.text : ""), nullptr) + "\n");
}

std::string to_hex(uint64_t value, int digits) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (; value != 0 || text.empty() || static_cast<int>(text.size()) < digits; value >>= 4) text += kDigits[value & 15];
  text += "x0";
  std::ranges::reverse(text);
  return text;
}

void append_hex_rows(std::string& text, Bytes file, ByteRange range, int digits) {
  constexpr char kDigits[] = "0123456789abcdef";
  constexpr uint64_t kPerRow = 16;
  range.end = std::min<uint64_t>(range.end, file.size());
  for (uint64_t row = range.begin; row < range.end; row += kPerRow) {
    const uint64_t end = std::min(row + kPerRow, range.end);
    text += "  " + to_hex(row, digits) + " ";
    for (uint64_t i = row; i < row + kPerRow; ++i) {
      text += i % 8 == row % 8 && i != row ? "  " : " ";
      if (i < end) {
        text += kDigits[file[i] >> 4];
        text += kDigits[file[i] & 15];
      } else {
        text += "  ";
      }
    }
    text += "  ";
    for (uint64_t i = row; i < end; ++i) text += file[i] >= 0x20 && file[i] < 0x7f ? static_cast<char>(file[i]) : '.';
    text += '\n';
  }
}

}  // namespace wasmscope::app
