// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "tests/support/random_body_maker.h"

namespace wasmscope::test {

using wasm::Op;

// --- exceptions

void BodyMaker::exception_statement() {
  const uint64_t choice = random_.below(16);
  if (choice < 4) return controls_.size() < 7 ? try_table() : throwing_statement();
  if (choice < 8) return controls_.size() < 7 ? legacy_try() : throwing_statement();
  if (choice < 12) return throwing_statement();
  if (choice < 13) return throw_reference();
  if (choice < 14) return tail_call();
  branch_on_null();
}

// Something in this function may handle what is thrown here.
bool BodyMaker::is_inside_try() const {
  const size_t outermost = controls_.size() > 2 && controls_[2].kind == 't' && plan_.is_caught ? 3 : 0;
  return std::any_of(controls_.begin() + static_cast<ptrdiff_t>(outermost), controls_.end(),
                     [](const OpenBlock& block) { return block.kind == 't'; });
}
// A throw that nothing handles, or only the entry function, ends the program soon.
bool BodyMaker::may_throw() { return is_inside_try() || random_.chance(plan_.is_caught ? 40 : 15); }

void BodyMaker::throwing_statement() {
  if (!may_throw()) return;
  fuel_check();
  std::vector<uint32_t> catching;
  for (uint32_t label = 0; label < controls_.size(); ++label)
    if (controls_[controls_.size() - 1 - label].kind == 'c') catching.push_back(label);
  const bool is_again = !catching.empty() && random_.chance(60);
  const auto tag = static_cast<uint32_t>(random_.below(plan_.tags.size()));
  const std::string params = is_again ? std::string() : plan_.types[plan_.tags[tag]].params;
  const bool is_sure = is_inside_try() && random_.chance(40);
  if (is_sure) {
    ensure(params);
  } else {
    condition(2);
    code_.op(Op::If).u8(0x40);
    values(params, 1);
  }
  if (is_again)
    code_.op(Op::Rethrow).leb(random_.pick(catching) + (is_sure ? 0 : 1));
  else
    code_.op(Op::Throw).leb(tag);
  if (is_sure) return die();
  code_.op(Op::End);
}

void BodyMaker::throw_reference() {
  if (!may_throw()) return;
  fuel_check();
  ensure("e");
  if (unguarded()) {
    code_.op(Op::ThrowRef);
    return die();
  }
  const uint32_t scratch = scratch_[static_cast<size_t>('e')];
  code_.op(Op::LocalSet).leb(scratch);
  pop(1);
  code_.op(Op::LocalGet).leb(scratch).op(Op::RefIsNull).op(Op::I32Eqz).op(Op::If).u8(0x40);
  code_.op(Op::LocalGet).leb(scratch).op(Op::ThrowRef).op(Op::End);
}

// Clauses branch to labels that are there and fit, or to the ends of blocks that are made for it.
void BodyMaker::try_table() {
  struct Clause {
    uint32_t kind = 0, tag = 0, label = 0;
    bool is_wrapped = false;
  };
  const std::string params = random_params(), results = random_results();
  const size_t height = stack_.size() - params.size();
  std::vector<Clause> clauses(random_.below(4));
  std::vector<std::string> wrapped;   // outermost first
  for (Clause& clause : clauses) {
    clause.kind = static_cast<uint32_t>(random_.below(4));
    clause.tag = static_cast<uint32_t>(random_.below(plan_.tags.size()));
    std::string carried;
    if (clause.kind < 2) carried += plan_.types[plan_.tags[clause.tag]].params;
    if (clause.kind % 2 == 1) carried += 'e';
    std::vector<uint32_t> fitting;
    for (uint32_t label = 0; label < controls_.size(); ++label)
      if (controls_[controls_.size() - 1 - label].label() == carried) fitting.push_back(label);
    clause.is_wrapped = fitting.empty() || random_.chance(50);
    clause.label = clause.is_wrapped ? static_cast<uint32_t>(wrapped.size()) : random_.pick(fitting);
    if (clause.is_wrapped) wrapped.push_back(carried);
  }
  const auto count = static_cast<uint32_t>(wrapped.size());
  for (const std::string& carried : wrapped) {
    code_.op(Op::Block);
    block_type(params, carried);
    controls_.push_back({'b', params, carried, height, false});
  }
  code_.op(Op::TryTable);
  block_type(params, results);
  code_.leb(clauses.size());
  for (const Clause& clause : clauses) {
    code_.u8(clause.kind);
    if (clause.kind < 2) code_.leb(clause.tag);
    code_.leb(clause.is_wrapped ? count - 1 - clause.label : clause.label + count);
  }
  clause('t', params, results, height, "");
  code_.op(Op::End);
  push(results);
  for (uint32_t i = count; i-- > 0;) {
    finish(wrapped[i]);
    controls_.pop_back();
    stack_.resize(height);
    code_.op(Op::End);
    push(wrapped[i]);
    const auto local = local_of('e');
    if (wrapped[i].ends_with('e') && local && random_.chance(50)) {
      code_.op(Op::LocalSet).leb(*local);
      pop(1);
    } else if (wrapped[i].ends_with('e') && random_.chance(40)) {
      throw_reference();
    }
  }
}

// What is between the beginning of a try block or clause and whatever comes next. The stack is `height` afterwards.
void BodyMaker::clause(char kind, const std::string& params, const std::string& results, size_t height,
                       const std::string& values) {
  controls_.push_back({kind, params, results, height, false});
  push(values);
  statements(static_cast<int>(1 + random_.below(6)));
  finish(results);
  controls_.pop_back();
  stack_.resize(height);
}

void BodyMaker::legacy_try() {
  const std::string params = random_params(), results = random_results();
  const size_t height = stack_.size() - params.size();
  code_.op(Op::Try);
  block_type(params, results);
  clause('t', params, results, height, "");
  if (random_.chance(25)) {
    code_.op(Op::Delegate).leb(random_.below(controls_.size()));
    return push(results);
  }
  for (uint64_t left = random_.below(3); left > 0; --left) {
    const auto tag = static_cast<uint32_t>(random_.below(plan_.tags.size()));
    code_.op(Op::Catch).leb(tag);
    clause('c', params, results, height, plan_.types[plan_.tags[tag]].params);
  }
  if (random_.chance(50)) {
    code_.op(Op::CatchAll);
    clause('c', params, results, height, "");
  }
  code_.op(Op::End);
  push(results);
}

// Around the body of the entry and start functions: what is thrown there ends in constants as results.
bool BodyMaker::begin_caught() {
  if (!plan_.is_caught || plan_.is_wide || (func_ != plan_.entry && plan_.start != func_)) return false;
  const std::string results = type_of(func_).results;
  code_.op(Op::Block).u8(0x40);
  controls_.push_back({'b', "", "", 0, false});
  code_.op(Op::TryTable);
  block_type("", results);
  code_.leb(1).u8(2).leb(0);
  controls_.push_back({'t', "", results, 0, false});
  return true;
}
void BodyMaker::end_caught() {
  code_.op(Op::End).op(Op::Return).op(Op::End);
  controls_.resize(1);
  stack_.clear();
  values(type_of(func_).results, 0);
}

// --- calls

// Leaves a reference of the function's type, or of its type and null.
void BodyMaker::function_reference(uint32_t func) {
  const uint32_t type = plan_.funcs[func];
  if (!unguarded()) {
    code_.op(Op::RefFunc).leb(func);
  } else if (random_.chance(30)) {
    code_.op(Op::RefNull).signed_leb(type);
  } else {
    value('r', 1);
    code_.op(Op::RefCastNull).signed_leb(type);
  }
  if (random_.chance(20)) code_.op(Op::RefAsNonNull);
}

void BodyMaker::call_reference() {
  const auto func = static_cast<uint32_t>(random_.below(plan_.funcs.size()));
  const PlannedType type = type_of(func);
  ensure(type.params);
  function_reference(func);
  code_.op(Op::CallRef).leb(plan_.funcs[func]);
  pop(type.params.size());
  push(type.results);
}

void BodyMaker::tail_call() {
  if (controls_.size() < 3 && !random_.chance(15)) return;
  const std::string results = type_of(func_).results;
  std::vector<uint32_t> fitting, slots;
  for (uint32_t func = 0; func < plan_.funcs.size(); ++func)
    if (type_of(func).results == results) fitting.push_back(func);
  for (uint32_t slot = 0; slot < plan_.table.size(); ++slot)
    if (type_of(plan_.table[slot]).results == results) slots.push_back(slot);
  if (random_.chance(30) && !slots.empty()) {
    const uint32_t slot = random_.pick(slots);
    const uint32_t func = plan_.table[slot];
    ensure(type_of(func).params);
    const bool is_wild = unguarded();
    if (is_wild)
      value('i', 1);
    else
      code_.constant('i', slot);
    if (is_wild && random_.chance(70)) mask(15);
    code_.op(Op::ReturnCallIndirect).leb(plan_.funcs[func]).leb(0);
    return die();
  }
  const uint32_t func = random_.pick(fitting);
  ensure(type_of(func).params);
  if (random_.chance(50)) {
    code_.op(Op::ReturnCall).leb(func);
  } else {
    function_reference(func);
    code_.op(Op::ReturnCallRef).leb(plan_.funcs[func]);
  }
  die();
}

// --- branches

void BodyMaker::branch_on_null() {
  if (random_.chance(20)) {
    const bool is_wild = unguarded();
    const char letter = is_wild ? random_.letter("rxe") : 'r';
    if (is_wild)
      value(letter, 1);
    else
      code_.op(Op::RefFunc).leb(random_.below(plan_.funcs.size()));
    code_.op(Op::RefAsNonNull);
    return push({letter});
  }
  const bool is_for_null = random_.chance(50);
  std::vector<uint32_t> fitting;
  for (uint32_t label = 0; label < controls_.size(); ++label) {
    const std::string& carried = controls_[controls_.size() - 1 - label].label();
    if (is_for_null || (!carried.empty() && is_reference(carried.back()))) fitting.push_back(label);
  }
  if (fitting.empty()) return;
  const uint32_t label = random_.pick(fitting);
  const OpenBlock target = controls_[controls_.size() - 1 - label];
  std::string carried = target.label();
  char letter = random_.letter("rxe");
  if (!is_for_null) {
    letter = carried.back();
    carried.pop_back();
  }
  if (target.kind == 'l') fuel_check();
  ensure(carried);
  value(letter, 1);
  code_.op(is_for_null ? Op::BrOnNull : Op::BrOnNonNull).leb(label);
  pop(carried.size());
  push(carried);
  if (is_for_null) push({letter});
}

}  // namespace wasmscope::test
