// SPDX-License-Identifier: Apache-2.0
#include "engine/binary/decoder.h"

#include <algorithm>
#include <variant>

#include "engine/binary/custom_sections.h"
#include "engine/binary/instruction_reader.h"
#include "engine/binary/type_format.h"
#include "engine/binary/type_section.h"
#include "engine/wasm/limits.h"

namespace wasmscope::binary {
namespace {

using wasm::Feature;
using wasm::SectionId;

// Where a section stands in the order that all but custom sections must keep.
int order_of(SectionId id) {
  switch (id) {
    case SectionId::Custom: return 0;
    case SectionId::Type: return 1;
    case SectionId::Import: return 2;
    case SectionId::Function: return 3;
    case SectionId::Table: return 4;
    case SectionId::Memory: return 5;
    case SectionId::Tag: return 6;
    case SectionId::Global: return 7;
    case SectionId::Export: return 8;
    case SectionId::Start: return 9;
    case SectionId::Elem: return 10;
    case SectionId::DataCount: return 11;
    case SectionId::Code: return 12;
    case SectionId::Data: return 13;
  }
  return 0;
}

class Decoder {
 public:
  Decoder(wasm::Module& module, Bytes bytes, const wasm::Features& features)
      : module_(module), file_(bytes), features_(features) {
    module_.bytes = bytes;
  }

  Result<void> decode();

 private:
  Result<void> read_preamble(ByteReader& reader);
  Result<void> read_section(ByteReader& file);
  Result<void> read_contents(SectionId id, ByteReader& reader, wasm::Section& section);
  Result<void> read_types(ByteReader& reader, uint32_t count);
  struct FuncExtern {
    wasm::TypeIndex type = 0;
    bool is_exact = false;
  };
  using ExternType = std::variant<FuncExtern, wasm::TableType, wasm::MemoryType, wasm::GlobalType, wasm::TagType>;
  Result<void> read_import(ByteReader& reader);
  Result<ExternType> read_extern_type(ByteReader& reader);
  Result<void> add_import(wasm::Import import, const ExternType& extern_type, ByteRange range);
  Result<void> read_function(ByteReader& reader);
  Result<void> read_table(ByteReader& reader);
  Result<void> read_memory(ByteReader& reader);
  Result<void> read_global(ByteReader& reader);
  Result<void> read_tag(ByteReader& reader);
  Result<void> read_export(ByteReader& reader);
  Result<void> read_elem(ByteReader& reader);
  Result<void> read_code(ByteReader& reader, uint32_t count);
  Result<void> read_body(ByteReader& reader, wasm::Func& func);
  Result<void> read_data(ByteReader& reader);
  Result<wasm::ConstExpr> read_const_expr(ByteReader& reader);
  Result<void> check_complete();

  template <class Items>
  Result<void> check_limit(const Items& items, uint64_t most, std::string_view what, ByteRange range) {
    if (items.size() <= most) return {};
    return std::unexpected(
        error_at(ErrorCode::LimitExceeded, range, "more than " + std::to_string(most) + " " + std::string(what)));
  }

  wasm::Module& module_;
  Bytes file_;
  const wasm::Features& features_;
  int last_order_ = 0;
  uint32_t bodies_ = 0;
};

Result<void> Decoder::decode() {
  if (file_.empty()) return std::unexpected(error_at(ErrorCode::EmptyFile, {0, 0}));
  if (file_.size() > wasm::kMaxModuleBytes)
    return std::unexpected(error(ErrorCode::FileTooLarge, std::to_string(file_.size()) + " bytes"));
  ByteReader reader(file_, {0, file_.size()});
  TRY(read_preamble(reader));
  while (!reader.at_end()) TRY(read_section(reader));
  return check_complete();
}

Result<void> Decoder::read_preamble(ByteReader& reader) {
  constexpr uint8_t kMagic[] = {0x00, 0x61, 0x73, 0x6D};
  constexpr uint8_t kVersion[] = {0x01, 0x00, 0x00, 0x00};
  const size_t there = std::min<size_t>(file_.size(), 4);
  if (!std::equal(kMagic, kMagic + there, file_.begin()))
    return std::unexpected(error_at(ErrorCode::BadMagic, {0, there}));
  if (file_.size() < 8) return std::unexpected(error_at(ErrorCode::UnexpectedEnd, {file_.size(), file_.size()}));
  // A component has a layer of 1 where a module has the upper half of its version.
  if (file_[6] == 1 && file_[7] == 0) return std::unexpected(error_at(ErrorCode::IsComponent, {4, 8}));
  if (!std::equal(kVersion, kVersion + 4, file_.begin() + 4))
    return std::unexpected(error_at(ErrorCode::BadVersion, {4, 8}));
  reader.skip_to(8);
  return {};
}

Result<void> Decoder::read_section(ByteReader& file) {
  wasm::Section section;
  const uint64_t begin = file.offset();
  TRY_ASSIGN(const uint8_t code, file.byte());
  if (code > static_cast<uint8_t>(SectionId::Tag))
    return std::unexpected(file.error_before(ErrorCode::UnknownSection, std::to_string(code)));
  section.id = static_cast<SectionId>(code);
  TRY_ASSIGN(const uint32_t size, file.u32());
  TRY_ASSIGN(section.payload, file.bytes(size));
  section.range = file.range_from(begin);
  ByteReader reader(file_, section.payload);
  if (section.id == SectionId::Custom) {
    TRY_ASSIGN(section.name, reader.name());
    section.payload.begin = reader.offset();
    module_.sections.push_back(section);
    read_custom_section(module_, section);
    return {};
  }
  if (order_of(section.id) <= last_order_)
    return std::unexpected(
        error_at(ErrorCode::SectionOrder, {begin, begin + 1}, std::string(name_of(section.id)) + " section"));
  last_order_ = order_of(section.id);
  // Listed even when broken inside: the file's layout is of use then.
  module_.sections.push_back(section);
  TRY(read_contents(section.id, reader, module_.sections.back()));
  if (!reader.at_end())
    return std::unexpected(error_at(
        ErrorCode::SectionSize, {reader.offset(), section.payload.end},
        std::to_string(reader.left()) + " bytes left in the " + std::string(name_of(section.id)) + " section"));
  return {};
}

Result<void> Decoder::read_contents(SectionId id, ByteReader& reader, wasm::Section& section) {
  if (id == SectionId::Start) {
    module_.start_offset = reader.offset();
    TRY_ASSIGN(module_.start, reader.u32());
    return {};
  }
  if (id == SectionId::DataCount) {
    TRY(require_feature(features_, Feature::BulkMemory, section.range));
    const uint64_t begin = reader.offset();
    TRY_ASSIGN(module_.data_count, reader.u32());
    if (*module_.data_count > wasm::kMaxDatas)
      return std::unexpected(error_at(ErrorCode::LimitExceeded, reader.range_from(begin), "data segments"));
    return {};
  }
  if (id == SectionId::Tag && !features_.has(Feature::LegacyExceptions) && !features_.has(Feature::StackSwitching))
    TRY(require_feature(features_, Feature::Exceptions, section.range));
  constexpr uint64_t kAnyCount = UINT32_MAX;
  TRY_ASSIGN(const uint32_t count, reader.count(kAnyCount, "items"));
  section.count = count;
  switch (id) {
    case SectionId::Type: return read_types(reader, count);
    case SectionId::Import:
      for (uint32_t i = 0; i < count; ++i) TRY(read_import(reader));
      return {};
    case SectionId::Function:
      module_.funcs.reserve(module_.funcs.size() + count);   // each takes at least a byte here
      for (uint32_t i = 0; i < count; ++i) TRY(read_function(reader));
      return {};
    case SectionId::Table:
      for (uint32_t i = 0; i < count; ++i) TRY(read_table(reader));
      return {};
    case SectionId::Memory:
      for (uint32_t i = 0; i < count; ++i) TRY(read_memory(reader));
      return {};
    case SectionId::Global:
      for (uint32_t i = 0; i < count; ++i) TRY(read_global(reader));
      return {};
    case SectionId::Tag:
      for (uint32_t i = 0; i < count; ++i) TRY(read_tag(reader));
      return {};
    case SectionId::Export:
      for (uint32_t i = 0; i < count; ++i) TRY(read_export(reader));
      return {};
    case SectionId::Elem:
      for (uint32_t i = 0; i < count; ++i) TRY(read_elem(reader));
      return {};
    case SectionId::Code: return read_code(reader, count);
    case SectionId::Data: {
      if (module_.data_count && *module_.data_count != count)
        return std::unexpected(
            error_at(ErrorCode::DataCountMismatch, {section.payload.begin, reader.offset()},
                     std::to_string(*module_.data_count) + " announced, " + std::to_string(count) + " there"));
      for (uint32_t i = 0; i < count; ++i) TRY(read_data(reader));
      return {};
    }
    default: return {};
  }
}

Result<void> Decoder::read_types(ByteReader& reader, uint32_t count) {
  for (uint32_t group = 0; group < count; ++group) {
    const uint64_t begin = reader.offset();
    TRY(read_recursion_group(reader, features_, group, module_.types));
    TRY(check_limit(module_.types, wasm::kMaxTypes, "types", reader.range_from(begin)));
  }
  return {};
}

Result<void> Decoder::read_import(ByteReader& reader) {
  // Of the compact form: imports that share a module name, or that and a type.
  constexpr uint8_t kSharedModule = 0x7F, kSharedType = 0x7E;
  const uint64_t begin = reader.offset();
  wasm::Import import;
  TRY_ASSIGN(import.module, reader.name());
  TRY_ASSIGN(import.name, reader.name());
  const bool is_compact = features_.has(Feature::CompactImports) && import.name.empty() && !reader.at_end() &&
                          (reader.peek() == kSharedModule || reader.peek() == kSharedType);
  if (!is_compact) {
    TRY_ASSIGN(const ExternType type, read_extern_type(reader));
    return add_import(import, type, reader.range_from(begin));
  }
  TRY_ASSIGN(const uint8_t form, reader.byte());
  ExternType type;
  if (form == kSharedType) {
    TRY_ASSIGN(type, read_extern_type(reader));
  }
  TRY_ASSIGN(const uint32_t count, reader.count(wasm::kMaxImports, "imports"));
  for (uint32_t i = 0; i < count; ++i) {
    const uint64_t item_begin = reader.offset();
    TRY_ASSIGN(import.name, reader.name());
    if (form == kSharedModule) {
      TRY_ASSIGN(type, read_extern_type(reader));
    }
    TRY(add_import(import, type, reader.range_from(item_begin)));
  }
  return {};
}

Result<Decoder::ExternType> Decoder::read_extern_type(ByteReader& reader) {
  TRY_ASSIGN(const uint8_t code, reader.byte());
  switch (code) {
    case kExactFunc:
      TRY(require_feature(features_, Feature::CustomDescriptors, {reader.offset() - 1, reader.offset()}));
      [[fallthrough]];
    case static_cast<uint8_t>(wasm::ExternKind::Func): {
      TRY_ASSIGN(const wasm::TypeIndex type, reader.u32());
      return FuncExtern{type, code == kExactFunc};
    }
    case static_cast<uint8_t>(wasm::ExternKind::Table): return read_table_type(reader, features_);
    case static_cast<uint8_t>(wasm::ExternKind::Memory): return read_memory_type(reader, features_);
    case static_cast<uint8_t>(wasm::ExternKind::Global): {
      const uint64_t begin = reader.offset();
      TRY_ASSIGN(const wasm::GlobalType type, read_global_type(reader, features_));
      if (type.mutability == wasm::Mutability::Var)
        TRY(require_feature(features_, Feature::MutableGlobals, reader.range_from(begin)));
      return type;
    }
    case static_cast<uint8_t>(wasm::ExternKind::Tag): return read_tag_type(reader);
    default: return std::unexpected(reader.error_before(ErrorCode::BadImportKind, std::to_string(code)));
  }
}

Result<void> Decoder::add_import(wasm::Import import, const ExternType& extern_type, ByteRange range) {
  const uint32_t ordinal = static_cast<uint32_t>(module_.imports.size());
  // Appends an item of the type to the index space of its kind.
  const auto add = [&](wasm::ExternKind kind, auto& items, uint32_t& imported, const auto& type) {
    auto& item = items.emplace_back();
    item.type = type;
    item.import = ordinal;
    if constexpr (requires { item.range; }) item.range = range;
    import.kind = kind;
    import.index = imported++;
  };
  using wasm::ExternKind;
  if (const auto* func = std::get_if<FuncExtern>(&extern_type)) {
    add(ExternKind::Func, module_.funcs, module_.imported_funcs, func->type);
    module_.funcs.back().is_exact = func->is_exact;
  } else if (const auto* table = std::get_if<wasm::TableType>(&extern_type))
    add(ExternKind::Table, module_.tables, module_.imported_tables, *table);
  else if (const auto* memory = std::get_if<wasm::MemoryType>(&extern_type))
    add(ExternKind::Memory, module_.memories, module_.imported_memories, *memory);
  else if (const auto* global = std::get_if<wasm::GlobalType>(&extern_type))
    add(ExternKind::Global, module_.globals, module_.imported_globals, *global);
  else if (const auto* tag = std::get_if<wasm::TagType>(&extern_type))
    add(ExternKind::Tag, module_.tags, module_.imported_tags, *tag);
  import.range = range;
  module_.imports.push_back(import);
  return check_limit(module_.imports, wasm::kMaxImports, "imports", range);
}

Result<void> Decoder::read_function(ByteReader& reader) {
  const uint64_t begin = reader.offset();
  wasm::Func func;
  TRY_ASSIGN(func.type, reader.u32());
  module_.funcs.push_back(func);
  return check_limit(module_.funcs, wasm::kMaxFuncs, "functions", reader.range_from(begin));
}

Result<void> Decoder::read_table(ByteReader& reader) {
  const uint64_t begin = reader.offset();
  wasm::Table table;
  const bool has_init = !reader.at_end() && reader.peek() == kTableHasInit;
  if (has_init) {
    TRY(reader.byte());
    TRY_ASSIGN(const uint8_t zero, reader.byte());
    if (zero != 0) return std::unexpected(reader.error_before(ErrorCode::ZeroByteExpected));
    TRY(require_feature(features_, Feature::FunctionRefs, reader.range_from(begin)));
  }
  TRY_ASSIGN(table.type, read_table_type(reader, features_));
  if (has_init) {
    TRY_ASSIGN(table.init, read_const_expr(reader));
  }
  table.range = reader.range_from(begin);
  module_.tables.push_back(table);
  return check_limit(module_.tables, wasm::kMaxTables, "tables", table.range);
}

Result<void> Decoder::read_memory(ByteReader& reader) {
  const uint64_t begin = reader.offset();
  wasm::Memory memory;
  TRY_ASSIGN(memory.type, read_memory_type(reader, features_));
  memory.range = reader.range_from(begin);
  module_.memories.push_back(memory);
  return check_limit(module_.memories, wasm::kMaxMemories, "memories", memory.range);
}

Result<void> Decoder::read_global(ByteReader& reader) {
  const uint64_t begin = reader.offset();
  wasm::Global global;
  TRY_ASSIGN(global.type, read_global_type(reader, features_));
  TRY_ASSIGN(global.init, read_const_expr(reader));
  global.range = reader.range_from(begin);
  module_.globals.push_back(global);
  return check_limit(module_.globals, wasm::kMaxGlobals, "globals", global.range);
}

Result<void> Decoder::read_tag(ByteReader& reader) {
  const uint64_t begin = reader.offset();
  wasm::Tag tag;
  TRY_ASSIGN(tag.type, read_tag_type(reader));
  tag.range = reader.range_from(begin);
  module_.tags.push_back(tag);
  return check_limit(module_.tags, wasm::kMaxTags, "tags", tag.range);
}

Result<void> Decoder::read_export(ByteReader& reader) {
  const uint64_t begin = reader.offset();
  wasm::Export item;
  TRY_ASSIGN(item.name, reader.name());
  TRY_ASSIGN(const uint8_t code, reader.byte());
  if (code > static_cast<uint8_t>(wasm::ExternKind::Tag))
    return std::unexpected(reader.error_before(ErrorCode::BadExportKind, std::to_string(code)));
  item.kind = static_cast<wasm::ExternKind>(code);
  TRY_ASSIGN(item.index, reader.u32());
  item.range = reader.range_from(begin);
  module_.exports.push_back(item);
  return check_limit(module_.exports, wasm::kMaxExports, "exports", item.range);
}

Result<void> Decoder::read_elem(ByteReader& reader) {
  const uint64_t begin = reader.offset();
  wasm::Elem elem;
  TRY_ASSIGN(const uint32_t flags, reader.u32());
  if (flags > 7)
    return std::unexpected(error_at(ErrorCode::BadSegmentFlags, reader.range_from(begin), std::to_string(flags)));
  if (flags != 0) TRY(require_feature(features_, Feature::BulkMemory, reader.range_from(begin)));
  if ((flags & kNotActive) != 0) {
    elem.mode = (flags & kExplicit) != 0 ? wasm::SegmentMode::Declarative : wasm::SegmentMode::Passive;
  } else {
    if ((flags & kExplicit) != 0) {
      TRY_ASSIGN(elem.table, reader.u32());
    }
    TRY_ASSIGN(elem.offset, read_const_expr(reader));
  }
  elem.type = (flags & kExprs) != 0 ? wasm::kFuncRef : wasm::ref_type(wasm::HeapKind::Func, false);
  if ((flags & (kNotActive | kExplicit)) != 0) {
    if ((flags & kExprs) != 0) {
      TRY_ASSIGN(elem.type, reader.reference_type());
    } else {
      TRY_ASSIGN(const uint8_t kind, reader.byte());
      if (kind != 0) return std::unexpected(reader.error_before(ErrorCode::BadType, "malformed element kind"));
    }
  }
  TRY_ASSIGN(const uint32_t count, reader.count(wasm::kMaxSegmentItems, "elements"));
  elem.count = count;
  if ((flags & kExprs) != 0) {
    for (uint32_t i = 0; i < count; ++i) {
      TRY_ASSIGN(const wasm::ConstExpr expr, read_const_expr(reader));
      elem.exprs.push_back(expr);
    }
  } else {
    elem.funcs.reserve(count);
    for (uint32_t i = 0; i < count; ++i) {
      TRY_ASSIGN(const uint32_t func, reader.u32());
      elem.funcs.push_back(func);
    }
  }
  elem.range = reader.range_from(begin);
  module_.elems.push_back(std::move(elem));
  return check_limit(module_.elems, wasm::kMaxElems, "element segments", module_.elems.back().range);
}

Result<void> Decoder::read_code(ByteReader& reader, uint32_t count) {
  module_.code_section = {module_.sections.back().payload.begin, module_.sections.back().payload.end};
  const uint64_t defined = module_.funcs.size() - module_.imported_funcs;
  if (count != defined)
    return std::unexpected(error_at(ErrorCode::FuncCodeMismatch, {module_.code_section.begin, reader.offset()},
                                    std::to_string(defined) + " functions, " + std::to_string(count) + " bodies"));
  for (uint32_t i = 0; i < count; ++i) {
    const wasm::FuncIndex index = module_.imported_funcs + i;
    if (auto result = read_body(reader, module_.funcs[index]); !result) {
      result.error().func = index;
      return result;
    }
    ++bodies_;
  }
  return {};
}

Result<void> Decoder::read_body(ByteReader& reader, wasm::Func& func) {
  constexpr uint8_t kEnd = 0x0B;
  const uint64_t begin = reader.offset();
  TRY_ASSIGN(const uint32_t size, reader.u32());
  const ByteRange size_range = reader.range_from(begin);
  TRY_ASSIGN(const ByteRange body, reader.bytes(size));
  if (size > wasm::kMaxFunctionBytes)
    return std::unexpected(error_at(
        ErrorCode::LimitExceeded, size_range,
        "function body of " + std::to_string(size) + " bytes, at most " + std::to_string(wasm::kMaxFunctionBytes)));
  ByteReader locals(file_, body);
  TRY_ASSIGN(const uint32_t runs, locals.count(UINT32_MAX, "groups of locals"));
  uint64_t total = 0;
  for (uint32_t i = 0; i < runs; ++i) {
    const uint64_t run_begin = locals.offset();
    TRY_ASSIGN(const uint32_t count, locals.u32());
    TRY(locals.value_type());
    total += count;
    if (total > wasm::kMaxLocals)
      return std::unexpected(error_at(ErrorCode::TooManyLocals, locals.range_from(run_begin),
                                      std::to_string(total) + " or more, at most " + std::to_string(wasm::kMaxLocals)));
  }
  if (locals.at_end() || file_[body.end - 1] != kEnd)
    return std::unexpected(error_at(ErrorCode::EndExpected, {body.end - 1, body.end}));
  func.body = body;
  func.locals_range = {body.begin, locals.offset()};
  func.code = {locals.offset(), body.end};
  return {};
}

Result<void> Decoder::read_data(ByteReader& reader) {
  const uint64_t begin = reader.offset();
  wasm::Data data;
  TRY_ASSIGN(const uint32_t flags, reader.u32());
  if (flags > 2)
    return std::unexpected(error_at(ErrorCode::BadSegmentFlags, reader.range_from(begin), std::to_string(flags)));
  if (flags != 0) TRY(require_feature(features_, Feature::BulkMemory, reader.range_from(begin)));
  if (flags == 2) {
    TRY_ASSIGN(data.memory, reader.u32());
  }
  if (flags == 1)
    data.mode = wasm::SegmentMode::Passive;
  else {
    TRY_ASSIGN(data.offset, read_const_expr(reader));
  }
  TRY_ASSIGN(const uint32_t size, reader.u32());
  TRY_ASSIGN(data.bytes, reader.bytes(size));
  data.range = reader.range_from(begin);
  module_.datas.push_back(data);
  return check_limit(module_.datas, wasm::kMaxDatas, "data segments", data.range);
}

// Finds the `end`. Whether the instructions are constant is a question of validation.
Result<wasm::ConstExpr> Decoder::read_const_expr(ByteReader& reader) {
  const uint64_t begin = reader.offset();
  InstructionReader instructions(file_, {begin, begin + reader.left()});
  Instruction in;
  for (uint64_t depth = 0;;) {
    TRY_ASSIGN(const bool is_there, instructions.next(in));
    if (!is_there)
      return std::unexpected(error_at(ErrorCode::UnexpectedEnd, {instructions.offset(), instructions.offset()}));
    if (in.op == wasm::Op::End && depth-- == 0) break;
    if (wasm::info(in.op).imm == wasm::Imm::BlockType || in.op == wasm::Op::TryTable) ++depth;
  }
  reader.skip_to(instructions.offset());
  return wasm::ConstExpr{{begin, instructions.offset()}};
}

Result<void> Decoder::check_complete() {
  const ByteRange end{file_.size(), file_.size()};
  const uint64_t defined = module_.funcs.size() - module_.imported_funcs;
  if (bodies_ != defined)
    return std::unexpected(
        error_at(ErrorCode::FuncCodeMismatch, end, std::to_string(defined) + " functions, no code section"));
  if (module_.data_count && *module_.data_count != module_.datas.size())
    return std::unexpected(
        error_at(ErrorCode::DataCountMismatch, end, std::to_string(*module_.data_count) + " announced, none there"));
  return {};
}

}  // namespace

DecodeOutcome decode_partial(Bytes bytes, const wasm::Features& features) {
  DecodeOutcome outcome;
  if (auto result = Decoder(outcome.module, bytes, features).decode(); !result)
    outcome.error = std::move(result.error());
  return outcome;
}

Result<wasm::Module> decode(Bytes bytes, const wasm::Features& features) {
  DecodeOutcome outcome = decode_partial(bytes, features);
  if (outcome.error) return std::unexpected(std::move(*outcome.error));
  return std::move(outcome.module);
}

}  // namespace wasmscope::binary
