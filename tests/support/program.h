// SPDX-License-Identifier: Apache-2.0
// A module from a file, instantiated with WASI and ready to be called in the interpreter. What a test gets
// wrong about its own files (not there, not valid, no such export) ends the process with a message.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "engine/base/file.h"
#include "engine/host/wasi.h"
#include "engine/interp/interpreter.h"
#include "engine/jit/compiled_tier.h"
#include "engine/runtime/execution.h"

namespace wasmscope::test {

class Program {
 public:
  Program(const std::string& path, host::WasiOptions options, std::shared_ptr<host::Environment> environment);

  struct Result {
    runtime::Outcome outcome;
    std::vector<runtime::Value> results;   // of Returned
    uint64_t ticks = 0;
  };
  // Goes on after breakpoints.
  Result call(std::string_view export_name, const std::vector<runtime::Value>& arguments = {});

  struct ColdStop {
    wasm::FuncIndex func = wasm::kNoIndex;   // kNoIndex: no instruction of the hottest function is cold
    uint32_t pc = 0;
    uint64_t executed = 0;                   // times, in the call that was watched
  };
  // Steps through the call, finds the function that executes most instructions, and sets a breakpoint in it on an
  // instruction that is not executed, or a thousand times less often than the others on average.
  ColdStop stop_at_cold_instruction(std::string_view export_name, const std::vector<runtime::Value>& arguments);

  // Compiles every function from now on; before the first call.
  void compile();

  const wasm::Module& module() const { return *module_; }
  const std::vector<runtime::MissingImport>& missing() const { return missing_; }

 private:
  const wasm::Export& find(std::string_view export_name) const;

  std::vector<uint8_t> file_;
  std::shared_ptr<const wasm::Module> module_;
  runtime::Store store_;
  runtime::Instance* instance_ = nullptr;
  std::vector<runtime::MissingImport> missing_;
  std::unique_ptr<jit::CompiledTier> tier_;
  interp::Interpreter interpreter_{store_};
};

}  // namespace wasmscope::test
