// SPDX-License-Identifier: Apache-2.0
#include "engine/debug/tier_run.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "engine/base/try.h"

namespace wasmscope::debug {

namespace {

void mix(uint64_t& digest, uint64_t word) {
  digest = (digest ^ word) * 0x9E3779B97F4A7C15;
  digest ^= digest >> 32;
}

void mix(uint64_t& digest, Bytes bytes) {
  for (; bytes.size() >= 8; bytes = bytes.subspan(8)) {
    uint64_t word;
    std::memcpy(&word, bytes.data(), sizeof word);
    mix(digest, word);
  }
  for (const uint8_t byte : bytes) mix(digest, byte);
}

// At most as many bytes of a memory from an address on.
Bytes bytes_at(Bytes memory, uint64_t address, uint64_t most) {
  return address < memory.size() ? memory.subspan(address, std::min(most, memory.size() - address)) : Bytes{};
}

// What a number leads to when it is an address: the bytes there, and as WASI's lists have it, what pairs of address and
// size there say. States that are the same have the same, whatever the number means.
void mix_pointed(uint64_t& digest, Bytes memory, uint64_t address) {
  constexpr uint64_t kNear = 64, kFar = 4096;
  constexpr int kPairs = 4;
  const Bytes near = bytes_at(memory, address, kNear);
  mix(digest, near);
  for (int i = 0; i < kPairs && near.size() >= 8 * (static_cast<size_t>(i) + 1); ++i) {
    uint32_t pair[2];
    std::memcpy(pair, near.data() + 8 * i, sizeof pair);
    mix(digest, bytes_at(memory, pair[0], std::min<uint64_t>(pair[1], kFar)));
  }
}

}  // namespace

using interp::Mode;
using runtime::Outcome;
using runtime::PauseReason;

TierRun::TierRun(const TierProgram& program, HostLog& log, Host host, Polling polling)
    : calls_(program.calls), log_(log), host_(host), polling_(std::move(polling)), interpreter_(store_) {
  store_.sink = this;
}

Result<std::unique_ptr<TierRun>> TierRun::create(const TierProgram& program, HostLog& log, Host host, const MakeTier& make_tier,
                                                 Polling polling) {
  CHECK(!program.calls.empty());
  std::unique_ptr<TierRun> run(new TierRun(program, log, host, std::move(polling)));
  TRY_ASSIGN(run->execution_, runtime::Execution::create(0));
  TRY_ASSIGN(const runtime::InstantiateOutcome instantiated, runtime::instantiate(run->store_, program.module, program.imports));
  run->instance_ = instantiated.result.instance;
  run->instantiation_trap_ = instantiated.trap;
  run->interpreter_.add_instance(*run->instance_);
  if (make_tier) {
    run->tier_ = make_tier(run->store_);
    run->interpreter_.set_tier(*run->tier_, interp::CompileWhen::Called);
  }
  run->interpreter_.set_probes({{}, {}, run.get()});
  // Events name functions by number: in the order of the store, as in recordings.
  if (log.events.funcs().empty()) {
    std::vector<const runtime::HostFunc*> asked;
    for (const runtime::Func& func : run->store_.funcs)
      if (func.host && std::ranges::find(asked, func.host.get()) == asked.end()) asked.push_back(func.host.get());
    log.events.set_funcs(std::move(asked));
  }
  run->checkpoints_ = std::make_unique<replay::Checkpoints>(run->store_, *run->execution_);
  return run;
}

TierRun::~TierRun() {
  if (execution_) interpreter_.remove(*execution_);
}

void TierRun::begin_call() {
  const replay::Call& call = calls_[call_];
  execution_->begin(*instance_->funcs[call.func], call.arguments);
}

void TierRun::take_log() {
  log_.user = this;
  log_.events.go_to(position_);
  log_.events.set_clock(execution_.get());
  if (host_ == Host::Live) log_.events.reopen();
  else log_.events.close();
}

void TierRun::start() {
  begin_call();
  run({.mode = Mode::Step});
}

void TierRun::run(interp::RunRequest request) {
  // The other one may be asking, in the middle of its run, whether to stay where it is.
  TierRun* const other = log_.user;
  if (other != nullptr) other->position_ = log_.events.position();
  take_log();
  request.pause = polling_.flag;
  while (!end_) {
    const Outcome outcome = interpreter_.run(*execution_, request);
    if (const auto* paused = std::get_if<runtime::Paused>(&outcome)) {
      if (paused->reason == PauseReason::MissingImport) continue;
      if (paused->reason == PauseReason::Request) {
        if (polling_.goes_on()) continue;
        was_stopped_ = true;
      }
      if (paused->reason == PauseReason::Wait) end_ = outcome;
      break;
    }
    if (!std::holds_alternative<runtime::Returned>(outcome) || call_ + 1 == calls_.size()) {
      end_ = outcome;
      break;
    }
    ++call_;
    begin_call();
    const Outcome entered = interpreter_.run(*execution_, {.mode = Mode::Step});
    if (!std::holds_alternative<runtime::Paused>(entered)) end_ = entered;
    if (request.mode == Mode::Step || execution_->tick >= request.tick_limit) break;
  }
  position_ = log_.events.position();
  log_.user = nullptr;
  if (other != nullptr) other->take_log();
}

void TierRun::run_to_tick(uint64_t tick) {
  if (!end_ && !was_stopped_) run({.tick_limit = tick});
}

void TierRun::step() {
  if (!end_) run({.mode = Mode::Step});
}

void TierRun::note_call(const runtime::Func& func, const runtime::Instance* caller, std::span<const uint64_t> arguments) {
  ++told_.calls;
  mix(told_.digest, func.address);
  last_told_ = func.host ? func.host->name + "(" : "#" + std::to_string(func.index) + "(";
  const bool has_memory = caller != nullptr && !caller->memories.empty();
  const Bytes memory = has_memory ? caller->memories[0]->region.bytes() : Bytes{};
  size_t slot = 0;
  for (const wasm::ValType type : func.type->params) {
    uint64_t word = arguments[slot];
    const bool is_word = type == wasm::kI32 || type == wasm::kF32;   // the upper half of the slot is nobody's
    if (is_word) word &= 0xFFFFFFFF;
    if (slot != 0) last_told_ += ", ";
    last_told_ += std::to_string(word);
    mix(told_.digest, word);
    if (type.slots() == 2) mix(told_.digest, arguments[slot + 1]);
    if (type == wasm::kI32 || type == wasm::kI64) mix_pointed(told_.digest, memory, word);
    slot += type.slots();
  }
  last_told_ += ")";
}

bool TierRun::stops_at(const runtime::Execution&) { return stays_ && stays_(); }

void TierRun::run_with_stops(const Places& places, const Visitor& stays, uint64_t tick, interp::StopForm form) {
  const std::set<wasm::FuncIndex> compiled = compiled_funcs();
  for (const auto& [func, pcs] : places) interpreter_.set_stops(*instance_, func, pcs, form);
  if (tier_) interpreter_.set_compiled(*instance_, compiled);
  stays_ = stays;
  run_to_tick(tick);
  stays_ = nullptr;
  for (const auto& [func, pcs] : places) interpreter_.set_stops(*instance_, func, {});
}

void TierRun::mark_all_unless_trusted() {
  if (trusts_marks_) return;
  for (runtime::Memory& memory : store_.memories)
    if (memory.region.has_marks()) memory.region.mark(uint64_t{0}, memory.region.size());
}

void TierRun::keep() {
  mark_all_unless_trusted();
  const runtime::Instant now = instant();
  const size_t last = checkpoints_->count() == 0 ? 0 : checkpoints_->at_or_before(now);
  kept_[now] = {told_, compiled_funcs()};
  if (checkpoints_->count() != 0 && checkpoints_->milestone(last).at == now) checkpoints_->arrive(last);
  else checkpoints_->take({now, 0, position_, 0, call_, false});
  checkpoints_->clear_unused();
}

void TierRun::keep_only_here() {
  keep();
  checkpoints_->forget_before(checkpoints_->at_or_before(instant()));
  kept_.erase(kept_.begin(), kept_.lower_bound(instant()));
}

void TierRun::take_over(const TierRun& other) {
  const runtime::Execution& from = *other.execution_;
  store_.restore(other.store_.save());
  runtime::restore(*execution_, store_, runtime::save(from, from.frame_base + lower::frame_slots(*from.func->instance->module, from.func->index)));
  for (runtime::Memory& memory : store_.memories)
    if (memory.region.has_marks()) memory.region.mark(uint64_t{0}, memory.region.size());
  position_ = other.position_;
  call_ = other.call_;
  told_ = other.told_;
  last_told_.clear();
  end_.reset();
  interpreter_.reset(*execution_);
  keep_only_here();
}

void TierRun::restore(size_t checkpoint) {
  mark_all_unless_trusted();
  const replay::Milestone& milestone = checkpoints_->restore(checkpoint);
  checkpoints_->clear_unused();   // code that is wrong may read it: so that it reads the same each time
  position_ = milestone.events;
  call_ = milestone.call;
  const Kept& kept = kept_.at(milestone.at);
  told_ = kept.told;
  last_told_.clear();
  end_.reset();
  interpreter_.reset(*execution_);
  if (tier_) interpreter_.set_compiled(*instance_, kept.compiled);
}

std::set<wasm::FuncIndex> TierRun::compiled_funcs() const {
  std::set<wasm::FuncIndex> funcs;
  for (const interp::FuncState& state : interpreter_.list_funcs(*instance_))
    if (state.is_compiled) funcs.insert(state.func);
  return funcs;
}

void TierRun::restore_before(uint64_t tick) { restore(checkpoints_->at_or_before({tick, 0, UINT32_MAX})); }

bool TierRun::has_frames() const {
  return !execution_->at_entry && (execution_->status == runtime::Status::Ready || execution_->status == runtime::Status::Trapped);
}

}  // namespace wasmscope::debug
