// SPDX-License-Identifier: Apache-2.0
#include "engine/text/module_parser.h"

#include <utility>

#include "engine/base/leb128.h"
#include "engine/base/try.h"
#include "engine/base/utf8.h"
#include "engine/binary/instruction_writer.h"
#include "engine/wasm/type_codes.h"

namespace wasmscope::text {

using wasm::ExternKind;
using wasm::SectionId;

Result<void> ModuleParser::parse() {
  TRY(scan_fields());
  // Types first: implicit ones come after all of them.
  for (const bool are_types : {true, false}) {
    for (const Field& field : fields_) {
      if ((field.kind == FieldKind::Type || field.kind == FieldKind::Rec) != are_types) continue;
      cursor_.move_to(field.text);
      field_text_ = field.text;
      TRY(are_types ? read_types(field.kind) : read_field(field.kind));
    }
  }
  return {};
}

Result<void> ModuleParser::read_types(FieldKind kind) {
  const std::vector<wasm::TypeDef>& types = draft_.module.types;
  const auto begin = static_cast<uint32_t>(types.size());
  const uint32_t group = types.empty() ? 0 : types.back().rec_group + 1;
  if (kind == FieldKind::Type) return types_.type_def(group, begin, 1);
  TRY(cursor_.expect_list("rec"));
  while (cursor_.is(LexemeKind::LeftParen)) TRY(types_.type_def(group, begin, 1));
  const auto size = static_cast<uint32_t>(types.size() - begin);
  for (uint32_t i = begin; i < types.size(); ++i) draft_.module.types[i].rec_size = size;
  return cursor_.expect(LexemeKind::RightParen);
}

Result<void> ModuleParser::read_field(FieldKind kind) {
  cursor_.advance();
  cursor_.advance();
  const auto next = [&](ExternKind extern_kind) { return next_[static_cast<size_t>(extern_kind)]++; };
  switch (kind) {
    case FieldKind::Type:
    case FieldKind::Rec: break;
    case FieldKind::Import: TRY(read_import()); break;
    case FieldKind::Func: TRY(read_func(next(ExternKind::Func))); break;
    case FieldKind::Table: TRY(read_table(next(ExternKind::Table))); break;
    case FieldKind::Memory: TRY(read_memory(next(ExternKind::Memory))); break;
    case FieldKind::Global: TRY(read_global(next(ExternKind::Global))); break;
    case FieldKind::Tag: TRY(read_tag(next(ExternKind::Tag))); break;
    case FieldKind::Export: TRY(read_export()); break;
    case FieldKind::Start: TRY(read_start()); break;
    case FieldKind::Elem: TRY(read_elem()); break;
    case FieldKind::Data: TRY(read_data()); break;
  }
  return cursor_.expect(LexemeKind::RightParen);
}

Result<std::string_view> ModuleParser::read_name() {
  TRY_ASSIGN(std::string name, cursor_.expect_name());
  return draft_.keep(std::move(name));
}

Result<void> ModuleParser::skip_id_and_name() {
  cursor_.accept(LexemeKind::Id);
  TRY(types_.name_annotation(cursor_));
  return {};
}

void ModuleParser::bind_import(ExternKind kind, uint32_t index, std::string_view module, std::string_view name) {
  const wasm::Module& m = draft_.module;
  uint32_t ordinal = 0;
  switch (kind) {
    case ExternKind::Func: ordinal = *m.funcs[index].import; break;
    case ExternKind::Table: ordinal = *m.tables[index].import; break;
    case ExternKind::Memory: ordinal = *m.memories[index].import; break;
    case ExternKind::Global: ordinal = *m.globals[index].import; break;
    case ExternKind::Tag: ordinal = *m.tags[index].import; break;
  }
  draft_.module.imports[ordinal].module = module;
  draft_.module.imports[ordinal].name = name;
  place(SectionId::Import, ordinal);
}

Result<void> ModuleParser::read_import_type(ExternKind kind, uint32_t index) {
  wasm::Module& module = draft_.module;
  switch (kind) {
    case ExternKind::Func: {
      module.funcs[index].is_exact = cursor_.accept_list("exact");
      TRY_ASSIGN(const TypeUse use, types_.type_use(TypeParser::ParamIds::Allowed));
      TRY_ASSIGN(module.funcs[index].type, types_.resolve(use));
      if (module.funcs[index].is_exact) TRY(cursor_.expect(LexemeKind::RightParen));
      FunctionScope scope;
      TRY(add_locals(scope, use.param_names));
      if (!scope.local_names.empty()) module.names.locals.entries.emplace_back(index, wasm::NameMap{scope.local_names});
      return {};
    }
    case ExternKind::Table: {
      TRY_ASSIGN(module.tables[index].type, types_.table_type());
      return {};
    }
    case ExternKind::Memory: {
      TRY_ASSIGN(module.memories[index].type, types_.memory_type());
      return {};
    }
    case ExternKind::Global: {
      TRY_ASSIGN(module.globals[index].type, types_.global_type());
      return {};
    }
    case ExternKind::Tag: {
      TRY_ASSIGN(const TypeUse use, types_.type_use(TypeParser::ParamIds::Allowed));
      TRY_ASSIGN(module.tags[index].type.type, types_.resolve(use));
      return {};
    }
  }
  return {};
}

Result<void> ModuleParser::read_import() {
  TRY_ASSIGN(const std::string_view module, read_name());
  if (cursor_.is_list("item")) return read_import_group(module);
  TRY_ASSIGN(const std::string_view name, read_name());
  TRY(cursor_.expect(LexemeKind::LeftParen));
  const ExternKind kind = *extern_kind_from(cursor_.text());
  cursor_.advance();
  TRY(skip_id_and_name());
  const uint32_t index = next_[static_cast<size_t>(kind)]++;
  TRY(read_import_type(kind, index));
  bind_import(kind, index, module, name);
  return cursor_.expect(LexemeKind::RightParen);
}

// Of one module: `(item "name" (func ...))` each, or `(item "name")` each and one type for all of them.
Result<void> ModuleParser::read_import_group(std::string_view module) {
  std::vector<std::string_view> shared;
  while (cursor_.accept_list("item")) {
    TRY_ASSIGN(const std::string_view name, read_name());
    if (cursor_.accept(LexemeKind::RightParen)) {
      shared.push_back(name);
      continue;
    }
    TRY(cursor_.expect(LexemeKind::LeftParen));
    const ExternKind kind = *extern_kind_from(cursor_.text());
    cursor_.advance();
    TRY(skip_id_and_name());
    const uint32_t index = next_[static_cast<size_t>(kind)]++;
    TRY(read_import_type(kind, index));
    bind_import(kind, index, module, name);
    TRY(cursor_.expect(LexemeKind::RightParen));
    TRY(cursor_.expect(LexemeKind::RightParen));
  }
  if (shared.empty()) return {};
  TRY(cursor_.expect(LexemeKind::LeftParen));
  const ExternKind kind = *extern_kind_from(cursor_.text());
  cursor_.advance();
  const Cursor type = cursor_;
  for (const std::string_view name : shared) {
    cursor_ = type;
    const uint32_t index = next_[static_cast<size_t>(kind)]++;
    TRY(read_import_type(kind, index));
    bind_import(kind, index, module, name);
  }
  return cursor_.expect(LexemeKind::RightParen);
}

Result<bool> ModuleParser::read_header(ExternKind kind, uint32_t index) {
  TRY(skip_id_and_name());
  while (cursor_.accept_list("export")) {
    TRY_ASSIGN(const std::string_view name, read_name());
    place(SectionId::Export, draft_.module.exports.size());
    draft_.module.exports.push_back({name, kind, index, {}});
    TRY(cursor_.expect(LexemeKind::RightParen));
  }
  if (!cursor_.accept_list("import")) return false;
  TRY_ASSIGN(const std::string_view module, read_name());
  TRY_ASSIGN(const std::string_view name, read_name());
  TRY(cursor_.expect(LexemeKind::RightParen));
  TRY(read_import_type(kind, index));
  bind_import(kind, index, module, name);
  return true;
}

Result<void> ModuleParser::add_local(FunctionScope& scope, const LocalName& local) {
  if (local.id && !scope.locals.emplace(*local.id, local.index).second)
    return std::unexpected(
        cursor_.fail_at(local.range, ErrorCode::DuplicateLocalId, "$" + escape_for_display(*local.id, 60)));
  scope.local_names.emplace_back(local.index, local.name ? *local.name : *local.id);
  return {};
}

Result<void> ModuleParser::add_locals(FunctionScope& scope, const std::vector<LocalName>& locals) {
  for (const LocalName& local : locals) TRY(add_local(scope, local));
  return {};
}

Result<std::vector<wasm::LocalRun>> ModuleParser::read_locals(FunctionScope& scope, uint32_t first) {
  std::vector<wasm::LocalRun> runs;
  uint32_t count = 0;
  const auto add = [&](wasm::ValType type) {
    if (runs.empty() || runs.back().type != type) runs.push_back({0, type});
    ++runs.back().count;
    ++count;
  };
  while (cursor_.accept_list("local")) {
    LocalName name;
    name.index = first + count;
    TRY_ASSIGN(const bool is_named, types_.local_name(name));
    if (is_named) {
      TRY(add_local(scope, name));
      TRY_ASSIGN(const wasm::ValType type, types_.val_type());
      add(type);
    } else {
      while (!cursor_.is(LexemeKind::RightParen)) {
        TRY_ASSIGN(const wasm::ValType type, types_.val_type());
        add(type);
      }
    }
    TRY(cursor_.expect(LexemeKind::RightParen));
  }
  return runs;
}

Result<void> ModuleParser::read_body(uint32_t index, const TypeUse& use) {
  wasm::Module& module = draft_.module;
  wasm::Func& func = module.funcs[index];
  FunctionScope scope;
  TRY(add_locals(scope, use.param_names));
  const auto* type =
      func.type < module.types.size() ? std::get_if<wasm::FuncType>(&module.types[func.type].composite) : nullptr;
  const auto params = type != nullptr ? static_cast<uint32_t>(type->params.size()) : 0;
  TRY_ASSIGN(const std::vector<wasm::LocalRun> runs, read_locals(scope, params));

  func.body.begin = draft_.scratch.size();
  append_unsigned_leb(draft_.scratch, runs.size());
  for (const wasm::LocalRun& run : runs) {
    append_unsigned_leb(draft_.scratch, run.count);
    wasm::append_value_type(draft_.scratch, run.type);
  }
  func.locals_range = {func.body.begin, draft_.scratch.size()};
  InstructionParser instructions(cursor_, draft_, features_, scope);
  TRY_ASSIGN(func.code, instructions.sequence(InstructionParser::Hints::Allowed));
  func.body.end = func.code.end;

  if (!instructions.hints().empty()) {
    FuncHints hints{index, instructions.hints()};
    for (BranchHint& hint : hints.hints) hint.offset -= static_cast<uint32_t>(func.body.begin);
    draft_.hints.push_back(std::move(hints));
  }
  wasm::Names& names = module.names;
  if (!scope.local_names.empty()) names.locals.entries.emplace_back(index, wasm::NameMap{std::move(scope.local_names)});
  if (!scope.label_names.empty()) names.labels.entries.emplace_back(index, wasm::NameMap{std::move(scope.label_names)});
  return {};
}

Result<void> ModuleParser::read_func(uint32_t index) {
  TRY_ASSIGN(const bool is_import, read_header(ExternKind::Func, index));
  if (is_import) return {};
  place(SectionId::Function, index);
  TRY_ASSIGN(const TypeUse use, types_.type_use(TypeParser::ParamIds::Allowed));
  TRY_ASSIGN(draft_.module.funcs[index].type, types_.resolve(use));
  return read_body(index, use);
}

void ModuleParser::append_single(wasm::Op op, uint64_t text, uint64_t immediate) {
  draft_.instructions.push_back({static_cast<uint32_t>(draft_.scratch.size()), static_cast<uint32_t>(text)});
  binary::append_opcode(draft_.scratch, op);
  append_unsigned_leb(draft_.scratch, immediate);
  binary::append_opcode(draft_.scratch, wasm::Op::End);
}

wasm::ConstExpr ModuleParser::zero(bool is64) {
  const uint64_t begin = draft_.scratch.size();
  append_single(is64 ? wasm::Op::I64Const : wasm::Op::I32Const, field_text_, 0);
  return {{begin, draft_.scratch.size()}};
}

wasm::ConstExpr ModuleParser::ref_func(uint32_t func, uint64_t text) {
  const uint64_t begin = draft_.scratch.size();
  append_single(wasm::Op::RefFunc, text, func);
  return {{begin, draft_.scratch.size()}};
}

Result<wasm::ConstExpr> ModuleParser::read_expression(bool is_folded) {
  FunctionScope scope;
  InstructionParser instructions(cursor_, draft_, features_, scope);
  TRY_ASSIGN(const ByteRange range,
             is_folded ? instructions.folded() : instructions.sequence(InstructionParser::Hints::Refused));
  return wasm::ConstExpr{range};
}

Result<wasm::ConstExpr> ModuleParser::read_offset() {
  if (!cursor_.accept_list("offset")) return read_expression(true);
  TRY_ASSIGN(const wasm::ConstExpr expr, read_expression(false));
  TRY(cursor_.expect(LexemeKind::RightParen));
  return expr;
}

Result<void> ModuleParser::read_table(uint32_t index) {
  TRY_ASSIGN(const bool is_import, read_header(ExternKind::Table, index));
  if (is_import) return {};
  place(SectionId::Table, index);
  wasm::Table& table = draft_.module.tables[index];
  Cursor at = cursor_;
  if (!at.accept_keyword("i64")) at.accept_keyword("i32");
  if (!at.is(LexemeKind::Number)) return read_inline_elems(index);
  TRY_ASSIGN(table.type, types_.table_type());
  if (cursor_.is(LexemeKind::RightParen)) return {};
  TRY_ASSIGN(table.init, read_expression(false));
  return {};
}

Result<void> ModuleParser::read_inline_elems(uint32_t index) {
  wasm::TableType& type = draft_.module.tables[index].type;
  type.limits.is64 = types_.address_type();
  TRY_ASSIGN(type.element, types_.ref_type());
  TRY(cursor_.expect_list("elem"));
  wasm::Elem elem;
  elem.table = index;
  elem.offset = zero(type.limits.is64);
  elem.type = type.element;
  if (types_.is_index() || cursor_.is(LexemeKind::RightParen)) {
    // The short form of a segment is one of (ref func), which only a table of functions can hold.
    const bool is_short = type.element == wasm::kFuncRef;
    if (is_short) elem.type = wasm::ref_type(wasm::HeapKind::Func, false);
    while (types_.is_index()) {
      const uint64_t text = cursor_.offset();
      TRY_ASSIGN(const uint32_t func, types_.index(Space::Func));
      if (is_short)
        elem.funcs.push_back(func);
      else
        elem.exprs.push_back(ref_func(func, text));
    }
  } else {
    TRY(read_elem_exprs(elem));
  }
  elem.count = elem.funcs.size() + elem.exprs.size();
  type.limits.min = type.limits.max = elem.count;
  type.limits.has_max = true;
  place(SectionId::Elem, draft_.module.elems.size());
  draft_.module.elems.push_back(std::move(elem));
  return cursor_.expect(LexemeKind::RightParen);
}

Result<void> ModuleParser::read_memory(uint32_t index) {
  TRY_ASSIGN(const bool is_import, read_header(ExternKind::Memory, index));
  if (is_import) return {};
  place(SectionId::Memory, index);
  Cursor at = cursor_;
  if (!at.accept_keyword("i64")) at.accept_keyword("i32");
  if (!at.is(LexemeKind::Number)) return read_inline_data(index);
  TRY_ASSIGN(draft_.module.memories[index].type, types_.memory_type());
  return {};
}

Result<void> ModuleParser::read_inline_data(uint32_t index) {
  wasm::MemoryType& type = draft_.module.memories[index].type;
  type.limits.is64 = types_.address_type();
  TRY(types_.page_size(type));
  TRY(cursor_.expect_list("data"));
  wasm::Data data;
  data.memory = index;
  data.offset = zero(type.limits.is64);
  TRY(read_strings(data));
  const uint64_t page_bytes = uint64_t{1} << type.page_size_log2;
  type.limits.min = type.limits.max = data.bytes.size() / page_bytes + (data.bytes.size() % page_bytes != 0 ? 1 : 0);
  type.limits.has_max = true;
  place(SectionId::Data, draft_.module.datas.size());
  draft_.module.datas.push_back(data);
  return cursor_.expect(LexemeKind::RightParen);
}

Result<void> ModuleParser::read_global(uint32_t index) {
  TRY_ASSIGN(const bool is_import, read_header(ExternKind::Global, index));
  if (is_import) return {};
  place(SectionId::Global, index);
  TRY_ASSIGN(draft_.module.globals[index].type, types_.global_type());
  TRY_ASSIGN(draft_.module.globals[index].init, read_expression(false));
  return {};
}

Result<void> ModuleParser::read_tag(uint32_t index) {
  TRY_ASSIGN(const bool is_import, read_header(ExternKind::Tag, index));
  if (is_import) return {};
  place(SectionId::Tag, index);
  return read_import_type(ExternKind::Tag, index);
}

Result<void> ModuleParser::read_export() {
  TRY_ASSIGN(const std::string_view name, read_name());
  TRY(cursor_.expect(LexemeKind::LeftParen));
  const auto kind = cursor_.is(LexemeKind::Keyword) ? extern_kind_from(cursor_.text()) : std::nullopt;
  if (!kind) return std::unexpected(cursor_.unexpected("`func`, `table`, `memory`, `global` or `tag`"));
  cursor_.advance();
  TRY_ASSIGN(const uint32_t index, types_.index(space_of_kind(*kind)));
  place(SectionId::Export, draft_.module.exports.size());
  draft_.module.exports.push_back({name, *kind, index, {}});
  return cursor_.expect(LexemeKind::RightParen);
}

Result<void> ModuleParser::read_start() {
  TRY_ASSIGN(draft_.module.start, types_.index(Space::Func));
  place(SectionId::Start, 0);
  return {};
}

Result<void> ModuleParser::read_func_indices(wasm::Elem& elem) {
  elem.type = wasm::ref_type(wasm::HeapKind::Func, false);
  while (types_.is_index()) {
    TRY_ASSIGN(const uint32_t func, types_.index(Space::Func));
    elem.funcs.push_back(func);
  }
  return {};
}

Result<void> ModuleParser::read_elem_exprs(wasm::Elem& elem) {
  while (cursor_.is(LexemeKind::LeftParen)) {
    const bool is_item = cursor_.accept_list("item");
    TRY_ASSIGN(const wasm::ConstExpr expr, read_expression(!is_item));
    if (is_item) TRY(cursor_.expect(LexemeKind::RightParen));
    elem.exprs.push_back(expr);
  }
  return {};
}

Result<void> ModuleParser::read_elem() {
  wasm::Elem elem;
  TRY(skip_id_and_name());
  bool may_be_short = false;   // indices without `func` before them
  if (cursor_.accept_keyword("declare")) {
    elem.mode = wasm::SegmentMode::Declarative;
  } else if (cursor_.is(LexemeKind::LeftParen) && !cursor_.is_list("ref")) {
    may_be_short = !cursor_.is_list("table");
    if (cursor_.accept_list("table")) {
      TRY_ASSIGN(elem.table, types_.index(Space::Table));
      TRY(cursor_.expect(LexemeKind::RightParen));
    }
    TRY_ASSIGN(elem.offset, read_offset());
  } else if (types_.is_index()) {
    // The first version of the format had the table's index alone.
    may_be_short = true;
    TRY_ASSIGN(elem.table, types_.index(Space::Table));
    TRY_ASSIGN(elem.offset, read_offset());
  } else {
    elem.mode = wasm::SegmentMode::Passive;
  }
  if (cursor_.accept_keyword("func") || (may_be_short && (types_.is_index() || cursor_.is(LexemeKind::RightParen)))) {
    TRY(read_func_indices(elem));
  } else {
    TRY_ASSIGN(elem.type, types_.ref_type());
    TRY(read_elem_exprs(elem));
  }
  elem.count = elem.funcs.size() + elem.exprs.size();
  place(SectionId::Elem, draft_.module.elems.size());
  draft_.module.elems.push_back(std::move(elem));
  return {};
}

Result<void> ModuleParser::read_strings(wasm::Data& data) {
  data.bytes.begin = draft_.scratch.size();
  while (cursor_.is(LexemeKind::String)) {
    TRY_ASSIGN(const std::string bytes, cursor_.expect_string());
    draft_.scratch.insert(draft_.scratch.end(), bytes.begin(), bytes.end());
  }
  data.bytes.end = draft_.scratch.size();
  return {};
}

Result<void> ModuleParser::read_data() {
  wasm::Data data;
  TRY(skip_id_and_name());
  if (cursor_.is(LexemeKind::LeftParen) || types_.is_index()) {
    if (types_.is_index()) {
      TRY_ASSIGN(data.memory, types_.index(Space::Memory));
    } else if (cursor_.accept_list("memory")) {
      TRY_ASSIGN(data.memory, types_.index(Space::Memory));
      TRY(cursor_.expect(LexemeKind::RightParen));
    }
    TRY_ASSIGN(data.offset, read_offset());
  } else {
    data.mode = wasm::SegmentMode::Passive;
  }
  TRY(read_strings(data));
  place(SectionId::Data, draft_.module.datas.size());
  draft_.module.datas.push_back(data);
  return {};
}

}  // namespace wasmscope::text
