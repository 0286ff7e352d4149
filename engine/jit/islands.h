// SPDX-License-Identifier: Apache-2.0
// Operations without machine code of their own: runs of them are encoded as the interpreter's cells, each run with a
// cell at its end that leads back into compiled code. Internal to jit/.
#pragma once
#include "engine/jit/loops.h"

namespace wasmscope::jit {

struct Island {
  size_t begin = 0, end = 0;     // operations
};
std::vector<Island> find_islands(const lower::SlotCode& code);

// The n-th run begins at `first_cell(code, n)` and its last cell is `last_cell(code, n)`.
std::unique_ptr<interp::Code> encode_islands(const lower::SlotCode& code, const std::vector<Island>& islands,
                                             interp::Stores stores);
interp::Cell* first_cell(interp::Code& code, size_t island);
interp::Cell* last_cell(interp::Code& code, size_t island);

}  // namespace wasmscope::jit
