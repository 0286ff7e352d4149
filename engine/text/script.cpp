// SPDX-License-Identifier: Apache-2.0
#include "engine/text/script.h"

#include <algorithm>
#include <optional>

#include "engine/base/try.h"
#include "engine/text/lexer.h"
#include "engine/text/numbers.h"
#include "engine/wasm/types.h"

namespace wasmscope::text {
namespace {

using wasm::HeapKind;
using Kind = ScriptCommand::Kind;

struct CommandWord {
  std::string_view keyword;
  Kind kind;
};
constexpr CommandWord kCommands[] = {
    {"module", Kind::Module},
    {"register", Kind::Register},
    {"invoke", Kind::Action},
    {"get", Kind::Action},
    {"thread", Kind::Thread},
    {"wait", Kind::Wait},
    {"assert_return", Kind::AssertReturn},
    {"assert_trap", Kind::AssertTrap},
    {"assert_exception", Kind::AssertException},
    {"assert_exhaustion", Kind::AssertExhaustion},
    {"assert_suspension", Kind::AssertSuspension},
    {"assert_malformed", Kind::AssertMalformed},
    {"assert_invalid", Kind::AssertInvalid},
    {"assert_malformed_custom", Kind::AssertMalformedCustom},
    {"assert_invalid_custom", Kind::AssertInvalidCustom},
    {"assert_unlinkable", Kind::AssertUnlinkable},
};

struct Shape {
  std::string_view keyword;
  uint32_t lane_bits;
  bool is_float;
};
constexpr Shape kShapes[] = {{"i8x16", 8, false},  {"i16x8", 16, false}, {"i32x4", 32, false},
                             {"i64x2", 64, false}, {"f32x4", 32, true},  {"f64x2", 64, true}};

struct HeapWord {
  std::string_view keyword;
  HeapKind kind;
};
constexpr HeapWord kHeapTypes[] = {
    {"func", HeapKind::Func},   {"extern", HeapKind::Extern}, {"any", HeapKind::Any},
    {"eq", HeapKind::Eq},       {"i31", HeapKind::I31},       {"struct", HeapKind::Struct},
    {"array", HeapKind::Array}, {"exn", HeapKind::Exn},       {"cont", HeapKind::Cont},
    {"none", HeapKind::None},   {"nofunc", HeapKind::NoFunc}, {"noextern", HeapKind::NoExtern},
    {"noexn", HeapKind::NoExn}, {"nocont", HeapKind::NoCont},
};

std::optional<HeapKind> heap_kind(std::string_view keyword) {
  const auto* row = std::ranges::find(kHeapTypes, keyword, &HeapWord::keyword);
  return row == std::end(kHeapTypes) ? std::nullopt : std::optional(row->kind);
}

class ScriptReader {
 public:
  explicit ScriptReader(std::string_view source) : cursor_(source) {}

  Result<std::vector<ScriptCommand>> read();

 private:
  Result<ScriptCommand> read_command();
  // What follows the keyword, up to the closing parenthesis.
  Result<void> read_operands(ScriptCommand& command);
  Result<void> read_module_command(ScriptCommand& command, uint64_t begin);
  Result<void> read_module(ScriptModule& module, uint64_t begin);
  Result<std::string> read_strings();
  Result<void> read_action(ScriptAction& action);
  Result<void> read_thread(ScriptCommand& command);
  Result<ScriptValue> read_value();
  Result<void> read_reference(ScriptValue& value, std::string_view keyword);
  Result<void> read_vector(ScriptValue& value);
  Result<ScriptValue::Lane> read_lane(uint32_t bits, bool is_float);
  std::string_view accept_id();
  uint32_t line_at(uint64_t offset);

  Cursor cursor_;
  uint64_t counted_to_ = 0;   // lines are counted once, forwards
  uint32_t line_ = 1;
  int depth_ = 0;             // of threads and alternatives
};

uint32_t ScriptReader::line_at(uint64_t offset) {
  const std::string_view source = cursor_.source();
  for (; counted_to_ < offset; ++counted_to_) {
    const char c = source[counted_to_];
    if (c == '\n' || (c == '\r' && !source.substr(counted_to_ + 1).starts_with('\n'))) ++line_;
  }
  return line_;
}

std::string_view ScriptReader::accept_id() {
  if (!cursor_.is(LexemeKind::Id)) return {};
  const std::string_view id = cursor_.text();
  cursor_.advance();
  return id;
}

Result<std::vector<ScriptCommand>> ScriptReader::read() {
  std::vector<ScriptCommand> commands;
  const auto is_command = [&] {
    return std::ranges::any_of(kCommands, [&](const CommandWord& row) { return cursor_.is_list(row.keyword); });
  };
  // A file of nothing but fields is a module.
  if (cursor_.is(LexemeKind::LeftParen) && !is_command()) {
    ScriptCommand& command = commands.emplace_back();
    command.line = line_at(cursor_.offset());
    command.keyword = "module";
    command.has_module = true;
    command.module.source = cursor_.source();
    return commands;
  }
  while (!cursor_.is_end()) {
    TRY_ASSIGN(ScriptCommand command, read_command());
    commands.push_back(std::move(command));
  }
  return commands;
}

Result<ScriptCommand> ScriptReader::read_command() {
  ScriptCommand command;
  const uint64_t begin = cursor_.offset();
  command.line = line_at(begin);
  TRY(cursor_.expect(LexemeKind::LeftParen));
  command.keyword = cursor_.text();
  const auto* row = std::ranges::find(kCommands, command.keyword, &CommandWord::keyword);
  if (row == std::end(kCommands)) return std::unexpected(cursor_.unexpected("a command"));
  command.kind = row->kind;
  if (command.kind == Kind::Module) {
    TRY(read_module_command(command, begin));
    return command;
  }
  if (command.kind == Kind::Action) {
    TRY(read_action(command.action));
    return command;
  }
  cursor_.advance();
  TRY(read_operands(command));
  TRY(cursor_.expect(LexemeKind::RightParen));
  return command;
}

Result<void> ScriptReader::read_operands(ScriptCommand& command) {
  switch (command.kind) {
    case Kind::Register: {
      TRY_ASSIGN(command.text, cursor_.expect_name());
      command.target = accept_id();
      return {};
    }
    case Kind::Thread: return read_thread(command);
    case Kind::Wait: command.target = accept_id(); return {};
    default: break;
  }
  const uint64_t begin = cursor_.offset();
  TRY(cursor_.expect(LexemeKind::LeftParen));
  if (cursor_.is_keyword("module")) {
    command.has_module = true;
    TRY(read_module(command.module, begin));
  } else {
    TRY(read_action(command.action));
  }
  if (command.kind == Kind::AssertReturn) {
    while (cursor_.is(LexemeKind::LeftParen)) {
      TRY_ASSIGN(ScriptValue value, read_value());
      command.expected.push_back(std::move(value));
    }
    return {};
  }
  if (cursor_.is(LexemeKind::String)) {
    TRY_ASSIGN(command.text, cursor_.expect_string());
  }
  return {};
}

Result<void> ScriptReader::read_module_command(ScriptCommand& command, uint64_t begin) {
  const Lexeme& second = cursor_.peek_second();
  if (second.kind == LexemeKind::Keyword && cursor_.text_of(second) == "instance") {
    command.kind = Kind::Instance;
    cursor_.advance();
    cursor_.advance();
    command.id = accept_id();
    command.target = accept_id();
    return cursor_.expect(LexemeKind::RightParen);
  }
  command.has_module = true;
  TRY(read_module(command.module, begin));
  command.id = command.module.id;
  return {};
}

// From the keyword to behind the closing parenthesis.
Result<void> ScriptReader::read_module(ScriptModule& module, uint64_t begin) {
  cursor_.advance();
  module.is_definition = cursor_.accept_keyword("definition");
  module.id = accept_id();
  if (cursor_.is_keyword("binary") || cursor_.is_keyword("quote")) {
    module.form = cursor_.is_keyword("binary") ? ScriptModule::Form::Binary : ScriptModule::Form::Quote;
    cursor_.advance();
    TRY_ASSIGN(module.contents, read_strings());
    return cursor_.expect(LexemeKind::RightParen);
  }
  const uint64_t fields_begin = cursor_.offset();
  while (!cursor_.is(LexemeKind::RightParen)) {
    if (!cursor_.is(LexemeKind::LeftParen)) return std::unexpected(cursor_.unexpected("a field of a module"));
    TRY(cursor_.skip_list());
  }
  const std::string_view source = cursor_.source();
  // The parser of modules does not know definitions.
  if (module.is_definition) module.source = source.substr(fields_begin, cursor_.offset() - fields_begin);
  TRY(cursor_.expect(LexemeKind::RightParen));
  if (!module.is_definition) module.source = source.substr(begin, cursor_.previous_end() - begin);
  return {};
}

Result<std::string> ScriptReader::read_strings() {
  std::string contents;
  while (cursor_.is(LexemeKind::String)) {
    TRY_ASSIGN(const std::string part, cursor_.expect_string());
    contents += part;
  }
  return contents;
}

Result<void> ScriptReader::read_action(ScriptAction& action) {
  if (!cursor_.is_keyword("invoke") && !cursor_.is_keyword("get"))
    return std::unexpected(cursor_.unexpected("an action"));
  action.kind = cursor_.is_keyword("get") ? ScriptAction::Kind::Read : ScriptAction::Kind::Invoke;
  cursor_.advance();
  action.module = accept_id();
  TRY_ASSIGN(action.field, cursor_.expect_name());
  while (action.kind == ScriptAction::Kind::Invoke && cursor_.is(LexemeKind::LeftParen)) {
    TRY_ASSIGN(ScriptValue value, read_value());
    action.arguments.push_back(std::move(value));
  }
  return cursor_.expect(LexemeKind::RightParen);
}

Result<void> ScriptReader::read_thread(ScriptCommand& command) {
  constexpr int kMaxDepth = 50;
  if (++depth_ > kMaxDepth) return std::unexpected(cursor_.fail(ErrorCode::LimitExceeded, "threads within threads"));
  command.id = accept_id();
  while (cursor_.accept_list("shared")) {
    TRY(cursor_.expect_list("module"));
    command.shared.push_back(accept_id());
    TRY(cursor_.expect(LexemeKind::RightParen));
    TRY(cursor_.expect(LexemeKind::RightParen));
  }
  while (cursor_.is(LexemeKind::LeftParen)) {
    TRY_ASSIGN(ScriptCommand inner, read_command());
    command.commands.push_back(std::move(inner));
  }
  --depth_;
  return {};
}

Result<ScriptValue> ScriptReader::read_value() {
  ScriptValue value;
  TRY(cursor_.expect(LexemeKind::LeftParen));
  const std::string_view keyword = cursor_.text();
  if (!cursor_.is(LexemeKind::Keyword)) return std::unexpected(cursor_.unexpected("a value"));
  const auto read_number = [&](wasm::ValType type, uint32_t bits, bool is_float) -> Result<void> {
    cursor_.advance();
    value.type = type;
    TRY_ASSIGN(const ScriptValue::Lane lane, read_lane(bits, is_float));
    value.lanes.push_back(lane);
    return {};
  };
  if (keyword == "i32.const") {
    TRY(read_number(wasm::kI32, 32, false));
  } else if (keyword == "i64.const") {
    TRY(read_number(wasm::kI64, 64, false));
  } else if (keyword == "f32.const") {
    TRY(read_number(wasm::kF32, 32, true));
  } else if (keyword == "f64.const") {
    TRY(read_number(wasm::kF64, 64, true));
  } else if (keyword == "v128.const") {
    cursor_.advance();
    TRY(read_vector(value));
  } else if (keyword == "either") {
    constexpr int kMaxDepth = 50;
    if (++depth_ > kMaxDepth) return std::unexpected(cursor_.fail(ErrorCode::LimitExceeded, "nested alternatives"));
    cursor_.advance();
    value.kind = ScriptValue::Kind::Either;
    while (cursor_.is(LexemeKind::LeftParen)) {
      TRY_ASSIGN(ScriptValue alternative, read_value());
      value.alternatives.push_back(std::move(alternative));
    }
    --depth_;
  } else if (keyword.starts_with("ref.")) {
    TRY(read_reference(value, keyword.substr(4)));
  } else {
    return std::unexpected(cursor_.unexpected("a value"));
  }
  TRY(cursor_.expect(LexemeKind::RightParen));
  return value;
}

Result<void> ScriptReader::read_reference(ScriptValue& value, std::string_view keyword) {
  const Error unknown = cursor_.unexpected("a reference");
  cursor_.advance();
  if (keyword == "null") {
    value.kind = ScriptValue::Kind::Null;
    value.type = wasm::ref_type(HeapKind::None, true);
    if (cursor_.is(LexemeKind::RightParen)) return {};
    const auto heap = heap_kind(cursor_.text());
    // A type of some module: any null will do.
    if (heap) {
      value.has_type = true;
      value.type = wasm::ref_type(*heap, true);
    }
    cursor_.advance();
    return {};
  }
  const auto heap = keyword == "host" ? HeapKind::Any : heap_kind(keyword);
  if (!heap) return std::unexpected(unknown);
  value.type = wasm::ref_type(*heap, false);
  value.kind = ScriptValue::Kind::NonNull;
  if (cursor_.is(LexemeKind::RightParen) && keyword != "host") return {};
  const Number<uint64_t> number = parse_unsigned(cursor_.text(), UINT32_MAX);
  if (!number.is_ok()) return std::unexpected(cursor_.unexpected("a number"));
  // (ref.func 3) does not say of which module: any function will do.
  if (keyword == "host" || keyword == "extern") {
    value.kind = ScriptValue::Kind::Host;
    value.host = number.value;
  }
  cursor_.advance();
  return {};
}

Result<void> ScriptReader::read_vector(ScriptValue& value) {
  const auto* shape = std::ranges::find(kShapes, cursor_.text(), &Shape::keyword);
  if (shape == std::end(kShapes)) return std::unexpected(cursor_.unexpected("the shape of a vector"));
  cursor_.advance();
  value.kind = ScriptValue::Kind::Vector;
  value.type = wasm::kV128;
  value.lane_bits = shape->lane_bits;
  value.has_float_lanes = shape->is_float;
  for (uint32_t i = 0; i < 128 / shape->lane_bits; ++i) {
    TRY_ASSIGN(const ScriptValue::Lane lane, read_lane(shape->lane_bits, shape->is_float));
    value.lanes.push_back(lane);
  }
  return {};
}

Result<ScriptValue::Lane> ScriptReader::read_lane(uint32_t bits, bool is_float) {
  ScriptValue::Lane lane;
  const std::string_view text = cursor_.text();
  NumberStatus status = NumberStatus::Ok;
  if (is_float && text == "nan:canonical") {
    lane.match = ScriptValue::Match::CanonicalNan;
  } else if (is_float && text == "nan:arithmetic") {
    lane.match = ScriptValue::Match::ArithmeticNan;
  } else if (!is_float) {
    const auto number = parse_integer(text, static_cast<int>(bits));
    lane.bits = number.value;
    status = number.status;
  } else if (bits == 32) {
    const auto number = parse_f32(text);
    lane.bits = number.value;
    status = number.status;
  } else {
    const auto number = parse_f64(text);
    lane.bits = number.value;
    status = number.status;
  }
  if (status == NumberStatus::OutOfRange) return std::unexpected(cursor_.fail(ErrorCode::ConstantOutOfRange));
  if (status == NumberStatus::Malformed) return std::unexpected(cursor_.unexpected("a number"));
  cursor_.advance();
  return lane;
}

}  // namespace

Result<std::vector<ScriptCommand>> read_script(std::string_view source) { return ScriptReader(source).read(); }

}  // namespace wasmscope::text
