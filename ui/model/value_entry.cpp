// SPDX-License-Identifier: Apache-2.0
#include "ui/model/value_entry.h"

#include <array>

#include "engine/debug/commands.h"
#include "ui/model/cell_format.h"

namespace wasmscope::ui {
namespace {

constexpr size_t kText = 1, kFirstNumber = 2;
constexpr auto kTypes = std::to_array<std::string_view>(
    {"bytes", "text", "u8", "i8", "u16", "i16", "u32", "i32", "u64", "i64", "f32", "f64"});

}  // namespace

std::span<const std::string_view> entry_types() { return kTypes; }

size_t entry_type_of(debug::NumberType number) { return kFirstNumber + static_cast<size_t>(number); }

std::vector<std::string> to_words(const ValueEntry& entry, debug::Endian endian) {
  if (entry.type == kText) return {"str", entry.text};
  std::vector<std::string> words;
  if (entry.type >= kFirstNumber)
    words.push_back(value_type(static_cast<debug::NumberType>(entry.type - kFirstNumber), endian));
  std::string_view rest = entry.text;
  while (true) {
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    if (rest.empty()) return words;
    words.emplace_back(rest.substr(0, rest.find(' ')));
    rest.remove_prefix(words.back().size());
  }
}

std::string to_line(const ValueEntry& entry, debug::Endian endian) {
  std::string line;
  for (const std::string& word : to_words(entry, endian))
    line.append(line.empty() ? "" : " ").append(debug::quote(word));
  return line;
}

}  // namespace wasmscope::ui
