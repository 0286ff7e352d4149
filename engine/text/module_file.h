// SPDX-License-Identifier: Apache-2.0
// A module's file, whichever format it is in: text becomes binary, and what is wrong with that binary is told
// by line and column of the text. A file is text when, after white space, it begins with a parenthesis or a
// comment.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "engine/text/parser.h"

namespace wasmscope::text {

struct ModuleFile {
  std::vector<uint8_t> bytes;    // binary; empty when the text does not parse
  std::string source;            // the text; empty for a binary file
  SourceMap source_map;
  std::optional<Error> error;    // why the text does not parse

  bool is_text() const { return !source.empty(); }
  // An error in `bytes`, with its place in the text.
  Error locate(Error failure) const {
    return is_text() ? in_source(std::move(failure), source_map, source) : std::move(failure);
  }
};

ModuleFile to_module_file(std::vector<uint8_t> file, const wasm::Features& features);

}  // namespace wasmscope::text
