// SPDX-License-Identifier: Apache-2.0
// The benchmark kernels at their small size: same checksum as natively.
#include <gtest/gtest.h>

#include "tests/support/fake_environment.h"
#include "tests/support/program.h"

namespace wasmscope {
namespace {

struct Kernel {
  const char* name;
  uint32_t n, checksum;
};
void PrintTo(const Kernel& kernel, std::ostream* out) { *out << kernel.name; }

constexpr Kernel kKernels[] = {
#define KERNEL(name, small, small_checksum, large, large_checksum) {#name, small, small_checksum},
#include "tests/bench/kernels/kernels.def"
};

class KernelTest : public ::testing::TestWithParam<Kernel> {};

enum class Tier : uint8_t { Interpreter, Compiled };
void check(const Kernel& kernel, Tier tier) {
  test::Program program(std::string("tests/bench/kernels/") + kernel.name + ".wasm", {},
                        std::make_shared<test::FakeEnvironment>());
  if (tier == Tier::Compiled) program.compile();
  const auto result = program.call("run", {runtime::Value::i32(kernel.n)});
  ASSERT_EQ(result.results.size(), 1u);
  EXPECT_EQ(result.results[0], runtime::Value::i32(kernel.checksum));
  EXPECT_GT(result.ticks, 0u);
}

TEST_P(KernelTest, GivesTheNativeChecksum) { check(GetParam(), Tier::Interpreter); }
TEST_P(KernelTest, GivesItCompiledToo) { check(GetParam(), Tier::Compiled); }

INSTANTIATE_TEST_SUITE_P(Kernels, KernelTest, ::testing::ValuesIn(kKernels),
                         [](const auto& each) { return std::string(each.param.name); });

}  // namespace
}  // namespace wasmscope
