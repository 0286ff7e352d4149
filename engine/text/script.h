// SPDX-License-Identifier: Apache-2.0
// Reads scripts (.wast) of the specification's test suite: commands over modules, each with its place. Modules
// are not parsed: an assertion may be that one cannot be.
// https://github.com/WebAssembly/spec/tree/main/interpreter#scripts
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/wasm/error.h"

namespace wasmscope::text {

// An argument, or what a result has to look like.
struct ScriptValue {
  enum class Kind : uint8_t {
    Number,        // of `type`: bits to be equal
    Vector,        // lanes of `lane_bits` each
    Null,          // any null, or one of the heap type in `type`
    Host,          // ref.extern n, ref.host n; `type` says which
    NonNull,       // results only: any reference that is no null and fits `type`, as in (ref.func)
    Either,        // results only: one of `alternatives`
  };
  enum class Match : uint8_t { Bits, CanonicalNan, ArithmeticNan };
  struct Lane {
    Match match = Match::Bits;
    uint64_t bits = 0;
  };
  Kind kind = Kind::Number;
  wasm::ValType type;
  bool has_type = false;           // Null: whether the script says which
  uint32_t lane_bits = 0;
  bool has_float_lanes = false;
  std::vector<Lane> lanes;         // Number: one
  uint64_t host = 0;
  std::vector<ScriptValue> alternatives;
};

struct ScriptModule {
  enum class Form : uint8_t { Text, Binary, Quote } form = Form::Text;
  std::string_view id;             // with its `$`; empty when it has none
  bool is_definition = false;      // not to be instantiated
  std::string_view source;         // Text: the module, or its fields only
  std::string contents;            // Quote, Binary: what the strings spell
};

struct ScriptAction {
  enum class Kind : uint8_t { Invoke, Read } kind = Kind::Invoke;
  std::string_view module;         // empty: the most recent one
  std::string field;
  std::vector<ScriptValue> arguments;
};

struct ScriptCommand {
  enum class Kind : uint8_t {
    Module,
    Instance,                      // of the module `target`, to be called `id`
    Register,                      // the instance `target` (empty: the most recent) as `text`
    Action,
    Thread,                        // `id` runs `commands`; `shared` names the instances it sees
    Wait,                          // for the thread `target`
    AssertReturn,
    AssertTrap,                    // of an action, or of instantiating a module
    AssertException,
    AssertExhaustion,
    AssertSuspension,
    AssertMalformed,
    AssertInvalid,
    AssertMalformedCustom,
    AssertInvalidCustom,
    AssertUnlinkable,
  };
  Kind kind = Kind::Module;
  uint32_t line = 0;
  std::string_view keyword;        // as the script spells the command
  std::string_view id, target;
  std::string text;                // the failure that is expected, or the name to register as
  bool has_module = false;
  ScriptModule module;
  ScriptAction action;
  std::vector<ScriptValue> expected;
  std::vector<std::string_view> shared;
  std::vector<ScriptCommand> commands;

  bool is_assertion() const { return kind >= Kind::AssertReturn; }
};

// Views of the result point into `source`.
Result<std::vector<ScriptCommand>> read_script(std::string_view source);

}  // namespace wasmscope::text
