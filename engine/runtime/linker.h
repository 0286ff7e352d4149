// SPDX-License-Identifier: Apache-2.0
// The import object: module name -> item name -> item of one store, or a host function that becomes one when it
// is first imported. Later definitions replace earlier ones of the same names. Names are plain bytes.
#pragma once
#include <map>
#include <string>
#include <variant>

#include "engine/runtime/extern.h"

namespace wasmscope::runtime {

class Linker {
 public:
  explicit Linker(Store& store) : store_(store) {}

  void define(std::string_view module, std::string_view name, Extern item);
  void define(std::shared_ptr<const HostFunc> func);   // under the names it has
  void define(const Imports& imports);
  // Everything the instance exports; what was under that module name before is gone.
  void define_instance(std::string_view module, const Instance& instance);

  bool has_module(std::string_view module) const { return modules_.contains(module); }
  std::optional<Extern> find(std::string_view module, std::string_view name);
  Store& store() { return store_; }

 private:
  using Item = std::variant<Extern, std::shared_ptr<const HostFunc>>;
  using Namespace = std::map<std::string, Item, std::less<>>;
  Namespace& names_of(std::string_view module);

  Store& store_;
  std::map<std::string, Namespace, std::less<>> modules_;
};

enum class MissingImports : uint8_t {
  Refuse,   // a link error
  Make,     // functions that pause when called, else an item of the wanted type with its least size and zeros
};
// As the other instantiate() in store.h. An import that is there and does not fit is always a link error; no item
// of the module is in the store then. When it traps, what the segments before wrote stays written, and functions
// of the new instance may be in tables of others.
Result<InstantiateOutcome> instantiate(Linker& linker, std::shared_ptr<const wasm::Module> module,
                                       MissingImports missing);

}  // namespace wasmscope::runtime
