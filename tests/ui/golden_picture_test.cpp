// SPDX-License-Identifier: Apache-2.0
// Every panel as a picture, known by the hash of its pixels: the CPU rasteriser gives the same bits with every
// compiler. Where one differs from pictures.txt, the picture is written to a file; WASMSCOPE_BLESS=1 keeps what is
// drawn now. Look at the pictures before you do.
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>

#include "tests/ui/window_fixture.h"
#include "ui/panels/panel.h"

namespace wasmscope {
namespace {

constexpr const char* kFile = "tests/ui/pictures.txt";

// FNV-1a
uint64_t hash_of(const app::Picture& picture) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const uint8_t byte : picture.rgba) hash = (hash ^ byte) * 0x100000001b3;
  return hash;
}

std::map<std::string, std::string> read_pictures() {
  std::map<std::string, std::string> pictures;
  std::ifstream file(kFile);
  std::string line;
  while (std::getline(file, line)) {
    std::istringstream words(line);
    std::string name, hash;
    if (words >> name >> hash && name[0] != '#') pictures[name] = hash;
  }
  return pictures;
}

class GoldenPictureTest : public test::WindowFixture {
 protected:
  ~GoldenPictureTest() override {
    if (std::getenv("WASMSCOPE_BLESS") == nullptr) return;
    std::ofstream file(kFile);
    file << "# What golden_picture_test.cpp draws, by the hash of its pixels. Written by WASMSCOPE_BLESS=1.\n";
    for (const auto& [name, hash] : known_) file << name << ' ' << hash << '\n';
  }
  void check(const std::string& name) {
    const app::Picture picture = screen_->picture();
    std::ostringstream hash;
    hash << std::hex << hash_of(picture);
    if (std::getenv("WASMSCOPE_BLESS") != nullptr) {
      known_[name] = hash.str();
      return;
    }
    EXPECT_EQ(known_[name], hash.str()) << name;
    if (known_[name] == hash.str()) return;
    const std::string path = testing::TempDir() + "wasmscope_" + name + ".png";
    (void)app::write_png(picture, path);
    std::fprintf(stderr, "%s is drawn to %s\n", name.c_str(), path.c_str());
  }
  void check_panels(const std::string& name) {
    screen_->input().push(ui::mouse_move_event(1, 899));
    for (const ui::PanelKind& kind : ui::panel_kinds()) {
      run("click tab/" + std::string(kind.id) + "\nwait idle");
      screen_->input().push(ui::mouse_move_event(1, 899));
      app_->settle();
      check(name + "_" + std::string(kind.id));
    }
  }
  std::map<std::string, std::string> known_ = read_pictures();
};

TEST_F(GoldenPictureTest, Panels) {
  open("assets/samples/crash/crash.wasm");
  run("key F5\nwait stopped");
  check_panels("trap");
}

TEST_F(GoldenPictureTest, StartPageLightAndScaled) {
  open();
  check("start");
  open("assets/samples/crash/crash.wasm", 1440, 900, 1);
  run("key F11\nkey F11\nwait idle\nclick menu/View\nclick menu/theme");
  check("light");
  open("assets/samples/crash/crash.wasm", 900, 600, 1);
  run("key F5\nwait stopped");
  check("small");
  open("assets/samples/crash/crash.wasm", 1440, 900, 2);
  run("key F5\nwait stopped");
  check("double");
  run("key Ctrl+P\ntype parse");
  check("palette");
}

}  // namespace
}  // namespace wasmscope
