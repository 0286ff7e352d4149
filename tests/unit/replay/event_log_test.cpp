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

TEST(EventLogDeathTest, AnotherCallThanTheRecordedOneIsAFault) {
  runtime::HostFunc first, second;
  EventLog log;
  log.record(first, {});
  log.rewind();
  EXPECT_DEATH(log.replay(second), "");
}

}  // namespace
}  // namespace wasmscope::replay
