// SPDX-License-Identifier: Apache-2.0
#include "engine/text/branch_hints.h"

#include <algorithm>

#include "engine/base/leb128.h"
#include "engine/binary/instruction_reader.h"

namespace wasmscope::text {
namespace {

bool read_u32(const uint8_t*& at, const uint8_t* end, uint32_t& value) {
  return read_leb(at, end, value) == LebStatus::Ok;
}

std::optional<std::vector<FuncHints>> read_hints(Bytes payload) {
  const uint8_t* at = payload.data();
  const uint8_t* const end = at + payload.size();
  uint32_t func_count = 0;
  if (!read_u32(at, end, func_count)) return std::nullopt;
  std::vector<FuncHints> funcs;
  for (uint32_t i = 0; i < func_count; ++i) {
    FuncHints func;
    uint32_t hint_count = 0;
    if (!read_u32(at, end, func.func) || !read_u32(at, end, hint_count)) return std::nullopt;
    for (uint32_t j = 0; j < hint_count; ++j) {
      BranchHint hint;
      uint32_t size = 0;
      if (!read_u32(at, end, hint.offset) || !read_u32(at, end, size) || size != 1 || at == end) return std::nullopt;
      hint.is_likely = *at++;
      if (hint.is_likely > 1) return std::nullopt;
      func.hints.push_back(hint);
    }
    funcs.push_back(std::move(func));
  }
  if (at != end) return std::nullopt;
  return funcs;
}

bool may_have_all(const wasm::Module& module, const FuncHints& func) {
  if (func.func < module.imported_funcs || func.func >= module.funcs.size() || func.hints.empty()) return false;
  const wasm::Func& body = module.funcs[func.func];
  binary::InstructionReader reader(module.bytes, body.code);
  binary::Instruction instruction;
  size_t found = 0;
  while (found < func.hints.size()) {
    const Result<bool> has = reader.next(instruction);
    if (!has || !*has) return false;
    const uint64_t offset = instruction.pc - body.body.begin;
    if (offset > func.hints[found].offset) return false;
    if (offset < func.hints[found].offset) continue;
    if (instruction.op != wasm::Op::If && instruction.op != wasm::Op::BrIf) return false;
    ++found;
  }
  return true;
}

}  // namespace

void append_branch_hints(std::vector<uint8_t>& out, const std::vector<FuncHints>& funcs) {
  append_unsigned_leb(out, funcs.size());
  for (const FuncHints& func : funcs) {
    append_unsigned_leb(out, func.func);
    append_unsigned_leb(out, func.hints.size());
    for (const BranchHint& hint : func.hints) {
      append_unsigned_leb(out, hint.offset);
      append_unsigned_leb(out, 1);
      out.push_back(hint.is_likely);
    }
  }
}

std::optional<PrintableHints> find_branch_hints(const wasm::Module& module) {
  const auto& sections = module.sections;
  const auto code = std::ranges::find(sections, wasm::SectionId::Code, &wasm::Section::id);
  if (code == sections.begin() || code == sections.end()) return std::nullopt;
  const auto before = std::prev(code);
  if (before->id != wasm::SectionId::Custom || before->name != kBranchHintSection) return std::nullopt;
  const Bytes payload = module.bytes.subspan(before->payload.begin, before->payload.size());
  auto funcs = read_hints(payload);
  if (!funcs || funcs->empty() || !std::ranges::is_sorted(*funcs, std::less_equal<>{}, &FuncHints::func) ||
      !std::ranges::all_of(*funcs, [&](const FuncHints& func) { return may_have_all(module, func); }))
    return std::nullopt;
  std::vector<uint8_t> again;
  append_branch_hints(again, *funcs);
  if (!std::ranges::equal(again, payload)) return std::nullopt;
  return PrintableHints{static_cast<size_t>(before - sections.begin()), *std::move(funcs)};
}

}  // namespace wasmscope::text
