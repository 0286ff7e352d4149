// SPDX-License-Identifier: Apache-2.0
#include "engine/replay/event_log.h"

#include <gtest/gtest.h>

namespace wasmscope::replay {
namespace {

TEST(EventLog, AnswersInOrderAndThenLetsTheHostSpeak) {
  runtime::HostFunc first, second;
  EventLog log;
  EXPECT_TRUE(log.is_live());
  EXPECT_EQ(log.replay(first), nullptr);
  runtime::HostEvent event;
  event.results = {1};
  log.record(first, event);
  event.results = {2};
  event.writes.push_back({0, 16, {1, 2, 3}});
  log.record(second, event);
  EXPECT_EQ(log.replay(first), nullptr);

  log.rewind();
  EXPECT_FALSE(log.is_live());
  const runtime::HostEvent* answer = log.replay(first);
  ASSERT_NE(answer, nullptr);
  EXPECT_EQ(answer->results[0], 1u);
  answer = log.replay(second);
  ASSERT_NE(answer, nullptr);
  EXPECT_EQ(answer->results[0], 2u);
  EXPECT_EQ(answer->writes[0].bytes.size(), 3u);
  EXPECT_TRUE(log.is_live());
  EXPECT_EQ(log.replay(first), nullptr);
  log.record(first, event);
  EXPECT_EQ(log.size(), 3u);
}

TEST(EventLog, GivesBackEveryPartOfAnEvent) {
  runtime::HostFunc func;
  runtime::HostEvent plain, full;
  plain.results = {UINT64_MAX, 0};
  full.writes.push_back({3, 0xFFFF'FFFF'FFFF, {}});
  full.writes.push_back({0, 0, std::vector<uint8_t>(1000, 0xEE)});
  full.exit_code = -7;
  full.trap = "why";
  EventLog log;
  for (const auto* event : {&full, &plain, &full}) log.record(func, *event);
  log.rewind();
  for (const auto* event : {&full, &plain, &full}) {
    const runtime::HostEvent* answer = log.replay(func);
    ASSERT_NE(answer, nullptr);
    EXPECT_EQ(answer->results, event->results);
    ASSERT_EQ(answer->writes.size(), event->writes.size());
    for (size_t i = 0; i < event->writes.size(); ++i) {
      EXPECT_EQ(answer->writes[i].memory, event->writes[i].memory);
      EXPECT_EQ(answer->writes[i].address, event->writes[i].address);
      EXPECT_EQ(answer->writes[i].bytes, event->writes[i].bytes);
    }
    EXPECT_EQ(answer->exit_code, event->exit_code);
    EXPECT_EQ(answer->trap, event->trap);
  }
}

TEST(EventLog, ForgetsTheFuture) {
  runtime::HostFunc func;
  runtime::HostEvent event;
  EventLog log;
  for (uint64_t i = 0; i < 5; ++i) {
    event.results = {i};
    log.record(func, event);
  }
  log.rewind();
  log.replay(func);
  log.replay(func);
  log.forget_future();
  EXPECT_TRUE(log.is_live());
  EXPECT_EQ(log.size(), 2u);
  event.results = {77};
  log.record(func, event);
  log.rewind();
  for (const uint64_t expected : {0u, 1u, 77u}) EXPECT_EQ(log.replay(func)->results[0], expected);
  EXPECT_TRUE(log.is_live());
}

TEST(EventLog, SaysWhenItIsFull) {
  runtime::HostFunc func;
  runtime::HostEvent event;
  event.results = {1'000'000};
  EventLog log(10'000);
  uint32_t count = 0;
  for (; !log.is_full(); ++count) log.record(func, event);
  EXPECT_GT(count, 1000u);   // at most ten bytes for such an answer
  EXPECT_LT(count, 10'000u);
  log.rewind();
  log.forget_future();
  EXPECT_FALSE(log.is_full());
}

TEST(EventLogDeathTest, AnotherCallThanTheRecordedOneIsAFault) {
  runtime::HostFunc first, second;
  EventLog log;
  log.record(first, {});
  log.rewind();
  EXPECT_DEATH(log.replay(second), "");
}

}  // namespace
}  // namespace wasmscope::replay
