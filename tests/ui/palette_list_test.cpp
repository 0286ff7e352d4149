// SPDX-License-Identifier: Apache-2.0
#include "ui/model/palette_list.h"

#include <gtest/gtest.h>

#include "tests/support/module_builder.h"
#include "tests/ui/loaded_module.h"

namespace wasmscope::ui {
namespace {

using test::code;
using test::ModuleBuilder;

std::vector<PaletteItem> list_palette(std::string_view query, const debug::Snapshot& snapshot,
                                      const std::vector<PanelTitle>& panels) {
  PaletteList list(query, snapshot, panels);
  while (!list.is_complete()) list.go_on();
  return list.items();
}

debug::Snapshot two_functions() {
  ModuleBuilder module;
  module.export_item("spinner", wasm::ExternKind::Func, module.func("_", code()));
  module.export_item("parse_number", wasm::ExternKind::Func, module.func("_", code()));
  debug::Snapshot snapshot;
  snapshot.loaded = test::load_module(module.bytes());
  snapshot.memories.resize(1);
  snapshot.memories[0].size = 65536;
  return snapshot;
}

TEST(PaletteList, PutsTheBestFunctionFirst) {
  const std::vector<PaletteItem> items = list_palette("pn", two_functions(), {});
  ASSERT_EQ(items.size(), 2u);
  EXPECT_EQ(items[0].text, "parse_number");
  EXPECT_EQ(std::get<ShowCode>(items[0].intent).func, 1u);
}

// No frame looks at all the names of a large module, and the best one is first all the same.
TEST(PaletteList, LooksAtManyNamesInSlices) {
  ModuleBuilder module;
  constexpr uint32_t kCount = 3 * PaletteList::kSlice + 7;
  for (uint32_t i = 0; i < kCount; ++i)
    module.export_item(i + 1 == kCount ? "exact" : "ex_act_" + std::to_string(i), wasm::ExternKind::Func,
                       module.func("_", code()));
  debug::Snapshot snapshot;
  snapshot.loaded = test::load_module(module.bytes());
  PaletteList list("exact", snapshot, {});
  int slices = 1;
  for (; !list.is_complete(); ++slices) list.go_on();
  EXPECT_EQ(slices, 4);
  ASSERT_EQ(list.items().size(), kMaxPaletteItems);
  EXPECT_EQ(list.items()[0].text, "exact");
}

TEST(PaletteList, FindsPlaces) {
  const debug::Snapshot snapshot = two_functions();
  const uint64_t pc = snapshot.loaded->module->funcs[1].code.begin;
  const auto by_offset = list_palette("@" + std::to_string(pc), snapshot, {});
  ASSERT_FALSE(by_offset.empty());
  EXPECT_EQ(std::get<ShowCode>(by_offset[0].intent).pc, pc);
  const auto by_index = list_palette("#1", snapshot, {});
  ASSERT_FALSE(by_index.empty());
  EXPECT_EQ(std::get<ShowCode>(by_index[0].intent).func, 1u);
  const auto by_address = list_palette("m0:0xff", snapshot, {});
  ASSERT_FALSE(by_address.empty());
  EXPECT_EQ(std::get<ShowMemory>(by_address[0].intent).bytes.begin, 0xffu);
  EXPECT_TRUE(list_palette("m0:0x10000", snapshot, {}).empty());
  EXPECT_TRUE(list_palette("m7:0", snapshot, {}).empty());
}

TEST(PaletteList, OffersCommandsAndPanels) {
  const auto commands = list_palette(">continue", {}, {});
  ASSERT_FALSE(commands.empty());
  EXPECT_EQ(std::get<RunCommand>(commands[0].intent).line, "continue");
  EXPECT_EQ(commands[0].key, "F5");
  const auto back = list_palette(">back", {}, {});
  ASSERT_FALSE(back.empty());
  EXPECT_EQ(std::get<DoWindowAction>(back[0].intent).action, WindowAction::GoBack);
  EXPECT_EQ(back[0].key, "Alt+Left");
  const auto panels = list_palette(">show mem", {}, {{"memory", "Memory"}});
  ASSERT_FALSE(panels.empty());
  EXPECT_EQ(std::get<OpenPanel>(panels[0].intent).id, "memory");
  const auto with_arguments = list_palette(">break parse_number", {}, {});
  ASSERT_EQ(with_arguments.size(), 1u);
  EXPECT_EQ(std::get<RunCommand>(with_arguments[0].intent).line, "break parse_number");
}

}  // namespace
}  // namespace wasmscope::ui
