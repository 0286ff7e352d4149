// SPDX-License-Identifier: Apache-2.0
// Expressions over one program that stands in the middle of a function. A text is an expression, an assignment and a
// message: each is an error with a place in the text, or has a value that every format can be asked for.
#include <string>

#include "engine/debug/assignment.h"
#include "engine/debug/message_template.h"
#include "tests/fuzz/targets.h"
#include "tests/support/standing_program.h"

namespace wasmscope::fuzz {
namespace {

constexpr std::string_view kProgram = R"((module
  (type $node (sub (struct (field $value (mut i32)) (field $next (mut (ref null $node))))))
  (type $bytes (array (mut i8)))
  (memory $heap 1)
  (memory $other i64 1)
  (table $functions 2 funcref)
  (elem (table 0) (i32.const 1) func $run)
  (data (memory 0) (i32.const 0) "\00\01\02\03text\00\ff\fe")
  (global $number (mut i32) (i32.const 7))
  (global $list (mut (ref null $node)) (ref.null $node))
  (func $run (export "run") (param $i i32) (param $wide i64) (param $f f32) (param $d f64) (result i64)
    (local $v v128) (local $any anyref) (local $letters (ref null $bytes))
    (local.set $v (v128.const i32x4 1 2 3 4))
    (local.set $letters (array.new_fixed $bytes 2 (i32.const 97) (i32.const 98)))
    (local.set $any (ref.i31 (i32.const 9)))
    (global.set $list (struct.new $node (i32.const 5) (struct.new $node (i32.const 6) (ref.null $node))))
    (i64.add (local.get $wide) (i64.const 1))
    (local.get $i)
    (nop)
    drop)))";

const test::StandingProgram& program() {
  static const test::StandingProgram program(
      kProgram, "run", {runtime::Value::i32(3), runtime::Value::i64(~uint64_t{0}), runtime::Value::f32(0.5F), runtime::Value::f64(1e300)});
  return program;
}

void check(const debug::ExpressionError& error, std::string_view text) {
  expect(error.begin <= error.end && error.end <= text.size(), "errors have a place in the text");
  expect(!error.message.empty() && !to_text(error, text).empty(), "errors say what is wrong");
}

}  // namespace

int fuzz_expression(Bytes bytes) {
  ++tally().inputs;
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const replay::Timeline& timeline = *program().timeline;
  const debug::ExpressionScope scope{*program().module, *program().names, program().func(), program().pc()};
  const debug::ExpressionFrame frame(timeline.store(), timeline.instance(), timeline.execution());

  const auto message = debug::MessageTemplate::compile(text, scope);
  if (message) expect(message->format(frame, scope.names).size() < (text.size() + 1) * 4096, "messages are bounded");
  else check(message.error(), text);
  if (debug::is_assignment(text)) {
    const auto assignment = debug::evaluate_assignment(text, scope, frame);
    if (!assignment) check(assignment.error(), text);
    else expect(!assignment->bytes.empty() || assignment->place.bytes == 0, "an assignment writes something");
  }

  const auto expression = debug::Expression::compile(text, scope);
  if (!expression) {
    check(expression.error(), text);
    return kOfUse;
  }
  ++tally().decoded;
  const auto place = expression->locate(frame);
  if (place) expect(expression->is_place(), "only places are somewhere");
  else check(place.error(), text);
  const auto value = expression->evaluate(frame);
  const auto truth = expression->is_true(frame);
  expect(value.has_value() == truth.has_value(), "evaluating does not depend on what for");
  if (!value) {
    check(value.error(), text);
    return kOfUse;
  }
  ++tally().executed;
  for (const char format : std::string_view("\0xdutfcs", 8))
    (void)to_text(*value, static_cast<debug::ValueFormat>(format), frame, scope.names);
  return kOfUse;
}

}  // namespace wasmscope::fuzz
