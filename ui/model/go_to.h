// SPDX-License-Identifier: Apache-2.0
// Where a typed place leads: the grammar of engine/debug/place.h and, in a memory, distances from the cursor
// (+0x10, -16) and the names of globals that hold addresses.
#pragma once
#include <expected>
#include <string>
#include <string_view>

#include "engine/debug/snapshot.h"
#include "ui/model/intent.h"

namespace wasmscope::ui {

// A plain number is an address in `memory`, in which the cursor stands. The error is one line for people.
std::expected<Intent, std::string> parse_go_to(std::string_view text, const debug::Snapshot& snapshot,
                                               wasm::MemoryIndex memory, uint64_t cursor);

}  // namespace wasmscope::ui
