// SPDX-License-Identifier: Apache-2.0
// The debugger in the terminal: the commands of commands.def, line by line. On a terminal with line editing, history
// and completion; from a script or a pipe every command is echoed after the prompt, and the output depends on
// nothing but the commands, the module and its input.
#include <histedit.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>

#include "app/cli/output.h"
#include "app/cli/verbs.h"
#include "engine/base/os/standard_streams.h"
#include "engine/base/os/terminal.h"
#include "engine/debug/commands.h"
#include "engine/debug/session.h"

namespace wasmscope::app {
namespace {

using debug::Command;

constexpr char kPrompt[] = "(wasmscope) ";
constexpr int kHistoryLines = 1000;

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

class LineEditor final : public CommandSource {
 public:
  explicit LineEditor(Transcript& transcript)
      : transcript_(transcript), editor_(el_init("wasmscope", stdin, stdout, stderr)), history_(history_init()) {
    HistEvent event;
    history(history_, &event, H_SETSIZE, kHistoryLines);
    history(history_, &event, H_SETUNIQUE, 1);
    el_set(editor_, EL_PROMPT, &prompt);
    el_set(editor_, EL_EDITOR, "emacs");
    el_set(editor_, EL_HIST, history, history_);
    el_set(editor_, EL_ADDFN, "complete-command", "Complete the name of a command", &complete);
    el_set(editor_, EL_BIND, "^I", "complete-command", nullptr);
  }
  ~LineEditor() override {
    history_end(history_);
    el_end(editor_);
  }
  LineEditor(const LineEditor&) = delete;
  LineEditor& operator=(const LineEditor&) = delete;

  bool next(std::string& line) override {
    transcript_.begin_line();
    int length = 0;
    const char* text = el_gets(editor_, &length);
    if (text == nullptr || length <= 0) return false;
    transcript_.mark_line_start();
    line.assign(text, static_cast<size_t>(length));
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.pop_back();
    HistEvent event;
    if (!line.empty()) history(history_, &event, H_ENTER, line.c_str());
    return true;
  }

 private:
  static char* prompt(EditLine*) {
    static char text[] = "(wasmscope) ";
    return text;
  }
  static unsigned char complete(EditLine* editor, int) {
    const LineInfo* line = el_line(editor);
    const std::string_view typed(line->buffer, static_cast<size_t>(line->cursor - line->buffer));
    if (typed.empty() || typed.find(' ') != std::string_view::npos) return CC_ERROR;
    std::string common;
    size_t matches = 0;
    for (const debug::CommandInfo& command : debug::all_commands()) {
      if (!command.name.starts_with(typed)) continue;
      if (matches++ == 0) {
        common = command.name;
      } else {
        const auto differs = std::ranges::mismatch(common, command.name).in1;
        common.erase(differs, common.end());
      }
    }
    if (matches == 0) return CC_ERROR;
    if (matches == 1) common += ' ';
    if (common.size() == typed.size()) return CC_ERROR;
    el_insertstr(editor, common.substr(typed.size()).c_str());
    return CC_REFRESH;
  }

  Transcript& transcript_;
  EditLine* editor_;
  History* history_;
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
  std::unique_ptr<CommandSource> commands;
  if (is_interactive) {
    commands = std::make_unique<LineEditor>(transcript);
  } else {
    commands = std::make_unique<Script>(reads_file ? static_cast<std::istream&>(file) : std::cin, transcript);
  }

  debug::SessionOptions session_options;
  session_options.features = options.features;
  session_options.arguments = options.args;
  session_options.env = options.env;
  session_options.invoke = options.invoke;
  session_options.records = options.record.is_on;
  session_options.record_budget_bytes = options.record.budget_bytes;
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
  std::string line, last_step;
  while (commands->next(line)) {
    const debug::CommandInfo* command = debug::find_command(first_word(line));
    if (first_word(line).empty()) {
      if (last_step.empty()) continue;
      line = last_step;
    } else {
      last_step = command != nullptr && can_repeat(command->command) ? line : std::string();
    }
    if (command != nullptr && command->command == Command::Quit) break;
    const debug::Session::Reply reply = session.execute(line);
    if (!reply.text.empty()) transcript.put_line(reply.ok ? reply.text : "error: " + reply.text);
  }
  transcript.begin_line();
  return exit_code;
}

}  // namespace wasmscope::app
