// SPDX-License-Identifier: Apache-2.0
// Every panel in every state at several sizes: ImGui aborts on unbalanced calls, so drawing is the test.
#include "tests/ui/window_fixture.h"
#include "ui/panels/panel.h"

namespace wasmscope {
namespace {

class PanelsTest : public test::WindowFixture {
 protected:
  void show_all() {
    for (const ui::PanelKind& kind : ui::panel_kinds()) {
      run("click tab/" + std::string(kind.id));
      for (int frame = 0; frame < 3; ++frame) app_->draw_frame();
      EXPECT_EQ(value("panel/" + std::string(kind.id)), "keys") << kind.id;
    }
  }
};

TEST_F(PanelsTest, DrawInEveryState) {
  open("assets/samples/crash/crash.wasm");
  show_all();
  run("key F5\nwait stopped");
  show_all();
}

TEST_F(PanelsTest, DrawAtEverySize) {
  for (const auto& [width, height] : {std::pair{1440, 900}, {1000, 640}, {640, 400}, {3840, 2160}}) {
    open("assets/samples/tables/tables.wasm", width, height);
    show_all();
  }
}

TEST_F(PanelsTest, DrawAtEveryScale) {
  for (const float scale : {0.7f, 1.5f, 2.f}) {
    open("assets/samples/crash/crash.wasm", 1440, 900, scale);
    run("key F5\nwait stopped\nsee past end");
  }
}

TEST_F(PanelsTest, ShowNoUnknownGlyph) {
  open("assets/samples/crash/crash.wasm");
  run("key F5\nwait stopped");
  const auto known = text();
  for (const ui::SeenGlyph& glyph : known.glyphs()) EXPECT_NE(glyph.character, U'\uFFFD');
  EXPECT_GT(known.glyphs().size(), 1000u);
}

TEST_F(PanelsTest, FrameIsBuiltQuickly) {
  open("assets/samples/crash/crash.wasm");
  run("key F5\nwait stopped");
  EXPECT_LT(ImGui::GetDrawData()->TotalVtxCount, 60000);
}

}  // namespace
}  // namespace wasmscope
