// SPDX-License-Identifier: Apache-2.0
#include "assets/assets.h"

extern "C" {
#define SAMPLE(name, entry, traps, input, summary) \
  extern const uint8_t wasmscope_sample_##name[];  \
  extern const uint8_t wasmscope_sample_##name##_end[];
#include "assets/samples.def"
extern const uint8_t wasmscope_mono_font[];
extern const uint8_t wasmscope_mono_font_end[];
}

namespace wasmscope::assets {

std::span<const Sample> samples() {
#define SAMPLE(name, entry, traps, input, summary) \
  Sample{#name, entry, traps != 0, input, summary, {wasmscope_sample_##name, wasmscope_sample_##name##_end}},
  static const Sample kSamples[] = {
#include "assets/samples.def"
  };
  return kSamples;
}

const Sample* find_sample(std::string_view name) {
  for (const Sample& sample : samples()) {
    if (sample.name == name) return &sample;
  }
  return nullptr;
}

std::span<const uint8_t> mono_font() { return {wasmscope_mono_font, wasmscope_mono_font_end}; }

}  // namespace wasmscope::assets
