// SPDX-License-Identifier: Apache-2.0
#include "ui/model/transcript.h"

#include <gtest/gtest.h>

namespace wasmscope::ui {
namespace {

TEST(Transcript, JoinsOutputThatArrivesInPieces) {
  Transcript transcript;
  transcript.add(LineKind::Output, "one ");
  transcript.add(LineKind::Output, "line\ntwo\n");
  transcript.add(LineKind::Output, "three");
  ASSERT_EQ(transcript.lines().size(), 3u);
  EXPECT_EQ(transcript.lines()[0].text, "one line");
  EXPECT_EQ(transcript.lines()[1].text, "two");
  EXPECT_EQ(transcript.lines()[2].text, "three");
}

TEST(Transcript, KeepsKindsApart) {
  Transcript transcript;
  transcript.add(LineKind::Output, "no newline");
  transcript.add(LineKind::Command, "where");
  transcript.add(LineKind::Output, " more");
  ASSERT_EQ(transcript.lines().size(), 3u);
}

TEST(Transcript, EscapesWhatAProgramPrints) {
  Transcript transcript;
  transcript.add(LineKind::Output, "\x1b[31mred\tx\n");
  EXPECT_EQ(transcript.lines()[0].text.find('\x1b'), std::string::npos);
  EXPECT_EQ(transcript.lines()[0].text.find('\t'), std::string::npos);
}

TEST(Transcript, ForgetsTheOldest) {
  Transcript transcript;
  for (size_t i = 0; i < Transcript::kMaxLines + 5; ++i) transcript.add(LineKind::Answer, std::to_string(i));
  EXPECT_EQ(transcript.lines().size(), Transcript::kMaxLines);
  EXPECT_EQ(transcript.lines().front().text, "5");
  EXPECT_EQ(transcript.total(), Transcript::kMaxLines + 5);
}

}  // namespace
}  // namespace wasmscope::ui
