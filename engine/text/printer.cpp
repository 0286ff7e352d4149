// SPDX-License-Identifier: Apache-2.0
#include "engine/text/printer.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>

#include "engine/base/utf8.h"
#include "engine/binary/instruction_reader.h"
#include "engine/text/instruction_format.h"

namespace wasmscope::text {
namespace {

constexpr size_t kBufferBytes = size_t{1} << 16;
// Deeper lines are not indented further: a million nested blocks would be a million million spaces.
constexpr uint32_t kDeepestIndent = 60;
constexpr size_t kDataBytesPerLine = 64;
constexpr size_t kItemsPerLine = 16;

class Stream final : public TokenSink {
 public:
  explicit Stream(const TextSink& sink) : sink_(sink) { buffer_.reserve(kBufferBytes + 4096); }

  void put(TokenKind, std::string_view text, std::optional<Target> = {}) override { write(text); }
  void write(std::string_view text) {
    is_first_ = false;
    buffer_ += text;
    if (buffer_.size() >= kBufferBytes) flush();
  }
  void line(uint32_t indent) {
    if (!is_first_) write("\n");
    is_first_ = false;
    buffer_.append(2 * std::min(indent, kDeepestIndent), ' ');
  }
  void flush() {
    if (open_ && !buffer_.empty()) open_ = sink_(buffer_);
    buffer_.clear();
  }
  bool is_open() const { return open_; }

 private:
  const TextSink& sink_;
  std::string buffer_;
  bool open_ = true;
  bool is_first_ = true;
};

class ModulePrinter {
 public:
  ModulePrinter(const wasm::Module& module, const TextSink& sink) : module_(module), identifiers_(module), out_(sink) {}

  Result<void> print_all();
  Result<void> print_one(wasm::FuncIndex func);

 private:
  // "(keyword $name (;index;)"
  void begin(std::string_view keyword, Space space, uint32_t index);
  void types();
  void comp_type(const wasm::CompType& type, wasm::TypeIndex index);
  void field(const wasm::FieldType& field);
  void limits(const wasm::Limits& limits);
  void table_type(const wasm::TableType& type);
  void memory_type(const wasm::MemoryType& type);
  void global_type(const wasm::GlobalType& type);
  void import(const wasm::Import& import);
  void exports();
  void elem(wasm::ElemIndex index);
  void data(wasm::DataIndex index);
  void func(wasm::FuncIndex index);
  void locals(wasm::FuncIndex index, const FunctionFormatter& formatter);
  void body(wasm::FuncIndex index, FunctionFormatter& formatter);
  // `keyword`: what encloses an expression of several instructions, "" where they can stand alone.
  void const_expr(const wasm::ConstExpr& expr, std::string_view keyword);
  void index_comment(uint32_t index);
  // Without the comment that says more about a function: for lists, where it would be in the way.
  void bare_reference(Space space, uint32_t index);
  void note(const Error& error, uint32_t indent);

  const wasm::Module& module_;
  const Identifiers identifiers_;
  Stream out_;
  std::optional<Error> first_error_;
};

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
  if (const std::string_view name = identifiers_.find(space, index); !name.empty()) {
    out_.write("$");
    out_.write(name);
  } else {
    put_number(out_, index);
  }
}

void ModulePrinter::begin(std::string_view keyword, Space space, uint32_t index) {
  out_.write("(");
  out_.write(keyword);
  out_.write(" ");
  if (const std::string_view name = identifiers_.find(space, index); !name.empty()) {
    out_.write("$");
    out_.write(name);
    out_.write(" ");
  }
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
      if (const std::string_view name = identifiers_.find_field(index, i); !name.empty()) {
        out_.write("$");
        out_.write(name);
        out_.write(" ");
      }
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
    case wasm::ExternKind::Func: put_type_use(out_, module_, identifiers_, module_.funcs[import.index].type); break;
    case wasm::ExternKind::Table: table_type(module_.tables[import.index].type); break;
    case wasm::ExternKind::Memory: memory_type(module_.memories[import.index].type); break;
    case wasm::ExternKind::Global: global_type(module_.globals[import.index].type); break;
    case wasm::ExternKind::Tag: put_type_use(out_, module_, identifiers_, module_.tags[import.index].type.type); break;
  }
  out_.write("))");
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
  if (elem.exprs.empty()) {
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
  Bytes left = module_.bytes.subspan(data.bytes.begin, data.bytes.size());
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
  out_.write(")");
}

void ModulePrinter::func(wasm::FuncIndex index) {
  const wasm::Func& func = module_.funcs[index];
  FunctionFormatter formatter(module_, identifiers_, index);
  out_.line(1);
  begin("func", Space::Func, index);
  if (identifiers_.find(Space::Func, index).empty())
    if (const std::string known = identifiers_.describe_func(index); !known.empty()) {
      out_.write(" (;");
      out_.write(known);
      out_.write(";)");
    }
  out_.write(" (type ");
  put_reference(out_, identifiers_, Space::Type, func.type);
  out_.write(")");
  const auto* type =
      func.type < module_.types.size() ? std::get_if<wasm::FuncType>(&module_.types[func.type].composite) : nullptr;
  if (type) {
    bool is_open = false;   // inside "(param", where parameters without a name are gathered
    for (uint32_t i = 0; i < type->params.size(); ++i) {
      const std::string_view name = formatter.local_identifier(i);
      if (is_open && !name.empty()) {
        out_.write(")");
        is_open = false;
      }
      if (!is_open) out_.write(" (param");
      is_open = name.empty();
      if (!name.empty()) {
        out_.write(" $");
        out_.write(name);
      }
      out_.write(" ");
      put_val_type(out_, identifiers_, type->params[i]);
      if (!name.empty()) out_.write(")");
    }
    if (is_open) out_.write(")");
    if (!type->results.empty()) {
      out_.write(" (result");
      for (const wasm::ValType value : type->results) {
        out_.write(" ");
        put_val_type(out_, identifiers_, value);
      }
      out_.write(")");
    }
    locals(index, formatter);
  }
  body(index, formatter);
  out_.write(")");
}

void ModulePrinter::locals(wasm::FuncIndex index, const FunctionFormatter& formatter) {
  uint64_t local = module_.func_type(index).params.size();
  size_t in_line = 0;
  bool is_open = false;   // inside "(local", where locals without a name are gathered
  for (const wasm::LocalRun& run : local_runs(module_, index)) {
    for (uint32_t i = 0; i < run.count && out_.is_open(); ++i, ++local) {
      const std::string_view name = formatter.local_identifier(static_cast<wasm::LocalIndex>(local));
      if (is_open && (!name.empty() || in_line == kItemsPerLine)) {
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
      is_open = name.empty();
      if (!name.empty()) {
        out_.write(" $");
        out_.write(name);
      }
      out_.write(" ");
      put_val_type(out_, identifiers_, run.type);
      if (!name.empty()) out_.write(")");
    }
  }
  if (is_open) out_.write(")");
}

void ModulePrinter::body(wasm::FuncIndex index, FunctionFormatter& formatter) {
  const wasm::Func& func = module_.funcs[index];
  binary::InstructionReader reader(module_.bytes, func.code);
  binary::Instruction instruction;
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
    formatter.format(instruction, out_);
  }
}

Result<void> ModulePrinter::print_all() {
  out_.write("(module");
  if (is_identifier(module_.names.module)) {
    out_.write(" $");
    out_.write(module_.names.module);
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
  for (const wasm::Section& section : module_.sections) {
    if (section.id != wasm::SectionId::Custom) continue;
    out_.line(1);
    out_.write(";; custom section \"" + escape_for_display(section.name) + "\", " +
               std::to_string(section.payload.size()) + " bytes");
  }
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

Result<void> print_module(const wasm::Module& module, const TextSink& sink) {
  return ModulePrinter(module, sink).print_all();
}

Result<void> print_function(const wasm::Module& module, wasm::FuncIndex func, const TextSink& sink) {
  if (func >= module.funcs.size()) return std::unexpected(error(ErrorCode::NoSuchFunction, "#" + std::to_string(func)));
  return ModulePrinter(module, sink).print_one(func);
}

}  // namespace wasmscope::text
