// SPDX-License-Identifier: Apache-2.0
#include "engine/base/os/standard_streams.h"

#include <signal.h>
#include <unistd.h>

#include <cerrno>

namespace wasmscope {
namespace {

int to_descriptor(StandardStream stream) { return stream == StandardStream::Error ? STDERR_FILENO : STDOUT_FILENO; }

}  // namespace

int64_t read_standard_input(std::span<uint8_t> out) {
  for (;;) {
    const ssize_t count = ::read(STDIN_FILENO, out.data(), out.size());
    if (count >= 0 || errno != EINTR) return count;
  }
}

bool is_terminal(StandardStream stream) { return ::isatty(to_descriptor(stream)) == 1; }

bool write_standard(StandardStream stream, Bytes bytes) {
  const int descriptor = to_descriptor(stream);
  while (!bytes.empty()) {
    const ssize_t count = ::write(descriptor, bytes.data(), bytes.size());
    if (count < 0 && errno != EINTR) return false;
    if (count > 0) bytes = bytes.subspan(static_cast<size_t>(count));
  }
  return true;
}

void ignore_closed_pipes() { ::signal(SIGPIPE, SIG_IGN); }
void end_on_closed_pipes() { ::signal(SIGPIPE, SIG_DFL); }

}  // namespace wasmscope
