// SPDX-License-Identifier: Apache-2.0
#include "engine/debug/completion.h"

#include <algorithm>
#include <filesystem>

#include "engine/debug/commands.h"
#include "engine/symbols/names.h"

namespace wasmscope::debug {
namespace {

constexpr std::string_view kBlanks = " \t";
constexpr const char* kExpressionNames[] = {"abs(", "bin(", "bytes(", "char(", "hex(", "is(", "max(", "min(", "pc", "popcnt(", "sqrt(", "str(", "tick"};
constexpr size_t kMostCandidates = 10'000;

// Words that a command line reads as they stand.
bool is_plain(std::string_view name) { return name.find_first_of(" \t\"\\#") == std::string_view::npos; }

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$' || c == '.';
}

void add_functions(std::vector<std::string>& to, const Snapshot& snapshot, std::string_view before) {
  if (!snapshot.loaded || !snapshot.loaded->module) return;
  for (wasm::FuncIndex func = 0; func < snapshot.loaded->module->funcs.size(); ++func) {
    if (!snapshot.loaded->names->has_func_name(func)) continue;
    const std::string name = snapshot.loaded->names->func(func);
    if (is_plain(name)) to.push_back(std::string(before) + name);
  }
}

void add_exports(std::vector<std::string>& to, const Snapshot& snapshot) {
  if (!snapshot.loaded || !snapshot.loaded->module) return;
  for (const wasm::Export& item : snapshot.loaded->module->exports)
    if (item.kind == wasm::ExternKind::Func && is_plain(item.name)) to.emplace_back(item.name);
}

void add_expression_names(std::vector<std::string>& to, const Snapshot& snapshot) {
  to.insert(to.end(), std::begin(kExpressionNames), std::end(kExpressionNames));
  const auto add = [&](const std::string& name) {
    if (name.starts_with('$') && std::ranges::all_of(name, is_name_character)) to.push_back(name);
  };
  for (const GlobalValue& global : snapshot.globals) add(global.name);
  if (snapshot.selected_frame < snapshot.frames.size())
    for (const VariableValue& local : snapshot.frames[snapshot.selected_frame].locals) add(local.name);
}

void add_files(std::vector<std::string>& to, std::string_view typed) {
  const size_t slash = typed.rfind('/');
  const std::string folder(typed.substr(0, slash == std::string_view::npos ? 0 : slash + 1));
  const std::string_view begin = typed.substr(folder.size());
  std::error_code failed;
  for (std::filesystem::directory_iterator each(folder.empty() ? "." : folder, failed), end; !failed && each != end; each.increment(failed)) {
    const std::string name = each->path().filename().string();
    if (!is_plain(name) || (name.starts_with('.') && !begin.starts_with('.'))) continue;
    std::error_code ignored;
    to.push_back(folder + name + (each->is_directory(ignored) ? "/" : ""));
    if (to.size() >= kMostCandidates) return;
  }
}

// "save|load" of "save|load FILE"
std::string_view take_word(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
  const std::string_view word = text.substr(0, text.find_first_of(kBlanks));
  text.remove_prefix(word.size());
  return word;
}

bool wants(std::string_view word, std::string_view what) { return word.find(what) != std::string_view::npos; }

}  // namespace

std::string Completion::common() const {
  if (candidates.empty()) return {};
  std::string text = candidates.front();
  for (const std::string& each : candidates) text.erase(std::ranges::mismatch(text, each).in1, text.end());
  const bool goes_on = text.empty() || text.ends_with('/') || text.ends_with('(') || text.ends_with(':');
  return candidates.size() == 1 && !goes_on ? text + " " : text;
}

Completion complete(std::string_view typed, const Snapshot& snapshot) {
  Completion completion;
  std::vector<std::string>& found = completion.candidates;
  const size_t first = std::min(typed.find_first_not_of(kBlanks), typed.size());
  const size_t end_of_command = typed.find_first_of(kBlanks, first);
  if (end_of_command == std::string_view::npos) {
    completion.begin = first;
    for (const CommandInfo& command : all_commands()) found.emplace_back(command.name);
  } else {
    const std::string_view word_of_command = typed.substr(first, end_of_command - first);
    const CommandInfo* const command = find_command(word_of_command.substr(0, word_of_command.find('/')));   // "print/x"
    if (command == nullptr) return completion;
    // The word of the arguments that is being typed; the last one goes on to the end of the line.
    std::string_view rest = typed.substr(end_of_command), arguments = command->arguments;
    std::string_view wanted = take_word(arguments);
    while (true) {
      std::string_view after = rest;
      const std::string_view word = take_word(after);
      if (wants(wanted, "/FORMAT") && !word.starts_with('/')) wanted = take_word(arguments);
      const bool is_rest = wants(wanted, "EXPRESSION");
      if (after.empty() || is_rest) break;
      rest = after;
      if (const std::string_view next = take_word(arguments); !next.empty()) wanted = next;
    }
    completion.begin = typed.size();
    if (wants(wanted, "EXPRESSION")) {
      while (completion.begin > end_of_command && is_name_character(typed[completion.begin - 1])) --completion.begin;
      add_expression_names(found, snapshot);
    } else {
      completion.begin = std::max(typed.find_last_of(kBlanks) + 1, end_of_command);
      const std::string_view word = typed.substr(completion.begin);
      if (wants(wanted, "FILE")) add_files(found, word);
      else if (wants(wanted, "PLACE")) {
        add_functions(found, snapshot, "");
        if (command->name.find("break") != std::string_view::npos || command->name == "dprintf") {
          for (const char* kind : {"exit:", "import:"})
            if (word.starts_with(kind)) add_functions(found, snapshot, kind);
          found.insert(found.end(), {"exit:", "import:", "op:", "throw"});
        }
      } else if (wants(wanted, "NAME")) {
        add_exports(found, snapshot);
        add_functions(found, snapshot, "");
      } else if (wants(wanted, "COMMAND")) {
        for (const CommandInfo& each : all_commands()) found.emplace_back(each.name);
      } else if (wants(wanted, "|")) {
        for (std::string_view topics = wanted; !topics.empty();) {
          const std::string_view topic = topics.substr(0, topics.find('|'));
          topics.remove_prefix(std::min(topic.size() + 1, topics.size()));
          if (!topic.empty() && topic.find_first_not_of("abcdefghijklmnopqrstuvwxyz-") == std::string_view::npos) found.emplace_back(topic);
        }
      }
    }
  }
  const std::string_view word = typed.substr(completion.begin);
  std::erase_if(found, [&](const std::string& each) { return !each.starts_with(word); });
  std::ranges::sort(found);
  found.erase(std::ranges::unique(found).begin(), found.end());
  return completion;
}

}  // namespace wasmscope::debug
