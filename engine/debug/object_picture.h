// SPDX-License-Identifier: Apache-2.0
// Objects of the garbage collected heap as people see them: the type by its name, fields by name and number,
// elements in ranges, what refers to further objects. Engine thread only; the picture itself is plain data.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "engine/runtime/store.h"
#include "engine/symbols/names.h"

namespace wasmscope::debug {

struct ObjectValue {
  std::string name;                // "$next", or "" where there is none
  std::string type;                // "i8", "(ref null $node)"
  runtime::Value value;            // packed ones without a sign
  std::string text;                // "-7", "65534 (-2)" of an i16, "$node 0x44010", "null"
  bool is_object = false;          // can be followed
};

struct ObjectPicture {
  uint64_t reference = 0;
  wasm::HeapKind kind{};           // Struct, Array or Exn
  std::string type_name;           // "$node", "type 3", "$tag"
  uint32_t type = wasm::kNoIndex;  // of the module looked at; none for types of other modules
  uint64_t length = 0;             // fields, elements or values
  uint64_t size_bytes = 0;         // on the heap
  uint64_t first = 0;              // of `values`
  std::vector<ObjectValue> values;
  std::string characters;          // of an array of i8 or i16 that looks like text
};

class ObjectReader {
 public:
  // Types are named as `instance` names them.
  ObjectReader(const runtime::Store& store, const runtime::Instance& instance, const symbols::Names& names)
      : store_(store), instance_(instance), names_(names) {}

  // Empty when there is no object, for instance because it was collected.
  std::optional<ObjectPicture> picture(uint64_t reference, uint64_t first, uint64_t count) const;
  // The type in canonical form: "null", "parse_number #9", "$node 0x44010", "$bytes[12] 0x44020", "i31 -7", "host 3".
  std::string reference_text(uint64_t reference, wasm::ValType type) const;
  // "$node", "an array of type 3", for "has" and "wanted" in explanations.
  std::string type_text(uint32_t canonical_type) const;
  // What the object, number or host value is: "$node", "i31", "a value of the host".
  std::string kind_text(uint64_t reference) const;
  bool is_function_type(wasm::ValType canonical) const;

 private:
  std::string value_type_text(const wasm::FieldType& field) const;
  std::optional<uint32_t> type_index(uint32_t canonical_type) const;
  ObjectValue read(const wasm::FieldType& field, const uint8_t* from) const;

  const runtime::Store& store_;
  const runtime::Instance& instance_;
  const symbols::Names& names_;
};

}  // namespace wasmscope::debug
