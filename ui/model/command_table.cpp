// SPDX-License-Identifier: Apache-2.0
#include "ui/model/command_table.h"

#include <array>

namespace wasmscope::ui {
namespace {

CommandRow make_row(Command command, std::string_view name, std::string_view arguments, std::string_view menu,
                    std::string_view key, std::string_view title, std::string_view help) {
  return {command, name, arguments, menu, key, title, help, chord_from_text(key).value_or(Chord{})};
}

}  // namespace

std::span<const CommandRow> command_rows() {
  static const std::array<CommandRow, static_cast<size_t>(Command::Count_)> kRows{{
#define COMMAND(Name, name, short_name, arguments, menu, key, title, help) \
  make_row(Command::Name, name, arguments, menu, key, title, help),
#include "engine/debug/commands.def"
  }};
  return kRows;
}

const CommandRow& row_of(Command command) { return command_rows()[static_cast<size_t>(command)]; }

}  // namespace wasmscope::ui
