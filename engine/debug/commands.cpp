// SPDX-License-Identifier: Apache-2.0
#include "engine/debug/commands.h"

#include <algorithm>

#include "engine/base/utf8.h"
#include "engine/debug/carry_out.h"

namespace wasmscope::debug {
namespace {

constexpr CommandInfo kCommands[] = {
#define COMMAND(Name, name, short_name, arguments, menu, key, title, help) \
  {Command::Name, name, short_name, arguments, menu, key, title, help},
#include "engine/debug/commands.def"
};

// Rows of help in the order in which they are listed.
struct HelpRow {
  Command command{};
  std::string_view group, example;
};
constexpr HelpRow kHelpRows[] = {
#define COMMAND(Name, name, short_name, arguments, menu, key, title, help)
#define COMMAND_HELP(Name, group, example) {Command::Name, group, example},
#include "engine/debug/commands.def"
};
constexpr bool has_help(Command command) {
  return std::ranges::any_of(kHelpRows, [&](const HelpRow& row) { return row.command == command; });
}
static_assert(std::ranges::all_of(kCommands, [](const CommandInfo& command) { return has_help(command.command); }),
              "commands.def: every command has a row of help, at the end of the table");

using Handler = Answer (*)(Debuggee&, const Arguments&);
constexpr Handler kHandlers[] = {
#define COMMAND(Name, name, short_name, arguments, menu, key, title, help) &carry_out<Command::Name>,
#include "engine/debug/commands.def"
};

constexpr bool are_words_unique() {
  for (size_t i = 0; i < std::size(kCommands); ++i) {
    for (size_t j = 0; j < std::size(kCommands); ++j) {
      const CommandInfo &a = kCommands[i], &b = kCommands[j];
      if (i != j && (a.name == b.name || (!a.short_name.empty() && a.short_name == b.short_name))) return false;
      if (a.short_name == b.name) return false;
      if (i != j && !a.key.empty() && a.key == b.key) return false;
    }
  }
  return true;
}
static_assert(are_words_unique(), "commands.def: names, short names and keys are unique");

constexpr std::string_view kBlanks = " \t\r\n";

std::string_view trim(std::string_view text) {
  const size_t begin = std::min(text.find_first_not_of(kBlanks), text.size());
  return text.substr(begin, text.find_last_not_of(kBlanks) + 1 - begin);
}

// Takes the first word off the line; empty at the end or a comment.
std::expected<std::optional<std::string>, std::string> take_word(std::string_view& line) {
  line = trim(line);
  if (line.empty() || line == "#" || line.starts_with("# ")) return std::nullopt;
  std::string word;
  if (line.front() == '"') {
    size_t at = 1;
    for (; at < line.size() && line[at] != '"'; ++at) {
      if (line[at] == '\\' && at + 1 < line.size()) ++at;
      word += line[at];
    }
    if (at == line.size()) return std::unexpected("a quoted word does not end");
    line.remove_prefix(at + 1);
  } else {
    word = line.substr(0, line.find_first_of(kBlanks));
    line.remove_prefix(word.size());
  }
  return word;
}

constexpr std::string_view kExpression = "EXPRESSION", kMessage = "MESSAGE", kFormat = "[/FORMAT]";

// How many words come before an expression or message, which goes to the end of the line as it stands; SIZE_MAX without one.
// `[if EXPRESSION]` is a word and an expression.
size_t words_before_expression(std::string_view arguments) {
  const size_t end = std::min(arguments.find(kExpression), arguments.find(kMessage));
  if (end == std::string_view::npos) return SIZE_MAX;
  size_t words = 0;
  std::string_view before = arguments.substr(0, end);
  while (!(before = trim(before)).empty()) {
    const std::string_view word = before.substr(0, before.find(' '));
    if (word != kFormat && word != "[") ++words;
    before.remove_prefix(word.size());
  }
  return words;
}

std::expected<Arguments, std::string> split(std::string_view line, const CommandInfo& command) {
  Arguments words;
  line = trim(line);
  if (command.arguments.starts_with(kFormat) && line.starts_with('/')) {
    words.emplace_back(line.substr(0, line.find_first_of(kBlanks)));
    line.remove_prefix(words.back().size());
  }
  size_t words_left = words_before_expression(command.arguments);
  while (words_left-- > 0) {
    auto word = take_word(line);
    if (!word) return std::unexpected(std::move(word).error());
    if (!*word) return words;
    words.push_back(std::move(**word));
  }
  if (line = trim(line); !line.empty()) words.emplace_back(line);
  return words;
}

std::string usage(const CommandInfo& info) {
  return std::string(info.name) + (info.arguments.empty() ? "" : " ") + std::string(info.arguments);
}

std::expected<uint64_t, std::string> parse_count(Command command, const Arguments& arguments, uint64_t without) {
  if (arguments.empty()) return without;
  const auto count = parse_number(arguments[0]);
  if (arguments.size() > 1 || !count || *count == 0) return wrong_usage(command);
  return *count;
}

std::optional<Invocation> to_invocation(const Arguments& arguments) {
  if (arguments.empty()) return std::nullopt;
  return Invocation{arguments[0], {arguments.begin() + 1, arguments.end()}};
}

}  // namespace

std::unexpected<std::string> wrong_usage(Command command) { return std::unexpected("usage: " + usage(info(command))); }

Answer without_lines(Answer answer) {
  if (answer) *answer = "no line information: by instructions\n" + *answer;
  return answer;
}

std::span<const CommandInfo> all_commands() { return kCommands; }
const CommandInfo& info(Command command) { return kCommands[static_cast<size_t>(command)]; }

const CommandInfo* find_command(std::string_view word) {
  if (word.empty()) return nullptr;
  const CommandInfo* beginning = nullptr;
  size_t beginnings = 0;
  for (const CommandInfo& command : kCommands) {
    if (command.name == word || command.short_name == word) return &command;
    if (command.name.starts_with(word)) {
      beginning = &command;
      ++beginnings;
    }
  }
  return beginnings == 1 ? beginning : nullptr;
}

std::string quote(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

std::expected<Arguments, std::string> split_words(std::string_view text) {
  Arguments words;
  while (true) {
    auto word = take_word(text);
    if (!word) return std::unexpected(std::move(word).error());
    if (!*word) return words;
    words.push_back(std::move(**word));
  }
}

std::expected<CommandLine, std::string> parse_command_line(std::string_view line) {
  std::string_view rest = line;
  auto first = take_word(rest);
  if (!first) return std::unexpected(std::move(first).error());
  if (!*first) return CommandLine{};
  std::string word = std::move(**first);
  const CommandInfo* command = find_command(word);
  if (const size_t slash = word.find('/'); command == nullptr && slash != std::string::npos) {
    // "print/x" is "print /x".
    const CommandInfo* const formatted = find_command(std::string_view(word).substr(0, slash));
    if (formatted != nullptr && formatted->arguments.starts_with(kFormat)) {
      command = formatted;
      rest = trim(line).substr(slash);
    }
  }
  if (command == nullptr) {
    std::string candidates;
    for (const CommandInfo& each : kCommands)
      if (each.name.starts_with(word)) candidates += (candidates.empty() ? ": " : ", ") + std::string(each.name);
    const std::string shown = "`" + escape_for_display(word) + "`";
    if (!candidates.empty()) return std::unexpected(shown + " is the beginning of several commands" + candidates);
    return std::unexpected("unknown command " + shown + ": try `help`");
  }
  auto arguments = split(rest, *command);
  if (!arguments) return std::unexpected(std::move(arguments).error());
  return CommandLine{command, std::move(*arguments)};
}

Answer carry_out(Debuggee& debuggee, const CommandLine& line) {
  if (line.info == nullptr) return std::string();
  if (line.info->arguments.empty() && !line.arguments.empty()) return wrong_usage(line.info->command);
  const uint64_t stops = debuggee.stop_count();
  Answer answer = kHandlers[static_cast<size_t>(line.info->command)](debuggee, line.arguments);
  debuggee.keep_session();
  if (answer && debuggee.stop_count() != stops && debuggee.inspection() != nullptr)
    if (const std::string displays = debuggee.displays_text(); !displays.empty()) *answer += "\n" + displays;
  return answer;
}

WhileRunning behaviour_while_running(Command command) {
  switch (command) {
    case Command::Break:
    case Command::TemporaryBreak:
    case Command::LogPoint:
    case Command::Condition:
    case Command::Ignore:
    case Command::Delete:
    case Command::Disable:
    case Command::Enable:
    case Command::Pause:
    case Command::Info:
    case Command::Help: return WhileRunning::Allowed;
    case Command::Open:
    case Command::Run:
    case Command::Start:
    case Command::Kill:
    case Command::Quit: return WhileRunning::Ends;
    default: return WhileRunning::Refused;
  }
}

template <>
Answer carry_out<Command::Open>(Debuggee& debuggee, const Arguments& arguments) {
  if (arguments.size() != 1) return wrong_usage(Command::Open);
  return debuggee.open_file(arguments[0]);
}
template <>
Answer carry_out<Command::Run>(Debuggee& debuggee, const Arguments& arguments) {
  return debuggee.launch(to_invocation(arguments), AfterLaunch::Run);
}
template <>
Answer carry_out<Command::Start>(Debuggee& debuggee, const Arguments& arguments) {
  return debuggee.launch(to_invocation(arguments), AfterLaunch::Stop);
}
template <>
Answer carry_out<Command::Continue>(Debuggee& debuggee, const Arguments&) {
  return debuggee.move({.goal = Goal::Run, .count = 1, .until = {}});
}
// A running program is paused by the session at the poll that carries this out.
template <>
Answer carry_out<Command::Pause>(Debuggee& debuggee, const Arguments&) {
  if (debuggee.state() == State::Running) return "pausing";
  return refuse(debuggee.state() == State::Paused ? ErrorCode::NotPaused : ErrorCode::NotRunning,
                debuggee.state() == State::Paused ? "it is not running" : "");
}
template <>
Answer carry_out<Command::StepInto>(Debuggee& debuggee, const Arguments& arguments) {
  const auto count = parse_count(Command::StepInto, arguments, 1);
  if (!count) return std::unexpected(count.error());
  return debuggee.move({.goal = Goal::Into, .count = *count, .until = {}});
}
template <>
Answer carry_out<Command::StepOver>(Debuggee& debuggee, const Arguments& arguments) {
  const auto count = parse_count(Command::StepOver, arguments, 1);
  if (!count) return std::unexpected(count.error());
  return debuggee.move({.goal = Goal::Over, .count = *count, .until = {}});
}
// Without line information a line is an instruction.
template <>
Answer carry_out<Command::Step>(Debuggee& debuggee, const Arguments& arguments) {
  return without_lines(carry_out<Command::StepInto>(debuggee, arguments));
}
template <>
Answer carry_out<Command::Next>(Debuggee& debuggee, const Arguments& arguments) {
  return without_lines(carry_out<Command::StepOver>(debuggee, arguments));
}
template <>
Answer carry_out<Command::StepOut>(Debuggee& debuggee, const Arguments&) {
  return debuggee.move({.goal = Goal::Out, .count = 1, .until = {}});
}
template <>
Answer carry_out<Command::Until>(Debuggee& debuggee, const Arguments& arguments) {
  if (arguments.size() != 1) return wrong_usage(Command::Until);
  if (!debuggee.is_runnable()) return refuse(ErrorCode::NoModule);
  const auto place = parse_code_place(debuggee.module(), debuggee.names(), arguments[0]);
  if (!place) return refuse(place.error());
  if (!place->has_code) return std::unexpected(place->note);
  return debuggee.move({.goal = Goal::Until, .count = 1, .until = *place});
}
template <>
Answer carry_out<Command::Advance>(Debuggee& debuggee, const Arguments& arguments) {
  return carry_out<Command::Until>(debuggee, arguments);
}
template <>
Answer carry_out<Command::Kill>(Debuggee& debuggee, const Arguments&) {
  return debuggee.kill();
}
template <>
Answer carry_out<Command::Help>(Debuggee&, const Arguments& arguments) {
  std::string text;
  if (arguments.empty()) {
    constexpr size_t kWidth = 34;
    std::string_view group;
    for (const HelpRow& row : kHelpRows) {
      const CommandInfo& each = info(row.command);
      if (row.group != group) text += (text.empty() ? "" : "\n") + std::string(group = row.group) + "\n";
      const std::string left = usage(each);
      std::string short_name(each.short_name);
      short_name.resize(std::max<size_t>(short_name.size(), 4), ' ');
      text += "  " + short_name + left;
      text += left.size() > kWidth ? "\n" + std::string(kWidth + 8, ' ') : std::string(kWidth + 2 - left.size(), ' ');
      text += std::string(each.help) + "\n";
    }
    return text + "`help COMMAND` says more about one";
  }
  const CommandInfo* found = find_command(arguments[0]);
  if (found == nullptr || arguments.size() > 1) return refuse(ErrorCode::UnknownCommand, escape_for_display(arguments[0]));
  text = usage(*found) + "\n  " + std::string(found->help) + ".";
  if (!found->short_name.empty()) text += "\n  short: " + std::string(found->short_name);
  if (!found->key.empty()) text += "\n  key in the window: " + std::string(found->key);
  const auto row = std::ranges::find(kHelpRows, found->command, &HelpRow::command);
  for (std::string_view examples = row->example; !examples.empty();) {
    const std::string_view example = examples.substr(0, examples.find('\n'));
    examples.remove_prefix(std::min(example.size() + 1, examples.size()));
    text += (example.data() == row->example.data() ? "\n  for example: " : "\n               ") + std::string(example);
  }
  if (found->arguments.find(kExpression) != std::string_view::npos) text += "\n" + std::string(expression_help());
  return text;
}
// Leaving is the face's business.
template <>
Answer carry_out<Command::Quit>(Debuggee&, const Arguments&) {
  return std::string();
}

}  // namespace wasmscope::debug
