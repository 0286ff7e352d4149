// SPDX-License-Identifier: Apache-2.0
// The process's standard streams, unbuffered: what is written is outside at once, and a read returns what is
// there without waiting for more. Do not mix with buffered reads of the same stream.
#pragma once
#include <cstdint>
#include <span>

#include "engine/base/bytes.h"

namespace wasmscope {

enum class StandardStream : uint8_t { Output, Error };

// Bytes read, 0 at the end of input, negative on an error.
int64_t read_standard_input(std::span<uint8_t> out);
// False when the system refuses: a closed pipe, a full disk. Some bytes may have been written then.
bool write_standard(StandardStream stream, Bytes bytes);
bool is_terminal(StandardStream stream);
// From now on writing to a pipe that nobody reads fails instead of ending the process. Once, in main().
void ignore_closed_pipes();
// The reverse: what a program of its own expects, many of which never look whether their output arrives.
void end_on_closed_pipes();

}  // namespace wasmscope
