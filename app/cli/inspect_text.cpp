// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "app/cli/features_used.h"
#include "app/cli/inspect.h"
#include "engine/base/utf8.h"
#include "engine/binary/byte_reader.h"

namespace wasmscope::app {
namespace {

using wasm::ExternKind;

// Columns wider than this are not aligned to: one long name would push all others off the screen.
constexpr size_t kWidestColumn = 40;

// Code points, which is what takes up columns in a terminal; names are escaped, so nothing is hidden or wide.
size_t width_of(std::string_view text) {
  return static_cast<size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<uint8_t>(c) & 0xc0) != 0x80; }));
}
std::string left(std::string text, size_t width) {
  const size_t used = width_of(text);
  if (used < width) text.append(width - used, ' ');
  return text;
}
std::string right(const std::string& text, size_t width) {
  const size_t used = width_of(text);
  return used < width ? std::string(width - used, ' ') + text : text;
}
std::string join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string text;
  for (const std::string& part : parts) text.append(text.empty() ? "" : separator).append(part);
  return text;
}
std::string plural(uint64_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}
// "4.7 KiB"; "" below one KiB.
std::string in_units(uint64_t bytes) {
  if (bytes < 1024) return {};
  const bool is_mega = bytes >= uint64_t{1} << 20;
  const uint64_t tenths = bytes * 10 / (is_mega ? uint64_t{1} << 20 : 1024);
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + (is_mega ? " MiB" : " KiB");
}
std::string size_text(uint64_t bytes) {
  const std::string units = in_units(bytes);
  return plural(bytes, "byte") + (units.empty() ? "" : " (" + units + ")");
}
std::string section_name(const wasm::Section& section) {
  return section.id == wasm::SectionId::Custom ? "custom \"" + escape_for_display(section.name, 60) + "\""
                                               : std::string(name_of(section.id));
}

class TextWriter {
 public:
  TextWriter(const Inspection& inspection, Output& output)
      : inspection_(inspection), module_(*inspection.module), names_(inspection.names), output_(output) {
    while (inspection.file.size() >> (4 * digits_) != 0) ++digits_;
  }

  void write() {
    switch (inspection_.options.part) {
      case InspectPart::Summary: summary(); break;
      case InspectPart::Functions: functions(); break;
      case InspectPart::Imports: imports(); break;
      case InspectPart::Exports: exports(); break;
      case InspectPart::Types: types(); break;
      case InspectPart::Custom: custom(); break;
      case InspectPart::Jit: served(); break;
      case InspectPart::Section: section(); break;
    }
  }

 private:
  bool line(const std::string& text = {}) { return output_.write(text + "\n"); }
  void fact(const std::string& name, const std::string& text) { line("  " + left(name, 11) + " " + text); }
  std::string offset(uint64_t at) const { return to_hex(at, digits_); }
  size_t offset_width() const { return static_cast<size_t>(digits_) + 2; }

  void summary();
  void warning(const wasm::Warning& warning);
  void section_table();
  void contents();
  void memory_facts();
  void origin();
  void functions();
  void imports();
  void exports();
  void types();
  void custom();
  void served();
  void section();
  std::string exported_as(ExternKind kind, uint32_t index) const;

  const Inspection& inspection_;
  const wasm::Module& module_;
  const symbols::Names& names_;
  Output& output_;
  int digits_ = 4;
};

void TextWriter::summary() {
  line(escape_for_display(inspection_.options.file));
  line("  " + size_text(inspection_.file.size()) + ", WebAssembly binary version 1" +
       (inspection_.error ? ", read up to " + offset(inspection_.error->range.begin) : ""));
  line();
  section_table();
  line();
  contents();
  origin();
  if (module_.warnings.empty()) return;
  constexpr size_t kListed = 20;
  line();
  for (size_t i = 0; i < std::min(module_.warnings.size(), kListed); ++i) warning(module_.warnings[i]);
  if (module_.warnings.size() > kListed) line("  and " + plural(module_.warnings.size() - kListed, "more warning"));
}

void TextWriter::warning(const wasm::Warning& warning) {
  // Some say themselves where it is.
  const bool has_place = warning.text.find(" at 0x") != std::string::npos;
  line("  warning: " + warning.text + (has_place ? "" : " at " + offset(warning.range.begin)));
}

void TextWriter::section_table() {
  size_t width = 10;
  for (const wasm::Section& section : module_.sections) width = std::max(width, width_of(section_name(section)));
  width = std::min(width, kWidestColumn);
  line("   #  " + left("section", width) + "  " + right("offset", offset_width()) + "  " + right("bytes", 10) + "  " +
       right("items", 8));
  for (size_t i = 0; i < module_.sections.size(); ++i) {
    const wasm::Section& section = module_.sections[i];
    const bool is_vector = section.id != wasm::SectionId::Custom && section.id != wasm::SectionId::Start &&
                           section.id != wasm::SectionId::DataCount;
    std::string row = "  " + right(std::to_string(i), 2) + "  " + left(section_name(section), width) + "  " +
                      right(offset(section.range.begin), 6) + "  " + right(std::to_string(section.range.size()), 10);
    if (is_vector) row += "  " + right(std::to_string(section.count), 8);
    if (!line(row)) return;
  }
}

std::string TextWriter::exported_as(ExternKind kind, uint32_t index) const {
  const wasm::Export* item = module_.find_export(kind, index);
  return item ? ", exported as \"" + escape_for_display(item->name) + "\"" : "";
}

void TextWriter::memory_facts() {
  constexpr uint32_t kListed = 8;
  for (uint32_t i = 0; i < std::min<size_t>(module_.memories.size(), kListed); ++i) {
    const wasm::Memory& memory = module_.memories[i];
    std::string text = extern_type(module_, ExternKind::Memory, i);
    const wasm::MemoryType& type = memory.type;
    if (type.page_size_log2 < 32 && type.limits.min <= (uint64_t{1} << 31)) {
      const std::string units = in_units(type.limits.min << type.page_size_log2);
      if (!units.empty()) text += ", at first " + units;
    }
    fact("memory " + std::to_string(i),
         text + (memory.import ? ", imported" : "") + exported_as(ExternKind::Memory, i));
  }
  if (module_.memories.size() > kListed) fact("memories", plural(module_.memories.size() - kListed, "more"));
  for (uint32_t i = 0; i < std::min<size_t>(module_.tables.size(), kListed); ++i)
    fact("table " + std::to_string(i), extern_type(module_, ExternKind::Table, i) +
                                           (module_.tables[i].import ? ", imported" : "") +
                                           exported_as(ExternKind::Table, i));
  if (module_.tables.size() > kListed) fact("tables", std::to_string(module_.tables.size() - kListed) + " more");
}

void TextWriter::contents() {
  const size_t defined = module_.funcs.size() - std::min<size_t>(module_.imported_funcs, module_.funcs.size());
  fact("functions", std::to_string(defined) + " defined, " + std::to_string(module_.imported_funcs) + " imported; " +
                        size_text(code_bytes(module_)) + " of code");
  fact("types", std::to_string(module_.types.size()));

  constexpr size_t kListed = 6;
  std::vector<std::string> modules;
  for (const wasm::Import& import : module_.imports) {
    std::string name = escape_for_display(import.module, 40);
    if (modules.size() <= kListed && std::ranges::find(modules, name) == modules.end())
      modules.push_back(std::move(name));
  }
  if (modules.size() > kListed) modules.back() = "...";
  fact("imports", std::to_string(module_.imports.size()) + (modules.empty() ? "" : " from " + join(modules, ", ")));

  std::vector<std::string> exports;
  for (const wasm::Export& item : module_.exports) {
    if (exports.size() > kListed) break;
    exports.push_back(exports.size() == kListed ? "..." : escape_for_display(item.name, 40));
  }
  fact("exports", std::to_string(module_.exports.size()) + (exports.empty() ? "" : ": " + join(exports, ", ")));
  if (module_.start) fact("start", "#" + std::to_string(*module_.start) + " " + names_.func(*module_.start));
  memory_facts();

  if (!module_.globals.empty()) {
    const auto is_var = [](const wasm::Global& global) { return global.type.mutability == wasm::Mutability::Var; };
    fact("globals", std::to_string(module_.globals.size()) + ", " +
                        std::to_string(std::ranges::count_if(module_.globals, is_var)) + " of them mutable, " +
                        std::to_string(module_.imported_globals) + " imported");
  }
  if (!module_.tags.empty()) fact("tags", std::to_string(module_.tags.size()));
  if (!module_.elems.empty()) {
    uint64_t items = 0;
    for (const wasm::Elem& elem : module_.elems) items += elem.count;
    fact("elements", plural(module_.elems.size(), "segment") + ", " + plural(items, "reference"));
  }
  if (!module_.datas.empty())
    fact("data", plural(module_.datas.size(), "segment") + ", " + size_text(data_bytes(module_)));
}

void TextWriter::origin() {
  std::vector<std::string> flags;
  for (const std::string_view flag : flags_of(features_used(module_))) flags.emplace_back(flag);
  fact("features", join(flags, ", "));
  for (const wasm::ProducerField& field : module_.producers) {
    std::vector<std::string> values;
    for (const wasm::ProducerValue& value : field.values)
      values.push_back(escape_for_display(value.name, 60) +
                       (value.version.empty() ? "" : " " + escape_for_display(value.version, 80)));
    fact(escape_for_display(field.name, 20) == "processed-by" ? "made by" : escape_for_display(field.name, 20),
         join(values, ", "));
  }
  const wasm::Names& names = module_.names;
  std::vector<std::string> parts;
  if (!names.module.empty()) parts.push_back("module \"" + escape_for_display(names.module, 60) + "\"");
  const auto part = [&](uint64_t count, const char* noun) {
    if (count != 0) parts.push_back(plural(count, noun));
  };
  part(names.funcs.entries.size(), "function");
  part(count_local_names(names), "local");
  part(names.types.entries.size(), "type");
  part(names.globals.entries.size(), "global");
  part(names.datas.entries.size(), "data segment");
  part(names.elems.entries.size(), "element segment");
  fact("names", parts.empty() ? "none" : join(parts, ", "));
}

void TextWriter::functions() {
  if (module_.funcs.empty()) {
    line("  none");
    return;
  }
  const auto exported = exports_by_func(module_);
  line("  " + right("index", 7) + "  " + right("offset", offset_width()) + "  " + right("bytes", 8) +
       "  name and type");
  for (wasm::FuncIndex i = 0; i < module_.funcs.size(); ++i) {
    const wasm::Func& func = module_.funcs[i];
    const bool has_body = !func.import && func.body.end != 0;
    std::string row = "  " + right("#" + std::to_string(i), 7) + "  " +
                      right(has_body ? offset(func.body.begin) : "-", offset_width()) + "  " +
                      right(has_body ? std::to_string(func.body.size()) : "-", 8) + "  " + names_.func(i) + "  " +
                      extern_type(module_, ExternKind::Func, i);
    if (func.import) {
      const wasm::Import& import = module_.imports[*func.import];
      row += "  imported from " + escape_for_display(import.module) + "." + escape_for_display(import.name);
    }
    for (const std::string_view name : exported[i]) row += "  exported as \"" + escape_for_display(name) + "\"";
    if (!line(row)) return;
  }
}

void TextWriter::imports() {
  if (module_.imports.empty())
    line("  none");
  else
    line("  kind    index  " + left("offset", offset_width()) + "  name and type");
  for (const wasm::Import& import : module_.imports) {
    std::string row = "  " + left(std::string(name_of(import.kind)), 7) + right("#" + std::to_string(import.index), 6) +
                      "  " + right(offset(import.range.begin), offset_width()) + "  " +
                      escape_for_display(import.module) + "." + escape_for_display(import.name) + "  " +
                      extern_type(module_, import.kind, import.index);
    if (!line(row)) return;
  }
}

void TextWriter::exports() {
  if (module_.exports.empty())
    line("  none");
  else
    line("  kind    index  " + left("offset", offset_width()) + "  name and type");
  for (const wasm::Export& item : module_.exports) {
    std::string row = "  " + left(std::string(name_of(item.kind)), 7) + right("#" + std::to_string(item.index), 6) +
                      "  " + right(offset(item.range.begin), offset_width()) + "  " + escape_for_display(item.name) +
                      "  " + extern_type(module_, item.kind, item.index);
    const std::string name = extern_name(names_, item.kind, item.index);
    if (!name.empty() && name != escape_for_display(item.name)) row += "  named " + name;
    if (!line(row)) return;
  }
}

void TextWriter::types() {
  if (module_.types.empty())
    line("  none");
  else
    line("   index  " + left("offset", offset_width()) + "  type");
  for (wasm::TypeIndex i = 0; i < module_.types.size(); ++i) {
    const wasm::TypeDef& type = module_.types[i];
    std::string row =
        "  " + right(std::to_string(i), 6) + "  " + right(offset(type.range.begin), offset_width()) + "  ";
    if (const std::string name = names_.type(i); !name.empty()) row += name + "  ";
    row += to_text(type.composite);
    if (type.rec_size > 1) row += "  group " + std::to_string(type.rec_group);
    for (const wasm::TypeIndex super : type.supertypes) row += "  below " + std::to_string(super);
    if (!type.is_final) row += "  open";
    if (!line(row)) return;
  }
}

void TextWriter::custom() {
  const auto is_custom = [](const wasm::Section& section) { return section.id == wasm::SectionId::Custom; };
  if (std::ranges::none_of(module_.sections, is_custom))
    line("  none");
  else
    line("   #  " + left("offset", offset_width()) + "  " + right("bytes", 10) + "  name");
  for (size_t i = 0; i < module_.sections.size(); ++i) {
    const wasm::Section& section = module_.sections[i];
    if (section.id != wasm::SectionId::Custom) continue;
    if (!line("  " + right(std::to_string(i), 2) + "  " + right(offset(section.range.begin), offset_width()) + "  " +
              right(std::to_string(section.payload.size()), 10) + "  " + escape_for_display(section.name)))
      return;
  }
}

void TextWriter::served() {
  const jit::Coverage& coverage = inspection_.coverage;
  line("operations: machine code " + std::to_string(coverage.machine_code) + ", calls of the runtime " +
       std::to_string(coverage.runtime_calls) + ", left to the interpreter " + std::to_string(coverage.interpreted));
  for (const jit::ServedByRuntime& each : coverage.served) {
    std::vector<std::string> parts;
    for (const auto& [op, count] : each.count) parts.push_back(std::string(wasm::info(op).text) + " " + std::to_string(count));
    line("#" + std::to_string(each.func) + " " + names_.func(each.func) + "  " + join(parts, ", "));
  }
}

void TextWriter::section() {
  const wasm::Section& section = *inspection_.section;
  line(section_name(section) + "  " + offset(section.range.begin) + ".." + offset(section.range.end) + "  " +
       size_text(section.range.size()));

  std::string rows;
  uint64_t done = section.range.begin;
  bool is_open = true;
  const auto part = [&](const std::string& label, uint64_t end) {
    if (end <= done) return true;
    rows = "\n" + label + "\n";
    // In pieces: a data segment may be most of the file.
    constexpr uint64_t kPiece = 16 * 1024;
    for (; done < end && is_open; done = std::min(done + kPiece, end)) {
      append_hex_rows(rows, inspection_.file, {done, std::min(done + kPiece, end)}, digits_);
      is_open = output_.write(rows);
      rows.clear();
    }
    done = end;
    return is_open;
  };
  const bool is_vector = section.id != wasm::SectionId::Custom && section.id != wasm::SectionId::Start &&
                         section.id != wasm::SectionId::DataCount;
  uint64_t header_end = section.payload.begin;
  if (is_vector) {
    binary::ByteReader reader(inspection_.file, section.payload);
    if (reader.u32()) header_end = reader.offset();
  }
  if (!part("header: id, size" + std::string(is_vector                               ? ", count"
                                             : section.id == wasm::SectionId::Custom ? ", name"
                                                                                     : ""),
            header_end))
    return;
  // What lies between two items, such as the size of a function's body, is shown with the one it precedes.
  for_each_item(inspection_, section, [&](const SectionItem& item) { return part(item.label, item.range.end); });
  if (is_open) part("rest", section.range.end);
}

}  // namespace

void write_text(const Inspection& inspection, Output& output) { TextWriter(inspection, output).write(); }

}  // namespace wasmscope::app
