// SPDX-License-Identifier: Apache-2.0
#include "engine/jit/listing.h"

#include <algorithm>

#include "tests/unit/jit/compiled_program.h"

namespace wasmscope::jit {
namespace {

TEST(Listing, HasEveryOperationWithItsInstructions) {
  CompiledProgram program(kSums);
  const std::vector<ListedPiece> pieces = program.tier->list_code(*program.instance->funcs[1]);
  ASSERT_GT(pieces.size(), 4u);
  EXPECT_EQ(pieces.front().operation, "entry");
  EXPECT_EQ(pieces.back().operation, "out of line");
  bool has_call = false;
  for (const ListedPiece& piece : pieces) {
    if (!piece.operation.starts_with("call")) continue;
    has_call = true;
    EXPECT_EQ(program.bytes->at(piece.pc), 0x10);
    EXPECT_TRUE(std::ranges::any_of(piece.instructions, [](const std::string& each) { return each.find("  call ") != std::string::npos; }));
  }
  EXPECT_TRUE(has_call);
}

}  // namespace
}  // namespace wasmscope::jit
