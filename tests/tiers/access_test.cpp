// SPDX-License-Identifier: Apache-2.0
// Instructions do what AccessReader says before: over every step, what changed in memories, tables, globals, locals,
// objects and segments lies within the writes it told of, and an instruction traps for a place that is not there when
// and only when it said so. In the other direction, each instruction that can write changes the first and the last
// unit of a range at some time: no range is told too wide.
#include "engine/replay/access.h"

#include <gtest/gtest.h>

#include <cstring>
#include <iostream>

#include "engine/binary/instruction_reader.h"
#include "tests/tiers/programs.h"

namespace wasmscope::test {
namespace {

using replay::Access;
using replay::Accesses;
using replay::AccessKind;
using runtime::Outcome;
using runtime::Region;
using wasm::Category;
using wasm::Op;
using wasm::TrapCode;

constexpr uint64_t kMostSteps = 20'000;
// Regions larger than this are compared now and then only.
constexpr size_t kSmallBytes = 1 << 17;
constexpr uint64_t kSparseSteps = 500;

struct OpCoverage {
  uint64_t executed = 0, written = 0;
  bool first_changed = false, last_changed = false;
};
using Coverage = std::map<std::pair<AccessKind, Op>, OpCoverage>;

bool makes_object(Op op) {
  switch (op) {
    case Op::StructNew:
    case Op::StructNewDefault:
    case Op::ArrayNew:
    case Op::ArrayNewDefault:
    case Op::ArrayNewFixed:
    case Op::ArrayNewData:
    case Op::ArrayNewElem:
    case Op::Throw: return true;
    default: return false;
  }
}

bool is_access_trap(TrapCode code) {
  switch (code) {
    case TrapCode::OutOfBoundsMemory:
    case TrapCode::OutOfBoundsTable:
    case TrapCode::OutOfBoundsArray:
    case TrapCode::UndefinedElement:
    case TrapCode::NullStruct:
    case TrapCode::NullArray:
    case TrapCode::UnalignedAtomic: return true;
    default: return false;
  }
}

// A region as it was, and what of it was told to be written since.
class Shadow {
 public:
  void take(Bytes now) { bytes_.assign(now.begin(), now.end()); }
  // Tells whether the first and the last unit of a range of bytes changed, and takes its new contents.
  void take_range(Bytes now, uint64_t begin, uint64_t count, uint64_t unit_bytes, OpCoverage& coverage) {
    if (now.size() > bytes_.size()) bytes_.resize(now.size());
    if (count == 0) return;
    const auto changed = [&](uint64_t at) { return std::memcmp(bytes_.data() + at, now.data() + at, unit_bytes) != 0; };
    coverage.first_changed |= changed(begin);
    coverage.last_changed |= changed(begin + count - unit_bytes);
    std::memcpy(bytes_.data() + begin, now.data() + begin, count);
  }
  std::string compare(const char* what, Bytes now, bool is_due) const {
    if (now.size() != bytes_.size()) return std::string(what) + " has another size";
    if (now.empty() || (now.size() > kSmallBytes && !is_due) || std::memcmp(now.data(), bytes_.data(), now.size()) == 0)
      return {};
    const auto at = std::mismatch(now.begin(), now.end(), bytes_.begin()).first - now.begin();
    return std::string(what) + " changed at byte " + std::to_string(at);
  }

 private:
  std::vector<uint8_t> bytes_;
};

class Observer {
 public:
  Observer(Twin& twin, Coverage& coverage)
      : twin_(twin), coverage_(coverage), reader_(twin.store), memories_(twin.store.memories.size()),
        tables_(twin.store.tables.size()) {}

  std::string run(const Invocation& invocation) {
    twin_.begin(invocation.func, invocation.arguments);
    if (!is_step(twin_.run({.mode = interp::Mode::Step}))) return "the first step does not pause";
    take_store();
    take_locals();
    for (uint64_t count = 0; count < kMostSteps; ++count) {
      const std::string where = to_text(twin_.execution->instant());
      bool goes_on = false;
      std::string problem = step(goes_on);
      if (problem.empty()) problem = compare_store(!goes_on || count % kSparseSteps == 0);
      if (!problem.empty()) return where + ": " + problem;
      if (!goes_on) return {};
    }
    return compare_store(true);
  }

 private:
  static bool is_step(const Outcome& outcome) {
    const auto* paused = std::get_if<runtime::Paused>(&outcome);
    return paused != nullptr && paused->reason == runtime::PauseReason::Step;
  }

  std::string step(bool& goes_on) {
    const runtime::Execution& execution = *twin_.execution;
    binary::Instruction in;
    binary::InstructionReader(twin_.module->bytes, {execution.pc, twin_.module->bytes.size()}).next(in).value();
    const Accesses accesses = reader_.at(execution);
    const auto* func = execution.func;
    const uint64_t tick = execution.tick;
    const uint32_t depth = execution.depth, base = execution.frame_base;
    const Outcome outcome = twin_.run({.mode = interp::Mode::Step});
    goes_on = is_step(outcome);

    const auto* trapped = std::get_if<runtime::Trapped>(&outcome);
    const bool is_access_failure = trapped != nullptr && is_access_trap(trapped->code);
    if (is_access_failure == accesses.are_made)
      return std::string(wasm::info(in.op).text) + (accesses.are_made ? " traps" : " does not trap");
    if (trapped != nullptr) return {};
    for (const Access& access : accesses) take_access(in.op, access);
    const bool is_host_call = wasm::info(in.op).category == Category::Call && execution.tick == tick;
    if (is_host_call) take_store();
    if (makes_object(in.op)) heap_.take(heap_bytes());
    const bool is_same_frame = goes_on && execution.func == func && execution.depth == depth &&
                               execution.frame_base == base && wasm::info(in.op).category != Category::Call;
    if (is_same_frame) return compare_locals();
    if (goes_on) take_locals();
    return {};
  }

  void take_access(Op op, const Access& access) {
    OpCoverage& coverage = coverage_[{access.kind, op}];
    ++coverage.executed;
    if (!access.is_write) return;
    ++coverage.written;
    switch (access.kind) {
      case AccessKind::Memory:
        memories_[access.address].take_range(twin_.store.memories[access.address].region.bytes(), access.begin,
                                             access.count, 1, coverage);
        break;
      case AccessKind::Table:
        tables_[access.address].take_range(twin_.store.tables[access.address].region.bytes(), 8 * access.begin,
                                           8 * access.count, 8, coverage);
        break;
      case AccessKind::Global:
        globals_.take_range(twin_.store.globals_region.bytes(), 16 * access.address, 8 * access.count, 8, coverage);
        break;
      case AccessKind::Object:
        // The upper half of a reference is 0.
        heap_.take_range(heap_bytes(), access.object + access.begin, access.count, op == Op::ArrayInitElem ? 8 : 1, coverage);
        break;
      case AccessKind::Local:
        for (uint64_t slot = access.begin; slot < access.end(); ++slot) {
          uint64_t& known = locals_[slot];
          const uint64_t now = twin_.execution->slots()[slot];
          if (known != now) (slot == access.begin ? coverage.first_changed : coverage.last_changed) = true;
          if (access.count == 1) coverage.last_changed = coverage.first_changed;
          known = now;
        }
        break;
      case AccessKind::DataSegment:
        flag(twin_.instance->dropped_datas + access.index, coverage);
        break;
      case AccessKind::ElemSegment:
        flag(twin_.instance->dropped_elems + access.index, coverage);
        break;
      case AccessKind::MemorySize:
      case AccessKind::TableSize: coverage.first_changed = coverage.last_changed |= access.count != 0; break;
    }
  }
  void flag(const uint8_t* at, OpCoverage& coverage) {
    const Region& region = twin_.store.flags_region;
    flags_.take_range(region.bytes(), static_cast<uint64_t>(at - region.data()), 1, 1, coverage);
  }

  Bytes heap_bytes() const { return {twin_.store.heap.region.data(), twin_.store.heap.used_bytes()}; }

  void take_store() {
    const runtime::Store& store = twin_.store;
    for (size_t i = 0; i < memories_.size(); ++i) memories_[i].take(store.memories[i].region.bytes());
    for (size_t i = 0; i < tables_.size(); ++i) tables_[i].take(store.tables[i].region.bytes());
    globals_.take(store.globals_region.bytes());
    flags_.take(store.flags_region.bytes());
    heap_.take(heap_bytes());
  }
  std::string compare_store(bool is_due) const {
    const runtime::Store& store = twin_.store;
    std::string text;
    for (size_t i = 0; i < memories_.size() && text.empty(); ++i)
      text = memories_[i].compare("a memory", store.memories[i].region.bytes(), is_due);
    for (size_t i = 0; i < tables_.size() && text.empty(); ++i)
      text = tables_[i].compare("a table", store.tables[i].region.bytes(), is_due);
    if (text.empty()) text = globals_.compare("globals", store.globals_region.bytes(), is_due);
    if (text.empty()) text = flags_.compare("segments", store.flags_region.bytes(), is_due);
    if (text.empty()) text = heap_.compare("the heap", heap_bytes(), is_due);
    return text;
  }

  template <class Visit>
  void each_local_slot(const Visit& visit) {
    const runtime::Execution& execution = *twin_.execution;
    auto [places, is_new] = places_.try_emplace(execution.func->index);
    if (is_new) places->second = lower::local_places(*twin_.module, execution.func->index);
    for (const lower::LocalPlace& place : places->second) {
      const bool is_half = place.type.kind == wasm::Kind::I32 || place.type.kind == wasm::Kind::F32;
      for (uint32_t i = 0; i < place.type.slots(); ++i)
        visit(execution.frame_base + place.slot + i, is_half ? UINT32_MAX : UINT64_MAX);
    }
  }
  void take_locals() {
    locals_.clear();
    each_local_slot([&](uint64_t slot, uint64_t) { locals_[slot] = twin_.execution->slots()[slot]; });
  }
  std::string compare_locals() {
    std::string text;
    each_local_slot([&](uint64_t slot, uint64_t mask) {
      if (((locals_[slot] ^ twin_.execution->slots()[slot]) & mask) != 0) text = "a local changed, slot " + std::to_string(slot);
    });
    return text;
  }

  Twin& twin_;
  Coverage& coverage_;
  replay::AccessReader reader_;
  std::vector<Shadow> memories_, tables_;
  Shadow globals_, flags_, heap_;
  std::map<uint64_t, uint64_t> locals_;   // by slot
  std::map<wasm::FuncIndex, std::vector<lower::LocalPlace>> places_;
};

std::string name_of(AccessKind kind) {
  static constexpr const char* kNames[replay::kAccessKinds] = {"memory", "memory size", "table", "table size",
                                                               "global", "local", "object", "data", "elem"};
  return kNames[static_cast<size_t>(kind)];
}

TEST(Access, TellsWhatEveryInstructionChanges) {
  Coverage coverage;
  uint64_t programs = 0;
  const auto observe = [&](const Program& program) {
    ++programs;
    EXPECT_EQ(check_program(program, [&](Twin& twin, const Invocation& call) { return Observer(twin, coverage).run(call); }), "");
  };
  for (const Program& program : sample_programs()) observe(program);
  for (const Program& program : written_programs()) observe(program);
  for (const Program& program : access_programs()) observe(program);
  for (const uint64_t seed : random_seeds()) observe(random_program(seed));
  for (const uint64_t seed : random_seeds()) observe(object_program(seed));

  std::string never_touched, never_changed;
  for (size_t k = 0; k < replay::kAccessKinds; ++k) {
    const auto kind = static_cast<AccessKind>(k);
    const wasm::OpSet &reads = replay::ops_that_read(kind), &writes = replay::ops_that_write(kind);
    size_t touching = 0, touched = 0, changed = 0;
    for (uint16_t i = 0; i < wasm::kOpCount; ++i) {
      if (!reads[i] && !writes[i]) continue;
      ++touching;
      const auto op = static_cast<Op>(i);
      const OpCoverage& seen = coverage[{kind, op}];
      const std::string name = " " + std::string(wasm::info(op).text) + " (" + name_of(kind) + ")";
      if (seen.executed == 0) never_touched += name;
      touched += seen.executed != 0;
      if (!writes[i]) continue;
      // What growing adds to a memory is zero, and so is what this test has for bytes that were not there.
      const bool changes_nothing = kind == AccessKind::Memory && op == Op::MemoryGrow;
      if (changes_nothing) continue;
      if (!seen.first_changed || !seen.last_changed) never_changed += name;
      changed += seen.first_changed && seen.last_changed;
    }
    std::cout << "  " << name_of(kind) << ": " << touched << " of " << touching << " instructions touched, " << changed
              << " of " << writes.count() << " that write changed both ends\n";
  }
  std::cout << programs << " programs\n";
  EXPECT_EQ(never_touched, "");
  EXPECT_EQ(never_changed, "");
}

}  // namespace
}  // namespace wasmscope::test
