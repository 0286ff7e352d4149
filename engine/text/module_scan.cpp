// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "engine/base/try.h"
#include "engine/base/utf8.h"
#include "engine/text/module_parser.h"

namespace wasmscope::text {
namespace {

using wasm::ExternKind;

constexpr std::pair<std::string_view, ExternKind> kExternKinds[] = {{"func", ExternKind::Func},
                                                                    {"table", ExternKind::Table},
                                                                    {"memory", ExternKind::Memory},
                                                                    {"global", ExternKind::Global},
                                                                    {"tag", ExternKind::Tag}};

// As in a file.
constexpr std::string_view kSectionOrder[] = {"type",   "import", "func", "table",     "memory", "tag", "global",
                                              "export", "start",  "elem", "datacount", "code",   "data"};
constexpr int kFirstOrder = -1, kLastOrder = 2 * static_cast<int>(std::size(kSectionOrder)) + 1;

}  // namespace

std::optional<wasm::ExternKind> extern_kind_from(std::string_view keyword) {
  for (const auto& [name, kind] : kExternKinds)
    if (name == keyword) return kind;
  return std::nullopt;
}

Space space_of_kind(ExternKind kind) {
  switch (kind) {
    case ExternKind::Func: return Space::Func;
    case ExternKind::Table: return Space::Table;
    case ExternKind::Memory: return Space::Memory;
    case ExternKind::Global: return Space::Global;
    case ExternKind::Tag: return Space::Tag;
  }
  return Space::Func;
}

std::optional<ModuleParser::FieldKind> ModuleParser::field_kind(std::string_view keyword) {
  constexpr std::pair<std::string_view, FieldKind> kKinds[] = {
      {"func", FieldKind::Func},     {"type", FieldKind::Type},     {"import", FieldKind::Import},
      {"export", FieldKind::Export}, {"global", FieldKind::Global}, {"data", FieldKind::Data},
      {"elem", FieldKind::Elem},     {"table", FieldKind::Table},   {"memory", FieldKind::Memory},
      {"start", FieldKind::Start},   {"tag", FieldKind::Tag},       {"rec", FieldKind::Rec}};
  for (const auto& [name, kind] : kKinds)
    if (name == keyword) return kind;
  return std::nullopt;
}

Result<void> ModuleParser::scan_id(Cursor& at, Space space, uint32_t index) {
  std::optional<std::string_view> name;
  if (at.is(LexemeKind::Id)) {
    name = draft_.id_of(at.text());
    if (!draft_.ids(space).emplace(*name, index).second)
      return std::unexpected(at.fail(duplicate_code(space), escape_for_display(at.text(), 60)));
    at.advance();
  }
  TRY_ASSIGN(const auto annotated, types_.name_annotation(at));
  if (annotated) name = annotated;
  if (name) draft_.name(space, index, *name);
  return {};
}

uint32_t ModuleParser::add_item(ExternKind kind, std::optional<uint32_t> import) {
  wasm::Module& module = draft_.module;
  const auto add = [&](auto& items, uint32_t& imported) {
    items.emplace_back();
    items.back().import = import;
    imported += import ? 1 : 0;
    return static_cast<uint32_t>(items.size() - 1);
  };
  switch (kind) {
    case ExternKind::Func: return add(module.funcs, module.imported_funcs);
    case ExternKind::Table: return add(module.tables, module.imported_tables);
    case ExternKind::Memory: return add(module.memories, module.imported_memories);
    case ExternKind::Global: return add(module.globals, module.imported_globals);
    case ExternKind::Tag: return add(module.tags, module.imported_tags);
  }
  return 0;
}

Result<void> ModuleParser::add_import(Cursor& at, ExternKind kind) {
  if (!defined_.empty()) return std::unexpected(at.fail(ErrorCode::ImportOrder, std::string(defined_)));
  const auto ordinal = static_cast<uint32_t>(draft_.module.imports.size());
  wasm::Import import;
  import.kind = kind;
  import.index = add_item(kind, ordinal);
  draft_.module.imports.push_back(import);
  return {};
}

Result<void> ModuleParser::scan_import(Cursor& at) {
  TRY(at.expect(LexemeKind::String));
  // (import "m" (item "n" (func ...)) ...) or (import "m" (item "n") ... (func ...))
  size_t shared_items = 0;
  bool is_grouped = false;
  while (at.is_list("item")) {
    is_grouped = true;
    TRY(at.expect_list("item"));
    TRY(at.expect(LexemeKind::String));
    if (at.accept(LexemeKind::RightParen)) {
      ++shared_items;
      continue;
    }
    if (shared_items != 0) return std::unexpected(at.unexpected("`)`"));
    TRY(at.expect(LexemeKind::LeftParen));
    const auto kind = extern_kind_from(at.text());
    if (!kind) return std::unexpected(at.unexpected("`func`, `table`, `memory`, `global` or `tag`"));
    TRY(add_import(at, *kind));
    at.advance();
    TRY(scan_id(at, space_of_kind(*kind), draft_.module.imports.back().index));
    while (!at.is(LexemeKind::RightParen)) {
      if (at.is(LexemeKind::LeftParen)) {
        TRY(at.skip_list());
      } else {
        if (at.is(LexemeKind::End) || at.is(LexemeKind::Error)) return std::unexpected(at.unexpected());
        at.advance();
      }
    }
    TRY(at.expect(LexemeKind::RightParen));
    TRY(at.expect(LexemeKind::RightParen));
  }
  if (is_grouped && shared_items == 0) return {};
  if (!is_grouped) TRY(at.expect(LexemeKind::String));
  TRY(at.expect(LexemeKind::LeftParen));
  const auto kind = at.is(LexemeKind::Keyword) ? extern_kind_from(at.text()) : std::nullopt;
  if (!kind) return std::unexpected(at.unexpected("`func`, `table`, `memory`, `global` or `tag`"));
  at.advance();
  if (is_grouped && at.is(LexemeKind::Id)) return std::unexpected(at.fail(ErrorCode::IdNotAllowed));
  for (size_t i = 0; i < std::max<size_t>(shared_items, 1); ++i) TRY(add_import(at, *kind));
  if (is_grouped) return {};
  return scan_id(at, space_of_kind(*kind), draft_.module.imports.back().index);
}

Result<void> ModuleParser::scan_definition(Cursor& at, ExternKind kind) {
  const Space space = space_of_kind(kind);
  const wasm::Module& module = draft_.module;
  const size_t counts[] = {module.funcs.size(), module.tables.size(), module.memories.size(), module.globals.size(),
                           module.tags.size()};
  TRY(scan_id(at, space, static_cast<uint32_t>(counts[static_cast<size_t>(kind)])));
  while (at.is_list("export")) TRY(at.skip_list());
  if (at.is_list("import")) return add_import(at, kind);
  if (defined_.empty()) defined_ = name_of(kind);
  add_item(kind, std::nullopt);
  if (kind != ExternKind::Table && kind != ExternKind::Memory) return {};
  // Contents in place of a size are a segment of their own.
  if (!at.accept_keyword("i64")) at.accept_keyword("i32");
  if (!at.is(LexemeKind::Number)) ++(kind == ExternKind::Table ? scanned_elems_ : scanned_datas_);
  return {};
}

Result<void> ModuleParser::scan_type(Cursor& at) {
  TRY(at.expect_list("type"));
  return scan_id(at, Space::Type, scanned_types_++);
}

Result<void> ModuleParser::scan_field(FieldKind kind) {
  Cursor at = cursor_;
  at.advance();
  at.advance();
  switch (kind) {
    case FieldKind::Type: at = cursor_; return scan_type(at);
    case FieldKind::Rec:
      while (at.is(LexemeKind::LeftParen)) {
        Cursor inner = at;
        TRY(scan_type(inner));
        TRY(at.skip_list());
      }
      return {};
    case FieldKind::Import: return scan_import(at);
    case FieldKind::Func: return scan_definition(at, ExternKind::Func);
    case FieldKind::Table: return scan_definition(at, ExternKind::Table);
    case FieldKind::Memory: return scan_definition(at, ExternKind::Memory);
    case FieldKind::Global: return scan_definition(at, ExternKind::Global);
    case FieldKind::Tag: return scan_definition(at, ExternKind::Tag);
    case FieldKind::Start:
      if (std::exchange(has_start_, true)) return std::unexpected(cursor_.fail(ErrorCode::MultipleStarts));
      return {};
    case FieldKind::Export: return {};
    case FieldKind::Elem: return scan_id(at, Space::Elem, scanned_elems_++);
    case FieldKind::Data: return scan_id(at, Space::Data, scanned_datas_++);
  }
  return {};
}

// `(before section)`, `(after section)`; nothing means after the last one.
Result<int> ModuleParser::custom_order() {
  if (!cursor_.is(LexemeKind::LeftParen)) return kLastOrder;
  const auto malformed = [&](std::string_view what) {
    return std::unexpected(cursor_.fail(ErrorCode::BadAnnotation, "custom: " + std::string(what)));
  };
  cursor_.advance();
  const bool is_before = cursor_.is_keyword("before");
  if (!is_before && !cursor_.is_keyword("after")) return malformed("malformed placement");
  cursor_.advance();
  const std::string_view section = cursor_.text();
  const auto* row = std::ranges::find(kSectionOrder, section);
  int order = 2 * static_cast<int>(row - std::begin(kSectionOrder)) + (is_before ? 0 : 2) - 1;
  if (section == "first" && is_before)
    order = kFirstOrder;
  else if (section == "last" && !is_before)
    order = kLastOrder;
  else if (row == std::end(kSectionOrder))
    return malformed("malformed section kind");
  cursor_.advance();
  TRY(cursor_.expect(LexemeKind::RightParen));
  return order;
}

Result<void> ModuleParser::custom(ByteRange place) {
  if (!cursor_.is(LexemeKind::String))
    return std::unexpected(cursor_.fail_at(place, ErrorCode::BadAnnotation, "custom: missing section name"));
  Draft::Custom custom;
  TRY_ASSIGN(std::string name, cursor_.expect_name());
  custom.name = draft_.keep(std::move(name));
  TRY_ASSIGN(custom.order, custom_order());
  custom.payload.begin = draft_.scratch.size();
  while (cursor_.is(LexemeKind::String)) {
    TRY_ASSIGN(const std::string bytes, cursor_.expect_string());
    draft_.scratch.insert(draft_.scratch.end(), bytes.begin(), bytes.end());
  }
  custom.payload.end = draft_.scratch.size();
  draft_.customs.push_back(custom);
  return cursor_.expect(LexemeKind::RightParen);
}

Result<void> ModuleParser::scan_annotation() {
  const ByteRange place = cursor_.peek().range();
  if (decode_id(cursor_.text()) != "custom") return std::unexpected(cursor_.unexpected());
  cursor_.advance();
  return custom(place);
}

Result<void> ModuleParser::scan_fields() {
  const bool is_enclosed = cursor_.accept_list("module");
  if (is_enclosed) {
    if (cursor_.is(LexemeKind::Id)) {
      draft_.module.names.module = draft_.id_of(cursor_.text());
      cursor_.advance();
    }
    TRY_ASSIGN(const auto annotated, types_.name_annotation(cursor_));
    if (annotated) {
      draft_.module.names.module = *annotated;
      if (cursor_.is(LexemeKind::Annotation) && decode_id(cursor_.text()) == "name")
        return std::unexpected(cursor_.fail(ErrorCode::RepeatedAnnotation, "name"));
    }
  }
  while (true) {
    if (cursor_.is(LexemeKind::Annotation)) {
      TRY(scan_annotation());
      continue;
    }
    if (!cursor_.is(LexemeKind::LeftParen)) break;
    const Lexeme& keyword = cursor_.peek_second();
    const auto kind = keyword.kind == LexemeKind::Keyword ? field_kind(cursor_.text_of(keyword)) : std::nullopt;
    if (!kind) {
      if (keyword.kind != LexemeKind::LeftParen) cursor_.advance();
      return std::unexpected(cursor_.unexpected("a field of a module"));
    }
    fields_.push_back({*kind, static_cast<uint32_t>(cursor_.offset())});
    TRY(scan_field(*kind));
    TRY(cursor_.skip_list());
  }
  if (is_enclosed) TRY(cursor_.expect(LexemeKind::RightParen));
  // Behind a whole module only these may follow.
  while (is_enclosed && cursor_.is(LexemeKind::Annotation)) TRY(scan_annotation());
  if (!cursor_.is_end()) return std::unexpected(cursor_.unexpected("the end of the module"));
  return {};
}

}  // namespace wasmscope::text
