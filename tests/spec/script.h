// SPDX-License-Identifier: Apache-2.0
// A script of the specification's test suite: commands over modules. Whatever reads scripts makes these; only
// ScriptRunner interprets them.
// https://github.com/WebAssembly/spec/tree/main/interpreter#scripts
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "engine/runtime/value.h"

namespace wasmscope::test {

// What a result has to look like. A v128 has several lanes, every other value one.
struct Pattern {
  enum class Match : uint8_t { Exact, CanonicalNan, ArithmeticNan, NonNull };
  struct Lane {
    Match match = Match::Exact;
    uint64_t bits = 0;
  };
  wasm::ValType type;
  uint32_t lane_bits = 64;
  std::vector<Lane> lanes;
};

struct Action {
  enum class Kind : uint8_t { Invoke, Get } kind = Kind::Invoke;
  std::string module;        // empty: the most recent one
  std::string field;
  std::vector<runtime::Value> arguments;
};

struct Command {
  enum class Kind : uint8_t {
    Module,
    Register,
    Action,
    AssertReturn,
    AssertTrap,
    AssertException,
    AssertExhaustion,
    AssertInvalid,
    AssertMalformed,
    AssertUnlinkable,
    AssertUninstantiable,
    Unreadable,              // a command or value the reader does not know; `text` says which
  };
  Kind kind = Kind::Unreadable;
  uint32_t line = 0;
  std::string type;          // as the script calls the command
  std::string name;          // Module, Register: the module's name in the script; may be empty
  std::string as;            // Register
  std::string path;          // of the module, where there is one
  bool is_text_module = false;
  std::string text;          // the failure that is expected
  Action action;
  std::vector<Pattern> expected;
};

struct Script {
  std::string source;        // the file that lines count in
  std::vector<Command> commands;
};

// Reads what wabt's wast2json makes of a script. Empty when the file is not that; `problem` says why.
std::optional<Script> read_json_script(const std::string& path, std::string& problem);

}  // namespace wasmscope::test
