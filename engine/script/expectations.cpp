// SPDX-License-Identifier: Apache-2.0
#include "engine/script/expectations.h"

#include <algorithm>
#include <charconv>

#include "engine/base/file.h"
#include "engine/base/utf8.h"

namespace wasmscope::script {

void Expectations::apply(std::string_view path, ScriptReport& report) const {
  for (const Row& row : rows_) {
    if (!("/" + std::string(path)).ends_with("/" + row.path)) continue;
    const auto accepted = std::ranges::stable_partition(
        report.failures, [&](const Failure& failure) { return failure.line != row.line; });
    if (accepted.empty()) {
      report.failures.push_back({row.line, "expectation", "the failure (" + row.reason + ")", "none"});
      continue;
    }
    for (const Failure& failure : accepted) report.skipped.push_back({failure.line, failure.command, row.reason});
    report.failures.erase(accepted.begin(), accepted.end());
  }
}

Result<Expectations> read_expectations(const std::string& path) {
  const auto file = read_file(path);
  if (!file) return std::unexpected(error(ErrorCode::FileUnreadable, escape_for_display(path)));
  std::string_view rest(reinterpret_cast<const char*>(file->data()), file->size());
  std::vector<Expectations::Row> rows;
  for (uint32_t number = 1; !rest.empty(); ++number) {
    std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    if (line.empty() || line.starts_with('#')) continue;
    const size_t space = std::min(line.find(' '), line.size());
    const size_t colon = line.rfind(':', space);
    Expectations::Row row;
    const auto bad =
        std::unexpected(error(ErrorCode::BadArgument, escape_for_display(path) + ":" + std::to_string(number) +
                                                          ": not of the form `end/of/path.wast:LINE reason`"));
    if (colon == std::string_view::npos) return bad;
    const auto [end, status] = std::from_chars(line.data() + colon + 1, line.data() + space, row.line);
    const size_t reason = line.find_first_not_of(' ', space);
    if (status != std::errc() || end != line.data() + space || reason == std::string_view::npos) return bad;
    row.path = line.substr(0, colon);
    row.reason = line.substr(reason);
    rows.push_back(std::move(row));
  }
  return Expectations(std::move(rows));
}

}  // namespace wasmscope::script
