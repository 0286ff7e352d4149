// SPDX-License-Identifier: Apache-2.0
#include "app/cli/output.h"
#include "app/cli/verbs.h"
#include "engine/base/utf8.h"
#include "engine/binary/decoder.h"
#include "engine/binary/encoder.h"
#include "engine/text/module_file.h"

namespace wasmscope::app {

int encode_verb(const EncodeOptions& options) {
  auto bytes = read_file(options.file);
  if (!bytes) {
    print_file_error(options.file, bytes.error());
    return kExitBadInput;
  }
  const text::ModuleFile file = text::to_module_file(*std::move(bytes), options.features);
  const auto refuse = [&](const Error& error, const wasm::Module* module) {
    print_report(escape_for_display(options.file) + ": " + to_report(file.locate(error), file.bytes, module));
    return kExitBadInput;
  };
  if (file.error) return refuse(*file.error, nullptr);
  const binary::DecodeOutcome decoded = binary::decode_partial(file.bytes, options.features);
  if (decoded.error) return refuse(*decoded.error, &decoded.module);
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
