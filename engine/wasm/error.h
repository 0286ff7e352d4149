// SPDX-License-Identifier: Apache-2.0
// Every error a user can see: a row of errors.def plus the place. Errors are values; the first one wins
// and ends the operation. A trap is not an error, see engine/runtime/outcome.h.
#pragma once
#include <expected>
#include <string>
#include <string_view>

#include "engine/base/bytes.h"
#include "engine/wasm/types.h"

namespace wasmscope {

enum class ErrorCode : uint16_t {
#define ERROR(Name, kind, text) Name,
#include "engine/wasm/errors.def"
};
// Malformed: the bytes do not follow the grammar. Invalid: they do, but do not validate. Link: imports,
// instantiation. Unsupported: a feature not switched on or not executed yet. File: the operating system.
// Usage: what the user asked for does not exist or makes no sense.
enum class ErrorKind : uint8_t { Malformed, Invalid, Link, Unsupported, File, Usage };

struct Error {
  ErrorCode code{};
  std::string detail;                    // appended to the row's text: names, expected and found types, numbers
  ByteRange range;                       // in the module's file; empty where there is no place
  bool has_range = false;
  wasm::FuncIndex func = wasm::kNoIndex; // the function whose body it is in
  uint32_t line = 0, column = 0;         // in a text, from 1; 0 where the place is not in a text
  std::string excerpt;                   // of that text: the line, and below it marks under the place
};
template <class T>
using Result = std::expected<T, Error>;

ErrorKind kind_of(ErrorCode code);
std::string_view text_of(ErrorCode code);
std::string_view name_of(ErrorCode code);
std::string_view name_of(ErrorKind kind);   // "malformed", "invalid", ...

Error error_at(ErrorCode code, ByteRange range, std::string detail = {});
Error error(ErrorCode code, std::string detail = {});

namespace wasm {
struct Module;
}
// One line, e.g. `invalid at 0x1c in func 3 (parse): type mismatch: expected i32, found f64`.
// `module` may be null or incomplete; with it the section and function are named.
std::string to_line(const Error& error, const wasm::Module* module);
// A place in a text is told by line and column: `malformed at 3:14: unknown operator: i32.ad`.
// The line, then a hex window of `bytes` with the range marked (up to three rows of 16 bytes), or the
// excerpt of the text.
std::string to_report(const Error& error, Bytes bytes, const wasm::Module* module);
}  // namespace wasmscope
