// SPDX-License-Identifier: Apache-2.0
// A module of small functions, each with the arguments that it is to be called with.
#pragma once
#include "tests/support/module_builder.h"
#include "tests/tiers/programs.h"

namespace wasmscope::test {

class CaseModule : public ModuleBuilder {
 public:
  using Arguments = std::vector<uint64_t>;   // bits; a v128 has the same halves
  uint32_t add(std::string_view signature, const CodeWriter& body, std::vector<Arguments> calls,
               std::string_view locals = {}) {
    const uint32_t index = func(signature, body, locals);
    for (Arguments& arguments : calls) calls_.emplace_back(index, std::move(arguments));
    return index;
  }
  Program program(std::string name) const {
    const auto invocations = [calls = calls_](const wasm::Module& module) {
      std::vector<Invocation> made;
      for (const auto& [func, arguments] : calls) {
        Invocation call{func, {}};
        const auto& params = module.func_type(func).params;
        for (size_t i = 0; i < params.size(); ++i) {
          const uint64_t high = params[i].kind == wasm::Kind::V128 ? arguments[i] : 0;
          const bool is_half = params[i].kind == wasm::Kind::I32 || params[i].kind == wasm::Kind::F32;
          call.arguments.push_back({params[i], is_half ? static_cast<uint32_t>(arguments[i]) : arguments[i], high});
        }
        made.push_back(std::move(call));
      }
      return made;
    };
    return {std::move(name), bytes(), invocations};
  }

 private:
  std::vector<std::pair<uint32_t, Arguments>> calls_;
};

}  // namespace wasmscope::test
