// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "engine/binary/decoder.h"
#include "tests/support/module_builder.h"

namespace wasmscope::binary {
namespace {

using test::ByteWriter;
using test::ModuleBuilder;

std::vector<uint8_t> with_names(const ByteWriter& contents) {
  ModuleBuilder builder;
  builder.custom("name", contents.bytes);
  return builder.bytes();
}
wasm::Module decode_module(const std::vector<uint8_t>& bytes) {
  auto module = decode(bytes, wasm::Features());
  EXPECT_TRUE(module);
  return module ? std::move(*module) : wasm::Module();
}
std::vector<uint8_t> name_map(std::initializer_list<std::pair<uint32_t, std::string_view>> names) {
  ByteWriter out;
  out.leb(names.size());
  for (const auto& [index, name] : names) out.leb(index).name(name);
  return out.bytes;
}

TEST(NameSection, ReadsEverySubsection) {
  ByteWriter names;
  names.section(0, ByteWriter().name("the module").bytes);
  names.section(1, name_map({{0, "zero"}, {7, "seven"}}));
  names.section(2, ByteWriter().leb(1).leb(7).raw(name_map({{0, "x"}, {2, "y"}})).bytes);
  names.section(3, ByteWriter().leb(1).leb(7).raw(name_map({{0, "outer"}})).bytes);
  for (uint8_t id = 4; id <= 9; ++id) names.section(id, name_map({{id, "named"}}));
  names.section(10, ByteWriter().leb(1).leb(3).raw(name_map({{1, "field"}})).bytes);
  names.section(11, name_map({{1, "tag"}}));
  const std::vector<uint8_t> bytes = with_names(names);
  const wasm::Module module = decode_module(bytes);
  EXPECT_TRUE(module.warnings.empty());
  EXPECT_EQ(module.names.module, "the module");
  EXPECT_EQ(module.names.funcs.find(7), "seven");
  EXPECT_EQ(module.names.locals.find(7, 2), "y");
  EXPECT_EQ(module.names.labels.find(7, 0), "outer");
  EXPECT_EQ(module.names.types.find(4), "named");
  EXPECT_EQ(module.names.tables.find(5), "named");
  EXPECT_EQ(module.names.memories.find(6), "named");
  EXPECT_EQ(module.names.globals.find(7), "named");
  EXPECT_EQ(module.names.elems.find(8), "named");
  EXPECT_EQ(module.names.datas.find(9), "named");
  EXPECT_EQ(module.names.fields.find(3, 1), "field");
  EXPECT_EQ(module.names.tags.find(1), "tag");
}

TEST(NameSection, BrokenPartsAreWarnings) {
  ByteWriter names;
  names.section(1, ByteWriter().leb(3).leb(0).name("kept").leb(1).name("\xFF").bytes);
  names.section(4, name_map({{0, "later"}}));
  names.u8(5).leb(100);
  const std::vector<uint8_t> bytes = with_names(names);
  const wasm::Module module = decode_module(bytes);
  EXPECT_EQ(module.warnings.size(), 2u);
  EXPECT_EQ(module.names.funcs.find(0), "kept");
  EXPECT_EQ(module.names.types.find(0), "later");
}

TEST(NameSection, SortsItsEntries) {
  ByteWriter names;
  names.section(1, name_map({{5, "five"}, {2, "two"}}));
  const std::vector<uint8_t> bytes = with_names(names);
  const wasm::Module module = decode_module(bytes);
  EXPECT_EQ(module.names.funcs.find(2), "two");
  EXPECT_EQ(module.names.funcs.find(5), "five");
  ByteWriter twice;
  twice.section(1, name_map({{5, "five"}, {5, "again"}}));
  const std::vector<uint8_t> twice_bytes = with_names(twice);
  EXPECT_EQ(decode_module(twice_bytes).warnings.size(), 1u);
}

TEST(NameSection, ClaimsAreNotBelieved) {
  ByteWriter names;
  names.section(1, ByteWriter().leb(UINT32_MAX).bytes);
  names.section(2, ByteWriter().leb(1).leb(0).leb(UINT32_MAX).bytes);
  const std::vector<uint8_t> bytes = with_names(names);
  EXPECT_EQ(decode_module(bytes).warnings.size(), 2u);
}

TEST(Producers, AreRead) {
  ModuleBuilder builder;
  builder.custom("producers",
                 ByteWriter().leb(1).name("language").leb(2).name("C11").name("").name("Rust").name("2021").bytes);
  const std::vector<uint8_t> bytes = builder.bytes();
  const wasm::Module module = decode_module(bytes);
  ASSERT_EQ(module.producers.size(), 1u);
  EXPECT_EQ(module.producers[0].name, "language");
  EXPECT_EQ(module.producers[0].values[1].version, "2021");
  ModuleBuilder broken;
  broken.custom("producers", {9});
  const std::vector<uint8_t> broken_bytes = broken.bytes();
  EXPECT_EQ(decode_module(broken_bytes).warnings.size(), 1u);
}

}  // namespace
}  // namespace wasmscope::binary
