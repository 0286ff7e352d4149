// SPDX-License-Identifier: Apache-2.0
#include "engine/binary/decoder.h"

#include <gtest/gtest.h>

#include "engine/base/file.h"
#include "tests/support/module_builder.h"

namespace wasmscope::binary {
namespace {

using test::ByteWriter;
using test::code;
using test::ModuleBuilder;
using wasm::ExternKind;
using wasm::Op;

std::vector<uint8_t> with_section(uint8_t id, const std::vector<uint8_t>& contents) {
  return ByteWriter().header().section(id, contents).bytes;
}

ErrorCode error_of(const std::vector<uint8_t>& bytes, std::string_view features = "") {
  const auto module = decode(bytes, *wasm::parse_features(features));
  EXPECT_FALSE(module) << "decodes";
  return module ? ErrorCode::NoModule : module.error().code;
}

TEST(Decoder, KeepsEverythingWithItsPlace) {
  ModuleBuilder builder;
  builder.import_func("env", "print", "i_");
  builder.import_item("env", "memory", ExternKind::Memory, {0x01, 0x01, 0x10});
  const uint32_t add = builder.func("ii_i", code().local_get(0).local_get(1).op(Op::I32Add), "llv");
  builder.table(3);
  builder.global('i', wasm::Mutability::Var, code().i32(42));
  builder.tag("i_");
  builder.export_item("add", ExternKind::Func, add);
  builder.start(0);
  builder.elem(code().i32(1), {add, 0});
  builder.data(code().i32(8), "hello");
  builder.passive_data("x");
  const std::vector<uint8_t> bytes = builder.bytes();
  const auto decoded = decode(bytes, wasm::Features());
  ASSERT_TRUE(decoded) << to_report(decoded.error(), bytes, nullptr);
  const wasm::Module& module = *decoded;

  ASSERT_EQ(module.types.size(), 2u);
  EXPECT_EQ(to_text(module.types[1].composite), "(i32, i32) -> (i32)");
  ASSERT_EQ(module.imports.size(), 2u);
  EXPECT_EQ(module.imports[0].name, "print");
  EXPECT_EQ(module.imports[1].kind, ExternKind::Memory);
  EXPECT_EQ(module.memories[0].type.limits.max, 16u);
  EXPECT_EQ(module.memories[0].import, 1u);

  ASSERT_EQ(module.funcs.size(), 2u);
  EXPECT_EQ(module.imported_funcs, 1u);
  EXPECT_TRUE(module.is_imported(0));
  const wasm::Func& func = module.funcs[add];
  EXPECT_EQ(bytes[func.code.begin], 0x20);
  EXPECT_EQ(bytes[func.code.end - 1], 0x0B);
  EXPECT_EQ(func.body.end, func.code.end);
  EXPECT_EQ(module.func_at(func.code.begin), add);
  const auto runs = local_runs(module, add);
  ASSERT_EQ(runs.size(), 2u);
  EXPECT_EQ(runs[0].count, 2u);
  EXPECT_EQ(runs[1].type, wasm::kV128);

  EXPECT_EQ(module.tables[0].type.limits.min, 3u);
  EXPECT_EQ(module.globals[0].init.range.size(), 3u);
  EXPECT_EQ(module.tags[0].type.type, 0u);
  EXPECT_EQ(module.find_export("add")->index, add);
  EXPECT_EQ(module.start, 0u);
  EXPECT_EQ(bytes[module.start_offset], 0);
  EXPECT_EQ(module.elems[0].funcs, (std::vector<uint32_t>{add, 0}));
  ASSERT_EQ(module.datas.size(), 2u);
  EXPECT_EQ(module.data_count, 2u);
  EXPECT_EQ(bytes[module.datas[0].bytes.begin], 'h');
  EXPECT_EQ(module.datas[1].mode, wasm::SegmentMode::Passive);
  for (const wasm::Section& section : module.sections) {
    EXPECT_EQ(module.section_at(section.range.begin), &section);
    EXPECT_EQ(section.range.end, section.payload.end);
  }
}

TEST(Decoder, ReadsTheSamples) {
  for (const char* path :
       {"tests/fixtures/json/json.wasm", "tests/fixtures/sort/sort.wasm", "tests/fixtures/hello/hello.wasm"}) {
    const auto file = read_file(path);
    ASSERT_TRUE(file) << path;
    const auto module = decode(*file, wasm::Features());
    ASSERT_TRUE(module) << to_report(module.error(), *file, nullptr);
    EXPECT_GT(module->funcs.size(), 1u);
    EXPECT_TRUE(module->warnings.empty());
  }
}

TEST(Decoder, RefusesWhatIsNotAModule) {
  EXPECT_EQ(error_of({}), ErrorCode::EmptyFile);
  EXPECT_EQ(error_of({'M', 'Z'}), ErrorCode::BadMagic);
  EXPECT_EQ(error_of({0x00, 0x61, 0x73}), ErrorCode::UnexpectedEnd);
  EXPECT_EQ(error_of({0x00, 0x61, 0x73, 0x6D, 0x01, 0x00}), ErrorCode::UnexpectedEnd);
  EXPECT_EQ(error_of({0x00, 0x61, 0x73, 0x6D, 0x02, 0x00, 0x00, 0x00}), ErrorCode::BadVersion);
  EXPECT_EQ(error_of({0x00, 0x61, 0x73, 0x6D, 0x0D, 0x00, 0x01, 0x00}), ErrorCode::IsComponent);
}

TEST(Decoder, ChecksTheFrameOfSections) {
  EXPECT_EQ(error_of(with_section(14, {0})), ErrorCode::UnknownSection);
  EXPECT_EQ(error_of(ByteWriter().header().u8(1).leb(5).u8(0).bytes), ErrorCode::UnexpectedEnd);
  EXPECT_EQ(error_of(with_section(1, {0, 0})), ErrorCode::SectionSize);
  EXPECT_EQ(error_of(with_section(1, {1})), ErrorCode::UnexpectedEnd);
  EXPECT_EQ(error_of(ByteWriter().header().section(3, {0}).section(1, {0}).bytes), ErrorCode::SectionOrder);
  EXPECT_EQ(error_of(ByteWriter().header().section(1, {0}).section(1, {0}).bytes), ErrorCode::SectionOrder);
  EXPECT_EQ(error_of(ByteWriter().header().section(0, {1, 0xFF}).bytes), ErrorCode::BadUtf8);
  // Tags stand between memories and globals, data counts before code.
  EXPECT_TRUE(decode(
      ByteWriter().header().section(5, {0}).section(13, {0}).section(6, {0}).section(12, {0}).section(10, {0}).bytes,
      wasm::Features()));
}

TEST(Decoder, ComparesCountsAcrossSections) {
  EXPECT_EQ(error_of(ByteWriter().header().section(1, {1, 0x60, 0, 0}).section(3, {1, 0}).bytes),
            ErrorCode::FuncCodeMismatch);
  EXPECT_EQ(error_of(with_section(10, {1, 2, 0, 0x0B})), ErrorCode::FuncCodeMismatch);
  EXPECT_EQ(error_of(with_section(12, {1})), ErrorCode::DataCountMismatch);
  EXPECT_EQ(error_of(ByteWriter().header().section(12, {0}).section(11, {1, 1, 0}).bytes),
            ErrorCode::DataCountMismatch);
}

TEST(Decoder, ChecksBodies) {
  const auto with_body = [](const std::vector<uint8_t>& body) {
    ModuleBuilder builder;
    builder.raw_func(builder.type("_"), body);
    return builder.bytes();
  };
  EXPECT_EQ(error_of(with_body({0})), ErrorCode::EndExpected);
  EXPECT_EQ(error_of(with_body({0, 0x01})), ErrorCode::EndExpected);
  EXPECT_EQ(error_of(with_body({1, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0x7F, 0x0B})), ErrorCode::TooManyLocals);
  EXPECT_EQ(error_of(with_body({2, 0xD0, 0x86, 0x03, 0x7F, 0x01, 0x7F, 0x0B})), ErrorCode::TooManyLocals);  // 50 001
  EXPECT_TRUE(decode(with_body({1, 0xD0, 0x86, 0x03, 0x7F, 0x0B}), wasm::Features()));  // 50 000
  EXPECT_EQ(error_of(with_body({1, 1, 0x20, 0x0B})), ErrorCode::BadType);
  EXPECT_EQ(error_of(with_body({5, 0x0B})), ErrorCode::UnexpectedEnd);
}

TEST(Decoder, ChecksItems) {
  EXPECT_EQ(error_of(with_section(1, {1, 0x61})), ErrorCode::BadType);
  EXPECT_EQ(error_of(with_section(2, {1, 0, 0, 5})), ErrorCode::BadImportKind);
  EXPECT_EQ(error_of(with_section(4, {1, 0x7F, 0, 0})), ErrorCode::BadType);
  EXPECT_EQ(error_of(with_section(4, {1, 0x70, 8, 0})), ErrorCode::BadLimits);
  EXPECT_EQ(error_of(with_section(5, {1, 0x10, 0})), ErrorCode::BadLimits);
  EXPECT_EQ(error_of(with_section(6, {1, 0x7F, 2, 0x41, 0, 0x0B})), ErrorCode::BadMutability);
  EXPECT_EQ(error_of(with_section(6, {1, 0x7F, 0, 0x41, 0})), ErrorCode::UnexpectedEnd);
  EXPECT_EQ(error_of(with_section(6, {1, 0x7F, 0, 0xFF, 0x0B})), ErrorCode::BadOpcode);
  EXPECT_EQ(error_of(with_section(7, {1, 0, 5, 0})), ErrorCode::BadExportKind);
  EXPECT_EQ(error_of(with_section(9, {1, 8})), ErrorCode::BadSegmentFlags);
  EXPECT_EQ(error_of(with_section(9, {1, 1, 1, 0})), ErrorCode::BadType);
  EXPECT_EQ(error_of(with_section(11, {1, 3})), ErrorCode::BadSegmentFlags);
  EXPECT_EQ(error_of(with_section(13, {1, 1, 0})), ErrorCode::ZeroByteExpected);
  EXPECT_EQ(error_of(with_section(8, {0x80, 0x80, 0x80, 0x80, 0x80, 0x00})), ErrorCode::LebTooLong);
  EXPECT_EQ(error_of(with_section(8, {0xFF, 0xFF, 0xFF, 0xFF, 0x7F})), ErrorCode::LebTooLarge);
}

TEST(Decoder, ReadsEveryKindOfElementSegment) {
  const std::vector<uint8_t> bytes =
      with_section(9, {8,    0,    0x41, 0, 0x0B, 1,    0, 1,    0,    1,    0,    2,    3,    0x41, 0,    0x0B, 0,
                       1,    0,    3,    0, 1,    0,    4, 0x41, 0,    0x0B, 1,    0xD2, 0,    0x0B, 5,    0x6F, 1,
                       0xD0, 0x6F, 0x0B, 6, 3,    0x41, 0, 0x0B, 0x70, 1,    0xD2, 0,    0x0B, 7,    0x70, 0});
  const auto module = decode(bytes, wasm::Features());
  ASSERT_TRUE(module) << to_report(module.error(), bytes, nullptr);
  using enum wasm::SegmentMode;
  const wasm::SegmentMode modes[] = {Active, Passive, Active, Declarative, Active, Passive, Active, Declarative};
  for (size_t i = 0; i < 8; ++i) {
    EXPECT_EQ(module->elems[i].mode, modes[i]) << i;
    EXPECT_EQ(module->elems[i].funcs.size(), i < 4 ? 1u : 0u) << i;
    EXPECT_EQ(module->elems[i].exprs.size(), i < 4 || i == 7 ? 0u : 1u) << i;
    EXPECT_EQ(module->elems[i].table, i == 2 || i == 6 ? 3u : 0u) << i;
  }
  EXPECT_EQ(module->elems[5].type, wasm::kExternRef);
}

TEST(Decoder, ReadsRecursionGroups) {
  const std::vector<uint8_t> bytes = with_section(
      1, {2, 0x4E, 2, 0x50, 0, 0x5F, 1, 0x63, 1, 1, 0x4F, 1, 0, 0x5F, 2, 0x63, 1, 1, 0x78, 0, 0x5E, 0x77, 1});
  const auto module = decode(bytes, wasm::Features());
  ASSERT_TRUE(module) << to_report(module.error(), bytes, nullptr);
  ASSERT_EQ(module->types.size(), 3u);
  EXPECT_FALSE(module->types[0].is_final);
  EXPECT_TRUE(module->types[1].is_final);
  EXPECT_EQ(module->types[1].supertypes, std::vector<uint32_t>{0});
  EXPECT_EQ(module->types[1].rec_begin, 0u);
  EXPECT_EQ(module->types[1].rec_size, 2u);
  EXPECT_EQ(module->types[2].rec_group, 1u);
  EXPECT_EQ(to_text(module->types[1].composite), "struct {(mut (ref null $1)), i8}");
  EXPECT_EQ(to_text(module->types[2].composite), "array (mut i16)");
  EXPECT_EQ(error_of(bytes, "-gc"), ErrorCode::FeatureDisabled);
}

TEST(Decoder, ReadsLimitsOfEveryKind) {
  const auto module =
      decode(with_section(5, {3, 0x04, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01, 0x03, 1, 2, 0x00, 0}), wasm::Features());
  ASSERT_TRUE(module);
  EXPECT_TRUE(module->memories[0].type.limits.is64);
  EXPECT_EQ(module->memories[0].type.limits.min, uint64_t{1} << 35);
  EXPECT_TRUE(module->memories[1].type.limits.shared);
  EXPECT_EQ(error_of(with_section(5, {1, 0x04, 0}), "-memory64"), ErrorCode::FeatureDisabled);
  EXPECT_EQ(error_of(with_section(5, {1, 0x08, 0, 0})), ErrorCode::FeatureDisabled);
  const auto small_pages = decode(with_section(5, {1, 0x08, 1, 0}), *wasm::parse_features("custom-page-sizes"));
  ASSERT_TRUE(small_pages);
  EXPECT_EQ(small_pages->memories[0].type.page_size_log2, 0u);
}

TEST(Decoder, ReadsCompactImports) {
  const std::vector<uint8_t> bytes = with_section(
      2, {2, 1, 'm', 0, 0x7F, 2, 1, 'a', 3, 0x7F, 0, 1, 'b', 2, 0, 1, 1, 'n', 0, 0x7E, 3, 0x7E, 1, 2, 1, 'c', 1, 'd'});
  EXPECT_EQ(error_of(bytes), ErrorCode::BadImportKind);
  const auto module = decode(bytes, *wasm::parse_features("compact-imports"));
  ASSERT_TRUE(module) << to_report(module.error(), bytes, nullptr);
  ASSERT_EQ(module->imports.size(), 4u);
  EXPECT_EQ(module->imports[1].module, "m");
  EXPECT_EQ(module->imports[1].kind, ExternKind::Memory);
  EXPECT_EQ(module->imports[3].name, "d");
  EXPECT_EQ(module->globals[2].type.type, wasm::kI64);
}

TEST(Decoder, KeepsWhatCameBeforeTheError) {
  ModuleBuilder builder;
  builder.func("_i", code().i32(1));
  builder.memory(1);
  std::vector<uint8_t> bytes = builder.bytes();
  bytes.pop_back();
  const DecodeOutcome outcome = decode_partial(bytes, wasm::Features());
  ASSERT_TRUE(outcome.error);
  EXPECT_EQ(outcome.error->code, ErrorCode::UnexpectedEnd);
  EXPECT_EQ(outcome.module.types.size(), 1u);
  EXPECT_EQ(outcome.module.memories.size(), 1u);
  EXPECT_EQ(outcome.module.sections.size(), 3u);
}

TEST(Decoder, ErrorsInBodiesNameTheFunction) {
  ModuleBuilder builder;
  builder.import_func("m", "f", "_");
  builder.func("_", code());
  builder.raw_func(0, {1, 1});
  const auto module = decode(builder.bytes(), wasm::Features());
  ASSERT_FALSE(module);
  EXPECT_EQ(module.error().func, 2u);
}

}  // namespace
}  // namespace wasmscope::binary
