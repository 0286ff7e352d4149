// SPDX-License-Identifier: Apache-2.0
#include "engine/script/round_trip.h"

#include <algorithm>

#include "engine/binary/decoder.h"
#include "engine/binary/encoder.h"
#include "engine/text/parser.h"
#include "engine/text/printer.h"
#include "engine/wasm/features.h"

namespace wasmscope::script {
namespace {

std::string describe(const char* step, const Error& error) {
  return std::string(step) + ": " + to_line(error, nullptr);
}

}  // namespace

std::optional<std::string> find_round_trip_difference(const wasm::Module& module) {
  using binary::EncodeForm;
  const wasm::Features every_feature = *wasm::parse_features("all");
  const std::vector<uint8_t> wanted = binary::encode(module, EncodeForm::Canonical);
  std::string printed;
  const auto done = text::print_module(module, [&](std::string_view piece) {
    printed += piece;
    return true;
  });
  if (!done) return describe("printing", done.error());
  const auto parsed = text::parse_module(printed, every_feature);
  if (!parsed) return describe("parsing", parsed.error());
  const auto again = binary::decode(parsed->bytes, every_feature);
  if (!again) return describe("decoding", again.error());
  const std::vector<uint8_t> got = binary::encode(*again, EncodeForm::Canonical);
  if (got == wanted) return std::nullopt;
  const auto [in_wanted, in_got] = std::ranges::mismatch(wanted, got);
  return "another binary: it differs from byte " + std::to_string(in_wanted - wanted.begin()) + " on, of " +
         std::to_string(wanted.size()) + " and " + std::to_string(got.size());
}

}  // namespace wasmscope::script
