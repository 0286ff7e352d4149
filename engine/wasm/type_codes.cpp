// SPDX-License-Identifier: Apache-2.0
#include "engine/wasm/type_codes.h"

namespace wasmscope::wasm {
namespace {

constexpr uint8_t kRefNull = 0x63, kRef = 0x64, kExact = 0x62;

TypeStatus to_type_status(LebStatus status) {
  switch (status) {
    case LebStatus::Ok: return TypeStatus::Ok;
    case LebStatus::UnexpectedEnd: return TypeStatus::UnexpectedEnd;
    case LebStatus::TooLong: return TypeStatus::LebTooLong;
    case LebStatus::TooLarge: return TypeStatus::LebTooLarge;
  }
  return TypeStatus::Malformed;
}

}  // namespace

TypeStatus read_heap_type(const uint8_t*& at, const uint8_t* end, bool nullable, ValType& type) {
  if (at == end) return TypeStatus::UnexpectedEnd;
  if (const auto abstract = short_value_type(*at); abstract && abstract->is_ref()) {
    type = ref_type(abstract->heap, nullable);
    ++at;
    return TypeStatus::Ok;
  }
  const uint8_t* p = at;
  const bool exact = *p == kExact;
  int64_t index = 0;
  if (exact) {
    ++p;
    uint32_t unsigned_index = 0;
    if (const LebStatus status = read_leb(p, end, unsigned_index); status != LebStatus::Ok)
      return to_type_status(status);
    index = unsigned_index;
  } else if (const LebStatus status = read_leb<int64_t, 33>(p, end, index); status != LebStatus::Ok) {
    return to_type_status(status);
  }
  if (index < 0) return TypeStatus::Malformed;
  type = ref_type(static_cast<TypeIndex>(index), nullable);
  type.exact = exact;
  at = p;
  return TypeStatus::Ok;
}

TypeStatus read_value_type(const uint8_t*& at, const uint8_t* end, ValType& type) {
  if (at == end) return TypeStatus::UnexpectedEnd;
  if (const auto simple = short_value_type(*at)) {
    type = *simple;
    ++at;
    return TypeStatus::Ok;
  }
  if (*at != kRef && *at != kRefNull) return TypeStatus::Malformed;
  const uint8_t* p = at + 1;
  const TypeStatus status = read_heap_type(p, end, *at == kRefNull, type);
  if (status == TypeStatus::Ok) at = p;
  return status;
}

void append_heap_type(std::vector<uint8_t>& out, ValType reference) {
  if (reference.heap != HeapKind::Concrete) {
    out.push_back(code_of(reference.heap));
  } else if (reference.exact) {
    out.push_back(kExact);
    append_unsigned_leb(out, reference.index);
  } else {
    append_signed_leb(out, reference.index);
  }
}

void append_value_type(std::vector<uint8_t>& out, ValType type) {
  if (!type.is_ref()) {
    // The numeric types and v128 count down from i32.
    out.push_back(static_cast<uint8_t>(0x7F - (static_cast<int>(type.kind) - static_cast<int>(Kind::I32))));
    return;
  }
  const bool is_short = type.nullable && type.heap != HeapKind::Concrete;
  if (!is_short) out.push_back(type.nullable ? kRefNull : kRef);
  append_heap_type(out, type);
}

}  // namespace wasmscope::wasm
