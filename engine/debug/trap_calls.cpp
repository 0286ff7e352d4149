// SPDX-License-Identifier: Apache-2.0
// Traps of calls: through tables, without room, of the host.
#include <algorithm>

#include "engine/base/utf8.h"
#include "engine/debug/trap_explainer.h"
#include "engine/wasm/limits.h"

namespace wasmscope::debug {

using wasm::TrapCode;

void TrapExplainer::indirect_call() {
  const auto& instance = inspection_.instance();
  const uint32_t table_index = instruction_.index2;
  const runtime::Table& table = *instance.tables[table_index];
  const uint64_t index = bits(0);
  const auto& wanted = std::get<wasm::FuncType>(inspection_.module().types[instruction_.index].composite);
  name_operand(0, "index");
  line("index " + grouped(index) + origin(0) + " of table " + std::to_string(table_index) + ", which has " + counted(table.size(), "element"));
  out_.expected = wasm::to_text(wanted);
  switch (trapped_.code) {
    case TrapCode::UndefinedElement:
      if (static_cast<int32_t>(index) < 0) line("As a signed number the index is " + std::to_string(static_cast<int32_t>(index)) + ".");
      break;
    case TrapCode::UninitializedElement:
      line("Element " + grouped(index) + " is null: it was never set, or it was cleared.");
      if (index == 0) line("Element 0 is what compilers of C leave empty for the null function pointer.");
      out_.found = "null";
      break;
    default: {
      const runtime::Func& found = inspection_.store().funcs[table.elements()[index] - 1];
      out_.found = wasm::to_text(*found.type) + ": " + inspection_.func_text(found.index);
      break;
    }
  }
  line("expected " + out_.expected);
  if (trapped_.code == TrapCode::IndirectCallTypeMismatch) line("found    " + out_.found);
  trace(0);
}

void TrapExplainer::call_stack() {
  const uint32_t frames = inspection_.depth() + 1;
  const bool is_full = frames > wasm::kMaxCallDepth;
  line("the call stack holds " + counted(frames, "frame") +
       (is_full ? ", which is its limit" : "; their values fill the " + grouped(wasm::kMaxValueStackSlots) + " slots there are"));
  // The shortest cycle that the innermost frames repeat.
  constexpr uint32_t kLongestCycle = 16;
  for (uint32_t period = 1; period <= kLongestCycle && 2 * period <= frames; ++period) {
    uint32_t repeated = 0;
    while (repeated + period < frames && func_from_top(repeated) == func_from_top(repeated + period)) ++repeated;
    if (repeated < std::min(frames - period, 3 * period)) continue;
    CallCycle cycle;
    cycle.rounds = (repeated + period) / period;
    std::string text;
    for (uint32_t i = period; i-- > 0;) {
      cycle.functions.push_back(inspection_.func_text(func_from_top(i)));
      text += cycle.functions.back() + " -> ";
    }
    line("cycle: " + text + cycle.functions.front() + ", " + grouped(cycle.rounds) + " times");
    out_.cycle = std::move(cycle);
    const uint32_t outer = frames - (repeated + period);
    if (outer > 0) line("first called from " + inspection_.func_text(inspection_.place(outer - 1).func));
    compare_arguments(period);
    break;
  }
  point_at_stack_pointer();
}

// What each round was given: a recursion that does not come to its end often passes on the same, or counts past it.
void TrapExplainer::compare_arguments(uint32_t period) {
  const wasm::FuncIndex func = func_from_top(0);
  const size_t params = inspection_.module().func_type(func).params.size();
  constexpr size_t kMostParams = 3;
  if (2 * period > inspection_.depth()) return;
  for (uint32_t i = 0; i < std::min(params, kMostParams); ++i) {
    std::vector<std::string> values;
    for (uint32_t round = 3; round-- > 0;) {
      const Frame frame = inspection_.frame(inspection_.depth() - round * period, Inspection::Detail::Values);
      values.push_back(inspection_.value_text(frame.locals[i].value));
    }
    const bool is_same = values[0] == values[1] && values[1] == values[2];
    line(local_text(func, i) + " of " + inspection_.names().func(func) + " " +
         (is_same ? "is " + values[0] + " in each of the last rounds" : "was " + values[0] + ", " + values[1] + ", " + values[2] + " in the last rounds"));
  }
}

void TrapExplainer::host_error() {
  line(escape_for_display(trapped_.text));
  const runtime::Func* callee = inspection_.callee();
  if (callee == nullptr) return;
  const std::vector<wasm::ValType>& params = callee->type->params;
  if (callee->index != wasm::kNoIndex) line("the host function is " + inspection_.func_text(callee->index) + " " + wasm::to_text(*callee->type));
  // The callee of an indirect call lies above its arguments.
  const size_t above = instruction_.op == wasm::Op::Call || instruction_.op == wasm::Op::ReturnCall ? 0 : 1;
  for (size_t i = 0; i < params.size(); ++i) {
    const size_t from_top = params.size() - 1 - i + above;
    line("argument " + std::to_string(i) + ": " + inspection_.value_text(operand(from_top).value) + origin(from_top));
    name_operand(from_top, "argument");
  }
}

}  // namespace wasmscope::debug
