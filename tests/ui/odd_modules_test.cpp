// SPDX-License-Identifier: Apache-2.0
// Modules that no compiler makes, or only the largest do: an empty one, names that attack the reader, 30 MB of
// code, 4 GiB of memory. Every panel shows them, at every size and scale.
#include <fstream>

#include "tests/support/module_builder.h"
#include "tests/ui/window_fixture.h"
#include "ui/panels/panel.h"

namespace wasmscope {
namespace {

using test::code;
using test::ModuleBuilder;
using wasm::Op;

std::string write_file(const std::string& name, const std::vector<uint8_t>& bytes) {
  const std::string path = testing::TempDir() + "wasmscope_odd_" + name + ".wasm";
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  return path;
}

struct Frame {
  int width, height;
  float scale;
};
constexpr Frame kFrames[] = {{1440, 900, 1}, {900, 600, 1}, {1440, 900, 2}, {900, 600, 2}};

class OddModulesTest : public test::WindowFixture {
 protected:
  void show_all() {
    for (const ui::PanelKind& kind : ui::panel_kinds()) {
      run("click tab/" + std::string(kind.id) + "\nwait idle");
      EXPECT_EQ(value("panel/" + std::string(kind.id)), "keys") << kind.id;
      check_text();
    }
    run("key Ctrl+P\nkey Down\nkey Esc");
  }
  // Nothing but printable characters of the font ever reaches the screen.
  void check_text() {
    const ui::ScreenText seen = text();
    for (const ui::SeenGlyph& glyph : seen.glyphs()) {
      ASSERT_NE(glyph.character, U'\uFFFD');
      ASSERT_GE(glyph.character, U' ');
    }
  }
};

TEST_F(OddModulesTest, EightBytes) {
  const std::string path = write_file("empty", ModuleBuilder().bytes());
  for (const auto& [width, height, scale] : kFrames) {
    open(path, width, height, scale);
    show_all();
  }
  std::remove(path.c_str());
}

std::vector<std::string> odd_names() {
  std::string long_name;
  for (int i = 0; i < 10'000; ++i) long_name += static_cast<char>('a' + i % 26);
  std::string wide;
  for (int i = 0; i < 3'000; ++i) wide += "\u4e2d";
  return {
      "\x01\x02\x1b[31mred\x7f", "\u202egnirts",   "\u4e2d\u6587\u51fd\u6570", long_name,    wide,   "",     " ",
      "tab\there\nline",         "\U0001F41E bug", "a\u0300\u0301\u0302",      "%s%n{}\\\"", "##id", "same", "same"};
}

TEST_F(OddModulesTest, Names) {
  ModuleBuilder module;
  size_t number = 0;
  for (const std::string& name : odd_names()) module.import_func(name, name + std::to_string(number++), "i_i");
  module.memory(1);
  module.table(4);
  module.global('i', wasm::Mutability::Var, code().i32(7));
  uint32_t last = 0;
  for (const std::string& name : odd_names()) {
    last = module.func("ii_i", code().local_get(0).op(Op::Call, 0).local_get(1).op(Op::I32Add), "ilfd");
    module.export_item(name + std::to_string(number++), wasm::ExternKind::Func, last);
    module.custom(name, {1, 2, 3});
  }
  module.export_item("main", wasm::ExternKind::Func,
                     module.func("_", code().i32(1).i32(2).op(Op::Call, last).op(Op::Drop)));
  test::ByteWriter names;
  test::ByteWriter functions;
  const std::vector<std::string> all = odd_names();
  functions.leb(all.size());
  for (size_t i = 0; i < all.size(); ++i) functions.leb(all.size() + i).name(all[i]);
  names.u8(1).sized(functions.bytes);
  module.custom("name", names.bytes);
  const std::string path = write_file("\u4e2d names \u202e", module.bytes());
  for (const auto& [width, height, scale] : kFrames) {
    open(path, width, height, scale);
    run("wait stopped\nexpect toolbar/state PAUSED");
    show_all();
    run("key F11\nkey F11\nkey F11\nwait idle");
    show_all();
    run("key Ctrl+P\ntype same\nkey Enter\nwait idle");
    check_text();
  }
  std::remove(path.c_str());
}

TEST_F(OddModulesTest, FourGibibytes) {
  ModuleBuilder module;
  module.memory(65536);
  module.data(code().i32(16), "begin");
  // At the very end.
  module.export_item("main", wasm::ExternKind::Func,
                     module.func("_", code().i32(-1).i32(0x21).op(Op::I32Store8, 0, 0).op(Op::Nop)));
  const std::string path = write_file("large", module.bytes());
  // Making so large a program takes its time: two of the sizes.
  for (const auto& [width, height, scale] : {kFrames[3], kFrames[0]}) {
    open(path, width, height, scale);
    run("wait stopped");
    if (value("toolbar/state") != "PAUSED") GTEST_SKIP() << "no address space for 4 GiB";
    run("stepi 3\nwait idle");
    show_all();
    if (scale != 1 || width != 1440) continue;
    run("click tab/memory\nkey Ctrl+End\nwait idle\nsee fffffff0\nsee past end\nexpect memory 0xffffffff\n"
        "see !\nkey Ctrl+Home\nwait idle\nsee begin");
  }
  // Every byte is looked at.
  run("key Ctrl+Home\nkey Ctrl+F\ntype !\nkey Enter\nwait idle\n"
      "expect memory 0xffffffff\nexpect memory/find/state 1 of 1");
  std::remove(path.c_str());
}

TEST_F(OddModulesTest, ThirtyMegabytesOfCode) {
  ModuleBuilder module;
  module.memory(1);
  test::CodeWriter body;
  for (int i = 0; i < 400; ++i) body.i32(i).i32(i * 3).op(Op::I32Mul).op(Op::Drop);
  uint32_t last = 0;
  for (int i = 0; i < 12'500; ++i) last = module.func("i_", body);
  module.export_item("main", wasm::ExternKind::Func, module.func("_", code().i32(5).op(Op::Call, last)));
  const std::vector<uint8_t> bytes = module.bytes();
  EXPECT_GT(bytes.size(), 30u << 20);
  const std::string path = write_file("long", bytes);
  for (const auto& [width, height, scale] : kFrames) {
    open(path, width, height, scale);
    run("wait stopped\nkey F11\nkey F11\nkey F11\nwait idle\nexpect toolbar/state PAUSED");
    show_all();
  }
  std::remove(path.c_str());
}

TEST_F(OddModulesTest, LoadingALargeFileCanBeCancelled) {
  ModuleBuilder module;
  test::CodeWriter body;
  for (int i = 0; i < 4000; ++i) body.i32(i).i32(i * 3).op(Op::I32Mul).op(Op::Drop);
  for (int i = 0; i < 1'200; ++i) module.func("_", body);
  const std::string path = write_file("cancelled", module.bytes());
  open();
  app_->shell().open_file(path);
  app_->draw_frame();
  bool is_cancelled = false;
  while (!is_cancelled && !app_->session().is_idle()) {
    app_->draw_frame();
    if (!has("status/cancel")) continue;
    const ImVec2 at = screen_->registry().find("status/cancel")->center();
    screen_->input().push(ui::mouse_move_event(at.x, at.y));
    screen_->input().push(ui::mouse_button_event(0, true));
    screen_->input().push(ui::mouse_button_event(0, false));
    app_->settle();
    is_cancelled = true;
  }
  run("wait idle");
  std::remove(path.c_str());
  if (!is_cancelled || app_->session().snapshot()->loaded) GTEST_SKIP() << "it was loaded before anybody could cancel";
  run("see Drop a .wasm file here");
}

}  // namespace
}  // namespace wasmscope
