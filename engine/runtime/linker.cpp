// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/linker.h"

namespace wasmscope::runtime {

Linker::Namespace& Linker::names_of(std::string_view module) {
  const auto found = modules_.find(module);
  return found != modules_.end() ? found->second : modules_.emplace(module, Namespace()).first->second;
}

void Linker::define(std::string_view module, std::string_view name, Extern item) {
  names_of(module).insert_or_assign(std::string(name), item);
}

void Linker::define(std::shared_ptr<const HostFunc> func) {
  Namespace& names = names_of(func->module);
  std::string name = func->name;
  names.insert_or_assign(std::move(name), std::move(func));
}

void Linker::define(const Imports& imports) {
  for (const auto& func : imports.funcs()) define(func);
}

void Linker::define_instance(std::string_view module, const Instance& instance) {
  Namespace& names = names_of(module);
  names.clear();
  for (const wasm::Export& item : instance.module->exports)
    names.insert_or_assign(std::string(item.name), item_of(store_, instance, item.kind, item.index));
}

std::optional<Extern> Linker::find(std::string_view module, std::string_view name) {
  const auto names = modules_.find(module);
  if (names == modules_.end()) return std::nullopt;
  const auto found = names->second.find(name);
  if (found == names->second.end()) return std::nullopt;
  if (auto* const host = std::get_if<std::shared_ptr<const HostFunc>>(&found->second))
    found->second = Extern(&store_.add_host_func(std::move(*host)));
  return std::get<Extern>(found->second);
}

}  // namespace wasmscope::runtime
