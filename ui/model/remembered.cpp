// SPDX-License-Identifier: Apache-2.0
#include "ui/model/remembered.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "ui/model/layout.h"

namespace wasmscope::ui {
namespace {

constexpr std::string_view kFirstLine = "wasmscope window 1";
constexpr size_t kMostRecent = 8;
constexpr double kMinScale = 0.1, kMaxScale = 10;

template <class Number>
bool parse_whole(std::string_view text, Number& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size();
}

std::string_view take_until(std::string_view& text, char separator) {
  const size_t end = std::min(text.find(separator), text.size());
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return word;
}

bool has_control_character(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

bool parse_layout(std::string_view text, std::string& layout) {
  layout = text;
  return Layout::parse(text).has_value();
}

bool parse_recent(std::string_view text, std::vector<RecentFile>& recent) {
  RecentFile file;
  if (!parse_whole(take_until(text, ' '), file.size_bytes)) return false;
  if (!parse_whole(take_until(text, ' '), file.opened_at_s)) return false;
  file.path = text;
  if (!file.path.starts_with('/') || has_control_character(file.path)) return false;
  recent.push_back(std::move(file));
  return recent.size() <= kMostRecent;
}

bool parse_line(std::string_view line, Remembered& remembered) {
  const std::string_view word = take_until(line, ' ');
  if (word == "theme") {
    remembered.is_light = line == "light";
    return line == "light" || line == "dark";
  }
  if (word == "scale")
    return parse_whole(line, remembered.scale) && remembered.scale >= kMinScale && remembered.scale <= kMaxScale;
  if (word == "wide") return parse_layout(line, remembered.wide_layout);
  if (word == "narrow") return parse_layout(line, remembered.narrow_layout);
  return word == "recent" && parse_recent(line, remembered.recent);
}

}  // namespace

std::optional<Remembered> parse_remembered(std::string_view text) {
  if (!text.ends_with('\n') || take_until(text, '\n') != kFirstLine) return std::nullopt;
  Remembered remembered;
  while (!text.empty())
    if (!parse_line(take_until(text, '\n'), remembered)) return std::nullopt;
  return remembered;
}

std::string to_text(const Remembered& remembered) {
  std::string text(kFirstLine);
  text.append("\ntheme ").append(remembered.is_light ? "light" : "dark");
  std::array<char, 32> scale{};
  const auto [end, error] = std::to_chars(scale.data(), scale.data() + scale.size(), remembered.scale);
  text.append("\nscale ").append(scale.data(), end);
  if (!remembered.wide_layout.empty()) text.append("\nwide ").append(remembered.wide_layout);
  if (!remembered.narrow_layout.empty()) text.append("\nnarrow ").append(remembered.narrow_layout);
  for (const RecentFile& file : remembered.recent)
    text.append("\nrecent ")
        .append(std::to_string(file.size_bytes))
        .append(" ")
        .append(std::to_string(file.opened_at_s))
        .append(" ")
        .append(file.path);
  return text.append("\n");
}

void add_recent(std::vector<RecentFile>& recent, RecentFile file) {
  // It could not be written as one line.
  if (has_control_character(file.path)) return;
  std::erase_if(recent, [&file](const RecentFile& other) { return other.path == file.path; });
  recent.insert(recent.begin(), std::move(file));
  if (recent.size() > kMostRecent) recent.resize(kMostRecent);
}

}  // namespace wasmscope::ui
