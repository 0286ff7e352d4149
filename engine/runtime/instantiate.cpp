// SPDX-License-Identifier: Apache-2.0
// https://webassembly.github.io/spec/core/exec/modules.html#instantiation
#include <algorithm>
#include <cstring>

#include "engine/base/try.h"
#include "engine/base/utf8.h"
#include "engine/runtime/constant.h"
#include "engine/runtime/linker.h"

namespace wasmscope::runtime {
namespace {

using wasm::ExternKind;

class Instantiation {
 public:
  Instantiation(Linker& linker, std::shared_ptr<const wasm::Module> module, MissingImports missing)
      : linker_(linker), store_(linker.store()), module_(*module), owner_(std::move(module)), missing_(missing) {}

  Result<InstantiateOutcome> run() {
    const std::vector<uint32_t> ids = store_.types.canonicalise(module_);
    TRY(resolve_imports(ids));
    instance_ = &store_.instances.emplace_back();
    instance_->id = static_cast<uint32_t>(store_.instances.size() - 1);
    instance_->module = std::move(owner_);
    instance_->canonical_types = ids;
    outcome_.result.instance = instance_;
    add_functions();
    add_tags();
    TRY(add_globals());
    TRY(add_tables());
    TRY(add_memories());
    TRY(add_segments());
    if (!outcome_.trap) copy_segments();
    return std::move(outcome_);
  }

 private:
  Result<void> resolve_imports(std::span<const uint32_t> ids) {
    imports_.reserve(module_.imports.size());
    for (uint32_t i = 0; i < module_.imports.size(); ++i) {
      const wasm::Import& import = module_.imports[i];
      const std::optional<Extern> found = linker_.find(import.module, import.name);
      const WantedExtern wanted(store_.types, module_, import, ids);
      const auto refuse = [&](ErrorCode code, const std::string& there_is) {
        const std::string name = escape_for_display(import.module) + "." + escape_for_display(import.name);
        return std::unexpected(
            error_at(code, import.range, name + ": the module wants " + wanted.to_text() + ", " + there_is));
      };
      if (!found && missing_ == MissingImports::Refuse) {
        const bool has_module = linker_.has_module(import.module);
        return refuse(ErrorCode::UnknownImport,
                      has_module ? "there is nothing of that name in the module" : "there is no module of that name");
      }
      if (!found) outcome_.result.missing.push_back({i});
      if (found && !wanted.is_met_by(*found))
        return refuse(ErrorCode::IncompatibleImport, "there is " + to_text(*found));
      imports_.push_back(found);
    }
    return {};
  }

  // Null when the item is the module's own, or missing.
  template <class T>
  T* imported(std::optional<uint32_t> import) const {
    return import && imports_[*import] ? std::get<T*>(*imports_[*import]) : nullptr;
  }
  uint32_t id_of(wasm::TypeIndex type) const { return instance_->canonical_types[type]; }
  wasm::ValType canonical(wasm::ValType type) const {
    return CanonicalTypes::canonical(type, instance_->canonical_types);
  }

  void add_functions() {
    instance_->funcs.reserve(module_.funcs.size());
    for (uint32_t index = 0; index < module_.funcs.size(); ++index) {
      const wasm::Func& declared = module_.funcs[index];
      Func* func = imported<Func>(declared.import);
      if (func == nullptr) {
        func = &store_.add_func(id_of(declared.type));
        func->index = index;
        func->missing = declared.import.has_value();
        if (func->missing)
          func->import = &module_.imports[*declared.import];
        else
          func->instance = instance_;
      }
      if (func->host && func->index == wasm::kNoIndex) func->index = index;
      instance_->funcs.push_back(func);
    }
  }

  void add_tags() {
    for (const wasm::Tag& declared : module_.tags) {
      Tag* const tag = imported<Tag>(declared.import);
      instance_->tags.push_back(tag != nullptr ? tag : &store_.add_tag(id_of(declared.type.type)));
    }
  }

  Result<void> add_globals() {
    for (const wasm::Global& declared : module_.globals) {
      Global* global = imported<Global>(declared.import);
      if (global == nullptr) {
        const wasm::GlobalType type{canonical(declared.type.type), declared.type.mutability};
        const Value value =
            declared.import ? Value::zero(type.type) : evaluate_or_trap(declared.init, type.type, declared.range);
        TRY_ASSIGN(global, store_.add_global(type, value));
      }
      instance_->global_addresses.push_back(global->address);
      instance_->globals.push_back(store_.global(global->address));
    }
    return {};
  }

  Result<void> add_tables() {
    for (const wasm::Table& declared : module_.tables) {
      Table* table = imported<Table>(declared.import);
      if (table == nullptr) {
        const wasm::TableType type{declared.type.limits, canonical(declared.type.element)};
        const uint64_t init = declared.init ? evaluate_or_trap(*declared.init, type.element, declared.range).bits : 0;
        TRY_ASSIGN(table, store_.add_table(type, init));
      }
      instance_->tables.push_back(table);
    }
    return {};
  }

  Result<void> add_memories() {
    for (const wasm::Memory& declared : module_.memories) {
      Memory* memory = imported<Memory>(declared.import);
      if (memory == nullptr) {
        TRY_ASSIGN(memory, store_.add_memory(declared.type));
      }
      instance_->memories.push_back(memory);
    }
    return {};
  }

  Result<void> add_segments() {
    for (const wasm::Elem& elem : module_.elems) {
      std::vector<uint64_t>& references = instance_->elems.emplace_back();
      if (elem.mode == wasm::SegmentMode::Declarative) continue;
      for (const wasm::FuncIndex func : elem.funcs) references.push_back(uint64_t{instance_->funcs[func]->address} + 1);
      for (const wasm::ConstExpr& expr : elem.exprs)
        references.push_back(evaluate_or_trap(expr, elem.type, elem.range).bits);
    }
    // Reserved together so that the pointers stay valid: the region never moves.
    TRY_ASSIGN(instance_->dropped_elems, store_.add_flags(module_.elems.size()));
    TRY_ASSIGN(instance_->dropped_datas, store_.add_flags(module_.datas.size()));
    return {};
  }

  void copy_segments() {
    for (size_t i = 0; i < module_.elems.size() && !outcome_.trap; ++i) {
      const wasm::Elem& elem = module_.elems[i];
      if (elem.mode == wasm::SegmentMode::Active) copy_elements(elem, instance_->elems[i]);
      instance_->dropped_elems[i] = elem.mode != wasm::SegmentMode::Passive;
    }
    for (size_t i = 0; i < module_.datas.size() && !outcome_.trap; ++i) {
      const wasm::Data& data = module_.datas[i];
      if (data.mode == wasm::SegmentMode::Active) copy_data(data);
      instance_->dropped_datas[i] = data.mode != wasm::SegmentMode::Passive;
    }
  }

  void copy_elements(const wasm::Elem& elem, const std::vector<uint64_t>& references) {
    Table& table = *instance_->tables[elem.table];
    const uint64_t offset = evaluate_or_trap(elem.offset, address_type(table.type.limits), elem.range).bits;
    if (offset > table.size() || references.size() > table.size() - offset)
      return trap(wasm::TrapCode::OutOfBoundsTable, elem.range);
    std::copy(references.begin(), references.end(), table.elements() + offset);
  }

  void copy_data(const wasm::Data& data) {
    Memory& memory = *instance_->memories[data.memory];
    const uint64_t offset = evaluate_or_trap(data.offset, address_type(memory.type.limits), data.range).bits;
    if (offset > memory.size_bytes() || data.bytes.size() > memory.size_bytes() - offset)
      return trap(wasm::TrapCode::OutOfBoundsMemory, data.range);
    if (data.bytes.size() != 0)
      std::memcpy(memory.region.data() + offset, module_.bytes.data() + data.bytes.begin, data.bytes.size());
  }

  static wasm::ValType address_type(const wasm::Limits& limits) { return limits.is64 ? wasm::kI64 : wasm::kI32; }

  // After a trap the instance still gets all its items, of zeros: others may look at it.
  Value evaluate_or_trap(const wasm::ConstExpr& expr, wasm::ValType type, ByteRange range) {
    if (outcome_.trap) return Value::zero(type);
    const auto value = evaluate(store_, *instance_, expr);
    if (value) return {type, value->bits, value->high};
    trap(value.error(), range);
    return Value::zero(type);
  }

  // The first one counts.
  void trap(wasm::TrapCode code, ByteRange range) {
    if (outcome_.trap) return;
    outcome_.trap = code;
    outcome_.trap_range = range;
  }

  Linker& linker_;
  Store& store_;
  const wasm::Module& module_;
  std::shared_ptr<const wasm::Module> owner_;
  MissingImports missing_;
  std::vector<std::optional<Extern>> imports_;   // by ordinal; empty for missing ones
  Instance* instance_ = nullptr;
  InstantiateOutcome outcome_;
};

}  // namespace

Result<InstantiateOutcome> instantiate(Linker& linker, std::shared_ptr<const wasm::Module> module,
                                       MissingImports missing) {
  return Instantiation(linker, std::move(module), missing).run();
}

Result<InstantiateOutcome> instantiate(Store& store, std::shared_ptr<const wasm::Module> module,
                                       const Imports& imports) {
  Linker linker(store);
  linker.define(imports);
  return instantiate(linker, std::move(module), MissingImports::Make);
}

}  // namespace wasmscope::runtime
