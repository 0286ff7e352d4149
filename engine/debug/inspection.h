// SPDX-License-Identifier: Apache-2.0
// Reads a program that stands at an instant: frames, locals, operands, labels, and which function a call will
// reach. Descriptions of places are kept, since a stack stands at the same few places again and again.
// Internal to debug/; engine thread only; the timeline must stand at an instant or at a trap.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/binary/instruction_reader.h"
#include "engine/debug/snapshot.h"
#include "engine/replay/timeline.h"
#include "engine/symbols/names.h"
#include "engine/text/identifiers.h"

namespace wasmscope::debug {

class Inspection {
 public:
  Inspection(const replay::Timeline& timeline, const symbols::Names& names);

  struct FramePlace {
    wasm::FuncIndex func = 0;
    uint32_t pc = 0;                // the call, for suspended frames
    uint32_t return_pc = 0;         // suspended frames
    uint32_t base = 0;
    bool is_suspended = false;
  };
  uint32_t depth() const { return timeline_.execution().depth; }
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
  TableElement table_element(uint64_t reference, wasm::ValType type) const;
  // Names functions where a plain value has only their number.
  std::string value_text(const runtime::Value& value) const;
  // "parse_number #9"
  std::string func_text(wasm::FuncIndex func) const;

  const wasm::Module& module() const { return *timeline_.instance().module; }
  const symbols::Names& names() const { return names_; }
  const replay::Timeline& timeline() const { return timeline_; }

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
  const replay::Timeline& timeline_;
  const symbols::Names& names_;
  text::Identifiers identifiers_;
  mutable std::map<Key, Place> places_;
  mutable std::map<wasm::FuncIndex, std::vector<lower::LocalPlace>> locals_;
};

}  // namespace wasmscope::debug
