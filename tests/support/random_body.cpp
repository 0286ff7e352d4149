// SPDX-License-Identifier: Apache-2.0
#include "tests/support/random_body_maker.h"

#include <algorithm>
#include <bit>

#include "tests/support/useful_ops.h"

namespace wasmscope::test {

using wasm::Op;

namespace {

const std::string kNumbers = "ilfdv", kAll = "iiillfdrxevvv";

}  // namespace

std::optional<uint32_t> BodyMaker::local_of(char letter) {
  std::vector<uint32_t> found;
  for (uint32_t i = 0; i < locals_.size(); ++i)
    if (locals_[i] == letter && scratch_[static_cast<size_t>(letter)] != i) found.push_back(i);
  if (found.empty()) return std::nullopt;
  return random_.pick(found);
}
std::optional<uint32_t> BodyMaker::global_of(char letter, bool is_written) {
  std::vector<uint32_t> found;
  for (uint32_t i = 1; i < plan_.globals.size(); ++i)
    if (plan_.globals[i].type == letter && (!is_written || plan_.globals[i].is_mutable)) found.push_back(i);
  if (found.empty()) return std::nullopt;
  return random_.pick(found);
}

void BodyMaker::integer_leaf() {
  switch (random_.below(6)) {
    case 0: {
      const uint32_t memory = any_memory();
      code_.op(Op::MemorySize).leb(memory);
      if (memory == kWideMemory) code_.op(Op::I32WrapI64);
      return;
    }
    case 1: code_.op(Op::TableSize).leb(random_.below(3)); return;
    case 2:
      value(random_.letter("rxe"), 0);
      code_.op(Op::RefIsNull);
      return;
    default: constant('i'); return;
  }
}

void BodyMaker::leaf(char letter) {
  const auto local = local_of(letter);
  if (local && random_.chance(60)) {
    code_.op(Op::LocalGet).leb(*local);
    return;
  }
  if (const auto global = global_of(letter, false); global && random_.chance(15)) {
    code_.op(Op::GlobalGet).leb(*global);
    return;
  }
  if (letter == 'i') return integer_leaf();
  if (letter == 'r' && random_.chance(60))
    code_.op(Op::RefFunc).leb(random_.below(plan_.funcs.size()));
  else if (is_reference(letter))
    code_.op(Op::RefNull).u8(type_code(letter));
  else
    constant(letter);
}

// Leaves one value of the type on the machine's stack; `stack_` is the caller's to update.
void BodyMaker::value(char letter, int depth) {
  --budget_;
  const uint64_t choice = random_.below(20);
  if (depth <= 0 || budget_ <= 0 || choice < 6) return leaf(letter);
  if (is_reference(letter)) {
    if (letter == 'e' || choice >= 12) return leaf(letter);
    index(7);
    code_.op(Op::TableGet).leb(letter == 'x' ? 1 : random_.chance(50) ? 0 : 2);
    return;
  }
  if (choice < 14) {
    const UsefulOps& ops = useful_ops();
    const auto& with_vectors = ops.vectors_making[static_cast<size_t>(letter)];
    const bool is_vector = letter == 'v' || random_.chance(20);
    // In turn: there are too many for chance to find each.
    const Op op = is_vector ? with_vectors[plan_.next_vector++ % with_vectors.size()]
                            : random_.pick(ops.making[static_cast<size_t>(letter)]);
    const std::string_view row = wasm::info(op).signature;
    values(std::string(row.substr(0, row.find('_'))), depth - 1);
    return numeric(op);
  }
  if (choice < 17) return load(letter);
  if (choice == 17) {
    values(std::string(2, letter), depth - 1);
    condition(depth - 1);
    if (random_.chance(50))
      code_.op(Op::Select);
    else
      code_.op(Op::SelectTyped).leb(1).u8(type_code(letter));
    return;
  }
  if (choice == 18) {
    condition(depth - 1);
    code_.op(Op::If).u8(type_code(letter));
    value(letter, depth - 1);
    code_.op(Op::Else);
    value(letter, depth - 1);
    code_.op(Op::End);
    return;
  }
  code_.op(Op::Block).u8(type_code(letter));
  value(letter, depth - 1);
  code_.op(Op::End);
}

// Often a comparison, so that it can be joined with the branch that follows.
void BodyMaker::condition(int depth) {
  if (random_.chance(40)) return value('i', depth);
  const Op op = random_.pick(useful_ops().comparisons);
  const char letter = wasm::info(op).signature[0];
  value(letter, depth - 1);
  value(letter, depth - 1);
  code_.op(op);
  while (random_.chance(15)) code_.op(Op::I32Eqz);
}

void BodyMaker::guard_range(char letter, bool is_unsigned) {
  const bool is_single = letter == 'f';
  const uint32_t scratch = scratch_[static_cast<size_t>(letter)];
  const auto bits = [&](double number) {
    return is_single ? std::bit_cast<uint32_t>(static_cast<float>(number)) : std::bit_cast<uint64_t>(number);
  };
  if (is_unsigned) code_.op(is_single ? Op::F32Abs : Op::F64Abs);
  code_.op(Op::LocalTee).leb(scratch).constant(letter, bits(0.5)).op(Op::LocalGet).leb(scratch);
  code_.op(is_single ? Op::F32Abs : Op::F64Abs)
      .constant(letter, bits(1e9))
      .op(is_single ? Op::F32Lt : Op::F64Lt)
      .op(Op::Select);
}

// The operands are on the stack.
void BodyMaker::numeric(Op op) {
  const wasm::OpInfo& row = wasm::info(op);
  const auto has = [&](std::string_view part) { return row.text.find(part) != row.text.npos; };
  const char first = row.signature[0];
  const bool is_integer = first == 'i' || first == 'l';
  if (is_integer && (has(".div") || has(".rem")) && !unguarded())
    code_.constant(first, 0x7FFF)
        .op(first == 'i' ? Op::I32And : Op::I64And)
        .constant(first, 1)
        .op(first == 'i' ? Op::I32Or : Op::I64Or);
  if (has(".trunc_f") && !unguarded()) guard_range(first, has("_u"));
  code_.op(op);
  if (row.imm == wasm::Imm::Lane) code_.u8(random_.below(lanes_of(op)));
  if (row.imm == wasm::Imm::Shuffle)
    for (int i = 0; i < 16; ++i) code_.u8(random_.below(32));
}

// Makes the top of the stack these types. Unreachable code may take them from the polymorphic bottom.
void BodyMaker::ensure(const std::string& letters) {
  const bool is_dead = controls_.back().is_dead;
  const std::string here = stack_.substr(controls_.back().height);
  if (is_dead) {
    const size_t both = std::min(here.size(), letters.size());
    if (here.substr(here.size() - both) == letters.substr(letters.size() - both) && random_.chance(70)) return;
  }
  size_t kept = std::min(here.size(), letters.size());
  while (kept > 0 && here.substr(here.size() - kept) != letters.substr(0, kept)) --kept;
  if (random_.chance(10)) kept = 0;
  values(letters.substr(kept), 2);
  push(letters.substr(kept));
}

void BodyMaker::die() {
  stack_.resize(controls_.back().height);
  controls_.back().is_dead = true;
}

void BodyMaker::fuel_check() {
  code_.op(Op::GlobalGet).leb(0).constant('i', 1).op(Op::I32Sub).op(Op::GlobalSet).leb(0);
  code_.op(Op::GlobalGet).leb(0).constant('i', 0).op(Op::I32LtS).op(Op::If).u8(0x40);
  for (const char letter : type_of(func_).results) {
    if (is_reference(letter))
      code_.op(Op::RefNull).u8(type_code(letter));
    else
      code_.constant(letter, 7);
  }
  code_.op(Op::Return).op(Op::End);
}

void BodyMaker::block_type(const std::string& params, const std::string& results) {
  if (params.empty() && results.empty() && random_.chance(80))
    code_.u8(0x40);
  else if (params.empty() && results.size() == 1 && random_.chance(80))
    code_.u8(type_code(results[0]));
  else
    code_.signed_leb(plan_.type_index(params, results));
}

// Leaves exactly these types in the innermost block.
void BodyMaker::finish(const std::string& results) {
  std::string here = stack_.substr(controls_.back().height);
  if (controls_.back().is_dead) {
    const bool fits = here.size() <= results.size() && here == results.substr(results.size() - here.size());
    if (fits && random_.chance(60)) return;
    for (; !here.empty(); here.pop_back()) code_.op(Op::Drop);
    if (random_.chance(50)) values(results, 1);
    return;
  }
  if (here == results) return;
  const bool ends_right = here.size() > results.size() && here.ends_with(results);
  if (ends_right && controls_.back().kind != 'l' && random_.chance(60)) {
    if (controls_.size() == 1 && random_.chance(50))
      code_.op(Op::Return);
    else
      code_.op(Op::Br).leb(0);
    return;
  }
  while (!results.starts_with(here)) {
    code_.op(Op::Drop);
    here.pop_back();
  }
  values(results.substr(here.size()), 2);
}

std::string BodyMaker::random_params() {
  const std::string here = stack_.substr(controls_.back().height);
  return here.substr(here.size() - random_.below(std::min<size_t>(here.size(), 3) + 1));
}
std::string BodyMaker::random_results() {
  std::string results;
  for (size_t left = random_.below(4); left > 0; --left) results += random_.letter(kAll);
  return results;
}

void BodyMaker::block(char kind) {
  const std::string params = random_params();
  std::string results = random_results();
  const bool has_else = kind == 'i' && random_.chance(60);
  if (kind == 'i' && !has_else) results = params;
  if (kind == 'i') condition(2);
  code_.op(kind == 'b' ? Op::Block : kind == 'l' ? Op::Loop : Op::If);
  block_type(params, results);
  const size_t height = stack_.size() - params.size();
  const auto arm = [&] {
    controls_.push_back({kind, params, results, height, false});
    statements(static_cast<int>(1 + random_.below(6)));
    if (kind == 'l' && random_.chance(85)) {
      fuel_check();
      ensure(params);
      condition(2);
      code_.op(Op::BrIf).leb(0);
      pop(params.size());
      push(params);
    }
    finish(results);
    controls_.pop_back();
    stack_.resize(height);
  };
  arm();
  if (has_else) {
    code_.op(Op::Else);
    push(params);
    arm();
  }
  code_.op(Op::End);
  push(results);
}

void BodyMaker::branch() {
  const auto label = static_cast<uint32_t>(random_.below(controls_.size()));
  const OpenBlock& target = controls_[controls_.size() - 1 - label];
  const std::string carried = target.label();
  const uint64_t choice = random_.below(10);
  if (target.kind == 'l') fuel_check();
  if (choice < 6) {
    ensure(carried);
    condition(2);
    code_.op(Op::BrIf).leb(label);
    pop(carried.size());
    return push(carried);
  }
  if (choice < 8) {
    std::vector<uint32_t> labels;
    for (uint32_t i = 0; i < controls_.size(); ++i)
      if (controls_[controls_.size() - 1 - i].label() == carried) labels.push_back(i);
    fuel_check();
    ensure(carried);
    value('i', 2);
    if (random_.chance(70)) mask(7);
    code_.op(Op::BrTable);
    const uint64_t count = random_.below(6);
    code_.leb(count);
    for (uint64_t i = 0; i <= count; ++i) code_.leb(random_.pick(labels));
    return die();
  }
  if (choice == 8) {
    ensure(carried);
    code_.op(Op::Br).leb(label);
    return die();
  }
  if (random_.chance(50)) {
    ensure(type_of(func_).results);
    code_.op(Op::Return);
    return die();
  }
  if (plan_.trap_percent == 0) return;
  if (!unguarded()) {
    condition(2);
    condition(1);
    code_.op(Op::I32And).op(Op::If).u8(0x40).op(Op::Unreachable).op(Op::End);
    return;
  }
  code_.op(Op::Unreachable);
  die();
}

void BodyMaker::call() {
  uint32_t func = static_cast<uint32_t>(random_.below(plan_.funcs.size()));
  if (random_.chance(15)) return call_reference();
  if (random_.chance(70)) {
    const PlannedType type = type_of(func);
    ensure(type.params);
    code_.op(Op::Call).leb(func);
    pop(type.params.size());
    return push(type.results);
  }
  const auto slot = static_cast<uint32_t>(random_.below(plan_.table.size()));
  func = plan_.table[slot];
  const PlannedType type = type_of(func);
  ensure(type.params);
  const bool is_wild = unguarded();
  if (is_wild)
    value('i', 1);
  else
    code_.constant('i', slot);
  if (is_wild && random_.chance(70)) mask(15);
  code_.op(Op::CallIndirect).leb(plan_.funcs[func]).leb(is_wild && random_.chance(30) ? 2 : 0);
  pop(type.params.size());
  push(type.results);
}

void BodyMaker::value_statement() {
  if (available() < 30 && random_.chance(4)) {
    for (uint64_t left = 5 + random_.below(30); left > 0; --left) {
      const char letter = random_.letter(kAll);
      leaf(letter);
      push({letter});
    }
    return;
  }
  if (available() > 40 || random_.chance(10)) {
    if (available() == 0) return;
    code_.op(Op::Drop);
    return pop(1);
  }
  if (random_.chance(40)) {
    const char letter = random_.letter(kAll);
    value(letter, 3);
    return push({letter});
  }
  if (random_.chance(15)) {
    const char letter = random_.letter(kAll);
    ensure({letter, letter});
    condition(2);
    if (is_reference(letter) || random_.chance(50))
      code_.op(Op::SelectTyped).leb(1).u8(type_code(letter));
    else
      code_.op(Op::Select);
    pop(2);
    return push({letter});
  }
  if (random_.chance(15)) {
    const char letter = random_.letter("rxe");
    ensure({letter});
    code_.op(Op::RefIsNull);
    pop(1);
    return push("i");
  }
  const bool is_wide = plan_.features == RandomFeatures::All && random_.chance(5);
  const auto& vectors = useful_ops().vectors;
  const Op op = is_wide              ? random_.pick(useful_ops().wide)
                : random_.chance(50) ? random_.pick(useful_ops().numeric)
                                     : vectors[plan_.next_vector++ % vectors.size()];
  const std::string row(wasm::info(op).signature);
  const std::string params = row.substr(0, row.find('_'));
  ensure(params);
  numeric(op);
  pop(params.size());
  push(row.substr(params.size() + 1));
}

void BodyMaker::variable_statement() {
  const char letter = random_.letter(kAll);
  if (random_.chance(15)) {
    if (const auto global = global_of(letter, true)) {
      ensure({letter});
      code_.op(Op::GlobalSet).leb(*global);
      return pop(1);
    }
  }
  const auto local = local_of(letter);
  if (!local) return;
  ensure({letter});
  if (random_.chance(30)) {
    code_.op(Op::LocalTee).leb(*local);
    pop(1);
    return push({letter});
  }
  code_.op(Op::LocalSet).leb(*local);
  pop(1);
}

// Operands that are still the local itself when the local is written.
void BodyMaker::alias() {
  const char letter = random_.letter(kNumbers);
  const auto local = local_of(letter), other = local_of(letter);
  if (!local || !other) return;
  for (uint64_t left = 1 + random_.below(3); left > 0; --left) {
    code_.op(Op::LocalGet).leb(random_.chance(70) ? *local : *other);
    push({letter});
  }
  value(letter, 1);
  if (random_.chance(30)) {
    code_.op(Op::LocalTee).leb(*local);
    push({letter});
  } else {
    code_.op(Op::LocalSet).leb(*local);
  }
  if (random_.chance(40)) {   // swap
    code_.op(Op::LocalGet).leb(*local).op(Op::LocalGet).leb(*other);
    code_.op(Op::LocalSet).leb(*local).op(Op::LocalSet).leb(*other);
  }
}

// Operations that may be carried out by one cell, with operands of every kind.
void BodyMaker::pair() {
  const auto& [outer, inner] = random_.pick(useful_ops().pairs);
  const std::string inner_params(wasm::info(inner).signature.substr(0, 2)),
      outer_params(wasm::info(outer).signature.substr(0, 2));
  const char result = wasm::info(outer).signature.back();
  const bool is_left = random_.chance(60);
  if (!is_left) leaf(outer_params[0]);
  leaf(inner_params[0]);
  if (random_.chance(50))
    leaf(inner_params[1]);
  else
    code_.constant(inner_params[1], random_.chance(70) ? random_.below(40) : random_.next());
  code_.op(inner);
  if (is_left && random_.chance(50))
    leaf(outer_params[1]);
  else if (is_left)
    code_.constant(outer_params[1], random_.chance(70) ? random_.below(40) : random_.next());
  code_.op(outer);
  const auto local = local_of(result);
  if (local && random_.chance(60))
    code_.op(Op::LocalSet).leb(*local);
  else
    push({result});
}

void BodyMaker::counting_loop() {
  const auto counter = local_of('i'), bound = local_of('i');
  if (!counter) return;
  if (random_.chance(70)) code_.constant('i', random_.below(20) - 10).op(Op::LocalSet).leb(*counter);
  code_.op(Op::Loop).u8(0x40);
  controls_.push_back({'l', "", "", stack_.size(), false});
  fuel_check();
  if (random_.chance(30)) alias();
  finish("");
  stack_.resize(controls_.back().height);
  controls_.pop_back();
  code_.op(Op::LocalGet).leb(*counter).constant('i', random_.chance(80) ? 1 : random_.below(9) - 4).op(Op::I32Add);
  if (random_.chance(70))
    code_.op(Op::LocalTee).leb(*counter);
  else
    code_.op(Op::LocalSet).leb(*counter).op(Op::LocalGet).leb(*counter);
  if (random_.chance(50))
    code_.op(Op::LocalGet).leb(random_.chance(90) ? *bound : *counter);
  else
    code_.constant('i', random_.below(20));
  code_.op(random_.pick(std::vector<Op>{Op::I32Ne, Op::I32LtS, Op::I32LtU, Op::I32GtS, Op::I32And, Op::I32GeU}));
  if (random_.chance(10)) code_.op(Op::I32Eqz);
  code_.op(Op::BrIf).leb(0).op(Op::End);
}

void BodyMaker::control_statement() {
  const uint64_t choice = random_.below(16);
  if (choice >= 10) return exception_statement();
  if (choice < 6 && controls_.size() < 7) return block("bbliil"[choice]);
  if (choice < 7) {
    code_.op(Op::Nop);
    return;
  }
  branch();
}

void BodyMaker::statement() {
  --budget_;
  if (random_.chance(plan_.exception_percent)) return exception_statement();
  const uint64_t choice = random_.below(100);
  if (choice < 30)
    value_statement();
  else if (choice < 48)
    variable_statement();
  else if (choice < 54)
    alias();
  else if (choice < 58)
    pair();
  else if (choice < 60)
    indexed_access();
  else if (choice < 62)
    counting_loop();
  else if (choice < 68)
    memory_statement();
  else if (choice < 73)
    table_statement();
  else if (choice < 82)
    call();
  else
    control_statement();
}

void BodyMaker::statements(int count) {
  for (; count > 0 && budget_ > 0; --count) {
    statement();
    if (controls_.back().is_dead && random_.chance(60)) return;
  }
}

void BodyMaker::declare_locals(ByteWriter& out) {
  const PlannedType type = type_of(func_);
  locals_ = type.params;
  std::string declared;
  for (uint64_t left = random_.below(10); left > 0; --left) declared += random_.letter(kAll);
  if (random_.chance(3)) declared += std::string(300, random_.letter(kNumbers));
  if (plan_.is_wide) {
    declared = "ilfdv" + declared;
    declared.insert(2, 48990, 'l');
  }
  for (const char letter : kNumbers + "e") {
    scratch_[static_cast<size_t>(letter)] = static_cast<uint32_t>(locals_.size() + declared.size());
    declared += letter;
  }
  std::vector<std::pair<uint64_t, char>> runs;
  for (const char letter : declared) {
    if (!runs.empty() && runs.back().second == letter)
      ++runs.back().first;
    else
      runs.push_back({1, letter});
  }
  if (random_.chance(10)) runs.insert(runs.begin(), {0, 'l'});
  out.leb(runs.size());
  for (const auto& [count, letter] : runs) out.leb(count).u8(type_code(letter));
  locals_ += declared;
}

std::vector<uint8_t> BodyMaker::make() {
  declare_locals(code_);
  const PlannedType type = type_of(func_);
  controls_.push_back({'f', "", type.results, 0, false});
  budget_ = static_cast<int>(20 + random_.below(random_.chance(20) ? 600 : 200));
  fuel_check();
  if (plan_.is_wide) {
    // Operands that are never taken, then everything else inside a block above them.
    for (int i = 0; i < 16600; ++i) code_.op(Op::GlobalGet).leb(0);
    code_.op(Op::Block);
    block_type("", type.results);
    controls_.push_back({'b', "", type.results, 0, false});
  }
  const bool is_caught = begin_caught();
  while (budget_ > 0 && !controls_.back().is_dead) statement();
  if (controls_.back().is_dead) statements(3);
  finish(type.results);
  if (is_caught) end_caught();
  if (plan_.is_wide) code_.op(Op::End).op(Op::Return);
  code_.op(Op::End);
  return std::move(code_.bytes);
}

std::vector<uint8_t> make_random_body(ModulePlan& plan, RandomNumbers& random, uint32_t func) {
  return BodyMaker(plan, random, func).make();
}

}  // namespace wasmscope::test
