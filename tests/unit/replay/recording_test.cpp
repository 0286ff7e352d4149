// SPDX-License-Identifier: Apache-2.0
#include "engine/replay/recording.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <random>
#include <thread>

#include "engine/base/file.h"
#include "engine/binary/decoder.h"
#include "engine/host/wasi.h"
#include "engine/validate/validate.h"
#include "tests/support/chosen_tier.h"
#include "tests/support/fake_environment.h"

namespace wasmscope::replay {
namespace {

namespace fs = std::filesystem;
using runtime::Instant;

struct Subject {
  std::string file;
  std::string function = "_start";
  std::vector<std::string> arguments = {};   // of the program
  std::string input = {};
  std::vector<runtime::Value> values = {};   // of the function
};

std::shared_ptr<const wasm::Module> to_module(std::vector<uint8_t> content) {
  auto bytes = std::make_shared<const std::vector<uint8_t>>(std::move(content));
  wasm::Module decoded = *binary::decode(*bytes, wasm::Features());
  decoded.owned = bytes;
  auto module = std::make_shared<const wasm::Module>(std::move(decoded));
  EXPECT_TRUE(validate::validate(*module, wasm::Features()));
  return module;
}

class Program {
 public:
  explicit Program(const Subject& subject, Timeline::Options options = {}) : world(std::make_shared<test::FakeEnvironment>()) {
    module = to_module(*read_file(subject.file));
    world->input = subject.input;
    std::vector<std::string> arguments{"program"};
    arguments.insert(arguments.end(), subject.arguments.begin(), subject.arguments.end());
    imports = host::wasi_imports({arguments, {}}, world);
    timeline = *Timeline::create(module, imports, {{module->find_export(subject.function)->index, subject.values}},
                                 test::on_chosen_tier(options));
    timeline->start();
  }
  std::shared_ptr<test::FakeEnvironment> world;
  std::shared_ptr<const wasm::Module> module;
  runtime::Imports imports;
  std::unique_ptr<Timeline> timeline;
};

class RecordingTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "wasmscope-recording-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { fs::remove_all(folder_); }
  std::string path(const std::string& name = "a.wsrec") const { return (folder_ / name).string(); }

  void save(Timeline& timeline, const std::string& name = "a.wsrec") {
    const auto size = save_recording(timeline, path(name), {.module_name = "program.wasm", .invoked = "_start", .features = {}});
    ASSERT_TRUE(size) << to_line(size.error(), nullptr);
    EXPECT_EQ(*size, fs::file_size(path(name)));
  }
  static Recording read(const std::string& path) {
    auto recording = read_recording(*read_file(path));
    EXPECT_TRUE(recording) << to_line(recording.error(), nullptr);
    return *std::move(recording);
  }
  // Without any host.
  static std::unique_ptr<Timeline> open(const Recording& recording, const runtime::Imports& live = {}, Timeline::Options options = {}) {
    auto timeline = open_recording(recording, to_module(recording.module), live, options);
    EXPECT_TRUE(timeline) << to_line(timeline.error(), nullptr);
    if (!timeline) return nullptr;
    (*timeline)->start();
    return *std::move(timeline);
  }

  fs::path folder_;
};

class SavedProgramTest : public RecordingTest, public ::testing::WithParamInterface<Subject> {};

TEST_P(SavedProgramTest, GoesThroughTheSameStatesAgain) {
  Program program(GetParam(), {.checkpoint_ticks = 700});
  Timeline& timeline = *program.timeline;
  struct Visit {
    Instant instant;
    uint64_t hash;
  };
  std::vector<Visit> visits;
  std::mt19937 random(3);
  uint64_t stride = 1;
  while (!timeline.end() && visits.size() < 50) {
    visits.push_back({timeline.instant(), timeline.state_hash()});
    timeline.run({.tick_limit = timeline.instant().tick + 1 + random() % stride});
    for (uint32_t steps = random() % 12; steps > 0 && !timeline.end(); --steps) timeline.run({.mode = interp::Mode::Step});
    stride = std::min<uint64_t>(stride * 2, 200'000);
  }
  const Instant last = timeline.instant();
  const uint64_t last_hash = timeline.state_hash();
  const bool has_ended = timeline.end().has_value();
  save(timeline);
  EXPECT_EQ(timeline.instant(), last);
  EXPECT_EQ(timeline.end().has_value(), has_ended);

  const Recording recording = read(path());
  EXPECT_TRUE(recording.is_complete);
  EXPECT_EQ(recording.module_name, "program.wasm");
  EXPECT_EQ(recording.last().at, last);
  // On the other tier than it was recorded on.
  const bool is_compiled = test::chosen_tier().compile_when.has_value();
  const auto again = open(recording, {}, {.compile_when = is_compiled ? std::nullopt : std::optional(interp::CompileWhen::Called)});
  ASSERT_NE(again, nullptr);
  EXPECT_TRUE(again->is_past() || visits.size() == 1);
  std::ranges::shuffle(visits, random);
  for (const Visit& visit : visits) {
    ASSERT_EQ(again->seek(seek_target(visit.instant)).end, SeekEnd::Reached) << to_text(visit.instant);
    EXPECT_EQ(again->state_hash(), visit.hash) << to_text(visit.instant);
  }
  again->seek_frontier();
  EXPECT_EQ(again->state_hash(), last_hash);
  EXPECT_EQ(again->end().has_value(), has_ended);
  if (!has_ended) {
    const runtime::Outcome outcome = again->run({});
    ASSERT_TRUE(std::holds_alternative<runtime::Paused>(outcome));
    EXPECT_EQ(std::get<runtime::Paused>(outcome).reason, runtime::PauseReason::RecordedEnd);
    EXPECT_EQ(again->instant(), last);
  }
  EXPECT_EQ(find_difference(*again, recording.marks), std::nullopt);
  // What was read can be saved again.
  save(*again, "b.wsrec");
  const Recording second = read(path("b.wsrec"));
  EXPECT_EQ(second.last().at.tick, recording.last().at.tick);
  EXPECT_EQ(second.last().hash, recording.last().hash);
}

const std::string kPoem = "the rose is red the violet is blue\nthe honey is sweet and so are you\n";
INSTANTIATE_TEST_SUITE_P(Programs, SavedProgramTest, ::testing::Values(
  Subject{"assets/samples/crash/crash.wasm"},
  Subject{"assets/samples/divide/divide.wasm", "by_zero"},
  Subject{"assets/samples/wordcount/wordcount.wasm", "_start", {}, kPoem},
  Subject{"assets/samples/life/life.wasm", "_start", {"20"}},
  Subject{"assets/samples/tables/tables.wasm", "wrong_type"},
  Subject{"assets/samples/factorial/factorial.wasm", "fac_loop", {}, {}, {runtime::Value::i64(40)}},
  Subject{"tests/fixtures/args_env/args_env.wasm", "_start", {"one", "two"}},
  Subject{"tests/fixtures/clock/clock.wasm"},
  Subject{"tests/fixtures/exit_code/exit_code.wasm"},
  Subject{"tests/fixtures/heap/heap.wasm"},
  Subject{"tests/fixtures/hello/hello.wasm"},
  Subject{"tests/fixtures/json/json.wasm", "_start", {}, "{\"a\": [1, 2, {\"b\": null}]}"},
  Subject{"tests/fixtures/missing_import/missing_import.wasm", "direct"},
  Subject{"tests/fixtures/recursion/recursion.wasm", "down", {}, {}, {runtime::Value::i32(300)}},
  Subject{"tests/fixtures/sort/sort.wasm", "_start", {}, kPoem},
  Subject{"tests/fixtures/wc/wc.wasm", "_start", {}, kPoem}),
  [](const auto& instance) {
    const std::string& file = instance.param.file;
    const size_t begin = file.rfind('/') + 1;
    return file.substr(begin, file.rfind('.') - begin);
  });

const Subject kWordcount{"assets/samples/wordcount/wordcount.wasm", "_start", {}, kPoem};

TEST_F(RecordingTest, EndsWhereItWasSaved) {
  Program program(kWordcount);
  program.timeline->run({.tick_limit = 400});
  ASSERT_FALSE(program.timeline->end());
  const Instant last = program.timeline->instant();
  // From the past: everything up to the frontier.
  program.timeline->seek({20, {}});
  save(*program.timeline);
  EXPECT_EQ(program.timeline->instant().tick, 20u);

  const Recording recording = read(path());
  auto again = open(recording);
  ASSERT_NE(again, nullptr);
  const SeekResult beyond = again->seek({last.tick + 1000, {}});
  EXPECT_EQ(beyond.end, SeekEnd::NotRecorded);
  EXPECT_EQ(beyond.instant, last);
  EXPECT_EQ(again->instant().tick, 1u);
  for (int i = 0; i < 2; ++i) {
    const runtime::Outcome outcome = again->run({});
    ASSERT_TRUE(std::holds_alternative<runtime::Paused>(outcome));
    EXPECT_EQ(std::get<runtime::Paused>(outcome).reason, runtime::PauseReason::RecordedEnd);
    EXPECT_EQ(again->instant(), last);
  }
  EXPECT_TRUE(again->step_back());
  EXPECT_LT(again->instant(), last);
  again->run({.mode = interp::Mode::Step});
  EXPECT_EQ(again->instant(), last);
}

TEST_F(RecordingTest, GoesOnWithAHostWhenAsked) {
  Program program(kWordcount);
  program.timeline->run({.tick_limit = 400});
  save(*program.timeline);
  program.timeline->run({});
  ASSERT_TRUE(program.timeline->end());

  const auto world = std::make_shared<test::FakeEnvironment>();
  const auto again = open(read(path()), host::wasi_imports({{"program"}, {}}, world));
  ASSERT_NE(again, nullptr);
  again->seek_frontier();
  EXPECT_EQ(world->reads + world->writes, 0);
  again->reopen();
  again->run({});
  EXPECT_TRUE(again->end());
  EXPECT_GT(world->writes, 0);
}

TEST_F(RecordingTest, KeepsEdits) {
  Program program(kWordcount);
  Timeline& timeline = *program.timeline;
  timeline.run({.tick_limit = 100});
  const uint8_t text[] = "changed";
  timeline.edit(0, 64, text);
  const uint64_t number = 7;
  const auto place = lower::local_places(*program.module, timeline.execution().func->index)[0];
  timeline.edit(Edit::What::Slot, 0, timeline.execution().frame_base + place.slot, {reinterpret_cast<const uint8_t*>(&number), 8});
  const Instant edited = timeline.instant();
  const uint64_t hash = timeline.state_hash();
  timeline.run({.tick_limit = 150});
  const uint64_t last_hash = timeline.state_hash();
  save(timeline);
  const Recording recording = read(path());
  ASSERT_EQ(recording.edits.size(), 2u);
  auto again = open(recording);
  ASSERT_NE(again, nullptr);
  again->seek_frontier();
  EXPECT_EQ(again->state_hash(), last_hash);
  again->seek(seek_target(edited));
  EXPECT_EQ(again->state_hash(), hash);
  EXPECT_EQ(again->edits().size(), 2u);
}

TEST_F(RecordingTest, CanDoWithoutTheModule) {
  Program program(kWordcount);
  program.timeline->run({});
  const RecordingOptions options{.module_name = "w.wasm", .invoked = "_start", .features = {}, .module = ModuleIn::Outside};
  ASSERT_TRUE(save_recording(*program.timeline, path(), options));
  const Recording recording = read(path());
  EXPECT_TRUE(recording.module.empty());
  EXPECT_TRUE(open_recording(recording, program.module, {}, {}));
  const auto other = open_recording(recording, to_module(*read_file("assets/samples/life/life.wasm")), {}, {});
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, ErrorCode::OtherModule);
}

// Whatever is cut off: it opens up to a mark before, or says that there is none.
TEST_F(RecordingTest, OpensUpToItsLastWholeChunk) {
  Program program(kWordcount, {.checkpoint_ticks = 100});
  program.timeline->run({});
  save(*program.timeline);
  const std::vector<uint8_t> whole = *read_file(path());
  const Recording complete = read(path());
  ASSERT_GT(complete.marks.size(), 3u);
  size_t opened = 0, shorter = 0;
  for (size_t size = 0; size < whole.size(); size += size + 200 < whole.size() ? 37 : 1) {
    const auto recording = read_recording(Bytes(whole).first(size));
    if (!recording) {
      const ErrorCode code = recording.error().code;
      EXPECT_TRUE(code == ErrorCode::RecordingDamaged || (size < 8 && code == ErrorCode::NotARecording)) << size;
      continue;
    }
    ++opened;
    EXPECT_FALSE(recording->is_complete);
    EXPECT_LE(recording->whole_bytes, size);
    if (recording->marks.size() < complete.marks.size()) ++shorter;
    if (size % 5 != 0) continue;
    const auto timeline = open(*recording);
    ASSERT_NE(timeline, nullptr);
    timeline->seek_frontier();
    EXPECT_EQ(timeline->instant().tick, recording->last().at.tick);
    EXPECT_EQ(find_difference(*timeline, recording->marks), std::nullopt);
  }
  EXPECT_GT(opened, 20u);
  EXPECT_GT(shorter, 10u);
  // A machine that stopped leaves zeros.
  std::vector<uint8_t> zeros(whole.begin(), whole.end() - 40);
  zeros.resize(whole.size() + 4096);
  const auto recording = read_recording(Bytes(zeros));
  EXPECT_TRUE(recording || recording.error().code == ErrorCode::RecordingDamaged);
}

TEST_F(RecordingTest, NoticesEveryChangedByte) {
  Program program({"tests/fixtures/hello/hello.wasm"});
  program.timeline->run({});
  save(*program.timeline);
  std::vector<uint8_t> file = *read_file(path());
  for (size_t at = 0; at < file.size(); at += file.size() > 20'000 && at > 100 && at + 2000 < file.size() ? 97 : 1) {
    file[at] ^= 0x10;
    const auto recording = read_recording(file);
    // A length that became larger reads as a file that ends too early.
    EXPECT_TRUE(!recording || !recording->is_complete) << at;
    file[at] ^= 0x10;
  }
  EXPECT_TRUE(read_recording(file)->is_complete);
}

TEST_F(RecordingTest, RefusesWhatIsNoRecordingOfThisVersion) {
  const auto refusal = [](Bytes bytes) { return to_line(read_recording(bytes).error(), nullptr); };
  EXPECT_EQ(refusal({}), "malformed at 0x0: not a recording of wasmscope");
  EXPECT_EQ(refusal(*read_file("tests/fixtures/hello/hello.wasm")), "malformed at 0x0: not a recording of wasmscope");
  Program program({"tests/fixtures/hello/hello.wasm"});
  program.timeline->run({});
  save(*program.timeline);
  std::vector<uint8_t> file = *read_file(path());
  file[8] = 9;
  EXPECT_EQ(refusal(file), "unsupported at 0x8: the recording was made by another version of wasmscope: format 9, this version reads 1");
}

TEST_F(RecordingTest, WhatWasForgottenCannotBeSaved) {
  Program program(kWordcount, {.budget_bytes = 600, .checkpoint_ticks = 10});
  program.timeline->run({});
  ASSERT_TRUE(program.timeline->forgotten_before());
  const auto saved = save_recording(*program.timeline, path(), {.module_name = {}, .invoked = {}, .features = {}});
  ASSERT_FALSE(saved);
  EXPECT_EQ(saved.error().code, ErrorCode::NothingToSave);
  EXPECT_FALSE(fs::exists(path()));
}

TEST_F(RecordingTest, SaysWhyItCannotBeWritten) {
  Program program({"tests/fixtures/hello/hello.wasm"});
  program.timeline->run({});
  const auto saved = save_recording(*program.timeline, path("none/a.wsrec"), {.module_name = {}, .invoked = {}, .features = {}});
  ASSERT_FALSE(saved);
  EXPECT_EQ(saved.error().code, ErrorCode::FileUnwritable);
}

// Killed at any moment of a save over an earlier file, one of the two is there, whole.
TEST_F(RecordingTest, KillingASaveNeverLosesTheFileBefore) {
  Program short_program(kWordcount), long_program(kWordcount);
  // A child of this process would write machine code into memory that both share.
  short_program.timeline->set_tier({});
  long_program.timeline->set_tier({});
  short_program.timeline->run({.tick_limit = 200});
  long_program.timeline->run({});
  const auto began = std::chrono::steady_clock::now();
  save(*long_program.timeline);
  save(*short_program.timeline);
  const auto two_saves = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - began);
  const auto marks = std::pair{read(path()).last().at, long_program.timeline->instant()};
  std::mt19937 random(11);
  size_t replaced = 0;
  for (int round = 0; round < 50; ++round) {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      for (int i = 0;; ++i) {
        Timeline& timeline = i % 2 == 0 ? *long_program.timeline : *short_program.timeline;
        if (!save_recording(timeline, path(), {.module_name = {}, .invoked = {}, .features = {}})) _exit(1);
      }
    }
    std::this_thread::sleep_for(std::chrono::microseconds(random() % (3 * two_saves.count() + 1000)));
    kill(child, SIGKILL);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status));
    const Recording recording = read(path());
    EXPECT_TRUE(recording.is_complete) << round;
    EXPECT_TRUE(recording.last().at == marks.first || recording.last().at == marks.second) << round;
    if (recording.last().at == marks.second) ++replaced;
    ASSERT_NE(open(recording), nullptr);
  }
  EXPECT_GT(replaced, 0u);
  EXPECT_LT(replaced, 50u);
}

}  // namespace
}  // namespace wasmscope::replay
