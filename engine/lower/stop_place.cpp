// SPDX-License-Identifier: Apache-2.0
// The function is lowered again with the stop. What is the same before the anchor is what the stop comes after; an
// operation that is there in its place without the stop carries out instructions of both sides.
#include "engine/lower/stop_place.h"

#include <algorithm>

namespace wasmscope::lower {
namespace {

// Nothing comes by but what has carried out the operation before.
bool is_straight(const SlotOp& op) {
  if (op.op >= SlotOpcode::FirstControl) return op.op >= SlotOpcode::Mov && op.op <= SlotOpcode::ConstPair;
  switch (static_cast<wasm::Op>(op.op)) {
    case wasm::Op::Call:
    case wasm::Op::CallIndirect:
    case wasm::Op::CallRef: return false;
    default: return true;
  }
}

}  // namespace

std::expected<StopPlace, NoPlace> find_stop(const wasm::Module& module, wasm::FuncIndex func, const SlotCode& code, uint32_t pc) {
  const SlotCode stopping = lower(module, func, {false, {pc}});
  const auto anchor = std::ranges::find(stopping.ops, SlotOpcode::Anchor, &SlotOp::op);
  if (anchor == stopping.ops.end()) return std::unexpected(NoPlace::Unreachable);
  const auto [with, without] = std::mismatch(stopping.ops.begin(), anchor, code.ops.begin(), code.ops.end());
  const auto has_rest = [&](auto begin) {
    const auto rest = code.ops.end() - begin;
    return rest <= stopping.ops.end() - (anchor + 1) && std::equal(begin, code.ops.end(), stopping.ops.end() - rest);
  };
  if (without == code.ops.end()) return std::unexpected(NoPlace::Unknown);
  const auto operation = static_cast<size_t>(without - code.ops.begin());
  if (with == anchor) {
    const bool is_same = stopping.ops.size() == code.ops.size() + 1 && has_rest(without);
    return is_same ? std::expected<StopPlace, NoPlace>(StopPlace{operation, pc}) : std::unexpected(NoPlace::Unknown);
  }
  const bool is_around = without->pc == with->pc && without->pc <= pc && without->op != SlotOpcode::Label &&
                         std::all_of(with, anchor, is_straight) && has_rest(without + 1);
  if (!is_around) return std::unexpected(NoPlace::Unknown);
  return StopPlace{operation, without->pc};
}

}  // namespace wasmscope::lower
