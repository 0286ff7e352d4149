// SPDX-License-Identifier: Apache-2.0
#include "engine/wasm/error.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "engine/wasm/module.h"

namespace wasmscope {
namespace {

std::vector<uint8_t> counting(size_t size) {
  std::vector<uint8_t> bytes(size);
  for (size_t i = 0; i < size; ++i) bytes[i] = static_cast<uint8_t>(i);
  return bytes;
}

TEST(Errors, NamePlaceAndFunction) {
  wasm::Module module;
  module.funcs.resize(4);
  module.names.funcs.entries = {{3, "parse\x1b"}};
  Error error = error_at(ErrorCode::TypeMismatch, {0x1C, 0x1D}, "expected i32, found f64");
  EXPECT_EQ(to_line(error, nullptr), "invalid at 0x1c: type mismatch: expected i32, found f64");
  error.func = 3;
  EXPECT_EQ(to_line(error, &module),
            "invalid at 0x1c in func 3 (parse\\u{1b}): type mismatch: expected i32, found f64");
  EXPECT_EQ(to_line(wasmscope::error(ErrorCode::NoModule), nullptr), "error: no module is open");
}

TEST(Errors, NameTheSection) {
  wasm::Module module;
  wasm::Section section;
  section.id = wasm::SectionId::Elem;
  section.range = {8, 30};
  module.sections.push_back(section);
  EXPECT_EQ(to_line(error_at(ErrorCode::UnexpectedEnd, {9, 9}), &module),
            "malformed at 0x9 in the elem section: unexpected end");
}

TEST(Errors, ReportsMarkTheBytes) {
  EXPECT_EQ(to_report(error_at(ErrorCode::BadOpcode, {0x12, 0x14}), counting(0x18), nullptr),
            "malformed at 0x12: illegal opcode\n"
            "  00000000  00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f  |................|\n"
            "  00000010  10 11 12 13 14 15 16 17                          |........|\n"
            "                  ^~~~~\n");
}

TEST(Errors, ReportsShowTheEndOfTheFile) {
  const std::string report = to_report(error_at(ErrorCode::UnexpectedEnd, {4, 4}), counting(4), nullptr);
  EXPECT_EQ(report,
            "malformed at 0x4: unexpected end\n"
            "  00000000  00 01 02 03                                      |....|\n"
            "                        ^~\n");
  EXPECT_EQ(to_report(error_at(ErrorCode::EmptyFile, {0, 0}), {}, nullptr), "malformed at 0x0: the file is empty\n");
}

TEST(Errors, ReportsAreBounded) {
  const std::vector<uint8_t> bytes = counting(1000);
  for (const ByteRange range :
       {ByteRange{0, 1000}, ByteRange{999, 5000}, ByteRange{1000, 1000}, ByteRange{5000, 6000}, ByteRange{16, 17}}) {
    const std::string report = to_report(error_at(ErrorCode::SectionSize, range), bytes, nullptr);
    EXPECT_LE(std::count(report.begin(), report.end(), '\n'), 7) << report;
  }
}

TEST(Errors, EveryRowHasAText) {
  for (const ErrorCode code :
       {ErrorCode::FileNotFound, ErrorCode::EmptyFile, ErrorCode::TypeMismatch, ErrorCode::UnknownCommand}) {
    EXPECT_FALSE(text_of(code).empty());
    EXPECT_FALSE(name_of(kind_of(code)).empty());
  }
  EXPECT_EQ(name_of(ErrorCode::BadMagic), "BadMagic");
}

}  // namespace
}  // namespace wasmscope
