// SPDX-License-Identifier: Apache-2.0
// Random modules that are valid by construction and always end: a typed stack machine is walked, every
// function entry and every branch to a loop burns fuel kept in global 0. The same seed gives the same bytes
// everywhere. Programs use every instruction that is executed, aliasing of locals that wait on the operand
// stack, values that survive calls and blocks, unreachable code; some of them trap.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "engine/runtime/value.h"

namespace wasmscope::test {

struct RandomProgram {
  std::vector<uint8_t> bytes;
  std::string entry;                       // exported function
  std::vector<runtime::Value> arguments;
};
// Wide: functions with 49 000 locals and more than 65 535 slots below the operands that are worked on.
enum class RandomShape : uint8_t { Usual, Wide };
enum class RandomFeatures : uint8_t { Default, All };
RandomProgram make_random_program(uint64_t seed, RandomShape shape = RandomShape::Usual,
                                  RandomFeatures features = RandomFeatures::Default);

// Deterministic on every platform, unlike the distributions of <random>.
class RandomNumbers {
 public:
  explicit RandomNumbers(uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15u + 0x1234567) {}
  uint64_t next();
  uint64_t below(uint64_t bound) { return next() % bound; }
  bool chance(uint32_t percent) { return below(100) < percent; }
  template <class T>
  const T& pick(const std::vector<T>& items) {
    return items[below(items.size())];
  }
  char letter(const std::string& letters) { return letters[below(letters.size())]; }

 private:
  uint64_t state_;
};

}  // namespace wasmscope::test
