// SPDX-License-Identifier: Apache-2.0
#include "engine/base/file.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace wasmscope {
namespace {

class FileTest : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  const std::filesystem::path folder_ =
      std::filesystem::path(testing::TempDir()) /
      (std::string("wasmscope_file_") + testing::UnitTest::GetInstance()->current_test_info()->name());
  std::string path(const char* name) const { return (folder_ / name).string(); }
};

TEST_F(FileTest, ReadsWhatWasWritten) {
  const std::vector<uint8_t> bytes = {0, 1, 2, 255};
  ASSERT_TRUE(write_file(path("a"), bytes));
  ASSERT_TRUE(write_file(path("a"), bytes));
  const auto read = read_file(path("a"));
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, bytes);
}

TEST_F(FileTest, KeepsWhatWasReadOfAFileThatShrinks) {
  const std::vector<uint8_t> bytes(300'000, 7);
  ASSERT_TRUE(write_file(path("a"), bytes));
  const auto read = read_file(path("a"));
  std::filesystem::resize_file(path("a"), 1);
  EXPECT_EQ(*read, bytes);
  EXPECT_EQ(read_file(path("a"))->size(), 1u);
}

TEST_F(FileTest, ReadsEmptyFilesAndDevices) {
  ASSERT_TRUE(write_file(path("empty"), {}));
  EXPECT_TRUE(read_file(path("empty"))->empty());
  EXPECT_TRUE(read_file("/dev/null")->empty());
}

TEST_F(FileTest, SaysWhatIsWrong) {
  EXPECT_EQ(read_file(path("none")).error().code, FileError::Code::NotFound);
  EXPECT_EQ(read_file(folder_.string()).error().code, FileError::Code::IsDirectory);
  ASSERT_TRUE(write_file(path("a"), {}));
  EXPECT_EQ(read_file(path("a/b")).error().code, FileError::Code::NotFound);
  EXPECT_FALSE(write_file(path("none/a"), {}));
  EXPECT_FALSE(write_file(folder_.string(), {}));
  EXPECT_FALSE(std::filesystem::exists(folder_.string() + ".partial"));
}

}  // namespace
}  // namespace wasmscope
