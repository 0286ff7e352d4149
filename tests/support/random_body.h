// SPDX-License-Identifier: Apache-2.0
// Bodies of random functions; see random_program.h. Types are letters: i l f d v r (funcref) x (externref)
// e (exnref).
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "tests/support/byte_writer.h"
#include "tests/support/random_program.h"

namespace wasmscope::test {

struct PlannedType {
  std::string params, results;
};
struct PlannedGlobal {
  char type = 'i';
  bool is_mutable = true;
};

// Elements and bytes of each passive segment.
inline constexpr uint32_t kPassiveSize = 8;

// Memory 0 may be shared, 2 has 64-bit addresses.
inline constexpr uint32_t kMemories = 3, kWideMemory = 2;

// What bodies may refer to. Tables: 0 funcref, never written; 1 externref; 2 funcref. Segments: elem 2 and 3 are
// passive funcref, 4 passive externref; data 1 and 2 are passive. Global 0 is the fuel.
struct ModulePlan {
  std::vector<PlannedType> types;
  std::vector<uint32_t> funcs;         // type indices, imports first
  uint32_t imports = 0;
  uint32_t entry = 0;
  std::optional<uint32_t> start;
  std::vector<PlannedGlobal> globals;
  std::vector<uint32_t> tags;          // type indices
  bool is_caught = false;              // what is thrown ends in the entry function at the latest
  std::vector<uint32_t> table;         // the first elements of table 0
  uint32_t fuel = 0;
  bool is_wide = false;                // see RandomShape::Wide
  RandomFeatures features = RandomFeatures::Default;
  uint64_t next_vector = 0;            // of UsefulOps::vectors
  uint64_t next_atomic = 0;            // the same for atomic ones
  bool has_shared_memory = false;
  uint32_t exception_percent = 0;      // of statements, besides the usual ones
  uint32_t trap_percent = 0;           // of places that could trap, those left without a guard

  uint32_t type_index(const std::string& params, const std::string& results);
};

inline bool is_reference(char letter) { return letter == 'r' || letter == 'x' || letter == 'e'; }
uint64_t random_constant(RandomNumbers& random, char letter);   // only for i l f d
void write_random_constant(ByteWriter& out, RandomNumbers& random, char letter);
// Local declarations and expression, without the size.
std::vector<uint8_t> make_random_body(ModulePlan& plan, RandomNumbers& random, uint32_t func);

}  // namespace wasmscope::test
