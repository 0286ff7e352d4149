// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/linker.h"

#include <gtest/gtest.h>

#include "engine/binary/decoder.h"
#include "tests/support/module_builder.h"

namespace wasmscope::runtime {
namespace {

using test::code;
using test::ModuleBuilder;
using wasm::ExternKind;
using wasm::Mutability;
using wasm::Op;

std::shared_ptr<const wasm::Module> decode(const ModuleBuilder& builder) {
  auto bytes = std::make_shared<const std::vector<uint8_t>>(builder.bytes());
  auto module = binary::decode(*bytes, wasm::Features());
  if (!module) ADD_FAILURE() << to_line(module.error(), nullptr);
  module->owned = std::move(bytes);
  return std::make_shared<const wasm::Module>(std::move(*module));
}

std::vector<uint8_t> limits(uint8_t flags, uint64_t min) { return test::ByteWriter().u8(flags).leb(min).bytes; }
std::vector<uint8_t> limits(uint8_t flags, uint64_t min, uint64_t max) {
  return test::ByteWriter().u8(flags).leb(min).leb(max).bytes;
}
std::vector<uint8_t> table(const std::vector<uint8_t>& limits) { return test::ByteWriter().u8(0x70).raw(limits).bytes; }

class LinkerTest : public testing::Test {
 protected:
  // What `linker` holds under "m" is offered to a module with this one import: "ok" or the error.
  std::string import(ExternKind kind, const std::vector<uint8_t>& description, std::string_view name,
                     std::string_view type = {}) {
    ModuleBuilder builder;
    if (!type.empty()) builder.type(type);
    builder.import_item("m", name, kind, description);
    return link(builder);
  }
  std::string link(const ModuleBuilder& builder, MissingImports missing = MissingImports::Refuse) {
    auto outcome = instantiate(linker_, decode(builder), missing);
    if (!outcome) return std::string(text_of(outcome.error().code)) + ": " + outcome.error().detail;
    outcome_ = std::move(*outcome);
    return "ok";
  }
  const Instance& instance() const { return *outcome_.result.instance; }

  Store store_;
  Linker linker_{store_};
  InstantiateOutcome outcome_;
};

TEST_F(LinkerTest, InstancesShareTheirItems) {
  ModuleBuilder exporter;
  exporter.export_item("f", ExternKind::Func, exporter.func("i_i", code().local_get(0)));
  exporter.export_item("t", ExternKind::Table, exporter.table(2));
  exporter.export_item("mem", ExternKind::Memory, exporter.memory(1, 4));
  exporter.export_item("g", ExternKind::Global, exporter.global('l', Mutability::Var, code().i64(7)));
  exporter.export_item("e", ExternKind::Tag, exporter.tag("d_"));
  ASSERT_EQ(link(exporter), "ok");
  const Instance& first = instance();
  linker_.define_instance("m", first);

  ModuleBuilder importer;
  importer.type("i_i");
  importer.type("d_");
  importer.import_item("m", "f", ExternKind::Func, {0});
  importer.import_item("m", "t", ExternKind::Table, table(limits(0, 1)));
  importer.import_item("m", "mem", ExternKind::Memory, limits(1, 1, 4));
  importer.import_item("m", "g", ExternKind::Global, {0x7E, 1});
  importer.import_item("m", "e", ExternKind::Tag, {0, 1});
  importer.export_item("again", ExternKind::Func, 0);
  ASSERT_EQ(link(importer), "ok");
  const Instance& second = instance();
  EXPECT_EQ(second.funcs[0], first.funcs[0]);
  EXPECT_EQ(second.funcs[0]->instance, &first);
  EXPECT_EQ(second.tables[0], first.tables[0]);
  EXPECT_EQ(second.memories[0], first.memories[0]);
  EXPECT_EQ(second.globals[0], first.globals[0]);
  EXPECT_EQ(*second.globals[0], 7u);
  EXPECT_EQ(second.tags[0], first.tags[0]);
  EXPECT_EQ(std::get<Func*>(*find_export(store_, second, "again")), first.funcs[0]);
  EXPECT_FALSE(find_export(store_, second, "f"));
}

TEST_F(LinkerTest, SaysWhatIsWantedAndWhatThereIs) {
  linker_.define(std::make_shared<HostFunc>(HostFunc{"m", "log", {{wasm::kI32}, {}}, [](HostCall&) {}}));
  EXPECT_EQ(import(ExternKind::Func, {0}, "log", "i_"), "ok");
  EXPECT_EQ(import(ExternKind::Func, {0}, "log", "l_"),
            "incompatible import type: m.log: the module wants func (i64) -> (), there is func (i32) -> ()");
  EXPECT_EQ(import(ExternKind::Memory, limits(1, 1, 2), "log"),
            "incompatible import type: m.log: the module wants memory 1..2, there is func (i32) -> ()");
  EXPECT_EQ(import(ExternKind::Func, {0}, "lag", "i_"),
            "unknown import: m.lag: the module wants func (i32) -> (), there is nothing of that name in the module");
  ModuleBuilder builder;
  builder.import_func("n", "log", "i_");
  EXPECT_EQ(link(builder), "unknown import: n.log: the module wants func (i32) -> (), there is no module of that name");
  EXPECT_EQ(link(builder, MissingImports::Make), "ok");
  EXPECT_TRUE(instance().funcs[0]->missing);
  ASSERT_EQ(outcome_.result.missing.size(), 1u);
}

TEST_F(LinkerTest, AHostFunctionIsMadeOnceAndNumberedByItsFirstImport) {
  linker_.define(std::make_shared<HostFunc>(HostFunc{"m", "f", {}, [](HostCall&) {}}));
  ModuleBuilder builder;
  builder.import_func("n", "other", "_");
  builder.import_func("m", "f", "_");
  builder.import_func("m", "f", "_");
  ASSERT_EQ(link(builder, MissingImports::Make), "ok");
  EXPECT_EQ(instance().funcs[1], instance().funcs[2]);
  EXPECT_EQ(instance().funcs[1]->index, 1u);
  EXPECT_EQ(instance().funcs[0]->index, 0u);
}

TEST_F(LinkerTest, ALinkErrorAddsNothing) {
  ModuleBuilder builder;
  builder.import_func("m", "f", "_");
  builder.func("_", code());
  builder.memory(1);
  EXPECT_NE(link(builder), "ok");
  EXPECT_TRUE(store_.instances.empty());
  EXPECT_TRUE(store_.funcs.empty());
  EXPECT_TRUE(store_.memories.empty());
}

TEST_F(LinkerTest, LimitsAreThoseOfNow) {
  Memory* const memory = *store_.add_memory({{.min = 1, .max = 3, .has_max = true}, 16});
  linker_.define("m", "memory", memory);
  EXPECT_EQ(import(ExternKind::Memory, limits(0, 1), "memory"), "ok");
  EXPECT_EQ(import(ExternKind::Memory, limits(1, 1, 3), "memory"), "ok");
  EXPECT_NE(import(ExternKind::Memory, limits(1, 1, 2), "memory"), "ok");
  EXPECT_EQ(import(ExternKind::Memory, limits(0, 2), "memory"),
            "incompatible import type: m.memory: the module wants memory 2.., there is memory 1..3");
  ASSERT_EQ(memory->grow(1), 1);
  EXPECT_EQ(import(ExternKind::Memory, limits(0, 2), "memory"), "ok");
  EXPECT_NE(import(ExternKind::Memory, limits(4, 1), "memory"), "ok") << "64-bit addresses";
  EXPECT_NE(import(ExternKind::Memory, limits(3, 1, 3), "memory"), "ok") << "shared";

  linker_.define("m", "table", *store_.add_table({{.min = 10}, wasm::kFuncRef}, 0));
  EXPECT_EQ(import(ExternKind::Table, table(limits(0, 10)), "table"), "ok");
  EXPECT_NE(import(ExternKind::Table, table(limits(0, 11)), "table"), "ok");
  EXPECT_NE(import(ExternKind::Table, table(limits(1, 10, 20)), "table"), "ok") << "it has no maximum";
  std::vector<uint8_t> extern_table = table(limits(0, 10));
  extern_table[0] = 0x6F;
  EXPECT_NE(import(ExternKind::Table, extern_table, "table"), "ok");
}

TEST_F(LinkerTest, PagesOfOneByteAreCounted) {
  Memory* const memory = *store_.add_memory({{.min = 3}, 0});
  EXPECT_EQ(memory->pages(), 3u);
  EXPECT_EQ(memory->size_bytes(), 3u);
  EXPECT_EQ(memory->grow(5), 3);
  EXPECT_EQ(memory->grow(UINT32_MAX - 7), -1) << "2^32 pages are no i32";
  EXPECT_EQ((*store_.add_memory({{.min = 0, .is64 = true}, 0}))->max_pages, uint64_t{1} << 32);
  linker_.define("m", "memory", memory);
  EXPECT_EQ(import(ExternKind::Memory, limits(0, 0), "memory"),
            "incompatible import type: m.memory: the module wants memory 0.., there is memory 8.. of 1-byte pages");
}

TEST_F(LinkerTest, MutableGlobalsMatchExactly) {
  const wasm::ValType func_index = wasm::ref_type(store_.types.canonicalise(wasm::FuncType{}), false);
  linker_.define("m", "const", *store_.add_global({func_index, Mutability::Const}, Value::zero(func_index)));
  linker_.define("m", "var", *store_.add_global({func_index, Mutability::Var}, Value::zero(func_index)));
  constexpr uint8_t kFuncRef = 0x70;
  EXPECT_EQ(import(ExternKind::Global, {kFuncRef, 0}, "const"), "ok");
  EXPECT_NE(import(ExternKind::Global, {kFuncRef, 1}, "const"), "ok");
  EXPECT_NE(import(ExternKind::Global, {kFuncRef, 1}, "var"), "ok");
  EXPECT_NE(import(ExternKind::Global, {kFuncRef, 0}, "var"), "ok");
  constexpr uint8_t kRef = 0x64;
  EXPECT_EQ(import(ExternKind::Global, {kRef, 0, 1}, "var", "_"), "ok");
}

TEST_F(LinkerTest, TagsMatchByType) {
  linker_.define("m", "e", &store_.add_tag(store_.types.canonicalise(wasm::FuncType{{wasm::kI32}, {}})));
  EXPECT_EQ(import(ExternKind::Tag, {0, 0}, "e", "i_"), "ok");
  EXPECT_EQ(import(ExternKind::Tag, {0, 0}, "e", "l_"),
            "incompatible import type: m.e: the module wants tag (i64) -> (), there is tag (i32) -> ()");
}

TEST_F(LinkerTest, SegmentsBeforeATrapStayWritten) {
  linker_.define("m", "t", *store_.add_table({{.min = 2}, wasm::kFuncRef}, 0));
  linker_.define("m", "mem", *store_.add_memory({{.min = 1}, 16}));
  ModuleBuilder builder;
  builder.import_item("m", "t", ExternKind::Table, table(limits(0, 2)));
  builder.import_item("m", "mem", ExternKind::Memory, limits(0, 1));
  const uint32_t func = builder.func("_", code());
  builder.elem(code().i32(1), {func});
  builder.data(code().i32(0), "abc");
  builder.data(code().i32(65535), "de");
  builder.data(code().i32(4), "never");
  ASSERT_EQ(link(builder), "ok");
  EXPECT_EQ(outcome_.trap, wasm::TrapCode::OutOfBoundsMemory);
  EXPECT_EQ(store_.tables[0].elements()[1], uint64_t{instance().funcs[0]->address} + 1);
  EXPECT_EQ(store_.memories[0].region.data()[0], 'a');
  EXPECT_EQ(store_.memories[0].region.data()[4], 0);
}

TEST_F(LinkerTest, InitialisersSeeWhatCameBefore) {
  ModuleBuilder builder;
  builder.global('i', Mutability::Const, code().i32(20));
  builder.global('i', Mutability::Const, code().op(Op::GlobalGet, 0).i32(2).op(Op::I32Mul).i32(-41).op(Op::I32Sub));
  builder.global('l', Mutability::Const, code().i64(-1).i64(3).op(Op::I64Add));
  ASSERT_EQ(link(builder), "ok");
  EXPECT_EQ(*instance().globals[1], 81u);
  EXPECT_EQ(*instance().globals[2], 2u);
}

TEST_F(LinkerTest, LaterDefinitionsReplaceEarlierOnes) {
  Memory* const first = *store_.add_memory({{.min = 1}, 16});
  Memory* const second = *store_.add_memory({{.min = 2}, 16});
  linker_.define("m", "x", first);
  linker_.define("m", "x", second);
  EXPECT_EQ(std::get<Memory*>(*linker_.find("m", "x")), second);
  ASSERT_EQ(link(ModuleBuilder()), "ok");
  linker_.define_instance("m", instance());
  EXPECT_FALSE(linker_.find("m", "x"));
  EXPECT_TRUE(linker_.has_module("m"));
}

}  // namespace
}  // namespace wasmscope::runtime
