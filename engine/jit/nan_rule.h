// SPDX-License-Identifier: Apache-2.0
// What compiled code does with NaNs that float arithmetic makes.
#pragma once
#include <cstdint>

namespace wasmscope::jit {

// Canonical: they are as the interpreter has them before anything sees their bits. AsComputed: they stay as the processor
// made them, which the specification allows too; then runs are the same on one kind of processor only.
// https://webassembly.github.io/spec/core/exec/numerics.html#nan-propagation
enum class NanRule : uint8_t { Canonical, AsComputed };

}  // namespace wasmscope::jit
