// SPDX-License-Identifier: Apache-2.0
// Validates with the default features and with all of them; the two ways to ask must agree.
#include "engine/binary/decoder.h"
#include "engine/validate/validate.h"
#include "tests/fuzz/targets.h"

namespace wasmscope::fuzz {

int fuzz_validate(Bytes bytes) {
  static const wasm::Features kEverything = *wasm::parse_features("all");
  ++tally().inputs;
  for (const wasm::Features& features : {wasm::Features(), kEverything}) {
    const bool is_default = features == wasm::Features();
    const auto module = binary::decode(bytes, features);
    if (!module) continue;
    if (is_default) ++tally().decoded;
    const auto result = validate::validate(*module, features);
    const auto in_parts = validate::validate(*module, features, [](uint32_t) { return true; }, 1);
    expect(result.has_value() == in_parts.has_value(), "both ways to validate agree");
    if (result) {
      if (is_default) ++tally().validated;
      expect(*in_parts && validate::validate_module(*module, features).has_value(),
             "a valid module is valid outside its bodies");
      continue;
    }
    const Error& error = result.error();
    expect(error.code == in_parts.error().code && error.range == in_parts.error().range,
           "both ways give the same error");
    expect(!error.has_range || (error.range.begin <= error.range.end && error.range.end <= bytes.size()),
           "errors are inside the file");
    expect(!to_report(error, bytes, &*module).empty(), "errors have a text");
  }
  return kOfUse;
}

}  // namespace wasmscope::fuzz
