// SPDX-License-Identifier: Apache-2.0
// The debugger without a face. A Session runs the engine on its own thread: post commands, receive events,
// read snapshots. Every member function may be called from any thread unless it says otherwise.
//
//          post()                       publish()
//   faces ---------> bounded queue --> engine thread --> snapshot(), events to the listener
//
//   Empty --open--> Loading --> Loaded --run--> Running <--> Paused --> Ended
#pragma once
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/debug/snapshot.h"
#include "engine/host/environment.h"

namespace wasmscope::debug {

struct SessionOptions {
  wasm::Features features;
  std::vector<std::string> arguments;                     // argv[1..] of the program
  std::vector<std::pair<std::string, std::string>> env;
  std::string invoke;                                     // export to call; empty: _start, main, or none
  bool records = true;                                    // the program's past, to go back to
  uint64_t record_budget_bytes = uint64_t{1} << 30;       // what that may take
  Tier tier = Tier::Auto;                                 // what executes; `set tier` changes it
  // Where breakpoints are kept from one session to the next; "" for nowhere.
  std::string state_folder;
  // Null: the system's. What the program writes comes as Output events; only an environment given here also
  // gets it.
  std::shared_ptr<host::Environment> environment;
};

enum class EventKind : uint8_t {
  Published,     // a new snapshot is there
  Output,        // `text`: what the program wrote to stdout or stderr (`channel` 1 or 2)
  Answer,        // `text`: the lines a command printed; `command` which
  Failed,        // `text`: why a command could not be done
};
struct Event {
  EventKind kind{};
  uint64_t command = 0;      // id that post() returned, 0 when no command caused it
  int channel = 0;
  std::string text;
};

class Session {
 public:
  // The listener runs on the engine thread and must not block or call back except post().
  using Listener = std::function<void(const Event&)>;
  explicit Session(SessionOptions options, Listener listener = {});
  ~Session();   // stops the program and joins the thread

  // A line of commands.def's language: "break parse_number", "stepi", "memory 0x1ff00 64". Never blocks.
  // The answer comes as events with the returned id; Answer or Failed ends the command. A command that sets the
  // program running is answered when it stops. Meanwhile breakpoints, pause, info and help are carried out at
  // once; kill, run, start, open and quit end the program first; the others fail. While the past is searched commands
  // wait, but for those that end or pause it. While a memory is searched
  // commands wait, but for a new search and what ends the program: these end the search.
  uint64_t post(std::string line);

  // Opens a module that is no file: a bundled sample. Like post() in everything else.
  uint64_t open(std::string name, std::vector<uint8_t> bytes);

  // Posts and waits until the command is answered and, if it set the program running, until it stopped.
  // For the terminal and for tests; not from the listener.
  struct Reply {
    bool ok = false;
    std::string text;
  };
  Reply execute(std::string line);
  // Steps with somebody looking: before each of `steps` instructions the visitor, on the engine thread, sees the
  // innermost frame; false ends it. Watchpoints and the program's end do too, breakpoints do not. Waits as execute().
  struct Visit {
    runtime::Instant instant;
    uint32_t func = 0;
    std::span<const runtime::Value> locals, operands;   // operands from the bottom
  };
  using Visitor = std::function<bool(const Visit&)>;
  Reply visit(uint64_t steps, Visitor visitor);
  // Waits until the program is not running and nothing is queued. For tests and scripts.
  void wait_until_idle();
  bool is_idle() const;

  std::shared_ptr<const Snapshot> snapshot() const;

  // Interrupts a running program at its next tick; immediate, does not go through the queue. Does nothing
  // when nothing runs. May be called from a signal handler.
  void pause();

  // The ranges (bytes) of a memory that published snapshots should contain; replaces earlier wishes of
  // the same `client`. Answered with a new snapshot, also while running.
  struct MemoryWish {
    uint32_t memory = 0;
    ByteRange range;
  };
  void want_memory(uint32_t client, std::vector<MemoryWish> wishes);
  // First element of each table that snapshots should show.
  void want_table(uint32_t table, uint64_t first);
  // Expressions that snapshots of a stopped program should show the values of; replaces earlier wishes of the
  // same `client`.
  void want_expressions(uint32_t client, std::vector<std::string> texts);
  // The function whose slot code and machine code snapshots should show; kNoIndex for none.
  void want_code(wasm::FuncIndex func);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace wasmscope::debug
