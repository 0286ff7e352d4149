// SPDX-License-Identifier: Apache-2.0
// Places in a text: a byte offset is what everything here keeps, the line and the column are counted when
// somebody asks. Lines end in LF, CR LF or CR; columns count code points; both are from 1.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/wasm/error.h"

namespace wasmscope::text {

struct TextPlace {
  uint32_t line = 1, column = 1;
};
TextPlace place_at(std::string_view source, uint64_t offset);

// An error with the line, the column and the excerpt of the text, [begin, end) marked.
Error error_in(std::string_view source, ErrorCode code, ByteRange range, std::string detail = {});

// Gives an error whose place is an offset in a binary the place of the text that the binary was made from.
void set_place(Error& error, std::string_view source, ByteRange range);

}  // namespace wasmscope::text
