// SPDX-License-Identifier: Apache-2.0
// Runs a program to its end and keeps what it wrote. Its streams are files, so it never waits for the test,
// and its environment is small and always the same.
#pragma once
#include <chrono>
#include <string>
#include <vector>

namespace wasmscope::test {

struct ChildOptions {
  std::string input = {};                                // standard input
  std::string input_file = {};                           // instead of `input`
  std::string output_file = {};                          // where standard output goes instead of ChildResult::out
  enum class Output { Kept, ClosedPipe } output = Output::Kept;
  std::chrono::seconds timeout{60};
};

struct ChildResult {
  std::string out, err;
  int exit_code = -1;        // -1 when it did not end by itself
  int signal = 0;            // that ended it
  bool timed_out = false;
  long peak_kib = 0;         // memory it held at most, mapped files included as far as they were read
};

ChildResult run_child(const std::vector<std::string>& arguments, const ChildOptions& options = {});

}  // namespace wasmscope::test
