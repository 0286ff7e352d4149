// SPDX-License-Identifier: Apache-2.0
// Carrying out command lines: one specialisation of carry_out() per row of commands.def, next to what it is
// about. Internal to debug/; engine thread only.
#pragma once
#include "engine/debug/commands.h"
#include "engine/debug/debuggee.h"

namespace wasmscope::debug {

template <Command C>
Answer carry_out(Debuggee& debuggee, const Arguments& arguments);
#define COMMAND(Name, name, short_name, args, menu, key, title, help) \
  template <>                                                  \
  Answer carry_out<Command::Name>(Debuggee & debuggee, const Arguments& arguments);
#include "engine/debug/commands.def"

// How a command gets on with a running program.
enum class WhileRunning : uint8_t {
  Allowed,    // carried out at a poll
  Refused,
  Ends,       // the program is abandoned first
};
WhileRunning behaviour_while_running(Command command);

struct CommandLine {
  const CommandInfo* info = nullptr;   // null: an empty line or a comment
  Arguments arguments;
};
// Words are separated by blanks; quoted words (quote()) may hold anything. '#' alone begins a comment, a word
// like #42 does not. Where commands.def says EXPRESSION the rest of the line is one argument, as it stands. A format
// ("print/x", "print /x") is the first argument, with its slash. The error says what is unknown.
std::expected<CommandLine, std::string> parse_command_line(std::string_view line);
// The words of an argument that was taken as it stands.
std::expected<Arguments, std::string> split_words(std::string_view text);
Answer carry_out(Debuggee& debuggee, const CommandLine& line);
std::unexpected<std::string> wrong_usage(Command command);
// The answer of a step by lines that went by instructions, saying so.
Answer without_lines(Answer answer);

}  // namespace wasmscope::debug
