// SPDX-License-Identifier: Apache-2.0
// The files the program carries inside itself: the sample modules and the font. They are placed in
// read-only data by embed.S, so every view returned here is valid for the life of the process.
// samples.def is the one list of samples; a row there needs samples/<name>/<name>.wasm and nothing else.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

namespace wasmscope::assets {

struct Sample {
  std::string_view name;
  std::string_view entry;    // export to call first
  bool traps = false;        // calling it ends in a trap
  std::string_view input;    // standard input to give it when it is opened from the window
  std::string_view summary;  // one line of plain text
  std::span<const uint8_t> bytes;
};

// All samples in the order in which they are offered.
std::span<const Sample> samples();

// The sample of that name, or nullptr.
const Sample* find_sample(std::string_view name);

// JetBrains Mono Regular, a TrueType file.
std::span<const uint8_t> mono_font();

}  // namespace wasmscope::assets
