// SPDX-License-Identifier: Apache-2.0
// The text format from both sides. A binary module is printed in both forms, each of which must parse to the
// same module. Anything else is parsed as a module and read as a script; what parses must decode and print back.
#include <string>

#include "engine/binary/decoder.h"
#include "engine/binary/encoder.h"
#include "engine/text/parser.h"
#include "engine/text/printer.h"
#include "engine/text/script.h"
#include "engine/text/source.h"
#include "engine/validate/validate.h"
#include "tests/fuzz/targets.h"

namespace wasmscope::fuzz {
namespace {

const wasm::Features& everything() {
  static const wasm::Features features = *wasm::parse_features("all");
  return features;
}

void check_error(const Error& error) {
  expect(error.line > 0 && error.column > 0, "errors in a text have a line and a column");
  expect(!to_report(error, {}, nullptr).empty(), "errors have a text");
}

void check_round_trip(const wasm::Module& module) {
  const std::vector<uint8_t> expected = binary::encode(module, binary::EncodeForm::Canonical);
  for (const text::PrintForm form : {text::PrintForm::Flat, text::PrintForm::Folded}) {
    std::string source;
    const auto printed = text::print_module(
        module,
        [&](std::string_view piece) {
          source += piece;
          return true;
        },
        form);
    expect(printed.has_value(), "a module that decodes prints");
    const auto parsed = text::parse_module(source, everything());
    expect(parsed.has_value(), "what is printed parses");
    const auto decoded = binary::decode(parsed->bytes, everything());
    expect(decoded.has_value(), "what was printed and parsed decodes");
    expect(binary::encode(*decoded, binary::EncodeForm::Canonical) == expected, "printing and parsing keep a module");
  }
}

int fuzz_source(std::string_view source) {
  ++tally().inputs;
  if (const auto script = text::read_script(source); !script) check_error(script.error());
  const auto parsed = text::parse_module(source, everything());
  if (!parsed) {
    check_error(parsed.error());
    return kOfUse;
  }
  ++tally().decoded;
  uint64_t last = 0;
  for (const text::SourceMap::Entry& entry : parsed->source_map.entries()) {
    expect(entry.binary >= last && entry.binary < parsed->bytes.size() && entry.text <= source.size(),
           "the source map is sorted and inside both files");
    last = entry.binary;
  }
  const auto module = binary::decode(parsed->bytes, everything());
  if (!module) {
    // Only what the format allows and this implementation bounds.
    expect(module.error().code == ErrorCode::LimitExceeded || module.error().code == ErrorCode::TooManyLocals,
           "what parses decodes");
    return kOfUse;
  }
  if (validate::validate(*module, everything())) ++tally().validated;
  check_round_trip(*module);
  return kOfUse;
}

}  // namespace

int fuzz_text(Bytes bytes) {
  if (!text::is_text(bytes)) {
    const auto module = validated_module(bytes);
    if (module != nullptr) check_round_trip(*module);
    return kOfUse;
  }
  return fuzz_source({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

}  // namespace wasmscope::fuzz
