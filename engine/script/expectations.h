// SPDX-License-Identifier: Apache-2.0
// Failures that are known and accepted, each with its reason: a file of lines
//   end/of/the/path.wast:LINE  why it is accepted
// with `#` before comments. An accepted failure counts as skipped, for that reason; one that does not fail any
// more is a failure itself.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "engine/script/script_runner.h"

namespace wasmscope::script {

class Expectations {
 public:
  struct Row {
    std::string path;      // the end of one
    uint32_t line = 0;
    std::string reason;
  };
  explicit Expectations(std::vector<Row> rows = {}) : rows_(std::move(rows)) {}

  void apply(std::string_view path, ScriptReport& report) const;

 private:
  std::vector<Row> rows_;
};

Result<Expectations> read_expectations(const std::string& path);

}  // namespace wasmscope::script
