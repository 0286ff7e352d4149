// SPDX-License-Identifier: Apache-2.0
#include "tests/golden/golden_file.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "tests/support/child_process.h"

namespace wasmscope::test {
namespace {

std::vector<std::string> split_lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

bool begins(const std::string& line, char mark) { return line.size() >= 2 && line[0] == mark && line[1] == ' '; }
bool is_between_steps(const std::string& line) { return line.empty() || line[0] == '#' || begins(line, '='); }

std::string escape_output(const std::string& line, bool is_last) {
  static const std::string kMarks = "#$=>!?\\";
  const bool needs_escape = line.empty() ? is_last : kMarks.find(line[0]) != std::string::npos;
  return needs_escape ? "\\" + line : line;
}

void append_output(std::vector<std::string>& expected, const std::string& text) {
  const std::vector<std::string> lines = split_lines(text);
  for (size_t i = 0; i < lines.size(); ++i) expected.push_back(escape_output(lines[i], i + 1 == lines.size()));
  if (!text.empty() && text.back() != '\n') expected.push_back("\\-");
}

// Words are separated by spaces; those within quotes stay together.
std::vector<std::string> split_words(const std::string& text) {
  std::vector<std::string> words;
  std::string word;
  bool is_word = false;
  char quote = 0;
  for (const char c : text) {
    if (quote != 0 ? c == quote : c == '\'' || c == '"') {
      quote = quote != 0 ? 0 : c;
      is_word = true;
    } else if (quote == 0 && c == ' ') {
      if (is_word) words.push_back(word);
      word.clear();
      is_word = false;
    } else {
      word += c;
      is_word = true;
    }
  }
  if (is_word) words.push_back(word);
  return words;
}

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  if (from.empty()) return;
  for (size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
}

}  // namespace

GoldenFile parse_golden(const std::string& text) {
  const std::vector<std::string> lines = split_lines(text);
  GoldenFile file;
  std::vector<std::string> between;
  for (size_t i = 0; i < lines.size();) {
    if (!begins(lines[i], '$')) {
      if (!is_between_steps(lines[i]))
        throw std::runtime_error("line " + std::to_string(i + 1) + ": output before a command");
      between.push_back(lines[i++]);
      continue;
    }
    GoldenStep step;
    step.before = std::exchange(between, {});
    step.line = i + 1;
    step.command = lines[i++].substr(2);
    for (; i < lines.size() && (begins(lines[i], '>') || lines[i] == ">"); ++i)
      step.input.push_back(lines[i].size() > 1 ? lines[i].substr(2) : "");
    size_t end = i;
    while (end < lines.size() && !begins(lines[end], '$') && !begins(lines[end], '=') && !lines[end].starts_with('#'))
      ++end;
    size_t last = end;
    while (last > i && lines[last - 1].empty()) --last;
    for (; i < last; ++i) step.expected.push_back(lines[i]);
    file.steps.push_back(std::move(step));
  }
  file.after = std::move(between);
  return file;
}

std::string to_text(const GoldenFile& file) {
  std::string text;
  const auto put = [&](const std::vector<std::string>& lines, const std::string& mark = {}) {
    for (const std::string& line : lines)
      text += (line.empty() && !mark.empty() ? mark.substr(0, 1) : mark + line) + "\n";
  };
  for (const GoldenStep& step : file.steps) {
    put(step.before);
    text += "$ " + step.command + "\n";
    put(step.input, "> ");
    put(step.expected);
  }
  put(file.after);
  while (text.ends_with("\n\n")) text.pop_back();
  return text;
}

std::string GoldenRunner::substitute(std::string text) const {
  replace_all(text, "{samples}", "assets/samples");
  replace_all(text, "{fixtures}", "tests/fixtures");
  replace_all(text, "{golden}", "tests/golden");
  replace_all(text, "{tmp}", temporary_.string());
  return text;
}

void GoldenRunner::make_file(const std::string& line) {
  std::istringstream words(line.substr(2));
  std::string name, word, bytes;
  words >> name;
  while (words >> word) {
    if (word.size() != 2 || !std::isxdigit(static_cast<unsigned char>(word[0])) ||
        !std::isxdigit(static_cast<unsigned char>(word[1])))
      throw std::runtime_error("'" + word + "' in '" + line + "' is no byte");
    bytes += static_cast<char>(std::stoi(word, nullptr, 16));
  }
  std::ofstream(temporary_ / name, std::ios::binary | std::ios::app) << bytes;
}

std::vector<std::string> GoldenRunner::run(const GoldenStep& step) {
  for (const std::string& line : step.before)
    if (begins(line, '=')) make_file(line);

  std::vector<std::string> words = split_words(substitute(step.command));
  if (words.empty() || words[0] != "wasmscope") throw std::runtime_error("a command begins with wasmscope");
  words[0] = program_;
  const char* const tier = std::getenv("WASMSCOPE_TIER");
  if (tier != nullptr && words.size() > 1 && words[1] == "debug" && std::ranges::find(words, "--tier") == words.end())
    words.insert(words.begin() + 2, {"--tier", tier});
  ChildOptions options;
  if (words.size() > 2 && words[words.size() - 2] == "<") {
    options.input_file = words.back();
    words.resize(words.size() - 2);
  }
  for (const std::string& line : step.input) options.input += substitute(line) + "\n";
  ChildResult result = run_child(words, options);

  std::vector<std::string> expected;
  replace_all(result.out, temporary_.string(), "{tmp}");
  replace_all(result.err, temporary_.string(), "{tmp}");
  append_output(expected, result.out);
  for (const std::string& line : split_lines(result.err)) expected.push_back(line.empty() ? "!" : "! " + line);
  if (result.timed_out)
    expected.push_back("? did not end");
  else if (result.signal != 0)
    expected.push_back("? signal " + std::to_string(result.signal));
  else if (result.exit_code != 0)
    expected.push_back("? " + std::to_string(result.exit_code));
  return expected;
}

}  // namespace wasmscope::test
