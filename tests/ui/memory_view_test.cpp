// SPDX-License-Identifier: Apache-2.0
// The memory view as a person uses it: going to places, reading numbers, searching, changing bytes.
#include "tests/ui/window_fixture.h"

namespace wasmscope {
namespace {

class MemoryViewTest : public test::WindowFixture {
 protected:
  // A program of one page with "wasmscope" at 16, stopped at its first instruction.
  void start() {
    open("tests/fixtures/control/control.wasm");
    run("start walk 3\nwait idle\nclick tab/memory\nkey Ctrl+Home\nwait idle\nsee wasmscope");
  }
  void go_to(const std::string& place) {
    run("click memory/go_to\nkey Ctrl+A\ntype " + place + "\nkey Enter\nwait idle");
  }
};

TEST_F(MemoryViewTest, GoesToEveryKindOfPlace) {
  start();
  go_to("0x100");
  EXPECT_EQ(value("memory"), "0x100");
  go_to("+0x10");
  EXPECT_EQ(value("memory"), "0x110");
  go_to("-16");
  EXPECT_EQ(value("memory"), "0x100");
  go_to("m0:0xfff0");
  EXPECT_EQ(value("memory"), "0xfff0");
  go_to("0x10000");
  EXPECT_EQ(value("memory"), "0xfff0");
  run("expect memory/state ~past the end");
  go_to("nowhere");
  run("expect memory/state ~no such function");
  go_to("spin");
  run("expect panel/code keys\nsee spin #3");
}

TEST_F(MemoryViewTest, ShowsNumbersInEitherByteOrder) {
  start();
  const auto show_as = [this](const std::string& kind) { run("click memory/format\nclick memory/format/" + kind); };
  // "wasm" and "scope": 0x6d736177, 0x706f6373
  show_as("32-bit_hex");
  run("see 6d736177");
  run("key Ctrl+E\nsee 7761736d\nexpect memory/endian enabled\nkey Ctrl+E\nsee 6d736177");
  show_as("u16");
  run("see 24951");
  show_as("i32");
  run("see 1836278135");
  show_as("i64");
  run("see 8101803602071478647");
  show_as("u8");
  run("see 119");
  show_as("f32");
  run("see 4.70766");
  show_as("f64");
  show_as("pointer");
  run("see 6d736177");
  show_as("bytes");
  run("see 77 61 73 6d");
}

TEST_F(MemoryViewTest, FindsTextBytesAndNumbers) {
  start();
  run("key Ctrl+F\ntype scope\nkey Enter\nwait idle\nexpect memory 0x14\nexpect memory/find/state 1 of 1");
  run("click memory/find/type\nclick memory/find/type/bytes\nkey Ctrl+A\ntype 73 ?? 6f\nkey Enter\nwait idle\n"
      "expect memory/find/state 1 of 1\nexpect memory 0x14");
  run("click memory/find/type\nclick memory/find/type/u32\nkey Ctrl+A\ntype 0x6d736177\nkey Enter\nwait idle\n"
      "expect memory/find/state 1 of 1\nexpect memory 0x10");
  run("key Ctrl+A\ntype 1\nkey Enter\nwait idle\nexpect memory/find/state not found");
  run("key Ctrl+A\ntype x\nexpect memory/find/state ~is no u32");
  run("key Esc");
  EXPECT_FALSE(has("memory/find/text"));
}

TEST_F(MemoryViewTest, WalksThroughTheHits) {
  start();
  // 's' is at 0x12 and 0x14.
  run("key Ctrl+F\ntype s\nkey Enter\nwait idle\nexpect memory/find/state 1 of 2\nexpect memory 0x12\n"
      "key F3\nwait idle\nexpect memory 0x14\nkey F3\nwait idle\nexpect memory 0x12\n"
      "key Shift+F3\nwait idle\nexpect memory 0x14\nclick memory/find/previous\nwait idle\nexpect memory 0x12");
  // What was found does not hold once the program goes on; asking again looks again.
  run("key F11\nwait idle\nexpect memory/find/state Enter searches\nclick memory/find/next\nwait idle\n"
      "expect memory/find/state 2 of 2");
}

TEST_F(MemoryViewTest, BytesAreTypedInPlaceAndTakenBack) {
  start();
  go_to("16");
  run("click tab/memory\ntype 57\nwait idle\nsee Wasmscope\nexpect memory 0x11\ntype 4\nsee 4_\nkey Backspace\n"
      "see Wasmscope\nkey Left\nexpect status ~\nsee changed by hand\nkey Ctrl+Z\nwait idle\nsee wasmscope");
}

TEST_F(MemoryViewTest, ValuesAreTypedWithTheirType) {
  start();
  go_to("16");
  run("click tab/memory\nkey F2\nsee at 0x10 put\nclick memory/change/type\nclick memory/change/type/u32\n"
      "type 0x4d534157\nkey Enter\nwait idle\nsee WASMscope\nkey Ctrl+Z\nwait idle\nsee wasmscope");
  run("key F2\nclick memory/change/type\nclick memory/change/type/u8\ntype 300\nkey Enter\nwait idle\n"
      "expect status ~is no u8\nsee wasmscope");
}

TEST_F(MemoryViewTest, IsThereBeforeTheStart) {
  open("tests/fixtures/control/control.wasm");
  run("click tab/memory\nkey Ctrl+Home\nwait idle\nsee wasmscope\nexpect memory/state before the start");
  open("assets/samples/tables/tables.wasm");
  run("click tab/tables\nwait idle\nsee before the start\nexpect tables/row/0 add #0");
}

}  // namespace
}  // namespace wasmscope
