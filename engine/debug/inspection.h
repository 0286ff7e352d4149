// SPDX-License-Identifier: Apache-2.0
// Reads a program that stands at an instant: frames, locals, operands, labels, and which function a call will
// reach. Descriptions of places are kept, since a stack stands at the same few places again and again.
// Engine thread only; the execution must stand at an instant or at a trap. Needs no session and no timeline.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/binary/instruction_reader.h"
#include "engine/debug/expression.h"
#include "engine/debug/object_picture.h"
#include "engine/debug/snapshot.h"
#include "engine/replay/timeline.h"
#include "engine/symbols/names.h"
#include "engine/text/identifiers.h"

namespace wasmscope::debug {

class Inspection {
 public:
  Inspection(const runtime::Store& store, const runtime::Instance& instance, const runtime::Execution& execution,
             const symbols::Names& names);
  Inspection(const replay::Timeline& timeline, const symbols::Names& names)
      : Inspection(timeline.store(), timeline.instance(), timeline.execution(), names) {}

  struct FramePlace {
    wasm::FuncIndex func = 0;
    uint32_t pc = 0;                // the call, for suspended frames
    uint32_t return_pc = 0;         // suspended frames
    uint32_t base = 0;
    bool is_suspended = false;
  };
  uint32_t depth() const { return execution_.depth; }
  // What nobody handled, after a trap for that.
  uint64_t exception() const { return execution_.exception; }
  FramePlace place(uint32_t depth) const;

  // Without values: the places only.
  enum class Detail : uint8_t { Place, Values };
  Frame frame(uint32_t depth, Detail detail) const;
  std::vector<OperandValue> operands(const FramePlace& place) const;

  binary::Instruction instruction(uint32_t pc) const;
  // "i32.load offset=252", without surroundings.
  std::string instruction_text(wasm::FuncIndex func, uint32_t pc) const;
  // What the call that the innermost frame stands at will call; null for other instructions or no function.
  const runtime::Func* callee() const;

  std::vector<GlobalValue> globals() const;
  // The type in canonical form.
  TableElement table_element(uint64_t reference, wasm::ValType type) const;
  // Names functions and types of objects where a plain value has only a number; its type is as the module has it.
  std::string value_text(const runtime::Value& value) const;
  // The same of a value whose type is in canonical form, as results and what exceptions carry have it.
  std::string store_value_text(const runtime::Value& value) const;
  Referent referent(const runtime::Value& value) const;
  // What expressions mean in a frame, and what they are evaluated in.
  ExpressionScope expression_scope(uint32_t depth) const;
  ExpressionFrame expression_frame(uint32_t depth) const { return {store_, instance_, execution_, depth}; }
  ObjectReader objects() const { return {store_, instance_, names_}; }
  // "parse_number #9"
  std::string func_text(wasm::FuncIndex func) const;

  const wasm::Module& module() const { return *instance_.module; }
  const symbols::Names& names() const { return names_; }
  const runtime::Store& store() const { return store_; }
  const runtime::Instance& instance() const { return instance_; }

 private:
  struct Place {
    lower::Description description;
    std::vector<std::string> label_names;
  };
  const Place& describe(const FramePlace& place) const;
  const std::vector<lower::LocalPlace>& locals(wasm::FuncIndex func) const;
  runtime::Value read_slot(wasm::ValType type, uint32_t slot) const;

  struct Key {
    wasm::FuncIndex func;
    uint32_t pc;
    bool is_suspended;
    friend auto operator<=>(const Key&, const Key&) = default;
  };
  const runtime::Store& store_;
  const runtime::Instance& instance_;
  const runtime::Execution& execution_;
  const symbols::Names& names_;
  text::Identifiers identifiers_;
  mutable std::map<Key, Place> places_;
  mutable std::map<wasm::FuncIndex, std::vector<lower::LocalPlace>> locals_;
};

// Why the program trapped, with the values that were there. --- trap_explanation.cpp
TrapExplanation explain_trap(const Inspection& inspection, const runtime::Trapped& trapped);
// Why the module could not be instantiated: `segment` is the one that trapped. --- trap_access.cpp
TrapExplanation explain_instantiation_trap(const runtime::Instance& instance, const symbols::Names& names,
                                           wasm::TrapCode code, ByteRange segment);

}  // namespace wasmscope::debug
