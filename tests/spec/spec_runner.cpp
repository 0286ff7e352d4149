// SPDX-License-Identifier: Apache-2.0
// spec_runner [--verbose] SCRIPT.json...   runs scripts that wast2json converted. Ends with 1 when an assertion
// failed, with 2 when a script could not be read.
#include <iomanip>
#include <iostream>
#include <string_view>

#include "tests/spec/script_runner.h"

int main(int argc, char** argv) {
  using namespace wasmscope::test;
  bool is_verbose = false;
  std::vector<std::string> paths;
  for (int i = 1; i < argc; ++i) {
    if (std::string_view(argv[i]) == "--verbose")
      is_verbose = true;
    else
      paths.emplace_back(argv[i]);
  }
  if (paths.empty()) {
    std::cerr << "usage: spec_runner [--verbose] SCRIPT.json...\n";
    return 2;
  }

  ScriptRunner runner;
  uint64_t passed = 0, failed = 0, skipped = 0;
  std::map<std::string, uint64_t> reasons;
  for (const std::string& path : paths) {
    std::string problem;
    const auto script = read_json_script(path, problem);
    if (!script) {
      std::cerr << path << ": " << problem << "\n";
      return 2;
    }
    const ScriptResult result = runner.run(*script);
    uint64_t skipped_here = 0;
    for (const auto& [reason, count] : result.skipped) {
      skipped_here += count;
      reasons[reason] += count;
    }
    for (const std::string& failure : result.failures) std::cout << failure << "\n";
    if (is_verbose)
      std::cout << script->source << ": " << result.passed << " passed, " << result.failures.size() << " failed, "
                << skipped_here << " skipped\n";
    passed += result.passed;
    failed += result.failures.size();
    skipped += skipped_here;
  }
  for (const auto& [reason, count] : reasons) std::cout << std::setw(7) << count << " skipped: " << reason << "\n";
  std::cout << passed << " passed, " << failed << " failed, " << skipped << " skipped\n";
  return failed == 0 ? 0 : 1;
}
