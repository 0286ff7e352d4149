// SPDX-License-Identifier: Apache-2.0
// Each WASI call, made directly on an instance that is nothing but a memory of one page.
#include "engine/host/wasi.h"

#include <gtest/gtest.h>

#include <set>

#include "engine/runtime/store.h"
#include "tests/support/fake_environment.h"

namespace wasmscope::host {
namespace {

using test::FakeEnvironment;

constexpr uint64_t kSuccess = 0, kBadF = 8, kFault = 21, kInval = 28, kIo = 29, kNoSys = 52, kSPipe = 70,
                   kNoResult = UINT64_MAX;
constexpr uint32_t kPageBytes = 65536;

class WasiTest : public ::testing::Test {
 protected:
  WasiTest() {
    wasm::MemoryType type;
    type.limits.min = 1;
    instance_.memories.push_back(*store_.add_memory(type));
    open({});
  }

  void open(WasiOptions options) {
    state_ = std::make_shared<WasiState>();
    imports_ = wasi_imports(std::move(options), environment_, state_);
  }

  // Makes the call; its result, or kNoResult when it has none.
  uint64_t call(const std::string& name, std::vector<uint64_t> arguments,
               const std::string& module = "wasi_snapshot_preview1") {
    const auto func = imports_.find(module, name);
    if (!func) {
      ADD_FAILURE() << name << " is not offered";
      return kNoResult;
    }
    EXPECT_EQ(func->type.params.size(), arguments.size()) << name;
    event_ = {};
    event_.results.resize(func->type.results.size());
    runtime::HostCall host_call(&instance_, arguments, event_);
    func->call(host_call);
    return event_.results.empty() ? kNoResult : event_.results[0];
  }

  uint8_t* memory() { return instance_.memories[0]->region.data(); }
  void put(uint32_t address, std::string_view text) { std::copy(text.begin(), text.end(), memory() + address); }
  template <class T>
  void put_number(uint32_t address, T value) {
    for (size_t i = 0; i < sizeof value; ++i) memory()[address + i] = static_cast<uint8_t>(uint64_t{value} >> (8 * i));
  }
  uint64_t number(uint32_t address, size_t width) {
    uint64_t value = 0;
    for (size_t i = 0; i < width; ++i) value |= uint64_t{memory()[address + i]} << (8 * i);
    return value;
  }
  std::string text(uint32_t address, size_t size) {
    return std::string(memory() + address, memory() + address + size);
  }
  std::string c_string(uint64_t address) { return reinterpret_cast<const char*>(memory() + address); }
  void put_buffer(uint32_t list, uint32_t index, uint32_t address, uint32_t size) {
    put_number(list + 8 * index, address);
    put_number(list + 8 * index + 4, size);
  }

  runtime::Store store_;
  runtime::Instance instance_;
  std::shared_ptr<FakeEnvironment> environment_ = std::make_shared<FakeEnvironment>();
  std::shared_ptr<WasiState> state_;
  runtime::Imports imports_;
  runtime::HostEvent event_;
};

TEST_F(WasiTest, OffersEveryCallUnderBothModuleNames) {
  for (const char* module : {"wasi_snapshot_preview1", "wasi_unstable"}) {
    EXPECT_TRUE(is_wasi_module(module));
    size_t count = 0;
#define WASI(name, params, results, answer) \
  EXPECT_NE(imports_.find(module, #name), nullptr) << #name; \
  ++count;
#include "engine/host/wasi.def"
    EXPECT_EQ(count, 46u);
  }
  EXPECT_FALSE(is_wasi_module("env"));
  EXPECT_EQ(imports_.find("env", "fd_write"), nullptr);
  EXPECT_EQ(wasm::to_text(imports_.find("wasi_unstable", "fd_seek")->type), "(i32, i64, i32, i32) -> (i32)");
  EXPECT_EQ(imports_.find("wasi_unstable", "proc_exit")->type.results.size(), 0u);
}

TEST_F(WasiTest, CallsThatAreNotServedSaySo) {
  EXPECT_EQ(call("path_open", {3, 0, 0, 4, 0, 0, 0, 0, 64}), kNoSys);
  EXPECT_EQ(call("sock_shutdown", {0, 0}), kNoSys);
  EXPECT_TRUE(event_.writes.empty());
}

TEST_F(WasiTest, ArgumentsAreCountedAndCopied) {
  open({{"prog", "", "two words"}, {}});
  EXPECT_EQ(call("args_sizes_get", {16, 20}), kSuccess);
  EXPECT_EQ(number(16, 4), 3u);
  EXPECT_EQ(number(20, 4), 5u + 1 + 10);
  EXPECT_EQ(call("args_get", {100, 200}), kSuccess);
  EXPECT_EQ(c_string(number(100, 4)), "prog");
  EXPECT_EQ(c_string(number(104, 4)), "");
  EXPECT_EQ(c_string(number(108, 4)), "two words");
  EXPECT_EQ(number(100, 4), 200u);
}

TEST_F(WasiTest, EnvironmentIsCountedAndCopied) {
  open({{}, {{"A", "1"}, {"EMPTY", ""}}});
  EXPECT_EQ(call("environ_sizes_get", {16, 20}), kSuccess);
  EXPECT_EQ(number(16, 4), 2u);
  EXPECT_EQ(number(20, 4), 4u + 7);
  EXPECT_EQ(call("environ_get", {100, 200}), kSuccess);
  EXPECT_EQ(c_string(number(100, 4)), "A=1");
  EXPECT_EQ(c_string(number(104, 4)), "EMPTY=");
}

TEST_F(WasiTest, StringListsThatDoNotFitAreRefusedWhole) {
  open({{"prog"}, {}});
  EXPECT_EQ(call("args_sizes_get", {16, kPageBytes - 3}), kFault);
  EXPECT_EQ(call("args_get", {100, kPageBytes - 4}), kFault);
  EXPECT_EQ(call("args_get", {kPageBytes - 3, 100}), kFault);
  EXPECT_EQ(call("args_get", {0xFFFFFFFF, 0xFFFFFFFF}), kFault);
  EXPECT_TRUE(event_.writes.empty());
}

TEST_F(WasiTest, ClocksTellTheEnvironmentsTime) {
  EXPECT_EQ(call("clock_time_get", {0, 1, 8}), kSuccess);
  EXPECT_EQ(number(8, 8), environment_->realtime);
  EXPECT_EQ(call("clock_time_get", {1, 1, 8}), kSuccess);
  EXPECT_EQ(number(8, 8), environment_->monotonic);
  EXPECT_EQ(call("clock_time_get", {2, 1, 8}), kSuccess);
  EXPECT_EQ(call("clock_time_get", {4, 1, 8}), kInval);
  EXPECT_EQ(call("clock_time_get", {0, 1, kPageBytes - 7}), kFault);
  EXPECT_EQ(call("clock_res_get", {0, 8}), kSuccess);
  EXPECT_EQ(number(8, 8), 1u);
  EXPECT_EQ(call("clock_res_get", {9, 8}), kInval);
  EXPECT_EQ(call("clock_res_get", {0, kPageBytes}), kFault);
}

TEST_F(WasiTest, WritesGatherTheirBuffersIntoOneWrite) {
  put(1000, "hello ");
  put(2000, "world\n");
  put_buffer(64, 0, 1000, 6);
  put_buffer(64, 1, 0, 0);
  put_buffer(64, 2, 2000, 6);
  EXPECT_EQ(call("fd_write", {1, 64, 3, 32}), kSuccess);
  EXPECT_EQ(environment_->output, "hello world\n");
  EXPECT_EQ(environment_->writes, 1);
  EXPECT_EQ(number(32, 4), 12u);
  EXPECT_EQ(call("fd_write", {2, 64, 1, 32}), kSuccess);
  EXPECT_EQ(environment_->errors, "hello ");
  EXPECT_EQ(call("fd_write", {1, 64, 0, 32}), kSuccess);
  EXPECT_EQ(number(32, 4), 0u);
}

TEST_F(WasiTest, AWriteWithABadPointerPrintsNothing) {
  put_buffer(64, 0, 1000, 6);
  put_buffer(64, 1, kPageBytes - 2, 3);
  EXPECT_EQ(call("fd_write", {1, 64, 2, 32}), kFault);
  put_buffer(64, 1, 0xFFFFFFFF, 0xFFFFFFFF);
  EXPECT_EQ(call("fd_write", {1, 64, 2, 32}), kFault);
  EXPECT_EQ(call("fd_write", {1, 64, 1, kPageBytes - 3}), kFault);
  EXPECT_EQ(call("fd_write", {1, kPageBytes - 7, 1, 32}), kFault);
  EXPECT_EQ(call("fd_write", {1, 64, 0x20000000, 32}), kInval);
  EXPECT_EQ(call("fd_write", {1, 64, 1025, 32}), kInval);
  EXPECT_EQ(call("fd_write", {0, 64, 1, 32}), kBadF);
  EXPECT_EQ(call("fd_write", {3, 64, 1, 32}), kBadF);
  EXPECT_EQ(call("fd_write", {0xFFFFFFFF, 64, 1, 32}), kBadF);
  EXPECT_EQ(environment_->writes, 0);
}

TEST_F(WasiTest, ReadsScatterOverTheirBuffers) {
  environment_->input = "abcdefgh";
  put_buffer(64, 0, 1000, 3);
  put_buffer(64, 1, 2000, 100);
  EXPECT_EQ(call("fd_read", {0, 64, 2, 32}), kSuccess);
  EXPECT_EQ(environment_->reads, 1);
  EXPECT_EQ(number(32, 4), 8u);
  EXPECT_EQ(text(1000, 3), "abc");
  EXPECT_EQ(text(2000, 5), "defgh");
  EXPECT_EQ(call("fd_read", {0, 64, 2, 32}), kSuccess);
  EXPECT_EQ(number(32, 4), 0u) << "the end of input";
}

TEST_F(WasiTest, AShortReadFillsOnlyTheFirstBuffers) {
  environment_->input = "abcdefgh";
  environment_->largest_read = 2;
  put_buffer(64, 0, 1000, 3);
  put_buffer(64, 1, 2000, 3);
  EXPECT_EQ(call("fd_read", {0, 64, 2, 32}), kSuccess);
  EXPECT_EQ(number(32, 4), 2u);
  EXPECT_EQ(text(1000, 3), std::string("ab\0", 3));
  EXPECT_EQ(environment_->input, "cdefgh");
}

TEST_F(WasiTest, AReadWithABadPointerLosesNoInput) {
  environment_->input = "abc";
  put_buffer(64, 0, kPageBytes - 2, 3);
  EXPECT_EQ(call("fd_read", {0, 64, 1, 32}), kFault);
  put_buffer(64, 0, 1000, 3);
  EXPECT_EQ(call("fd_read", {0, 64, 1, 0xFFFFFFFE}), kFault);
  EXPECT_EQ(call("fd_read", {1, 64, 1, 32}), kBadF);
  EXPECT_EQ(environment_->input, "abc");
  environment_->fail_reads = true;
  EXPECT_EQ(call("fd_read", {0, 64, 1, 32}), kIo);
}

TEST_F(WasiTest, EmptyReadsDoNotAskForInput) {
  EXPECT_EQ(call("fd_read", {0, 64, 0, 32}), kSuccess);
  EXPECT_EQ(environment_->reads, 0);
}

TEST_F(WasiTest, StandardStreamsLookLikeATerminal) {
  EXPECT_EQ(call("fd_fdstat_get", {0, 128}), kSuccess);
  EXPECT_EQ(number(128, 1), 2u);
  EXPECT_NE(number(136, 8) & 1 << 1, 0u) << "may be read";
  EXPECT_EQ(number(136, 8) & 1 << 6, 0u) << "may not be written";
  EXPECT_EQ(number(136, 8) & (1 << 2 | 1 << 5), 0u) << "seeking and telling are not allowed";
  EXPECT_EQ(call("fd_fdstat_get", {1, 128}), kSuccess);
  EXPECT_NE(number(136, 8) & 1 << 6, 0u);
  EXPECT_EQ(call("fd_fdstat_get", {7, 128}), kBadF);
  EXPECT_EQ(call("fd_fdstat_get", {1, kPageBytes - 23}), kFault);
}

TEST_F(WasiTest, FlagsAreKept) {
  EXPECT_EQ(call("fd_fdstat_set_flags", {1, 5}), kSuccess);
  EXPECT_EQ(call("fd_fdstat_get", {1, 128}), kSuccess);
  EXPECT_EQ(number(130, 2), 5u);
  EXPECT_EQ(call("fd_fdstat_set_flags", {1, 32}), kInval);
  EXPECT_EQ(call("fd_fdstat_set_flags", {9, 1}), kBadF);
}

TEST_F(WasiTest, FileStatusFollowsTheVersionsLayout) {
  std::fill_n(memory() + 128, 80, uint8_t{0xAA});
  EXPECT_EQ(call("fd_filestat_get", {1, 128}), kSuccess);
  EXPECT_EQ(number(144, 1), 2u);
  EXPECT_EQ(number(152, 8), 1u);
  EXPECT_EQ(number(192, 1), 0xAAu) << "64 bytes";
  std::fill_n(memory() + 128, 80, uint8_t{0xAA});
  EXPECT_EQ(call("fd_filestat_get", {1, 128}, "wasi_unstable"), kSuccess);
  EXPECT_EQ(number(144, 1), 2u);
  EXPECT_EQ(number(148, 4), 1u);
  EXPECT_EQ(number(184, 1), 0xAAu) << "56 bytes";
  EXPECT_EQ(call("fd_filestat_get", {1, kPageBytes - 63}), kFault);
  EXPECT_EQ(call("fd_filestat_get", {3, 128}), kBadF);
}

TEST_F(WasiTest, StreamsDoNotSeek) {
  EXPECT_EQ(call("fd_seek", {1, 0, 1, 64}), kSPipe);
  EXPECT_EQ(call("fd_seek", {1, 0, 3, 64}), kInval);
  EXPECT_EQ(call("fd_tell", {1, 64}), kSPipe);
  EXPECT_EQ(call("fd_seek", {4, 0, 0, 64}), kBadF);
  EXPECT_EQ(call("fd_tell", {4, 64}), kBadF);
}

TEST_F(WasiTest, NoDirectoriesAreOpen) {
  EXPECT_EQ(call("fd_prestat_get", {3, 64}), kBadF);
  EXPECT_EQ(call("fd_prestat_dir_name", {3, 64, 10}), kBadF);
}

TEST_F(WasiTest, AClosedStreamIsGoneUntilTheStateIsRestored) {
  const WasiState before = *state_;
  EXPECT_EQ(call("fd_close", {1}), kSuccess);
  EXPECT_EQ(call("fd_close", {1}), kBadF);
  put_buffer(64, 0, 1000, 1);
  EXPECT_EQ(call("fd_write", {1, 64, 1, 32}), kBadF);
  EXPECT_EQ(call("fd_write", {2, 64, 1, 32}), kSuccess);
  *state_ = before;
  EXPECT_EQ(call("fd_write", {1, 64, 1, 32}), kSuccess);
}

TEST_F(WasiTest, RandomBytesFillTheRange) {
  EXPECT_EQ(call("random_get", {100, 4}), kSuccess);
  EXPECT_EQ(number(100, 4), 0x04030201u);
  EXPECT_EQ(call("random_get", {0, kPageBytes}), kSuccess);
  EXPECT_EQ(call("random_get", {1, kPageBytes}), kFault);
  EXPECT_EQ(call("random_get", {100, 0xFFFFFFFF}), kFault);
}

TEST_F(WasiTest, ExitSetsTheCode) {
  EXPECT_EQ(call("proc_exit", {7}), kNoResult);
  ASSERT_TRUE(event_.exit_code.has_value());
  EXPECT_EQ(*event_.exit_code, 7);
}

TEST_F(WasiTest, YieldingWorks) { EXPECT_EQ(call("sched_yield", {}), kSuccess); }

TEST_F(WasiTest, PollWaitsForTheNearestClock) {
  const auto put_clock = [&](uint32_t at, uint64_t user, uint32_t clock, uint64_t timeout, uint16_t flags) {
    std::fill_n(memory() + at, 48, uint8_t{0});
    put_number(at, user);
    put_number(at + 16, clock);
    put_number(at + 24, timeout);
    put_number(at + 40, flags);
  };
  put_clock(1000, 11, 1, 3'000'000, 0);
  put_clock(1048, 22, 0, environment_->realtime + 2'000'000, 1);
  EXPECT_EQ(call("poll_oneoff", {1000, 4000, 2, 64}), kSuccess);
  EXPECT_EQ(environment_->slept_ns, 2'000'000u);
  EXPECT_EQ(number(64, 4), 1u);
  EXPECT_EQ(number(4000, 8), 22u);
  EXPECT_EQ(number(4008, 2), kSuccess);
  EXPECT_EQ(number(4010, 1), 0u);

  put_clock(1000, 11, 99, 0, 0);
  EXPECT_EQ(call("poll_oneoff", {1000, 4000, 1, 64}), kSuccess);
  EXPECT_EQ(number(4008, 2), kInval) << "an unknown clock is that subscription's error";
}

TEST_F(WasiTest, PollInTheOlderLayout) {
  put_number<uint64_t>(1000, 5);
  put_number<uint32_t>(1024, 1);
  put_number<uint64_t>(1032, 1'000);
  EXPECT_EQ(call("poll_oneoff", {1000, 4000, 1, 64}, "wasi_unstable"), kSuccess);
  EXPECT_EQ(environment_->slept_ns, 1'000u);
  EXPECT_EQ(number(4000, 8), 5u);
}

TEST_F(WasiTest, PollFindsStreamsReadyAtOnce) {
  put_number<uint64_t>(1000, 7);
  put_number<uint8_t>(1008, 1);
  put_number<uint32_t>(1016, 0);
  put_number<uint64_t>(1048, 8);
  put_number<uint8_t>(1056, 2);
  put_number<uint32_t>(1064, 9);
  put_number<uint64_t>(1096, 9);
  put_number<uint32_t>(1112, 1);
  put_number<uint64_t>(1120, 1'000'000'000);
  EXPECT_EQ(call("poll_oneoff", {1000, 4000, 3, 64}), kSuccess);
  EXPECT_EQ(environment_->slept_ns, 0u);
  EXPECT_EQ(number(64, 4), 2u);
  EXPECT_EQ(number(4000, 8), 7u);
  EXPECT_EQ(number(4010, 1), 1u);
  EXPECT_EQ(number(4032, 8), 8u);
  EXPECT_EQ(number(4040, 2), kBadF);
}

TEST_F(WasiTest, PollRefusesBadLists) {
  EXPECT_EQ(call("poll_oneoff", {1000, 4000, 0, 64}), kInval);
  EXPECT_EQ(call("poll_oneoff", {1000, 4000, 0xFFFFFFFF, 64}), kFault);
  EXPECT_EQ(call("poll_oneoff", {kPageBytes - 47, 4000, 1, 64}), kFault);
  EXPECT_EQ(call("poll_oneoff", {1000, kPageBytes - 31, 1, 64}), kFault);
  EXPECT_EQ(call("poll_oneoff", {1000, 4000, 1, kPageBytes - 3}), kFault);
}

TEST_F(WasiTest, AModuleWithoutMemoryGetsErrorsNotCrashes) {
  instance_.memories.clear();
  std::set<uint64_t> answers;
#define WASI(name, params, results, answer) \
  answers.insert(call(#name, std::vector<uint64_t>(sizeof params - 1, 1)));
#include "engine/host/wasi.def"
  answers.erase(kNoResult);
  for (const uint64_t answer : answers) EXPECT_LT(answer, 77u);
  open({});
  EXPECT_EQ(call("fd_write", {1, 0, 0, 0}), kFault);
  EXPECT_EQ(environment_->writes, 0);
}

TEST_F(WasiTest, EveryCallSurvivesEveryKindOfArgument) {
  const uint64_t values[] = {0, 1, 2, 3, 8, kPageBytes - 1, kPageBytes, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF};
  uint32_t state = 1;
  for (int round = 0; round < 300; ++round) {
#define WASI(name, params, results, answer)                         \
  {                                                                 \
    std::vector<uint64_t> arguments;                                \
    for (size_t i = 0; i + 1 < sizeof params; ++i) {                \
      state = state * 1664525u + 1013904223u;                       \
      arguments.push_back(values[(state >> 16) % std::size(values)]); \
    }                                                               \
    call(#name, arguments);                                         \
  }
#include "engine/host/wasi.def"
  }
}

}  // namespace
}  // namespace wasmscope::host
