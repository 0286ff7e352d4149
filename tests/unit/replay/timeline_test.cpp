// SPDX-License-Identifier: Apache-2.0
#include "engine/replay/timeline.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <random>

#include "engine/base/file.h"
#include "engine/binary/decoder.h"
#include "engine/host/wasi.h"
#include "engine/validate/validate.h"
#include "tests/support/chosen_tier.h"
#include "tests/support/fake_environment.h"

namespace wasmscope::replay {
namespace {

using runtime::Instant;

// A world that never answers the same twice: what a replay must not ask again.
class RestlessEnvironment final : public host::Environment {
 public:
  std::string input;
  std::string output;
  uint64_t asked = 0;

  uint64_t realtime_ns() override { return 1'700'000'000'000'000'000 + 12'345 * ++asked; }
  uint64_t monotonic_ns() override { return 777 * ++asked; }
  void random(std::span<uint8_t> out) override {
    for (uint8_t& byte : out) byte = static_cast<uint8_t>(++asked);
  }
  int64_t read_stdin(std::span<uint8_t> out) override {
    ++asked;
    const size_t count = std::min({out.size(), input.size(), size_t{7}});
    std::copy_n(input.begin(), count, out.begin());
    input.erase(0, count);
    return static_cast<int64_t>(count);
  }
  void write(int, Bytes bytes) override { output.append(bytes.begin(), bytes.end()); }
  void sleep_ns(uint64_t) override { ++asked; }
};

struct Subject {
  std::string file;
  std::string function = "_start";
  std::vector<std::string> arguments = {};   // of the program
  std::string input = {};
  std::vector<runtime::Value> values = {};   // of the function
};

class Recording {
 public:
  explicit Recording(const Subject& subject, Timeline::Options recorded = {}) : world(std::make_shared<RestlessEnvironment>()) {
    auto bytes = std::make_shared<const std::vector<uint8_t>>(*read_file(subject.file));
    wasm::Module decoded = *binary::decode(*bytes, wasm::Features());
    decoded.owned = bytes;
    module = std::make_shared<const wasm::Module>(std::move(decoded));
    EXPECT_TRUE(validate::validate(*module, wasm::Features()));
    world->input = subject.input;
    host::WasiOptions options;
    options.arguments = {"program"};
    options.arguments.insert(options.arguments.end(), subject.arguments.begin(), subject.arguments.end());
    const wasm::Export* item = module->find_export(subject.function);
    EXPECT_NE(item, nullptr);
    auto made = Timeline::create(module, host::wasi_imports(options, world), {{item->index, subject.values}},
                                 test::on_chosen_tier(recorded));
    EXPECT_TRUE(made);
    timeline = std::move(*made);
    timeline->start();
  }
  static SeekTarget target(const Instant& instant) { return {instant.tick, SeekTarget::Place{instant.depth, instant.pc}}; }

  std::shared_ptr<RestlessEnvironment> world;
  std::shared_ptr<const wasm::Module> module;
  std::unique_ptr<Timeline> timeline;
};

class SeekTest : public ::testing::TestWithParam<Subject> {};

// The state at an instant after a seek is the state when it was first there.
TEST_P(SeekTest, FindsTheSameStateAgain) {
  Recording recording(GetParam());
  Timeline& timeline = *recording.timeline;
  struct Visit {
    Instant instant;
    uint64_t hash;
  };
  std::vector<Visit> visits;
  std::mt19937 random(1);
  uint64_t stride = 1;
  while (!timeline.end() && visits.size() < 60) {
    visits.push_back({timeline.instant(), timeline.state_hash()});
    // Ticks far apart, and some instructions into each: in both flavours of the code.
    timeline.run({.tick_limit = timeline.instant().tick + 1 + random() % stride});
    for (uint32_t steps = random() % 12; steps > 0 && !timeline.end(); --steps) timeline.run({.mode = interp::Mode::Step});
    stride = std::min<uint64_t>(stride * 2, 200'000);
  }
  while (!timeline.end() && visits.size() < 60) timeline.run({});
  const bool has_ended = timeline.end().has_value();
  const uint64_t last_hash = timeline.state_hash();
  const uint64_t asked = recording.world->asked;
  const std::string output = recording.world->output;

  std::vector<Visit> order = visits;
  std::ranges::shuffle(order, random);
  for (const Visit& visit : order) {
    const SeekResult result = timeline.seek(Recording::target(visit.instant));
    ASSERT_EQ(result.end, SeekEnd::Reached) << to_text(visit.instant);
    EXPECT_EQ(timeline.instant(), visit.instant);
    EXPECT_EQ(timeline.state_hash(), visit.hash) << to_text(visit.instant);
  }
  EXPECT_EQ(recording.world->asked, asked) << "the host was asked again";
  EXPECT_EQ(recording.world->output, output) << "something was printed twice";
  if (has_ended) {
    timeline.seek({1, {}});
    while (!timeline.end()) timeline.run({});
    EXPECT_EQ(timeline.state_hash(), last_hash);
    EXPECT_EQ(recording.world->output, output);
  }
}

// At a missing import the first step only says so.
void step(Timeline& timeline) {
  const Instant before = timeline.instant();
  timeline.run({.mode = interp::Mode::Step});
  if (!timeline.end() && timeline.instant() == before) timeline.run({.mode = interp::Mode::Step});
}

// Forwards and backwards are inverses, whatever checkpoints there are: walks at random over every instant, and every
// kind of movement, with the hash compared to what it was at the first visit.
TEST_P(SeekTest, GoesBackwardsAsItCameForwards) {
  for (const uint64_t checkpoint_ticks : {1, 3, 50, 0}) {
    Recording recording(GetParam(), {.checkpoint_ticks = checkpoint_ticks});
    Timeline& timeline = *recording.timeline;
    std::mt19937 random(static_cast<uint32_t>(checkpoint_ticks) + 7);
    timeline.run({.tick_limit = 1 + random() % 900});
    std::vector<Instant> instants;
    std::vector<uint64_t> hashes;
    while (!timeline.end() && instants.size() < 400) {
      instants.push_back(timeline.instant());
      hashes.push_back(timeline.state_hash());
      step(timeline);
    }
    if (instants.empty()) continue;
    const std::string output = recording.world->output;
    const auto check = [&](size_t at) {
      ASSERT_FALSE(timeline.end() && !std::holds_alternative<runtime::Trapped>(*timeline.end()));
      ASSERT_EQ(timeline.instant(), instants[at]) << to_text(instants[at]);
      ASSERT_EQ(timeline.state_hash(), hashes[at]) << to_text(instants[at]);
    };
    timeline.seek(Recording::target(instants.back()));
    for (size_t at = instants.size() - 1; at-- > 0;) {
      ASSERT_TRUE(timeline.step_back());
      check(at);
      if (testing::Test::HasFatalFailure()) return;
    }
    size_t at = 0;
    for (int i = 0; i < 300; ++i) {
      const auto goal = static_cast<size_t>(random() % instants.size());
      switch (random() % 3) {
        case 0:
          timeline.seek(Recording::target(instants[goal]));
          at = goal;
          break;
        case 1:
          if (at == 0) break;
          ASSERT_TRUE(timeline.step_back());
          --at;
          break;
        default:
          if (at + 1 == instants.size()) break;
          step(timeline);
          ++at;
      }
      check(at);
      if (testing::Test::HasFatalFailure()) return;
    }
    timeline.seek_frontier();
    EXPECT_FALSE(timeline.is_past());
    EXPECT_EQ(recording.world->output, output) << "something was printed twice";
  }
}

TEST_P(SeekTest, BreakpointsDoNotGetInTheWay) {
  Recording recording(GetParam());
  Timeline& timeline = *recording.timeline;
  timeline.run({.tick_limit = 50});
  if (timeline.end()) return;
  const Instant there = timeline.instant();
  const uint64_t hash = timeline.state_hash();
  for (wasm::FuncIndex func = recording.module->imported_funcs; func < recording.module->funcs.size(); ++func)
    timeline.set_stops(func, {static_cast<uint32_t>(recording.module->funcs[func].code.begin)});
  timeline.seek({1, {}});
  EXPECT_EQ(timeline.seek(Recording::target(there)).end, SeekEnd::Reached);
  EXPECT_EQ(timeline.state_hash(), hash);
}

const std::string kPoem = "the rose is red the violet is blue\nthe honey is sweet and so are you\n";
INSTANTIATE_TEST_SUITE_P(Programs, SeekTest, ::testing::Values(
  Subject{"assets/samples/crash/crash.wasm"},
  Subject{"assets/samples/wordcount/wordcount.wasm", "_start", {}, kPoem},
  Subject{"assets/samples/life/life.wasm", "_start", {"20"}},
  Subject{"assets/samples/tables/tables.wasm", "wrong_type"},
  Subject{"assets/samples/factorial/factorial.wasm", "fac_loop", {}, {}, {runtime::Value::i64(40)}},
  Subject{"tests/fixtures/clock/clock.wasm"},
  Subject{"tests/fixtures/exit_code/exit_code.wasm"},
  Subject{"tests/fixtures/heap/heap.wasm"},
  Subject{"tests/fixtures/missing_import/missing_import.wasm", "direct"},
  Subject{"tests/fixtures/recursion/recursion.wasm", "down", {}, {}, {runtime::Value::i32(300)}}),
  [](const auto& instance) {
    const std::string& file = instance.param.file;
    const size_t begin = file.rfind('/') + 1;
    return file.substr(begin, file.rfind('.') - begin);
  });

TEST(Timeline, FastAndStepCodeHashAlike) {
  const Subject subject{"assets/samples/wordcount/wordcount.wasm", "_start", {}, kPoem};
  Recording fast(subject), stepped(subject);
  for (uint64_t tick = 1; tick < 3000 && !fast.timeline->end(); tick += 211) {
    if (fast.timeline->instant().tick < tick) fast.timeline->run({.tick_limit = tick});
    while (stepped.timeline->instant().tick < tick && !stepped.timeline->end()) stepped.timeline->run({.mode = interp::Mode::Step});
    ASSERT_EQ(fast.timeline->end().has_value(), stepped.timeline->end().has_value());
    if (fast.timeline->end()) break;
    ASSERT_EQ(fast.timeline->instant(), stepped.timeline->instant());
    EXPECT_EQ(fast.timeline->state_hash(), stepped.timeline->state_hash()) << tick;
  }
}

TEST(Timeline, InstantsThatDoNotExistAreExplained) {
  Recording recording({"tests/fixtures/control/control.wasm", "walk", {}, {}, {runtime::Value::i32(3)}});
  Timeline& timeline = *recording.timeline;
  timeline.run({.tick_limit = 3});
  const Instant before = timeline.instant();
  const uint64_t hash = timeline.state_hash();
  SeekResult result = timeline.seek({1, SeekTarget::Place{0, 1}});
  EXPECT_EQ(result.end, SeekEnd::Passed);
  EXPECT_EQ(result.instant, (Instant{1, 0, static_cast<uint32_t>(recording.module->funcs[0].code.begin)}));
  EXPECT_EQ(timeline.instant(), before);
  EXPECT_EQ(timeline.state_hash(), hash);
  result = timeline.seek({2, SeekTarget::Place{0, 0xFFFF}});
  EXPECT_EQ(result.end, SeekEnd::Passed);
  EXPECT_EQ(result.instant.tick, 3u);
  result = timeline.seek({1'000'000, {}});
  EXPECT_EQ(result.end, SeekEnd::ProgramEnded);
  EXPECT_EQ(timeline.instant(), before);
  EXPECT_EQ(timeline.state_hash(), hash);
}

TEST(Timeline, ASearchCanBeInterrupted) {
  Recording recording({"tests/fixtures/control/control.wasm", "forever"});
  std::atomic<bool> flag{true};
  int asked = 0;
  const SeekResult result = recording.timeline->seek({uint64_t{1} << 60, {}}, {&flag, [&](double) { return ++asked < 3; }});
  EXPECT_EQ(result.end, SeekEnd::Interrupted);
  EXPECT_EQ(asked, 3);
  EXPECT_GT(recording.timeline->instant().tick, 1u);
}

// Notes the instants at which it was asked.
class Witness final : public Seeker {
 public:
  bool stops_at(const runtime::Execution& execution) override { return note(execution); }
  bool stops_before_write(const runtime::Execution& execution) override { return note(execution); }
  bool stops_after_host(const runtime::Execution&, const runtime::HostEvent&) override { return false; }
  void begin_interval() override { asked.clear(); }
  std::optional<Instant> last() override { return asked.empty() ? std::nullopt : std::optional(asked.back()); }
  std::vector<Instant> asked;

 private:
  bool note(const runtime::Execution& execution) {
    asked.push_back(execution.instant());
    return false;
  }
};

// The last hit before an instant, for every instant: found by the search, and by having gone through them.
TEST_P(SeekTest, FindsTheLastHit) {
  for (const uint64_t checkpoint_ticks : {2, 40, 0}) {
    Recording recording(GetParam(), {.checkpoint_ticks = checkpoint_ticks});
    Timeline& timeline = *recording.timeline;
    std::vector<Instant> instants;
    while (!timeline.end() && instants.size() < 3000) {
      instants.push_back(timeline.instant());
      step(timeline);
    }
    const Instant asked_for = instants[instants.size() / 2];
    const auto func = std::ranges::find_if(recording.module->funcs, [&](const wasm::Func& each) {
      return each.code.begin <= asked_for.pc && asked_for.pc < each.code.end;
    });
    Witness witness;
    Search search;
    search.places[static_cast<wasm::FuncIndex>(func - recording.module->funcs.begin())] = {asked_for.pc};
    search.seeker = &witness;
    for (size_t at = 1; at < instants.size(); at += 1 + instants.size() / 40) {
      timeline.seek(Recording::target(instants[at]));
      std::optional<Instant> last;
      for (size_t i = 0; i < at; ++i)
        if (instants[i].pc == asked_for.pc) last = instants[i];
      EXPECT_EQ(timeline.find_last(search), last) << to_text(instants[at]);
    }
    // And forwards: all of them, each once.
    std::vector<Instant> all;
    std::ranges::copy_if(instants, std::back_inserter(all), [&](const Instant& each) { return each.pc == asked_for.pc; });
    timeline.seek_frontier();
    witness.asked.clear();
    timeline.find_all(search);
    EXPECT_EQ(witness.asked, all);
  }
}

// Every write to some bytes of memory, by whoever steps and compares, is among those that are asked about.
TEST_P(SeekTest, AsksBeforeEveryWrite) {
  Recording recording(GetParam(), {.checkpoint_ticks = 25});
  Timeline& timeline = *recording.timeline;
  if (timeline.instance().memories.empty()) return;
  const runtime::Memory& memory = *timeline.instance().memories[0];
  std::vector<Instant> changes;
  uint64_t begin = UINT64_MAX;
  timeline.run({.tick_limit = 200});
  for (int i = 0; i < 4000 && !timeline.end(); ++i) {
    const Instant now = timeline.instant();
    std::vector<uint8_t> before(memory.region.data(), memory.region.data() + memory.region.size());
    step(timeline);
    const auto differs = std::ranges::mismatch(before, memory.region.bytes()).in1;
    if (differs == before.end()) continue;
    const auto at = static_cast<uint64_t>(differs - before.begin());
    if (begin == UINT64_MAX) begin = at;
    if (at >= begin && at < begin + 64) changes.push_back(now);
  }
  if (changes.empty()) return;
  Witness witness;
  Search search;
  search.probes.writes = {{memory.address, begin, begin + 64}};
  search.seeker = &witness;
  timeline.find_all(search);
  std::ranges::sort(witness.asked);
  for (const Instant& change : changes) {
    const bool is_host = recording.module->bytes[change.pc] == 0x10;
    EXPECT_TRUE(is_host || std::ranges::binary_search(witness.asked, change)) << to_text(change);
  }
}

TEST(Timeline, EditsArePartOfTheHistory) {
  Recording recording({"assets/samples/factorial/factorial.wasm", "fac_loop", {}, {}, {runtime::Value::i64(20)}}, {.checkpoint_ticks = 3});
  Timeline& timeline = *recording.timeline;
  timeline.run({.tick_limit = 9});
  const uint64_t untouched = timeline.state_hash();
  const Instant there = timeline.instant();
  while (!timeline.end()) timeline.run({});
  const uint64_t result = timeline.execution().results()[0].bits;
  timeline.seek(Recording::target(there));
  EXPECT_EQ(timeline.state_hash(), untouched);
  EXPECT_TRUE(timeline.is_past());
  // Parameter 0, and one more instruction on.
  const std::array<uint8_t, 8> two = {2};
  timeline.edit(Edit::What::Slot, 0, timeline.execution().frame_base, two);
  EXPECT_FALSE(timeline.is_past());
  EXPECT_NE(timeline.state_hash(), untouched);
  timeline.run({.mode = interp::Mode::Step});
  const Instant later = timeline.instant();
  const uint64_t edited = timeline.state_hash();
  while (!timeline.end()) timeline.run({});
  EXPECT_NE(timeline.execution().results()[0].bits, result);
  timeline.seek(Recording::target(later));
  EXPECT_EQ(timeline.state_hash(), edited);
  ASSERT_TRUE(timeline.undo());
  EXPECT_EQ(timeline.instant(), there);
  EXPECT_EQ(timeline.state_hash(), untouched);
  while (!timeline.end()) timeline.run({});
  EXPECT_EQ(timeline.execution().results()[0].bits, result);
}

TEST(Timeline, AFunctionCanBeMadeToReturn) {
  Recording recording({"tests/fixtures/recursion/recursion.wasm", "down", {}, {}, {runtime::Value::i32(300)}}, {.checkpoint_ticks = 10});
  Timeline& timeline = *recording.timeline;
  timeline.run({.tick_limit = 100});
  const Instant there = timeline.instant();
  const uint64_t hash = timeline.state_hash();
  const uint64_t value = 7;
  timeline.force_return({&value, 1});
  EXPECT_EQ(timeline.instant().depth, there.depth - 1);
  const Instant returned = timeline.instant();
  const uint64_t after = timeline.state_hash();
  while (!timeline.end()) timeline.run({});
  timeline.seek(Recording::target(returned));
  EXPECT_EQ(timeline.state_hash(), after);
  ASSERT_TRUE(timeline.undo());
  EXPECT_EQ(timeline.instant(), there);
  EXPECT_EQ(timeline.state_hash(), hash);
}

// With little room the log forgets its beginning, and says so; what is left is as it was.
TEST(Timeline, ForgetsTheOldestWhenThereIsNoRoom) {
  Recording recording({"tests/fixtures/clock/clock.wasm"}, {.budget_bytes = 500, .checkpoint_ticks = 1});
  Timeline& timeline = *recording.timeline;
  std::map<uint64_t, uint64_t> hashes;
  while (!timeline.end()) {
    hashes[timeline.instant().tick] = timeline.state_hash();
    timeline.run({.tick_limit = timeline.instant().tick + 1});
  }
  ASSERT_TRUE(timeline.forgotten_before()) << timeline.log().bytes() << " bytes";
  const uint64_t oldest = timeline.forgotten_before()->tick;
  EXPECT_EQ(timeline.seek({1, {}}).end, SeekEnd::Forgotten);
  int checked = 0;
  for (const auto& [tick, hash] : hashes) {
    if (tick <= oldest) continue;
    ASSERT_EQ(timeline.seek({tick, {}}).end, SeekEnd::Reached);
    EXPECT_EQ(timeline.state_hash(), hash);
    ++checked;
  }
  EXPECT_GT(checked, 0);
}

TEST(StateHash, SeesEveryKindOfState) {
  Recording recording({"tests/fixtures/control/control.wasm", "spin", {}, {}, {runtime::Value::i32(1000)}});
  Timeline& timeline = *recording.timeline;
  uint64_t last = timeline.state_hash();
  EXPECT_EQ(timeline.state_hash(), last);
  for (int i = 0; i < 40; ++i) {
    timeline.run({.mode = interp::Mode::Step});
    EXPECT_NE(timeline.state_hash(), last) << to_text(timeline.instant());   // at least the pc differs
    last = timeline.state_hash();
  }
  runtime::Store& store = timeline.store();
  const auto changes = [&](auto change, auto undo) {
    change();
    const bool differs = timeline.state_hash() != last;
    undo();
    return differs && timeline.state_hash() == last;
  };
  uint8_t& byte = store.memories[0].region.data()[60'000];
  EXPECT_TRUE(changes([&] { ++byte; }, [&] { --byte; }));
  uint64_t& global = *store.global(0);
  EXPECT_TRUE(changes([&] { ++global; }, [&] { --global; }));
}

}  // namespace
}  // namespace wasmscope::replay
