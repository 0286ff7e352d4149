// SPDX-License-Identifier: Apache-2.0
// Decodes the binary format into the module model. Function bodies and constant expressions are only ranged:
// their instructions are read by InstructionReader, and what is malformed inside them is found by validation.
// Memory stays proportional to the file: no count is believed before the bytes for it are there.
// https://webassembly.github.io/spec/core/binary/modules.html
#pragma once
#include <optional>

#include "engine/wasm/error.h"
#include "engine/wasm/features.h"
#include "engine/wasm/module.h"

namespace wasmscope::binary {

// The module refers to the bytes; the caller keeps them alive.
Result<wasm::Module> decode(Bytes bytes, const wasm::Features& features);

// What was read before the error, so that a broken file can still be looked at. Such a module must not be
// validated or run.
struct DecodeOutcome {
  wasm::Module module;
  std::optional<Error> error;
};
DecodeOutcome decode_partial(Bytes bytes, const wasm::Features& features);

}  // namespace wasmscope::binary
