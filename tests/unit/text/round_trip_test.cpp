// SPDX-License-Identifier: Apache-2.0
// What is printed, the parser reads as the same module; and another assembler (wabt's), as far as it knows the
// annotations. The latter is skipped where wabt is not installed.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "engine/binary/decoder.h"
#include "engine/text/printer.h"
#include "engine/wasm/opcode.h"
#include "tests/support/child_process.h"
#include "tests/support/module_builder.h"

namespace wasmscope::text {
namespace {

namespace fs = std::filesystem;
using wasm::Op;

std::string find_assembler() {
  for (const char* path : {"/usr/bin/wat2wasm", "/usr/local/bin/wat2wasm"})
    if (fs::exists(path)) return path;
  return {};
}

std::vector<uint8_t> read(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

class RoundTripTest : public ::testing::Test {
 protected:
  void SetUp() override {
    assembler_ = find_assembler();
    if (assembler_.empty()) GTEST_SKIP() << "wat2wasm is not installed";
    std::string name = (fs::temp_directory_path() / "wasmscope-text-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override {
    std::error_code ignored;
    if (!folder_.empty()) fs::remove_all(folder_, ignored);
  }

  static std::string print(const std::vector<uint8_t>& bytes) {
    const Result<wasm::Module> module = binary::decode(bytes, *wasm::parse_features("all"));
    if (!module) return to_line(module.error(), nullptr);
    std::string text;
    const Result<void> printed = print_module(*module, [&](std::string_view piece) {
      text += piece;
      return true;
    });
    return printed ? text : to_line(printed.error(), nullptr);
  }

  // Without comments and annotations, which that assembler does not read.
  static std::string without_comments(const std::string& text) {
    std::string result;
    for (size_t i = 0; i < text.size(); ++i) {
      if (text.compare(i, 3, " (;") == 0)
        i = text.find(";)", i) + 1;
      else if (text.compare(i, 3, " (@") == 0) {
        i = end_of_annotation(text, i);
        result.erase(result.find_last_not_of(" \n") + 1);
      } else if (text.compare(i, 4, "  ;;") == 0)
        i = text.find('\n', i);
      else
        result += text[i];
    }
    return result;
  }

  // Structs, arrays and groups are beyond the assembler of Debian 12.
  static bool has_only_plain_types(const std::vector<uint8_t>& bytes) {
    const Result<wasm::Module> module = binary::decode(bytes, *wasm::parse_features("all"));
    return module && std::ranges::all_of(module->types, [](const wasm::TypeDef& type) {
             return std::holds_alternative<wasm::FuncType>(type.composite) && type.rec_size == 1 && type.is_final;
           });
  }

  static size_t end_of_annotation(const std::string& text, size_t at) {
    for (bool in_string = false; in_string || text[at] != ')'; ++at) {
      if (text[at] == '\\')
        ++at;
      else if (text[at] == '"')
        in_string = !in_string;
    }
    return at;
  }

  void expect_same(const std::vector<uint8_t>& bytes, const std::string& what) {
    const std::string text = print(bytes);
    std::ofstream(folder_ / "module.wat", std::ios::binary) << text;
    const test::ChildResult result =
        test::run_child({assembler_, "--enable-all", "--debug-names", "--no-check", (folder_ / "module.wat").string(),
                         "-o", (folder_ / "module.wasm").string()});
    ASSERT_EQ(result.exit_code, 0) << what << ": " << result.err.substr(0, 2000);
    EXPECT_TRUE(without_comments(print(read(folder_ / "module.wasm"))) == without_comments(text)) << what;
  }

  std::string assembler_;
  fs::path folder_;
};

TEST_F(RoundTripTest, SamplesAndFixtures) {
  size_t count = 0;
  for (const char* folder : {"assets/samples", "tests/fixtures"})
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      if (entry.path().extension() != ".wasm") continue;
      const std::vector<uint8_t> bytes = read(entry.path());
      if (!has_only_plain_types(bytes)) continue;
      expect_same(bytes, entry.path().string());
      ++count;
    }
  EXPECT_GT(count, 10u);
}

TEST_F(RoundTripTest, EveryInstructionWithoutImmediates) {
  test::CodeWriter code;
  for (const wasm::OpInfo& info : wasm::all_ops()) {
    // Not in the assembler of Debian 12, or part of the block structure.
    const bool is_known = info.feature <= wasm::Feature::RelaxedSimd && info.feature != wasm::Feature::RelaxedSimd;
    if (info.imm == wasm::Imm::None && is_known && info.signature != "special")
      code.op(wasm::op_from_code(info.prefix, info.code));
    if (info.imm == wasm::Imm::MemArg && is_known) code.access(wasm::op_from_code(info.prefix, info.code), 0, 1234567);
  }
  test::ModuleBuilder module;
  module.func("_", code);
  module.memory(1);
  expect_same(module.bytes(), "all instructions without immediates");
}

TEST_F(RoundTripTest, ConstantsOfEveryKind) {
  test::CodeWriter code;
  for (const int64_t value : {int64_t{0}, int64_t{-1}, INT64_MAX, INT64_MIN, int64_t{1} << 40}) code.i64(value);
  for (const int32_t value : {0, -1, INT32_MAX, INT32_MIN}) code.i32(value);
  for (const uint32_t bits : {0u, 0x80000000u, 1u, 0x3dcccccdu, 0x7f800000u, 0xff800000u, 0x7fc00000u, 0xffc00001u,
                              0x7f800001u, 0x7f7fffffu, 0x00800000u})
    code.f32(bits);
  for (const uint64_t bits :
       {0ull, 1ull, 0x8000000000000000ull, 0x3fb999999999999aull, 0x7ff0000000000000ull, 0x7ff8000000000000ull,
        0xfff0000000000001ull, 0x7fefffffffffffffull, 0x0010000000000000ull})
    code.f64(bits);
  test::ModuleBuilder module;
  module.func("_", code);
  expect_same(module.bytes(), "constants");
}

}  // namespace
}  // namespace wasmscope::text
