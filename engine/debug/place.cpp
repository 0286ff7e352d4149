// SPDX-License-Identifier: Apache-2.0
#include "engine/debug/place.h"

#include <charconv>
#include <cstdio>
#include <vector>

#include "engine/base/try.h"
#include "engine/base/utf8.h"
#include "engine/binary/instruction_reader.h"
#include "engine/lower/slot_code.h"

namespace wasmscope::debug {
namespace {

std::unexpected<Error> bad_place(std::string_view text) {
  return std::unexpected(error(ErrorCode::BadPlace, escape_for_display(text)));
}

// A place in the code of a defined function, moved to the start of an instruction.
Result<CodePlace> snap(const wasm::Module& module, wasm::FuncIndex func, uint64_t offset) {
  const ByteRange code = module.funcs[func].code;
  CodePlace place{func, static_cast<uint32_t>(code.begin), true, {}};
  if (offset < code.begin) {
    place.note = to_hex(offset) + " is in the declarations of locals; the first instruction is meant";
  } else {
    place.pc = instruction_start(module, func, offset);
    if (place.pc != offset) place.note = to_hex(offset) + " is inside the instruction at " + to_hex(place.pc);
  }
  const lower::Description description = lower::describe(module, func, place.pc);
  if (!description.reachable) {
    if (!place.note.empty()) place.note += "; ";
    place.note += "this instruction can never be reached";
  }
  return place;
}

Result<CodePlace> in_function(const wasm::Module& module, wasm::FuncIndex func, std::optional<uint64_t> offset,
                              std::string_view text) {
  if (module.is_imported(func))
    return CodePlace{func, 0, false, "an imported function has no code here: set it where it is called"};
  const ByteRange code = module.funcs[func].code;
  if (offset.value_or(0) >= code.size())
    return std::unexpected(error(ErrorCode::NoSuchItem, escape_for_display(text) + ": the function has only " +
                                                          to_hex(code.size()) + " bytes of code"));
  return snap(module, func, code.begin + offset.value_or(0));
}

Result<CodePlace> at_file_offset(const wasm::Module& module, uint64_t offset) {
  const wasm::FuncIndex func = module.func_at(offset);
  if (func != wasm::kNoIndex) return snap(module, func, offset);
  const wasm::Section* section = module.section_at(offset);
  const std::string where = offset >= module.bytes.size() ? "is past the end of the file"
                            : section != nullptr
                                ? "is in the " + std::string(wasm::name_of(section->id)) + " section, in no function"
                                : "is in no section";
  return std::unexpected(error(ErrorCode::NoSuchItem, to_hex(offset) + " " + where));
}

// "#42" or a name.
Result<wasm::FuncIndex> find_function(const wasm::Module& module, const symbols::Names& names, std::string_view text) {
  if (text.starts_with('#')) {
    const auto index = parse_number(text.substr(1));
    if (!index) return bad_place(text);
    if (*index >= module.funcs.size())
      return std::unexpected(error(ErrorCode::NoSuchFunction, std::string(text) + ": there are " +
                                                                  std::to_string(module.funcs.size())));
    return static_cast<wasm::FuncIndex>(*index);
  }
  if (text.starts_with('$')) text.remove_prefix(1);
  bool is_ambiguous = false;
  const wasm::FuncIndex func = names.find_func(text, &is_ambiguous);
  if (func != wasm::kNoIndex) return func;
  const char* reason = is_ambiguous ? ": several have this name, use #INDEX" : "";
  return std::unexpected(error(ErrorCode::NoSuchFunction, escape_for_display(text) + reason));
}

}  // namespace

std::string to_hex(uint64_t number) {
  char buffer[24];
  std::snprintf(buffer, sizeof buffer, "0x%llx", static_cast<unsigned long long>(number));
  return buffer;
}

std::optional<uint64_t> parse_number(std::string_view text) {
  int base = 10;
  if (text.starts_with("0x") || text.starts_with("0X")) {
    base = 16;
    text.remove_prefix(2);
  }
  uint64_t number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (code != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

Result<CodePlace> parse_code_place(const wasm::Module& module, const symbols::Names& names, std::string_view text) {
  if (text.empty()) return bad_place(text);
  if (text.starts_with('@')) {
    const auto offset = parse_number(text.substr(1));
    return offset ? at_file_offset(module, *offset) : Result<CodePlace>(bad_place(text));
  }
  // The whole text first: names may hold a plus sign.
  auto func = find_function(module, names, text);
  if (func) return in_function(module, *func, {}, text);
  const size_t plus = text.rfind('+');
  if (plus == std::string_view::npos || plus == 0) return std::unexpected(std::move(func).error());
  const auto offset = parse_number(text.substr(plus + 1));
  if (!offset) return std::unexpected(std::move(func).error());
  TRY_ASSIGN(const wasm::FuncIndex base, find_function(module, names, text.substr(0, plus)));
  return in_function(module, base, *offset, text);
}

Result<MemoryPlace> parse_memory_place(std::string_view text) {
  MemoryPlace place;
  std::string_view address = text;
  if (text.starts_with('m')) {
    const size_t colon = text.find(':');
    const auto memory = parse_number(text.substr(1, colon == std::string_view::npos ? colon : colon - 1));
    if (colon == std::string_view::npos || !memory || *memory > UINT32_MAX) return bad_place(text);
    place.memory = static_cast<wasm::MemoryIndex>(*memory);
    address = text.substr(colon + 1);
  }
  const auto number = parse_number(address);
  if (!number) return bad_place(text);
  place.address = *number;
  return place;
}

Result<replay::SeekTarget> parse_instant(std::string_view text) {
  std::string_view rest = text;
  if (rest.starts_with("t=")) rest.remove_prefix(2);
  std::vector<uint64_t> numbers;
  while (true) {
    const size_t colon = rest.find(':');
    const auto number = parse_number(rest.substr(0, colon));
    if (!number) return bad_place(text);
    numbers.push_back(*number);
    if (colon == std::string_view::npos) break;
    rest.remove_prefix(colon + 1);
  }
  if (numbers.size() == 1) return replay::SeekTarget{numbers[0], {}};
  if (numbers.size() != 3 || numbers[1] > UINT32_MAX || numbers[2] > UINT32_MAX) return bad_place(text);
  return replay::SeekTarget{numbers[0], replay::SeekTarget::Place{static_cast<uint32_t>(numbers[1]),
                                                                  static_cast<uint32_t>(numbers[2])}};
}

uint32_t instruction_start(const wasm::Module& module, wasm::FuncIndex func, uint64_t offset) {
  binary::InstructionReader reader(module.bytes, module.funcs[func].code);
  binary::Instruction instruction;
  auto start = static_cast<uint32_t>(module.funcs[func].code.begin);
  while (true) {
    const auto more = reader.next(instruction);
    if (!more || !*more || instruction.pc > offset) return start;
    start = instruction.pc;
  }
}

std::string to_text(const wasm::Module& module, const symbols::Names& names, wasm::FuncIndex func, uint32_t pc) {
  return "#" + std::to_string(func) + " " + names.func(func) + " +" + to_hex(pc - module.funcs[func].code.begin) + " @" +
         to_hex(pc);
}

}  // namespace wasmscope::debug
