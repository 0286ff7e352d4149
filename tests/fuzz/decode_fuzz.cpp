// SPDX-License-Identifier: Apache-2.0
// Decodes, and looks at what was read as `inspect`, the listing and the printer do, also after an error.
#include "engine/binary/decoder.h"
#include "engine/binary/instruction_reader.h"
#include "engine/symbols/names.h"
#include "engine/text/printer.h"
#include "tests/fuzz/targets.h"

namespace wasmscope::fuzz {
namespace {

using wasm::Module;

void check_range(Bytes bytes, ByteRange range) {
  expect(range.begin <= range.end && range.end <= bytes.size(), "ranges inside the file");
}

void check_error(Bytes bytes, const Error& error, const Module& module) {
  if (error.has_range) check_range(bytes, error.range);
  expect(!to_line(error, &module).empty() && !to_report(error, bytes, &module).empty(), "errors have a text");
}

void read_code(Bytes bytes, ByteRange code, const Module& module) {
  check_range(bytes, code);
  binary::InstructionReader reader(bytes, code);
  binary::Instruction in;
  uint64_t at = code.begin;
  while (true) {
    const auto more = reader.next(in);
    if (!more) return check_error(bytes, more.error(), module);
    if (!*more) return expect(reader.offset() == code.end, "instructions end where the code ends");
    expect(in.pc == at && in.length > 0 && in.next_pc() <= code.end, "instructions follow each other");
    at = in.next_pc();
    uint32_t items = 0;
    switch (wasm::info(in.op).imm) {
      case wasm::Imm::LabelTable:
        for (binary::LabelReader labels(bytes, in); labels.next();) ++items;
        expect(items == in.count + 1, "labels of a branch table and its default");
        break;
      case wasm::Imm::Types:
        for (binary::TypeReader types(bytes, in); types.next();) ++items;
        expect(items == in.count, "types of a select");
        break;
      case wasm::Imm::TryTable:
        for (binary::CatchReader catches(bytes, in); catches.next();) ++items;
        expect(items == in.count, "catch clauses");
        break;
      default: break;
    }
  }
}

void look_at(Bytes bytes, const std::shared_ptr<const Module>& module, bool is_whole) {
  for (const wasm::Section& section : module->sections) {
    check_range(bytes, section.range);
    check_range(bytes, section.payload);
    for (const uint64_t at : {section.range.begin, section.range.end - 1})
      expect(section.range.size() == 0 || module->section_at(at) != nullptr, "sections are found by offset");
  }
  for (const wasm::Warning& warning : module->warnings) check_range(bytes, warning.range);
  for (const wasm::Data& data : module->datas) check_range(bytes, data.bytes);
  for (const wasm::Global& global : module->globals) read_code(bytes, global.init.range, *module);
  for (uint32_t i = 0; i < module->funcs.size(); ++i) {
    const wasm::Func& func = module->funcs[i];
    if (func.import || func.code.size() == 0) continue;
    read_code(bytes, func.code, *module);
    if (!is_whole) continue;
    expect(module->func_at(func.code.begin) == i, "functions are found by offset");
    local_runs(*module, i);
  }
  const symbols::Names names(module);
  // Lists that items do not pay for in file bytes would make this quadratic.
  constexpr uint32_t kMost = 300;
  for (uint32_t i = 0; i < std::min<size_t>(module->funcs.size(), kMost); ++i) {
    expect(!names.func(i).empty(), "functions have a name to show");
    for (uint32_t k = 0; k < 4; ++k) {
      names.local(i, k);
      names.label(i, k);
    }
  }
  for (uint32_t i = 0; i < 4; ++i) {
    names.global(i);
    names.memory(i);
    names.table(i);
    names.type(i);
    names.data(i);
    names.elem(i);
    names.tag(i);
  }
  for (size_t i = 0; i < std::min<size_t>(module->exports.size(), kMost); ++i) names.find_func(module->exports[i].name);
  if (!is_whole) return;
  uint64_t printed = 0;
  const auto result =
      text::print_module(*module, [&](std::string_view piece) { return (printed += piece.size()) < 1 << 20; });
  if (!result) check_error(bytes, result.error(), *module);
}

}  // namespace

int fuzz_decode(Bytes bytes) {
  static const wasm::Features kEverything = *wasm::parse_features("all");
  ++tally().inputs;
  for (const wasm::Features& features : {wasm::Features(), kEverything}) {
    binary::DecodeOutcome outcome = binary::decode_partial(bytes, features);
    const bool is_whole = !outcome.error;
    if (outcome.error) check_error(bytes, *outcome.error, outcome.module);
    expect(is_whole == binary::decode(bytes, features).has_value(), "both ways to decode agree");
    if (is_whole && features == wasm::Features()) ++tally().decoded;
    look_at(bytes, std::make_shared<const Module>(std::move(outcome.module)), is_whole);
  }
  return kOfUse;
}

}  // namespace wasmscope::fuzz
