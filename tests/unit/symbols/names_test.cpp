// SPDX-License-Identifier: Apache-2.0
#include "engine/symbols/names.h"

#include <gtest/gtest.h>

namespace wasmscope::symbols {
namespace {

using wasm::ExternKind;

// #0 and #1 imported, #2 to #5 defined.
wasm::Module make_module() {
  wasm::Module module;
  module.imports = {{"env", "print", ExternKind::Func, 0, {}},
                    {"env", "helper", ExternKind::Func, 1, {}},
                    {"env", "memory", ExternKind::Memory, 0, {}}};
  module.funcs.resize(6);
  module.funcs[0].import = 0;
  module.funcs[1].import = 1;
  module.imported_funcs = 2;
  module.memories.resize(1);
  module.memories[0].import = 2;
  module.globals.resize(3);
  module.exports = {
      {"run", ExternKind::Func, 3, {}}, {"start", ExternKind::Func, 3, {}}, {"limit", ExternKind::Global, 1, {}}};
  module.names.funcs.entries = {{1, "helper"}, {2, "helper"}, {4, "twin"}, {5, "twin"}};
  module.names.locals.entries.push_back({2, {{{0, "p"}, {1, "a\x1b[2J"}}}});
  module.names.globals.entries = {{0, "__stack_pointer"}};
  return module;
}

class NamesTest : public ::testing::Test {
 protected:
  Names names_{std::make_shared<const wasm::Module>(make_module())};
};

TEST_F(NamesTest, FunctionsAreNamedBySectionImportExportOrIndex) {
  EXPECT_EQ(names_.func(0), "env.print");
  EXPECT_EQ(names_.func(2), "helper");
  EXPECT_EQ(names_.func(3), "run");
  EXPECT_EQ(names_.func(99), "func 99");
  EXPECT_TRUE(names_.has_func_name(0));
  EXPECT_TRUE(names_.has_func_name(3));
  EXPECT_FALSE(names_.has_func_name(99));
}

TEST_F(NamesTest, OtherItems) {
  EXPECT_EQ(names_.local(2, 0), "$p");
  EXPECT_EQ(names_.local(2, 1), "$a\\u{1b}[2J");
  EXPECT_EQ(names_.local(2, 7), "");
  EXPECT_EQ(names_.local(3, 0), "");
  EXPECT_EQ(names_.global(0), "$__stack_pointer");
  EXPECT_EQ(names_.global(1), "limit");
  EXPECT_EQ(names_.global(2), "");
  EXPECT_EQ(names_.global(99), "");
  EXPECT_EQ(names_.memory(0), "env.memory");
  EXPECT_EQ(names_.table(0), "");
  EXPECT_EQ(names_.type(0), "");
}

TEST_F(NamesTest, FindsFunctionsByAnyName) {
  bool ambiguous = true;
  EXPECT_EQ(names_.find_func("run", &ambiguous), 3u);
  EXPECT_FALSE(ambiguous);
  EXPECT_EQ(names_.find_func("start"), 3u);
  EXPECT_EQ(names_.find_func("env.print"), 0u);
  EXPECT_EQ(names_.find_func("print"), 0u);
  EXPECT_EQ(names_.find_func("limit"), wasm::kNoIndex);
  EXPECT_EQ(names_.find_func("nothing", &ambiguous), wasm::kNoIndex);
  EXPECT_FALSE(ambiguous);
  EXPECT_EQ(names_.find_func(""), wasm::kNoIndex);
}

TEST_F(NamesTest, DefinedFunctionWinsOverImportOfTheSameName) {
  bool ambiguous = true;
  EXPECT_EQ(names_.find_func("helper", &ambiguous), 2u);
  EXPECT_FALSE(ambiguous);
}

TEST_F(NamesTest, NameOfTwoDefinedFunctionsIsAmbiguous) {
  bool ambiguous = false;
  EXPECT_EQ(names_.find_func("twin", &ambiguous), wasm::kNoIndex);
  EXPECT_TRUE(ambiguous);
}

}  // namespace
}  // namespace wasmscope::symbols
