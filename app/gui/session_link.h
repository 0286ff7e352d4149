// SPDX-License-Identifier: Apache-2.0
// Connects the shell to a real session: events from the engine thread wait here until the next frame asks.
#pragma once
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "ui/shell/session_port.h"

namespace wasmscope::app {

class SampleInput;

class SessionLink final : public ui::SessionPort {
 public:
  // `wake` is called from the engine thread whenever there is something new to show.
  SessionLink(debug::SessionOptions options, std::function<void()> wake);
  ~SessionLink() override;

  std::shared_ptr<const debug::Snapshot> snapshot() override;
  std::vector<debug::Event> take_events() override;
  uint64_t post(std::string line) override;
  bool is_idle() const override;
  void pause() override;
  void open_file(const std::string& path) override;
  void open_sample(const std::string& name) override;
  void wake() override { wake_(); }
  void want_memory(std::vector<debug::Session::MemoryWish> wishes) override;
  void want_table(wasm::TableIndex table, uint64_t first) override;
  void want_expressions(std::vector<std::string> texts) override;
  void want_code(wasm::FuncIndex func) override;

 private:
  void start(std::string line);

  std::function<void()> wake_;
  std::mutex mutex_;
  std::vector<debug::Event> events_;
  // The rest but the session belongs to the window's thread.
  std::set<uint64_t> automatic_;               // commands nobody typed: that they cannot be done is no failure
  std::string last_answer_;
  std::shared_ptr<SampleInput> input_;
  std::unique_ptr<debug::Session> session_;    // last: its thread uses the rest
};

}  // namespace wasmscope::app
