// SPDX-License-Identifier: Apache-2.0
// The parts of the name section. Internal to binary/.
// https://webassembly.github.io/spec/core/appendix/custom.html#name-section
#pragma once
#include <cstdint>

namespace wasmscope::binary {

enum class NameSubsection : uint8_t {
  Module = 0,
  Funcs = 1,
  Locals = 2,
  Labels = 3,
  Types = 4,
  Tables = 5,
  Memories = 6,
  Globals = 7,
  Elems = 8,
  Datas = 9,
  Fields = 10,
  Tags = 11,
};

}  // namespace wasmscope::binary
