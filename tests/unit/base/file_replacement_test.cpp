// SPDX-License-Identifier: Apache-2.0
#include "engine/base/os/file_replacement.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>

#include "engine/base/file.h"

namespace wasmscope {
namespace {

namespace fs = std::filesystem;

class FileReplacementTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "wasmscope-replace-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { fs::remove_all(folder_); }
  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  fs::path folder_;
};

TEST_F(FileReplacementTest, TakesThePlaceOfTheFileWhenItIsCommitted) {
  const std::vector<uint8_t> before{1, 2, 3}, after{4, 5};
  ASSERT_TRUE(write_file(path("a"), before));
  {
    auto file = FileReplacement::begin(path("a"));
    ASSERT_TRUE(file);
    ASSERT_TRUE(file->write(after));
    EXPECT_EQ(*read_file(path("a")), before);
    ASSERT_TRUE(file->commit());
  }
  EXPECT_EQ(*read_file(path("a")), after);
  EXPECT_FALSE(fs::exists(path("a.partial")));
}

TEST_F(FileReplacementTest, LeavesNothingWithoutACommit) {
  const std::vector<uint8_t> before{1, 2, 3};
  ASSERT_TRUE(write_file(path("a"), before));
  {
    auto file = FileReplacement::begin(path("a"));
    ASSERT_TRUE(file);
    ASSERT_TRUE(file->write(before));
    EXPECT_TRUE(fs::exists(path("a.partial")));
  }
  EXPECT_EQ(*read_file(path("a")), before);
  EXPECT_FALSE(fs::exists(path("a.partial")));
}

TEST_F(FileReplacementTest, SaysWhyNot) {
  const auto file = FileReplacement::begin(path("none/a"));
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error(), ENOENT);
}

}  // namespace
}  // namespace wasmscope
