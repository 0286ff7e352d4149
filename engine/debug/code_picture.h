// SPDX-License-Identifier: Apache-2.0
// A function as WebAssembly, slot code and machine code, for somebody who looks at it. Immutable, held by shared_ptr:
// the same object is in every snapshot until the function's stops or the program change.
#pragma once
#include <memory>
#include <set>
#include <string>

#include "engine/jit/code_map.h"

namespace wasmscope::debug {

struct LoadedModule;
using jit::CodeMap;
using jit::ValuePlace;
using jit::places_at;

struct CodePicture {
  std::shared_ptr<const LoadedModule> loaded;
  wasm::FuncIndex func = 0;
  std::set<uint32_t> stops;        // the code asks at these pcs whether to stop
  jit::CodeMap map;                // empty when there is a problem
  std::string problem;             // why there is no code to show
};

}  // namespace wasmscope::debug
