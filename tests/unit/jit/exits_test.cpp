// SPDX-License-Identifier: Apache-2.0
#include "engine/jit/exits.h"

#include <gtest/gtest.h>

#include <cstring>

namespace wasmscope::jit {
namespace {

constexpr Register kGeneral = 6, kVector = 20;

RegisterState state_with(Register reg, const Held& held) {
  RegisterState state;
  state.set(reg, held);
  return state;
}

TEST(Exits, AreOneWhereThePlaceIsTheSame) {
  Exits exits;
  const RegisterState state = state_with(kGeneral, {.slot = 3, .kind = Kind::I64, .is_dirty = true});
  EXPECT_EQ(exits.add(Way::Redo, 10, state), 0u);
  EXPECT_EQ(exits.add(Way::Redo, 10, state), 0u);
  EXPECT_EQ(exits.add(Way::Redo, 11, state), 1u);
  EXPECT_EQ(exits.add(Way::Tick, 11, state), 2u);
  EXPECT_EQ(exits.add(Way::Tick, 11, state_with(kGeneral, {.slot = 4, .kind = Kind::I64, .is_dirty = true})), 3u);
  EXPECT_EQ(exits.count(), 4u);
}

class Leaving : public testing::Test {
 protected:
  interp::Handler* leave(uint32_t exit) {
    const uint8_t* const code = reinterpret_cast<const uint8_t*>(0x1000);
    exits.set_code(code, func);
    return Exits::leave(&exits, code + (exit + 1) * Exits::kCallBytes, &saved, frame, context);
  }
  template <class T>
  T in_context(int32_t offset) const {
    T value;
    std::memcpy(&value, context + offset, sizeof value);
    return value;
  }

  Exits exits;
  Exits::Saved saved{};
  uint64_t frame[4] = {~uint64_t{0}, ~uint64_t{0}, ~uint64_t{0}, ~uint64_t{0}};
  char context[1024] = {};
  runtime::Func func;
  const interp::LoopLayout& layout = interp::loop_layout();
};

TEST_F(Leaving, StoresWhatTheFrameLacksAndNothingElse) {
  RegisterState state = state_with(kGeneral, {.slot = 1, .kind = Kind::I32, .is_dirty = true});
  state.set(kGeneral + 1, {.slot = 2, .kind = Kind::I64});
  exits.add(Way::Tick, 5, {});
  exits.add(Way::Redo, 77, state);
  saved.general[kGeneral] = 0x12345678;
  EXPECT_EQ(leave(1), layout.redo);
  EXPECT_EQ(frame[1], 0x12345678u);
  EXPECT_EQ(frame[2], ~uint64_t{0});
  EXPECT_EQ(in_context<uint32_t>(layout.pc), 77u);
  EXPECT_EQ(in_context<runtime::Func*>(layout.func), &func);
  EXPECT_EQ(leave(0), layout.tick);
  EXPECT_EQ(in_context<uint32_t>(layout.pc), 5u);
}

TEST_F(Leaving, MakesARawNanCanonical) {
  const uint32_t nan = 0xFFC12345;
  std::memcpy(saved.vectors[kVector - 16].bytes, &nan, sizeof nan);
  exits.add(Way::Redo, 1, state_with(kVector, {.slot = 0, .kind = Kind::F32, .is_dirty = true, .is_raw = true}));
  exits.add(Way::Redo, 1, state_with(kVector, {.slot = 1, .kind = Kind::F32, .is_dirty = true}));
  leave(0);
  EXPECT_EQ(frame[0], 0x7FC00000u);
  leave(1);
  EXPECT_EQ(frame[1], nan);
}

}  // namespace
}  // namespace wasmscope::jit
