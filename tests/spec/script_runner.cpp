// SPDX-License-Identifier: Apache-2.0
#include "tests/spec/script_runner.h"

#include <algorithm>
#include <optional>

#include "engine/base/file.h"
#include "engine/base/try.h"
#include "engine/base/utf8.h"
#include "engine/binary/decoder.h"
#include "engine/binary/instruction_reader.h"
#include "engine/interp/interpreter.h"
#include "engine/validate/validate.h"

namespace wasmscope::test {
namespace {

constexpr const char* kImports = "imports what the linker does not provide yet";
constexpr const char* kNotExecuted = "not executed yet";
constexpr const char* kHostStart = "start function is the host's";
constexpr const char* kHostCall = "the called function is the host's";
constexpr const char* kText = "text";
constexpr const char* kNoDataCount = "wabt wrote no data count section";
constexpr const char* kNoModule = "its module could not be made";
// Far more than any script needs: a run that reaches it has lost its way.
constexpr uint64_t kMaxTicks = 2'000'000'000;

// The functions of the module `spectest`; what they print is of no interest.
runtime::Imports make_spectest() {
  const auto nothing = [](runtime::HostCall&) {};
  runtime::Imports imports;
  imports.add({"spectest", "print", {}, nothing});
  imports.add({"spectest", "print_i32", {{wasm::kI32}, {}}, nothing});
  imports.add({"spectest", "print_i64", {{wasm::kI64}, {}}, nothing});
  imports.add({"spectest", "print_f32", {{wasm::kF32}, {}}, nothing});
  imports.add({"spectest", "print_f64", {{wasm::kF64}, {}}, nothing});
  imports.add({"spectest", "print_i32_f32", {{wasm::kI32, wasm::kF32}, {}}, nothing});
  imports.add({"spectest", "print_f64_f64", {{wasm::kF64, wasm::kF64}, {}}, nothing});
  return imports;
}

// Names that `spectest` has according to the scripts but that cannot be imported here.
bool is_unprovided_spectest(std::string_view name) {
  static constexpr std::string_view kNames[] = {"global_i32", "global_i64", "global_f32", "global_f64",
                                                "table",      "table64",    "memory",     "shared_memory"};
  return std::ranges::find(kNames, name) != std::end(kNames);
}

// Decoded and validated; the module owns its bytes.
Result<std::shared_ptr<const wasm::Module>> load(const std::string& path) {
  auto file = read_file(path);
  if (!file) return std::unexpected(error(ErrorCode::FileUnreadable, path + ": " + file.error().text));
  auto bytes = std::make_shared<const std::vector<uint8_t>>(std::move(*file));
  TRY_ASSIGN(wasm::Module module, binary::decode(*bytes, wasm::Features()));
  module.owned = std::move(bytes);
  TRY(validate::validate(module, wasm::Features()));
  return std::make_shared<const wasm::Module>(std::move(module));
}

// Instantiation gives zero for the constant instructions that it does not know.
bool has_unknown_constants(const wasm::Module& module) {
  const auto is_unknown = [&](const wasm::ConstExpr& expr) {
    binary::InstructionReader reader(module.bytes, expr.range);
    binary::Instruction in;
    while (true) {
      const auto more = reader.next(in);
      if (!more || !*more) return false;
      const bool is_reference = in.op == wasm::Op::RefNull || in.op == wasm::Op::RefFunc;
      if (!wasm::info(in.op).executed && in.op != wasm::Op::V128Const && !is_reference) return true;
    }
  };
  for (const wasm::Global& global : module.globals) {
    if (!global.import && is_unknown(global.init)) return true;
  }
  for (const wasm::Table& table : module.tables) {
    if (table.init && is_unknown(*table.init)) return true;
  }
  for (const wasm::Elem& elem : module.elems) {
    if (elem.mode == wasm::SegmentMode::Active && is_unknown(elem.offset)) return true;
    if (std::ranges::any_of(elem.exprs, is_unknown)) return true;
  }
  return std::ranges::any_of(module.datas, [&](const wasm::Data& data) {
    return data.mode == wasm::SegmentMode::Active && is_unknown(data.offset);
  });
}

bool matches_lane(const Pattern::Lane& lane, uint64_t bits, uint32_t width) {
  const uint64_t quiet = width == 32 ? 0x7FC00000 : 0x7FF8000000000000;
  const uint64_t sign = uint64_t{1} << (width - 1);
  switch (lane.match) {
    case Pattern::Match::Exact: return bits == lane.bits;
    case Pattern::Match::CanonicalNan: return (bits & ~sign) == quiet;
    case Pattern::Match::ArithmeticNan: return (bits & quiet) == quiet;
    case Pattern::Match::NonNull: return bits != 0;
  }
  return false;
}

bool matches(const Pattern& pattern, const runtime::Value& value) {
  if (pattern.type.kind != value.type.kind) return false;
  uint32_t at = 0;
  for (const Pattern::Lane& lane : pattern.lanes) {
    uint64_t bits = (at < 64 ? value.bits : value.high) >> at % 64;
    if (pattern.lane_bits < 64) bits &= (uint64_t{1} << pattern.lane_bits) - 1;
    if (!matches_lane(lane, bits, pattern.lane_bits)) return false;
    at += pattern.lane_bits;
  }
  return true;
}

std::string text_of_lane(const Pattern& pattern, const Pattern::Lane& lane) {
  switch (lane.match) {
    case Pattern::Match::CanonicalNan: return "nan:canonical";
    case Pattern::Match::ArithmeticNan: return "nan:arithmetic";
    case Pattern::Match::NonNull: return "not null";
    case Pattern::Match::Exact: break;
  }
  if (pattern.type.kind == wasm::Kind::V128) return std::to_string(lane.bits);
  return runtime::to_text(runtime::Value{pattern.type, lane.bits, 0});
}

std::string text_of(const std::vector<Pattern>& patterns) {
  std::string text;
  for (const Pattern& pattern : patterns) {
    text += (text.empty() ? "" : ", ") + wasm::to_text(pattern.type);
    for (const Pattern::Lane& lane : pattern.lanes) text += " " + text_of_lane(pattern, lane);
  }
  return text.empty() ? "no results" : text;
}

std::string text_of(const std::vector<runtime::Value>& values) {
  std::string text;
  for (const runtime::Value& value : values)
    text += (text.empty() ? "" : ", ") + wasm::to_text(value.type) + " " + runtime::to_text(value);
  return text.empty() ? "no results" : text;
}

std::string quote(std::string_view text) { return "\"" + escape_for_display(text) + "\""; }

// Scripts give more detail in places ("uninitialized element 2") and less in others ("undefined").
bool is_same_trap(wasm::TrapCode code, const std::string& wanted) {
  const std::string_view text = wasm::text_of(code);
  return !wanted.empty() && (wanted.starts_with(text) || text.starts_with(wanted));
}

std::string text_of(const runtime::Outcome& outcome) {
  if (std::holds_alternative<runtime::Returned>(outcome)) return "a return";
  if (const auto* trapped = std::get_if<runtime::Trapped>(&outcome))
    return "the trap " + quote(wasm::text_of(trapped->code));
  if (const auto* paused = std::get_if<runtime::Paused>(&outcome))
    return paused->reason == runtime::PauseReason::TickLimit ? "no end" : "a pause";
  return "an exit";
}

bool is_not_executed(const runtime::Outcome& outcome) {
  const auto* trapped = std::get_if<runtime::Trapped>(&outcome);
  return trapped != nullptr && trapped->code == wasm::TrapCode::NotExecuted;
}

}  // namespace

struct ScriptRunner::Loaded {
  std::shared_ptr<const wasm::Module> module;
  runtime::Store store;
  interp::Interpreter interpreter{store};
  std::unique_ptr<runtime::Execution> execution;
  runtime::Instance* instance = nullptr;
  std::optional<wasm::TrapCode> trap;   // of a segment; the start function has not run then
  std::string skip_reason;              // why nothing can be said about this module; empty when something can

  ~Loaded() {
    if (execution) interpreter.remove(*execution);
  }

  Result<void> instantiate() {
    static const runtime::Imports kSpectest = make_spectest();
    TRY_ASSIGN(const runtime::InstantiateOutcome outcome, runtime::instantiate(store, module, kSpectest));
    TRY_ASSIGN(execution, runtime::Execution::create(0));
    instance = outcome.result.instance;
    trap = outcome.trap;
    interpreter.add_instance(*instance);
    if (has_unknown_constants(*module)) skip_reason = kNotExecuted;
    return {};
  }

  runtime::Outcome call(runtime::Func& func, std::span<const runtime::Value> arguments) {
    execution->begin(func, arguments);
    interp::RunRequest request;
    request.tick_limit = execution->tick + kMaxTicks;
    const runtime::Outcome outcome = interpreter.run(*execution, request);
    if (is_not_executed(outcome)) skip_reason = kNotExecuted;
    // A run that did not end leaves frames behind that nobody will continue.
    if (std::holds_alternative<runtime::Paused>(outcome)) skip_reason = kNoModule;
    return outcome;
  }
};

ScriptRunner::ScriptRunner() = default;
ScriptRunner::~ScriptRunner() = default;

ScriptResult ScriptRunner::run(const Script& script) {
  ScriptResult result;
  current_.reset();
  named_.clear();
  registered_.clear();
  for (const Command& command : script.commands) {
    const Verdict verdict = run_command(command);
    const bool is_assertion = command.kind >= Command::Kind::AssertReturn;
    if (const auto* failed = std::get_if<Failed>(&verdict))
      result.failures.push_back(script.source + ":" + std::to_string(command.line) + ": " + command.type + ": " +
                                failed->text);
    else if (const auto* skipped = std::get_if<Skipped>(&verdict))
      ++result.skipped[skipped->reason];
    else if (is_assertion)
      ++result.passed;
  }
  return result;
}

ScriptRunner::Verdict ScriptRunner::run_command(const Command& command) {
  using Kind = Command::Kind;
  switch (command.kind) {
    case Kind::Module: return add_module(command);
    case Kind::Register: return register_module(command);
    case Kind::Action:
    case Kind::AssertReturn:
    case Kind::AssertTrap:
    case Kind::AssertException:
    case Kind::AssertExhaustion: return check_action(command);
    case Kind::AssertInvalid:
    case Kind::AssertMalformed: return check_refused(command);
    case Kind::AssertUnlinkable:
    case Kind::AssertUninstantiable: return check_not_linked(command);
    case Kind::Unreadable: break;
  }
  return Skipped{"a command or value this runner does not know"};
}

bool ScriptRunner::can_provide(const wasm::Module& module) const {
  return std::ranges::all_of(module.imports, [&](const wasm::Import& import) {
    if (registered_.contains(std::string(import.module))) return false;
    return import.module != "spectest" || !is_unprovided_spectest(import.name);
  });
}

// A module that cannot be linked would have changed the modules it imports from.
ScriptRunner::Verdict ScriptRunner::give_up(const wasm::Module& module) {
  for (const wasm::Import& import : module.imports) {
    const auto registered = registered_.find(std::string(import.module));
    if (registered == registered_.end() || !registered->second) continue;
    if (registered->second->skip_reason.empty()) registered->second->skip_reason = kImports;
  }
  return Skipped{kImports};
}

ScriptRunner::Verdict ScriptRunner::add_module(const Command& command) {
  current_ = std::make_shared<Loaded>();
  current_->skip_reason = kNoModule;
  if (!command.name.empty()) named_[command.name] = current_;
  if (command.is_text_module) {
    current_->skip_reason = kText;
    return Skipped{kText};
  }
  auto module = load(command.path);
  if (!module) return Failed{"expected a valid module, got: " + to_line(module.error(), nullptr)};
  Loaded& loaded = *current_;
  loaded.module = *module;
  if (!can_provide(*loaded.module)) {
    loaded.skip_reason = kImports;
    return give_up(*loaded.module);
  }
  const auto is_unknown = [](const wasm::Import& import) {
    return import.kind != wasm::ExternKind::Func || import.module != "spectest";
  };
  if (std::ranges::any_of(loaded.module->imports, is_unknown)) return Failed{"expected imports that exist, got others"};
  const auto start = loaded.module->start;
  if (start && loaded.module->is_imported(*start)) {
    loaded.skip_reason = kHostStart;
    return Skipped{kHostStart};
  }
  loaded.skip_reason.clear();
  if (const auto made = loaded.instantiate(); !made) {
    loaded.skip_reason = kNoModule;
    return Failed{"expected an instance, got: " + to_line(made.error(), loaded.module.get())};
  }
  if (!loaded.skip_reason.empty()) return Skipped{loaded.skip_reason};
  if (loaded.trap) return Failed{"expected an instance, got the trap " + quote(wasm::text_of(*loaded.trap))};
  if (!start) return Passed{};
  const runtime::Outcome outcome = loaded.call(*loaded.instance->funcs[*start], {});
  if (is_not_executed(outcome)) return Skipped{kNotExecuted};
  if (std::holds_alternative<runtime::Returned>(outcome)) return Passed{};
  return Failed{"expected the start function to return, got " + text_of(outcome)};
}

ScriptRunner::Verdict ScriptRunner::register_module(const Command& command) {
  const auto named = named_.find(command.name);
  registered_[command.as] = named != named_.end() ? named->second : current_;
  return Passed{};
}

ScriptRunner::Verdict ScriptRunner::check_action(const Command& command) {
  std::shared_ptr<Loaded> loaded = current_;
  if (!command.action.module.empty()) {
    const auto named = named_.find(command.action.module);
    loaded = named != named_.end() ? named->second : nullptr;
  }
  if (!loaded) return Failed{"expected a module, got none of that name"};
  if (!loaded->skip_reason.empty()) return Skipped{loaded->skip_reason};

  const std::string field = quote(command.action.field);
  const wasm::Export* item = loaded->module->find_export(command.action.field);
  const bool is_get = command.action.kind == Action::Kind::Get;
  if (item == nullptr || item->kind != (is_get ? wasm::ExternKind::Global : wasm::ExternKind::Func))
    return Failed{"expected the export " + field + ", got none"};
  const runtime::Instance& instance = *loaded->instance;

  runtime::Outcome outcome = runtime::Returned{};
  std::vector<runtime::Value> results;
  if (is_get) {
    const uint64_t* slots = instance.globals[item->index];
    const wasm::ValType type = loaded->module->globals[item->index].type.type;
    results.push_back({type, slots[0], type.slots() == 2 ? slots[1] : 0});
  } else {
    runtime::Func& func = *instance.funcs[item->index];
    if (func.instance == nullptr) return Skipped{kHostCall};
    const auto& params = func.type->params;
    const auto& arguments = command.action.arguments;
    const auto has_kind = [](const wasm::ValType& type, const runtime::Value& value) {
      return type.kind == value.type.kind;
    };
    if (!std::ranges::equal(params, arguments, has_kind))
      return Failed{field + ": expected arguments for " + wasm::to_text(*func.type) + ", got " + text_of(arguments)};
    outcome = loaded->call(func, arguments);
    if (is_not_executed(outcome)) return Skipped{kNotExecuted};
    if (std::holds_alternative<runtime::Returned>(outcome)) results = loaded->execution->results();
  }

  const auto* trapped = std::get_if<runtime::Trapped>(&outcome);
  if (command.kind == Command::Kind::AssertReturn || command.kind == Command::Kind::Action) {
    const bool is_checked = command.kind == Command::Kind::AssertReturn;
    const std::string wanted = is_checked ? text_of(command.expected) : "a return";
    if (!std::holds_alternative<runtime::Returned>(outcome))
      return Failed{field + ": expected " + wanted + ", got " + text_of(outcome)};
    if (!is_checked || std::ranges::equal(command.expected, results, matches)) return Passed{};
    return Failed{field + ": expected " + wanted + ", got " + text_of(results)};
  }
  bool is_wanted = false;
  if (command.kind == Command::Kind::AssertTrap)
    is_wanted = trapped != nullptr && is_same_trap(trapped->code, command.text);
  else if (command.kind == Command::Kind::AssertExhaustion)
    is_wanted = trapped != nullptr && trapped->code == wasm::TrapCode::CallStackExhausted;
  else
    is_wanted = trapped != nullptr && trapped->code == wasm::TrapCode::UnhandledException;
  if (is_wanted) return Passed{};
  const std::string got = trapped == nullptr && !results.empty() ? text_of(results) : text_of(outcome);
  return Failed{field + ": expected the failure " + quote(command.text) + ", got " + got};
}

ScriptRunner::Verdict ScriptRunner::check_refused(const Command& command) {
  if (command.is_text_module) return Skipped{kText};
  const auto module = load(command.path);
  const bool is_malformed = command.kind == Command::Kind::AssertMalformed;
  const std::string expected =
      std::string("expected ") + (is_malformed ? "malformed" : "invalid") + " (" + quote(command.text) + "), got ";
  if (module) return Failed{expected + "a valid module"};
  // Without segments wabt leaves the section out; the script means a module whose segment index is too large.
  if (!is_malformed && module.error().code == ErrorCode::DataCountRequired) return Skipped{kNoDataCount};
  if (kind_of(module.error().code) == (is_malformed ? ErrorKind::Malformed : ErrorKind::Invalid)) return Passed{};
  return Failed{expected + to_line(module.error(), nullptr)};
}

ScriptRunner::Verdict ScriptRunner::check_not_linked(const Command& command) {
  if (command.is_text_module) return Skipped{kText};
  auto module = load(command.path);
  if (!module) return Failed{"expected a valid module, got: " + to_line(module.error(), nullptr)};
  if (!can_provide(**module)) return give_up(**module);

  Loaded loaded;
  loaded.module = *module;
  const auto start = loaded.module->start;
  const auto made = loaded.instantiate();
  const std::string expected = "expected the failure " + quote(command.text) + ", got ";
  if (command.kind == Command::Kind::AssertUnlinkable) {
    if (!made && kind_of(made.error().code) == ErrorKind::Link) return Passed{};
    if (!made) return Failed{expected + to_line(made.error(), loaded.module.get())};
    // The engine makes stubs for what nobody provides, so that such modules can be looked at.
    const bool has_stubs = std::ranges::any_of(loaded.module->imports, [&](const wasm::Import& import) {
      if (import.kind != wasm::ExternKind::Func) return true;
      return loaded.instance->funcs[import.index]->missing;
    });
    return has_stubs ? Verdict(Passed{}) : Verdict(Failed{expected + "an instance"});
  }
  if (!made) return Failed{expected + to_line(made.error(), loaded.module.get())};
  if (!loaded.skip_reason.empty()) return Skipped{loaded.skip_reason};
  std::optional<wasm::TrapCode> trap = loaded.trap;
  if (!trap && start) {
    if (loaded.module->is_imported(*start)) return Skipped{kHostStart};
    const runtime::Outcome outcome = loaded.call(*loaded.instance->funcs[*start], {});
    if (is_not_executed(outcome)) return Skipped{kNotExecuted};
    if (const auto* trapped = std::get_if<runtime::Trapped>(&outcome)) trap = trapped->code;
  }
  if (trap && is_same_trap(*trap, command.text)) return Passed{};
  return Failed{expected + (trap ? "the trap " + quote(wasm::text_of(*trap)) : "an instance")};
}

}  // namespace wasmscope::test
