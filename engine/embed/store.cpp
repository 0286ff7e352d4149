// SPDX-License-Identifier: Apache-2.0
#include "engine/embed/store.h"

#include <algorithm>

#include "engine/base/try.h"
#include "engine/embed/store_state.h"

namespace wasmscope::embed {
namespace {

// Calls of the program by host functions it called: each takes native stack.
constexpr uint32_t kMaxNesting = 200;

std::vector<uint64_t> to_slots(std::span<const Value> values) {
  std::vector<uint64_t> slots;
  for (const Value& value : values) {
    slots.push_back(value.bits);
    if (value.type.slots() == 2) slots.push_back(value.high);
  }
  return slots;
}

std::vector<Value> to_values(std::span<const wasm::ValType> types, const uint64_t* slots) {
  std::vector<Value> values;
  for (const wasm::ValType type : types) {
    values.push_back({type, slots[0], type.slots() == 2 ? slots[1] : 0});
    slots += type.slots();
  }
  return values;
}

Stop trap_stop(wasm::TrapCode code, std::string text, const runtime::Instant& instant = {}) {
  if (text.empty()) text = wasm::text_of(code);
  return {Stop::Kind::Trap, code, 0, instant, std::move(text)};
}

template <class Item>
Item* item_in(StoreState& state, const runtime::Instance& instance, std::string_view name) {
  const auto found = runtime::find_export(state.store, instance, name);
  if (!found) return nullptr;
  auto* const item = std::get_if<Item*>(&*found);
  return item != nullptr ? *item : nullptr;
}

}  // namespace

// --- calls

StoreState::~StoreState() {
  for (const auto& execution : idle) interpreter.remove(*execution);
}

bool StoreState::is_of_type(const Value& value, wasm::ValType type) const {
  if (value.type == type) return true;
  if (!value.type.is_ref() || !type.is_ref()) return false;
  if (value.bits == 0) return type.nullable;
  const wasm::HeapKind heap = value.type.heap;
  // What a reference to a function refers to is known exactly.
  if (heap == wasm::HeapKind::Func || heap == wasm::HeapKind::NoFunc) {
    if (value.bits > store.funcs.size()) return false;
    return store.types.matches(wasm::ref_type(store.funcs[value.bits - 1].canonical_type, false), type);
  }
  return store.types.matches({wasm::Kind::Ref, false, heap, value.type.exact, value.type.index}, type);
}

std::string StoreState::find_mismatch(std::span<const wasm::ValType> types, std::span<const Value> values) const {
  if (types.size() != values.size())
    return std::to_string(types.size()) + " wanted, " + std::to_string(values.size()) + " given";
  for (size_t i = 0; i < types.size(); ++i) {
    if (!is_of_type(values[i], types[i]))
      return "number " + std::to_string(i) + ": " + wasm::to_text(types[i]) + " wanted, " +
             wasm::to_text(values[i].type) + " given";
  }
  return {};
}

CallResult StoreState::call(runtime::Func& func, std::span<const Value> arguments, const CallOptions& options) {
  if (std::string wrong = find_mismatch(func.type->params, arguments); !wrong.empty())
    return std::unexpected(trap_stop(wasm::TrapCode::HostError, "arguments: " + wrong));
  if (func.host) return call_host(func, arguments);
  if (nesting == kMaxNesting) return std::unexpected(trap_stop(wasm::TrapCode::CallStackExhausted, {}));

  std::unique_ptr<runtime::Execution> execution;
  if (!idle.empty()) {
    execution = std::move(idle.back());
    idle.pop_back();
  } else {
    auto made = runtime::Execution::create(executions++);
    if (!made) return std::unexpected(trap_stop(wasm::TrapCode::HostError, to_line(made.error(), nullptr)));
    execution = *std::move(made);
  }
  execution->begin(func, arguments);
  interp::RunRequest request;
  if (options.max_ticks < UINT64_MAX - execution->tick) request.tick_limit = execution->tick + options.max_ticks;
  ++nesting;
  const runtime::Outcome outcome = interpreter.run(*execution, request);
  --nesting;
  const runtime::Instant instant = execution->instant();
  if (std::holds_alternative<runtime::Returned>(outcome)) {
    std::vector<Value> results = execution->results();
    idle.push_back(std::move(execution));
    return results;
  }
  // Frames that nobody will continue are forgotten with it.
  store.waits.end(execution->id);
  interpreter.remove(*execution);
  if (const auto* trapped = std::get_if<runtime::Trapped>(&outcome))
    return std::unexpected(trap_stop(trapped->code, trapped->text, instant));
  if (const auto* exited = std::get_if<runtime::Exited>(&outcome))
    return std::unexpected(Stop{Stop::Kind::Exit, {}, exited->code, instant, "exit " + std::to_string(exited->code)});
  return std::unexpected(Stop{Stop::Kind::TicksUsed, {}, 0, instant, "the ticks are used up"});
}

CallResult StoreState::call_host(runtime::Func& func, std::span<const Value> arguments) {
  const runtime::HostEvent event = runtime::ask_host(store, nullptr, func, to_slots(arguments).data());
  if (event.exit_code)
    return std::unexpected(
        Stop{Stop::Kind::Exit, {}, *event.exit_code, {}, "exit " + std::to_string(*event.exit_code)});
  if (event.trap) return std::unexpected(trap_stop(wasm::TrapCode::HostError, *event.trap));
  return to_values(func.type->results, event.results.data());
}

runtime::HostFunc StoreState::wrap(wasm::FuncType type, HostCallback callback) {
  runtime::HostFunc host;
  host.type = type;
  host.call = [this, type = std::move(type), callback = std::move(callback)](runtime::HostCall& call) {
    std::vector<uint64_t> slots;
    for (size_t i = 0; i < call.argument_count(); ++i) slots.push_back(call.i64(i));
    const HostResult result = callback(Caller(*this, call.caller()), to_values(type.params, slots.data()));
    if (!result) return call.trap(result.error());
    if (const std::string wrong = find_mismatch(type.results, *result); !wrong.empty())
      return call.trap("results of the host function: " + wrong);
    const std::vector<uint64_t> answers = to_slots(*result);
    for (size_t i = 0; i < answers.size(); ++i) call.set_result(i, answers[i]);
  };
  return host;
}

// --- instances

std::optional<runtime::Extern> Instance::item(std::string_view name) const {
  return runtime::find_export(store_->store, *instance_, name);
}
std::optional<Func> Instance::func(std::string_view name) const {
  auto* const found = item_in<runtime::Func>(*store_, *instance_, name);
  return found != nullptr ? std::optional(store_->handle(*found)) : std::nullopt;
}
std::optional<Global> Instance::global(std::string_view name) const {
  auto* const found = item_in<runtime::Global>(*store_, *instance_, name);
  return found != nullptr ? std::optional(store_->handle(*found)) : std::nullopt;
}
std::optional<Memory> Instance::memory(std::string_view name) const {
  auto* const found = item_in<runtime::Memory>(*store_, *instance_, name);
  return found != nullptr ? std::optional(store_->handle(*found)) : std::nullopt;
}
std::optional<Table> Instance::table(std::string_view name) const {
  auto* const found = item_in<runtime::Table>(*store_, *instance_, name);
  return found != nullptr ? std::optional(store_->handle(*found)) : std::nullopt;
}
std::optional<Tag> Instance::tag(std::string_view name) const {
  auto* const found = item_in<runtime::Tag>(*store_, *instance_, name);
  return found != nullptr ? std::optional(store_->handle(*found)) : std::nullopt;
}

std::optional<Instance> Caller::instance() const {
  return instance_ != nullptr ? std::optional(store_->handle(*instance_)) : std::nullopt;
}
std::optional<Memory> Caller::memory() const {
  if (instance_ == nullptr || instance_->memories.empty()) return std::nullopt;
  return store_->handle(*instance_->memories[0]);
}

// --- stores

Store::Store() : state_(std::make_unique<StoreState>()) {}
Store::~Store() = default;

runtime::Store& Store::runtime_store() { return state_->store; }

Func Store::make_func(wasm::FuncType type, HostCallback callback) {
  auto host = std::make_shared<const runtime::HostFunc>(state_->wrap(std::move(type), std::move(callback)));
  runtime::Func& func = state_->store.add_host_func(std::move(host));
  state_->interpreter.add_host_func(func);
  return state_->handle(func);
}

Result<Global> Store::make_global(wasm::Mutability mutability, const Value& value) {
  TRY_ASSIGN(runtime::Global* const global, state_->store.add_global({value.type, mutability}, value));
  return state_->handle(*global);
}

Result<Memory> Store::make_memory(const wasm::MemoryType& type) {
  TRY_ASSIGN(runtime::Memory* const memory, state_->store.add_memory(type));
  return state_->handle(*memory);
}

Result<Table> Store::make_table(const wasm::TableType& type, const Value& init) {
  if (!state_->is_of_type(init, type.element))
    return std::unexpected(error(ErrorCode::BadArgument, "a table of " + wasm::to_text(type.element) + " cannot hold " +
                                                             wasm::to_text(init.type)));
  TRY_ASSIGN(runtime::Table* const table, state_->store.add_table(type, init.bits));
  return state_->handle(*table);
}

Tag Store::make_tag(wasm::FuncType type) {
  return state_->handle(state_->store.add_tag(state_->store.types.canonicalise(type)));
}

// --- linking

std::string InstantiationFailure::text() const {
  return error ? to_line(*error, nullptr) : stop ? stop->text : std::string();
}

Linker::Linker(Store& store) : store_(store.state_.get()), linker_(store_->store) {}

void Linker::define_instance(std::string_view module, const Instance& instance) {
  linker_.define_instance(module, *instance.instance_);
}

std::expected<Instance, InstantiationFailure> Linker::instantiate(const Module& module, const CallOptions& options) {
  auto made = runtime::instantiate(linker_, module.shared_model(), runtime::MissingImports::Refuse);
  if (!made) return std::unexpected(InstantiationFailure{std::move(made).error(), {}});
  runtime::Instance& instance = *made->result.instance;
  // Also after a trap: functions of the instance may be in tables of others.
  store_->interpreter.add_instance(instance);
  if (made->trap) return std::unexpected(InstantiationFailure{{}, trap_stop(*made->trap, {})});
  if (module.model().start) {
    const CallResult started = store_->call(*instance.funcs[*module.model().start], {}, options);
    if (!started) return std::unexpected(InstantiationFailure{{}, started.error()});
  }
  return store_->handle(instance);
}

}  // namespace wasmscope::embed
