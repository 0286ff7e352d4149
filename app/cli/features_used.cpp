// SPDX-License-Identifier: Apache-2.0
#include "app/cli/features_used.h"

#include <algorithm>

#include "engine/binary/instruction_reader.h"
#include "engine/wasm/opcode.h"

namespace wasmscope::app {
namespace {

using wasm::Feature;
using wasm::ValType;

class Finder {
 public:
  explicit Finder(const wasm::Module& module) : module_(module) {
    for (size_t i = 0; i < wasm::all_features().size(); ++i) used_.set(static_cast<Feature>(i), false);
    add(Feature::Mvp);
  }

  wasm::Features find() {
    for (const wasm::TypeDef& type : module_.types) add_type(type);
    add_externals();
    add_segments();
    for (wasm::FuncIndex func = module_.imported_funcs; func < module_.funcs.size(); ++func) add_body(func);
    for (size_t op = 0; op < wasm::kOpCount; ++op)
      if (ops_[op]) add(wasm::info(static_cast<wasm::Op>(op)).feature);
    return used_;
  }

 private:
  void add(Feature feature) { used_.set(feature, true); }

  void add_value(ValType type) {
    if (type.kind == wasm::Kind::V128) add(Feature::Simd);
    if (type.kind != wasm::Kind::Ref) return;
    if (type.exact) add(Feature::CustomDescriptors);
    switch (type.heap) {
      case wasm::HeapKind::Func:
      case wasm::HeapKind::Extern: add(type.nullable ? Feature::ReferenceTypes : Feature::FunctionRefs); break;
      case wasm::HeapKind::Concrete: add(Feature::FunctionRefs); break;
      case wasm::HeapKind::Exn:
      case wasm::HeapKind::NoExn: add(Feature::Exceptions); break;
      case wasm::HeapKind::Cont:
      case wasm::HeapKind::NoCont: add(Feature::StackSwitching); break;
      default: add(Feature::Gc);
    }
  }

  void add_type(const wasm::TypeDef& type) {
    if (type.rec_size > 1 || !type.is_final || !type.supertypes.empty()) add(Feature::Gc);
    if (const auto* func = std::get_if<wasm::FuncType>(&type.composite)) {
      if (func->results.size() > 1) add(Feature::MultiValue);
      for (const ValType value : func->params) add_value(value);
      for (const ValType value : func->results) add_value(value);
    } else {
      add(std::holds_alternative<wasm::ContType>(type.composite) ? Feature::StackSwitching : Feature::Gc);
    }
  }

  void add_limits(const wasm::Limits& limits) {
    if (limits.is64) add(Feature::Memory64);
    if (limits.shared) add(Feature::Threads);
  }

  void add_externals() {
    if (module_.tables.size() > 1) add(Feature::ReferenceTypes);
    if (module_.memories.size() > 1) add(Feature::MultiMemory);
    if (!module_.tags.empty()) add(Feature::Exceptions);
    for (const wasm::Table& table : module_.tables) {
      add_limits(table.type.limits);
      // A table of functions is older than the features that made its type a value.
      if (table.type.element != wasm::kFuncRef) add_value(table.type.element);
      if (table.init) add(Feature::FunctionRefs);
    }
    for (const wasm::Memory& memory : module_.memories) {
      add_limits(memory.type.limits);
      if (memory.type.page_size_log2 != 16) add(Feature::CustomPageSizes);
    }
    const auto is_mutable = [&](wasm::ExternKind kind, uint32_t index) {
      return kind == wasm::ExternKind::Global && index < module_.globals.size() &&
             module_.globals[index].type.mutability == wasm::Mutability::Var;
    };
    for (const wasm::Import& item : module_.imports)
      if (is_mutable(item.kind, item.index)) add(Feature::MutableGlobals);
    for (const wasm::Export& item : module_.exports)
      if (is_mutable(item.kind, item.index)) add(Feature::MutableGlobals);
    for (const wasm::Global& global : module_.globals) {
      add_value(global.type.type);
      add_const_expr(global.init);
    }
  }

  void add_segments() {
    if (module_.data_count) add(Feature::BulkMemory);
    for (const wasm::Elem& elem : module_.elems) {
      if (elem.mode == wasm::SegmentMode::Passive) add(Feature::BulkMemory);
      if (elem.mode == wasm::SegmentMode::Declarative || !elem.exprs.empty()) add(Feature::ReferenceTypes);
      if (elem.mode == wasm::SegmentMode::Active) add_const_expr(elem.offset);
    }
    for (const wasm::Data& data : module_.datas) {
      if (data.mode == wasm::SegmentMode::Passive) add(Feature::BulkMemory);
      if (data.mode == wasm::SegmentMode::Active) add_const_expr(data.offset);
    }
  }

  void add_const_expr(const wasm::ConstExpr& expr) {
    binary::InstructionReader reader(module_.bytes, expr.range);
    binary::Instruction instruction;
    for (Result<bool> has = reader.next(instruction); has && *has; has = reader.next(instruction)) {
      ops_[static_cast<size_t>(instruction.op)] = true;
      if (wasm::info(instruction.op).category == wasm::Category::Numeric) add(Feature::ExtendedConst);
    }
  }

  void add_body(wasm::FuncIndex func) {
    for (const wasm::LocalRun& run : local_runs(module_, func)) add_value(run.type);
    binary::InstructionReader reader(module_.bytes, module_.funcs[func].code);
    binary::Instruction instruction;
    for (Result<bool> has = reader.next(instruction); has && *has; has = reader.next(instruction)) {
      ops_[static_cast<size_t>(instruction.op)] = true;
      switch (wasm::info(instruction.op).imm) {
        case wasm::Imm::BlockType:
        case wasm::Imm::TryTable: add_block(instruction.block); break;
        case wasm::Imm::HeapType: add_value(instruction.type); break;
        default: break;
      }
    }
  }

  void add_block(const binary::BlockType& block) {
    if (block.form == binary::BlockType::Form::Value) add_value(block.value);
    if (block.form == binary::BlockType::Form::Type) add(Feature::MultiValue);
  }

  const wasm::Module& module_;
  wasm::Features used_;
  bool ops_[wasm::kOpCount] = {};
};

}  // namespace

wasm::Features features_used(const wasm::Module& module) { return Finder(module).find(); }

std::vector<std::string_view> flags_of(const wasm::Features& features) {
  std::vector<std::string_view> flags;
  for (size_t i = 0; i < wasm::all_features().size(); ++i)
    if (features.has(static_cast<Feature>(i))) flags.push_back(wasm::all_features()[i].flag);
  return flags;
}

}  // namespace wasmscope::app
