// SPDX-License-Identifier: Apache-2.0
#include "engine/debug/session.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>

#include "engine/debug/carry_out.h"
#include "engine/debug/debuggee.h"
#include "engine/debug/program_environment.h"

namespace wasmscope::debug {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kBetweenPublications = std::chrono::milliseconds(33);
constexpr size_t kQueuedCommands = 1024;

}  // namespace

struct Session::Impl final : Contact {
  struct Waiter {
    bool is_done = false;
    Reply reply;
  };
  struct Request {
    uint64_t id = 0;
    std::string line;
    std::optional<std::vector<uint8_t>> bytes;   // open these under the name `line`
    std::shared_ptr<Waiter> waiter;
    uint64_t steps = 0;                          // with a visitor
    Visitor visitor;
  };

  Impl(SessionOptions options, Listener the_listener)
      : listener(std::move(the_listener)),
        environment(std::make_shared<ProgramEnvironment>(options.environment,
                                                         [this](int channel, std::string text) {
                                                           emit({EventKind::Output, 0, channel, std::move(text)});
                                                         })),
        debuggee(std::move(options), environment, *this), current(std::make_shared<const Snapshot>()) {}

  // --- any thread
  uint64_t enqueue(Request request) {
    const std::lock_guard lock(mutex);
    const uint64_t request_id = request.id = next_id++;
    if (queue.size() >= kQueuedCommands && !request.waiter) {
      dropped.push_back(request.id);
    } else {
      if (is_busy.load() && ends_program(request)) environment->cut_sleep();
      queue.push_back(std::move(request));
    }
    last_id.store(request_id);
    is_busy.store(true);
    polls.store(true);
    wake.notify_one();
    return request_id;
  }
  Reply wait_for(Request request) {
    auto waiter = std::make_shared<Waiter>();
    request.waiter = waiter;
    enqueue(std::move(request));
    std::unique_lock lock(mutex);
    answered.wait(lock, [&] { return waiter->is_done || has_ended; });
    return waiter->reply;
  }
  void pause() {
    if (!is_busy.load()) return;
    pauses_until.store(last_id.load());
    environment->cut_sleep();
    polls.store(true);
  }

  // --- engine thread
  void run() {
    std::unique_lock lock(mutex);
    while (true) {
      wake.wait(lock, [&] { return quits || !queue.empty() || !dropped.empty() || wishes_changed; });
      if (quits) break;
      answer_dropped(lock);
      const bool has_wishes = take_wishes();
      if (queue.empty()) {
        lock.unlock();
        if (has_wishes) publish();
        lock.lock();
        go_idle();
        continue;
      }
      Request request = take_first();
      current_id = request.id;
      lock.unlock();
      environment->allow_sleep();
      const Answer answer = carry_out(request);
      answer_request(request, answer);
      lock.lock();
      go_idle();
    }
    has_ended = true;
    answered.notify_all();
    idle.notify_all();
  }

  void say(std::string lines) override { emit({EventKind::Output, 0, 0, std::move(lines)}); }
  Verdict poll() override {
    polls.store(false);
    bool publishes = Clock::now() - last_publication >= kBetweenPublications;
    std::unique_lock lock(mutex);
    if (quits) return Verdict::Abandon;
    publishes |= take_wishes();
    answer_dropped(lock);
    const bool is_loading = debuggee.state() == State::Loading;
    const bool is_searching = debuggee.is_searching();
    bool is_paused = false;
    // Whatever else is asked for while a module is loaded waits until it is there.
    if (is_loading && std::ranges::any_of(queue, ends_loading)) return Verdict::Abandon;
    while (!queue.empty() && !is_loading) {
      const auto line = parse_command_line(queue.front().line);
      const bool opens = queue.front().bytes.has_value();
      const Command command = line && line->info != nullptr ? line->info->command : Command::Help;
      // A search is short, and whatever comes may need what it looks through to stay as it is.
      if (is_searching) {
        if (opens || command == Command::Find || behaviour_while_running(command) == WhileRunning::Ends) return Verdict::Abandon;
        break;
      }
      // Breakpoints must stay as they are while the past is looked through.
      const bool is_ending = opens || behaviour_while_running(command) == WhileRunning::Ends;
      if (debuggee.is_searching_past() && !is_ending && command != Command::Pause) break;
      const WhileRunning behaviour = opens ? WhileRunning::Ends : behaviour_while_running(command);
      if (behaviour == WhileRunning::Ends) return Verdict::Abandon;
      const Request request = take_first();
      lock.unlock();
      is_paused |= command == Command::Pause;
      const Answer answer = behaviour == WhileRunning::Refused ? Answer(std::unexpected("the program is running: pause it first"))
                            : line                             ? debug::carry_out(debuggee, *line)
                                                               : Answer(std::unexpected(line.error()));
      answer_request(request, answer);
      lock.lock();
    }
    lock.unlock();
    if (!is_loading && (is_paused || pauses_until.load() >= current_id)) return Verdict::Pause;
    if (publishes) publish();
    return Verdict::GoOn;
  }
  const std::atomic<bool>& wants_poll() const override { return polls; }

  Answer carry_out(const Request& request) {
    if (request.bytes) return debuggee.open_bytes(request.line, *request.bytes);
    if (request.visitor) return debuggee.visit(request.steps, request.visitor);
    const auto line = parse_command_line(request.line);
    if (!line) return std::unexpected(line.error());
    return debug::carry_out(debuggee, *line);
  }

  void answer_request(const Request& request, const Answer& answer) {
    // Steps that come faster than anybody looks share a publication.
    bool is_last = true;
    {
      const std::lock_guard lock(mutex);
      is_last = queue.empty();
    }
    if (is_last || request.waiter || Clock::now() - last_publication >= kBetweenPublications) publish();
    const std::string& text = answer ? *answer : answer.error();
    emit({answer ? EventKind::Answer : EventKind::Failed, request.id, 0, text});
    if (!request.waiter) return;
    const std::lock_guard lock(mutex);
    request.waiter->is_done = true;
    request.waiter->reply = {answer.has_value(), text};
    answered.notify_all();
  }

  void answer_dropped(std::unique_lock<std::mutex>& lock) {
    while (!dropped.empty()) {
      const uint64_t id = dropped.front();
      dropped.pop_front();
      lock.unlock();
      emit({EventKind::Failed, id, 0, "too many commands are waiting"});
      lock.lock();
    }
  }

  void publish() {
    std::shared_ptr<const Snapshot> next = debuggee.build_snapshot(*current);
    {
      const std::lock_guard lock(mutex);
      current = std::move(next);
    }
    last_publication = Clock::now();
    emit({EventKind::Published, 0, 0, {}});
  }
  void emit(const Event& event) const {
    if (listener) listener(event);
  }

  // --- with the mutex held
  Request take_first() {
    Request request = std::move(queue.front());
    queue.pop_front();
    return request;
  }
  bool take_wishes() {
    if (!wishes_changed) return false;
    wishes_changed = false;
    debuggee.memory_wishes = memory_wishes;
    debuggee.table_wishes = table_wishes;
    debuggee.expression_wishes = expression_wishes;
    debuggee.code_wish = code_wish;
    return true;
  }
  void go_idle() {
    if (!queue.empty() || !dropped.empty() || wishes_changed) return;
    is_busy.store(false);
    idle.notify_all();
  }
  void wish() {
    wishes_changed = true;
    polls.store(true);
    is_busy.store(true);
    wake.notify_one();
  }
  static bool ends_loading(const Request& request) {
    if (request.bytes) return true;
    const auto line = parse_command_line(request.line);
    const Command command = line && line->info != nullptr ? line->info->command : Command::Help;
    return command == Command::Open || command == Command::Quit || command == Command::Kill;
  }
  static bool ends_program(const Request& request) {
    if (request.bytes) return true;
    const auto line = parse_command_line(request.line);
    return line && line->info != nullptr && behaviour_while_running(line->info->command) == WhileRunning::Ends;
  }

  const Listener listener;
  const std::shared_ptr<ProgramEnvironment> environment;
  Debuggee debuggee;                            // engine thread only
  Clock::time_point last_publication{};         // engine thread only
  uint64_t current_id = 0;                      // engine thread only: what is carried out, not counting what polls do

  std::mutex mutex;
  std::condition_variable wake, answered, idle;
  std::deque<Request> queue;
  std::deque<uint64_t> dropped;                 // ids of commands that found the queue full
  uint64_t next_id = 1;
  bool quits = false, has_ended = false, wishes_changed = false;
  std::map<uint32_t, std::vector<MemoryWish>> memory_wishes;
  std::map<uint32_t, uint64_t> table_wishes;
  std::map<uint32_t, std::vector<std::string>> expression_wishes;
  std::optional<wasm::FuncIndex> code_wish;
  std::shared_ptr<const Snapshot> current;      // written by the engine thread only

  // Lock-free, so that pause() may be called from a signal handler.
  std::atomic<bool> is_busy{false};
  std::atomic<uint64_t> last_id{0};             // of the newest command
  std::atomic<uint64_t> pauses_until{0};        // the newest command that is to be paused
  std::atomic<bool> polls{false};
  std::thread thread;
};

Session::Session(SessionOptions options, Listener listener)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(listener))) {
  impl_->thread = std::thread([impl = impl_.get()] { impl->run(); });
}

Session::~Session() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->quits = true;
    impl_->polls.store(true);
    impl_->environment->cut_everything();
    impl_->wake.notify_one();
  }
  impl_->thread.join();
}

uint64_t Session::post(std::string line) { return impl_->enqueue({0, std::move(line), {}, nullptr, 0, {}}); }
uint64_t Session::open(std::string name, std::vector<uint8_t> bytes) {
  return impl_->enqueue({0, std::move(name), std::move(bytes), nullptr, 0, {}});
}
Session::Reply Session::execute(std::string line) {
  Impl::Request request;
  request.line = std::move(line);
  return impl_->wait_for(std::move(request));
}
// While a program runs it is refused as a step is.
Session::Reply Session::visit(uint64_t steps, Visitor visitor) {
  Impl::Request request;
  request.line = "stepi";
  request.steps = steps;
  request.visitor = std::move(visitor);
  return impl_->wait_for(std::move(request));
}

void Session::wait_until_idle() {
  std::unique_lock lock(impl_->mutex);
  impl_->idle.wait(lock, [&] { return !impl_->is_busy.load() || impl_->has_ended; });
}
bool Session::is_idle() const { return !impl_->is_busy.load(); }

std::shared_ptr<const Snapshot> Session::snapshot() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->current;
}

void Session::pause() { impl_->pause(); }

void Session::want_memory(uint32_t client, std::vector<MemoryWish> wishes) {
  const std::lock_guard lock(impl_->mutex);
  impl_->memory_wishes[client] = std::move(wishes);
  impl_->wish();
}
void Session::want_table(uint32_t table, uint64_t first) {
  const std::lock_guard lock(impl_->mutex);
  impl_->table_wishes[table] = first;
  impl_->wish();
}
void Session::want_expressions(uint32_t client, std::vector<std::string> texts) {
  const std::lock_guard lock(impl_->mutex);
  impl_->expression_wishes[client] = std::move(texts);
  impl_->wish();
}
void Session::want_code(wasm::FuncIndex func) {
  const std::lock_guard lock(impl_->mutex);
  impl_->code_wish = func == wasm::kNoIndex ? std::nullopt : std::optional(func);
  impl_->wish();
}

}  // namespace wasmscope::debug
