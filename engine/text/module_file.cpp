// SPDX-License-Identifier: Apache-2.0
#include "engine/text/module_file.h"

namespace wasmscope::text {

ModuleFile to_module_file(std::vector<uint8_t> file, const wasm::Features& features) {
  ModuleFile result;
  if (!is_text(file)) {
    result.bytes = std::move(file);
    return result;
  }
  result.source.assign(file.begin(), file.end());
  auto parsed = parse_module(result.source, features);
  if (parsed) {
    result.bytes = std::move(parsed->bytes);
    result.source_map = std::move(parsed->source_map);
  } else {
    result.error = std::move(parsed).error();
  }
  return result;
}

}  // namespace wasmscope::text
