// SPDX-License-Identifier: Apache-2.0
// What a store consists of, shared by the handles to its items. Internal to embed/.
#pragma once
#include "engine/embed/store.h"
#include "engine/interp/interpreter.h"

namespace wasmscope::embed {

struct StoreState {
  ~StoreState();

  CallResult call(runtime::Func& func, std::span<const Value> arguments, const CallOptions& options);
  // What is wrong with arguments or results, empty when nothing is.
  std::string find_mismatch(std::span<const wasm::ValType> types, std::span<const Value> values) const;
  // Whether a value with this reference may be kept where `type`, in canonical form, is wanted.
  bool is_of_type(const Value& value, wasm::ValType type) const;
  runtime::HostFunc wrap(wasm::FuncType type, HostCallback callback);

  Func handle(runtime::Func& func) { return {*this, func}; }
  Global handle(runtime::Global& global) { return {*this, global}; }
  Memory handle(runtime::Memory& memory) { return Memory(memory); }
  Table handle(runtime::Table& table) { return {*this, table}; }
  Tag handle(runtime::Tag& tag) { return Tag(tag); }
  Instance handle(runtime::Instance& instance) { return {*this, instance}; }

  runtime::Store store;
  interp::Interpreter interpreter{store};
  // Stacks are large to make, so they are used again; calls from host functions nest.
  std::vector<std::unique_ptr<runtime::Execution>> idle;
  uint32_t executions = 0, nesting = 0;

 private:
  CallResult call_host(runtime::Func& func, std::span<const Value> arguments);
};

}  // namespace wasmscope::embed
