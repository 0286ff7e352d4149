// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/targets.h"

#include <cstdio>
#include <cstdlib>

#include "engine/binary/decoder.h"
#include "engine/validate/validate.h"

namespace wasmscope::fuzz {

Tally& tally() {
  static Tally the_tally;
  return the_tally;
}

std::shared_ptr<const wasm::Module> validated_module(Bytes bytes) {
  ++tally().inputs;
  const wasm::Features features;
  auto module = binary::decode(bytes, features);
  if (!module) return nullptr;
  ++tally().decoded;
  if (!validate::validate(*module, features)) return nullptr;
  ++tally().validated;
  return std::make_shared<const wasm::Module>(std::move(*module));
}

void expect(bool holds, std::string_view what) {
  if (holds) return;
  std::fprintf(stderr, "expected: %.*s\n", static_cast<int>(what.size()), what.data());
  std::abort();
}

}  // namespace wasmscope::fuzz
