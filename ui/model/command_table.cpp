// SPDX-License-Identifier: Apache-2.0
#include "ui/model/command_table.h"

#include <array>
#include <cctype>

namespace wasmscope::ui {
namespace {

std::string title_from(std::string_view enumerator) {
  std::string title;
  for (char c : enumerator) {
    const bool is_upper = std::isupper(static_cast<unsigned char>(c)) != 0;
    if (is_upper && !title.empty()) title += ' ';
    title += is_upper && !title.empty() ? static_cast<char>(std::tolower(static_cast<unsigned char>(c))) : c;
  }
  return title;
}

CommandRow make_row(Command command, std::string_view enumerator, std::string_view name, std::string_view arguments,
                    std::string_view menu, std::string_view key, std::string_view help) {
  return {command, name, arguments, menu, key, help, chord_from_text(key).value_or(Chord{}), title_from(enumerator)};
}

}  // namespace

std::span<const CommandRow> command_rows() {
  static const std::array<CommandRow, static_cast<size_t>(Command::Count_)> kRows{{
#define COMMAND(Name, name, short_name, arguments, menu, key, help) \
  make_row(Command::Name, #Name, name, arguments, menu, key, help),
#include "engine/debug/commands.def"
  }};
  return kRows;
}

const CommandRow& row_of(Command command) { return command_rows()[static_cast<size_t>(command)]; }

}  // namespace wasmscope::ui
