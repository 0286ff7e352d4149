// SPDX-License-Identifier: Apache-2.0
#include "engine/validate/validate.h"

#include "app/cli/output.h"
#include "app/cli/verbs.h"
#include "engine/base/utf8.h"
#include "engine/binary/decoder.h"

namespace wasmscope::app {
namespace {

// Empty when the bytes are a valid module.
std::string check(Bytes bytes, const wasm::Features& features) {
  binary::DecodeOutcome decoded = binary::decode_partial(bytes, features);
  if (decoded.error) return to_report(*decoded.error, bytes, &decoded.module);
  if (const Result<void> valid = validate::validate(decoded.module, features); !valid)
    return to_report(valid.error(), bytes, &decoded.module);
  return {};
}

}  // namespace

int validate_verb(const ValidateOptions& options) {
  Output output;
  int exit_code = kExitOk;
  for (const std::string& path : options.files) {
    const auto file = read_file(path);
    const std::string report = file ? check(*file, options.features) : "";
    if (file && report.empty()) {
      output.write(escape_for_display(path) + ": valid\n");
      continue;
    }
    exit_code = kExitBadInput;
    // In the order of the files also where both streams go to one place.
    output.flush();
    if (file)
      print_report(escape_for_display(path) + ": " + report);
    else
      print_file_error(path, file.error());
  }
  return output.finish(exit_code);
}

}  // namespace wasmscope::app
