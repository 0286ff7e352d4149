// SPDX-License-Identifier: Apache-2.0
// The program as built, given files and streams that cannot be written down in a golden file.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tests/support/child_process.h"

namespace wasmscope::test {
namespace {

namespace fs = std::filesystem;

constexpr const char* kVerbs[] = {"inspect", "validate", "print", "run"};
const std::string kHeader("\0asm\1\0\0\0", 8);
constexpr char kCrash[] = "assets/samples/crash/crash.wasm";
// The program without sanitizers needs about 6 MiB; they multiply that.
constexpr long kMostKib = WASMSCOPE_SANITIZED ? 1024 * 1024 : 64 * 1024;

class BadFilesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "wasmscope-files-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }

  std::string write(const std::string& name, const std::string& bytes) const {
    std::ofstream(folder_ / name, std::ios::binary) << bytes;
    return (folder_ / name).string();
  }
  static ChildResult run(std::vector<std::string> arguments, const ChildOptions& options = {}) {
    arguments.insert(arguments.begin(), WASMSCOPE_PROGRAM);
    return run_child(arguments, options);
  }
  static void expect_refused(const std::string& verb, const std::string& path) {
    const ChildResult result = run({verb, path});
    EXPECT_EQ(result.exit_code, 1) << verb << " " << path << ": signal " << result.signal << "\n" << result.err;
    EXPECT_NE(result.err, "") << verb << " " << path;
    EXPECT_LT(result.peak_kib, kMostKib) << verb << " " << path;
  }

  fs::path folder_;
};

std::string read(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

TEST_F(BadFilesTest, SparseFileOfTwoGigabytesIsRefusedWithoutReadingIt) {
  for (const std::string& start : {std::string(), kHeader}) {
    const std::string path = write("sparse.wasm", start);
    fs::resize_file(path, uint64_t{2} << 30);
    for (const char* verb : kVerbs) expect_refused(verb, path);
  }
}

TEST_F(BadFilesTest, FileCutAtEveryByteIsAnErrorOrAValidModule) {
  const std::string whole = read("assets/samples/divide/divide.wasm");
  ASSERT_GT(whole.size(), 50u);
  for (size_t size = 0; size < whole.size(); ++size) {
    const std::string path = write("cut.wasm", whole.substr(0, size));
    for (const char* verb : {"inspect", "validate"}) {
      const ChildResult result = run({verb, path});
      ASSERT_TRUE(result.exit_code == 0 || result.exit_code == 1)
          << verb << " of " << size << " bytes: signal " << result.signal << "\n"
          << result.err;
      ASSERT_EQ(result.exit_code == 0, result.err.empty()) << verb << " of " << size << " bytes";
    }
  }
}

TEST_F(BadFilesTest, DirectoryIsNamedAsOne) {
  for (const char* verb : kVerbs) {
    const ChildResult result = run({verb, folder_.string()});
    EXPECT_EQ(result.exit_code, 1) << verb;
    EXPECT_NE(result.err.find("directory"), std::string::npos) << verb << ": " << result.err;
  }
}

TEST_F(BadFilesTest, FileThatMayNotBeReadIsNamedAsOne) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may read everything";
  const std::string path = write("secret.wasm", kHeader);
  fs::permissions(path, fs::perms::none);
  for (const char* verb : kVerbs) {
    const ChildResult result = run({verb, path});
    EXPECT_EQ(result.exit_code, 1) << verb;
    EXPECT_NE(result.err.find("cannot be read"), std::string::npos) << verb << ": " << result.err;
  }
}

TEST_F(BadFilesTest, FileThatIsNoFileIsRefused) {
  for (const char* verb : kVerbs) expect_refused(verb, "/dev/null");
}

TEST_F(BadFilesTest, ReaderThatLeavesIsNoError) {
  for (const std::vector<std::string>& command : {std::vector<std::string>{"inspect", kCrash},
                                                  {"inspect", "--functions", kCrash},
                                                  {"print", kCrash},
                                                  {"--help"}}) {
    const ChildResult result = run(command, {.output = ChildOptions::Output::ClosedPipe});
    EXPECT_EQ(result.exit_code, 0) << command[0] << ": signal " << result.signal << "\n" << result.err;
    EXPECT_EQ(result.err, "") << command[0];
  }
}

TEST_F(BadFilesTest, FullDiskIsAnError) {
  if (!fs::exists("/dev/full")) GTEST_SKIP() << "there is no /dev/full";
  for (const char* verb : {"inspect", "print", "validate"}) {
    const ChildResult result = run({verb, kCrash}, {.output_file = "/dev/full"});
    EXPECT_EQ(result.exit_code, 1) << verb;
    EXPECT_NE(result.err.find("cannot write"), std::string::npos) << verb << ": " << result.err;
  }
}

// 50 000 locals and 10^6 nested blocks are valid, and every verb takes time linear in them.
TEST_F(BadFilesTest, DeeplyNestedFunctionIsValid) {
  const auto leb = [](uint32_t value) {
    std::string bytes;
    for (; value >= 0x80; value >>= 7) bytes += static_cast<char>(value | 0x80);
    return bytes + static_cast<char>(value);
  };
  const auto sized = [&](const std::string& bytes) { return leb(static_cast<uint32_t>(bytes.size())) + bytes; };
  constexpr uint32_t kBlocks = 1'000'000;
  std::string body = leb(1) + leb(50'000) + "\x7f";
  for (uint32_t i = 0; i < kBlocks; ++i) body += "\x02\x40";
  body += std::string(kBlocks + 1, '\x0b');
  const std::string module =
      kHeader + "\x01" + sized(leb(1) + std::string("\x60\0\0", 3)) + "\x03" + sized(leb(1) + std::string(1, '\0')) +
      "\x07" + sized(leb(1) + sized("nest") + std::string("\0\0", 2)) + "\x0a" + sized(leb(1) + sized(body));
  const std::string path = write("nested.wasm", module);
  for (const std::vector<std::string>& command : {std::vector<std::string>{"validate", path},
                                                  {"inspect", path},
                                                  {"print", path},
                                                  {"run", path, "--invoke", "nest"}}) {
    const ChildResult result = run(command);
    EXPECT_EQ(result.exit_code, 0) << command[0] << ": signal " << result.signal << "\n" << result.err;
  }
}

}  // namespace
}  // namespace wasmscope::test
