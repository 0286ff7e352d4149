// SPDX-License-Identifier: Apache-2.0
// WASI preview 1 as an import object. Offered under "wasi_snapshot_preview1" and, with the older layouts of
// that version, under "wasi_unstable". Programs get the three standard streams and no directories yet.
// A bad pointer, descriptor or length is an errno for the program, never a fault of the host.
// https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md
#pragma once
#include <array>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "engine/host/environment.h"
#include "engine/runtime/host_function.h"

namespace wasmscope::host {

struct WasiOptions {
  std::vector<std::string> arguments;                     // argv[0] first
  std::vector<std::pair<std::string, std::string>> env;
};

enum class FdKind : uint8_t { Closed, Stdin, Stdout, Stderr };
struct VirtualFd {
  FdKind kind = FdKind::Closed;
  uint16_t flags = 0;                                     // fdflags
};

// Everything that calls change on the host's side, and so part of a program's state: plain data, to be
// copied and restored with the regions.
struct WasiState {
  std::array<VirtualFd, 3> fds{{{FdKind::Stdin, 0}, {FdKind::Stdout, 0}, {FdKind::Stderr, 0}}};
};
static_assert(std::is_trivially_copyable_v<WasiState>);

// `state` may be given to look at it or to restore it; the imports share it.
runtime::Imports wasi_imports(WasiOptions options, std::shared_ptr<Environment> environment,
                              std::shared_ptr<WasiState> state = nullptr);

// "wasi_snapshot_preview1" and "wasi_unstable".
bool is_wasi_module(std::string_view module);

}  // namespace wasmscope::host
