// SPDX-License-Identifier: Apache-2.0
// Where an embedder runs programs: a store holds instances and their items; a linker says what imports get.
//
//   embed::Store store;
//   embed::Linker linker(store);
//   linker.define("env", "log", store.make_func({{wasm::kI32}, {}}, [](const embed::Caller&, auto arguments) { ... }));
//   auto instance = linker.instantiate(module);        // runs the start function
//   auto result = instance->func("main")->call({});
//
// A store, its items and its linkers belong to one thread at a time.
#pragma once
#include <functional>

#include "engine/embed/items.h"
#include "engine/embed/module.h"
#include "engine/runtime/linker.h"

namespace wasmscope::embed {

class Instance {
 public:
  const wasm::Module& module() const { return *instance_->module; }
  // Exports; empty when there is none of that name and kind.
  std::optional<Func> func(std::string_view name) const;
  std::optional<Global> global(std::string_view name) const;
  std::optional<Memory> memory(std::string_view name) const;
  std::optional<Table> table(std::string_view name) const;
  std::optional<Tag> tag(std::string_view name) const;
  std::optional<runtime::Extern> item(std::string_view name) const;

 private:
  friend struct StoreState;
  friend class Linker;
  friend class Caller;
  Instance(StoreState& store, runtime::Instance& instance) : store_(&store), instance_(&instance) {}
  StoreState* store_;
  runtime::Instance* instance_;
};

// Who calls a host function: empty when it is the embedder.
class Caller {
 public:
  std::optional<Instance> instance() const;
  // The caller's first memory.
  std::optional<Memory> memory() const;

 private:
  friend struct StoreState;
  Caller(StoreState& store, runtime::Instance* instance) : store_(&store), instance_(instance) {}
  StoreState* store_;
  runtime::Instance* instance_;
};

// What a host function answers: its results, or the text of a trap. It may call functions of the store.
using HostResult = std::expected<std::vector<Value>, std::string>;
using HostCallback = std::function<HostResult(const Caller& caller, std::span<const Value> arguments)>;

class Store {
 public:
  Store();
  ~Store();

  // Items made by the embedder. Types name no types of modules: references in them are abstract.
  Func make_func(wasm::FuncType type, HostCallback callback);
  Result<Global> make_global(wasm::Mutability mutability, const Value& value);
  Result<Memory> make_memory(const wasm::MemoryType& type);
  Result<Table> make_table(const wasm::TableType& type, const Value& init);
  Tag make_tag(wasm::FuncType type);

  runtime::Store& runtime_store();

 private:
  friend class Linker;
  std::unique_ptr<StoreState> state_;
};

// A failed instantiation: a link error, or how its segments or its start function stopped.
struct InstantiationFailure {
  std::optional<Error> error;
  std::optional<Stop> stop;
  std::string text() const;
};

class Linker {
 public:
  // The store outlives the linker.
  explicit Linker(Store& store);

  template <class Item>
  void define(std::string_view module, std::string_view name, const Item& item) {
    linker_.define(module, name, item.item());
  }
  // Host functions that belong to no store, such as those of WASI.
  void define(const runtime::Imports& imports) { linker_.define(imports); }
  // Every export of the instance.
  void define_instance(std::string_view module, const Instance& instance);

  std::expected<Instance, InstantiationFailure> instantiate(const Module& module, const CallOptions& options = {});

 private:
  StoreState* store_;
  runtime::Linker linker_;
};

}  // namespace wasmscope::embed
