// SPDX-License-Identifier: Apache-2.0
// What `run` says on stderr when a program does not end by itself: the trap or the missing import, and the
// calls that led there. All names are escaped.
#pragma once
#include "engine/debug/inspection.h"
#include "engine/runtime/outcome.h"

namespace wasmscope::app {

// The execution stands at the trapping instruction.
void report_trap(const debug::Inspection& stopped, const runtime::Trapped& trapped);
void report_instantiation_trap(const runtime::Instance& instance, const symbols::Names& names, wasm::TrapCode code,
                               ByteRange segment);
// The execution is paused at a call of an import that nobody provides.
void report_missing_call(const debug::Inspection& stopped);
void report_missing(const runtime::Func& func);

}  // namespace wasmscope::app
