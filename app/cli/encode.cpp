// SPDX-License-Identifier: Apache-2.0
#include "app/cli/module_input.h"
#include "app/cli/output.h"
#include "app/cli/verbs.h"
#include "engine/binary/decoder.h"
#include "engine/binary/encoder.h"

namespace wasmscope::app {

int encode_verb(const EncodeOptions& options) {
  const auto file = read_module_file(options.file, options.features);
  if (!file) return kExitBadInput;
  const binary::DecodeOutcome decoded = binary::decode_partial(file->bytes, options.features);
  if (decoded.error) {
    report_module_error(options.file, *file, *decoded.error, &decoded.module);
    return kExitBadInput;
  }
  const std::vector<uint8_t> encoded =
      binary::encode(decoded.module, options.is_canonical ? binary::EncodeForm::Canonical : binary::EncodeForm::Kept);
  if (options.output == "-") {
    Output output;
    output.write({reinterpret_cast<const char*>(encoded.data()), encoded.size()});
    return output.finish(kExitOk);
  }
  if (const auto written = write_file(options.output, encoded); !written) {
    print_file_error(options.output, written.error());
    return kExitBadInput;
  }
  return kExitOk;
}

}  // namespace wasmscope::app
