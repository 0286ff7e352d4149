// SPDX-License-Identifier: Apache-2.0
#include "engine/validate/validate.h"

#include "app/cli/output.h"
#include "app/cli/verbs.h"
#include "engine/base/utf8.h"
#include "engine/binary/decoder.h"
#include "engine/text/module_file.h"

namespace wasmscope::app {
namespace {

// Empty when the file is a valid module.
std::string check(std::vector<uint8_t> bytes, const wasm::Features& features) {
  const text::ModuleFile file = text::to_module_file(std::move(bytes), features);
  if (file.error) return to_report(*file.error, {}, nullptr);
  binary::DecodeOutcome decoded = binary::decode_partial(file.bytes, features);
  if (decoded.error) return to_report(file.locate(*decoded.error), file.bytes, &decoded.module);
  if (const Result<void> valid = validate::validate(decoded.module, features); !valid)
    return to_report(file.locate(valid.error()), file.bytes, &decoded.module);
  return {};
}

}  // namespace

int validate_verb(const ValidateOptions& options) {
  Output output;
  int exit_code = kExitOk;
  for (const std::string& path : options.files) {
    auto file = read_file(path);
    const std::string report = file ? check(*std::move(file), options.features) : "";
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
