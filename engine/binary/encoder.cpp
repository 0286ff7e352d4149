// SPDX-License-Identifier: Apache-2.0
#include "engine/binary/encoder.h"

#include <algorithm>

#include "engine/base/leb128.h"
#include "engine/binary/instruction_writer.h"
#include "engine/binary/name_section_writer.h"
#include "engine/binary/type_format.h"
#include "engine/wasm/type_codes.h"

namespace wasmscope::binary {
namespace {

using wasm::SectionId;

constexpr SectionId kOrder[] = {SectionId::Type,   SectionId::Import, SectionId::Function,  SectionId::Table,
                                SectionId::Memory, SectionId::Tag,    SectionId::Global,    SectionId::Export,
                                SectionId::Start,  SectionId::Elem,   SectionId::DataCount, SectionId::Code,
                                SectionId::Data};

bool uses_data_segments(wasm::Op op) {
  switch (wasm::info(op).imm) {
    case wasm::Imm::Data:
    case wasm::Imm::DataMemory:
    case wasm::Imm::TypeData: return true;
    default: return false;
  }
}

class Encoder {
 public:
  Encoder(const wasm::Module& module, EncodeForm form) : module_(module), form_(form) {}

  std::vector<uint8_t> encode();

 private:
  bool is_canonical() const { return form_ == EncodeForm::Canonical; }

  void u8(uint8_t byte) { out_.push_back(byte); }
  void u32(uint64_t value) { append_unsigned_leb(out_, value); }
  void value_type(wasm::ValType type) { wasm::append_value_type(out_, type); }
  void name(std::string_view text) {
    u32(text.size());
    out_.insert(out_.end(), text.begin(), text.end());
  }
  void copy(ByteRange range) {
    out_.insert(out_.end(), module_.bytes.begin() + static_cast<ptrdiff_t>(range.begin),
                module_.bytes.begin() + static_cast<ptrdiff_t>(range.end));
  }
  // What `contents` writes, with its size in front.
  template <class Contents>
  void sized(Contents contents) {
    std::vector<uint8_t> outer = std::move(out_);
    out_.clear();
    contents();
    std::swap(outer, out_);
    u32(outer.size());
    out_.insert(out_.end(), outer.begin(), outer.end());
  }
  template <class Items, class Write>
  void section_of(SectionId id, const Items& items, size_t skipped, Write write) {
    u8(static_cast<uint8_t>(id));
    sized([&] {
      u32(items.size() - skipped);
      for (size_t i = skipped; i < items.size(); ++i) write(items[i]);
    });
  }

  bool is_written(SectionId id) const;
  size_t item_count(SectionId id) const;
  void write_sections_up_to(size_t order);
  void write_section(SectionId id);
  void write_custom(const wasm::Section& section);
  void write_names();

  void write_types();
  void write_type(const wasm::TypeDef& type);
  void write_field(const wasm::FieldType& field);
  void write_import(const wasm::Import& import);
  void write_limits(const wasm::Limits& limits, uint8_t more_flags);
  void write_table_type(const wasm::TableType& type);
  void write_memory_type(const wasm::MemoryType& type);
  void write_global_type(const wasm::GlobalType& type);
  void write_tag_type(const wasm::TagType& type);
  void write_elem(const wasm::Elem& elem);
  void write_data(const wasm::Data& data);
  void write_code();
  void write_body(wasm::FuncIndex func);
  void write_expression(ByteRange code);

  const wasm::Module& module_;
  const EncodeForm form_;
  std::vector<uint8_t> out_;
  std::vector<uint8_t> code_;   // contents of the code section, written before its turn
  bool needs_data_count_ = false;
  size_t next_ = 0;             // in kOrder
};

std::vector<uint8_t> Encoder::encode() {
  write_code();
  std::swap(code_, out_);
  out_ = {0x00, 0x61, 0x73, 0x6D, 0x01, 0x00, 0x00, 0x00};
  out_.reserve(code_.size() + 1024);

  const auto& sections = module_.sections;
  const auto is_last_known = [&](size_t from) {
    return std::none_of(sections.begin() + static_cast<ptrdiff_t>(from), sections.end(),
                        [&](const wasm::Section& section) { return is_written(section.id); });
  };
  bool has_names = false;
  for (size_t i = 0; i < sections.size(); ++i) {
    const wasm::Section& section = sections[i];
    if (section.id != SectionId::Custom) {
      const auto* place = std::find(std::begin(kOrder), std::end(kOrder), section.id);
      write_sections_up_to(static_cast<size_t>(place - std::begin(kOrder)) + 1);
      continue;
    }
    if (is_canonical() && !has_names && is_last_known(i)) {
      write_sections_up_to(std::size(kOrder));
      write_names();
      has_names = true;
    }
    const bool is_name_section = section.name == "name";
    if (is_name_section && is_canonical()) continue;
    has_names |= is_name_section;
    if (is_name_section && section.range.size() == 0)
      write_names();
    else
      write_custom(section);
  }
  write_sections_up_to(std::size(kOrder));
  if (!has_names) write_names();
  return std::move(out_);
}

size_t Encoder::item_count(SectionId id) const {
  switch (id) {
    case SectionId::Custom: return 0;
    case SectionId::Type: return module_.types.size();
    case SectionId::Import: return module_.imports.size();
    case SectionId::Function:
    case SectionId::Code: return module_.funcs.size() - module_.imported_funcs;
    case SectionId::Table: return module_.tables.size() - module_.imported_tables;
    case SectionId::Memory: return module_.memories.size() - module_.imported_memories;
    case SectionId::Tag: return module_.tags.size() - module_.imported_tags;
    case SectionId::Global: return module_.globals.size() - module_.imported_globals;
    case SectionId::Export: return module_.exports.size();
    case SectionId::Start: return module_.start ? 1 : 0;
    case SectionId::Elem: return module_.elems.size();
    case SectionId::DataCount: return (is_canonical() ? needs_data_count_ : module_.data_count.has_value()) ? 1 : 0;
    case SectionId::Data: return module_.datas.size();
  }
  return 0;
}

// An empty section that the file has is kept.
bool Encoder::is_written(SectionId id) const {
  if (id == SectionId::Custom) return false;
  if (item_count(id) != 0) return true;
  return !is_canonical() && std::any_of(module_.sections.begin(), module_.sections.end(), [&](const auto& section) {
    return section.id == id && section.range.size() != 0;
  });
}

void Encoder::write_sections_up_to(size_t order) {
  for (; next_ < order; ++next_)
    if (is_written(kOrder[next_])) write_section(kOrder[next_]);
}

void Encoder::write_section(SectionId id) {
  switch (id) {
    case SectionId::Custom: return;
    case SectionId::Type: u8(static_cast<uint8_t>(id)); return sized([&] { write_types(); });
    case SectionId::Import:
      return section_of(id, module_.imports, 0, [&](const wasm::Import& import) { write_import(import); });
    case SectionId::Function:
      return section_of(id, module_.funcs, module_.imported_funcs, [&](const wasm::Func& func) { u32(func.type); });
    case SectionId::Table:
      return section_of(id, module_.tables, module_.imported_tables, [&](const wasm::Table& table) {
        if (table.init) {
          u8(kTableHasInit);
          u8(0);
        }
        write_table_type(table.type);
        if (table.init) write_expression(table.init->range);
      });
    case SectionId::Memory:
      return section_of(id, module_.memories, module_.imported_memories,
                        [&](const wasm::Memory& memory) { write_memory_type(memory.type); });
    case SectionId::Tag:
      return section_of(id, module_.tags, module_.imported_tags,
                        [&](const wasm::Tag& tag) { write_tag_type(tag.type); });
    case SectionId::Global:
      return section_of(id, module_.globals, module_.imported_globals, [&](const wasm::Global& global) {
        write_global_type(global.type);
        write_expression(global.init.range);
      });
    case SectionId::Export:
      return section_of(id, module_.exports, 0, [&](const wasm::Export& item) {
        name(item.name);
        u8(static_cast<uint8_t>(item.kind));
        u32(item.index);
      });
    case SectionId::Start: u8(static_cast<uint8_t>(id)); return sized([&] { u32(*module_.start); });
    case SectionId::Elem: return section_of(id, module_.elems, 0, [&](const wasm::Elem& elem) { write_elem(elem); });
    case SectionId::DataCount: u8(static_cast<uint8_t>(id)); return sized([&] { u32(module_.datas.size()); });
    case SectionId::Code:
      u8(static_cast<uint8_t>(id));
      u32(code_.size());
      out_.insert(out_.end(), code_.begin(), code_.end());
      return;
    case SectionId::Data: return section_of(id, module_.datas, 0, [&](const wasm::Data& data) { write_data(data); });
  }
}

void Encoder::write_custom(const wasm::Section& section) {
  u8(static_cast<uint8_t>(SectionId::Custom));
  sized([&] {
    name(section.name);
    copy(section.payload);
  });
}

void Encoder::write_names() {
  const std::vector<uint8_t> payload =
      name_section_payload(is_canonical() ? names_of_existing(module_) : module_.names);
  if (payload.empty()) return;
  u8(static_cast<uint8_t>(SectionId::Custom));
  sized([&] {
    name("name");
    out_.insert(out_.end(), payload.begin(), payload.end());
  });
}

void Encoder::write_types() {
  const auto& types = module_.types;
  uint64_t groups = 0;
  for (size_t i = 0; i < types.size(); i += types[i].rec_size) ++groups;
  u32(groups);
  for (size_t i = 0; i < types.size();) {
    const uint32_t size = types[i].rec_size;
    if (size != 1) {
      u8(kRec);
      u32(size);
    }
    for (const size_t end = i + size; i < end; ++i) write_type(types[i]);
  }
}

void Encoder::write_type(const wasm::TypeDef& type) {
  if (!type.is_final || !type.supertypes.empty()) {
    u8(type.is_final ? kSubFinal : kSub);
    u32(type.supertypes.size());
    for (const wasm::TypeIndex super : type.supertypes) u32(super);
  }
  if (type.describes) {
    u8(kDescribes);
    u32(*type.describes);
  }
  if (type.descriptor) {
    u8(kDescriptor);
    u32(*type.descriptor);
  }
  if (const auto* func = std::get_if<wasm::FuncType>(&type.composite)) {
    u8(kFunc);
    for (const auto* list : {&func->params, &func->results}) {
      u32(list->size());
      for (const wasm::ValType item : *list) value_type(item);
    }
  } else if (const auto* fields = std::get_if<wasm::StructType>(&type.composite)) {
    u8(kStruct);
    u32(fields->fields.size());
    for (const wasm::FieldType& field : fields->fields) write_field(field);
  } else if (const auto* array = std::get_if<wasm::ArrayType>(&type.composite)) {
    u8(kArray);
    write_field(array->element);
  } else {
    u8(kCont);
    append_signed_leb(out_, std::get<wasm::ContType>(type.composite).func);
  }
}

void Encoder::write_field(const wasm::FieldType& field) {
  switch (field.packed) {
    case wasm::Packed::None: value_type(field.type); break;
    case wasm::Packed::I8: u8(kI8); break;
    case wasm::Packed::I16: u8(kI16); break;
  }
  u8(static_cast<uint8_t>(field.mutability));
}

void Encoder::write_import(const wasm::Import& import) {
  name(import.module);
  name(import.name);
  const bool is_exact = import.kind == wasm::ExternKind::Func && module_.funcs[import.index].is_exact;
  u8(is_exact ? kExactFunc : static_cast<uint8_t>(import.kind));
  switch (import.kind) {
    case wasm::ExternKind::Func: return u32(module_.funcs[import.index].type);
    case wasm::ExternKind::Table: return write_table_type(module_.tables[import.index].type);
    case wasm::ExternKind::Memory: return write_memory_type(module_.memories[import.index].type);
    case wasm::ExternKind::Global: return write_global_type(module_.globals[import.index].type);
    case wasm::ExternKind::Tag: return write_tag_type(module_.tags[import.index].type);
  }
}

void Encoder::write_limits(const wasm::Limits& limits, uint8_t more_flags) {
  u8(static_cast<uint8_t>((limits.has_max ? kHasMax : 0) | (limits.shared ? kShared : 0) | (limits.is64 ? kIs64 : 0) |
                          more_flags));
  u32(limits.min);
  if (limits.has_max) u32(limits.max);
}

void Encoder::write_table_type(const wasm::TableType& type) {
  value_type(type.element);
  write_limits(type.limits, 0);
}

void Encoder::write_memory_type(const wasm::MemoryType& type) {
  const bool has_page_size = type.page_size_log2 != wasm::MemoryType{}.page_size_log2;
  write_limits(type.limits, has_page_size ? kHasPageSize : 0);
  if (has_page_size) u32(type.page_size_log2);
}

void Encoder::write_global_type(const wasm::GlobalType& type) {
  value_type(type.type);
  u8(static_cast<uint8_t>(type.mutability));
}

void Encoder::write_tag_type(const wasm::TagType& type) {
  u8(0);
  u32(type.type);
}

void Encoder::write_elem(const wasm::Elem& elem) {
  const bool has_exprs = !elem.exprs.empty() || elem.type != wasm::ref_type(wasm::HeapKind::Func, false);
  uint8_t flags = has_exprs ? kExprs : 0;
  switch (elem.mode) {
    case wasm::SegmentMode::Passive: flags |= kNotActive; break;
    case wasm::SegmentMode::Declarative: flags |= kNotActive | kExplicit; break;
    case wasm::SegmentMode::Active:
      if (elem.table != 0 || (has_exprs && elem.type != wasm::kFuncRef)) flags |= kExplicit;
  }
  u8(flags);
  if (elem.mode == wasm::SegmentMode::Active) {
    if ((flags & kExplicit) != 0) u32(elem.table);
    write_expression(elem.offset.range);
  }
  if ((flags & (kNotActive | kExplicit)) != 0) {
    if (has_exprs)
      value_type(elem.type);
    else
      u8(0);
  }
  u32(has_exprs ? elem.exprs.size() : elem.funcs.size());
  for (const wasm::ConstExpr& expr : elem.exprs) write_expression(expr.range);
  for (const wasm::FuncIndex func : elem.funcs) u32(func);
}

void Encoder::write_data(const wasm::Data& data) {
  constexpr uint8_t kActive = 0, kPassive = 1, kActiveIn = 2;
  const bool is_passive = data.mode == wasm::SegmentMode::Passive;
  u8(is_passive ? kPassive : data.memory != 0 ? kActiveIn : kActive);
  if (!is_passive) {
    if (data.memory != 0) u32(data.memory);
    write_expression(data.offset.range);
  }
  u32(data.bytes.size());
  copy(data.bytes);
}

void Encoder::write_code() {
  u32(item_count(SectionId::Code));
  for (wasm::FuncIndex func = module_.imported_funcs; func < module_.funcs.size(); ++func) {
    if (is_canonical()) {
      sized([&] { write_body(func); });
    } else {
      u32(module_.funcs[func].body.size());
      copy(module_.funcs[func].body);
    }
  }
}

void Encoder::write_body(wasm::FuncIndex func) {
  std::vector<wasm::LocalRun> runs;
  for (const wasm::LocalRun& run : wasm::local_runs(module_, func)) {
    if (run.count == 0) continue;
    if (!runs.empty() && runs.back().type == run.type)
      runs.back().count += run.count;
    else
      runs.push_back(run);
  }
  u32(runs.size());
  for (const wasm::LocalRun& run : runs) {
    u32(run.count);
    value_type(run.type);
  }
  write_expression(module_.funcs[func].code);
}

// What does not decode stays as it is, to its end.
void Encoder::write_expression(ByteRange code) {
  if (!is_canonical()) return copy(code);
  InstructionReader reader(module_.bytes, code);
  Instruction in;
  while (true) {
    const uint64_t at = reader.offset();
    const Result<bool> is_there = reader.next(in);
    if (!is_there) return copy({at, code.end});
    if (!*is_there) return;
    needs_data_count_ |= uses_data_segments(in.op);
    append_instruction(out_, module_.bytes, in);
  }
}

}  // namespace

std::vector<uint8_t> encode(const wasm::Module& module, EncodeForm form) { return Encoder(module, form).encode(); }

}  // namespace wasmscope::binary
