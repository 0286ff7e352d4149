// SPDX-License-Identifier: Apache-2.0
// The keywords of types, each written once, for the printer and the parser.
// https://webassembly.github.io/spec/core/text/types.html
#pragma once
#include <optional>
#include <string_view>

#include "engine/wasm/types.h"

namespace wasmscope::text {

// "func", "any", ...; empty for Concrete.
std::string_view keyword_of(wasm::HeapKind heap);
// What `(ref null X)` is for short: "funcref", "nullref"; empty for Concrete.
std::string_view short_form(wasm::HeapKind heap);
std::optional<wasm::HeapKind> heap_kind_from(std::string_view keyword);
// "i32", "v128", "funcref" and the like.
std::optional<wasm::ValType> value_type_from(std::string_view keyword);

}  // namespace wasmscope::text
