// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "app/cli/features_used.h"
#include "app/cli/inspect.h"

namespace wasmscope::app {
namespace {

// Keys stay in the order they were written in, which is that of the help text.
using Json = nlohmann::ordered_json;
using wasm::ExternKind;

// ASCII only, and never an exception: names may hold anything.
std::string to_string(const Json& value, int indent = -1) {
  return value.dump(indent, ' ', true, Json::error_handler_t::replace);
}

// An array that is written as it is made, one element a line.
class JsonArray {
 public:
  explicit JsonArray(Output& output) : output_(output) { output_.write("["); }
  ~JsonArray() { output_.write(is_empty_ ? "]\n" : "\n]\n"); }

  bool add(const Json& value) {
    const bool is_open = output_.write((is_empty_ ? "\n  " : ",\n  ") + to_string(value));
    is_empty_ = false;
    return is_open;
  }

 private:
  Output& output_;
  bool is_empty_ = true;
};

Json section_json(const wasm::Section& section, size_t ordinal) {
  const bool is_custom = section.id == wasm::SectionId::Custom;
  Json json = {{"ordinal", ordinal},
               {"id", static_cast<unsigned>(section.id)},
               {"name", is_custom ? section.name : name_of(section.id)},
               {"offset", section.range.begin},
               {"size", section.range.size()}};
  const bool is_vector = !is_custom && section.id != wasm::SectionId::Start && section.id != wasm::SectionId::DataCount;
  if (is_vector) json["items"] = section.count;
  return json;
}

Json problem_json(const std::string& text, ByteRange range, bool has_range) {
  Json json = {{"text", text}};
  if (has_range) {
    json["offset"] = range.begin;
    json["size"] = range.size();
  }
  return json;
}

Json limits_json(const wasm::Limits& limits) {
  Json json = {{"min", limits.min}};
  if (limits.has_max) json["max"] = limits.max;
  json["is64"] = limits.is64;
  json["shared"] = limits.shared;
  return json;
}

Json summary_json(const Inspection& inspection) {
  const wasm::Module& module = *inspection.module;
  Json json = {{"file", inspection.options.file}, {"size", inspection.file.size()}, {"version", 1}};
  Json& sections = json["sections"] = Json::array();
  for (size_t i = 0; i < module.sections.size(); ++i) sections.push_back(section_json(module.sections[i], i));
  json["imports"] = module.imports.size();
  json["exports"] = module.exports.size();
  json["functions"] = {{"imported", module.imported_funcs},
                       {"defined", module.funcs.size() - module.imported_funcs},
                       {"code_bytes", code_bytes(module)}};
  json["types"] = module.types.size();
  Json& tables = json["tables"] = Json::array();
  for (const wasm::Table& table : module.tables) {
    Json item = limits_json(table.type.limits);
    item["element"] = to_text(table.type.element);
    item["imported"] = table.import.has_value();
    tables.push_back(std::move(item));
  }
  Json& memories = json["memories"] = Json::array();
  for (const wasm::Memory& memory : module.memories) {
    Json item = limits_json(memory.type.limits);
    item["page_bytes"] = uint64_t{1} << (memory.type.page_size_log2 & 63);
    item["imported"] = memory.import.has_value();
    memories.push_back(std::move(item));
  }
  json["globals"] = module.globals.size();
  json["tags"] = module.tags.size();
  json["elements"] = module.elems.size();
  json["data"] = {{"segments", module.datas.size()}, {"bytes", data_bytes(module)}};
  if (module.start) json["start"] = *module.start;
  json["names"] = {{"module", module.names.module},
                   {"functions", module.names.funcs.entries.size()},
                   {"locals", count_local_names(module.names)},
                   {"types", module.names.types.entries.size()},
                   {"globals", module.names.globals.entries.size()}};
  json["features"] = flags_of(features_used(module));
  Json& producers = json["producers"] = Json::array();
  for (const wasm::ProducerField& field : module.producers) {
    Json values = Json::array();
    for (const wasm::ProducerValue& value : field.values)
      values.push_back({{"name", value.name}, {"version", value.version}});
    producers.push_back({{"field", field.name}, {"values", std::move(values)}});
  }
  Json& warnings = json["warnings"] = Json::array();
  for (const wasm::Warning& warning : module.warnings)
    warnings.push_back(problem_json(warning.text, warning.range, true));
  if (inspection.error)
    json["error"] =
        problem_json(to_line(*inspection.error, &module), inspection.error->range, inspection.error->has_range);
  return json;
}

// As it stands in the file: the name section, else the import's field or the first export.
std::string_view raw_func_name(const wasm::Module& module, wasm::FuncIndex func,
                               const std::vector<std::string_view>& exports) {
  if (const std::string_view name = module.names.funcs.find(func); !name.empty()) return name;
  if (const auto import = module.funcs[func].import) return module.imports[*import].name;
  return exports.empty() ? std::string_view() : exports.front();
}

void write_functions(const Inspection& inspection, Output& output) {
  const wasm::Module& module = *inspection.module;
  const auto exported = exports_by_func(module);
  JsonArray array(output);
  for (wasm::FuncIndex i = 0; i < module.funcs.size(); ++i) {
    const wasm::Func& func = module.funcs[i];
    const bool added = array.add({{"index", i},
                                  {"name", raw_func_name(module, i, exported[i])},
                                  {"type", extern_type(module, ExternKind::Func, i)},
                                  {"size", func.body.size()},
                                  {"offset", func.import ? module.imports[*func.import].range.begin : func.body.begin},
                                  {"imported", func.import.has_value()},
                                  {"exports", exported[i]}});
    if (!added) return;
  }
}

void write_imports(const wasm::Module& module, Output& output) {
  JsonArray array(output);
  for (size_t i = 0; i < module.imports.size(); ++i) {
    const wasm::Import& import = module.imports[i];
    const bool added = array.add({{"ordinal", i},
                                  {"module", import.module},
                                  {"name", import.name},
                                  {"kind", name_of(import.kind)},
                                  {"index", import.index},
                                  {"type", extern_type(module, import.kind, import.index)},
                                  {"offset", import.range.begin}});
    if (!added) return;
  }
}

void write_exports(const wasm::Module& module, Output& output) {
  JsonArray array(output);
  for (size_t i = 0; i < module.exports.size(); ++i) {
    const wasm::Export& item = module.exports[i];
    const bool added = array.add({{"ordinal", i},
                                  {"name", item.name},
                                  {"kind", name_of(item.kind)},
                                  {"index", item.index},
                                  {"type", extern_type(module, item.kind, item.index)},
                                  {"offset", item.range.begin}});
    if (!added) return;
  }
}

void write_types(const Inspection& inspection, Output& output) {
  const wasm::Module& module = *inspection.module;
  JsonArray array(output);
  for (wasm::TypeIndex i = 0; i < module.types.size(); ++i) {
    const wasm::TypeDef& type = module.types[i];
    Json json = {{"index", i}};
    if (const std::string_view name = module.names.types.find(i); !name.empty()) json["name"] = name;
    json["type"] = to_text(type.composite);
    json["group"] = type.rec_group;
    json["final"] = type.is_final;
    json["supertypes"] = type.supertypes;
    json["offset"] = type.range.begin;
    if (!array.add(json)) return;
  }
}

void write_custom(const wasm::Module& module, Output& output) {
  JsonArray array(output);
  for (size_t i = 0; i < module.sections.size(); ++i) {
    const wasm::Section& section = module.sections[i];
    if (section.id != wasm::SectionId::Custom) continue;
    const bool added = array.add(
        {{"ordinal", i}, {"name", section.name}, {"offset", section.payload.begin}, {"size", section.payload.size()}});
    if (!added) return;
  }
}

void write_section(const Inspection& inspection, Output& output) {
  Json header = section_json(*inspection.section, inspection.section_ordinal);
  header.erase("items");
  std::string text = to_string(header);
  text.back() = ',';
  output.write(text + "\n\"items\": ");
  {
    JsonArray array(output);
    for_each_item(inspection, *inspection.section, [&](const SectionItem& item) {
      return array.add({{"label", item.label}, {"offset", item.range.begin}, {"size", item.range.size()}});
    });
  }
  output.write("}\n");
}

void write_jit(const Inspection& inspection, Output& output) {
  const jit::Coverage& coverage = inspection.coverage;
  const Json header = {{"machine_code", coverage.machine_code}, {"runtime_calls", coverage.runtime_calls}, {"interpreted", coverage.interpreted}};
  std::string text = to_string(header);
  text.back() = ',';
  output.write(text + "\n\"functions\": ");
  {
    JsonArray array(output);
    for (const jit::ServedByRuntime& each : coverage.served) {
      Json counts = Json::object();
      for (const auto& [op, count] : each.count) counts[std::string(wasm::info(op).text)] = count;
      array.add({{"index", each.func}, {"name", inspection.names.func(each.func)}, {"instructions", std::move(counts)}});
    }
  }
  output.write("}\n");
}

}  // namespace

void write_json(const Inspection& inspection, Output& output) {
  switch (inspection.options.part) {
    case InspectPart::Summary: output.write(to_string(summary_json(inspection), 2) + "\n"); break;
    case InspectPart::Functions: write_functions(inspection, output); break;
    case InspectPart::Imports: write_imports(*inspection.module, output); break;
    case InspectPart::Exports: write_exports(*inspection.module, output); break;
    case InspectPart::Types: write_types(inspection, output); break;
    case InspectPart::Custom: write_custom(*inspection.module, output); break;
    case InspectPart::Jit: write_jit(inspection, output); break;
    case InspectPart::Section: write_section(inspection, output); break;
  }
}

}  // namespace wasmscope::app
