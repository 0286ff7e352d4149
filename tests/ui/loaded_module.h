// SPDX-License-Identifier: Apache-2.0
// A module opened without a session, for tests of view models.
#pragma once
#include <memory>
#include <utility>
#include <vector>

#include "engine/binary/decoder.h"
#include "engine/debug/snapshot.h"

namespace wasmscope::test {

inline std::shared_ptr<const debug::LoadedModule> load_module(std::vector<uint8_t> bytes) {
  auto loaded = std::make_shared<debug::LoadedModule>();
  const auto owned = std::make_shared<const std::vector<uint8_t>>(std::move(bytes));
  binary::DecodeOutcome outcome = binary::decode_partial(*owned, {});
  outcome.module.owned = owned;
  loaded->path = "test.wasm";
  loaded->error = std::move(outcome.error);
  loaded->module = std::make_shared<const wasm::Module>(std::move(outcome.module));
  loaded->names = std::make_shared<const symbols::Names>(loaded->module);
  return loaded;
}

}  // namespace wasmscope::test
