// SPDX-License-Identifier: Apache-2.0
// Parses a module written as text into the binary format, with the identifiers kept as names. Nothing here
// recurses on the input. Errors are Malformed and carry line, column and an excerpt; what is only invalid is
// left to validation, whose errors SourceMap brings back to the text.
// https://webassembly.github.io/spec/core/text/modules.html
#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/wasm/error.h"
#include "engine/wasm/features.h"

namespace wasmscope::text {

// Which text a place in the binary was made from: an instruction, or an item of a section.
class SourceMap {
 public:
  struct Entry {
    uint32_t binary = 0, text = 0;   // begins, as byte offsets
  };
  explicit SourceMap(std::vector<Entry> sorted = {}) : entries_(std::move(sorted)) {}

  // Of the last entry that begins at or before the offset; null when there is none.
  const Entry* find(uint64_t binary_offset) const;
  const std::vector<Entry>& entries() const { return entries_; }

 private:
  std::vector<Entry> entries_;       // ascending by `binary`
};

struct ParsedModule {
  std::vector<uint8_t> bytes;
  SourceMap source_map;
};

// `source` is one `(module ...)` or the fields of one. `features` decides where the format itself depends on
// them: the range of limits.
Result<ParsedModule> parse_module(std::string_view source, const wasm::Features& features);

// Whether a file begins as a text does: with a parenthesis or a comment, after white space.
bool is_text(Bytes bytes);

// The error of validating a parsed module, with its place in the text added.
Error in_source(Error error, const SourceMap& map, std::string_view source);

}  // namespace wasmscope::text
