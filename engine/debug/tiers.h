// SPDX-License-Identifier: Apache-2.0
// What executes a program, as the faces see it: the tier that was asked for, and how each function is carried out at
// the moment. Part of the snapshot; plain data. engine/README.md, "Tiers".
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/wasm/module.h"

namespace wasmscope::interp {
enum class CompileWhen : uint8_t;
}

namespace wasmscope::debug {

enum class Tier : uint8_t {
  Interpreter,
  Jit,          // every function is compiled at its first call
  Auto,         // functions that run often are compiled
};
std::string_view name_of(Tier tier);              // as commands and options have it: "interp", "jit", "auto"
std::optional<Tier> find_tier(std::string_view name);
// Empty: everything is interpreted.
std::optional<interp::CompileWhen> to_compile_when(Tier tier);

// A function that has been called.
struct FuncTier {
  enum class Code : uint8_t {
    Interpreted,
    Compiled,
    CompiledWithStops,     // machine code that asks at breakpoints
  };
  wasm::FuncIndex func = 0;
  Code code{};
  uint64_t machine_bytes = 0;   // of its machine code; 0 when interpreted
  uint64_t heat = 0;            // how often it was found running by looks at regular ticks, in the program's time
};

struct TierPicture {
  Tier chosen = Tier::Auto;
  std::string why_interpreted;            // why this machine has no compiled tier; "" where it has one
  bool is_in_compiled = false;            // the function that the program stands in is compiled
  uint64_t compiled = 0;                  // functions
  uint64_t machine_bytes = 0;             // of all of them
  std::shared_ptr<const std::vector<FuncTier>> funcs;   // ascending; null: no program

  // Null when it has not been called.
  const FuncTier* find(wasm::FuncIndex func) const;
};

}  // namespace wasmscope::debug
