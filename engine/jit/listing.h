// SPDX-License-Identifier: Apache-2.0
// Makes the CodeMap of a function from what its compiler noted on the way. Internal to jit/.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/jit/code_map.h"
#include "engine/jit/trace.h"

namespace wasmscope::jit {

// As people read it: "s5 = i32.add s1, 7".
std::string to_text(const lower::SlotOp& op, const lower::SlotCode& code);

// What is at an address of this process: "#7", "leave"; "" where nothing is known.
using AddressNames = std::function<std::string(uint64_t)>;
CodeMap map_code(const wasm::Module& module, wasm::FuncIndex func, const lower::SlotCode& code, const Trace& trace,
                 Bytes machine_code, const AddressNames& names);

}  // namespace wasmscope::jit
