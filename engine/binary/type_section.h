// SPDX-License-Identifier: Apache-2.0
// Types as they stand in the type and import sections. Internal to binary/.
// https://webassembly.github.io/spec/core/binary/types.html
#pragma once
#include "engine/binary/byte_reader.h"
#include "engine/wasm/features.h"
#include "engine/wasm/module.h"

namespace wasmscope::binary {

// One recursion group; a type on its own is a group of one.
Result<void> read_recursion_group(ByteReader& reader, const wasm::Features& features, uint32_t ordinal,
                                  std::vector<wasm::TypeDef>& types);
Result<wasm::MemoryType> read_memory_type(ByteReader& reader, const wasm::Features& features);
Result<wasm::TableType> read_table_type(ByteReader& reader, const wasm::Features& features);
Result<wasm::GlobalType> read_global_type(ByteReader& reader, const wasm::Features& features);
Result<wasm::TagType> read_tag_type(ByteReader& reader);

// FeatureDisabled with the feature's flag, unless it is on.
Result<void> require_feature(const wasm::Features& features, wasm::Feature feature, ByteRange range);

}  // namespace wasmscope::binary
