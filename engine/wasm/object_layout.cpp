// SPDX-License-Identifier: Apache-2.0
#include "engine/wasm/object_layout.h"

#include <algorithm>

namespace wasmscope::wasm {

StructLayout layout_of(const StructType& type) {
  const auto round_up = [](uint32_t bytes, uint32_t multiple) { return (bytes + multiple - 1) / multiple * multiple; };
  StructLayout layout;
  layout.offsets.reserve(type.fields.size());
  uint32_t at = kObjectHeaderBytes;
  for (const FieldType& field : type.fields) {
    const uint32_t bytes = storage_bytes(field);
    at = round_up(at, std::min(bytes, 8u));
    layout.offsets.push_back(at);
    at += bytes;
  }
  layout.size_bytes = round_up(at, 8);
  return layout;
}

}  // namespace wasmscope::wasm
