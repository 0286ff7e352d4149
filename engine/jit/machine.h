// SPDX-License-Identifier: Apache-2.0
// What machine code of this tier keeps where. Internal to jit/.
//
//   rbx  the frame's first slot      r12  memory 0                     r14  ticks left of the chunk
//   rbp  the Context                 r13  the next control record      rax, rcx, xmm0, xmm1  nothing from one operation
//                                                                      to the next
//
// All others hold slots. There is no register that a call keeps: everything is in the frame then. Of the parameters the
// first are in registers too (FunctionCompiler::parameters_from), and one scalar result is in rax only.
#pragma once
#include <cstddef>
#include <memory_resource>

#include "engine/interp/compiled.h"
#include "engine/jit/assembler.h"
#include "engine/runtime/execution.h"

namespace wasmscope::jit {

inline constexpr x86::Gp kFrame = x86::rbx, kContext = x86::rbp, kMemory = x86::r12, kTop = x86::r13, kBudget = x86::r14;

// The Context has it right while compiled code runs.
inline const x86::Mem kMemorySize = x86::qword_ptr(x86::rbp, interp::loop_layout().memory_size);

inline x86::Mem slot_at(uint64_t slot, uint32_t bytes = 8) { return x86::Mem(kFrame, static_cast<int32_t>(slot * 8), bytes); }

// Both compilers have offsets in such classes.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Winvalid-offsetof"
inline constexpr int32_t kCompiledOffset = offsetof(runtime::Func, compiled);
inline constexpr int32_t kEntryOffset = offsetof(runtime::Func, entry);
inline constexpr int32_t kCanonicalTypeOffset = offsetof(runtime::Func, canonical_type);
inline constexpr int32_t kInstanceOffset = offsetof(runtime::Func, instance);
#pragma GCC diagnostic pop

// What is needed only while one function is compiled.
using Arena = std::pmr::monotonic_buffer_resource;

// Pieces of code that all functions share.
struct Stubs {
  const void* enter_func = nullptr;    // handler of a function's entry cell: goes on at the next cell's bits
  const void* enter_point = nullptr;   // handler of other cells: goes on at the cell's bits
  const void* enter_result = nullptr;  // the same where a call returns: the next cell's bits say where in the frame its result is
  const void* call_runtime = nullptr;  // rdi: the first cell, rax: the function; the handlers come back through
  const void* back = nullptr;          // the handler of the last cell
  const void* leave = nullptr;         // to the handler in rax; ctx->func is set
  const void* leave_by_exit = nullptr; // rax: the function's exits; what has been called is one of them
  const void* call_any = nullptr;      // what compiled code calls instead of a function that is not compiled; rax: the function
};

}  // namespace wasmscope::jit
