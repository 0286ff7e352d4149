// SPDX-License-Identifier: Apache-2.0
// The oracle's exceptions, tail calls, calls of references and branches on null. Handlers are found by walking the
// labels of the frames from the innermost outwards, as the specification's contexts are.
#include "engine/wasm/limits.h"
#include "tests/support/oracle.h"

namespace wasmscope::test {

using wasm::Op;
using wasm::TrapCode;

// With whom to call on top of the stack; it is put back where nothing happened.
bool Oracle::call_popped(wasm::FuncIndex func, bool is_tail) {
  const Value callee = pop();
  if (is_tail ? tail_call(func) : call(func)) return true;
  if (status == OracleStatus::Trapped) frames.back().operands.push_back(callee);
  return false;
}

bool Oracle::call_reference(const OracleInstruction& in) {
  const uint64_t reference = peek(0);
  if (reference == 0) return fail(TrapCode::NullFunction);
  return call_popped(static_cast<wasm::FuncIndex>(reference - 1), in.op == Op::ReturnCallRef);
}

bool Oracle::tail_call(wasm::FuncIndex func) {
  if (module_->is_imported(func)) {
    if (!call(func)) return false;
    leave();
    return true;
  }
  code(func);
  const uint64_t base = frames.back().base;
  if (base + frame_slots_[func] > wasm::kMaxValueStackSlots) return fail(TrapCode::CallStackExhausted);
  frames.back() = new_frame(func, base);
  ++tick;
  return true;
}

bool Oracle::branch_on_null(const OracleInstruction& in) {
  const bool is_null = peek(0) == 0;
  if (is_null) pop();
  if (is_null == (in.op == Op::BrOnNull)) branch(static_cast<uint32_t>(in.a));
  return true;
}

bool Oracle::act_on_exceptions(const OracleInstruction& in) {
  const OracleFrame& frame = frames.back();
  switch (in.op) {
    case Op::Throw: {
      const auto tag = static_cast<wasm::TagIndex>(in.a);
      const auto& type = std::get<wasm::FuncType>(module_->types[module_->tags[tag].type.type].composite);
      const auto first = frame.operands.end() - static_cast<ptrdiff_t>(type.params.size());
      objects.push_back({0, {first, frame.operands.end()}, tag});
      return throw_exception(kOracleObject | (objects.size() - 1));
    }
    case Op::ThrowRef:
      if (peek(0) == 0) return fail(TrapCode::NullException);
      return throw_exception(peek(0));
    default: return throw_exception(frame.labels[frame.labels.size() - 1 - in.a].exception);
  }
}

bool Oracle::throw_exception(uint64_t reference) {
  const wasm::TagIndex tag = object_at(reference).tag;
  for (size_t depth = frames.size(); depth-- > 0;) {
    const OracleFrame& frame = frames[depth];
    const auto& list = code(frame.func);
    for (size_t position = frame.labels.size(); position-- > 0;) {
      const OracleLabel& label = frame.labels[position];
      if (label.handling != Op::Try && label.handling != Op::TryTable) continue;
      const OracleInstruction& block = list[label.begin];
      if (const OracleInstruction& end = list[block.end_at]; end.op == Op::Delegate) {
        position -= end.a;   // the label counts from outside of the block
        continue;
      }
      for (const OracleCatch& clause : block.catches) {
        if (clause.tag != wasm::kNoIndex && clause.tag != tag) continue;
        land(depth, position, clause, reference);
        return true;
      }
    }
  }
  exception = reference;
  return fail(TrapCode::UnhandledException);
}

// At the clause of the block that is the frame's label `position`.
void Oracle::land(size_t depth, size_t position, const OracleCatch& clause, uint64_t reference) {
  frames.erase(frames.begin() + static_cast<ptrdiff_t>(depth) + 1, frames.end());
  OracleFrame& frame = frames.back();
  OracleLabel& label = frame.labels[position];
  frame.operands.resize(label.height);
  if (clause.tag != wasm::kNoIndex)
    for (const Value& value : object_at(reference).values) push(value);
  if (clause.has_reference) push({wasm::ref_type(wasm::HeapKind::Exn, false), reference, 0});
  if (label.handling == Op::Try) {
    label.handling = Op::Catch;
    label.exception = reference;
    frame.labels.resize(position + 1);
    frame.at = clause.at + 1;
  } else {
    frame.labels.resize(position);
    branch(clause.label);
  }
}

}  // namespace wasmscope::test
