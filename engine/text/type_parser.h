// SPDX-License-Identifier: Apache-2.0
// Reads what types and their parts look like in a text. The cursor stands before what is read, and behind it
// afterwards; indices and identifiers are resolved against the draft. Internal to text/.
// https://webassembly.github.io/spec/core/text/types.html
#pragma once
#include "engine/text/draft.h"
#include "engine/wasm/features.h"

namespace wasmscope::text {

// What a parameter or local is called: an identifier, or a name that is for people only, or both.
struct LocalName {
  uint32_t index = 0;
  std::optional<std::string_view> id, name;
  ByteRange range;
};

// `(type x) (param ...) (result ...)`: any of it may be missing.
struct TypeUse {
  std::optional<wasm::TypeIndex> index;
  wasm::FuncType inlined;
  bool has_inlined = false;
  ByteRange range;
  std::vector<LocalName> param_names;
};

class TypeParser {
 public:
  TypeParser(Cursor& cursor, Draft& draft, const wasm::Features& features)
      : cursor_(cursor), draft_(draft), features_(features) {}

  bool is_index() const { return cursor_.is(LexemeKind::Number) || cursor_.is(LexemeKind::Id); }
  // `(@name "...")`, if it is there.
  Result<std::optional<std::string_view>> name_annotation(Cursor& at);
  // Whether a local's name is there: it was moved behind then.
  Result<bool> local_name(LocalName& name);
  Result<uint32_t> index(Space space);
  Result<uint32_t> u32();
  // Of the current lexeme, which must be a number without a sign.
  Result<uint64_t> unsigned_number(uint64_t max);

  Result<wasm::ValType> val_type();
  // A heap type, as the reference to it.
  Result<wasm::ValType> heap_type(bool nullable);
  Result<wasm::ValType> ref_type();

  enum class ParamIds : uint8_t { Allowed, Refused };
  Result<TypeUse> type_use(ParamIds ids);
  // Finds or adds the type that the use means.
  Result<wasm::TypeIndex> resolve(const TypeUse& use);

  // Of an item without limits (a table or memory with inline contents) only the address type is read.
  bool address_type();
  Result<wasm::Limits> limits();
  Result<void> page_size(wasm::MemoryType& memory);
  Result<wasm::MemoryType> memory_type();
  Result<wasm::TableType> table_type();
  Result<wasm::GlobalType> global_type();

  // `(type ...)` as a definition; its identifier is known already.
  Result<void> type_def(uint32_t rec_group, uint32_t rec_begin, uint32_t rec_size);

 private:
  Result<void> params(wasm::FuncType& type, TypeUse* use, ParamIds ids);
  Result<void> results(wasm::FuncType& type);
  Result<wasm::FieldType> field_type();
  Result<wasm::StructType> struct_type(wasm::TypeIndex index);
  Result<wasm::CompType> comp_type(wasm::TypeIndex index);
  Result<void> descriptors_and_comp_type(wasm::TypeDef& type, wasm::TypeIndex index);

  Cursor& cursor_;
  Draft& draft_;
  const wasm::Features& features_;
};

}  // namespace wasmscope::text
