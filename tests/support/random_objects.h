// SPDX-License-Identifier: Apache-2.0
// Random programs about structs, arrays, i31 and external references: objects are made, changed, cast, kept in
// locals, on operand stacks, in globals, tables and each other, across calls. Valid by construction, and they end:
// function entries and loops burn fuel. The same seed gives the same bytes everywhere.
#pragma once
#include "tests/support/random_program.h"

namespace wasmscope::test {

RandomProgram make_random_object_program(uint64_t seed);

}  // namespace wasmscope::test
