// SPDX-License-Identifier: Apache-2.0
// Validates everything of a module but its function bodies, in the order of the file.
// https://webassembly.github.io/spec/core/valid/modules.html
#pragma once
#include "engine/validate/module_context.h"

namespace wasmscope::validate {

// The indices, supertypes and features of the type section: what a ModuleContext assumes.
Result<void> check_types(const wasm::Module& module, const wasm::Features& features);
// The rest.
Result<void> validate_module(const ModuleContext& context);

}  // namespace wasmscope::validate
