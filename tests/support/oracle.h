// SPDX-License-Identifier: Apache-2.0
// The oracle: a naive stack interpreter that works on the bytes of a validated module, one instruction at a
// time, and says what the state is at every instant. It shares the module model and the opcode table with the
// engine, nothing else: own instruction reader, own control stack, own numbers (oracle_numeric.h).
// References are function index + 1, a number in `objects` or 31 bits, each with a mark, or for external ones
// whatever came in; 0 is null.
// https://webassembly.github.io/spec/core/exec/instructions.html
#pragma once
#include <array>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <vector>

#include "engine/runtime/outcome.h"
#include "engine/runtime/value.h"
#include "engine/wasm/module.h"
#include "engine/wasm/opcode.h"
#include "engine/wasm/traps.h"

namespace wasmscope::test {

using runtime::Value;

// try_table: where exceptions branch to; try: its clauses.
struct OracleCatch {
  wasm::TagIndex tag = wasm::kNoIndex;   // kNoIndex: all
  bool has_reference = false;            // try_table: pushed after the values
  uint32_t label = 0;                    // try_table
  size_t at = 0;                         // try: position of the clause
};

struct OracleInstruction {
  wasm::Op op{};
  uint32_t pc = 0, next_pc = 0;
  uint64_t a = 0, b = 0;             // immediates in the order of the bytes; floats as bits
  std::array<uint8_t, 16> bytes{};   // v128.const, i8x16.shuffle
  uint32_t lane = 0;
  uint64_t offset = 0;               // of a memory access
  std::vector<uint32_t> labels;      // br_table, the default last
  uint32_t params = 0, results = 0;  // of a block
  wasm::ValType type;                // ref.null, typed select; casts: what to
  size_t else_at = 0, end_at = 0;    // of a block: positions in the function's list; else_at 0: none
  std::vector<OracleCatch> catches;
};

struct OracleLabel {
  size_t height = 0;      // operands below the block's own
  uint32_t arity = 0;     // values a branch carries
  size_t target = 0;      // where a branch continues
  bool is_loop = false;
  size_t begin = 0;       // position of the block's instruction
  wasm::Op handling = wasm::Op::Nop;   // Try, TryTable: in the block whose exceptions it handles; Catch: in a clause
  uint64_t exception = 0; // Catch: being handled
};

struct OracleFrame {
  wasm::FuncIndex func = 0;
  size_t at = 0;          // position in the function's list
  uint32_t pc = 0;        // current frame: the next instruction; suspended: its call
  // Logical slots, for the limit on the value stack: the first param, and how many below the operands.
  uint64_t base = 0, local_slots = 0;
  std::vector<Value> locals, operands;
  std::vector<OracleLabel> labels;
};

inline constexpr uint64_t kOracleObject = uint64_t{1} << 40, kOracleI31 = uint64_t{1} << 41;

struct OracleObject {
  wasm::TypeIndex type = 0;
  std::vector<Value> values;   // fields or elements; packed ones without a sign
  wasm::TagIndex tag = wasm::kNoIndex;   // of an exception
};

enum class OracleStatus : uint8_t { Ready, Returned, Trapped, Exited };

struct OracleHostReply {
  std::vector<uint64_t> results;
  std::optional<int> exit_code;
};

class Oracle {
 public:
  using Host = std::function<OracleHostReply(wasm::FuncIndex func, std::span<const uint64_t> arguments,
                                             std::vector<uint8_t>* memory)>;
  Oracle(std::shared_ptr<const wasm::Module> module, Host host);

  // Allocates, evaluates initialisers, copies active segments; not the start function.
  std::optional<wasm::TrapCode> instantiate();
  // Stands at the function's first instruction afterwards, at tick 1.
  void begin(wasm::FuncIndex func, const std::vector<Value>& arguments);
  // Executes one instruction; false when the execution has ended.
  bool step();

  OracleStatus status = OracleStatus::Ready;
  wasm::TrapCode trap = wasm::TrapCode::None;
  int exit_code = 0;
  std::vector<Value> results;
  uint64_t exception = 0;                  // of UnhandledException
  uint64_t tick = 0;
  uint64_t executed = 0;                   // instructions
  std::vector<OracleFrame> frames;         // the last is the current one
  runtime::Instant instant() const { return {tick, static_cast<uint32_t>(frames.size() - 1), frames.back().pc}; }

  struct Memory {
    std::vector<uint8_t> bytes;
    uint64_t max_pages = 0;
  };
  struct Table {
    std::vector<uint64_t> elements;
    uint64_t max_size = 0;
  };
  std::vector<Memory> memories;
  std::vector<Table> tables;
  std::vector<Value> globals;
  std::vector<bool> dropped_elems, dropped_datas;
  std::vector<OracleObject> objects;       // in the order of their making; nothing is ever freed
  std::map<wasm::Op, uint64_t> executions, traps;   // how often each instruction has acted, or trapped instead

  const wasm::Module& module() const { return *module_; }
  const std::vector<OracleInstruction>& code(wasm::FuncIndex func);

 private:
  void parse(wasm::FuncIndex func, std::vector<OracleInstruction>& list);
  Value evaluate(const wasm::ConstExpr& expression);
  std::vector<uint64_t> element_values(const wasm::Elem& segment);
  const std::vector<uint64_t>& segment_elements(size_t segment) const { return elements_[segment]; }

  void push(Value value);
  Value pop();
  uint64_t peek(size_t from_top) const;
  bool fail(wasm::TrapCode code);
  void branch(uint32_t label);
  void leave();
  bool enter(wasm::FuncIndex func);
  bool call(wasm::FuncIndex func);
  bool call_indirect(const OracleInstruction& instruction);
  bool call_reference(const OracleInstruction& instruction);
  bool call_popped(wasm::FuncIndex func, bool is_tail);
  bool tail_call(wasm::FuncIndex func);
  OracleFrame new_frame(wasm::FuncIndex func, uint64_t base);
  bool branch_on_null(const OracleInstruction& instruction);
  bool act_on_exceptions(const OracleInstruction& instruction);
  bool throw_exception(uint64_t reference);
  void land(size_t depth, size_t position, const OracleCatch& clause, uint64_t reference);
  bool access_memory(const OracleInstruction& instruction);
  bool access_vector(const OracleInstruction& instruction);
  bool act_on_atomics(const OracleInstruction& instruction);
  bool act_on_vectors(const OracleInstruction& instruction);
  bool act_on_memory(const OracleInstruction& instruction);
  bool act_on_table(const OracleInstruction& instruction);
  bool act_on_control(const OracleInstruction& instruction);
  bool act_on_values(const OracleInstruction& instruction);
  bool act_on_objects(const OracleInstruction& instruction);
  bool act_on_arrays(const OracleInstruction& instruction);
  OracleObject& object_at(uint64_t reference) { return objects[reference & ~kOracleObject]; }
  const OracleObject& object_at(uint64_t reference) const { return objects[reference & ~kOracleObject]; }
  const wasm::FieldType& field_of(uint64_t type, uint64_t field) const;
  Value make_object(uint64_t type, std::vector<Value> values);
  std::vector<Value> default_values(uint64_t type, size_t count) const;
  bool has_type(uint64_t reference, wasm::ValType type) const;
  Value data_value(const wasm::FieldType& field, uint64_t at) const;
  wasm::TrapCode segment_values(const OracleInstruction& instruction, uint64_t from, uint64_t count,
                                std::vector<Value>& out);

  std::shared_ptr<const wasm::Module> module_;
  Host host_;
  std::map<wasm::FuncIndex, std::vector<OracleInstruction>> code_;
  std::map<wasm::FuncIndex, std::vector<Value>> zero_locals_;   // declared ones
  std::map<wasm::FuncIndex, uint32_t> frame_slots_;
  std::vector<std::vector<uint64_t>> elements_;   // of each segment
};

}  // namespace wasmscope::test
