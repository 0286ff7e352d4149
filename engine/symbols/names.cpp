// SPDX-License-Identifier: Apache-2.0
#include "engine/symbols/names.h"

#include <algorithm>
#include <tuple>

#include "engine/base/utf8.h"

namespace wasmscope::symbols {
namespace {

std::string dollar_name(std::string_view raw) { return raw.empty() ? std::string() : "$" + escape_for_display(raw); }

// Of several functions that share a name, a single defined one is meant: a wrapper and the import behind it,
// for instance.
class Matches {
 public:
  explicit Matches(const wasm::Module& module) : module_(module) {}

  void add(wasm::FuncIndex func) {
    if (func >= module_.funcs.size()) return;
    wasm::FuncIndex& slot = module_.is_imported(func) ? imported_ : defined_;
    bool& several = module_.is_imported(func) ? several_imported_ : several_defined_;
    several |= slot != wasm::kNoIndex && slot != func;
    slot = func;
  }
  bool is_empty() const { return imported_ == wasm::kNoIndex && defined_ == wasm::kNoIndex; }
  wasm::FuncIndex resolve(bool* ambiguous) const {
    const bool is_defined = defined_ != wasm::kNoIndex;
    const bool several = is_defined ? several_defined_ : several_imported_;
    if (ambiguous) *ambiguous = several;
    return several ? wasm::kNoIndex : is_defined ? defined_ : imported_;
  }

 private:
  const wasm::Module& module_;
  wasm::FuncIndex imported_ = wasm::kNoIndex, defined_ = wasm::kNoIndex;
  bool several_imported_ = false, several_defined_ = false;
};

}  // namespace

Names::Names(std::shared_ptr<const wasm::Module> module) : module_(std::move(module)) {
  exports_by_item_.resize(module_->exports.size());
  for (uint32_t i = 0; i < exports_by_item_.size(); ++i) exports_by_item_[i] = i;
  std::ranges::sort(exports_by_item_, {}, [&](uint32_t ordinal) {
    const wasm::Export& item = module_->exports[ordinal];
    return std::tuple(item.kind, item.index, ordinal);
  });
}

std::string Names::external_name(wasm::ExternKind kind, uint32_t index, const std::optional<uint32_t>& import) const {
  if (import && *import < module_->imports.size()) {
    const wasm::Import& item = module_->imports[*import];
    return escape_for_display(item.module) + "." + escape_for_display(item.name);
  }
  const auto key = [&](uint32_t ordinal) {
    const wasm::Export& item = module_->exports[ordinal];
    return std::tuple(item.kind, item.index);
  };
  const auto found = std::ranges::lower_bound(exports_by_item_, std::tuple(kind, index), {}, key);
  if (found == exports_by_item_.end() || key(*found) != std::tuple(kind, index)) return {};
  return escape_for_display(module_->exports[*found].name);
}

std::string Names::func(wasm::FuncIndex index) const {
  if (const std::string_view raw = module_->names.funcs.find(index); !raw.empty()) return escape_for_display(raw);
  if (index < module_->funcs.size()) {
    std::string name = external_name(wasm::ExternKind::Func, index, module_->funcs[index].import);
    if (!name.empty()) return name;
  }
  return "func " + std::to_string(index);
}

bool Names::has_func_name(wasm::FuncIndex index) const {
  if (!module_->names.funcs.find(index).empty()) return true;
  return index < module_->funcs.size() &&
         !external_name(wasm::ExternKind::Func, index, module_->funcs[index].import).empty();
}

std::string Names::local(wasm::FuncIndex func, wasm::LocalIndex index) const {
  return dollar_name(module_->names.locals.find(func, index));
}

std::string Names::label(wasm::FuncIndex func, uint32_t index) const {
  return dollar_name(module_->names.labels.find(func, index));
}

std::string Names::global(wasm::GlobalIndex index) const {
  if (const std::string_view raw = module_->names.globals.find(index); !raw.empty()) return dollar_name(raw);
  if (index >= module_->globals.size()) return {};
  return external_name(wasm::ExternKind::Global, index, module_->globals[index].import);
}

std::string Names::memory(wasm::MemoryIndex index) const {
  if (const std::string_view raw = module_->names.memories.find(index); !raw.empty()) return dollar_name(raw);
  if (index >= module_->memories.size()) return {};
  return external_name(wasm::ExternKind::Memory, index, module_->memories[index].import);
}

std::string Names::table(wasm::TableIndex index) const {
  if (const std::string_view raw = module_->names.tables.find(index); !raw.empty()) return dollar_name(raw);
  if (index >= module_->tables.size()) return {};
  return external_name(wasm::ExternKind::Table, index, module_->tables[index].import);
}

std::string Names::tag(wasm::TagIndex index) const {
  if (const std::string_view raw = module_->names.tags.find(index); !raw.empty()) return dollar_name(raw);
  if (index >= module_->tags.size()) return {};
  return external_name(wasm::ExternKind::Tag, index, module_->tags[index].import);
}

std::string Names::type(wasm::TypeIndex index) const { return dollar_name(module_->names.types.find(index)); }
std::string Names::data(wasm::DataIndex index) const { return dollar_name(module_->names.datas.find(index)); }
std::string Names::elem(wasm::ElemIndex index) const { return dollar_name(module_->names.elems.find(index)); }

wasm::FuncIndex Names::find_func(std::string_view raw, bool* ambiguous) const {
  if (ambiguous) *ambiguous = false;
  if (raw.empty()) return wasm::kNoIndex;

  Matches named(*module_);
  for (const auto& [index, name] : module_->names.funcs.entries)
    if (name == raw) named.add(index);
  if (!named.is_empty()) return named.resolve(ambiguous);

  if (const wasm::Export* item = module_->find_export(raw); item && item->kind == wasm::ExternKind::Func)
    return item->index < module_->funcs.size() ? item->index : wasm::kNoIndex;

  Matches imported(*module_);
  for (const wasm::Import& item : module_->imports) {
    if (item.kind != wasm::ExternKind::Func) continue;
    const bool is_qualified = raw.size() == item.module.size() + 1 + item.name.size() && raw.starts_with(item.module) &&
                              raw[item.module.size()] == '.' && raw.ends_with(item.name);
    if (is_qualified || item.name == raw) imported.add(item.index);
  }
  return imported.resolve(ambiguous);
}

}  // namespace wasmscope::symbols
