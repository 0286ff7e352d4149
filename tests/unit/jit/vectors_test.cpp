// SPDX-License-Identifier: Apache-2.0
#include "engine/jit/vectors.h"

#include <gtest/gtest.h>

namespace wasmscope::jit {
namespace {

TEST(Vectors, AllHaveMachineCode) {
  size_t rows = 0;
  for (uint16_t i = 0; i < wasm::kOpCount; ++i) {
    const wasm::OpInfo& row = wasm::info(static_cast<wasm::Op>(i));
    const bool is_vector = row.category == wasm::Category::Vector;
    rows += is_vector;
    EXPECT_EQ(has_vector_code(static_cast<wasm::Op>(i)), is_vector) << row.text;
  }
  EXPECT_EQ(rows, 255u);   // all of SIMD and relaxed SIMD but v128.const
}

}  // namespace
}  // namespace wasmscope::jit
