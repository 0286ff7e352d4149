// SPDX-License-Identifier: Apache-2.0
#include "engine/wasm/module.h"

#include <gtest/gtest.h>

namespace wasmscope::wasm {
namespace {

TEST(Module, FindsTheFunctionAtAnOffset) {
  Module module;
  module.imported_funcs = 1;
  module.funcs.resize(3);
  module.funcs[1].body = {10, 20};
  module.funcs[2].body = {21, 30};
  EXPECT_EQ(module.func_at(9), kNoIndex);
  EXPECT_EQ(module.func_at(10), 1u);
  EXPECT_EQ(module.func_at(19), 1u);
  EXPECT_EQ(module.func_at(20), kNoIndex);
  EXPECT_EQ(module.func_at(29), 2u);
  EXPECT_EQ(module.func_at(30), kNoIndex);
  module.funcs[2].body = {};   // of a file that broke before
  EXPECT_EQ(module.func_at(19), 1u);
  EXPECT_EQ(module.func_at(25), kNoIndex);
  EXPECT_EQ(Module().func_at(0), kNoIndex);
}

TEST(Module, FindsSections) {
  Module module;
  module.sections.resize(2);
  module.sections[0].range = {8, 12};
  module.sections[1].range = {12, 40};
  EXPECT_EQ(module.section_at(7), nullptr);
  EXPECT_EQ(module.section_at(11), &module.sections[0]);
  EXPECT_EQ(module.section_at(12), &module.sections[1]);
  EXPECT_EQ(module.section_at(40), nullptr);
}

TEST(Module, FindsExportsAndNames) {
  Module module;
  module.exports = {{"a", ExternKind::Memory, 0, {}}, {"b", ExternKind::Func, 2, {}}, {"c", ExternKind::Func, 2, {}}};
  EXPECT_EQ(module.find_export("b")->index, 2u);
  EXPECT_EQ(module.find_export("z"), nullptr);
  EXPECT_EQ(module.find_export(ExternKind::Func, 2)->name, "b");
  EXPECT_EQ(module.find_export(ExternKind::Func, 0), nullptr);
  NameMap names{{{1, "one"}, {5, "five"}}};
  EXPECT_EQ(names.find(5), "five");
  EXPECT_EQ(names.find(2), "");
  IndirectNameMap nested{{{4, names}}};
  EXPECT_EQ(nested.find(4, 1), "one");
  EXPECT_EQ(nested.find(3, 1), "");
}

TEST(Module, ReadsLocalsInRuns) {
  const std::vector<uint8_t> bytes = {0x02, 0x80, 0x01, 0x7F, 0x01, 0x63, 0x70, 0x0B};
  Module module;
  module.bytes = bytes;
  module.funcs.resize(2);
  module.funcs[0].locals_range = {0, 7};
  const std::vector<LocalRun> runs = local_runs(module, 0);
  ASSERT_EQ(runs.size(), 2u);
  EXPECT_EQ(runs[0].count, 128u);
  EXPECT_EQ(runs[0].type, kI32);
  EXPECT_EQ(runs[1].type, kFuncRef);
  EXPECT_TRUE(local_runs(module, 1).empty());
}

}  // namespace
}  // namespace wasmscope::wasm
