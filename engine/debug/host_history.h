// SPDX-License-Identifier: Apache-2.0
// The host's own state over a program's time: how much of its input has been read, which descriptors are open. The
// recording needs none of it to go back, since it has the host's answers; but when history takes another way from an
// instant of the past, the host must be as it was there. Kept by event of the log, where it changed. Engine thread only.
#pragma once
#include <memory>

#include "engine/debug/program_environment.h"
#include "engine/host/wasi.h"
#include "engine/replay/event_log.h"

namespace wasmscope::debug {

class HostHistory {
 public:
  // Of a new program: what others have read of the input is not read again.
  explicit HostHistory(std::shared_ptr<ProgramEnvironment> environment);

  // WASI's functions, which say so when they have changed something.
  runtime::Imports imports(host::WasiOptions options) const;
  void bind(const replay::EventLog& log);
  // The host is where the log stands; what came after is forgotten.
  void go_back();

 private:
  struct Entry {
    uint64_t events = 0;          // before which this holds
    uint64_t input = 0;           // bytes
    host::WasiState wasi;
  };
  struct Notes {
    void note();
    std::shared_ptr<ProgramEnvironment> environment;
    std::shared_ptr<host::WasiState> wasi = std::make_shared<host::WasiState>();
    const replay::EventLog* log = nullptr;
    std::vector<Entry> entries;   // ascending; the first holds at the start
  };
  std::shared_ptr<Notes> notes_;
};

}  // namespace wasmscope::debug
