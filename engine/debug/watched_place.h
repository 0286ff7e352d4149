// SPDX-License-Identifier: Apache-2.0
// A place of a program's state that somebody wants to know the reads or writes of: bytes of a memory, a global, an
// element of a table, a local of a frame, a field of an object. Says what an interpreter has to ask about, and whether
// an instruction or the host touches it. Engine thread only.
#pragma once
#include "engine/debug/expression.h"
#include "engine/debug/inspection.h"
#include "engine/debug/snapshot.h"
#include "engine/replay/access.h"
#include "engine/replay/timeline.h"

namespace wasmscope::debug {

class WatchedPlace {
 public:
  // As an expression located it in the program as it stands. Not an operand.
  WatchedPlace(const ExpressionPlace& place, const replay::Timeline& timeline);

  // Everything that `mode` needs asked. Locals are asked about in their function only.
  void add_to(WatchMode mode, replay::Search& search) const;
  bool is_written_by(const replay::Accesses& accesses, const runtime::Execution& execution) const;
  bool is_read_by(const replay::Accesses& accesses, const runtime::Execution& execution) const;
  bool is_written_by(const runtime::HostEvent& event) const;
  // What is there now; empty when it is not there.
  std::vector<uint8_t> read(const replay::Timeline& timeline) const;
  // The same as people read it: a value of the place's type, bytes in hex, "not there".
  std::string text(const replay::Timeline& timeline, const Inspection& inspection) const;

  const ExpressionPlace& place() const { return place_; }
  // Locals: the function whose frame it is in.
  wasm::FuncIndex func() const { return func_; }

 private:
  bool is_touched_by(const replay::Access& access, const runtime::Execution& execution) const;

  ExpressionPlace place_;
  const wasm::Module* module_ = nullptr;
  wasm::FuncIndex func_ = wasm::kNoIndex;
  uint32_t memory_ = 0;                        // store address
  uint64_t slot_ = 0;                          // Local: in the value stack
};

}  // namespace wasmscope::debug
