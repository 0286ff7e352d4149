// SPDX-License-Identifier: Apache-2.0
#include "ui/model/function_filter.h"

#include <gtest/gtest.h>

#include "tests/support/module_builder.h"
#include "tests/ui/loaded_module.h"

namespace wasmscope::ui {
namespace {

using test::code;
using test::ModuleBuilder;
using Functions = std::vector<wasm::FuncIndex>;

std::shared_ptr<const debug::LoadedModule> three_functions() {
  ModuleBuilder module;
  for (const char* name : {"parse_number", "Parse_array", "free"})
    module.export_item(name, wasm::ExternKind::Func, module.func("_", code()));
  return test::load_module(module.bytes());
}

TEST(FunctionFilter, MatchesPartsOfNamesWithoutCase) {
  FunctionFilter filter;
  const auto loaded = three_functions();
  EXPECT_EQ(filter.update(loaded, ""), (Functions{0, 1, 2}));
  EXPECT_EQ(filter.update(loaded, "parse"), (Functions{0, 1}));
  EXPECT_EQ(filter.update(loaded, "RRAY"), (Functions{1}));
  EXPECT_EQ(filter.update(loaded, "nothing"), Functions{});
}

TEST(FunctionFilter, MatchesAnIndex) {
  FunctionFilter filter;
  EXPECT_EQ(filter.update(three_functions(), "#2"), (Functions{2}));
  EXPECT_EQ(filter.update(nullptr, "#2"), Functions{});
}

}  // namespace
}  // namespace wasmscope::ui
