// SPDX-License-Identifier: Apache-2.0
#include "app/cli/inspect.h"

#include <algorithm>
#include <charconv>

#include "app/cli/module_input.h"
#include "engine/base/utf8.h"
#include "engine/binary/byte_reader.h"
#include "engine/binary/decoder.h"
#include "engine/replay/recording_chunks.h"
#include "engine/validate/validate.h"

namespace wasmscope::app {
namespace {

// "code", the name of a custom section, or "#3"; the first that fits.
Result<size_t> find_section(const wasm::Module& module, const std::string& text) {
  if (text.starts_with('#')) {
    size_t ordinal = 0;
    const auto [end, status] = std::from_chars(text.data() + 1, text.data() + text.size(), ordinal);
    if (status == std::errc() && end == text.data() + text.size() && ordinal < module.sections.size()) return ordinal;
  }
  for (const bool custom : {false, true})
    for (size_t i = 0; i < module.sections.size(); ++i) {
      const wasm::Section& section = module.sections[i];
      const bool is_custom = section.id == wasm::SectionId::Custom;
      if (is_custom == custom && (is_custom ? section.name : name_of(section.id)) == text) return i;
    }
  constexpr size_t kListed = 30;
  std::string list;
  for (size_t i = 0; i < std::min(module.sections.size(), kListed); ++i) {
    const wasm::Section& section = module.sections[i];
    list += (i == 0 ? "" : ", ") + (section.id == wasm::SectionId::Custom ? escape_for_display(section.name, 60)
                                                                          : std::string(name_of(section.id)));
  }
  return std::unexpected(error(ErrorCode::NoSuchItem, "section '" + escape_for_display(text) +
                                                          "'; there are: " + (list.empty() ? "none" : list)));
}

// Parts of the name section, each with its name and its range.
void for_each_name_part(Bytes file, ByteRange payload, const std::function<bool(const SectionItem&)>& visit) {
  constexpr std::string_view kParts[] = {"module name", "function names", "local names",  "label names",
                                         "type names",  "table names",    "memory names", "global names",
                                         "elem names",  "data names",     "field names",  "tag names"};
  binary::ByteReader reader(file, payload);
  while (!reader.at_end()) {
    const uint64_t begin = reader.offset();
    const Result<uint8_t> id = reader.byte();
    const Result<uint32_t> size = id ? reader.u32() : Result<uint32_t>(0);
    if (!id || !size || !reader.bytes(*size)) return;
    std::string label = *id < std::size(kParts) ? std::string(kParts[*id]) : "part " + std::to_string(*id);
    if (!visit({std::move(label), {begin, reader.offset()}})) return;
  }
}

void for_each_declared_func(const Inspection& inspection, ByteRange payload,
                            const std::function<bool(const SectionItem&)>& visit) {
  binary::ByteReader reader(inspection.file, payload);
  if (!reader.u32()) return;
  for (wasm::FuncIndex func = inspection.module->imported_funcs; !reader.at_end(); ++func) {
    const uint64_t begin = reader.offset();
    const Result<uint32_t> type = reader.u32();
    if (!type) return;
    std::string label =
        "#" + std::to_string(func) + " " + inspection.names.func(func) + "  type " + std::to_string(*type);
    if (!visit({std::move(label), {begin, reader.offset()}})) return;
  }
}

std::string mode_text(wasm::SegmentMode mode) {
  switch (mode) {
    case wasm::SegmentMode::Active: return "active";
    case wasm::SegmentMode::Passive: return "passive";
    case wasm::SegmentMode::Declarative: return "declarative";
  }
  return {};
}

std::string with_name(std::string label, const std::string& name) { return name.empty() ? label : label + " " + name; }

}  // namespace

std::string limits_text(const wasm::Limits& limits) {
  std::string text = std::to_string(limits.min);
  if (!limits.has_max) return text + " or more";
  return limits.max == limits.min ? text : text + " to " + std::to_string(limits.max);
}

std::string extern_type(const wasm::Module& module, wasm::ExternKind kind, uint32_t index) {
  const auto comp_type = [&](wasm::TypeIndex type) {
    return type < module.types.size() ? to_text(module.types[type].composite) : "type " + std::to_string(type);
  };
  switch (kind) {
    case wasm::ExternKind::Func: return index < module.funcs.size() ? comp_type(module.funcs[index].type) : "";
    case wasm::ExternKind::Tag: return index < module.tags.size() ? comp_type(module.tags[index].type.type) : "";
    case wasm::ExternKind::Table: {
      if (index >= module.tables.size()) break;
      const wasm::TableType& type = module.tables[index].type;
      return limits_text(type.limits) + (type.limits.is64 ? " (64-bit) " : " ") + to_text(type.element);
    }
    case wasm::ExternKind::Memory: {
      if (index >= module.memories.size()) break;
      const wasm::MemoryType& type = module.memories[index].type;
      std::string text = limits_text(type.limits) + " pages";
      if (type.page_size_log2 != 16)
        text += " of " + std::to_string(uint64_t{1} << (type.page_size_log2 & 63)) + " bytes";
      if (type.limits.is64) text += ", 64-bit";
      if (type.limits.shared) text += ", shared";
      return text;
    }
    case wasm::ExternKind::Global: {
      if (index >= module.globals.size()) break;
      const wasm::GlobalType& type = module.globals[index].type;
      return (type.mutability == wasm::Mutability::Var ? "mutable " : "") + to_text(type.type);
    }
  }
  return {};
}

std::string extern_name(const symbols::Names& names, wasm::ExternKind kind, uint32_t index) {
  switch (kind) {
    case wasm::ExternKind::Func: return names.has_func_name(index) ? names.func(index) : "";
    case wasm::ExternKind::Table: return names.table(index);
    case wasm::ExternKind::Memory: return names.memory(index);
    case wasm::ExternKind::Global: return names.global(index);
    case wasm::ExternKind::Tag: return names.tag(index);
  }
  return {};
}

std::vector<std::vector<std::string_view>> exports_by_func(const wasm::Module& module) {
  std::vector<std::vector<std::string_view>> exports(module.funcs.size());
  for (const wasm::Export& item : module.exports)
    if (item.kind == wasm::ExternKind::Func && item.index < exports.size()) exports[item.index].push_back(item.name);
  return exports;
}

uint64_t code_bytes(const wasm::Module& module) {
  uint64_t bytes = 0;
  for (const wasm::Func& func : module.funcs) bytes += func.body.size();
  return bytes;
}

uint64_t data_bytes(const wasm::Module& module) {
  uint64_t bytes = 0;
  for (const wasm::Data& data : module.datas) bytes += data.bytes.size();
  return bytes;
}

size_t count_local_names(const wasm::Names& names) {
  size_t count = 0;
  for (const auto& [func, locals] : names.locals.entries) count += locals.entries.size();
  return count;
}

void for_each_item(const Inspection& inspection, const wasm::Section& section,
                   const std::function<bool(const SectionItem&)>& visit) {
  const wasm::Module& module = *inspection.module;
  const symbols::Names& names = inspection.names;
  const auto visit_all = [&](const auto& items, size_t first, auto label) {
    for (size_t i = first; i < items.size(); ++i)
      if (!visit({label(items[i], static_cast<uint32_t>(i)), items[i].range})) return;
  };
  using wasm::ExternKind;
  switch (section.id) {
    case wasm::SectionId::Custom:
      if (section.name == "name")
        for_each_name_part(inspection.file, section.payload, visit);
      else if (section.payload.size() != 0)
        visit({"contents", section.payload});
      return;
    case wasm::SectionId::Type:
      return visit_all(module.types, 0, [&](const wasm::TypeDef& type, uint32_t index) {
        return with_name("type " + std::to_string(index), names.type(index)) + "  " + to_text(type.composite);
      });
    case wasm::SectionId::Import:
      return visit_all(module.imports, 0, [&](const wasm::Import& import, uint32_t) {
        return std::string(name_of(import.kind)) + " #" + std::to_string(import.index) + " " +
               escape_for_display(import.module) + "." + escape_for_display(import.name) + "  " +
               extern_type(module, import.kind, import.index);
      });
    case wasm::SectionId::Function: return for_each_declared_func(inspection, section.payload, visit);
    case wasm::SectionId::Table:
      return visit_all(module.tables, module.imported_tables, [&](const wasm::Table&, uint32_t index) {
        return with_name("table " + std::to_string(index), names.table(index)) + "  " +
               extern_type(module, ExternKind::Table, index);
      });
    case wasm::SectionId::Memory:
      return visit_all(module.memories, module.imported_memories, [&](const wasm::Memory&, uint32_t index) {
        return with_name("memory " + std::to_string(index), names.memory(index)) + "  " +
               extern_type(module, ExternKind::Memory, index);
      });
    case wasm::SectionId::Global:
      return visit_all(module.globals, module.imported_globals, [&](const wasm::Global&, uint32_t index) {
        return with_name("global " + std::to_string(index), names.global(index)) + "  " +
               extern_type(module, ExternKind::Global, index);
      });
    case wasm::SectionId::Tag:
      return visit_all(module.tags, module.imported_tags, [&](const wasm::Tag&, uint32_t index) {
        return with_name("tag " + std::to_string(index), names.tag(index)) + "  " +
               extern_type(module, ExternKind::Tag, index);
      });
    case wasm::SectionId::Export:
      return visit_all(module.exports, 0, [&](const wasm::Export& item, uint32_t) {
        return escape_for_display(item.name) + "  " + std::string(name_of(item.kind)) + " #" +
               std::to_string(item.index) + "  " + extern_type(module, item.kind, item.index);
      });
    case wasm::SectionId::Start:
      if (module.start) visit({"#" + std::to_string(*module.start) + " " + names.func(*module.start), section.payload});
      return;
    case wasm::SectionId::Elem:
      return visit_all(module.elems, 0, [&](const wasm::Elem& elem, uint32_t index) {
        return with_name("elem " + std::to_string(index), names.elem(index)) + "  " + mode_text(elem.mode) +
               (elem.mode == wasm::SegmentMode::Active ? " in table " + std::to_string(elem.table) : "") + ", " +
               std::to_string(elem.count) + " " + to_text(elem.type);
      });
    case wasm::SectionId::Code:
      for (wasm::FuncIndex func = module.imported_funcs; func < module.funcs.size(); ++func) {
        // Functions after the place where decoding stopped have no body.
        if (module.funcs[func].body.end == 0) return;
        std::string label =
            "#" + std::to_string(func) + " " + names.func(func) + "  " + extern_type(module, ExternKind::Func, func);
        if (!visit({std::move(label), module.funcs[func].body})) return;
      }
      return;
    case wasm::SectionId::Data:
      return visit_all(module.datas, 0, [&](const wasm::Data& data, uint32_t index) {
        return with_name("data " + std::to_string(index), names.data(index)) + "  " + mode_text(data.mode) +
               (data.mode == wasm::SegmentMode::Active ? " in memory " + std::to_string(data.memory) : "") + ", " +
               std::to_string(data.bytes.size()) + " bytes at " + to_hex(data.bytes.begin);
      });
    case wasm::SectionId::DataCount:
      if (module.data_count) visit({std::to_string(*module.data_count) + " data segments", section.payload});
      return;
  }
}

int inspect_verb(const InspectOptions& options) {
  // Of a text the binary is inspected that it becomes.
  auto bytes = read_input(options.file);
  if (!bytes) return kExitBadInput;
  if (replay::is_recording(*bytes)) return inspect_recording(options, *bytes);
  const auto file = to_module_file(options.file, *std::move(bytes), options.features);
  if (!file) return kExitBadInput;
  binary::DecodeOutcome decoded = binary::decode_partial(file->bytes, options.features);
  const auto module = std::make_shared<const wasm::Module>(std::move(decoded.module));
  const symbols::Names names(module);
  Inspection inspection{options, file->bytes, module, names, std::move(decoded.error), nullptr, 0, {}};

  Output output;
  int exit_code = inspection.error ? kExitBadInput : kExitOk;
  bool has_content = true;
  if (options.part == InspectPart::Section) {
    const Result<size_t> ordinal = find_section(*module, options.section);
    if (ordinal) {
      inspection.section = &module->sections[*ordinal];
      inspection.section_ordinal = *ordinal;
    } else {
      has_content = false;
      if (!inspection.error) {
        print_error(to_line(ordinal.error(), nullptr));
        return kExitUsage;
      }
    }
  }
  if (options.part == InspectPart::Jit && !inspection.error) {
    if (const auto valid = validate::validate(*module, options.features); !valid) {
      inspection.error = valid.error();
      exit_code = kExitBadInput;
      has_content = false;
    } else {
      inspection.coverage = jit::coverage_of(*module);
    }
  }
  if (has_content && options.form == OutputForm::Json)
    write_json(inspection, output);
  else if (has_content && !(inspection.error && module->sections.empty()))
    write_text(inspection, output);
  exit_code = output.finish(exit_code);
  if (inspection.error) report_module_error(options.file, *file, *inspection.error, module.get());
  return exit_code;
}

}  // namespace wasmscope::app
