// SPDX-License-Identifier: Apache-2.0
// Explains one trap; internal to explain_trap(). The trapping instruction has not acted, so its operands are still on
// the stack, and memories, tables and objects are as it found them. Each kind of trap is explained in the file that
// knows what it is about; all say what they find in `out_`.
#pragma once
#include <memory>

#include "engine/debug/inspection.h"
#include "engine/debug/provenance.h"

namespace wasmscope::debug {

class TrapExplainer {
 public:
  TrapExplainer(const Inspection& inspection, const runtime::Trapped& trapped);
  TrapExplanation explain();

 private:
  // --- trap_explanation.cpp: numbers, references, objects, exceptions, waits
  void arithmetic();
  void null_reference();
  void cast();
  void array_access();
  void no_room();
  void exception();
  void wait();
  size_t null_operand() const;

  // --- trap_access.cpp: memories and tables
  void memory();
  void unaligned();
  void table_access();
  void access(uint32_t memory, const std::string& sum, TrapAccess range, bool overflows);
  void point_at_base(const TrapAccess& range);
  void point_at_stack_pointer();

  // --- trap_calls.cpp
  void indirect_call();
  void call_stack();
  void host_error();
  void compare_arguments(uint32_t period);

  // A frame and where the values of its current instruction come from.
  struct Standing {
    const Provenance& provenance;
    Inspection::FramePlace place;
    uint32_t depth = 0;
  };
  Standing here() const { return {provenance_, place_, inspection_.depth()}; }

  // --- trap_unreachable.cpp
  void unreachable();
  std::string approach_text(const Standing& at);
  void trace_condition(const Standing& at);
  void explain_call_before();
  std::vector<std::string> texts_given_to(uint32_t depth) const;
  std::optional<std::string> text_at(uint64_t address, std::optional<uint64_t> bytes) const;

  // --- trap_origin.cpp: where values come from
  // How an operand got its value, as far as the code tells: through locals, and arguments of callers.
  void trace(size_t from_top);
  void trace(const Standing& from, ValueId value);
  std::optional<ValueId> only_input(const Standing& at, ValueId value, size_t depth = 0) const;
  // source_text() and the locals in it that still have the values that they had: " where local $n is 7".
  std::string text_with_values(const Standing& at, ValueId value) const;
  void list_locals(const Standing& at, ValueId value, std::string& values, size_t depth = 0) const;
  std::string source_text(const Standing& at, ValueId value) const;
  // Without places: "local $p", "i32.and(local $n, 1)".
  std::string brief_text(const Standing& at, ValueId value, size_t depth = 0) const;
  // What it is now, when it is certain to be what it was: constants, locals that nothing has set since, and sums.
  std::optional<runtime::Value> value_now(const Standing& at, ValueId value, size_t depth = 0) const;
  ValueId value_id(size_t from_top) const;
  // "+0x8: 5, at +0x2a: i32.add at +0x28 of local 1 and 1"
  std::string sets_text(wasm::FuncIndex func, std::span<const uint32_t> pcs) const;
  // "local $p"; nothing when nothing is certain.
  std::string origin_text(size_t from_top) const;
  // The same in brackets, after a blank.
  std::string origin(size_t from_top) const;
  std::string local_text(wasm::FuncIndex func, wasm::LocalIndex local) const;
  std::string offset_text(wasm::FuncIndex func, uint32_t pc) const;

  void line(std::string text) { out_.lines.push_back(std::move(text)); }
  // From the top of the operand stack: 0 is the last operand.
  const OperandValue& operand(size_t from_top) const;
  uint64_t bits(size_t from_top) const { return operand(from_top).value.bits; }
  // Says it as data; the first one named is the lowest on the stack.
  void name_operand(size_t from_top, const char* name);
  std::string type_text(wasm::ValType type) const;
  wasm::FuncIndex func_from_top(uint32_t i) const { return inspection_.place(inspection_.depth() - i).func; }

  const Inspection& inspection_;
  const runtime::Trapped& trapped_;
  const Inspection::FramePlace place_;
  const binary::Instruction instruction_;
  const std::vector<OperandValue> operands_;
  const Provenance provenance_;
  TrapExplanation out_;
};

// "131 072"
std::string grouped(uint64_t number);
// "1 page", "2 pages"
std::string counted(uint64_t number, const char* noun);
// "131 072 (0x20000)"
std::string both(uint64_t number);

}  // namespace wasmscope::debug
