// SPDX-License-Identifier: Apache-2.0
// Types the expressions of a module: function bodies and constant expressions. An object keeps its stacks from
// one expression to the next, so that validating does not allocate; it is for one thread at a time.
// Inside, checks answer false after having kept the error; only the public functions make it a Result.
#pragma once
#include <span>
#include <vector>

#include "engine/binary/instruction_reader.h"
#include "engine/validate/module_context.h"

namespace wasmscope::validate {

class FunctionValidator {
 public:
  // The context must outlive the validator.
  explicit FunctionValidator(const ModuleContext& context);

  Result<void> validate(wasm::FuncIndex func);
  // Globals from `visible_globals` on do not exist for the expression.
  Result<void> validate_const_expr(const wasm::ConstExpr& expr, wasm::ValType expected, uint32_t visible_globals);

 private:
  using Types = std::span<const wasm::ValType>;
  struct Frame {
    wasm::Op op;                  // Block, Loop, If, Else, Try, Catch, CatchAll, TryTable; Block for the whole body
    bool is_unreachable = false;  // the operands below are made up as needed
    uint32_t height = 0;          // of the operand stack below the frame's own operands
    uint32_t inits = 0;           // of initialised_, likewise
    uint32_t mark = 0;            // the br_table that last checked this label
    const wasm::FuncType* type = nullptr;   // null: no parameters, and `value` unless it is Bottom as result
    wasm::ValType value = {};

    Types params() const { return type != nullptr ? Types(type->params) : Types(); }
    Types results() const {
      if (type != nullptr) return type->results;
      return value.kind != wasm::Kind::Bottom ? Types(&value, 1) : Types();
    }
    Types label_types() const { return op == wasm::Op::Loop ? params() : results(); }
  };
  struct LocalRun {
    uint32_t end;                 // index after its last local
    wasm::ValType type;
  };
  enum class Mode : uint8_t { Body, Constant };

  // function_validator.cpp: the loop, the stacks, locals
  bool validate_expression(ByteRange code, wasm::ValType result, const wasm::FuncType* type, Mode mode);
  bool validate_instructions(ByteRange code);
  bool validate_instruction(const Rule& rule);
  bool apply(const Rule& rule, wasm::Kind address);
  bool apply_slowly(const Rule& rule, wasm::Kind address);
  bool read_locals(wasm::FuncIndex func);
  bool find_local(uint32_t index, wasm::ValType& type);
  bool is_initialised(uint32_t index, wasm::ValType type) const;
  void initialise(uint32_t index, wasm::ValType type);
  void reset_initialised(uint32_t height);

  void push(wasm::ValType type) {
    if (height_ == operands_.size() && !grow_operands()) [[unlikely]]
      return;
    operands_[height_++] = type;
  }
  void push(Types types) {
    for (const wasm::ValType type : types) push(type);
  }
  bool grow_operands();
  // Nothing is left to check: the operands of unreachable code fit whatever takes them.
  bool has_made_up_operands() const { return height_ == base_ && frames_.back().is_unreachable; }
  bool pop(wasm::ValType expected);
  bool pop_any(wasm::ValType& type);
  bool pop_ref(wasm::ValType& type);
  bool pop(Types types);
  // The operands on top have these types; they stay as they are.
  bool check_top(Types types);
  void set_unreachable();
  void push_frame(wasm::Op op, const binary::BlockType& block);
  bool end_frame(Frame& frame);
  Frame& frame_at(uint32_t label) { return frames_[frames_.size() - 1 - label]; }
  bool check_label(uint32_t label);

  // short_instructions.cpp: types what it can from `begin` on, and says where it stopped.
  uint64_t validate_short_instructions(uint64_t begin, uint64_t end);

  // control_instructions.cpp
  bool validate_special();
  bool validate_constant();
  bool validate_block();
  bool validate_else();
  bool validate_catch();
  bool validate_delegate();
  bool validate_end();
  bool validate_br_table();
  bool validate_try_table();
  bool validate_throw();
  bool validate_call(const wasm::FuncType& type);
  bool validate_return_call(const wasm::FuncType& type);
  bool validate_call_indirect(const wasm::FuncType*& type);
  bool validate_call_ref(const wasm::FuncType*& type);
  bool validate_select();
  bool validate_select_typed();
  bool validate_local();
  bool validate_global();
  bool validate_access(const Rule& rule, wasm::Kind& address);
  bool validate_indexed(const Rule& rule);
  bool validate_memory_copy();
  bool validate_table();
  bool validate_table_copy();

  // reference_instructions.cpp
  bool validate_reference();
  bool validate_ref_func();
  bool validate_br_on_null();
  bool validate_br_on_non_null();
  bool validate_cast();
  bool validate_br_on_cast();
  bool validate_struct();
  bool validate_array();
  bool validate_array_copy();
  bool validate_array_segment();

  // descriptor_instructions.cpp
  bool validate_descriptor();
  wasm::ValType new_object(wasm::TypeIndex type) const;   // what making one of the type pushes
  // The type must be a struct that has a descriptor.
  bool check_descriptor(wasm::ValType reference, wasm::TypeIndex& descriptor);

  // stack_instructions.cpp
  bool validate_stack_switching();
  bool validate_cont_bind();
  bool validate_switch();
  bool check_cont(uint32_t index, const wasm::FuncType*& type);
  bool check_handlers(const wasm::FuncType& resumed);
  bool check_handler_label(const wasm::FuncType& resumed, const wasm::FuncType& tag, Types label);

  bool check_type(wasm::ValType type);
  bool check_block_type(const binary::BlockType& block);
  bool check_memory(uint32_t index, wasm::Kind& address);
  bool check_table(uint32_t index, wasm::Kind& address);
  bool check_data(uint32_t index);
  bool check_elem(uint32_t index);
  bool check_tag(uint32_t index, const wasm::FuncType*& type);

  bool fail(Error error);
  bool fail(ErrorCode code, std::string detail = {});
  bool fail_at(ErrorCode code, ByteRange range, std::string detail = {});
  bool fail_mismatch(wasm::ValType expected, wasm::ValType found);
  bool fail_missing(std::string expected);
  bool fail_index(ErrorCode code, uint32_t index);
  std::unexpected<Error> take_error(wasm::FuncIndex func);

  const ModuleContext& context_;
  const wasm::Module& module_;
  binary::Instruction in_;
  std::vector<wasm::ValType> operands_;   // a stack of height_; the rest is spare
  size_t height_ = 0;
  size_t base_ = 0;                       // the innermost frame's height
  bool is_overfull_ = false;              // more operands than there may be; the expression cannot be typed
  ByteRange overfull_at_;
  std::vector<Frame> frames_;
  Error error_;

  Mode mode_ = Mode::Body;
  uint32_t visible_globals_ = 0;
  uint32_t br_tables_ = 0;

  // Parameters and the first locals one by one; the rest in runs, so that a few bytes cannot make much work.
  std::vector<wasm::ValType> locals_;
  std::vector<LocalRun> local_runs_;
  uint32_t local_count_ = 0;
  // Locals without a default value must be set before they are read. A local is set while its stamp is that
  // of the function; `initialised_` lists what the open blocks have set.
  uint32_t param_count_ = 0;
  bool has_non_defaultable_ = false;
  uint32_t stamp_ = 0;
  std::vector<uint32_t> stamps_;
  std::vector<uint32_t> initialised_;
};

}  // namespace wasmscope::validate
