// SPDX-License-Identifier: Apache-2.0
// The module model: what a decoded module holds, each item with the file range it came from.
// The model refers to the file's bytes by offset; whoever holds the Module keeps the bytes alive
// (Module::bytes). Immutable after decoding; may be read from any thread.
// https://webassembly.github.io/spec/core/syntax/modules.html
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/wasm/types.h"

namespace wasmscope::wasm {

enum class SectionId : uint8_t {
  Custom = 0,
  Type = 1,
  Import = 2,
  Function = 3,
  Table = 4,
  Memory = 5,
  Global = 6,
  Export = 7,
  Start = 8,
  Elem = 9,
  Code = 10,
  Data = 11,
  DataCount = 12,
  Tag = 13,
};
// "custom", "type", ..., "code"
std::string_view name_of(SectionId id);

struct Section {
  SectionId id = SectionId::Custom;
  ByteRange range;             // id byte to end
  ByteRange payload;           // after the size (and, for a custom section, after its name)
  std::string_view name;       // custom sections only, else empty
  uint64_t count = 0;          // items, where the section is a vector
};

// A constant expression is kept as its byte range (including the final `end`); validated and evaluated on demand.
struct ConstExpr {
  ByteRange range;
};

struct TypeDef {
  CompType composite;
  bool is_final = true;
  std::vector<TypeIndex> supertypes;
  std::optional<TypeIndex> describes, descriptor;   // custom descriptors
  uint32_t rec_group = 0;      // ordinal of its recursion group
  uint32_t rec_begin = 0;      // first type index of that group
  uint32_t rec_size = 1;
  ByteRange range;
};

enum class ExternKind : uint8_t { Func = 0, Table = 1, Memory = 2, Global = 3, Tag = 4 };
std::string_view name_of(ExternKind kind);  // "func", "table", ...

struct Import {
  std::string_view module, name;
  ExternKind kind = ExternKind::Func;
  uint32_t index = 0;          // in the index space of its kind
  ByteRange range;
};
struct Export {
  std::string_view name;
  ExternKind kind = ExternKind::Func;
  uint32_t index = 0;
  ByteRange range;
};

struct LocalRun {              // `count` locals of one type, as declared
  uint32_t count = 0;
  ValType type;
};
struct Func {
  TypeIndex type = 0;
  std::optional<uint32_t> import;  // ordinal in Module::imports
  bool is_exact = false;       // of an import: of exactly this type (custom descriptors)
  ByteRange body;              // size field excluded: local declarations and expression; empty for imports
  ByteRange code;              // the expression only, including the final `end`
  ByteRange locals_range;
};
struct Table {
  TableType type;
  std::optional<uint32_t> import;
  std::optional<ConstExpr> init;
  ByteRange range;
};
struct Memory {
  MemoryType type;
  std::optional<uint32_t> import;
  ByteRange range;
};
struct Global {
  GlobalType type;
  std::optional<uint32_t> import;
  ConstExpr init;              // empty range for imports
  ByteRange range;
};
struct Tag {
  TagType type;
  std::optional<uint32_t> import;
  ByteRange range;
};

enum class SegmentMode : uint8_t { Active, Passive, Declarative };
struct Elem {
  SegmentMode mode = SegmentMode::Active;
  TableIndex table = 0;
  ConstExpr offset;            // Active
  ValType type;
  // Either plain function indices or expressions; `count` says how many there are in either form.
  std::vector<FuncIndex> funcs;
  std::vector<ConstExpr> exprs;
  uint64_t count = 0;
  ByteRange range;
};
struct Data {
  SegmentMode mode = SegmentMode::Active;
  MemoryIndex memory = 0;
  ConstExpr offset;            // Active
  ByteRange bytes;             // contents
  ByteRange range;
};

// The name section, and names found elsewhere. Views point into the file. Sorted by index, looked up by binary search.
struct NameMap {
  std::vector<std::pair<uint32_t, std::string_view>> entries;
  std::string_view find(uint32_t index) const;  // empty when there is none
};
struct IndirectNameMap {
  std::vector<std::pair<uint32_t, NameMap>> entries;
  std::string_view find(uint32_t outer, uint32_t inner) const;
};
struct Names {
  std::string_view module;
  NameMap funcs, types, tables, memories, globals, elems, datas, tags;
  IndirectNameMap locals, labels, fields;
};

struct ProducerValue {
  std::string_view name, version;
};
struct ProducerField {
  std::string_view name;       // "language", "processed-by", "sdk"
  std::vector<ProducerValue> values;
};

// Something wrong that does not make the module invalid: a malformed name section, for instance.
struct Warning {
  ByteRange range;
  std::string text;
};

struct Module {
  std::shared_ptr<const std::vector<uint8_t>> owned;  // set when the bytes are not a mapped file
  Bytes bytes;

  std::vector<Section> sections;
  std::vector<TypeDef> types;
  std::vector<Import> imports;
  std::vector<Func> funcs;         // imports first, as in every index space
  std::vector<Table> tables;
  std::vector<Memory> memories;
  std::vector<Global> globals;
  std::vector<Tag> tags;
  std::vector<Export> exports;
  std::optional<FuncIndex> start;
  uint64_t start_offset = 0;
  std::vector<Elem> elems;
  std::vector<Data> datas;
  std::optional<uint32_t> data_count;
  ByteRange code_section;          // contents of the code section; DWARF addresses count from its begin

  uint32_t imported_funcs = 0, imported_tables = 0, imported_memories = 0, imported_globals = 0, imported_tags = 0;

  Names names;
  std::vector<ProducerField> producers;
  std::vector<Warning> warnings;

  const FuncType& func_type(FuncIndex func) const { return std::get<FuncType>(types[funcs[func].type].composite); }
  bool is_imported(FuncIndex func) const { return func < imported_funcs; }
  const Export* find_export(std::string_view name) const;
  const Export* find_export(ExternKind kind, uint32_t index) const;  // first export of the item
  // The defined function whose body contains the file offset; kNoIndex when there is none. O(log n).
  FuncIndex func_at(uint64_t offset) const;
  const Section* section_at(uint64_t offset) const;
};

// Locals of a function as declared, decoded from `Func::locals_range`; runs, not one entry per local.
// Only for modules that decoded without error.
std::vector<LocalRun> local_runs(const Module& module, FuncIndex func);

}  // namespace wasmscope::wasm
