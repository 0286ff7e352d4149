// SPDX-License-Identifier: Apache-2.0
#include "engine/binary/type_section.h"

#include <algorithm>

#include "engine/binary/type_format.h"
#include "engine/wasm/limits.h"

namespace wasmscope::binary {
namespace {

using wasm::Feature;
using wasm::Features;

// The features that value types need beyond 1.0.
Result<void> check_type(const Features& features, wasm::ValType type, ByteRange range) {
  using wasm::HeapKind;
  if (type.kind == wasm::Kind::V128) return require_feature(features, Feature::Simd, range);
  if (!type.is_ref()) return {};
  if (type.exact) return require_feature(features, Feature::CustomDescriptors, range);
  switch (type.heap) {
    case HeapKind::Concrete: return require_feature(features, Feature::FunctionRefs, range);
    case HeapKind::Func:
    case HeapKind::Extern:
      return require_feature(features, type.nullable ? Feature::ReferenceTypes : Feature::FunctionRefs, range);
    case HeapKind::Exn:
    case HeapKind::NoExn: return require_feature(features, Feature::Exceptions, range);
    case HeapKind::Cont:
    case HeapKind::NoCont: return require_feature(features, Feature::StackSwitching, range);
    default: return require_feature(features, Feature::Gc, range);
  }
}

Result<wasm::ValType> read_type(ByteReader& reader, const Features& features) {
  const uint64_t begin = reader.offset();
  TRY_ASSIGN(const wasm::ValType type, reader.value_type());
  if (type.kind >= wasm::Kind::V128) TRY(check_type(features, type, reader.range_from(begin)));
  return type;
}

Result<wasm::Mutability> read_mutability(ByteReader& reader) {
  TRY_ASSIGN(const uint8_t code, reader.byte());
  if (code > 1) return std::unexpected(reader.error_before(ErrorCode::BadMutability));
  return static_cast<wasm::Mutability>(code);
}

Result<std::vector<wasm::ValType>> read_types(ByteReader& reader, const Features& features, uint64_t most,
                                              std::string_view what) {
  TRY_ASSIGN(const uint32_t count, reader.count(most, what));
  std::vector<wasm::ValType> types;
  types.reserve(count);
  for (uint32_t i = 0; i < count; ++i) {
    TRY_ASSIGN(const wasm::ValType type, read_type(reader, features));
    types.push_back(type);
  }
  return types;
}

Result<wasm::FieldType> read_field(ByteReader& reader, const Features& features) {
  wasm::FieldType field;
  if (!reader.at_end() && (reader.peek() == kI8 || reader.peek() == kI16)) {
    TRY_ASSIGN(const uint8_t code, reader.byte());
    field.packed = code == kI8 ? wasm::Packed::I8 : wasm::Packed::I16;
    field.type = wasm::kI32;
  } else {
    TRY_ASSIGN(field.type, read_type(reader, features));
  }
  TRY_ASSIGN(field.mutability, read_mutability(reader));
  return field;
}

Result<wasm::CompType> read_composite(ByteReader& reader, const Features& features) {
  TRY_ASSIGN(const uint8_t code, reader.byte());
  const ByteRange range{reader.offset() - 1, reader.offset()};
  switch (code) {
    case kFunc: {
      wasm::FuncType type;
      TRY_ASSIGN(type.params, read_types(reader, features, wasm::kMaxParams, "parameters"));
      const uint64_t begin = reader.offset();
      TRY_ASSIGN(type.results, read_types(reader, features, wasm::kMaxResults, "results"));
      if (type.results.size() > 1) TRY(require_feature(features, Feature::MultiValue, reader.range_from(begin)));
      return type;
    }
    case kStruct: {
      TRY(require_feature(features, Feature::Gc, range));
      wasm::StructType type;
      TRY_ASSIGN(const uint32_t count, reader.count(wasm::kMaxFields, "fields"));
      type.fields.reserve(count);
      for (uint32_t i = 0; i < count; ++i) {
        TRY_ASSIGN(const wasm::FieldType field, read_field(reader, features));
        type.fields.push_back(field);
      }
      return type;
    }
    case kArray: {
      TRY(require_feature(features, Feature::Gc, range));
      wasm::ArrayType type;
      TRY_ASSIGN(type.element, read_field(reader, features));
      return type;
    }
    case kCont: {
      TRY(require_feature(features, Feature::StackSwitching, range));
      const uint64_t begin = reader.offset();
      wasm::ContType type;
      // Written as a heap type, and only concrete ones are of use.
      TRY_ASSIGN(type.func, reader.u32());
      if (type.func >= wasm::kMaxTypes) return std::unexpected(error_at(ErrorCode::BadType, reader.range_from(begin)));
      return type;
    }
    default: return std::unexpected(error_at(ErrorCode::BadType, range));
  }
}

// An optional clause of a type definition: its code and the index of the other type.
Result<std::optional<wasm::TypeIndex>> read_descriptor_clause(ByteReader& reader, const Features& features,
                                                              TypeCode code) {
  if (reader.at_end() || reader.peek() != code) return std::nullopt;
  const uint64_t begin = reader.offset();
  TRY(reader.byte());
  TRY(require_feature(features, Feature::CustomDescriptors, reader.range_from(begin)));
  return reader.u32();
}

Result<wasm::TypeDef> read_subtype(ByteReader& reader, const Features& features) {
  const uint64_t begin = reader.offset();
  wasm::TypeDef type;
  if (!reader.at_end() && (reader.peek() == kSub || reader.peek() == kSubFinal)) {
    TRY_ASSIGN(const uint8_t code, reader.byte());
    TRY(require_feature(features, Feature::Gc, reader.range_from(begin)));
    type.is_final = code == kSubFinal;
    TRY_ASSIGN(const uint32_t count, reader.count(wasm::kMaxTypes, "supertypes"));
    type.supertypes.reserve(count);
    for (uint32_t i = 0; i < count; ++i) {
      TRY_ASSIGN(const uint32_t index, reader.u32());
      type.supertypes.push_back(index);
    }
  }
  TRY_ASSIGN(type.describes, read_descriptor_clause(reader, features, kDescribes));
  TRY_ASSIGN(type.descriptor, read_descriptor_clause(reader, features, kDescriptor));
  TRY_ASSIGN(type.composite, read_composite(reader, features));
  type.range = reader.range_from(begin);
  return type;
}

Result<wasm::Limits> read_limits(ByteReader& reader, const Features& features, uint8_t flags) {
  wasm::Limits limits;
  const ByteRange range{reader.offset() - 1, reader.offset()};
  limits.has_max = (flags & kHasMax) != 0;
  limits.shared = (flags & kShared) != 0;
  limits.is64 = (flags & kIs64) != 0;
  if (limits.shared) TRY(require_feature(features, Feature::Threads, range));
  if (limits.is64) TRY(require_feature(features, Feature::Memory64, range));
  TRY_ASSIGN(limits.min, reader.u64());
  if (limits.has_max) {
    TRY_ASSIGN(limits.max, reader.u64());
  }
  return limits;
}

}  // namespace

Result<void> require_feature(const Features& features, Feature feature, ByteRange range) {
  if (features.has(feature)) return {};
  return std::unexpected(error_at(ErrorCode::FeatureDisabled, range,
                                  std::string(wasm::all_features()[static_cast<size_t>(feature)].flag)));
}

Result<void> read_recursion_group(ByteReader& reader, const Features& features, uint32_t ordinal,
                                  std::vector<wasm::TypeDef>& types) {
  const uint64_t begin = reader.offset();
  uint32_t size = 1;
  if (!reader.at_end() && reader.peek() == kRec) {
    reader.skip_to(begin + 1);
    TRY(require_feature(features, Feature::Gc, reader.range_from(begin)));
    TRY_ASSIGN(size, reader.count(wasm::kMaxTypes - types.size(), "types"));
  }
  const uint32_t first = static_cast<uint32_t>(types.size());
  for (uint32_t i = 0; i < size; ++i) {
    TRY_ASSIGN(wasm::TypeDef type, read_subtype(reader, features));
    type.rec_group = ordinal;
    type.rec_begin = first;
    type.rec_size = size;
    types.push_back(std::move(type));
  }
  return {};
}

Result<wasm::MemoryType> read_memory_type(ByteReader& reader, const Features& features) {
  wasm::MemoryType type;
  TRY_ASSIGN(const uint8_t flags, reader.byte());
  if (flags >= 2 * kHasPageSize) return std::unexpected(reader.error_before(ErrorCode::BadLimits));
  if ((flags & kHasPageSize) != 0)
    TRY(require_feature(features, Feature::CustomPageSizes, {reader.offset() - 1, reader.offset()}));
  TRY_ASSIGN(type.limits, read_limits(reader, features, flags));
  if ((flags & kHasPageSize) != 0) {
    const uint64_t begin = reader.offset();
    TRY_ASSIGN(type.page_size_log2, reader.u32());
    if (type.page_size_log2 >= 64)
      return std::unexpected(error_at(ErrorCode::BadLimits, reader.range_from(begin),
                                      "custom page size of 2^" + std::to_string(type.page_size_log2)));
  }
  return type;
}

Result<wasm::TableType> read_table_type(ByteReader& reader, const Features& features) {
  wasm::TableType type;
  const uint64_t begin = reader.offset();
  TRY_ASSIGN(type.element, reader.reference_type());
  if (type.element != wasm::kFuncRef) TRY(check_type(features, type.element, reader.range_from(begin)));
  TRY_ASSIGN(const uint8_t flags, reader.byte());
  if (flags >= kHasPageSize || (flags & kShared) != 0) return std::unexpected(reader.error_before(ErrorCode::BadLimits));
  TRY_ASSIGN(type.limits, read_limits(reader, features, flags));
  return type;
}

Result<wasm::GlobalType> read_global_type(ByteReader& reader, const Features& features) {
  wasm::GlobalType type;
  TRY_ASSIGN(type.type, read_type(reader, features));
  TRY_ASSIGN(type.mutability, read_mutability(reader));
  return type;
}

Result<wasm::TagType> read_tag_type(ByteReader& reader) {
  TRY_ASSIGN(const uint8_t attribute, reader.byte());
  if (attribute != 0) return std::unexpected(reader.error_before(ErrorCode::ZeroByteExpected, "tag attribute"));
  wasm::TagType type;
  TRY_ASSIGN(type.type, reader.u32());
  return type;
}

}  // namespace wasmscope::binary
