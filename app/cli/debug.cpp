// SPDX-License-Identifier: Apache-2.0
// The debugger in the terminal: the commands of commands.def, line by line. On a terminal with line editing, history
// and completion; from a script or a pipe every command is echoed after the prompt, and the output depends on
// nothing but the commands, the module and its input.
#include <algorithm>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>

#include "app/cli/line_editor.h"
#include "app/cli/output.h"
#include "app/cli/state_dir.h"
#include "app/cli/verbs.h"
#include "engine/base/os/standard_streams.h"
#include "engine/base/os/terminal.h"
#include "engine/debug/commands.h"
#include "engine/debug/session.h"

namespace wasmscope::app {
namespace {

using debug::Command;

constexpr char kPrompt[] = "(wasmscope) ";

// Standard output, shared by the program's output and the debugger's, which always begins on a line of its own.
// The two never write at the same time: the program only runs while a command is carried out.
class Transcript {
 public:
  void put(std::string_view text) {
    if (text.empty()) return;
    write_standard(StandardStream::Output, {reinterpret_cast<const uint8_t*>(text.data()), text.size()});
    is_at_line_start_ = text.back() == '\n';
  }
  void put_line(std::string_view text) {
    if (!is_at_line_start_) put("\n");
    put(std::string(text) + "\n");
  }
  void begin_line() {
    if (!is_at_line_start_) put("\n");
  }
  void mark_line_start() { is_at_line_start_ = true; }   // the terminal has echoed a line end

 private:
  bool is_at_line_start_ = true;
};

class CommandSource {
 public:
  virtual ~CommandSource() = default;
  virtual bool next(std::string& line) = 0;
};

class Script final : public CommandSource {
 public:
  Script(std::istream& lines, Transcript& transcript) : lines_(lines), transcript_(transcript) {}
  bool next(std::string& line) override {
    if (!std::getline(lines_, line)) return false;
    if (line.ends_with('\r')) line.pop_back();
    transcript_.put_line(kPrompt + line);
    return true;
  }

 private:
  std::istream& lines_;
  Transcript& transcript_;
};

class Typed final : public CommandSource {
 public:
  Typed(std::string history_file, LineEditor::Completer completer, Transcript& transcript)
      : transcript_(transcript), editor_(std::move(history_file), std::move(completer)) {}
  bool next(std::string& line) override {
    transcript_.begin_line();
    if (!editor_.next(line)) return false;
    transcript_.mark_line_start();
    return true;
  }

 private:
  Transcript& transcript_;
  LineEditor editor_;
};

// The commands come from standard input, so the program finds it at its end.
class WithoutInput final : public host::Environment {
 public:
  uint64_t realtime_ns() override { return system_->realtime_ns(); }
  uint64_t monotonic_ns() override { return system_->monotonic_ns(); }
  void random(std::span<uint8_t> out) override { system_->random(out); }
  int64_t read_stdin(std::span<uint8_t>) override { return 0; }
  void write(int, Bytes) override {}

 private:
  std::shared_ptr<host::Environment> system_ = host::system_environment();
};

bool can_repeat(Command command) {
  return command == Command::StepInto || command == Command::StepOver || command == Command::StepOut ||
         command == Command::Continue;
}

std::string_view first_word(std::string_view line) {
  const size_t begin = line.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  line.remove_prefix(begin);
  return line.substr(0, line.find_first_of(" \t"));
}

}  // namespace

int debug_verb(const DebugOptions& options) {
  Transcript transcript;
  const bool reads_file = !options.script.empty() && options.script != "-";
  const bool is_interactive = options.script.empty() && is_standard_input_terminal();
  std::ifstream file;
  if (reads_file) {
    file.open(options.script);
    if (!file) {
      print_error("cannot read the script " + options.script);
      return kExitBadInput;
    }
  }
  const std::string config_dir = default_config_dir();
  const std::string usual_startup = is_interactive && !config_dir.empty() ? config_dir + "/startup" : std::string();
  const std::string startup = options.startup == "none" ? "" : options.startup.empty() ? usual_startup : options.startup;
  const std::string state_dir = options.state_dir.empty() && is_interactive ? default_state_dir() : options.state_dir;

  debug::SessionOptions session_options;
  session_options.features = options.features;
  session_options.arguments = options.args;
  session_options.env = options.env;
  session_options.invoke = options.invoke;
  session_options.records = options.record.is_on;
  session_options.record_budget_bytes = options.record.budget_bytes;
  session_options.tier = options.tier;
  session_options.state_folder = session_folder(state_dir);
  if (!reads_file && !is_interactive) session_options.environment = std::make_shared<WithoutInput>();
  debug::Session session(session_options, [&](const debug::Event& event) {
    if (event.kind != debug::EventKind::Output) return;
    if (event.channel == 2) {
      print_report(event.text);
    } else {
      transcript.put(event.text);
    }
  });
  const InterruptHandler interrupts([](void* context) { static_cast<debug::Session*>(context)->pause(); }, &session);

  int exit_code = kExitOk;
  if (!options.file.empty()) {
    const debug::Session::Reply reply = session.execute("open " + debug::quote(options.file));
    transcript.put_line(reply.text);
    if (!reply.ok) exit_code = kExitBadInput;
    if (!reply.ok && session.snapshot()->loaded == nullptr && !is_interactive) return exit_code;
  }
  std::string last_step;
  // False when the session is to end.
  const auto carry_out = [&](std::string line) {
    const debug::CommandInfo* command = debug::find_command(first_word(line));
    if (first_word(line).empty()) {
      if (last_step.empty()) return true;
      line = last_step;
    } else {
      last_step = command != nullptr && can_repeat(command->command) ? line : std::string();
    }
    if (command != nullptr && command->command == Command::Quit) return false;
    const debug::Session::Reply reply = session.execute(line);
    if (!reply.text.empty()) transcript.put_line(reply.ok ? reply.text : "error: " + reply.text);
    return true;
  };

  std::string line;
  if (!startup.empty()) {
    std::ifstream lines(startup);
    if (!lines && !options.startup.empty()) {
      print_error("cannot read the startup file " + startup);
      return kExitBadInput;
    }
    Script script(lines, transcript);
    while (script.next(line))
      if (!carry_out(line)) return exit_code;
    last_step.clear();
  }
  std::unique_ptr<CommandSource> commands;
  if (is_interactive) {
    commands = std::make_unique<Typed>(state_dir.empty() ? state_dir : state_dir + "/history",
                                       [&](std::string_view typed) { return debug::complete(typed, *session.snapshot()); }, transcript);
  } else {
    commands = std::make_unique<Script>(reads_file ? static_cast<std::istream&>(file) : std::cin, transcript);
  }
  while (commands->next(line) && carry_out(line)) {}
  transcript.begin_line();
  return exit_code;
}

}  // namespace wasmscope::app
