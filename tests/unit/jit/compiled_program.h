// SPDX-License-Identifier: Apache-2.0
// A module written as text, instantiated, with the compiled tier installed.
#pragma once
#include <gtest/gtest.h>

#include "engine/binary/decoder.h"
#include "engine/jit/compiled_tier.h"
#include "engine/text/parser.h"
#include "engine/validate/validate.h"

namespace wasmscope::jit {

struct CompiledProgram {
  explicit CompiledProgram(std::string_view source, interp::CompileWhen when = interp::CompileWhen::Called,
                           Bounds bounds = Bounds::Guarded) {
    const wasm::Features features;
    auto parsed = text::parse_module(source, features);
    EXPECT_TRUE(parsed.has_value());
    bytes = std::make_shared<const std::vector<uint8_t>>(std::move(parsed->bytes));
    auto decoded = binary::decode(*bytes, features);
    EXPECT_TRUE(decoded.has_value());
    decoded->owned = bytes;
    EXPECT_TRUE(validate::validate(*decoded, features).has_value());
    const auto module = std::make_shared<const wasm::Module>(std::move(*decoded));
    instance = runtime::instantiate(store, module, runtime::Imports())->result.instance;
    tier = *CompiledTier::create(store, bounds);
    interpreter = std::make_unique<interp::Interpreter>(store);
    interpreter->add_instance(*instance);
    interpreter->set_tier(*tier, when);
    execution = *runtime::Execution::create(0);
  }
  ~CompiledProgram() { interpreter->remove(*execution); }

  runtime::Outcome call(wasm::FuncIndex func, const std::vector<runtime::Value>& arguments) {
    execution->tick = 0;
    execution->begin(*instance->funcs[func], arguments);
    return interpreter->run(*execution, {});
  }

  std::shared_ptr<const std::vector<uint8_t>> bytes;
  runtime::Store store;
  runtime::Instance* instance = nullptr;
  std::unique_ptr<CompiledTier> tier;
  std::unique_ptr<interp::Interpreter> interpreter;
  std::unique_ptr<runtime::Execution> execution;
};

inline constexpr std::string_view kSums = R"((module
  (func $twice (param i32) (result i32) local.get 0 local.get 0 i32.add)
  (func $sum (param $n i32) (result i32) (local $sum i32)
    (loop $next
      (local.set $sum (i32.add (local.get $sum) (call $twice (local.get $n))))
      (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    local.get $sum)))";

}  // namespace wasmscope::jit
