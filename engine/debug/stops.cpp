// SPDX-License-Identifier: Apache-2.0
#include "engine/debug/stops.h"

#include <algorithm>

#include "engine/base/try.h"
#include "engine/debug/branching.h"
#include "engine/debug/message_template.h"

namespace wasmscope::debug {

using runtime::Execution;
using runtime::Instant;
using wasm::Op;

namespace {

// Of one movement of the program: a message in a hot loop would say no more.
constexpr uint64_t kMostLoggedLines = 10'000;

bool may_write(const Breakpoint& shown) { return shown.kind == StopKind::Watch && shown.mode != WatchMode::Read; }
bool may_read(const Breakpoint& shown) {
  return shown.kind == StopKind::Watch && (shown.mode == WatchMode::Read || shown.mode == WatchMode::Access);
}

}  // namespace

// --- observers

class Stops::Live final : public interp::Observer {
 public:
  explicit Live(Stops& stops) : stops_(stops) {}
  bool stops_at(const Execution& execution) override {
    const bool is_hit = stops_.ask(execution);
    if (!stops_.has_watches_) return is_hit;
    stops_.collect_writes(execution);
    return is_hit || stops_.has_pending();
  }
  bool stops_before_write(const Execution& execution) override {
    stops_.collect_writes(execution);
    return stops_.has_pending();
  }
  bool stops_after_host(const Execution& execution, const runtime::HostEvent& event) override {
    bool is_hit = false;
    if (!stops_.has_watches_ || event.writes.empty()) return false;
    for (StopPoint& point : stops_.points) {
      if (!point.shown.enabled || !point.watch || !may_write(point.shown) || !point.watch->is_written_by(event)) continue;
      std::vector<uint8_t> now = point.watch->read(*stops_.timeline_);
      const bool is_change = now != point.last;
      point.last = std::move(now);
      if (point.shown.mode == WatchMode::Change && !is_change) continue;
      is_hit |= stops_.hit(point, execution, point.shown.requested + " is " + stops_.value_text(point) + ", written by the host");
    }
    return is_hit;
  }

 private:
  Stops& stops_;
};

// Which instant was the last one that a point hits. Whether a write changes something shows when it has been made.
class Stops::Past final : public replay::Seeker {
 public:
  explicit Past(Stops& stops) : stops_(stops) {}
  bool stops_at(const Execution& execution) override {
    settle();
    if (stops_.is_destination(execution)) last_ = execution.instant();
    std::string error;
    const auto ask = [&](StopPoint& point) {
      if (point.shown.enabled && stops_.is_at(point, execution) && stops_.is_true(point, execution, error)) last_ = execution.instant();
    };
    const auto first = std::ranges::lower_bound(stops_.by_pc_, execution.pc, {}, &std::pair<uint32_t, size_t>::first);
    for (auto each = first; each != stops_.by_pc_.end() && each->first == execution.pc; ++each) ask(stops_.points[each->second]);
    for (const size_t each : stops_.elsewhere_) ask(stops_.points[each]);
    if (stops_.has_watches_) note_writes(execution);
    return false;
  }
  bool stops_before_write(const Execution& execution) override {
    settle();
    note_writes(execution);
    return false;
  }
  bool stops_after_host(const Execution& execution, const runtime::HostEvent& event) override {
    settle();
    std::string error;
    for (StopPoint& point : stops_.points)
      if (point.shown.enabled && point.watch && may_write(point.shown) && point.watch->is_written_by(event) &&
          stops_.is_true(point, execution, error))
        last_ = execution.instant();
    return false;
  }
  void begin_interval() override {
    pending_.clear();
    last_.reset();
  }
  std::optional<Instant> last() override {
    settle();
    return last_;
  }

 private:
  struct Waiting {
    size_t point = 0;
    std::vector<uint8_t> before;
  };
  void settle() {
    for (const Waiting& each : pending_)
      if (stops_.points[each.point].watch->read(*stops_.timeline_) != each.before) last_ = pending_at_;
    pending_.clear();
  }
  void note_writes(const Execution& execution) {
    const replay::Accesses& accesses = stops_.reader_->at(execution);
    std::string error;
    for (const size_t each : stops_.elsewhere_) {
      StopPoint& point = stops_.points[each];
      if (!point.shown.enabled || !may_write(point.shown) || !point.watch->is_written_by(accesses, execution)) continue;
      if (!stops_.is_true(point, execution, error)) continue;
      if (point.shown.mode != WatchMode::Change) {
        last_ = execution.instant();
        continue;
      }
      pending_at_ = execution.instant();
      pending_.push_back({each, point.watch->read(*stops_.timeline_)});
    }
  }

  Stops& stops_;
  std::vector<Waiting> pending_;
  Instant pending_at_;
  std::optional<Instant> last_;
};

// --- the list

Stops::Stops(Say say) : say_(std::move(say)), live_(std::make_unique<Live>(*this)), past_(std::make_unique<Past>(*this)) {}
Stops::~Stops() = default;

StopPoint* Stops::find(uint32_t id) {
  const auto found = std::ranges::find(points, id, [](const StopPoint& point) { return point.shown.id; });
  return found == points.end() ? nullptr : &*found;
}

void Stops::bind(replay::Timeline* timeline, const Inspection* inspection) {
  timeline_ = timeline;
  inspection_ = inspection;
  applied_.clear();
  reader_ = timeline == nullptr ? nullptr : std::make_unique<replay::AccessReader>(timeline->store());
  forget_hits();
  if (timeline == nullptr) return;
  for (StopPoint& point : points) {
    point.shown.hits = 0;
    // Frames and objects were another program's.
    if (!point.watch || (point.watch->place().kind != ExpressionPlace::Kind::Local && point.watch->place().kind != ExpressionPlace::Kind::Field)) continue;
    point.shown.enabled = false;
    point.shown.note = "what it watched went with the program that was running then";
  }
  apply();
}

replay::Search Stops::to_search() const {
  replay::Search search;
  for (const StopPoint& point : points) {
    const Breakpoint& shown = point.shown;
    if (!shown.enabled || !shown.resolved) continue;
    switch (shown.kind) {
      case StopKind::Code: search.places[shown.func].insert(shown.pc); break;
      case StopKind::Exit: {
        const std::vector<uint32_t> pcs = lower::find_instructions(inspection_->module(), shown.func, point.ops);
        search.places[shown.func].insert(pcs.begin(), pcs.end());
        break;
      }
      case StopKind::Instruction:
      case StopKind::Import:
      case StopKind::Throw: search.probes.ops |= point.ops; break;
      case StopKind::Watch: point.watch->add_to(shown.mode, search); break;
    }
  }
  if (!destination) return search;
  search.probes.ops |= destination->ops;
  for (const auto& [func, pcs] : destination->places) search.places[func].insert(pcs.begin(), pcs.end());
  return search;
}

void Stops::apply() {
  by_pc_.clear();
  elsewhere_.clear();
  has_watches_ = false;
  for (size_t i = 0; i < points.size(); ++i) {
    const Breakpoint& shown = points[i].shown;
    if (!shown.enabled || !shown.resolved) continue;
    if (shown.kind == StopKind::Code) by_pc_.emplace_back(shown.pc, i);
    else elsewhere_.push_back(i);
    has_watches_ |= may_write(shown);
  }
  std::ranges::sort(by_pc_);
  if (timeline_ == nullptr) return;
  replay::Search wanted = to_search();
  for (const wasm::FuncIndex func : applied_)
    if (!wanted.places.contains(func)) timeline_->set_stops(func, {});
  applied_.clear();
  for (auto& [func, pcs] : wanted.places) {
    applied_.push_back(func);
    timeline_->set_stops(func, std::move(pcs));
  }
  wanted.probes.observer = live_.get();
  timeline_->set_probes(std::move(wanted.probes));
  look_again();
}

// --- questions

// Whether the instruction makes its function return; of a conditional branch, whether it will.
bool Stops::leaves(const Execution& execution) {
  const wasm::FuncIndex func = inspection_->place(execution.depth).func;
  const binary::Instruction in = inspection_->instruction(execution.pc);
  switch (in.op) {
    case Op::Return:
    case Op::ReturnCall:
    case Op::ReturnCallIndirect:
    case Op::ReturnCallRef: return true;
    case Op::End: return in.next_pc() == static_cast<uint32_t>(inspection_->module().funcs[func].code.end);
    default: break;
  }
  const std::optional<uint32_t> label = taken_label(*inspection_, execution);
  return label && *label + 1 == lower::describe(inspection_->module(), func, execution.pc).labels.size();
}

bool Stops::is_destination(const Execution& execution) const {
  if (!destination) return false;
  const auto places = destination->places.find(execution.func->index);
  const bool is_there = (places != destination->places.end() && places->second.contains(execution.pc)) || destination->ops.all() ||
                        (destination->ops.any() && wasm::contains(destination->ops, inspection_->instruction(execution.pc).op));
  return is_there && (!destination->holds || destination->holds(execution));
}

bool Stops::is_at(const StopPoint& point, const Execution& execution) {
  const Breakpoint& shown = point.shown;
  const auto is_op = [&] { return wasm::contains(point.ops, inspection_->instruction(execution.pc).op); };
  switch (shown.kind) {
    case StopKind::Code: return shown.pc == execution.pc && shown.func == execution.func->index;
    case StopKind::Exit: return shown.func == execution.func->index && is_op() && leaves(execution);
    case StopKind::Instruction:
    case StopKind::Throw: return is_op();
    case StopKind::Import: {
      if (!is_op()) return false;
      const runtime::Func* const callee = inspection_->callee();
      return callee != nullptr && callee == timeline_->instance().funcs[shown.func];
    }
    case StopKind::Watch: return may_read(shown) && point.watch->is_read_by(reader_->at(execution), execution);
  }
  return false;
}

bool Stops::is_true(StopPoint& point, const Execution& execution, std::string& error) {
  if (point.shown.condition.empty()) return true;
  auto found = point.conditions.find(execution.pc);
  if (found == point.conditions.end()) {
    const ExpressionScope scope{inspection_->module(), inspection_->names(), execution.func->index, execution.pc, false};
    found = point.conditions.emplace(execution.pc, Expression::compile(point.shown.condition, scope)).first;
  }
  const auto fail = [&](const ExpressionError& why) {
    error = "its condition has no value here: " + why.message;
    return true;
  };
  if (!found->second) return fail(found->second.error());
  const auto value = found->second->is_true(ExpressionFrame(timeline_->store(), timeline_->instance(), execution));
  return value ? *value : fail(value.error());
}

void Stops::log(const StopPoint& point, const Execution& execution) {
  if (++logged_lines_ > kMostLoggedLines) {
    if (logged_lines_ == kMostLoggedLines + 1) say_("further messages are left out\n");
    return;
  }
  const ExpressionScope scope{inspection_->module(), inspection_->names(), execution.func->index, execution.pc, false};
  const auto message = MessageTemplate::compile(point.shown.log, scope);
  const ExpressionFrame frame(timeline_->store(), timeline_->instance(), execution);
  say_((message ? message->format(frame, inspection_->names()) : "<" + message.error().message + ">") + "\n");
}

bool Stops::hit(StopPoint& point, const Execution& execution, std::string text) {
  std::string error;
  if (!is_true(point, execution, error)) return false;
  ++point.shown.hits;
  if (point.shown.ignore > 0 && error.empty()) {
    --point.shown.ignore;
    return false;
  }
  if (!point.shown.log.empty() && error.empty()) {
    log(point, execution);
    return false;
  }
  hits_.push_back({point.shown.id, text.empty() ? error : std::move(text)});
  return true;
}

bool Stops::ask(const Execution& execution) {
  bool is_hit = false;
  if (is_destination(execution)) {
    hits_.push_back({});
    is_hit = true;
  }
  const auto first = std::ranges::lower_bound(by_pc_, execution.pc, {}, &std::pair<uint32_t, size_t>::first);
  for (auto each = first; each != by_pc_.end() && each->first == execution.pc; ++each) {
    StopPoint& point = points[each->second];
    if (is_at(point, execution)) is_hit |= hit(point, execution, {});
  }
  for (const size_t each : elsewhere_) {
    StopPoint& point = points[each];
    if (is_at(point, execution)) is_hit |= hit(point, execution, point.watch ? "about to read " + point.shown.requested + ", which is " + value_text(point) : std::string());
  }
  return is_hit;
}

void Stops::collect_writes(const Execution& execution) {
  pending_.clear();
  const replay::Accesses& accesses = reader_->at(execution);
  for (const size_t each : elsewhere_) {
    const StopPoint& point = points[each];
    if (may_write(point.shown) && point.watch->is_written_by(accesses, execution))
      pending_.push_back({each, point.watch->read(*timeline_), value_text(point), false});
  }
}

// --- around steps and stops

void Stops::forget_hits() {
  hits_.clear();
  pending_.clear();
  logged_lines_ = 0;
}

void Stops::arrive() {
  if (timeline_ != nullptr && !timeline_->end()) ask(timeline_->execution());
}

void Stops::note_writes() {
  if (!has_watches_) return;
  collect_writes(timeline_->execution());
  // The host writes without accesses of the instruction.
  const Op op = inspection_->instruction(timeline_->instant().pc).op;
  if (wasm::info(op).category != wasm::Category::Call) return;
  for (const size_t each : elsewhere_) {
    const StopPoint& point = points[each];
    if (may_write(point.shown) && point.watch->place().kind == ExpressionPlace::Kind::Memory)
      pending_.push_back({each, point.watch->read(*timeline_), value_text(point), true});
  }
}

void Stops::compare() {
  for (const Pending& each : std::exchange(pending_, {})) {
    StopPoint& point = points[each.point];
    std::vector<uint8_t> now = point.watch->read(*timeline_);
    const bool is_change = now != each.before;
    point.last = std::move(now);
    if (!is_change && (each.is_by_host || point.shown.mode == WatchMode::Change)) continue;
    hit(point, timeline_->execution(), point.shown.requested + ": " + each.text + " -> " + value_text(point));
  }
}

void Stops::look_again() {
  pending_.clear();
  if (timeline_ == nullptr) return;
  for (StopPoint& point : points) {
    if (!point.watch) continue;
    point.last = point.watch->read(*timeline_);
    point.shown.value = value_text(point);
  }
}

void Stops::remove_used() {
  const size_t count = std::erase_if(points, [&](const StopPoint& point) {
    return point.shown.is_temporary && std::ranges::any_of(hits_, [&](const Hit& hit) { return hit.id == point.shown.id; });
  });
  if (count > 0) apply();
}


replay::Search Stops::past_search() {
  replay::Search search = to_search();
  search.seeker = past_.get();
  return search;
}

std::vector<Stops::Hit> Stops::past_hits() {
  std::vector<Hit> hits;
  const Execution& execution = timeline_->execution();
  std::string error;
  for (StopPoint& point : points) {
    if (!point.shown.enabled || !point.shown.resolved) continue;
    const bool is_write = may_write(point.shown) && point.watch->is_written_by(reader_->at(execution), execution);
    if (is_write && is_true(point, execution, error)) hits.push_back({point.shown.id, "about to write " + point.shown.requested + ", which is " + value_text(point)});
    else if (is_at(point, execution) && is_true(point, execution, error)) hits.push_back({point.shown.id, {}});
  }
  return hits;
}

std::string Stops::value_text(const StopPoint& point) const {
  const bool is_gone = point.watch->place().kind == ExpressionPlace::Kind::Local && timeline_->execution().depth < point.watch->place().depth;
  return is_gone ? "gone" : point.watch->text(*timeline_, *inspection_);
}

}  // namespace wasmscope::debug
