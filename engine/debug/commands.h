// SPDX-License-Identifier: Apache-2.0
// The table of commands, from commands.def: what terminal, palette, menus, keys and help are made from.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace wasmscope::debug {

enum class Command : uint8_t {
#define COMMAND(Name, name, short_name, arguments, menu, key, title, help) Name,
#include "engine/debug/commands.def"
};

struct CommandInfo {
  Command command{};
  std::string_view name;
  std::string_view short_name;   // "" for none
  std::string_view arguments;    // "PLACE", "[COUNT]"
  std::string_view menu;         // "" for none
  std::string_view key;          // "Shift+F11", "" for none
  std::string_view title;        // "Step into", for menus
  std::string_view help;
};
std::span<const CommandInfo> all_commands();
const CommandInfo& info(Command command);
// By name, short name or a beginning that only one name has; null when there is none.
const CommandInfo* find_command(std::string_view word);
// The text as one word of a command line: in double quotes, with \ before a quote or a backslash.
std::string quote(std::string_view text);

}  // namespace wasmscope::debug
