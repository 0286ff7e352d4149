// SPDX-License-Identifier: Apache-2.0
#include "app/cli/code_map_output.h"

#include <nlohmann/json.hpp>

#include "engine/binary/instruction_reader.h"
#include "engine/text/instruction_format.h"

namespace wasmscope::app {
namespace {

using Json = nlohmann::ordered_json;
using jit::CodeMap;

// The text of each row, indented as its block is.
std::vector<std::string> row_texts(const wasm::Module& module, const CodeMap& map) {
  const text::Identifiers identifiers(module);
  text::FunctionFormatter formatter(module, identifiers, map.func);
  binary::InstructionReader reader(module.bytes, module.funcs[map.func].code);
  std::vector<std::string> texts;
  binary::Instruction in;
  for (auto more = reader.next(in); more && *more; more = reader.next(in)) {
    std::string text(2 * size_t{formatter.depth_of(in)}, ' ');
    text::TokenList tokens;
    formatter.format(in, tokens);
    texts.push_back(text + tokens.line());
  }
  return texts;
}

std::string name_of(const jit::ValuePlace& place) { return (place.is_local ? "local " : "operand ") + std::to_string(place.index); }

// Locals that are in the frame as ever are not worth a word.
std::string places_text(const CodeMap& map, uint32_t operation) {
  std::string text;
  for (const jit::ValuePlace& place : jit::places_at(map, operation))
    if (!place.is_local || !place.text.starts_with("slot ")) text += (text.empty() ? "" : "; ") + name_of(place) + ": " + place.text;
  return text;
}

void write_operation(Output& output, const CodeMap& map, uint32_t index) {
  const CodeMap::Operation& operation = map.operations[index];
  const std::string places = places_text(map, index);
  output.write("      " + operation.text + (operation.is_interpreted ? "   (by the interpreter)" : "") + (places.empty() ? "" : "   at " + places) + "\n");
  for (uint32_t i = operation.first; i < operation.end; ++i)
    output.write("          " + to_hex(map.instructions[i].offset) + "  " + map.instructions[i].text + "\n");
}

}  // namespace

void write_code_map_text(Output& output, const wasm::Module& module, const CodeMap& map) {
  const std::vector<std::string> texts = row_texts(module, map);
  uint32_t next = 0;
  const auto write_until = [&](uint32_t end) {
    for (; next < end; ++next) write_operation(output, map, next);
  };
  write_until(1);
  for (size_t i = 0; i < map.rows.size(); ++i) {
    const CodeMap::Row& row = map.rows[i];
    const bool has_own = row.operation != CodeMap::kNone && map.operations[row.operation].pc == row.pc;
    if (has_own) write_until(row.operation);
    std::string line = to_hex(row.pc) + "  " + texts[i];
    if (!row.is_reachable) line += "   unreachable";
    else if (map.is_folded(row)) line += "   folded into " + to_hex(map.operations[row.operation].pc);
    output.write(line + "\n");
    while (has_own && next < map.operations.size() && map.operations[next].pc == row.pc) write_until(next + 1);
  }
  write_until(static_cast<uint32_t>(map.operations.size()));
  uint32_t shown = 0;
  bool is_first = true;
  for (const CodeMap::Instruction& each : map.instructions) {
    if (!each.is_out_of_line) continue;
    if (is_first || each.operation != shown) {
      const bool is_shared = each.operation == CodeMap::kNone;
      output.write(is_shared ? "out of line, for all\n" : "out of line, for " + (map.operations[each.operation].pc == 0 ? "" : to_hex(map.operations[each.operation].pc) + "  ") + map.operations[each.operation].text + "\n");
    }
    is_first = false;
    shown = each.operation;
    output.write("          " + to_hex(each.offset) + "  " + each.text + "\n");
  }
}

void write_code_map_json(Output& output, const wasm::Module& module, const CodeMap& map) {
  Json json = {{"index", map.func}};
  if (const std::string_view name = module.names.funcs.find(map.func); !name.empty()) json["name"] = name;
  json["machine_bytes"] = map.machine_bytes;
  json["locals"] = Json::array();
  for (const lower::LocalPlace& local : map.locals) json["locals"].push_back({{"type", wasm::to_text(local.type)}, {"slot", local.slot}});
  json["instructions"] = Json::array();
  const std::vector<std::string> texts = row_texts(module, map);
  for (size_t i = 0; i < map.rows.size(); ++i) {
    const CodeMap::Row& row = map.rows[i];
    Json each = {{"offset", row.pc}, {"text", texts[i].substr(std::min(texts[i].size(), texts[i].find_first_not_of(' ')))}, {"reachable", row.is_reachable}};
    if (row.operation != CodeMap::kNone) each["operation"] = row.operation;
    json["instructions"].push_back(std::move(each));
  }
  json["operations"] = Json::array();
  for (uint32_t i = 0; i < map.operations.size(); ++i) {
    const CodeMap::Operation& operation = map.operations[i];
    Json each = {{"text", operation.text}};
    if (operation.pc != 0) each["offset"] = operation.pc;
    if (operation.is_interpreted) each["interpreted"] = true;
    each["machine"] = {operation.first, operation.end};
    each["places"] = Json::array();
    for (const jit::ValuePlace& place : jit::places_at(map, i))
      each["places"].push_back({{place.is_local ? "local" : "operand", place.index}, {"type", wasm::to_text(place.type)}, {"place", place.text}});
    json["operations"].push_back(std::move(each));
  }
  json["machine"] = Json::array();
  for (const CodeMap::Instruction& instruction : map.instructions) {
    Json each = {{"offset", instruction.offset}, {"text", instruction.text}};
    if (instruction.operation != CodeMap::kNone) each["operation"] = instruction.operation;
    if (instruction.is_out_of_line) each["out_of_line"] = true;
    json["machine"].push_back(std::move(each));
  }
  output.write(json.dump(1, ' ', true, Json::error_handler_t::replace) + "\n");
}

}  // namespace wasmscope::app
