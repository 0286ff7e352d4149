// SPDX-License-Identifier: Apache-2.0
#include "engine/replay/timeline.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "engine/base/file.h"
#include "engine/binary/decoder.h"
#include "engine/host/wasi.h"
#include "engine/validate/validate.h"
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
  explicit Recording(const Subject& subject) : world(std::make_shared<RestlessEnvironment>()) {
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
    auto made = Timeline::create(module, host::wasi_imports(options, world), {{item->index, subject.values}});
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
  const SeekResult result = recording.timeline->seek({uint64_t{1} << 60, {}}, {&flag, [&] { return ++asked < 3; }});
  EXPECT_EQ(result.end, SeekEnd::Interrupted);
  EXPECT_EQ(asked, 3);
  EXPECT_GT(recording.timeline->instant().tick, 1u);
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
