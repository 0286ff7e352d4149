// SPDX-License-Identifier: Apache-2.0
// Every file below tests/golden with a command in it is a test of the program as built. WASMSCOPE_BLESS=1
// writes what the program does now into the files; read the difference before you keep it.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "tests/golden/golden_file.h"

namespace wasmscope::test {
namespace {

namespace fs = std::filesystem;

// Case names are looked up before the tests run, so the folder is found from the source tree.
const fs::path kFolder = WASMSCOPE_SOURCE_FOLDER "/tests/golden";

std::string read(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::string join(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

class GoldenTest : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    // Cases of one suite run in several processes at a time.
    std::string name = (fs::temp_directory_path() / "wasmscope-golden-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    temporary_ = name;
  }
  void TearDown() override {
    std::error_code ignored;
    fs::remove_all(temporary_, ignored);
  }

  fs::path temporary_;
};

TEST_P(GoldenTest, WritesWhatTheFileSays) {
  const bool is_blessing = std::getenv("WASMSCOPE_BLESS") != nullptr;
  const fs::path path = kFolder / GetParam();
  GoldenFile file = parse_golden(read(path));
  ASSERT_FALSE(file.steps.empty()) << path << " has no command";
  GoldenRunner runner(WASMSCOPE_PROGRAM, temporary_);
  for (GoldenStep& step : file.steps) {
    std::vector<std::string> actual = runner.run(step);
    if (is_blessing)
      step.expected = std::move(actual);
    else
      EXPECT_EQ(join(step.expected), join(actual)) << path.string() << ":" << step.line << ": " << step.command;
  }
  if (is_blessing && to_text(file) != read(path)) std::ofstream(path, std::ios::binary) << to_text(file);
}

std::vector<std::string> list_files() {
  std::vector<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(kFolder)) {
    if (entry.path().extension() != ".txt" || entry.path().filename() == "CMakeLists.txt") continue;
    const std::string text = read(entry.path());
    if (text.starts_with("$ ") || text.find("\n$ ") != std::string::npos)
      files.push_back(fs::relative(entry.path(), kFolder).generic_string());
  }
  std::ranges::sort(files);
  return files;
}

INSTANTIATE_TEST_SUITE_P(Files, GoldenTest, ::testing::ValuesIn(list_files()), [](const auto& file) {
  std::string name = file.param.substr(0, file.param.rfind('.'));
  std::ranges::replace_if(name, [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); }, '_');
  return name;
});

TEST(GoldenFileTest, IsWrittenAsItWasRead) {
  const std::string text =
      "# comment\n\n= a.wasm 00 61\n$ wasmscope inspect {tmp}/a.wasm\n> in\n>\nout\n\n\\$ out\n\\\n! error\n? 1\n\n# "
      "next\n$ wasmscope\n";
  EXPECT_EQ(to_text(parse_golden(text)), text);
  EXPECT_EQ(parse_golden(text).steps.size(), 2u);
}

TEST(GoldenFileTest, NoticesAnotherOutput) {
  GoldenRunner runner(WASMSCOPE_PROGRAM, "");
  const std::vector<std::string> actual = runner.run(parse_golden("$ wasmscope --version\n").steps[0]);
  ASSERT_EQ(actual.size(), 1u);
  EXPECT_TRUE(actual[0].starts_with("wasmscope ")) << actual[0];
}

}  // namespace
}  // namespace wasmscope::test
