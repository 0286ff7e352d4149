// SPDX-License-Identifier: Apache-2.0
// commands.def as the window needs it: what stands in which menu, and which key means what.
#pragma once
#include <span>
#include <string>
#include <string_view>

#include "ui/model/keys.h"

namespace wasmscope::ui {

enum class Command : uint8_t {
#define COMMAND(Name, name, short_name, arguments, menu, key, title, help) Name,
#include "engine/debug/commands.def"
  Count_,
};

struct CommandRow {
  Command command{};
  std::string_view name, arguments, menu, key_text, title, help;
  Chord chord;
  bool needs_arguments() const { return !arguments.empty() && !arguments.starts_with('['); }
};
std::span<const CommandRow> command_rows();
const CommandRow& row_of(Command command);

}  // namespace wasmscope::ui
