// SPDX-License-Identifier: Apache-2.0
#include "engine/validate/validate.h"

#include "app/cli/output.h"
#include "app/cli/verbs.h"
#include "engine/base/utf8.h"
#include "engine/binary/decoder.h"

namespace wasmscope::app {
namespace {

// Empty when the file is a valid module.
std::string check_file(const std::string& path, const wasm::Features& features) {
  const auto file = MappedFile::open(path);
  if (!file) return to_line(to_error(file.error(), path), nullptr) + "\n";
  binary::DecodeOutcome decoded = binary::decode_partial(file->bytes(), features);
  if (decoded.error) return to_report(*decoded.error, file->bytes(), &decoded.module);
  if (const Result<void> valid = validate::validate(decoded.module, features); !valid)
    return to_report(valid.error(), file->bytes(), &decoded.module);
  return {};
}

}  // namespace

int validate_verb(const ValidateOptions& options) {
  Output output;
  int exit_code = kExitOk;
  for (const std::string& path : options.files) {
    const std::string report = check_file(path, options.features);
    if (report.empty()) {
      output.write(escape_for_display(path) + ": valid\n");
      continue;
    }
    exit_code = kExitBadInput;
    // In the order of the files also where both streams go to one place.
    output.flush();
    print_report(escape_for_display(path) + ": " + report);
  }
  return output.finish(exit_code);
}

}  // namespace wasmscope::app
