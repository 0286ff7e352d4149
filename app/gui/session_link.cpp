// SPDX-License-Identifier: Apache-2.0
#include "app/gui/session_link.h"

#include <algorithm>
#include <cstring>

#include "assets/assets.h"
#include "engine/debug/commands.h"

namespace wasmscope::app {
namespace {

constexpr uint32_t kWindowClient = 1;    // of the session's wishes

}  // namespace

// A window has no standard input worth reading: a sample's is given to it, everything else reads the end.
// What the program writes is shown in the console and goes nowhere else.
class SampleInput final : public host::Environment {
 public:
  uint64_t realtime_ns() override { return system_->realtime_ns(); }
  uint64_t monotonic_ns() override { return system_->monotonic_ns(); }
  void random(std::span<uint8_t> out) override { system_->random(out); }
  void write(int, Bytes) override {}
  void sleep_ns(uint64_t duration_ns) override { system_->sleep_ns(duration_ns); }
  int64_t read_stdin(std::span<uint8_t> out) override {
    const std::lock_guard lock(mutex_);
    const size_t count = std::min(out.size(), text_.size() - at_);
    if (count > 0) std::memcpy(out.data(), text_.data() + at_, count);
    at_ += count;
    return static_cast<int64_t>(count);
  }
  void set_text(std::string_view text) {
    const std::lock_guard lock(mutex_);
    text_ = text;
    at_ = 0;
  }
  void rewind() {
    const std::lock_guard lock(mutex_);
    at_ = 0;
  }

 private:
  std::shared_ptr<host::Environment> system_ = host::system_environment();
  std::mutex mutex_;
  std::string text_;
  size_t at_ = 0;
};

SessionLink::SessionLink(debug::SessionOptions options, std::function<void()> wake)
    : wake_(std::move(wake)), input_(std::make_shared<SampleInput>()) {
  options.environment = input_;
  session_ = std::make_unique<debug::Session>(std::move(options), [this](const debug::Event& event) {
    if (event.kind != debug::EventKind::Published) {
      const std::lock_guard lock(mutex_);
      events_.push_back(event);
    }
    wake_();
  });
}

SessionLink::~SessionLink() = default;

std::shared_ptr<const debug::Snapshot> SessionLink::snapshot() { return session_->snapshot(); }

std::vector<debug::Event> SessionLink::take_events() {
  std::vector<debug::Event> events;
  {
    const std::lock_guard lock(mutex_);
    events = std::exchange(events_, {});
  }
  std::erase_if(events, [this](debug::Event& event) {
    if (automatic_.erase(event.command) > 0 && event.kind == debug::EventKind::Failed) {
      event.kind = debug::EventKind::Answer;
      // Opening a module that has nothing to run by itself has just said so.
      if (last_answer_.ends_with(event.text)) return true;
    }
    if (event.kind == debug::EventKind::Answer) last_answer_ = event.text;
    return false;
  });
  return events;
}

uint64_t SessionLink::post(std::string line) {
  const std::string_view word = std::string_view(line).substr(0, line.find(' '));
  if (word == "run" || word == "r" || word == "start") input_->rewind();
  return session_->post(std::move(line));
}

bool SessionLink::is_idle() const { return session_->is_idle(); }
void SessionLink::pause() { session_->pause(); }

void SessionLink::start(std::string line) {
  // Its answer is looked at by this thread only, and not before this.
  automatic_.insert(session_->post(std::move(line)));
}

void SessionLink::open_file(const std::string& path) {
  input_->set_text("");
  session_->post("open " + debug::quote(path));
  start("start");
}

void SessionLink::open_sample(const std::string& name) {
  const assets::Sample* sample = assets::find_sample(name);
  if (sample == nullptr) return;
  input_->set_text(sample->input);
  session_->open(name + ".wasm", {sample->bytes.begin(), sample->bytes.end()});
  start("start " + std::string(sample->entry));
}

void SessionLink::want_memory(std::vector<debug::Session::MemoryWish> wishes) {
  session_->want_memory(kWindowClient, std::move(wishes));
}

void SessionLink::want_table(wasm::TableIndex table, uint64_t first) { session_->want_table(table, first); }

void SessionLink::want_expressions(std::vector<std::string> texts) {
  session_->want_expressions(kWindowClient, std::move(texts));
}

void SessionLink::want_code(wasm::FuncIndex func) { session_->want_code(func); }

}  // namespace wasmscope::app
