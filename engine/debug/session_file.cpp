// SPDX-License-Identifier: Apache-2.0
#include "engine/debug/session_file.h"

#include <cstdio>
#include <filesystem>
#include <iterator>

#include "engine/base/file.h"
#include "engine/base/utf8.h"
#include "engine/debug/carry_out.h"
#include "engine/replay/recording.h"

namespace wasmscope::debug {
namespace {

constexpr std::string_view kFirstLine = "wasmscope-session 1";
constexpr size_t kMostPoints = 10'000;

struct KindName {
  std::string_view name;
  StopKind kind;
  WatchMode mode;
};
constexpr KindName kKinds[] = {
    {"code", StopKind::Code, WatchMode::Change},         {"exit", StopKind::Exit, WatchMode::Change},
    {"instruction", StopKind::Instruction, WatchMode::Change}, {"import", StopKind::Import, WatchMode::Change},
    {"throw", StopKind::Throw, WatchMode::Change},       {"watch", StopKind::Watch, WatchMode::Change},
    {"wwatch", StopKind::Watch, WatchMode::Write},       {"rwatch", StopKind::Watch, WatchMode::Read},
    {"awatch", StopKind::Watch, WatchMode::Access},
};

std::string_view name_of(const KeptPoint& point) {
  for (const KindName& each : kKinds)
    if (each.kind == point.kind && (point.kind != StopKind::Watch || each.mode == point.mode)) return each.name;
  return {};
}

std::optional<KeptPoint> parse_point(const Arguments& words) {
  if (words.size() != 10 || (words[2] != "on" && words[2] != "off")) return std::nullopt;
  const auto ignore = parse_number(words[3]), offset = parse_number(words[4]);
  if (!ignore || !offset) return std::nullopt;
  for (const KindName& each : kKinds)
    if (each.name == words[1])
      return KeptPoint{each.kind, each.mode, words[2] == "on", *ignore, *offset, words[5], words[6], words[7], words[8], words[9]};
  return std::nullopt;
}

}  // namespace

std::string to_text(const KeptSession& session) {
  std::string text = std::string(kFirstLine) + "\nmodule " + session.hash + " " + quote(session.path) + "\n";
  for (const KeptPoint& point : session.points) {
    text += "point " + std::string(name_of(point)) + (point.enabled ? " on " : " off ") + std::to_string(point.ignore) + " " + std::to_string(point.offset);
    for (const std::string* field : {&point.place, &point.name, &point.requested, &point.condition, &point.log}) text += " " + quote(*field);
    text += "\n";
  }
  return text;
}

std::expected<KeptSession, size_t> parse_kept_session(std::string_view text) {
  KeptSession session;
  size_t number = 0;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    // Every line has its end: else the file was cut off.
    if (end == std::string_view::npos) return std::unexpected(number + 1);
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    ++number;
    const auto words = split_words(line);
    if (!words || !is_valid_utf8(line)) return std::unexpected(number);
    if (number == 1) {
      if (line != kFirstLine) return std::unexpected(number);
    } else if (number == 2) {
      if (words->size() != 3 || (*words)[0] != "module") return std::unexpected(number);
      session.hash = (*words)[1];
      session.path = (*words)[2];
    } else {
      auto point = !words->empty() && (*words)[0] == "point" && session.points.size() < kMostPoints ? parse_point(*words) : std::nullopt;
      if (!point) return std::unexpected(number);
      session.points.push_back(*std::move(point));
    }
  }
  if (number < 2) return std::unexpected(number + 1);
  return session;
}

std::string SessionFolder::hash(Bytes bytes) {
  const replay::ModuleHash hash = replay::hash_module(bytes);
  char text[40];
  std::snprintf(text, sizeof text, "%016llx%016llx", static_cast<unsigned long long>(hash.high), static_cast<unsigned long long>(hash.low));
  return text;
}

namespace {

Bytes bytes_of(std::string_view text) { return {reinterpret_cast<const uint8_t*>(text.data()), text.size()}; }

std::string file_of_hash(const std::string& folder, const std::string& hash) { return folder + "/" + hash + ".session"; }
std::string file_of_path(const std::string& folder, const std::string& path) {
  return folder + "/" + SessionFolder::hash(bytes_of(path)) + ".path";
}
std::optional<std::string> read_text(const std::string& path) {
  const auto bytes = read_file(path);
  if (!bytes) return std::nullopt;
  return std::string(bytes->begin(), bytes->end());
}

}  // namespace

SessionFolder::Found SessionFolder::load(const std::string& hash, const std::string& path) const {
  Found found;
  if (!is_used()) return found;
  std::string file = file_of_hash(folder_, hash);
  std::optional<std::string> text = read_text(file);
  if (!text) {
    const std::optional<std::string> last = read_text(file_of_path(folder_, path));
    // It names a file of this folder and nothing else.
    if (!last || last->size() != hash.size() || last->find_first_not_of("0123456789abcdef") != std::string::npos) return found;
    file = file_of_hash(folder_, *last);
    text = read_text(file);
  }
  if (!text) return found;
  auto session = parse_kept_session(*text);
  if (session) {
    found.session = *std::move(session);
    return found;
  }
  std::error_code failed;
  std::filesystem::rename(file, file + ".bad", failed);
  found.warning = escape_for_display(file) + ":" + std::to_string(session.error()) + ": not what this debugger writes: the breakpoints kept there are ignored" +
                  (failed ? "" : ", the file is now " + escape_for_display(std::filesystem::path(file).filename().string()) + ".bad");
  return found;
}

std::expected<void, std::string> SessionFolder::save(const KeptSession& session) const {
  std::error_code ignored;
  std::filesystem::create_directories(folder_, ignored);
  const std::string file = file_of_hash(folder_, session.hash);
  const auto written = write_file(file, bytes_of(to_text(session)));
  const auto pointed = written ? write_file(file_of_path(folder_, session.path), bytes_of(session.hash)) : written;
  if (!pointed) return std::unexpected(escape_for_display(file) + ": " + pointed.error().text);
  return {};
}

}  // namespace wasmscope::debug
