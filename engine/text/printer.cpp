// SPDX-License-Identifier: Apache-2.0
#include "engine/text/printer.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <span>
#include <string>

#include "engine/binary/instruction_reader.h"
#include "engine/text/branch_hints.h"
#include "engine/text/folding.h"
#include "engine/text/instruction_format.h"

namespace wasmscope::text {
namespace {

constexpr size_t kBufferBytes = size_t{1} << 16;
// Deeper lines are not indented further: a million nested blocks would be a million million spaces.
constexpr uint32_t kDeepestIndent = 60;
constexpr size_t kDataBytesPerLine = 64;
constexpr size_t kItemsPerLine = 16;

class Stream final : public TokenSink, public LineSink {
 public:
  explicit Stream(const TextSink& sink) : sink_(sink) { buffer_.reserve(kBufferBytes + 4096); }

  void put(TokenKind, std::string_view text, std::optional<Target> = {}) override { write(text); }
  void write(std::string_view text) override {
    is_first_ = false;
    buffer_ += text;
    if (buffer_.size() >= kBufferBytes) flush();
  }
  void line(uint32_t indent) override {
    if (!is_first_) write("\n");
    is_first_ = false;
    buffer_.append(2 * std::min(indent, kDeepestIndent), ' ');
  }
  void flush() {
    if (open_ && !buffer_.empty()) open_ = sink_(buffer_);
    buffer_.clear();
  }
  bool is_open() const override { return open_; }

 private:
  const TextSink& sink_;
  std::string buffer_;
  bool open_ = true;
  bool is_first_ = true;
};

class ModulePrinter {
 public:
  ModulePrinter(const wasm::Module& module, const TextSink& sink, PrintForm form)
      : form_(form), module_(module), identifiers_(module), hints_(find_branch_hints(module)), out_(sink) {}

  Result<void> print_all();
  Result<void> print_one(wasm::FuncIndex func);

 private:
  // "(keyword $name (;index;)"
  void begin(std::string_view keyword, Space space, uint32_t index);
  const wasm::NameMap& names_of(Space space) const;
  // `$identifier`, or `(@name "...")` for a name that is none. False when there is no name.
  bool name_of_item(std::string_view identifier, const wasm::NameMap* names, uint32_t index);
  void types();
  void comp_type(const wasm::CompType& type, wasm::TypeIndex index);
  void field(const wasm::FieldType& field);
  void limits(const wasm::Limits& limits);
  void table_type(const wasm::TableType& type);
  void memory_type(const wasm::MemoryType& type);
  void global_type(const wasm::GlobalType& type);
  void import(const wasm::Import& import);
  // Null where the type is missing or another kind of type.
  const wasm::FuncType* type_of(wasm::FuncIndex func) const;
  void func_import(wasm::FuncIndex index);
  void params_and_results(wasm::FuncIndex index, const FunctionFormatter& formatter);
  void exports();
  void elem(wasm::ElemIndex index);
  void data(wasm::DataIndex index);
  // Bytes as string literals, the space before them included.
  void strings(ByteRange range);
  void customs();
  void func(wasm::FuncIndex index);
  void locals(wasm::FuncIndex index, const FunctionFormatter& formatter);
  std::span<const BranchHint> hints_of(wasm::FuncIndex func) const;
  void body(wasm::FuncIndex index, FunctionFormatter& formatter);
  // `keyword`: what encloses an expression of several instructions, "" where they can stand alone.
  void const_expr(const wasm::ConstExpr& expr, std::string_view keyword);
  void index_comment(uint32_t index);
  // Without the comment that says more about a function: for lists, where it would be in the way.
  void bare_reference(Space space, uint32_t index);
  void note(const Error& error, uint32_t indent);

  const PrintForm form_;
  const wasm::Module& module_;
  const Identifiers identifiers_;
  const std::optional<PrintableHints> hints_;
  Stream out_;
  std::optional<Error> first_error_;
};

std::optional<std::string_view> find_entry(const wasm::NameMap* names, uint32_t index) {
  if (names == nullptr) return std::nullopt;
  const auto found = std::ranges::lower_bound(names->entries, index, {}, [](const auto& entry) { return entry.first; });
  if (found == names->entries.end() || found->first != index) return std::nullopt;
  return found->second;
}

// As annotations call the section; elsewhere some of them go by longer names.
std::string_view placement_keyword(wasm::SectionId id) {
  switch (id) {
    case wasm::SectionId::Function: return "func";
    case wasm::SectionId::DataCount: return "datacount";
    default: return name_of(id);
  }
}

Space space_of(wasm::ExternKind kind) {
  switch (kind) {
    case wasm::ExternKind::Func: return Space::Func;
    case wasm::ExternKind::Table: return Space::Table;
    case wasm::ExternKind::Memory: return Space::Memory;
    case wasm::ExternKind::Global: return Space::Global;
    case wasm::ExternKind::Tag: return Space::Tag;
  }
  return Space::Func;
}

void ModulePrinter::index_comment(uint32_t index) {
  char buffer[24] = {'(', ';'};
  auto end = std::to_chars(buffer + 2, buffer + sizeof buffer, index).ptr;
  *end++ = ';';
  *end++ = ')';
  out_.put(TokenKind::Comment, {buffer, end});
}

void ModulePrinter::bare_reference(Space space, uint32_t index) {
  if (const std::string_view name = identifiers_.find(space, index); !name.empty())
    out_.write(to_identifier(name));
  else
    put_number(out_, index);
}

const wasm::NameMap& ModulePrinter::names_of(Space space) const {
  const wasm::Names& names = module_.names;
  switch (space) {
    case Space::Func: return names.funcs;
    case Space::Type: return names.types;
    case Space::Table: return names.tables;
    case Space::Memory: return names.memories;
    case Space::Global: return names.globals;
    case Space::Tag: return names.tags;
    case Space::Elem: return names.elems;
    case Space::Data: return names.datas;
  }
  return names.funcs;
}

bool ModulePrinter::name_of_item(std::string_view identifier, const wasm::NameMap* names, uint32_t index) {
  if (!identifier.empty()) {
    out_.write(to_identifier(identifier));
    return true;
  }
  const auto entry = find_entry(names, index);
  if (!entry) return false;
  out_.write("(@name ");
  out_.write(quote_name(*entry));
  out_.write(")");
  return true;
}

void ModulePrinter::begin(std::string_view keyword, Space space, uint32_t index) {
  out_.write("(");
  out_.write(keyword);
  out_.write(" ");
  if (name_of_item(identifiers_.find(space, index), &names_of(space), index)) out_.write(" ");
  index_comment(index);
}

void ModulePrinter::note(const Error& error, uint32_t indent) {
  out_.line(indent);
  out_.write(";; ");
  out_.write(to_line(error, nullptr));
  if (!first_error_) first_error_ = error;
}

void ModulePrinter::field(const wasm::FieldType& field) {
  const bool is_var = field.mutability == wasm::Mutability::Var;
  if (is_var) out_.write("(mut ");
  switch (field.packed) {
    case wasm::Packed::I8: out_.write("i8"); break;
    case wasm::Packed::I16: out_.write("i16"); break;
    case wasm::Packed::None: put_val_type(out_, identifiers_, field.type); break;
  }
  if (is_var) out_.write(")");
}

void ModulePrinter::comp_type(const wasm::CompType& type, wasm::TypeIndex index) {
  if (const auto* func = std::get_if<wasm::FuncType>(&type)) {
    out_.write("(func");
    for (const auto& [keyword, list] : {std::pair(" (param", &func->params), std::pair(" (result", &func->results)}) {
      if (list->empty()) continue;
      out_.write(keyword);
      for (const wasm::ValType value : *list) {
        out_.write(" ");
        put_val_type(out_, identifiers_, value);
      }
      out_.write(")");
    }
  } else if (const auto* structure = std::get_if<wasm::StructType>(&type)) {
    out_.write("(struct");
    for (uint32_t i = 0; i < structure->fields.size(); ++i) {
      out_.write(" (field ");
      if (name_of_item(identifiers_.find_field(index, i), find_map(module_.names.fields, index), i)) out_.write(" ");
      field(structure->fields[i]);
      out_.write(")");
    }
  } else if (const auto* array = std::get_if<wasm::ArrayType>(&type)) {
    out_.write("(array ");
    field(array->element);
  } else if (const auto* cont = std::get_if<wasm::ContType>(&type)) {
    out_.write("(cont ");
    put_reference(out_, identifiers_, Space::Type, cont->func);
  }
  out_.write(")");
}

void ModulePrinter::types() {
  for (wasm::TypeIndex index = 0; index < module_.types.size() && out_.is_open(); ++index) {
    const wasm::TypeDef& type = module_.types[index];
    const bool is_group = type.rec_size > 1;
    if (is_group && index == type.rec_begin) {
      out_.line(1);
      out_.write("(rec");
    }
    out_.line(is_group ? 2 : 1);
    begin("type", Space::Type, index);
    out_.write(" ");
    const bool has_sub = !type.is_final || !type.supertypes.empty();
    if (has_sub) {
      out_.write(type.is_final ? "(sub final " : "(sub ");
      for (const wasm::TypeIndex super : type.supertypes) {
        put_reference(out_, identifiers_, Space::Type, super);
        out_.write(" ");
      }
    }
    for (const auto& [keyword, other] :
         {std::pair("(describes ", type.describes), std::pair("(descriptor ", type.descriptor)}) {
      if (!other) continue;
      out_.write(keyword);
      bare_reference(Space::Type, *other);
      out_.write(") ");
    }
    comp_type(type.composite, index);
    if (has_sub) out_.write(")");
    out_.write(")");
    if (is_group && index == type.rec_begin + type.rec_size - 1) out_.write(")");
  }
}

void ModulePrinter::limits(const wasm::Limits& limits) {
  if (limits.is64) out_.write("i64 ");
  put_number(out_, limits.min);
  if (limits.has_max) {
    out_.write(" ");
    put_number(out_, limits.max);
  }
  if (limits.shared) out_.write(" shared");
}

void ModulePrinter::table_type(const wasm::TableType& type) {
  limits(type.limits);
  out_.write(" ");
  put_val_type(out_, identifiers_, type.element);
}

void ModulePrinter::memory_type(const wasm::MemoryType& type) {
  limits(type.limits);
  if (type.page_size_log2 == 16) return;
  out_.write(" (pagesize ");
  put_number(out_, uint64_t{1} << type.page_size_log2);
  out_.write(")");
}

void ModulePrinter::global_type(const wasm::GlobalType& type) {
  const bool is_var = type.mutability == wasm::Mutability::Var;
  if (is_var) out_.write("(mut ");
  put_val_type(out_, identifiers_, type.type);
  if (is_var) out_.write(")");
}

void ModulePrinter::import(const wasm::Import& import) {
  out_.line(1);
  out_.write("(import ");
  put_name(out_, import.module);
  out_.write(" ");
  put_name(out_, import.name);
  out_.write(" ");
  begin(name_of(import.kind), space_of(import.kind), import.index);
  out_.write(" ");
  switch (import.kind) {
    case wasm::ExternKind::Func: func_import(import.index); break;
    case wasm::ExternKind::Table: table_type(module_.tables[import.index].type); break;
    case wasm::ExternKind::Memory: memory_type(module_.memories[import.index].type); break;
    case wasm::ExternKind::Global: global_type(module_.globals[import.index].type); break;
    case wasm::ExternKind::Tag: put_type_use(out_, module_, identifiers_, module_.tags[import.index].type.type); break;
  }
  out_.write("))");
}

void ModulePrinter::func_import(wasm::FuncIndex index) {
  const wasm::Func& func = module_.funcs[index];
  if (func.is_exact) out_.write("(exact ");
  out_.write("(type ");
  put_reference(out_, identifiers_, Space::Type, func.type);
  out_.write(")");
  params_and_results(index, FunctionFormatter(module_, identifiers_, index));
  if (func.is_exact) out_.write(")");
}

const wasm::FuncType* ModulePrinter::type_of(wasm::FuncIndex func) const {
  const wasm::TypeIndex type = module_.funcs[func].type;
  return type < module_.types.size() ? std::get_if<wasm::FuncType>(&module_.types[type].composite) : nullptr;
}

void ModulePrinter::params_and_results(wasm::FuncIndex index, const FunctionFormatter& formatter) {
  const wasm::FuncType* type = type_of(index);
  if (type == nullptr) return;
  const wasm::NameMap* names = find_map(module_.names.locals, index);
  bool is_open = false;   // inside "(param", where parameters without a name are gathered
  for (uint32_t i = 0; i < type->params.size(); ++i) {
    const bool is_named = find_entry(names, i).has_value();
    if (is_open && is_named) {
      out_.write(")");
      is_open = false;
    }
    if (!is_open) out_.write(" (param");
    is_open = !is_named;
    if (is_named) {
      out_.write(" ");
      name_of_item(formatter.local_identifier(i), names, i);
    }
    out_.write(" ");
    put_val_type(out_, identifiers_, type->params[i]);
    if (is_named) out_.write(")");
  }
  if (is_open) out_.write(")");
  if (type->results.empty()) return;
  out_.write(" (result");
  for (const wasm::ValType value : type->results) {
    out_.write(" ");
    put_val_type(out_, identifiers_, value);
  }
  out_.write(")");
}

void ModulePrinter::exports() {
  for (const wasm::Export& item : module_.exports) {
    if (!out_.is_open()) return;
    out_.line(1);
    out_.write("(export ");
    put_name(out_, item.name);
    out_.write(" (");
    out_.write(name_of(item.kind));
    out_.write(" ");
    bare_reference(space_of(item.kind), item.index);
    out_.write("))");
  }
}

void ModulePrinter::const_expr(const wasm::ConstExpr& expr, std::string_view keyword) {
  binary::Instruction instruction;
  const auto is_final_end = [&] { return instruction.op == wasm::Op::End && instruction.next_pc() == expr.range.end; };
  size_t count = 0;
  for (binary::InstructionReader reader(module_.bytes, expr.range); count < 2; ++count) {
    const Result<bool> has = reader.next(instruction);
    if (!has || !*has || is_final_end()) break;
  }
  const bool is_enclosed = count == 1 || !keyword.empty();
  if (is_enclosed) out_.write("(");
  if (count != 1) out_.write(keyword);
  bool needs_space = count != 1 && !keyword.empty();

  binary::InstructionReader reader(module_.bytes, expr.range);
  FunctionFormatter formatter(module_, identifiers_, wasm::kNoIndex);
  while (out_.is_open()) {
    const Result<bool> has = reader.next(instruction);
    if (!has) {
      note(has.error(), 2);
      out_.line(1);
    }
    if (!has || !*has || is_final_end()) break;
    if (needs_space) out_.write(" ");
    needs_space = true;
    formatter.format(instruction, out_);
  }
  if (is_enclosed) out_.write(")");
}

void ModulePrinter::elem(wasm::ElemIndex index) {
  const wasm::Elem& elem = module_.elems[index];
  out_.line(1);
  begin("elem", Space::Elem, index);
  if (elem.mode == wasm::SegmentMode::Declarative) out_.write(" declare");
  if (elem.mode == wasm::SegmentMode::Active) {
    if (elem.table != 0) {
      out_.write(" (table ");
      put_reference(out_, identifiers_, Space::Table, elem.table);
      out_.write(")");
    }
    out_.write(" ");
    const_expr(elem.offset, "offset");
  }
  out_.write(" ");
  if (elem.exprs.empty() && elem.type == wasm::ref_type(wasm::HeapKind::Func, false)) {
    out_.write("func");
    for (size_t i = 0; i < elem.funcs.size() && out_.is_open(); ++i) {
      if (i % kItemsPerLine == 0 && elem.funcs.size() > kItemsPerLine)
        out_.line(2);
      else
        out_.write(" ");
      bare_reference(Space::Func, elem.funcs[i]);
    }
  } else {
    put_val_type(out_, identifiers_, elem.type);
    for (size_t i = 0; i < elem.exprs.size() && out_.is_open(); ++i) {
      if (i % kItemsPerLine == 0 && elem.exprs.size() > kItemsPerLine)
        out_.line(2);
      else
        out_.write(" ");
      const_expr(elem.exprs[i], "item");
    }
  }
  out_.write(")");
}

void ModulePrinter::data(wasm::DataIndex index) {
  const wasm::Data& data = module_.datas[index];
  out_.line(1);
  begin("data", Space::Data, index);
  if (data.mode == wasm::SegmentMode::Active) {
    if (data.memory != 0) {
      out_.write(" (memory ");
      put_reference(out_, identifiers_, Space::Memory, data.memory);
      out_.write(")");
    }
    out_.write(" ");
    const_expr(data.offset, "offset");
  }
  strings(data.bytes);
  out_.write(")");
}

void ModulePrinter::strings(ByteRange range) {
  Bytes left = module_.bytes.subspan(range.begin, range.size());
  const bool is_long = left.size() > kDataBytesPerLine;
  do {
    const Bytes piece = left.first(std::min(left.size(), kDataBytesPerLine));
    if (is_long)
      out_.line(2);
    else
      out_.write(" ");
    put_bytes(out_, piece);
    left = left.subspan(piece.size());
  } while (!left.empty() && out_.is_open());
}

void ModulePrinter::customs() {
  // The section that each stands before is the next one with something in it.
  std::vector<std::optional<wasm::SectionId>> following(module_.sections.size());
  std::optional<wasm::SectionId> next;
  for (size_t i = module_.sections.size(); i-- > 0;) {
    following[i] = next;
    const wasm::Section& section = module_.sections[i];
    if (section.id != wasm::SectionId::Custom && section.count + (section.id == wasm::SectionId::Start ? 1 : 0) != 0)
      next = section.id;
  }
  for (size_t i = 0; i < module_.sections.size() && out_.is_open(); ++i) {
    const wasm::Section& section = module_.sections[i];
    if (section.id != wasm::SectionId::Custom || section.name == "name") continue;
    if (hints_ && hints_->section == i) continue;
    out_.line(1);
    out_.write("(@custom ");
    put_name(out_, section.name);
    if (following[i]) {
      out_.write(" (before ");
      out_.write(placement_keyword(*following[i]));
      out_.write(")");
    }
    if (section.payload.size() != 0) strings(section.payload);
    out_.write(")");
  }
}

void ModulePrinter::func(wasm::FuncIndex index) {
  const wasm::Func& func = module_.funcs[index];
  FunctionFormatter formatter(module_, identifiers_, index);
  out_.line(1);
  begin("func", Space::Func, index);
  if (!find_entry(&module_.names.funcs, index))
    if (const std::string known = identifiers_.describe_func(index); !known.empty()) {
      out_.write(" (;");
      out_.write(known);
      out_.write(";)");
    }
  out_.write(" (type ");
  put_reference(out_, identifiers_, Space::Type, func.type);
  out_.write(")");
  params_and_results(index, formatter);
  locals(index, formatter);
  body(index, formatter);
  out_.write(")");
}

void ModulePrinter::locals(wasm::FuncIndex index, const FunctionFormatter& formatter) {
  const wasm::FuncType* type = type_of(index);
  uint64_t local = type != nullptr ? type->params.size() : 0;
  size_t in_line = 0;
  const wasm::NameMap* names = find_map(module_.names.locals, index);
  bool is_open = false;   // inside "(local", where locals without a name are gathered
  for (const wasm::LocalRun& run : local_runs(module_, index)) {
    for (uint32_t i = 0; i < run.count && out_.is_open(); ++i, ++local) {
      const auto local_index = static_cast<wasm::LocalIndex>(local);
      const bool is_named = find_entry(names, local_index).has_value();
      if (is_open && (is_named || in_line == kItemsPerLine)) {
        out_.write(")");
        is_open = false;
      }
      if (!is_open) {
        if (in_line % kItemsPerLine == 0) {
          out_.line(2);
          in_line = 0;
        } else {
          out_.write(" ");
        }
        out_.write("(local");
      }
      ++in_line;
      is_open = !is_named;
      if (is_named) {
        out_.write(" ");
        name_of_item(formatter.local_identifier(local_index), names, local_index);
      }
      out_.write(" ");
      put_val_type(out_, identifiers_, run.type);
      if (is_named) out_.write(")");
    }
  }
  if (is_open) out_.write(")");
}

std::span<const BranchHint> ModulePrinter::hints_of(wasm::FuncIndex func) const {
  if (!hints_) return {};
  const auto found = std::ranges::lower_bound(hints_->funcs, func, {}, &FuncHints::func);
  if (found == hints_->funcs.end() || found->func != func) return {};
  return found->hints;
}

void ModulePrinter::body(wasm::FuncIndex index, FunctionFormatter& formatter) {
  const wasm::Func& func = module_.funcs[index];
  binary::InstructionReader reader(module_.bytes, func.code);
  binary::Instruction instruction;
  const std::span<const BranchHint> hints = hints_of(index);
  // What does not decode is printed as far as it does, which the folded form cannot.
  if (form_ == PrintForm::Folded && print_folded(module_, identifiers_, index, hints, 2, out_)) return;
  auto hint = hints.begin();
  while (out_.is_open()) {
    Result<bool> has = reader.next(instruction);
    if (!has) {
      Error error = has.error();
      error.func = index;
      note(error, 2);
      out_.line(1);
      return;
    }
    if (!*has) return;
    // The closing parenthesis stands for the final end.
    if (instruction.op == wasm::Op::End && instruction.next_pc() == func.code.end) return;
    if (formatter.is_done()) {
      Error error = error_at(ErrorCode::EndExpected, instruction.range(), "instructions follow the function's end");
      error.func = index;
      note(error, 2);
      out_.line(1);
      return;
    }
    out_.line(2 + formatter.depth_of(instruction));
    if (hint != hints.end() && hint->offset == instruction.pc - func.body.begin) {
      out_.write(annotation_of(*hint));
      ++hint;
    }
    formatter.format(instruction, out_);
  }
}

Result<void> ModulePrinter::print_all() {
  out_.write("(module");
  if (!module_.names.module.empty()) {
    out_.write(" ");
    out_.write(to_identifier(module_.names.module));
  }
  types();
  for (size_t i = 0; i < module_.imports.size() && out_.is_open(); ++i) import(module_.imports[i]);
  for (wasm::TableIndex i = module_.imported_tables; i < module_.tables.size() && out_.is_open(); ++i) {
    out_.line(1);
    begin("table", Space::Table, i);
    out_.write(" ");
    table_type(module_.tables[i].type);
    if (module_.tables[i].init) {
      out_.write(" ");
      const_expr(*module_.tables[i].init, "");
    }
    out_.write(")");
  }
  for (wasm::MemoryIndex i = module_.imported_memories; i < module_.memories.size() && out_.is_open(); ++i) {
    out_.line(1);
    begin("memory", Space::Memory, i);
    out_.write(" ");
    memory_type(module_.memories[i].type);
    out_.write(")");
  }
  for (wasm::TagIndex i = module_.imported_tags; i < module_.tags.size() && out_.is_open(); ++i) {
    out_.line(1);
    begin("tag", Space::Tag, i);
    out_.write(" ");
    put_type_use(out_, module_, identifiers_, module_.tags[i].type.type);
    out_.write(")");
  }
  for (wasm::GlobalIndex i = module_.imported_globals; i < module_.globals.size() && out_.is_open(); ++i) {
    out_.line(1);
    begin("global", Space::Global, i);
    out_.write(" ");
    global_type(module_.globals[i].type);
    out_.write(" ");
    const_expr(module_.globals[i].init, "");
    out_.write(")");
  }
  exports();
  if (module_.start) {
    out_.line(1);
    out_.write("(start ");
    put_reference(out_, identifiers_, Space::Func, *module_.start);
    out_.write(")");
  }
  for (wasm::ElemIndex i = 0; i < module_.elems.size() && out_.is_open(); ++i) elem(i);
  for (wasm::FuncIndex i = module_.imported_funcs; i < module_.funcs.size() && out_.is_open(); ++i) func(i);
  for (wasm::DataIndex i = 0; i < module_.datas.size() && out_.is_open(); ++i) data(i);
  customs();
  out_.line(0);
  out_.write(")\n");
  out_.flush();
  if (first_error_) return std::unexpected(*first_error_);
  return {};
}

Result<void> ModulePrinter::print_one(wasm::FuncIndex index) {
  if (const std::optional<uint32_t> ordinal = module_.funcs[index].import)
    import(module_.imports[*ordinal]);
  else
    func(index);
  out_.write("\n");
  out_.flush();
  if (first_error_) return std::unexpected(*first_error_);
  return {};
}

}  // namespace

Result<void> print_module(const wasm::Module& module, const TextSink& sink, PrintForm form) {
  return ModulePrinter(module, sink, form).print_all();
}

Result<void> print_function(const wasm::Module& module, wasm::FuncIndex func, const TextSink& sink, PrintForm form) {
  if (func >= module.funcs.size()) return std::unexpected(error(ErrorCode::NoSuchFunction, "#" + std::to_string(func)));
  return ModulePrinter(module, sink, form).print_one(func);
}

}  // namespace wasmscope::text
