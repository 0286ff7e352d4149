// SPDX-License-Identifier: Apache-2.0
#include "engine/script/script_thread.h"

#include <algorithm>

#include "engine/base/try.h"
#include "engine/base/utf8.h"
#include "engine/binary/decoder.h"
#include "engine/script/pattern.h"
#include "engine/script/round_trip.h"
#include "engine/text/parser.h"
#include "engine/validate/validate.h"

namespace wasmscope::script {
namespace {

using text::ScriptCommand;
using CommandKind = ScriptCommand::Kind;

constexpr const char* kNotExecuted = "an instruction that this version does not execute";
// Far more than any script needs: a run that reaches it has lost its way.
constexpr uint64_t kMaxTicks = 2'000'000'000;
// Of one thread before the others get their turn.
constexpr uint64_t kTurnTicks = 1000;

constexpr wasm::TrapCode kTraps[] = {
#define TRAP(Name, text, explanation) wasm::TrapCode::Name,
#include "engine/wasm/traps.def"
};

std::string quote(std::string_view text) { return "\"" + escape_for_display(text) + "\""; }
std::string describe(const Error& error) { return to_line(error, nullptr); }

std::string describe(const runtime::Outcome& outcome) {
  if (std::holds_alternative<runtime::Returned>(outcome)) return "a return";
  if (const auto* trapped = std::get_if<runtime::Trapped>(&outcome))
    return "the trap " + quote(wasm::text_of(trapped->code));
  if (const auto* paused = std::get_if<runtime::Paused>(&outcome))
    return paused->reason == runtime::PauseReason::TickLimit ? "no end" : "a pause";
  return "an exit";
}

bool has_trapped(const runtime::Outcome& outcome, wasm::TrapCode code) {
  const auto* trapped = std::get_if<runtime::Trapped>(&outcome);
  return trapped != nullptr && trapped->code == code;
}

// Scripts give more detail in places ("uninitialized element 2") and less in others ("undefined"). A text that is
// none of this engine's says nothing.
bool is_wanted_trap(wasm::TrapCode code, std::string_view wanted) {
  const auto agrees = [&](wasm::TrapCode trap) {
    const std::string_view text = wasm::text_of(trap);
    return !wanted.empty() && (wanted.starts_with(text) || text.starts_with(wanted));
  };
  if (code == wasm::TrapCode::CallStackExhausted || code == wasm::TrapCode::UnhandledException) return agrees(code);
  return agrees(code) || std::ranges::none_of(kTraps, agrees);
}

std::string describe_wanted(const ScriptCommand& command) {
  switch (command.kind) {
    case CommandKind::AssertReturn: return to_text(command.expected);
    case CommandKind::AssertTrap: return "the trap " + quote(command.text);
    case CommandKind::AssertException: return "an exception";
    case CommandKind::AssertExhaustion: return "exhaustion (" + quote(command.text) + ")";
    case CommandKind::AssertSuspension: return "suspension (" + quote(command.text) + ")";
    case CommandKind::AssertMalformed: return "a malformed module (" + quote(command.text) + ")";
    case CommandKind::AssertInvalid: return "an invalid module (" + quote(command.text) + ")";
    case CommandKind::AssertMalformedCustom: return "a malformed custom section (" + quote(command.text) + ")";
    case CommandKind::AssertInvalidCustom: return "an invalid custom section (" + quote(command.text) + ")";
    case CommandKind::AssertUnlinkable: return "a link error (" + quote(command.text) + ")";
    default: return "a return";
  }
}

}  // namespace

void ScriptState::report(const ScriptCommand& command, const Verdict& verdict) {
  result.judged += command.is_assertion() ? 1 : 0;
  switch (verdict.kind) {
    case Verdict::Kind::Passed: result.passed += command.is_assertion() ? 1 : 0; return;
    case Verdict::Kind::Skipped:
      if (command.is_assertion())
        result.skipped.push_back({command.line, std::string(command.keyword), verdict.reason});
      return;
    case Verdict::Kind::Failed:
      result.failures.push_back({command.line, std::string(command.keyword), verdict.expected, verdict.got});
  }
}

ScriptThread::ScriptThread(ScriptState& state, const std::vector<ScriptCommand>& commands)
    : state_(state), commands_(commands), linker_(state.linker) {}

ScriptThread::~ScriptThread() {
  if (call_ && call_->execution) state_.interpreter.remove(*call_->execution);
  if (spare_) state_.interpreter.remove(*spare_);
}

bool ScriptThread::step() {
  if (next_ == commands_.size()) return false;
  const ScriptCommand& command = commands_[next_];
  const std::optional<Verdict> verdict = advance(command);
  if (verdict) {
    state_.report(command, *verdict);
    ++next_;
  }
  return true;
}

// Empty when the command needs another turn.
std::optional<Verdict> ScriptThread::advance(const ScriptCommand& command) {
  switch (command.kind) {
    case CommandKind::Module: return add_module(command);
    case CommandKind::Instance: return add_instance(command);
    case CommandKind::Register: return register_instance(command);
    case CommandKind::Thread: return start_thread(command);
    case CommandKind::Wait: return wait_for(command);
    case CommandKind::AssertTrap:
    case CommandKind::AssertException:
      if (command.has_module) return check_module_trap(command);
      return check_action(command);
    case CommandKind::Action:
    case CommandKind::AssertReturn:
    case CommandKind::AssertExhaustion:
    case CommandKind::AssertSuspension: return check_action(command);
    case CommandKind::AssertMalformed:
    case CommandKind::AssertInvalid:
    case CommandKind::AssertMalformedCustom:
    case CommandKind::AssertInvalidCustom: return check_refused(command);
    case CommandKind::AssertUnlinkable: return check_unlinkable(command);
  }
  return Verdict::failed("a command", "another");
}

const ScriptThread::Named* ScriptThread::find(std::string_view id) const {
  if (id.empty()) return &current_;
  const auto found = named_.find(id);
  return found == named_.end() ? nullptr : &found->second;
}

// Decoded and validated; the module owns its bytes.
Result<ScriptThread::Module> ScriptThread::load(const text::ScriptModule& source) const {
  auto bytes = std::make_shared<std::vector<uint8_t>>();
  if (source.form == text::ScriptModule::Form::Binary) {
    bytes->assign(source.contents.begin(), source.contents.end());
  } else {
    const bool is_quoted = source.form == text::ScriptModule::Form::Quote;
    TRY_ASSIGN(
        text::ParsedModule parsed,
        text::parse_module(is_quoted ? std::string_view(source.contents) : source.source, state_.options.features));
    *bytes = std::move(parsed.bytes);
  }
  TRY_ASSIGN(wasm::Module module, binary::decode(*bytes, state_.options.features));
  module.owned = std::move(bytes);
  TRY(validate::validate(module, state_.options.features));
  return std::make_shared<const wasm::Module>(std::move(module));
}

Verdict ScriptThread::add_module(const ScriptCommand& command) {
  current_ = {};
  if (!command.id.empty()) named_[std::string(command.id)] = {};
  auto module = load(command.module);
  if (!module) return Verdict::failed("a valid module", describe(module.error()));
  if (state_.options.checks_round_trip) {
    if (auto difference = find_round_trip_difference(**module))
      state_.result.failures.push_back({command.line, "round trip", "the same module", std::move(*difference)});
  }
  Named made{*module, nullptr, {}};
  if (!command.module.is_definition) return instantiate_named(command.id, made);
  if (!command.id.empty()) named_[std::string(command.id)] = made;
  current_ = std::move(made);
  return Verdict::passed();
}

Verdict ScriptThread::add_instance(const ScriptCommand& command) {
  const Named* definition = find(command.target);
  if (definition == nullptr || !definition->module) return Verdict::failed("a module definition", "none of that name");
  return instantiate_named(command.id, Named(*definition));
}

Verdict ScriptThread::instantiate_named(std::string_view id, const Named& from) {
  Named made{from.module, nullptr, {}};
  auto instantiated = instantiate(made.module);
  Verdict verdict;
  if (!instantiated) {
    verdict = Verdict::failed("an instance", describe(instantiated.error()));
  } else if (!instantiated->bad_end) {
    made.instance = instantiated->instance;
  } else if (has_trapped(*instantiated->bad_end, wasm::TrapCode::NotExecuted)) {
    made.skip_reason = kNotExecuted;
    verdict = Verdict::skipped(kNotExecuted);
  } else {
    verdict = Verdict::failed("an instance", describe(*instantiated->bad_end));
  }
  if (!id.empty()) named_[std::string(id)] = made;
  current_ = std::move(made);
  return verdict;
}

Result<ScriptThread::Instantiated> ScriptThread::instantiate(const Module& module) {
  TRY_ASSIGN(const runtime::InstantiateOutcome made,
             runtime::instantiate(linker_, module, runtime::MissingImports::Refuse));
  runtime::Instance& instance = *made.result.instance;
  // Also after a trap: functions of the instance may be in tables by then.
  state_.interpreter.add_instance(instance);
  Instantiated result{&instance, {}};
  if (made.trap)
    result.bad_end = runtime::Trapped{*made.trap, {}};
  else if (module->start) {
    const runtime::Outcome outcome = call_to_its_end(*instance.funcs[*module->start]);
    if (!std::holds_alternative<runtime::Returned>(outcome)) result.bad_end = outcome;
  }
  return result;
}

Verdict ScriptThread::register_instance(const ScriptCommand& command) {
  const Named* named = find(command.target);
  if (named == nullptr || (named->instance == nullptr && named->skip_reason.empty()))
    return Verdict::failed("an instance", "none of that name");
  if (named->instance == nullptr) return Verdict::skipped(named->skip_reason);
  linker_.define_instance(command.text, *named->instance);
  return Verdict::passed();
}

Verdict ScriptThread::start_thread(const ScriptCommand& command) {
  auto thread = std::make_unique<ScriptThread>(state_, command.commands);
  for (const std::string_view id : command.shared) {
    const Named* named = find(id);
    if (named == nullptr) return Verdict::failed("an instance to share", "none of that name");
    thread->named_[std::string(id)] = *named;
  }
  thread->is_main_ = false;
  if (!thread->is_done()) ++state_.store.waits.executions;
  threads_[std::string(command.id)] = std::move(thread);
  return Verdict::passed();
}

std::optional<Verdict> ScriptThread::wait_for(const ScriptCommand& command) {
  const auto found = threads_.find(command.target);
  if (found == threads_.end()) return Verdict::failed("a thread", "none of that name");
  const ScriptThread* const wanted = found->second.get();
  for (const auto& [id, thread] : threads_) {
    const bool was_done = thread->is_done();
    thread->step();
    if (!was_done && thread->is_done()) --state_.store.waits.executions;
  }
  if (wanted->is_done()) return Verdict::passed();
  // Of threads in threads it is the outermost that lets time pass.
  if (is_main_ && is_blocked() && !state_.store.waits.time_out_next())
    return Verdict::failed("the thread to end", "threads that wait for each other");
  return std::nullopt;
}

bool ScriptThread::is_blocked() const {
  if (is_done()) return true;
  if (call_ && call_->execution)
    return state_.store.waits.state(call_->execution->id) == runtime::WaitQueue::State::Waiting;
  if (commands_[next_].kind != CommandKind::Wait) return false;
  const auto wanted = threads_.find(commands_[next_].target);
  return wanted != threads_.end() && !wanted->second->is_done() &&
         std::ranges::all_of(threads_, [](const auto& each) { return each.second->is_blocked(); });
}

std::unique_ptr<runtime::Execution> ScriptThread::take_execution() {
  if (spare_) return std::move(spare_);
  auto made = runtime::Execution::create(state_.executions++);
  return made ? std::move(*made) : nullptr;
}

// Whether there is more to do: false when the call is over already, since the host was called.
bool ScriptThread::begin_call(runtime::Func& func, const std::vector<runtime::Value>& arguments) {
  call_ = Call();
  if (func.host) {
    std::vector<uint64_t> slots;
    for (const runtime::Value& argument : arguments) {
      slots.push_back(argument.bits);
      if (argument.type.slots() == 2) slots.push_back(argument.high);
    }
    const runtime::HostEvent event = runtime::ask_host(state_.store, nullptr, func, slots.data());
    if (event.trap) call_->outcome = runtime::Trapped{wasm::TrapCode::HostError, *event.trap};
    return false;
  }
  call_->execution = take_execution();
  if (!call_->execution) {
    call_->outcome = runtime::Trapped{wasm::TrapCode::HostError, "no memory for stacks"};
    return false;
  }
  call_->execution->begin(func, arguments);
  call_->tick_limit = call_->execution->tick + kMaxTicks;
  if (state_.options.replays_calls && is_main_ && threads_.empty())
    call_->again = std::make_unique<CallAgain>(state_.store, state_.interpreter, *call_->execution);
  return true;
}

bool ScriptThread::continue_call(uint64_t ticks) {
  runtime::Execution& execution = *call_->execution;
  const uint64_t limit = std::min(call_->tick_limit, execution.tick + ticks);
  const auto is_left_early = [&] {
    const auto* const paused = std::get_if<runtime::Paused>(&call_->outcome);
    return paused != nullptr && paused->reason == runtime::PauseReason::TickLimit && execution.tick < limit;
  };
  const uint64_t leave_ticks = state_.options.leave_ticks == 0 ? ticks : state_.options.leave_ticks;
  do {
    call_->outcome = state_.interpreter.run(execution, {.tick_limit = std::min(limit, execution.tick + leave_ticks)});
  } while (is_left_early());
  if (const auto* paused = std::get_if<runtime::Paused>(&call_->outcome)) {
    if (paused->reason == runtime::PauseReason::Wait) {
      call_->again.reset();   // how long it waits is nobody's answer
      return true;
    }
    if (paused->reason == runtime::PauseReason::TickLimit && execution.tick < call_->tick_limit) return true;
    call_->again.reset();
    // It left frames behind that nobody will continue.
    state_.interpreter.remove(execution);
    call_->execution.reset();
    return false;
  }
  if (std::holds_alternative<runtime::Returned>(call_->outcome)) call_->results = execution.results();
  if (call_->again) {
    const ScriptCommand& command = commands_[next_];
    if (std::string difference = call_->again->find_difference(call_->outcome); !difference.empty())
      state_.result.failures.push_back({command.line, "replay", "the same once more", std::move(difference)});
    call_->again.reset();
  }
  spare_ = std::move(call_->execution);
  return false;
}

runtime::Outcome ScriptThread::call_to_its_end(runtime::Func& func) {
  if (begin_call(func, {}))
    while (continue_call(kMaxTicks)) {}
  const runtime::Outcome outcome = call_->outcome;
  call_.reset();
  return outcome;
}

std::optional<Verdict> ScriptThread::check_action(const ScriptCommand& command) {
  const text::ScriptAction& action = command.action;
  if (!call_) {
    const Named* named = find(action.module);
    if (named == nullptr || (named->instance == nullptr && named->skip_reason.empty()))
      return Verdict::failed(describe_wanted(command), "no such instance");
    if (named->instance == nullptr) return Verdict::skipped(named->skip_reason);
    const auto item = runtime::find_export(state_.store, *named->instance, action.field);
    if (action.kind == text::ScriptAction::Kind::Read) {
      runtime::Global* const* global = item ? std::get_if<runtime::Global*>(&*item) : nullptr;
      if (global == nullptr) return Verdict::failed("the global " + quote(action.field), "none exported");
      const uint64_t* const slots = state_.store.global((*global)->address);
      return judge(command, runtime::Returned{}, {{(*global)->type.type, slots[0], slots[1]}});
    }
    runtime::Func* const* func = item ? std::get_if<runtime::Func*>(&*item) : nullptr;
    if (func == nullptr) return Verdict::failed("the function " + quote(action.field), "none exported");
    const auto& params = (*func)->type->params;
    if (!std::ranges::equal(action.arguments, params, is_argument_for))
      return Verdict::failed("arguments for " + wasm::to_text(*(*func)->type), to_text(action.arguments));
    std::vector<runtime::Value> arguments;
    std::ranges::transform(action.arguments, params, std::back_inserter(arguments), to_argument);
    begin_call(**func, arguments);
  }
  if (call_->execution && continue_call(kTurnTicks)) return std::nullopt;
  const Call done = std::move(*call_);
  call_.reset();
  return judge(command, done.outcome, done.results);
}

Verdict ScriptThread::judge(const ScriptCommand& command, const runtime::Outcome& outcome,
                            const std::vector<runtime::Value>& results) {
  if (has_trapped(outcome, wasm::TrapCode::NotExecuted)) return Verdict::skipped(kNotExecuted);
  const bool has_returned = std::holds_alternative<runtime::Returned>(outcome);
  const auto* trapped = std::get_if<runtime::Trapped>(&outcome);
  const bool is_exception = has_trapped(outcome, wasm::TrapCode::UnhandledException);
  const bool is_exhausted = has_trapped(outcome, wasm::TrapCode::CallStackExhausted);
  bool is_wanted = false;
  switch (command.kind) {
    case CommandKind::AssertReturn:
      is_wanted =
          has_returned && std::ranges::equal(command.expected, results, [&](const auto& pattern, const auto& value) {
            return matches(pattern, value, state_.store);
          });
      break;
    case CommandKind::AssertTrap:
      is_wanted = trapped != nullptr && !is_exception && is_wanted_trap(trapped->code, command.text);
      break;
    case CommandKind::AssertException: is_wanted = is_exception; break;
    case CommandKind::AssertExhaustion: is_wanted = is_exhausted; break;
    case CommandKind::AssertSuspension: is_wanted = has_trapped(outcome, wasm::TrapCode::UnhandledSuspend); break;
    default: is_wanted = has_returned;
  }
  if (is_wanted) return Verdict::passed();
  return Verdict::failed(quote(command.action.field) + ": " + describe_wanted(command),
                         has_returned ? to_text(results) : describe(outcome));
}

Verdict ScriptThread::check_module_trap(const ScriptCommand& command) {
  auto module = load(command.module);
  if (!module) return Verdict::failed("a valid module", describe(module.error()));
  auto made = instantiate(*module);
  if (!made) return Verdict::failed(describe_wanted(command), describe(made.error()));
  if (!made->bad_end) return Verdict::failed(describe_wanted(command), "an instance");
  return judge(command, *made->bad_end, {});
}

Verdict ScriptThread::check_refused(const ScriptCommand& command) {
  const auto module = load(command.module);
  const bool is_custom =
      command.kind == CommandKind::AssertMalformedCustom || command.kind == CommandKind::AssertInvalidCustom;
  const bool is_malformed =
      command.kind == CommandKind::AssertMalformed || command.kind == CommandKind::AssertMalformedCustom;
  if (module) {
    // Custom sections never make a module invalid.
    if (is_custom && !(*module)->warnings.empty()) return Verdict::passed();
    return Verdict::failed(describe_wanted(command), "a valid module");
  }
  const ErrorKind kind = kind_of(module.error().code);
  const bool is_off = module.error().code == ErrorCode::FeatureDisabled;
  if (is_off || kind == (is_malformed ? ErrorKind::Malformed : ErrorKind::Invalid)) return Verdict::passed();
  if (kind == ErrorKind::Unsupported) return Verdict::skipped(std::string(text_of(module.error().code)));
  return Verdict::failed(describe_wanted(command), describe(module.error()));
}

Verdict ScriptThread::check_unlinkable(const ScriptCommand& command) {
  auto module = load(command.module);
  if (!module) return Verdict::failed("a valid module", describe(module.error()));
  const auto made = instantiate(*module);
  if (made) return Verdict::failed(describe_wanted(command), made->bad_end ? describe(*made->bad_end) : "an instance");
  const ErrorCode code = made.error().code;
  const bool is_unknown = code == ErrorCode::UnknownImport;
  // The two reasons are told apart where the script does.
  const bool is_other =
      (command.text == "unknown import" && !is_unknown) || (command.text == "incompatible import type" && is_unknown);
  if (kind_of(code) == ErrorKind::Link && !is_other) return Verdict::passed();
  return Verdict::failed(describe_wanted(command), describe(made.error()));
}

}  // namespace wasmscope::script
