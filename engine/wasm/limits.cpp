// SPDX-License-Identifier: Apache-2.0
#include "engine/wasm/limits.h"

namespace wasmscope::wasm {
namespace {

constexpr LimitInfo kLimits[] = {
#define LIMIT(Name, value, text) {#Name, value, text},
#include "engine/wasm/limits.def"
};
static_assert(kMaxMemoryBytes == kMaxMemoryPages << 16);
static_assert(kMaxFrameResults >= 2 * kMaxParams && kMaxFrameResults >= 2 * kMaxResults);

}  // namespace

std::span<const LimitInfo> all_limits() { return kLimits; }

}  // namespace wasmscope::wasm
