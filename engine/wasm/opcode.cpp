// SPDX-License-Identifier: Apache-2.0
#include "engine/wasm/opcode.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <string>
#include <utility>

namespace wasmscope::wasm {

constexpr OpInfo kOpInfos[kOpCount] = {
#define OP(Name, text, prefix, code, imm, sig, width, feature, category, executed, tip) \
  {#Name, text, prefix, code, Imm::imm, sig, width, Feature::feature, Category::category, executed != 0, tip},
#include "engine/wasm/opcodes.def"
};

namespace {

constexpr uint64_t sort_key(const OpInfo& row) { return uint64_t{row.prefix} << 32 | row.code; }

consteval bool is_sorted_by_code() {
  for (size_t i = 1; i < std::size(kOpInfos); ++i)
    if (sort_key(kOpInfos[i - 1]) >= sort_key(kOpInfos[i])) return false;
  return true;
}
static_assert(is_sorted_by_code());

consteval bool has_legal_signatures() {
  for (const OpInfo& row : kOpInfos) {
    if (row.signature == "special") continue;
    int separators = 0;
    for (const char letter : row.signature) {
      if (letter == '_')
        ++separators;
      else if (std::string_view("ilfdva").find(letter) == std::string_view::npos)
        return false;
    }
    if (separators != 1) return false;
  }
  return true;
}
static_assert(has_legal_signatures());

std::string_view letter_text(char letter) {
  switch (letter) {
    case 'i': return "i32";
    case 'l': return "i64";
    case 'f': return "f32";
    case 'd': return "f64";
    case 'v': return "v128";
    default: return "addr";
  }
}

// t: a value type; t*: any number of them; label, params, results, fields: those the immediate names.
std::string_view special_effect(Op op) {
  switch (op) {
    case Op::Unreachable:
    case Op::Return:
    case Op::Throw: return "[t*] -> [any]";
    case Op::Block:
    case Op::Loop:
    case Op::Try:
    case Op::TryTable: return "[params] -> [results]";
    case Op::If: return "[params i32] -> [results]";
    case Op::Else:
    case Op::End:
    case Op::Delegate: return "[results] -> [results]";
    case Op::Catch: return "[results] -> [tag params]";
    case Op::CatchAll: return "[results] -> []";
    case Op::Rethrow: return "[] -> [any]";
    case Op::ThrowRef: return "[exnref] -> [any]";
    case Op::Br: return "[label] -> [any]";
    case Op::BrIf: return "[label i32] -> [label]";
    case Op::BrTable: return "[label i32] -> [any]";
    case Op::Call: return "[params] -> [results]";
    case Op::CallIndirect: return "[params addr] -> [results]";
    case Op::CallRef: return "[params (ref null $f)] -> [results]";
    case Op::ReturnCall: return "[params] -> [any]";
    case Op::ReturnCallIndirect: return "[params addr] -> [any]";
    case Op::ReturnCallRef: return "[params (ref null $f)] -> [any]";
    case Op::Drop:
    case Op::LocalSet:
    case Op::GlobalSet: return "[t] -> []";
    case Op::Select:
    case Op::SelectTyped: return "[t t i32] -> [t]";
    case Op::LocalGet:
    case Op::GlobalGet: return "[] -> [t]";
    case Op::LocalTee: return "[t] -> [t]";
    case Op::TableGet: return "[addr] -> [ref]";
    case Op::TableSet: return "[addr ref] -> []";
    case Op::TableGrow: return "[ref addr] -> [addr]";
    case Op::TableFill: return "[addr ref addr] -> []";
    case Op::MemoryCopy:
    case Op::TableCopy: return "[addr addr addr] -> []";
    case Op::RefNull:
    case Op::RefFunc: return "[] -> [ref]";
    case Op::RefIsNull:
    case Op::RefTest:
    case Op::RefTestNull: return "[ref] -> [i32]";
    case Op::RefEq: return "[eqref eqref] -> [i32]";
    case Op::RefAsNonNull:
    case Op::RefCast:
    case Op::RefCastNull: return "[ref] -> [ref]";
    case Op::BrOnNull:
    case Op::BrOnCast:
    case Op::BrOnCastFail: return "[label ref] -> [label ref]";
    case Op::BrOnNonNull: return "[label ref] -> [label]";
    case Op::StructNew: return "[fields] -> [ref]";
    case Op::StructNewDefault: return "[] -> [ref]";
    case Op::StructNewDesc: return "[fields desc] -> [ref]";
    case Op::StructNewDefaultDesc: return "[desc] -> [ref]";
    case Op::StructGet:
    case Op::StructGetS:
    case Op::StructGetU: return "[ref] -> [t]";
    case Op::StructSet: return "[ref t] -> []";
    case Op::ArrayNew: return "[t i32] -> [ref]";
    case Op::ArrayNewDefault: return "[i32] -> [ref]";
    case Op::ArrayNewFixed: return "[t*] -> [ref]";
    case Op::ArrayNewData:
    case Op::ArrayNewElem: return "[i32 i32] -> [ref]";
    case Op::ArrayGet:
    case Op::ArrayGetS:
    case Op::ArrayGetU: return "[ref i32] -> [t]";
    case Op::ArraySet: return "[ref i32 t] -> []";
    case Op::ArrayLen:
    case Op::I31GetS:
    case Op::I31GetU: return "[ref] -> [i32]";
    case Op::ArrayFill: return "[ref i32 t i32] -> []";
    case Op::ArrayCopy: return "[ref i32 ref i32 i32] -> []";
    case Op::ArrayInitData:
    case Op::ArrayInitElem: return "[ref i32 i32 i32] -> []";
    case Op::AnyConvertExtern:
    case Op::ExternConvertAny:
    case Op::RefGetDesc: return "[ref] -> [ref]";
    case Op::RefI31: return "[i32] -> [ref]";
    case Op::RefCastDescEq:
    case Op::RefCastDescEqNull: return "[ref desc] -> [ref]";
    case Op::BrOnCastDescEq:
    case Op::BrOnCastDescEqFail: return "[label ref desc] -> [label ref]";
    case Op::ContNew: return "[ref] -> [cont]";
    case Op::ContBind: return "[t* cont] -> [cont]";
    case Op::Suspend: return "[params] -> [results]";
    case Op::Resume:
    case Op::ResumeThrow:
    case Op::Switch: return "[t* cont] -> [t*]";
    case Op::ResumeThrowRef: return "[exnref cont] -> [t*]";
    default: return "";
  }
}

std::string describe_effect(Op op) {
  const std::string_view signature = info(op).signature;
  if (signature == "special") return std::string(special_effect(op));
  std::string text = "[";
  for (const char letter : signature) {
    if (letter == '_') {
      text += "] -> [";
      continue;
    }
    if (text.back() != '[') text += ' ';
    text += letter_text(letter);
  }
  return text + "]";
}

}  // namespace

bool is_special(Op op) { return info(op).signature == "special"; }

Op op_from_code(uint8_t prefix, uint32_t code) {
  const uint64_t key = uint64_t{prefix} << 32 | code;
  const OpInfo* row = std::lower_bound(std::begin(kOpInfos), std::end(kOpInfos), key,
                                       [](const OpInfo& r, uint64_t k) { return sort_key(r) < k; });
  return row != std::end(kOpInfos) && sort_key(*row) == key ? static_cast<Op>(row - kOpInfos) : Op::Count_;
}

Op op_from_text(std::string_view text) {
  static const auto by_text = [] {
    std::array<Op, kOpCount> ops{};
    for (uint16_t i = 0; i < kOpCount; ++i) ops[i] = static_cast<Op>(i);
    std::sort(ops.begin(), ops.end(),
              [](Op a, Op b) { return std::pair(info(a).text, a) < std::pair(info(b).text, b); });
    return ops;
  }();
  const auto found = std::lower_bound(by_text.begin(), by_text.end(), text,
                                      [](Op op, std::string_view t) { return info(op).text < t; });
  return found != by_text.end() && info(*found).text == text ? *found : Op::Count_;
}

std::string_view stack_effect(Op op) {
  static const auto effects = [] {
    std::array<std::string, kOpCount> texts;
    for (uint16_t i = 0; i < kOpCount; ++i) texts[i] = describe_effect(static_cast<Op>(i));
    return texts;
  }();
  return effects[static_cast<size_t>(op)];
}

}  // namespace wasmscope::wasm
