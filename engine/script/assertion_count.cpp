// SPDX-License-Identifier: Apache-2.0
#include "engine/script/assertion_count.h"

namespace wasmscope::script {

uint64_t count_assertions(std::string_view source) {
  uint64_t count = 0;
  uint64_t comments = 0;   // nested block comments around `i`
  for (size_t i = 0; i < source.size(); ++i) {
    const std::string_view rest = source.substr(i);
    if (rest.starts_with("(;")) {
      ++comments;
      ++i;
    } else if (comments != 0) {
      if (!rest.starts_with(";)")) continue;
      --comments;
      ++i;
    } else if (rest.starts_with(";;")) {
      const size_t end = rest.find_first_of("\n\r");
      if (end == std::string_view::npos) return count;
      i += end;
    } else if (source[i] == '"') {
      for (++i; i < source.size() && source[i] != '"'; ++i)
        if (source[i] == '\\') ++i;
    } else if (source[i] == '(') {
      const size_t word = rest.find_first_not_of(" \t\n\r", 1);
      if (word != std::string_view::npos && rest.substr(word).starts_with("assert_")) ++count;
    }
  }
  return count;
}

}  // namespace wasmscope::script
