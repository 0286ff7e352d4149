// SPDX-License-Identifier: Apache-2.0
// A golden file: commands, each followed by what it is expected to write.
//
//   # a comment
//   = cut.wasm 00 61 73 6d            makes {tmp}/cut.wasm of these bytes; again: appends to it
//   $ wasmscope inspect {tmp}/cut.wasm < {fixtures}/wc/stdin.txt
//   > a line for standard input
//   expected line of standard output
//   ! expected line of standard error
//   ? 1                               exit code, when it is not 0; "? signal 6" for a crash
//
// {samples} and {fixtures} are assets/samples and tests/fixtures, {golden} this folder, {tmp} an empty folder.
// They are written out in commands and in lines for standard input.
// Output that begins like one of the above has a \ before it. Output without a last line end is followed by
// the line \-. Blank lines before a command, a comment or the end separate.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace wasmscope::test {

struct GoldenStep {
  std::vector<std::string> before;     // comments, blank lines and files, as they stand
  std::string command;
  std::vector<std::string> input;
  std::vector<std::string> expected;   // as they stand, without separating blank lines
  size_t line = 0;                     // of the command, from 1
};
struct GoldenFile {
  std::vector<GoldenStep> steps;
  std::vector<std::string> after;
};

GoldenFile parse_golden(const std::string& text);
std::string to_text(const GoldenFile& file);

// Runs the commands of a file with `program` for "wasmscope"; `debug` on the tier that WASMSCOPE_TIER names, if any.
class GoldenRunner {
 public:
  GoldenRunner(std::string program, std::filesystem::path temporary)
      : program_(std::move(program)), temporary_(std::move(temporary)) {}

  // What the step writes, in the form of `expected`.
  std::vector<std::string> run(const GoldenStep& step);

 private:
  std::string substitute(std::string text) const;
  void make_file(const std::string& line);

  std::string program_;
  std::filesystem::path temporary_;
};

}  // namespace wasmscope::test
