// SPDX-License-Identifier: Apache-2.0
// Operations whose work the runtime does: compiled code calls the interpreter's handlers for them. Runs of them are
// encoded as cells, each run with a cell at its end that leads back. The call keeps the native stack; a handler that
// goes elsewhere (a trap, a throw, a pause) just never comes back. Internal to jit/.
#pragma once
#include <memory>
#include <vector>

#include "engine/interp/cell.h"
#include "engine/jit/forms.h"

namespace wasmscope::jit {

struct RuntimeCall {
  size_t begin = 0, end = 0;     // operations
  bool is_open = false;          // those that follow may belong to it
};

// The n-th run begins at `first_cell(code, n)` and its last cell is `last_cell(code, n)`.
std::unique_ptr<interp::Code> encode_runtime_calls(const lower::SlotCode& code, const std::vector<RuntimeCall>& calls,
                                                   interp::Stores stores);
interp::Cell* first_cell(interp::Code& code, size_t call);
interp::Cell* last_cell(interp::Code& code, size_t call);

}  // namespace wasmscope::jit
