// SPDX-License-Identifier: Apache-2.0
// Values that are certain to stand beside instructions when a frame is stopped: those of the operands still on
// the stack, beside the instructions that pushed them, and of locals read and not written since. Only what
// follows from straight-line code before the stop; nothing is guessed and nothing was recorded.
#pragma once
#include <map>
#include <string>

#include "engine/debug/snapshot.h"
#include "ui/model/code_listing.h"

namespace wasmscope::ui {

enum class KnownKind : uint8_t {
  Result,      // what the instruction pushed
  NotTaken,    // a conditional branch that fell through
  Operands,    // what the current instruction is about to take
};
struct KnownValue {
  KnownKind kind{};
  std::string text;
};

// By row of the listing. The frame must have values and be in the listing's function.
std::map<size_t, KnownValue> known_values(const CodeListing& listing, const wasm::Module& module,
                                          const debug::Frame& frame);

}  // namespace wasmscope::ui
