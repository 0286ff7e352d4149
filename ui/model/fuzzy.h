// SPDX-License-Identifier: Apache-2.0
// Fuzzy matching for the palette: all characters of the pattern in order, better when they begin words or
// follow each other. Case is ignored; blanks in the pattern match nothing.
#pragma once
#include <optional>
#include <string_view>

namespace wasmscope::ui {

// Higher is better; nullopt when the text does not match. An empty pattern matches everything with 0.
std::optional<int> fuzzy_score(std::string_view pattern, std::string_view text);

}  // namespace wasmscope::ui
