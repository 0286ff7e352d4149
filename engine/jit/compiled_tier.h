// SPDX-License-Identifier: Apache-2.0
// The compiled tier: x86-64 machine code of functions, made from the slot code that the interpreter also runs. Code
// is of a function of an instance: addresses of globals, tables and functions are in it. Machine code can be executed
// or written through different mappings, never through the same. Engine thread only. engine/README.md, "Tiers".
#pragma once
#include <expected>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/interp/compiled.h"
#include "engine/interp/interpreter.h"
#include "engine/jit/bounds.h"
#include "engine/jit/code_map.h"
#include "engine/jit/nan_rule.h"

namespace wasmscope::jit {

struct Statistics {
  uint64_t functions = 0;
  uint64_t wasm_bytes = 0;         // of their bodies
  uint64_t machine_bytes = 0;
  double seconds = 0;              // spent compiling
};

// How the operations of a module's functions are carried out.
struct ServedByRuntime {
  wasm::FuncIndex func = 0;
  std::map<wasm::Op, uint32_t> count;
};
struct Coverage {
  uint64_t machine_code = 0, runtime_calls = 0, interpreted = 0;   // operations
  std::vector<ServedByRuntime> served;                             // every function that calls the runtime
};
// The module is valid.
Coverage coverage_of(const wasm::Module& module);

class CompiledTier : public interp::Tier {
 public:
  // What is missing, when this machine cannot run such code.
  static std::expected<std::unique_ptr<CompiledTier>, std::string> create(runtime::Store& store,
                                                                          Bounds bounds = Bounds::Guarded, NanRule nans = NanRule::Canonical);
  ~CompiledTier() override;

  interp::CompiledFunc* compile(runtime::Func& func, const interp::Asking& asking) override;
  void uninstall(runtime::Func& func) override;
  // The code that runs with these stops, made again.
  CodeMap map_code(runtime::Func& func, const lower::StopSet& stops);
  Statistics statistics() const;

 private:
  struct Impl;
  explicit CompiledTier(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace wasmscope::jit
