// SPDX-License-Identifier: Apache-2.0
// The commands that evaluate expressions: once, or at every stop.
#include "engine/debug/carry_out.h"

namespace wasmscope::debug {
namespace {

struct Formatted {
  ValueFormat format = ValueFormat::Plain;
  std::string text;
};
std::expected<Formatted, std::string> read_formatted(Command command, const Arguments& arguments) {
  if (arguments.empty() || (arguments.size() == 1 && arguments[0].starts_with('/'))) return wrong_usage(command);
  Formatted read{ValueFormat::Plain, arguments.back()};
  if (arguments.size() == 1) return read;
  const auto format = parse_value_format(std::string_view(arguments.front()).substr(1));
  if (!format) return std::unexpected("there is no such format; there are /x (hexadecimal) /d (signed) /u (unsigned) /t (binary) /f (float) /c (character) /s (text)");
  read.format = *format;
  return read;
}

}  // namespace

Answer Debuggee::print(ValueFormat format, const std::string& text) const {
  if (contents() == nullptr) return refuse(loaded_ == nullptr ? ErrorCode::NoModule : ErrorCode::NotRunning);
  auto value = evaluate(text, format);
  if (value) return *std::move(value);
  // A format that does not fit has no place in the text.
  const bool has_place = value.error().begin != 0 || value.error().end != 0;
  return std::unexpected(has_place ? to_text(value.error(), text) : value.error().message);
}

Answer Debuggee::add_display(ValueFormat format, const std::string& text) {
  // What means nothing here may mean something at the next stop; what is no expression never does.
  displays_.push_back({next_display_++, format, text});
  return display_text(displays_.back());
}

Answer Debuggee::remove_displays(const Arguments& ids) {
  if (ids.empty()) {
    displays_.clear();
    return "nothing is displayed at stops any more";
  }
  std::string text;
  for (const std::string& word : ids) {
    const auto id = parse_number(word);
    if (!id || std::erase_if(displays_, [&](const Display& display) { return display.id == *id; }) == 0)
      return refuse(ErrorCode::NoSuchItem, "display " + word);
    text += (text.empty() ? "no longer displayed: " : ", ") + word;
  }
  return text;
}

std::string Debuggee::display_text(const Display& display) const {
  const Answer value = print(display.format, display.text);
  const std::string text = std::to_string(display.id) + ": " + display.text + " = ";
  if (value) return text + *value;
  // One line, without the place in the expression.
  std::string why = value.error().substr(0, value.error().find('\n'));
  if (why.starts_with("column ")) why.erase(0, why.find(": ") + 2);
  return text + "<" + why + ">";
}

std::string Debuggee::displays_text() const {
  std::string text;
  for (const Display& display : displays_) text += (text.empty() ? "" : "\n") + display_text(display);
  return text;
}

template <>
Answer carry_out<Command::Print>(Debuggee& debuggee, const Arguments& arguments) {
  const auto what = read_formatted(Command::Print, arguments);
  return what ? debuggee.print(what->format, what->text) : std::unexpected(what.error());
}
template <>
Answer carry_out<Command::Display>(Debuggee& debuggee, const Arguments& arguments) {
  if (arguments.empty()) return debuggee.displays_text().empty() ? "nothing is displayed at stops" : debuggee.displays_text();
  const auto what = read_formatted(Command::Display, arguments);
  return what ? debuggee.add_display(what->format, what->text) : std::unexpected(what.error());
}
template <>
Answer carry_out<Command::Undisplay>(Debuggee& debuggee, const Arguments& arguments) {
  return debuggee.remove_displays(arguments);
}

}  // namespace wasmscope::debug
