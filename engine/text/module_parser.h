// SPDX-License-Identifier: Apache-2.0
// Reads the fields of a module into a draft. They may refer to each other in any order, so they are walked three
// times: for the identifiers and the sizes of the index spaces, for the types, and for everything else. Internal
// to text/.
// https://webassembly.github.io/spec/core/text/modules.html
#pragma once
#include "engine/text/instruction_parser.h"

namespace wasmscope::text {

std::optional<wasm::ExternKind> extern_kind_from(std::string_view keyword);
Space space_of_kind(wasm::ExternKind kind);

class ModuleParser {
 public:
  ModuleParser(std::string_view source, Draft& draft, const wasm::Features& features)
      : cursor_(source, Cursor::Annotations::Deliver),
        draft_(draft),
        features_(features),
        types_(cursor_, draft, features) {}

  Result<void> parse();

 private:
  enum class FieldKind : uint8_t { Type, Rec, Import, Func, Table, Memory, Global, Tag, Export, Start, Elem, Data };
  struct Field {
    FieldKind kind{};
    uint32_t text = 0;
  };
  static std::optional<FieldKind> field_kind(std::string_view keyword);

  // First walk: scanning.
  Result<void> scan_fields();
  Result<void> scan_field(FieldKind kind);
  Result<void> scan_import(Cursor& at);
  Result<void> scan_definition(Cursor& at, wasm::ExternKind kind);
  Result<void> scan_type(Cursor& at);
  Result<void> scan_annotation();
  Result<void> custom(ByteRange place);
  Result<int> custom_order();
  // `$id` and `(@name "...")`, both of them optional.
  Result<void> scan_id(Cursor& at, Space space, uint32_t index);
  Result<void> add_import(Cursor& at, wasm::ExternKind kind);
  uint32_t add_item(wasm::ExternKind kind, std::optional<uint32_t> import);

  // Second and third walk.
  Result<void> read_types(FieldKind kind);
  Result<void> read_field(FieldKind kind);
  Result<void> read_import();
  Result<void> read_import_group(std::string_view module);
  Result<void> read_import_type(wasm::ExternKind kind, uint32_t index);
  void bind_import(wasm::ExternKind kind, uint32_t index, std::string_view module, std::string_view name);
  // Identifier, name, inline exports; true when an inline import follows them and was read.
  Result<bool> read_header(wasm::ExternKind kind, uint32_t index);
  Result<void> read_func(uint32_t index);
  Result<void> read_body(uint32_t index, const TypeUse& use);
  Result<std::vector<wasm::LocalRun>> read_locals(FunctionScope& scope, uint32_t first);
  Result<void> read_table(uint32_t index);
  Result<void> read_inline_elems(uint32_t index);
  Result<void> read_inline_data(uint32_t index);
  Result<void> read_memory(uint32_t index);
  Result<void> read_global(uint32_t index);
  Result<void> read_tag(uint32_t index);
  Result<void> read_export();
  Result<void> read_start();
  Result<void> read_elem();
  Result<void> read_func_indices(wasm::Elem& elem);
  Result<void> read_elem_exprs(wasm::Elem& elem);
  Result<void> read_data();
  Result<void> read_strings(wasm::Data& data);
  // `(offset ...)` or one folded instruction.
  Result<wasm::ConstExpr> read_offset();
  Result<wasm::ConstExpr> read_expression(bool is_folded);
  wasm::ConstExpr zero(bool is64);
  wasm::ConstExpr ref_func(uint32_t func, uint64_t text);
  void append_single(wasm::Op op, uint64_t text, uint64_t immediate);
  Result<std::string_view> read_name();
  Result<void> skip_id_and_name();
  void place(wasm::SectionId section, size_t index) {
    draft_.items.push_back({section, static_cast<uint32_t>(index), field_text_});
  }
  Result<void> add_local(FunctionScope& scope, const LocalName& local);
  Result<void> add_locals(FunctionScope& scope, const std::vector<LocalName>& locals);

  Cursor cursor_;
  Draft& draft_;
  const wasm::Features& features_;
  TypeParser types_;
  std::vector<Field> fields_;
  std::string_view defined_;           // the kind of the first definition, after which no import may come
  uint32_t scanned_types_ = 0, scanned_elems_ = 0, scanned_datas_ = 0;
  // Of the third walk: the next index of each kind, imports and definitions together.
  uint32_t next_[5] = {};
  bool has_start_ = false;
  uint32_t field_text_ = 0;            // where the field that is read begins
};

}  // namespace wasmscope::text
