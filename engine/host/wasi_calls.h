// SPDX-License-Identifier: Apache-2.0
// The calls of wasi.def that are served, one function each. Layer-private.
// Arguments are read by position, in the order of the row's letters. A call checks all its pointers before
// it acts on the outside world, so a program that passes a bad one loses no input and prints nothing.
#pragma once
#include "engine/host/wasi.h"

namespace wasmscope::host {

// The numbers of preview 1's errno type that these calls answer.
enum class Errno : uint16_t { Success = 0, BadF = 8, Fault = 21, Inval = 28, Io = 29, NoSys = 52, SPipe = 70 };

// Which of the two versions of the interface a module imported: some structures differ.
enum class WasiLayout : uint8_t { Preview1, Unstable };

struct WasiContext {
  WasiOptions options;
  std::shared_ptr<Environment> environment;
  std::shared_ptr<WasiState> state;
};

using WasiCall = Errno (*)(runtime::HostCall& call, WasiContext& context, WasiLayout layout);

// Null for rows that answer ENOSYS.
WasiCall find_wasi_call(std::string_view name);

}  // namespace wasmscope::host
