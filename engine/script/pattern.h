// SPDX-License-Identifier: Apache-2.0
// Values of scripts against values of the engine.
#pragma once
#include "engine/runtime/store.h"
#include "engine/text/script.h"

namespace wasmscope::script {

// An argument for a parameter of the type.
runtime::Value to_argument(const text::ScriptValue& value, wasm::ValType param);
bool is_argument_for(const text::ScriptValue& value, wasm::ValType param);

bool matches(const text::ScriptValue& pattern, const runtime::Value& value, const runtime::Store& store);

// "i32 7", "nan:canonical", "any struct reference", "i32 1, i64 2"; "no results" for none.
std::string to_text(const std::vector<text::ScriptValue>& patterns);
std::string to_text(const std::vector<runtime::Value>& values);

}  // namespace wasmscope::script
