// SPDX-License-Identifier: Apache-2.0
// What the shell needs of a debugging session. The program connects it to a real one; tests answer themselves.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "engine/debug/session.h"

namespace wasmscope::ui {

class SessionPort {
 public:
  virtual ~SessionPort() = default;
  // The newest one; never null.
  virtual std::shared_ptr<const debug::Snapshot> snapshot() = 0;
  // What happened since the last call.
  virtual std::vector<debug::Event> take_events() = 0;
  virtual uint64_t post(std::string line) = 0;
  virtual bool is_idle() const = 0;
  virtual void pause() = 0;
  // Opens the file and starts it, so that its first instruction shows.
  virtual void open_file(const std::string& path) = 0;
  virtual void open_sample(const std::string& name) = 0;
  // From any thread: there is something new to draw.
  virtual void wake() = 0;
  virtual void want_memory(std::vector<debug::Session::MemoryWish> wishes) = 0;
  virtual void want_table(wasm::TableIndex table, uint64_t first) = 0;
  virtual void want_expressions(std::vector<std::string> texts) = 0;
  virtual void want_code(wasm::FuncIndex func) = 0;
};

}  // namespace wasmscope::ui
