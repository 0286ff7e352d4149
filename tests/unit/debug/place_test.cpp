// SPDX-License-Identifier: Apache-2.0
#include "engine/debug/place.h"

#include <gtest/gtest.h>

#include "engine/base/file.h"
#include "engine/binary/decoder.h"

namespace wasmscope::debug {
namespace {

class PlaceTest : public ::testing::Test {
 protected:
  // walk is #0 with its code at 0x87; see tests/fixtures/control/control.wat.
  void SetUp() override {
    bytes_ = *read_file("tests/fixtures/control/control.wasm");
    module_ = std::make_shared<const wasm::Module>(*binary::decode(bytes_, wasm::Features()));
    names_ = std::make_unique<symbols::Names>(module_);
    begin_ = static_cast<uint32_t>(module_->funcs[0].code.begin);
  }
  Result<CodePlace> parse(const std::string& text) const { return parse_code_place(*module_, *names_, text); }
  std::string error_of(const std::string& text) const {
    const auto place = parse(text);
    return place ? "found" : std::string(name_of(place.error().code));
  }

  std::vector<uint8_t> bytes_;
  std::shared_ptr<const wasm::Module> module_;
  std::unique_ptr<symbols::Names> names_;
  uint32_t begin_ = 0;
};

TEST_F(PlaceTest, FunctionsByNameAndIndex) {
  for (const char* text : {"walk", "$walk", "#0", "#0+0", "walk+0x0"}) {
    const auto place = parse(text);
    ASSERT_TRUE(place) << text;
    EXPECT_EQ(place->func, 0u);
    EXPECT_EQ(place->pc, begin_);
    EXPECT_TRUE(place->has_code);
    EXPECT_EQ(place->note, "");
  }
  EXPECT_EQ(parse("forever")->func, 4u);   // an export's name
}

TEST_F(PlaceTest, OffsetsSnapToInstructions) {
  EXPECT_EQ(parse("walk+0x3")->pc, begin_ + 3);
  EXPECT_EQ(parse("#0+3")->note, "");
  const auto inside = parse("walk+1");
  EXPECT_EQ(inside->pc, begin_);
  EXPECT_NE(inside->note.find("inside the instruction"), std::string::npos);
  EXPECT_EQ(parse("@" + to_hex(begin_ + 4))->pc, begin_ + 3);
  EXPECT_EQ(parse("@" + std::to_string(begin_ - 1))->pc, begin_);
  EXPECT_NE(parse("@" + std::to_string(begin_ - 1))->note, "");
}

TEST_F(PlaceTest, UnreachableCodeIsNoted) {
  EXPECT_NE(parse("walk+0x10")->note.find("never be reached"), std::string::npos);
  EXPECT_EQ(parse("walk+0x24")->note, "this instruction can never be reached");
  EXPECT_EQ(parse("walk+0x14")->note, "");
}

TEST_F(PlaceTest, ErrorsSayWhatIsWrong) {
  EXPECT_EQ(error_of("nobody"), "NoSuchFunction");
  EXPECT_EQ(error_of("#99"), "NoSuchFunction");
  EXPECT_EQ(error_of("#x"), "BadPlace");
  EXPECT_EQ(error_of("#"), "BadPlace");
  EXPECT_EQ(error_of(""), "BadPlace");
  EXPECT_EQ(error_of("@"), "BadPlace");
  EXPECT_EQ(error_of("@0x"), "BadPlace");
  EXPECT_EQ(error_of("@-5"), "BadPlace");
  EXPECT_EQ(error_of("@0x1c"), "NoSuchItem");
  EXPECT_EQ(error_of("@0xffffffffffffffff"), "NoSuchItem");
  EXPECT_EQ(error_of("@0x10000000000000000"), "BadPlace");
  EXPECT_EQ(error_of("walk+0x29"), "NoSuchItem");
  EXPECT_EQ(error_of("walk+"), "NoSuchFunction");
  EXPECT_EQ(error_of("+0x1"), "NoSuchFunction");
}

TEST_F(PlaceTest, TextNamesIndexOffsetAndFileOffset) {
  EXPECT_EQ(to_text(*module_, *names_, 0, begin_ + 3), "#0 walk +0x3 @" + to_hex(begin_ + 3));
}

TEST(MemoryPlace, HasAMemoryAndAnAddress) {
  EXPECT_EQ(parse_memory_place("0x1ff02")->address, 0x1ff02u);
  EXPECT_EQ(parse_memory_place("m3:16")->memory, 3u);
  EXPECT_EQ(parse_memory_place("m3:16")->address, 16u);
  for (const char* text : {"", "m", "m1", "m1:", ":5", "mx:5", "0x", "5x", "-1", "m4294967296:0"})
    EXPECT_FALSE(parse_memory_place(text)) << text;
}

TEST(InstantPlace, HasATickAndPerhapsAPlace) {
  EXPECT_EQ(parse_instant("t=12")->tick, 12u);
  EXPECT_FALSE(parse_instant("t=12")->place);
  const auto full = parse_instant("t=12:3:0x1c4");
  ASSERT_TRUE(full);
  EXPECT_EQ(full->place->depth, 3u);
  EXPECT_EQ(full->place->pc, 0x1c4u);
  for (const char* text : {"", "t=", "t=1:2", "t=1:2:3:4", "t=x", "t=1:2:4294967296", "t=18446744073709551616"})
    EXPECT_FALSE(parse_instant(text)) << text;
}

}  // namespace
}  // namespace wasmscope::debug
