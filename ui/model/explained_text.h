// SPDX-License-Identifier: Apache-2.0
// What stands out in a sentence about a trap: numbers, names of locals and globals, and what is wrong about it.
// The runs, put together, are the sentence. Views point into it.
#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

namespace wasmscope::ui {

enum class ExplainedRole : uint8_t { Plain, Number, Name, Wrong };
struct ExplainedRun {
  ExplainedRole role{};
  std::string_view text;
};
std::vector<ExplainedRun> split_explanation(std::string_view sentence);

}  // namespace wasmscope::ui
