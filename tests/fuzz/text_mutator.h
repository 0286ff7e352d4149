// SPDX-License-Identifier: Apache-2.0
// Changes a text by its lexemes, so that it often still parses: lists and words are removed, doubled, swapped or
// replaced by others of their kind, words by keywords of the format; now and then a byte changes. The same seed
// makes the same change.
#pragma once
#include <cstdint>
#include <vector>

#include "engine/base/bytes.h"

namespace wasmscope::fuzz {

// Never more than max_bytes.
std::vector<uint8_t> mutate_text(Bytes bytes, size_t max_bytes, uint64_t seed);
// Texts as texts, everything else as binary modules.
std::vector<uint8_t> mutate_any(Bytes bytes, size_t max_bytes, uint64_t seed);

}  // namespace wasmscope::fuzz
