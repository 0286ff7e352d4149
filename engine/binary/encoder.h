// SPDX-License-Identifier: Apache-2.0
// Writes a module as binary. Everything outside of code comes from the model, numbers in their shortest form;
// types are abbreviated where the format allows it, and parts of the format that say nothing (empty recursion
// groups, groups of imports) are left out. So a file that is already written so comes out as it went in.
// The order of custom sections is that of Module::sections: each is written after the known sections that are
// listed before it. A custom section called "name" is written from Module::names when its range is empty; names
// without such a section follow everything else.
// https://webassembly.github.io/spec/core/binary/modules.html
#pragma once
#include <vector>

#include "engine/wasm/module.h"

namespace wasmscope::binary {

enum class EncodeForm : uint8_t {
  // Function bodies, constant expressions and custom sections are copied as they are.
  Kept,
  // One form for all files that mean the same: instructions and the name section are written anew, locals of a
  // type in one group, no names of nothing, no empty sections, a data count exactly where the code needs it, the
  // name section right after the last known section. Custom sections that hold code offsets are copied and may no longer fit.
  Canonical,
};

std::vector<uint8_t> encode(const wasm::Module& module, EncodeForm form = EncodeForm::Kept);

}  // namespace wasmscope::binary
