// SPDX-License-Identifier: Apache-2.0
#include "engine/host/spectest.h"

#include "engine/base/try.h"

namespace wasmscope::host {
namespace {

using runtime::Value;
using wasm::kF32;
using wasm::kF64;
using wasm::kI32;
using wasm::kI64;

constexpr const char* kModule = "spectest";

wasm::Limits limits(uint64_t min, uint64_t max) { return {.min = min, .max = max, .has_max = true}; }

}  // namespace

Result<void> define_spectest(runtime::Linker& linker) {
  const auto print = [&](const char* name, std::vector<wasm::ValType> params) {
    linker.define(std::make_shared<runtime::HostFunc>(
        runtime::HostFunc{kModule, name, {std::move(params), {}}, [](runtime::HostCall&) {}}));
  };
  print("print", {});
  print("print_i32", {kI32});
  print("print_i64", {kI64});
  print("print_f32", {kF32});
  print("print_f64", {kF64});
  print("print_i32_f32", {kI32, kF32});
  print("print_f64_f64", {kF64, kF64});

  runtime::Store& store = linker.store();
  const auto global = [&](const char* name, Value value) -> Result<void> {
    TRY_ASSIGN(runtime::Global* const added, store.add_global({value.type, wasm::Mutability::Const}, value));
    linker.define(kModule, name, added);
    return {};
  };
  TRY(global("global_i32", Value::i32(666)));
  TRY(global("global_i64", Value::i64(666)));
  TRY(global("global_f32", Value::f32(666.6f)));
  TRY(global("global_f64", Value::f64(666.6)));

  wasm::TableType table{limits(10, 20), wasm::kFuncRef};
  TRY_ASSIGN(runtime::Table* const table32, store.add_table(table, 0));
  linker.define(kModule, "table", table32);
  table.limits.is64 = true;
  TRY_ASSIGN(runtime::Table* const table64, store.add_table(table, 0));
  linker.define(kModule, "table64", table64);

  wasm::MemoryType memory{limits(1, 2), wasm::MemoryType().page_size_log2};
  TRY_ASSIGN(runtime::Memory* const private_memory, store.add_memory(memory));
  linker.define(kModule, "memory", private_memory);
  memory.limits.shared = true;
  TRY_ASSIGN(runtime::Memory* const shared_memory, store.add_memory(memory));
  linker.define(kModule, "shared_memory", shared_memory);
  return {};
}

}  // namespace wasmscope::host
