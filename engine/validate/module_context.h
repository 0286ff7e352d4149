// SPDX-License-Identifier: Apache-2.0
// What the validation of expressions needs to know of a module, computed once; immutable, so any number of
// FunctionValidators on any number of threads may share it. Assumes that check_types() accepted the types.
#pragma once
#include <array>
#include <vector>

#include "engine/validate/short_instructions.h"
#include "engine/validate/subtype.h"
#include "engine/wasm/features.h"

namespace wasmscope::validate {

// How one instruction is validated, derived from its row of opcodes.def.
struct Rule {
  enum class Form : uint8_t {
    Push,         // the signature says it all: [] -> [t]
    Unary,        // [t] -> [u]
    Binary,       // [t u] -> [v]
    Plain,        // any other
    Lane,         // and a lane index
    Shuffle,      // and 16 of them
    Load,         // a memory access [address] -> [t]; Kind::Bottom in `types` is the address type
    Access,       // any other
    AccessLane,
    AccessAtomic,
    Indexed,      // the signature, and indices of a memory, table or segment
    LocalGet,
    LocalSet,
    LocalTee,
    Special,      // typed by hand
    Disabled,     // its feature is off
  };
  Form form = Form::Special;
  uint8_t pops = 0, pushes = 0;
  uint8_t natural_align = 0;   // exponent
  uint8_t lanes = 0;
  bool is_constant = false;    // may be in a constant expression
  std::array<wasm::Kind, 6> types{};   // popped, then pushed
};

class ModuleContext {
 public:
  ModuleContext(const wasm::Module& module, const wasm::Features& features);

  const wasm::Module& module;
  const wasm::Features features;
  const TypeRelations relations;
  const wasm::Kind first_address;   // the address type of memory 0; Bottom without one
  const Rule& rule(wasm::Op op) const { return rules_[static_cast<size_t>(op)]; }
  const ShortRules& short_rules() const { return short_rules_; }
  // ref.func in a function body needs a mention of the function elsewhere in the module.
  bool is_declared(wasm::FuncIndex func) const { return declared_[func]; }
  // Null unless the index is in bounds and a type of that form.
  const wasm::FuncType* func_type(wasm::TypeIndex type) const { return composite<wasm::FuncType>(type); }
  const wasm::StructType* struct_type(wasm::TypeIndex type) const { return composite<wasm::StructType>(type); }
  const wasm::ArrayType* array_type(wasm::TypeIndex type) const { return composite<wasm::ArrayType>(type); }
  const wasm::ContType* cont_type(wasm::TypeIndex type) const { return composite<wasm::ContType>(type); }

 private:
  template <class T>
  const T* composite(wasm::TypeIndex type) const {
    return type < module.types.size() ? std::get_if<T>(&module.types[type].composite) : nullptr;
  }
  std::array<Rule, wasm::kOpCount> rules_;
  ShortRules short_rules_;
  std::vector<bool> declared_;
};

// A value type: its index in bounds (below `type_count`), its feature on. `at` is where errors point.
Result<void> check_value_type(wasm::ValType type, uint64_t type_count, const wasm::Features& features, ByteRange at);
// An error saying that a feature is off.
Error feature_error(wasm::Feature feature, ByteRange at);
// "i32", "(ref null $3)"; also for the types that only unreachable code has.
std::string describe(wasm::ValType type);

}  // namespace wasmscope::validate
