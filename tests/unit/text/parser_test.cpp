// SPDX-License-Identifier: Apache-2.0
#include "engine/text/parser.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "engine/binary/decoder.h"
#include "engine/binary/encoder.h"
#include "engine/binary/instruction_reader.h"
#include "engine/text/module_file.h"
#include "engine/text/printer.h"
#include "engine/text/source.h"

namespace wasmscope::text {
namespace {

namespace fs = std::filesystem;

const wasm::Features& everything() {
  static const wasm::Features features = *wasm::parse_features("all");
  return features;
}

std::string print(const wasm::Module& module, PrintForm form = PrintForm::Flat) {
  std::string text;
  const auto take = [&](std::string_view piece) {
    text += piece;
    return true;
  };
  const Result<void> printed = print_module(module, take, form);
  return printed ? text : to_line(printed.error(), nullptr);
}

// A module that owns its bytes, or the error as a line in `failure`.
struct Parsed {
  std::string failure;
  ParsedModule parsed;
  wasm::Module module;
};
Parsed parse(std::string_view source) {
  Parsed result;
  auto parsed = parse_module(source, everything());
  if (!parsed) {
    result.failure = to_line(parsed.error(), nullptr);
    return result;
  }
  result.parsed = *std::move(parsed);
  auto module = binary::decode(result.parsed.bytes, everything());
  if (module)
    result.module = *std::move(module);
  else
    result.failure = "decoder: " + to_line(module.error(), nullptr);
  return result;
}

// What the text becomes when it is printed again, without the frame and the comments with indices.
std::string reprinted(std::string_view source) {
  const Parsed parsed = parse(source);
  if (!parsed.failure.empty()) return parsed.failure;
  std::string text = print(parsed.module);
  for (size_t at; (at = text.find(" (;")) != std::string::npos;) text.erase(at, text.find(";)", at) + 2 - at);
  EXPECT_TRUE(text.starts_with("(module\n  ") || text == "(module\n)\n") << text;
  if (text == "(module\n)\n") return "";
  return text.substr(10, text.size() - 10 - 3);
}

void expect_round_trip(const wasm::Module& module, const std::string& what) {
  for (const PrintForm form : {PrintForm::Flat, PrintForm::Folded}) {
    const std::string text = print(module, form);
    const auto again = parse_module(text, everything());
    ASSERT_TRUE(again) << what << ": " << to_report(again.error(), {}, nullptr);
    const auto decoded = binary::decode(again->bytes, everything());
    ASSERT_TRUE(decoded) << what << ": " << to_line(decoded.error(), nullptr);
    EXPECT_TRUE(binary::encode(*decoded, binary::EncodeForm::Canonical) ==
                binary::encode(module, binary::EncodeForm::Canonical))
        << what << "\n"
        << text.substr(0, 2000);
  }
}

TEST(ParserTest, NothingIsTheEmptyModule) {
  EXPECT_EQ(parse("").parsed.bytes.size(), 8u);
  EXPECT_EQ(parse("(module)").parsed.bytes.size(), 8u);
  EXPECT_EQ(parse(";; comment\n(module (; another ;) )").parsed.bytes.size(), 8u);
}

TEST(ParserTest, FieldsNeedNoModuleAroundThem) {
  EXPECT_EQ(parse("(memory 1) (func)").parsed.bytes, parse("(module (memory 1) (func))").parsed.bytes);
}

TEST(ParserTest, Types) {
  EXPECT_EQ(reprinted("(type (func (param i32 i64) (param $x f32) (result f64 v128)))"),
            "(type (func (param i32 i64 f32) (result f64 v128)))");
  EXPECT_EQ(reprinted("(rec (type $a (sub (struct (field $next (mut (ref null $b))) (field i8 i16))))"
                      "     (type $b (sub final $a (struct (field (ref null $b) i8 i16 eqref)))))"),
            "(rec\n    (type $a (sub (struct (field $next (mut (ref null $b))) (field i8) (field i16))))\n"
            "    (type $b (sub final $a (struct (field (ref null $b)) (field i8) (field i16) (field eqref)))))");
  EXPECT_EQ(reprinted("(rec)"), "");
  EXPECT_EQ(reprinted("(type (array (mut i16)))"), "(type (array (mut i16)))");
  EXPECT_EQ(reprinted("(type $f (func)) (type (cont $f))"), "(type $f (func))\n  (type (cont $f))");
  EXPECT_EQ(reprinted("(rec (type $a (descriptor $b) (struct)) (type $b (sub (describes $a) (struct))))"),
            "(rec\n    (type $a (descriptor $b) (struct))\n    (type $b (sub (describes $a) (struct))))");
  EXPECT_EQ(reprinted("(type $s (struct)) (global (ref null (exact $s)) (ref.null $s))"),
            "(type $s (struct))\n  (global (ref null (exact $s)) (ref.null $s))");
}

TEST(ParserTest, TypeUsesFindOrAddTypes) {
  const Parsed parsed = parse(R"(
    (func (param i32))
    (type $late (func (result i64)))
    (func (result i64) i64.const 0)
    (func (param i32))
    (type $open (sub (func (param f32))))
    (func (param f32)))");
  ASSERT_EQ(parsed.failure, "");
  EXPECT_EQ(parsed.module.types.size(), 4u);
  EXPECT_EQ(parsed.module.funcs[0].type, 2u);
  EXPECT_EQ(parsed.module.funcs[1].type, 0u);
  EXPECT_EQ(parsed.module.funcs[2].type, 2u);
  EXPECT_EQ(parsed.module.funcs[3].type, 3u);
}

TEST(ParserTest, ImportsAndExportsInline) {
  EXPECT_EQ(reprinted("(func $f (export \"a\") (export \"b\") (import \"m\" \"n\") (param $p i32))"
                      "(memory (export \"c\") (import \"m\" \"o\") 1 2 shared)"),
            "(type (func (param i32)))\n"
            "  (import \"m\" \"n\" (func $f (type 0) (param $p i32)))\n"
            "  (import \"m\" \"o\" (memory 1 2 shared))\n"
            "  (export \"a\" (func $f))\n  (export \"b\" (func $f))\n  (export \"c\" (memory 0))");
  EXPECT_EQ(
      reprinted("(type $t (func)) (import \"\" \"\" (func (exact (type $t)))) (tag (import \"m\" \"t\") (param i32))"),
      "(type $t (func))\n  (type (func (param i32)))\n"
      "  (import \"\" \"\" (func (exact (type $t))))\n"
      "  (import \"m\" \"t\" (tag (type 1) (param i32)))");
}

TEST(ParserTest, ImportsInGroups) {
  EXPECT_EQ(reprinted("(import \"m\" (item \"a\" (global $g i32)) (item \"b\" (global i64)))"
                      "(import \"n\" (item \"c\") (item \"d\") (global (mut f32)))"),
            "(import \"m\" \"a\" (global $g i32))\n  (import \"m\" \"b\" (global i64))\n"
            "  (import \"n\" \"c\" (global (mut f32)))\n  (import \"n\" \"d\" (global (mut f32)))");
}

TEST(ParserTest, TablesMemoriesAndTheirContents) {
  EXPECT_EQ(reprinted("(func $f) (table $t funcref (elem $f 0))"),
            "(type (func))\n  (table $t 2 2 funcref)\n  (elem (i32.const 0) func $f $f)\n  (func $f (type 0))");
  EXPECT_EQ(reprinted("(func $f) (table i64 (ref null func) (elem (ref.func $f) (item ref.null func)))"),
            "(type (func))\n  (table i64 2 2 funcref)\n"
            "  (elem (i64.const 0) funcref (ref.func $f) (ref.null func))\n  (func $f (type 0))");
  EXPECT_EQ(reprinted("(table 1 (ref i31) (ref.i31 (i32.const 7)))"), "(table 1 (ref i31) i32.const 7 ref.i31)");
  EXPECT_EQ(reprinted("(memory (data \"ab\" \"\\00\"))"), "(memory 1 1)\n  (data (i32.const 0) \"ab\\00\")");
  EXPECT_EQ(reprinted("(memory i64 (pagesize 1) (data \"abc\"))"),
            "(memory i64 3 3 (pagesize 1))\n  (data (i64.const 0) \"abc\")");
  EXPECT_EQ(reprinted("(memory 0 (pagesize 65536))"), "(memory 0)");
}

TEST(ParserTest, Segments) {
  EXPECT_EQ(reprinted("(table $t 1 funcref) (table $u 1 funcref) (func $f)"
                      "(elem $e (table $u) (offset i32.const 0) func $f) (elem declare func 0) (elem funcref)"
                      "(elem (i32.const 0) $f) (elem func)"),
            "(type (func))\n  (table $t 1 funcref)\n  (table $u 1 funcref)\n"
            "  (elem $e (table $u) (i32.const 0) func $f)\n  (elem declare func $f)\n  (elem funcref)\n"
            "  (elem (i32.const 0) func $f)\n  (elem func)\n  (func $f (type 0))");
  EXPECT_EQ(reprinted("(memory $m 1) (data $d (memory $m) (i32.const 1) \"x\") (data \"later\")"),
            "(memory $m 1)\n  (data $d (i32.const 1) \"x\")\n  (data \"later\")");
}

TEST(ParserTest, FoldedInstructionsComeInTheOrderOfExecution) {
  const std::string plain = R"(
    (func $f (param $x i32) (result i32)
      local.get $x
      if $l (result i32)
        i32.const 1
        br $l
      else
        local.get $x
        i32.const 2
        i32.add
      end))";
  const std::string folded = R"(
    (func $f (param $x i32) (result i32)
      (if $l (result i32) (local.get $x)
        (then (br $l (i32.const 1)))
        (else (i32.add (local.get $x) (i32.const 2))))))";
  ASSERT_EQ(parse(plain).failure, "");
  EXPECT_EQ(parse(plain).parsed.bytes, parse(folded).parsed.bytes);
}

TEST(ParserTest, ExceptionsOfBothKinds) {
  EXPECT_EQ(parse("(tag $e) (func (try $t (do nop) (catch $e (rethrow $t)) (catch_all (br $t))))").parsed.bytes,
            parse("(tag $e) (func try $t nop catch $e rethrow 0 catch_all br 0 end)").parsed.bytes);
  EXPECT_EQ(parse("(func (block $b (try (do nop) (delegate $b))))").parsed.bytes,
            parse("(func block $b try nop delegate $b end)").parsed.bytes);
  EXPECT_EQ(reprinted("(tag $e) (func (block $b (try_table $t (catch $e $b) (catch_all_ref 1) (br $t))))"),
            "(type (func))\n  (tag $e (type 0))\n  (func (type 0)\n    block $b\n"
            "      try_table $t (catch $e $b) (catch_all_ref 1)\n        br $t\n      end\n    end)");
}

TEST(ParserTest, LabelsHideEachOther) {
  const Parsed parsed = parse("(func block $l block $l br $l br 1 end br $l end)");
  ASSERT_EQ(parsed.failure, "");
  EXPECT_EQ(parsed.parsed.bytes, parse("(func block $l block $l br 0 br 1 end br 0 end)").parsed.bytes);
  expect_round_trip(parsed.module, "labels");
}

TEST(ParserTest, MemoryArguments) {
  EXPECT_EQ(parse("(memory 1) (func (drop (i32.load offset=0x10 align=2 (i32.const 0))))").parsed.bytes,
            parse("(memory 1) (func i32.const 0 i32.load 0 offset=16 align=2 drop)").parsed.bytes);
  const std::string_view lanes = "(memory 1) (memory $b 1) (func (param v128) (drop (v128.load8_lane ";
  const std::string operands = " (i32.const 0) (local.get 0))))";
  for (const auto& [written, index] :
       {std::pair("3", 0u), std::pair("1 3", 1u), std::pair("$b 3", 1u), std::pair("1 offset=0 3", 1u)}) {
    const Parsed parsed = parse(std::string(lanes) + written + operands);
    ASSERT_EQ(parsed.failure, "") << written;
    binary::InstructionReader reader(parsed.module.bytes, parsed.module.funcs[0].code);
    binary::Instruction instruction;
    while (*reader.next(instruction) && instruction.op != wasm::Op::V128Load8Lane) continue;
    EXPECT_EQ(instruction.memarg.memory, index) << written;
    EXPECT_EQ(instruction.lane, 3) << written;
  }
}

TEST(ParserTest, AnnotationsBecomeSections) {
  const Parsed parsed = parse(R"(
    (module (@name "whole")
      (@custom "last" "z")
      (@custom "early" (before type) "a" "b")
      (@custom "mid" (after func))
      (@unknown (anything ,;) "goes")
      (func $f (@name "other name") (param $c (@name "c name") i32)
        (if (local.get $c) (then))
        (@metadata.code.branch_hint "\00")
        (if (local.get $c) (then))))
  )");
  ASSERT_EQ(parsed.failure, "");
  std::string order;
  for (const wasm::Section& section : parsed.module.sections)
    order +=
        (section.id == wasm::SectionId::Custom ? std::string(section.name) : std::string(name_of(section.id))) + " ";
  EXPECT_EQ(order, "early type function mid metadata.code.branch_hint code name last ");
  EXPECT_EQ(parsed.module.names.module, "whole");
  EXPECT_EQ(parsed.module.names.funcs.find(0), "other name");
  EXPECT_EQ(parsed.module.names.locals.find(0, 0), "c name");
  expect_round_trip(parsed.module, "annotations");
}

TEST(ParserTest, ErrorsNameTheirPlace) {
  const std::pair<const char*, const char*> kCases[] = {
      {"(module\n  (func\n    i32.ad))", "malformed at 3:5: unknown operator: i32.ad"},
      {"(func) (func (import \"\" \"\"))", "malformed at 1:14: import after definition: func"},
      {"(func $a) (func $a)", "malformed at 1:17: duplicate func: $a"},
      {"(func (param $a i32) (local $a i32))", "malformed at 1:29: duplicate local: $a"},
      {"(type (struct (field $x i32) (field $x i32)))", "malformed at 1:37: duplicate field: x"},
      {"(func call $g)", "malformed at 1:12: unknown function: $g"},
      {"(func local.get $g)", "malformed at 1:17: unknown local: $g"},
      {"(func br $g)", "malformed at 1:10: unknown label: $g"},
      {"(func block $a end $b)", "malformed at 1:20: mismatching label: $b"},
      {"(func i32.const 0x1_0000_0000)", "malformed at 1:17: constant out of range"},
      {"(func i32.const 1.5)", "malformed at 1:17: unexpected token: expected an integer, found `1.5`"},
      {"(func i32.const 0x)", "malformed at 1:17: unknown operator: 0x"},
      {"(memory 1) (func i32.load align=3)", "malformed at 1:27: alignment must be a power of two"},
      {"(func v128.const i32x4 1 2 3)", "malformed at 1:29: invalid lane length: i32x4"},
      {"(type $t (func)) (func (type $t) (param i32))",
       "malformed at 1:24: inline function type: written as (i32) -> (), type 0 is () -> ()"},
      {"(func) (start 0) (start 0)", "malformed at 1:18: multiple start sections"},
      {"(func (block)", "malformed at 1:14: unexpected token: expected `)`, found the end of the text"},
      {"(func end)", "malformed at 1:7: unexpected token: expected an instruction that may stand here, found `end`"},
      {"(func block)", "malformed at 1:12: unexpected token: expected `end`, found `)`"},
      {"(func (if (i32.const 0)))", "malformed at 1:24: unexpected token: expected `(then`, found `)`"},
      {"(func (then))", "malformed at 1:8: unknown operator: then"},
      {"(func (i32.add nop))", "malformed at 1:16: unexpected token: expected `(` or `)`, found `nop`"},
      {"(import \"m\" (item \"n\") (func $f))", "malformed at 1:30: identifier not allowed"},
      {"(memory 0 (pagesize 3))", "malformed at 1:21: invalid custom page size: 3"},
      {"(func (@custom \"x\"))", "malformed at 1:7: misplaced annotation: custom"},
      {"(@custom x)", "malformed at 1:1: malformed annotation: custom: missing section name"},
      {"(@custom \"x\" (beside type))", "malformed at 1:15: malformed annotation: custom: malformed placement"},
      {"(func (@metadata.code.branch_hint \"\\01\") nop)",
       "invalid at 1:7: branch hint on something that is no branch"},
      {"(module (@name \"a\") (@name \"b\"))", "malformed at 1:21: duplicate annotation: name"},
      {"(module) x", "malformed at 1:10: unexpected token: expected the end of the module, found `x`"},
      {"(type (func", "malformed at 1:12: unexpected token: expected `)`, found the end of the text"},
      {"(import \"\\ff\" \"\" (func))", "malformed at 1:9: malformed UTF-8 encoding"},
      {"(", "malformed at 1:2: unexpected token: expected a field of a module, found the end of the text"},
  };
  for (const auto& [source, expected] : kCases) EXPECT_EQ(parse(source).failure, expected) << source;
}

TEST(ParserTest, LimitsAre32BitWideWithoutMemory64) {
  wasm::Features features = everything();
  EXPECT_TRUE(parse_module("(memory 0x1_0000_0000)", features));
  features.set(wasm::Feature::Memory64, false);
  EXPECT_FALSE(parse_module("(memory 0x1_0000_0000)", features));
}

TEST(ParserTest, NestsWithoutRecursion) {
  constexpr int kDepth = 1'000'000;
  std::string plain = "(func ", folded = "(func ", operands = "(func ";
  for (int i = 0; i < kDepth; ++i) {
    plain += "block $l ";
    folded += "(block ";
    operands += "(drop ";
  }
  for (int i = 0; i < kDepth; ++i) {
    plain += "end ";
    folded += ')';
    operands += ')';
  }
  for (std::string* text : {&plain, &folded, &operands})
    EXPECT_TRUE(parse_module(*text + ")", everything()).has_value());
  std::string open(kDepth, '(');
  EXPECT_FALSE(parse_module(open, everything()));
  EXPECT_FALSE(parse_module("(func " + open, everything()));
}

TEST(ParserTest, SourceMapLeadsFromCodeToText) {
  const std::string source =
      "(module\n  (global i32 (i32.const 1))\n  (func\n    nop\n    (drop\n      (i32.const 2))))";
  const Parsed parsed = parse(source);
  ASSERT_EQ(parsed.failure, "");
  const auto line_of = [&](uint64_t offset) {
    const SourceMap::Entry* entry = parsed.parsed.source_map.find(offset);
    return entry == nullptr ? 0 : place_at(source, entry->text).line;
  };
  EXPECT_EQ(line_of(0), 0u);
  EXPECT_EQ(line_of(parsed.module.globals[0].init.range.begin), 2u);
  const uint64_t code = parsed.module.funcs[0].code.begin;
  EXPECT_EQ(line_of(code), 4u);
  EXPECT_EQ(line_of(code + 1), 6u);   // the operand comes first
  EXPECT_EQ(line_of(code + 3), 5u);
}

TEST(ModuleFileTest, TellsTextFromBinary) {
  const auto bytes = [](std::string_view text) { return std::vector<uint8_t>(text.begin(), text.end()); };
  EXPECT_TRUE(is_text(bytes(" \n(module)")));
  EXPECT_TRUE(is_text(bytes(";; c")));
  EXPECT_FALSE(is_text(bytes("")));
  EXPECT_FALSE(is_text(bytes("hello (module)")));
  EXPECT_FALSE(is_text(bytes(std::string_view("\0asm", 4))));
  EXPECT_FALSE(is_text(bytes("; c")));
  const ModuleFile file = to_module_file(bytes("(func (result i32) i64.const 1)"), everything());
  ASSERT_TRUE(file.is_text());
  ASSERT_FALSE(file.error);
  const auto module = binary::decode(file.bytes, everything());
  const Error error = file.locate(error_at(ErrorCode::TypeMismatch, module->funcs[0].code));
  EXPECT_EQ(error.line, 1u);
  EXPECT_EQ(error.column, 20u);
}

TEST(RoundTrip, EveryModuleOfTheRepository) {
  size_t count = 0;
  for (const char* folder : {"assets", "tests/fixtures", "tests/bench"})
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      if (entry.path().extension() != ".wasm") continue;
      std::ifstream stream(entry.path(), std::ios::binary);
      const std::vector<uint8_t> bytes{std::istreambuf_iterator<char>(stream), {}};
      const auto module = binary::decode(bytes, everything());
      if (!module) continue;
      expect_round_trip(*module, entry.path().string());
      ++count;
    }
  EXPECT_GT(count, 10u);
}

}  // namespace
}  // namespace wasmscope::text
