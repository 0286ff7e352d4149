// SPDX-License-Identifier: Apache-2.0
// The walk over a typed stack machine that writes one random body. Internal to random_body.cpp,
// random_accesses.cpp (loads, stores, memories and tables) and random_control.cpp (exceptions, tail calls, calls of
// references, branches on null).
#pragma once
#include "tests/support/random_body.h"

namespace wasmscope::test {

struct OpenBlock {
  char kind = 'b';             // f function, b block, l loop, i if, t try or try_table, c catch
  std::string params, results;
  size_t height = 0;           // letters on the stack below its params
  bool is_dead = false;
  const std::string& label() const { return kind == 'l' ? params : results; }
};

class BodyMaker {
 public:
  BodyMaker(ModulePlan& plan, RandomNumbers& random, uint32_t func) : plan_(plan), random_(random), func_(func) {}
  std::vector<uint8_t> make();

 private:
  PlannedType type_of(uint32_t func) const { return plan_.types[plan_.funcs[func]]; }
  bool unguarded() { return random_.chance(plan_.trap_percent); }

  void declare_locals(ByteWriter& out);
  size_t available() const { return stack_.size() - controls_.back().height; }
  void pop(size_t count) { stack_.resize(stack_.size() - std::min(count, available())); }
  void push(const std::string& letters) { stack_ += letters; }
  void ensure(const std::string& letters);
  void die();

  void value(char letter, int depth);
  void leaf(char letter);
  void constant(char letter) { write_random_constant(code_, random_, letter); }
  void integer_leaf();
  void values(const std::string& letters, int depth) {
    for (const char letter : letters) value(letter, depth);
  }
  void condition(int depth);
  void numeric(wasm::Op op);
  void guard_range(char letter, bool is_unsigned);
  void mask(uint32_t bits) { code_.constant('i', bits).op(wasm::Op::I32And); }
  void index(uint32_t bits) {
    value('i', 1);
    if (!unguarded()) mask(bits);
  }
  uint32_t any_memory() { return random_.chance(70) ? 0 : static_cast<uint32_t>(random_.below(kMemories)); }
  void memory_index(uint32_t bits, bool is_wide);
  uint32_t address(uint32_t bits);
  void memarg(wasm::Op op, uint32_t memory);
  void load(char letter);
  void load(wasm::Op op, uint32_t memory);
  void store();

  void fuel_check();
  void statement();
  void statements(int count);
  void value_statement();
  void variable_statement();
  void memory_statement();
  void atomic_statement();
  void table_statement();
  void control_statement();
  void block(char kind);
  void finish(const std::string& results);
  void branch();
  void call();
  std::string random_params();
  std::string random_results();
  void throwing_statement();
  void throw_reference();
  bool is_inside_try() const;
  bool may_throw();
  void try_table();
  void legacy_try();
  void clause(char kind, const std::string& params, const std::string& results, size_t height,
              const std::string& values);
  void tail_call();
  void call_reference();
  void function_reference(uint32_t func);
  void branch_on_null();
  void exception_statement();
  bool begin_caught();
  void end_caught();
  void alias();
  void pair();
  void indexed_access();
  void counting_loop();
  void block_type(const std::string& params, const std::string& results);
  std::optional<uint32_t> local_of(char letter);
  std::optional<uint32_t> global_of(char letter, bool is_written);

  ModulePlan& plan_;
  RandomNumbers& random_;
  uint32_t func_;
  ByteWriter code_;
  std::string locals_;
  uint32_t scratch_[128] = {};   // a local per number type, and for exceptions, that guards may overwrite
  std::string stack_;
  std::vector<OpenBlock> controls_;
  int budget_ = 0;
};

}  // namespace wasmscope::test
