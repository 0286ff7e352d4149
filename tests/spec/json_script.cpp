// SPDX-License-Identifier: Apache-2.0
#include <charconv>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/spec/script.h"

namespace wasmscope::test {
namespace {

using Json = nlohmann::json;

std::string text_at(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<uint64_t> parse_number(std::string_view text) {
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return {};
  return number;
}

std::optional<wasm::ValType> type_of(std::string_view text) {
  for (const wasm::ValType type :
       {wasm::kI32, wasm::kI64, wasm::kF32, wasm::kF64, wasm::kV128, wasm::kFuncRef, wasm::kExternRef}) {
    if (wasm::to_text(type) == text) return type;
  }
  return {};
}

std::optional<uint32_t> lane_bits_of(std::string_view lane_type) {
  if (lane_type == "i8") return 8;
  if (lane_type == "i16") return 16;
  if (lane_type == "i32" || lane_type == "f32") return 32;
  if (lane_type == "i64" || lane_type == "f64") return 64;
  return {};
}

std::optional<Pattern::Lane> read_lane(const std::string& text, bool is_reference) {
  using Match = Pattern::Match;
  if (text == "nan:canonical") return Pattern::Lane{Match::CanonicalNan, 0};
  if (text == "nan:arithmetic") return Pattern::Lane{Match::ArithmeticNan, 0};
  if (is_reference && text == "null") return Pattern::Lane{};
  const auto number = parse_number(text);
  if (!number) return {};
  // References are counted from 1; 0 is null.
  return Pattern::Lane{Match::Exact, *number + (is_reference ? 1 : 0)};
}

std::optional<Pattern> read_pattern(const Json& value) {
  const auto type = type_of(text_at(value, "type"));
  if (!type) return {};
  Pattern pattern{*type, 64, {}};
  if (type->kind == wasm::Kind::V128) {
    const auto bits = lane_bits_of(text_at(value, "lane_type"));
    const auto lanes = value.find("value");
    if (!bits || lanes == value.end() || !lanes->is_array() || lanes->size() * *bits != 128) return {};
    pattern.lane_bits = *bits;
    for (const Json& lane : *lanes) {
      const auto read = lane.is_string() ? read_lane(lane.get<std::string>(), false) : std::nullopt;
      if (!read) return {};
      pattern.lanes.push_back(*read);
    }
    return pattern;
  }
  if (type->kind == wasm::Kind::I32 || type->kind == wasm::Kind::F32) pattern.lane_bits = 32;
  if (type->is_ref() && !value.contains("value")) {
    pattern.lanes.push_back({Pattern::Match::NonNull, 0});
    return pattern;
  }
  const auto lane = read_lane(text_at(value, "value"), type->is_ref());
  if (!lane) return {};
  pattern.lanes.push_back(*lane);
  return pattern;
}

std::optional<runtime::Value> read_value(const Json& json) {
  const auto pattern = read_pattern(json);
  if (!pattern) return {};
  runtime::Value value = runtime::Value::zero(pattern->type);
  uint32_t at = 0;
  for (const Pattern::Lane& lane : pattern->lanes) {
    if (lane.match != Pattern::Match::Exact) return {};
    (at < 64 ? value.bits : value.high) |= lane.bits << at % 64;
    at += pattern->lane_bits;
  }
  return value;
}

Command::Kind kind_of(std::string_view type) {
  using Kind = Command::Kind;
  static constexpr std::pair<std::string_view, Kind> kKinds[] = {
      {"module", Kind::Module},
      {"register", Kind::Register},
      {"action", Kind::Action},
      {"assert_return", Kind::AssertReturn},
      {"assert_trap", Kind::AssertTrap},
      {"assert_exception", Kind::AssertException},
      {"assert_exhaustion", Kind::AssertExhaustion},
      {"assert_invalid", Kind::AssertInvalid},
      {"assert_malformed", Kind::AssertMalformed},
      {"assert_unlinkable", Kind::AssertUnlinkable},
      {"assert_uninstantiable", Kind::AssertUninstantiable},
  };
  for (const auto& [name, kind] : kKinds) {
    if (name == type) return kind;
  }
  return Kind::Unreadable;
}

void read_action(const Json& json, Command& command) {
  const std::string type = text_at(json, "type");
  if (type != "invoke" && type != "get") {
    command.kind = Command::Kind::Unreadable;
    return;
  }
  command.action.kind = type == "get" ? Action::Kind::Get : Action::Kind::Invoke;
  command.action.module = text_at(json, "module");
  command.action.field = text_at(json, "field");
  for (const Json& argument : json.value("args", Json::array())) {
    const auto value = read_value(argument);
    if (!value) {
      command.kind = Command::Kind::Unreadable;
      return;
    }
    command.action.arguments.push_back(*value);
  }
}

Command read_command(const Json& json, const std::string& folder) {
  Command command;
  command.type = text_at(json, "type");
  command.kind = kind_of(command.type);
  command.line = json.value("line", 0u);
  command.name = text_at(json, "name");
  command.as = text_at(json, "as");
  command.text = text_at(json, "text");
  if (const std::string file = text_at(json, "filename"); !file.empty()) command.path = folder + file;
  command.is_text_module = text_at(json, "module_type") == "text";
  if (const auto action = json.find("action"); action != json.end()) read_action(*action, command);
  if (command.kind != Command::Kind::AssertReturn) return command;
  for (const Json& expected : json.value("expected", Json::array())) {
    const auto pattern = read_pattern(expected);
    if (!pattern) {
      command.kind = Command::Kind::Unreadable;
      break;
    }
    command.expected.push_back(*pattern);
  }
  return command;
}

}  // namespace

std::optional<Script> read_json_script(const std::string& path, std::string& problem) {
  std::ifstream stream(path);
  if (!stream) {
    problem = "the file cannot be read";
    return {};
  }
  const Json json = Json::parse(stream, nullptr, false);
  if (!json.is_object() || !json.contains("commands") || !json["commands"].is_array()) {
    problem = "not what wast2json writes";
    return {};
  }
  const size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? std::string() : path.substr(0, slash + 1);
  Script script;
  script.source = text_at(json, "source_filename");
  for (const Json& command : json["commands"]) script.commands.push_back(read_command(command, folder));
  return script;
}

}  // namespace wasmscope::test
