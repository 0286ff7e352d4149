// SPDX-License-Identifier: Apache-2.0
#include "engine/debug/object_picture.h"

#include <algorithm>
#include <cstring>

#include "engine/base/utf8.h"
#include "engine/debug/place.h"

namespace wasmscope::debug {
namespace {

using wasm::HeapKind;
using wasm::ValType;

constexpr size_t kShownCharacters = 200;

// The text in an array of bytes or of UTF-16 units, empty when it does not look like text.
std::string characters_of(const uint8_t* from, uint64_t length, uint32_t element_bytes) {
  const uint64_t count = std::min<uint64_t>(length, kShownCharacters);
  std::string text;
  for (uint64_t i = 0; i < count; ++i) {
    uint32_t unit = 0;
    std::memcpy(&unit, from + i * element_bytes, element_bytes);
    const bool is_text = unit == '\t' || unit == '\n' || unit == '\r' || (unit >= 0x20 && unit != 0x7F);
    if (!is_text) return {};
    if (element_bytes == 1) {
      text += static_cast<char>(unit);
    } else if (unit < 0x80) {
      text += static_cast<char>(unit);
    } else if (unit < 0x800) {
      text += {static_cast<char>(0xC0 | unit >> 6), static_cast<char>(0x80 | (unit & 0x3F))};
    } else {
      text += {static_cast<char>(0xE0 | unit >> 12), static_cast<char>(0x80 | (unit >> 6 & 0x3F)),
               static_cast<char>(0x80 | (unit & 0x3F))};
    }
  }
  return text.empty() ? text : escape_for_display(text) + (count < length ? "..." : "");
}

}  // namespace

std::optional<uint32_t> ObjectReader::type_index(uint32_t canonical_type) const {
  const auto found = std::ranges::find(instance_.canonical_types, canonical_type);
  if (found == instance_.canonical_types.end()) return std::nullopt;
  return static_cast<uint32_t>(found - instance_.canonical_types.begin());
}

std::string ObjectReader::type_text(uint32_t canonical_type) const {
  const auto index = type_index(canonical_type);
  if (!index) return "a type of another module";
  const std::string name = names_.type(*index);
  return name.empty() ? "type " + std::to_string(*index) : name;
}

bool ObjectReader::is_function_type(ValType canonical) const {
  const HeapKind kind = canonical.heap == HeapKind::Concrete ? store_.types.kind(canonical.index) : canonical.heap;
  return kind == HeapKind::Func || kind == HeapKind::NoFunc;
}

std::string ObjectReader::value_type_text(const wasm::FieldType& field) const {
  if (field.packed != wasm::Packed::None) return field.packed == wasm::Packed::I8 ? "i8" : "i16";
  if (!field.type.is_ref() || field.type.heap != HeapKind::Concrete) return wasm::to_text(field.type);
  return std::string("(ref ") + (field.type.nullable ? "null " : "") + type_text(field.type.index) + ")";
}

std::string ObjectReader::kind_text(uint64_t reference) const {
  if (reference == 0) return "null";
  if (runtime::is_i31(reference)) return "an i31";
  if (runtime::is_host(reference)) return "a value of the host";
  if (!store_.heap.holds_object(reference)) return "no object";
  const uint32_t type = store_.heap.header(reference).type;
  return (type & runtime::kExceptionBit) != 0 ? "an exception" : type_text(type);
}

std::string ObjectReader::reference_text(uint64_t reference, ValType type) const {
  if (reference != 0 && is_function_type(type)) {
    if (reference > store_.funcs.size()) return "no function";
    const runtime::Func& func = store_.funcs[reference - 1];
    const auto own = std::ranges::find(instance_.funcs, &func);
    if (own == instance_.funcs.end()) return "function #" + std::to_string(func.index) + " of another module";
    const auto index = static_cast<uint32_t>(own - instance_.funcs.begin());
    return names_.func(index) + " #" + std::to_string(index);
  }
  if (!runtime::is_object(reference))
    return runtime::to_text(runtime::Value{wasm::ref_type(HeapKind::Any, true), reference, 0});
  if (!store_.heap.holds_object(reference)) return "no object " + to_hex(reference);
  const runtime::ObjectHeader header = store_.heap.header(reference);
  std::string text = kind_text(reference);
  const bool is_array =
      (header.type & runtime::kExceptionBit) == 0 && store_.types.kind(header.type) == HeapKind::Array;
  if (is_array) text += "[" + std::to_string(header.length) + "]";
  return text + " " + to_hex(reference);
}

ObjectValue ObjectReader::read(const wasm::FieldType& field, const uint8_t* from) const {
  ObjectValue value;
  value.type = value_type_text(field);
  value.value.type = field.packed == wasm::Packed::None ? field.type : wasm::kI32;
  const uint32_t bytes = wasm::storage_bytes(field);
  std::memcpy(&value.value.bits, from, std::min(bytes, 8u));
  if (bytes == 16) std::memcpy(&value.value.high, from + 8, 8);
  if (value.value.type.is_ref()) {
    value.text = reference_text(value.value.bits, field.type);
    value.is_object = !is_function_type(field.type) && store_.heap.holds_object(value.value.bits);
  } else {
    value.text = runtime::to_text(value.value);
    const int spare_bits = field.packed == wasm::Packed::I8 ? 24 : field.packed == wasm::Packed::I16 ? 16 : 0;
    const int32_t with_sign = static_cast<int32_t>(static_cast<uint32_t>(value.value.bits) << spare_bits) >> spare_bits;
    if (spare_bits != 0 && with_sign < 0) value.text += " (" + std::to_string(with_sign) + ")";
  }
  return value;
}

std::optional<ObjectPicture> ObjectReader::picture(uint64_t reference, uint64_t first, uint64_t count) const {
  if (!store_.heap.holds_object(reference)) return std::nullopt;
  const runtime::ObjectHeader header = store_.heap.header(reference);
  const uint8_t* const data = store_.heap.at(reference);
  ObjectPicture picture;
  picture.reference = reference;
  picture.first = first;
  if ((header.type & runtime::kExceptionBit) != 0) {
    uint64_t tag = 0;
    std::memcpy(&tag, data + sizeof header, sizeof tag);
    const auto own =
        std::ranges::find_if(instance_.tags, [&](const runtime::Tag* each) { return each->address == tag; });
    picture.kind = HeapKind::Exn;
    picture.type_name = own == instance_.tags.end() ? "a tag of another module"
                                                    : names_.tag(static_cast<uint32_t>(own - instance_.tags.begin()));
    if (picture.type_name.empty()) picture.type_name = "tag " + std::to_string(own - instance_.tags.begin());
    const wasm::FuncType& type = store_.types.func(header.type & ~runtime::kExceptionBit);
    picture.length = type.params.size();
    uint64_t at = sizeof header + 8;
    for (uint64_t i = 0; i < type.params.size(); ++i) {
      if (i >= first && i - first < count) picture.values.push_back(read({.type = type.params[i]}, data + at));
      at += type.params[i].slots() * 8;
    }
    picture.size_bytes = at;
    return picture;
  }
  const wasm::CompType& composite = store_.types.composite(header.type);
  const auto index = type_index(header.type);
  picture.type_name = type_text(header.type);
  if (index) picture.type = *index;
  if (const auto* array = std::get_if<wasm::ArrayType>(&composite)) {
    const uint32_t bytes = wasm::storage_bytes(array->element);
    picture.kind = HeapKind::Array;
    picture.length = header.length;
    picture.size_bytes = sizeof header + uint64_t{header.length} * bytes;
    for (uint64_t i = first; i < header.length && i - first < count; ++i)
      picture.values.push_back(read(array->element, data + sizeof header + i * bytes));
    if (array->element.packed != wasm::Packed::None)
      picture.characters = characters_of(data + sizeof header, header.length, bytes);
    return picture;
  }
  const auto& structure = std::get<wasm::StructType>(composite);
  const wasm::StructLayout layout = wasm::layout_of(structure);
  picture.kind = HeapKind::Struct;
  picture.length = structure.fields.size();
  picture.size_bytes = layout.size_bytes;
  for (uint64_t i = first; i < structure.fields.size() && i - first < count; ++i) {
    ObjectValue& value = picture.values.emplace_back(read(structure.fields[i], data + layout.offsets[i]));
    if (!index) continue;
    const std::string_view name = instance_.module->names.fields.find(*index, static_cast<uint32_t>(i));
    if (!name.empty()) value.name = "$" + escape_for_display(name);
  }
  return picture;
}

}  // namespace wasmscope::debug
