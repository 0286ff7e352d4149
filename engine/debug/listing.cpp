// SPDX-License-Identifier: Apache-2.0
// The commands that only look: where, frames, values, memory, tables, code, and what the module holds.
#include <algorithm>
#include <cstdio>
#include <utility>

#include "engine/base/utf8.h"
#include "engine/debug/byte_pattern.h"
#include "engine/debug/carry_out.h"
#include "engine/debug/text_table.h"
#include "engine/runtime/lane_shape.h"
#include "engine/text/instruction_format.h"

namespace wasmscope::debug {
namespace {

constexpr uint64_t kFramesAtBothEnds = 20, kDefaultBytes = 64, kMostBytes = 1 << 16, kDefaultElements = 32;
constexpr size_t kInstructionsAround = 8;

// Why there is nothing to look at.
std::unexpected<std::string> no_frames(const Debuggee& debuggee) {
  if (debuggee.loaded() == nullptr) return refuse(ErrorCode::NoModule);
  if (debuggee.state() == State::Ended) return std::unexpected(debuggee.message() + ": there are no frames");
  return refuse(ErrorCode::NotRunning);
}

// What is listed is not the program's yet.
std::string before_start(const Debuggee& debuggee) {
  return debuggee.timeline() == nullptr ? "before the start, as instantiated:\n" : std::string();
}

bool is_integer(wasm::ValType type) { return type.kind == wasm::Kind::I32 || type.kind == wasm::Kind::I64; }

// The bits, where the plain value does not show them.
std::string hex_of(const runtime::Value& value) { return is_integer(value.type) ? to_hex(value.bits) : std::string(); }

// Vectors are listed as one number, by the lanes of a shape, or by those of every shape.
struct VectorView {
  const runtime::LaneShape* shape = nullptr;
  bool is_every_shape = false;
};
std::expected<VectorView, std::string> vector_view(Command command, const Arguments& arguments) {
  VectorView view;
  if (arguments.empty()) return view;
  view.is_every_shape = arguments[0] == "lanes";
  view.shape = runtime::find_lane_shape(arguments[0]);
  if (arguments.size() > 1 || (view.shape == nullptr && !view.is_every_shape)) return wrong_usage(command);
  return view;
}

// A row with the columns of a value (its type, plain text and bits) between others; more rows for lanes.
void add_value(TextTable& table, std::vector<std::string> before, const Inspection& now, const runtime::Value& value,
               const VectorView& view, const std::vector<std::string>& after = {}) {
  const auto add = [&](std::string type, std::string text, std::string bits, const std::vector<std::string>& rest) {
    std::vector<std::string> row = before;
    row.insert(row.end(), {std::move(type), std::move(text), std::move(bits)});
    row.insert(row.end(), rest.begin(), rest.end());
    table.add(std::move(row));
  };
  const bool is_vector = value.type == wasm::kV128;
  if (is_vector && view.shape != nullptr) return add(std::string(view.shape->name), to_text(value, *view.shape), "", after);
  add(wasm::to_text(value.type), now.value_text(value), hex_of(value), after);
  if (!is_vector || !view.is_every_shape) return;
  std::fill(before.begin(), before.end(), std::string());
  for (const runtime::LaneShape& shape : runtime::all_lane_shapes())
    add(std::string(shape.name), to_text(value, shape), "", std::vector<std::string>(after.size()));
}

std::string local_name(const symbols::Names& names, wasm::FuncIndex func, uint32_t local) {
  const std::string name = names.local(func, local);
  return name.empty() ? std::to_string(local) : name;
}

std::string frame_line(const Debuggee& debuggee, const Inspection& now, uint32_t depth) {
  const Inspection::FramePlace place = now.place(depth);
  return to_text(debuggee.module(), debuggee.names(), place.func, place.pc) + "  " + now.instruction_text(place.func, place.pc);
}

// Also for modules that did not validate.
std::string func_type_text(const wasm::Module& module, wasm::FuncIndex func) {
  if (func >= module.funcs.size() || module.funcs[func].type >= module.types.size()) return "unknown type";
  const auto* type = std::get_if<wasm::FuncType>(&module.types[module.funcs[func].type].composite);
  return type != nullptr ? wasm::to_text(*type) : "not a function type";
}

std::string extern_text(const wasm::Module& module, wasm::ExternKind kind, uint32_t index) {
  const auto exists = [&](const auto& items) { return index < items.size(); };
  switch (kind) {
    case wasm::ExternKind::Func: return func_type_text(module, index);
    case wasm::ExternKind::Global: {
      if (!exists(module.globals)) break;
      const wasm::GlobalType& type = module.globals[index].type;
      return (type.mutability == wasm::Mutability::Var ? "mut " : "") + wasm::to_text(type.type);
    }
    case wasm::ExternKind::Memory:
      if (!exists(module.memories)) break;
      return std::to_string(module.memories[index].type.limits.min) +
             (module.memories[index].type.limits.min == 1 ? " page" : " pages");
    case wasm::ExternKind::Table:
      if (!exists(module.tables)) break;
      return std::to_string(module.tables[index].type.limits.min) + " " + wasm::to_text(module.tables[index].type.element);
    case wasm::ExternKind::Tag: break;
  }
  return {};
}

std::string list_functions(const Debuggee& debuggee) {
  const wasm::Module& module = debuggee.module();
  TextTable table("rlrll");
  for (uint32_t i = 0; i < module.funcs.size(); ++i) {
    const wasm::Func& func = module.funcs[i];
    const bool is_import = module.is_imported(i);
    table.add({"#" + std::to_string(i), is_import ? "import" : "@" + to_hex(func.code.begin),
               is_import ? "" : std::to_string(func.body.size()), debuggee.names().func(i), func_type_text(module, i)});
  }
  return table.is_empty() ? "there are no functions" : table.to_text();
}

std::string list_sections(const wasm::Module& module) {
  TextTable table("lrrl");
  for (const wasm::Section& section : module.sections) {
    const bool is_custom = section.id == wasm::SectionId::Custom;
    table.add({std::string(wasm::name_of(section.id)), "@" + to_hex(section.range.begin), std::to_string(section.range.size()),
               is_custom ? escape_for_display(section.name) : std::to_string(section.count)});
  }
  return table.is_empty() ? "there are no sections" : table.to_text();
}

std::string list_imports(const wasm::Module& module) {
  TextTable table("lrll");
  for (const wasm::Import& import : module.imports)
    table.add({std::string(wasm::name_of(import.kind)), "#" + std::to_string(import.index),
               escape_for_display(import.module) + "." + escape_for_display(import.name),
               extern_text(module, import.kind, import.index)});
  return table.is_empty() ? "there are no imports" : table.to_text();
}

std::string list_exports(const wasm::Module& module) {
  TextTable table("lrll");
  for (const wasm::Export& item : module.exports)
    table.add({std::string(wasm::name_of(item.kind)), "#" + std::to_string(item.index), escape_for_display(item.name),
               extern_text(module, item.kind, item.index)});
  return table.is_empty() ? "there are no exports" : table.to_text();
}

std::string list_producers(const wasm::Module& module) {
  TextTable table("ll");
  for (const wasm::ProducerField& field : module.producers)
    for (const wasm::ProducerValue& value : field.values)
      table.add({escape_for_display(field.name), escape_for_display(value.name) + " " + escape_for_display(value.version)});
  return table.is_empty() ? "nothing is said about producers" : table.to_text();
}

// Those that are whole within the memory, 16 bytes a line.
std::string list_numbers(Bytes bytes, const MemoryPlace& place, uint64_t count, const NumberFormat& format) {
  const uint64_t size = size_of(format.type), there = (bytes.size() - place.address) / size;
  const uint64_t per_row = 16 / size;
  TextTable table("r" + std::string(per_row, 'r'));
  std::vector<std::string> row;
  for (uint64_t i = 0; i < std::min(count, there); ++i) {
    const uint64_t address = place.address + i * size;
    if (row.empty()) {
      char cell[32];
      std::snprintf(cell, sizeof cell, "%08llx", static_cast<unsigned long long>(address));
      row.emplace_back(cell);
    }
    row.push_back(number_text(format.type, read_number(format.type, format.endian, bytes.data() + address)));
    if (row.size() <= per_row && i + 1 < std::min(count, there)) continue;
    row.resize(per_row + 1);
    table.add(std::exchange(row, {}));
  }
  std::string text = table.to_text();
  if (there < count) text += (text.empty() ? "end of memory " : "\nend of memory ") + std::to_string(place.memory) + " at " + to_hex(bytes.size());
  return text;
}

enum class Listed : uint8_t { All, Watchpoints };
std::string list_breakpoints(const Debuggee& debuggee, Listed listed) {
  TextTable table("rllr");
  for (const Breakpoint& breakpoint : debuggee.breakpoints())
    if (listed == Listed::All || breakpoint.kind == StopKind::Watch) table.add({std::to_string(breakpoint.id), breakpoint.enabled ? "on" : "off", debuggee.breakpoint_text(breakpoint),
               breakpoint.hits == 0 ? "" : std::to_string(breakpoint.hits) + (breakpoint.hits == 1 ? " hit" : " hits")});
  if (table.is_empty()) return listed == Listed::All ? "there are no breakpoints" : "there are no watchpoints";
  return table.to_text();
}

std::string describe_module(const Debuggee& debuggee) {
  const wasm::Module& module = debuggee.module();
  TextTable table("lr");
  const auto row = [&](const char* what, uint64_t count) { table.add({what, std::to_string(count)}); };
  row("bytes", module.bytes.size());
  row("types", module.types.size());
  row("imports", module.imports.size());
  row("functions", module.funcs.size());
  row("tables", module.tables.size());
  row("memories", module.memories.size());
  row("globals", module.globals.size());
  row("exports", module.exports.size());
  row("element segments", module.elems.size());
  row("data segments", module.datas.size());
  std::string text = escape_for_display(debuggee.loaded()->path) + "\n" + table.to_text();
  if (debuggee.loaded()->error) text += "\n" + debuggee.loaded()->error_report;
  for (const wasm::Warning& warning : module.warnings) text += "\nwarning @" + to_hex(warning.range.begin) + ": " + warning.text;
  return text;
}

}  // namespace

template <>
Answer carry_out<Command::Where>(Debuggee& debuggee, const Arguments&) {
  if (debuggee.inspection() == nullptr) {
    if (debuggee.timeline() != nullptr) return debuggee.message();
    return no_frames(debuggee);
  }
  const std::string line = debuggee.where(debuggee.selected_depth);
  const bool is_interesting = debuggee.trap() && debuggee.selected_depth == debuggee.inspection()->depth();
  return is_interesting ? debuggee.message() + "\n" + line : line;
}

template <>
Answer carry_out<Command::Backtrace>(Debuggee& debuggee, const Arguments& arguments) {
  const Inspection* now = debuggee.inspection();
  if (now == nullptr) return no_frames(debuggee);
  const auto count = arguments.empty() ? std::optional<uint64_t>() : parse_number(arguments[0]);
  if (!arguments.empty() && (!count || arguments.size() > 1)) return wrong_usage(Command::Backtrace);
  const uint64_t frames = uint64_t{now->depth()} + 1;
  const uint64_t inner = std::min(count.value_or(kFramesAtBothEnds), frames);
  const uint64_t outer = count ? 0 : std::min(kFramesAtBothEnds, frames - inner);
  TextTable table("lrl");
  std::string text;
  const auto add = [&](uint64_t first, uint64_t last) {
    for (uint64_t i = first; i < last; ++i) {
      const auto depth = static_cast<uint32_t>(frames - 1 - i);
      table.add({depth == debuggee.selected_depth ? "=>" : "", std::to_string(depth), frame_line(debuggee, *now, depth)});
    }
  };
  add(0, inner);
  const uint64_t left_out = frames - inner - outer;
  if (left_out > 0 && outer > 0) table.add({"", "...", std::to_string(left_out) + " frames"});
  add(frames - outer, frames);
  text = table.to_text();
  if (left_out > 0 && outer == 0) text += "\n... " + std::to_string(left_out) + " more";
  return text;
}

template <>
Answer carry_out<Command::SelectFrame>(Debuggee& debuggee, const Arguments& arguments) {
  const Inspection* now = debuggee.inspection();
  if (now == nullptr) return no_frames(debuggee);
  if (!arguments.empty()) {
    const auto number = parse_number(arguments[0]);
    if (!number || arguments.size() > 1) return wrong_usage(Command::SelectFrame);
    if (*number > now->depth()) return refuse(ErrorCode::NoSuchItem, "frame " + arguments[0] + ": the innermost is " + std::to_string(now->depth()));
    debuggee.selected_depth = static_cast<uint32_t>(*number);
  }
  return debuggee.where(debuggee.selected_depth);
}

template <>
Answer carry_out<Command::Up>(Debuggee& debuggee, const Arguments&) {
  if (debuggee.inspection() == nullptr) return no_frames(debuggee);
  if (debuggee.selected_depth == 0) return std::unexpected("this is the outermost frame");
  --debuggee.selected_depth;
  return debuggee.where(debuggee.selected_depth);
}

template <>
Answer carry_out<Command::Down>(Debuggee& debuggee, const Arguments&) {
  const Inspection* now = debuggee.inspection();
  if (now == nullptr) return no_frames(debuggee);
  if (debuggee.selected_depth == now->depth()) return std::unexpected("this is the innermost frame");
  ++debuggee.selected_depth;
  return debuggee.where(debuggee.selected_depth);
}

template <>
Answer carry_out<Command::Locals>(Debuggee& debuggee, const Arguments& arguments) {
  const auto view = vector_view(Command::Locals, arguments);
  if (!view) return std::unexpected(view.error());
  const Inspection* now = debuggee.inspection();
  if (now == nullptr) return no_frames(debuggee);
  const Frame frame = now->frame(debuggee.selected_depth, Inspection::Detail::Values);
  TextTable table("rllrr");
  const size_t params = debuggee.module().func_type(frame.func).params.size();
  for (size_t i = 0; i < frame.locals.size(); ++i) {
    const VariableValue& local = frame.locals[i];
    add_value(table, {std::to_string(i), (i < params ? "param " : "local ") + local.name}, *now, local.value, *view);
  }
  return table.is_empty() ? "there are no locals" : table.to_text();
}

template <>
Answer carry_out<Command::Stack>(Debuggee& debuggee, const Arguments& arguments) {
  const auto view = vector_view(Command::Stack, arguments);
  if (!view) return std::unexpected(view.error());
  const Inspection* now = debuggee.inspection();
  if (now == nullptr) return no_frames(debuggee);
  const Frame frame = now->frame(debuggee.selected_depth, Inspection::Detail::Values);
  TextTable operands("rlrrl");
  for (size_t i = frame.operands.size(); i-- > 0;) {
    const OperandValue& operand = frame.operands[i];
    const std::string origin = operand.origin == OperandOrigin::Const ? "constant"
                               : operand.origin == OperandOrigin::Local
                                   ? "local " + local_name(debuggee.names(), frame.func, operand.local)
                                   : "";
    add_value(operands, {std::to_string(i)}, *now, operand.value, *view, {origin});
  }
  TextTable labels("rlll");
  for (size_t i = frame.labels.size(); i-- > 0;) {
    const LabelValue& label = frame.labels[i];
    const bool is_function = label.kind == wasm::Op::Nop;
    labels.add({std::to_string(frame.labels.size() - 1 - i), is_function ? "function" : std::string(wasm::info(label.kind).text),
                label.name, is_function ? "" : "@" + to_hex(label.pc) + "  height " + std::to_string(label.height)});
  }
  return (operands.is_empty() ? "no operands" : "operands, top first\n" + operands.to_text()) + "\nlabels, innermost first\n" + labels.to_text();
}

template <>
Answer carry_out<Command::Globals>(Debuggee& debuggee, const Arguments& arguments) {
  const auto view = vector_view(Command::Globals, arguments);
  if (!view) return std::unexpected(view.error());
  if (debuggee.contents() == nullptr) return no_frames(debuggee);
  const Inspection now(*debuggee.contents(), debuggee.names());
  TextTable table("rlllrr");
  uint32_t index = 0;
  for (const GlobalValue& global : now.globals())
    add_value(table,
              {std::to_string(index++), global.name, global.type.mutability == wasm::Mutability::Var ? "mut" : ""}, now,
              global.value, *view);
  return table.is_empty() ? "there are no globals" : before_start(debuggee) + table.to_text();
}

template <>
Answer carry_out<Command::Memory>(Debuggee& debuggee, const Arguments& arguments) {
  if (debuggee.contents() == nullptr) return no_frames(debuggee);
  if (arguments.empty() || arguments.size() > 3) return wrong_usage(Command::Memory);
  const auto place = parse_memory_place(arguments[0]);
  if (!place) return refuse(place.error());
  const auto format = arguments.size() > 1 ? parse_number_format(arguments.back()) : std::nullopt;
  const bool has_count = arguments.size() == (format ? 3 : 2);
  const uint64_t unit = format ? size_of(format->type) : 1;
  const auto count = has_count ? parse_number(arguments[1]) : std::optional(kDefaultBytes / unit);
  if (!count || *count == 0 || *count > kMostBytes / unit || (!format && arguments.size() > 2)) return wrong_usage(Command::Memory);
  const auto& memories = debuggee.contents()->instance().memories;
  if (place->memory >= memories.size())
    return refuse(ErrorCode::NoSuchItem, "memory " + std::to_string(place->memory) + ": there are " + std::to_string(memories.size()));
  const Bytes bytes = memories[place->memory]->region.bytes();
  if (place->address >= bytes.size())
    return std::unexpected(to_hex(place->address) + " is past the end of memory " + std::to_string(place->memory) + ", which has " + to_hex(bytes.size()) + " bytes");
  std::string text = before_start(debuggee);
  if (format) return text + list_numbers(bytes, *place, *count, *format);
  const uint64_t end = place->address + std::min<uint64_t>(*count, bytes.size() - place->address);
  for (uint64_t row = place->address; row < end; row += 16) {
    char cell[32];
    std::snprintf(cell, sizeof cell, "%08llx ", static_cast<unsigned long long>(row));
    std::string line = cell, characters;
    for (uint64_t i = 0; i < 16; ++i) {
      if (i == 8) line += ' ';
      if (row + i < end) {
        const uint8_t byte = bytes[row + i];
        std::snprintf(cell, sizeof cell, " %02x", byte);
        line += cell;
        characters += byte >= 0x20 && byte < 0x7F ? static_cast<char>(byte) : '.';
      } else {
        line += "   ";
      }
    }
    text += (row == place->address ? "" : "\n") + line + "  |" + characters + "|";
  }
  if (end - place->address < *count) text += "\nend of memory " + std::to_string(place->memory) + " at " + to_hex(bytes.size());
  return text;
}

template <>
Answer carry_out<Command::Table>(Debuggee& debuggee, const Arguments& arguments) {
  if (debuggee.contents() == nullptr) return no_frames(debuggee);
  uint64_t numbers[] = {0, 0, kDefaultElements};
  if (arguments.size() > std::size(numbers)) return wrong_usage(Command::Table);
  for (size_t i = 0; i < arguments.size(); ++i) {
    const auto number = parse_number(arguments[i]);
    if (!number) return wrong_usage(Command::Table);
    numbers[i] = *number;
  }
  const auto [index, first, count] = numbers;
  const auto& tables = debuggee.contents()->instance().tables;
  if (index >= tables.size()) return refuse(ErrorCode::NoSuchItem, "table " + std::to_string(index) + ": there are " + std::to_string(tables.size()));
  const runtime::Table& table = *tables[index];
  const Inspection now(*debuggee.contents(), debuggee.names());
  std::string text = before_start(debuggee) + "table " + std::to_string(index) + ": " + std::to_string(table.size()) + " " + wasm::to_text(table.type.element);
  TextTable rows("rll");
  for (uint64_t i = first; i < table.size() && i - first < count; ++i) {
    const TableElement element = now.table_element(table.elements()[i], table.type.element);
    rows.add({std::to_string(i), element.text, element.func == wasm::kNoIndex ? "" : wasm::to_text(debuggee.module().func_type(element.func))});
  }
  return rows.is_empty() ? text : text + "\n" + rows.to_text();
}

template <>
Answer carry_out<Command::Disassemble>(Debuggee& debuggee, const Arguments& arguments) {
  if (!debuggee.is_runnable()) return debuggee.loaded() && debuggee.loaded()->error ? refuse(*debuggee.loaded()->error) : refuse(ErrorCode::NoModule);
  if (arguments.size() > 1) return wrong_usage(Command::Disassemble);
  const Inspection* now = debuggee.inspection();
  const wasm::Module& module = debuggee.module();
  CodePlace place;
  bool is_whole = false;
  if (!arguments.empty()) {
    const auto found = parse_code_place(module, debuggee.names(), arguments[0]);
    if (!found) return refuse(found.error());
    if (!found->has_code) return std::unexpected("an import has no code here");
    place = *found;
    is_whole = place.pc == module.funcs[place.func].code.begin;
  } else if (now != nullptr) {
    const Inspection::FramePlace frame = now->place(debuggee.selected_depth);
    place = {frame.func, frame.pc, true, {}};
  } else {
    return no_frames(debuggee);
  }

  struct Row {
    uint32_t pc, depth;
    std::string text;
  };
  std::vector<Row> rows;
  const text::Identifiers identifiers(module);
  text::FunctionFormatter formatter(module, identifiers, place.func);
  binary::InstructionReader reader(module.bytes, module.funcs[place.func].code);
  binary::Instruction instruction;
  size_t center = 0;
  while (true) {
    const auto more = reader.next(instruction);
    if (!more || !*more) break;
    if (instruction.pc == place.pc) center = rows.size();
    text::TokenList tokens;
    const uint32_t depth = formatter.depth_of(instruction);
    formatter.format(instruction, tokens);
    rows.push_back({instruction.pc, depth, tokens.line()});
  }
  const size_t begin = is_whole || center < kInstructionsAround ? 0 : center - kInstructionsAround;
  const size_t end = is_whole ? rows.size() : std::min(rows.size(), center + kInstructionsAround + 1);
  const bool shows_current = now != nullptr && now->place(debuggee.selected_depth).func == place.func;
  TextTable table("llrl");
  for (size_t i = begin; i < end; ++i) {
    const bool is_current = shows_current && now->place(debuggee.selected_depth).pc == rows[i].pc;
    const bool has_breakpoint = std::ranges::any_of(debuggee.breakpoints(), [&](const Breakpoint& b) {
      return b.resolved && b.enabled && b.func == place.func && b.pc == rows[i].pc;
    });
    table.add({std::string(is_current ? "=>" : "  ") + (has_breakpoint ? "*" : " "), "@" + to_hex(rows[i].pc),
               "+" + to_hex(rows[i].pc - module.funcs[place.func].code.begin), std::string(2 * rows[i].depth, ' ') + rows[i].text});
  }
  return "#" + std::to_string(place.func) + " " + debuggee.names().func(place.func) + " " +
         wasm::to_text(module.func_type(place.func)) + "\n" + table.to_text();
}

template <>
Answer carry_out<Command::Trap>(Debuggee& debuggee, const Arguments&) {
  if (!debuggee.trap()) return std::unexpected("the program has not trapped");
  const TrapExplanation& trap = *debuggee.trap();
  std::string text = "trap: " + trap.title + "\n  " + trap.where;
  for (const std::string& line : trap.all_lines()) text += "\n  " + line;
  return text;
}

template <>
Answer carry_out<Command::Hash>(Debuggee& debuggee, const Arguments&) {
  if (debuggee.timeline() == nullptr) return no_frames(debuggee);
  char text[32];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(debuggee.timeline()->state_hash()));
  return "state hash " + std::string(text) + (debuggee.inspection() ? " at " + runtime::to_text(debuggee.timeline()->instant()) : " at the end");
}

template <>
Answer carry_out<Command::Info>(Debuggee& debuggee, const Arguments& arguments) {
  if (arguments.size() != 1) return wrong_usage(Command::Info);
  if (debuggee.loaded() == nullptr) return refuse(ErrorCode::NoModule);
  const std::string& what = arguments[0];
  const auto is = [&](std::string_view word) { return !what.empty() && word.starts_with(what); };
  if (is("watchpoints")) return list_breakpoints(debuggee, Listed::Watchpoints);
  if (is("displays")) return debuggee.displays_text().empty() ? "nothing is displayed at stops" : debuggee.displays_text();
  if (is("breakpoints")) return list_breakpoints(debuggee, Listed::All);
  if (is("counts")) return debuggee.count_executions(std::nullopt);
  if (is("record")) return debuggee.describe_recording();
  if (is("tiers")) return debuggee.describe_tiers();
  if (is("functions")) return list_functions(debuggee);
  if (is("sections")) return list_sections(debuggee.module());
  if (is("imports")) return list_imports(debuggee.module());
  if (is("exports")) return list_exports(debuggee.module());
  if (is("producers")) return list_producers(debuggee.module());
  if (is("module")) return describe_module(debuggee);
  return wrong_usage(Command::Info);
}

}  // namespace wasmscope::debug
