// SPDX-License-Identifier: Apache-2.0
// The state hash: one number for everything a program can observe at an instant. Covers memories, tables, globals,
// dropped segments, the heap and, per frame, instance, function, pc, locals, described operands and exceptions being
// handled. Dead slots are left out, so the same instant has the same hash in every tier, flavour and run.
#pragma once
#include "engine/runtime/execution.h"

namespace wasmscope::replay {

// The execution stands at an instant, trapped at one, or has ended.
uint64_t hash_state(const runtime::Store& store, const runtime::Execution& execution);

}  // namespace wasmscope::replay
