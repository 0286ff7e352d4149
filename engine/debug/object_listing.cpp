// SPDX-License-Identifier: Apache-2.0
// The command that shows an object and follows what it refers to.
#include <charconv>

#include "engine/debug/carry_out.h"
#include "engine/debug/text_table.h"
#include "engine/wasm/limits.h"

namespace wasmscope::debug {
namespace {

constexpr uint64_t kDefaultValues = 64;

std::optional<uint64_t> number_of(std::string_view text) {
  const int base = text.starts_with("0x") ? 16 : 10;
  if (base == 16) text.remove_prefix(2);
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// REFERENCE: where to begin, then fields and elements to follow.
class ReferencePath {
 public:
  ReferencePath(const Debuggee& debuggee, std::string_view text) : debuggee_(debuggee), rest_(text) {}

  std::expected<uint64_t, std::string> resolve(const Inspection& now) {
    auto reference = root(now, take_word());
    while (reference && !rest_.empty()) {
      reference = follow(now.objects(), *reference);
    }
    return reference;
  }

 private:
  std::string_view take_word() {
    const std::string_view word = rest_.substr(0, rest_.find_first_of(".["));
    rest_.remove_prefix(word.size());
    return word;
  }

  std::expected<uint64_t, std::string> reference_in(const runtime::Value& value, std::string_view word) const {
    if (value.type.is_ref()) return value.bits;
    return std::unexpected(std::string(word) + " is no reference: it has the type " + wasm::to_text(value.type));
  }

  std::expected<uint64_t, std::string> root(const Inspection& now, std::string_view word) const {
    if (word.starts_with("0x")) {
      if (const auto number = number_of(word)) return *number;
    }
    const auto index = word.size() > 1 ? number_of(word.substr(1)) : std::nullopt;
    if (debuggee_.inspection() != nullptr) {
      const Frame frame = now.frame(debuggee_.selected_depth, Inspection::Detail::Values);
      for (size_t i = 0; i < frame.locals.size(); ++i)
        if ((word.starts_with('l') && index == i) || (!word.empty() && frame.locals[i].name == word))
          return reference_in(frame.locals[i].value, word);
      if (word.starts_with('s') && index && *index < frame.operands.size())
        return reference_in(frame.operands[*index].value, word);
    }
    const std::vector<GlobalValue> globals = now.globals();
    for (size_t i = 0; i < globals.size(); ++i)
      if ((word.starts_with('g') && index == i) || (!word.empty() && globals[i].name == word))
        return reference_in(globals[i].value, word);
    return std::unexpected("no such reference: `" + std::string(word) +
                           "`; there are 0x44010, $name, l2 (local), g0 (global), s0 (operand)");
  }

  std::expected<uint64_t, std::string> follow(const ObjectReader& objects, uint64_t reference) {
    const std::string at(rest_);
    const bool is_element = rest_.starts_with('[');
    rest_.remove_prefix(1);
    std::string_view word = is_element ? rest_.substr(0, rest_.find(']')) : take_word();
    if (is_element) rest_.remove_prefix(std::min(rest_.size(), word.size() + 1));
    const auto index = number_of(word);
    const auto picture =
        index ? objects.picture(reference, *index, 1) : objects.picture(reference, 0, wasm::kMaxFields);
    if (!picture) return std::unexpected(objects.kind_text(reference) + " has no fields, at `" + at + "`");
    for (const ObjectValue& value : picture->values) {
      const bool is_named = !value.name.empty() && (value.name == word || value.name.substr(1) == word);
      if (!is_named && !index) continue;
      if (value.is_object) return value.value.bits;
      return std::unexpected("`" + std::string(word) + "` of " + picture->type_name + " is " + value.text +
                             ", no object");
    }
    return std::unexpected(picture->type_name + " has no `" + std::string(word) + "`");
  }

  const Debuggee& debuggee_;
  std::string_view rest_;
};

std::string to_text(const ObjectPicture& picture) {
  const bool is_array = picture.kind == wasm::HeapKind::Array;
  const std::string kind = is_array ? "array" : picture.kind == wasm::HeapKind::Exn ? "exception" : "struct";
  const std::string counted = is_array ? "elements" : picture.kind == wasm::HeapKind::Exn ? "values" : "fields";
  std::string text = picture.type_name + " " + to_hex(picture.reference) + ": " + kind + ", " +
                     std::to_string(picture.length) + " " +
                     (picture.length == 1 ? counted.substr(0, counted.size() - 1) : counted) + ", " +
                     std::to_string(picture.size_bytes) + " bytes";
  if (!picture.characters.empty()) text += "\ntext \"" + picture.characters + "\"";
  TextTable rows("rlll");
  for (size_t i = 0; i < picture.values.size(); ++i) {
    const ObjectValue& value = picture.values[i];
    rows.add({std::to_string(picture.first + i), value.name, value.type, value.text});
  }
  if (!rows.is_empty()) text += "\n" + rows.to_text();
  const uint64_t left = picture.length - std::min(picture.length, picture.first + picture.values.size());
  return left == 0 ? text : text + "\n... " + std::to_string(left) + " more";
}

}  // namespace

template <>
Answer carry_out<Command::Object>(Debuggee& debuggee, const Arguments& arguments) {
  if (debuggee.contents() == nullptr)
    return debuggee.loaded() == nullptr ? refuse(ErrorCode::NoModule) : refuse(ErrorCode::NotRunning);
  if (arguments.empty() || arguments.size() > 3) return wrong_usage(Command::Object);
  const auto first = arguments.size() > 1 ? number_of(arguments[1]) : std::optional<uint64_t>(0);
  const auto count = arguments.size() > 2 ? number_of(arguments[2]) : std::optional(kDefaultValues);
  if (!first || !count) return wrong_usage(Command::Object);
  const Inspection now(*debuggee.contents(), debuggee.names());
  const auto reference = ReferencePath(debuggee, arguments[0]).resolve(now);
  if (!reference) return std::unexpected(reference.error());
  const auto picture = now.objects().picture(*reference, *first, *count);
  if (!picture) return std::unexpected("there is no object: " + now.objects().kind_text(*reference));
  return to_text(*picture);
}

}  // namespace wasmscope::debug
