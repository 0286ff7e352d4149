// SPDX-License-Identifier: Apache-2.0
// A debugger session for tests: the program's world is a fake one, its output is kept, and commands that are
// expected to work say so when they do not.
#pragma once
#include <gtest/gtest.h>

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine/debug/session.h"
#include "tests/support/chosen_tier.h"
#include "tests/support/fake_environment.h"

namespace wasmscope::test {

class DebugSession {
 public:
  explicit DebugSession(const std::string& file, debug::SessionOptions options = {})
      : world(std::make_shared<FakeEnvironment>()), session(with_world(std::move(options)), [this](const debug::Event& event) {
          const std::lock_guard lock(mutex_);
          if (event.kind == debug::EventKind::Output) output_ += event.text;
          if (event.kind == debug::EventKind::Failed) failures_.push_back(event.text);
        }) {
    if (!file.empty()) opened = session.execute("open " + file).text;
  }

  // The answer of a command that must work, or must not.
  std::string run(const std::string& line) {
    const debug::Session::Reply reply = session.execute(line);
    EXPECT_TRUE(reply.ok) << line << ": " << reply.text;
    return reply.text;
  }
  std::string fail(const std::string& line) {
    const debug::Session::Reply reply = session.execute(line);
    EXPECT_FALSE(reply.ok) << line << ": " << reply.text;
    return reply.text;
  }
  std::shared_ptr<const debug::Snapshot> snapshot() const { return session.snapshot(); }
  std::string output() const {
    const std::lock_guard lock(mutex_);
    return output_;
  }
  std::vector<std::string> failures() const {
    const std::lock_guard lock(mutex_);
    return failures_;
  }

 private:
  debug::SessionOptions with_world(debug::SessionOptions options) const {
    options.environment = world;
    if (chosen_tier().compile_when == interp::CompileWhen::Called) options.tier = debug::Tier::Jit;
    return options;
  }
  mutable std::mutex mutex_;
  std::string output_;
  std::vector<std::string> failures_;

 public:
  std::shared_ptr<FakeEnvironment> world;
  std::string opened;
  debug::Session session;
};

inline std::string sample(const std::string& name) { return "assets/samples/" + name + "/" + name + ".wasm"; }
inline std::string fixture(const std::string& name) { return "tests/fixtures/" + name + "/" + name + ".wasm"; }

}  // namespace wasmscope::test
