// SPDX-License-Identifier: Apache-2.0
#include "engine/lower/slot_code.h"

namespace wasmscope::lower {

std::vector<LocalPlace> local_places(const wasm::Module& module, wasm::FuncIndex func) {
  std::vector<LocalPlace> places;
  append_local_places(module, func, places);
  return places;
}

void append_local_places(const wasm::Module& module, wasm::FuncIndex func, std::vector<LocalPlace>& places) {
  uint32_t slot = 0;
  const auto add = [&](wasm::ValType type) {
    places.push_back({type, slot});
    slot += type.slots();
  };
  const std::vector<wasm::ValType>& params = module.func_type(func).params;
  const auto runs = wasm::local_runs(module, func);
  size_t count = params.size();
  for (const wasm::LocalRun& run : runs) count += run.count;
  places.reserve(count);
  for (const wasm::ValType type : params) add(type);
  slot += kScratchSlots;
  for (const wasm::LocalRun& run : runs)
    for (uint32_t i = 0; i < run.count; ++i) add(run.type);
}

}  // namespace wasmscope::lower
