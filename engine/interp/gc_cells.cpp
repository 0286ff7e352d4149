// SPDX-License-Identifier: Apache-2.0
// Structs, arrays, casts and i31 references. An object is looked at again after every allocation: none moves, but
// what was not reachable from the frame is gone.
#include "engine/interp/handler.h"
#include "engine/wasm/limits.h"

namespace wasmscope::interp {

using runtime::Heap;
using runtime::ObjectLayout;
using wasm::HeapKind;

[[gnu::noinline]] void collect_garbage(Context* ctx, const Cell* ip, const uint64_t* fp) {
  const uint32_t pc = pc_of(ctx, ip);
  Roots& roots = ctx->impl.roots;
  roots.begin();
  for (const auto& [execution, cache] : ctx->impl.caches)
    if (execution != &ctx->execution) roots.add_execution(*execution);
  roots.add_frames({&ctx->execution, ctx->func, pc, static_cast<uint32_t>(fp - ctx->stack),
                    static_cast<uint32_t>(ctx->top - ctx->records)});
  ctx->impl.store.heap.collect(roots.references());
}

namespace {

// 0 when the instruction traps: ctx->trap_code.
[[gnu::noinline]] uint32_t allocate_slowly(Context* ctx, const Cell* ip, const uint64_t* fp, uint32_t type,
                                           uint32_t length, uint64_t bytes) {
  ctx->trap_code = TrapCode::ObjectTooLarge;
  if (bytes > wasm::kMaxHeapBytes) return 0;
  ctx->trap_code = TrapCode::HeapExhausted;
  collect_garbage(ctx, ip, fp);
  return ctx->impl.store.heap.allocate_anyway(type, length, bytes);
}

inline uint32_t allocate(Context* ctx, const Cell* ip, const uint64_t* fp, uint32_t type, uint32_t length, uint64_t bytes) {
  const uint32_t object = ctx->impl.store.heap.allocate(type, length, bytes);
  return object != 0 ? object : allocate_slowly(ctx, ip, fp, type, length, bytes);
}

inline Heap& heap_of(Context* ctx) { return ctx->impl.store.heap; }
inline uint32_t type_of(const Context* ctx, uint32_t index) { return ctx->inst->canonical_types[index]; }

inline uint32_t length_of(Context* ctx, uint64_t array) { return heap_of(ctx).header(array).length; }
inline uint8_t* elements_of(Context* ctx, uint64_t array) { return heap_of(ctx).at(array) + wasm::kObjectHeaderBytes; }

// Slots to a field or an element; a vector is in two slots, one after the other.
inline void store_value(uint8_t* to, const uint64_t* from, uint32_t bytes) {
  switch (bytes) {
    case 1: std::memcpy(to, from, 1); break;
    case 2: std::memcpy(to, from, 2); break;
    case 4: std::memcpy(to, from, 4); break;
    case 8: std::memcpy(to, from, 8); break;
    default: std::memcpy(to, from, 16); break;
  }
}

template <class T>
inline uint64_t load_value(const uint8_t* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  if constexpr (std::is_signed_v<T>) return static_cast<uint32_t>(static_cast<int32_t>(value));
  else return value;
}

void fill(uint8_t* to, const uint64_t* value, uint32_t bytes, uint64_t count) {
  switch (bytes) {
    case 1: std::memset(to, static_cast<uint8_t>(*value), count); break;
    default:
      for (uint64_t i = 0; i < count; ++i) store_value(to + i * bytes, value, bytes);
  }
}

// --- making objects; 0: the instruction traps

[[gnu::noinline]] uint32_t make_struct(Context* ctx, const Cell* ip, const uint64_t* fp, uint32_t type) {
  return allocate(ctx, ip, fp, type, 0, heap_of(ctx).layout(type).size_bytes);
}

[[gnu::noinline]] uint32_t make_array(Context* ctx, const Cell* ip, const uint64_t* fp, uint32_t type, uint32_t length) {
  const uint64_t bytes = wasm::kObjectHeaderBytes + uint64_t{length} * heap_of(ctx).layout(type).element_bytes;
  return allocate(ctx, ip, fp, type, length, bytes);
}

[[gnu::noinline]] uint32_t make_filled_array(Context* ctx, const Cell* ip, const uint64_t* fp) {
  const uint32_t type = type_of(ctx, ip[1].low), length = static_cast<uint32_t>(fp[ip->b]);
  const uint32_t array = make_array(ctx, ip, fp, type, length);
  if (array != 0) fill(elements_of(ctx, array), fp + ip->a, heap_of(ctx).layout(type).element_bytes, length);
  return array;
}

[[gnu::noinline]] uint32_t make_fixed_array(Context* ctx, const Cell* ip, const uint64_t* fp) {
  const uint32_t type = type_of(ctx, static_cast<uint32_t>(ip->imm)), length = ip[1].high;
  const uint32_t array = make_array(ctx, ip, fp, type, length);
  if (array == 0) return 0;
  const uint32_t bytes = heap_of(ctx).layout(type).element_bytes, slots = bytes == 16 ? 2 : 1;
  uint8_t* const elements = elements_of(ctx, array);
  for (uint32_t i = 0; i < length; ++i) store_value(elements + uint64_t{i} * bytes, fp + ip[1].low + uint64_t{i} * slots, bytes);
  return array;
}

// --- segments: null when the range is outside of it

const uint8_t* data_range(const Context* ctx, uint32_t segment, uint32_t from, uint64_t bytes) {
  const Instance& instance = *ctx->inst;
  const ByteRange range = instance.module->datas[segment].bytes;
  const uint64_t size = instance.dropped_datas[segment] ? 0 : range.size();
  return in_bounds(from, bytes, size) ? instance.module->bytes.data() + range.begin + from : nullptr;
}

const uint64_t* elem_range(const Context* ctx, uint32_t segment, uint32_t from, uint32_t count) {
  static constexpr uint64_t kNothing = 0;
  const Instance& instance = *ctx->inst;
  const uint64_t size = instance.dropped_elems[segment] ? 0 : instance.elems[segment].size();
  if (!in_bounds(from, count, size)) return nullptr;
  return size == 0 ? &kNothing : instance.elems[segment].data() + from;
}

[[gnu::noinline]] uint32_t make_array_of_segment(Context* ctx, const Cell* ip, const uint64_t* fp, bool is_data) {
  const uint32_t type = type_of(ctx, ip[1].low), segment = ip[1].high;
  const auto from = static_cast<uint32_t>(fp[ip->a]), length = static_cast<uint32_t>(fp[ip->b]);
  const uint64_t bytes = uint64_t{length} * heap_of(ctx).layout(type).element_bytes;
  ctx->trap_code = is_data ? TrapCode::OutOfBoundsMemory : TrapCode::OutOfBoundsTable;
  const void* const source = is_data ? static_cast<const void*>(data_range(ctx, segment, from, bytes))
                                     : elem_range(ctx, segment, from, length);
  if (source == nullptr) return 0;
  const uint32_t array = make_array(ctx, ip, fp, type, length);
  if (array != 0 && bytes != 0) std::memcpy(elements_of(ctx, array), source, bytes);
  return array;
}

// --- ranges of arrays; the trap, or None

[[gnu::noinline]] TrapCode fill_range(Context* ctx, const Cell* ip, const uint64_t* slots) {
  const ObjectLayout& layout = heap_of(ctx).layout(type_of(ctx, ip->high));
  const uint32_t value_slots = layout.element_bytes == 16 ? 2 : 1;
  const uint64_t array = slots[0];
  const auto at = static_cast<uint32_t>(slots[1]), count = static_cast<uint32_t>(slots[2 + value_slots]);
  if (array == 0) return TrapCode::NullArray;
  if (!in_bounds(at, count, length_of(ctx, array))) return TrapCode::OutOfBoundsArray;
  fill(elements_of(ctx, array) + uint64_t{at} * layout.element_bytes, slots + 2, layout.element_bytes, count);
  return TrapCode::None;
}

[[gnu::noinline]] TrapCode copy_range(Context* ctx, const Cell* ip, const uint64_t* slots) {
  const uint64_t bytes = heap_of(ctx).layout(type_of(ctx, ip->high)).element_bytes;
  const uint64_t target = slots[0], source = slots[2];
  const auto to = static_cast<uint32_t>(slots[1]), from = static_cast<uint32_t>(slots[3]);
  const auto count = static_cast<uint32_t>(slots[4]);
  if (target == 0 || source == 0) return TrapCode::NullArray;
  if (!in_bounds(to, count, length_of(ctx, target)) || !in_bounds(from, count, length_of(ctx, source)))
    return TrapCode::OutOfBoundsArray;
  std::memmove(elements_of(ctx, target) + to * bytes, elements_of(ctx, source) + from * bytes, count * bytes);
  return TrapCode::None;
}

[[gnu::noinline]] TrapCode init_range(Context* ctx, const Cell* ip, const uint64_t* slots, bool is_data) {
  const uint64_t element_bytes = heap_of(ctx).layout(type_of(ctx, ip[1].low)).element_bytes;
  const uint64_t array = slots[0];
  const auto to = static_cast<uint32_t>(slots[1]), from = static_cast<uint32_t>(slots[2]);
  const auto count = static_cast<uint32_t>(slots[3]);
  if (array == 0) return TrapCode::NullArray;
  if (!in_bounds(to, count, length_of(ctx, array))) return TrapCode::OutOfBoundsArray;
  const uint64_t bytes = count * element_bytes;
  const void* const source = is_data ? static_cast<const void*>(data_range(ctx, ip[1].high, from, bytes))
                                     : elem_range(ctx, ip[1].high, from, count);
  if (source == nullptr) return is_data ? TrapCode::OutOfBoundsMemory : TrapCode::OutOfBoundsTable;
  if (bytes != 0) std::memcpy(elements_of(ctx, array) + to * element_bytes, source, bytes);
  return TrapCode::None;
}

// --- casts

// A reference that is not null, to a struct or array type.
inline bool has_type(Context* ctx, uint64_t reference, uint32_t index) {
  if (!runtime::is_object(reference)) return false;
  const uint32_t type = heap_of(ctx).header(reference).type, wanted = type_of(ctx, index);
  return type == wanted || ctx->impl.store.types.is_subtype(type, wanted);
}

// Whether it is of the kind, or if that is concrete, of the type at `index`: of just that type where `is_exact`.
[[gnu::noinline]] bool has_kind(Context* ctx, uint64_t reference, HeapKind kind, uint32_t index, bool is_exact) {
  switch (kind) {
    case HeapKind::Any:
    case HeapKind::Extern:
    case HeapKind::Func:
    case HeapKind::Exn: return true;
    case HeapKind::Eq: return runtime::is_object(reference) || runtime::is_i31(reference);
    case HeapKind::I31: return runtime::is_i31(reference);
    case HeapKind::Struct:
    case HeapKind::Array:
      return runtime::is_object(reference) && heap_of(ctx).layout(heap_of(ctx).header(reference).type).kind == kind;
    case HeapKind::Concrete: {
      const runtime::Store& store = ctx->impl.store;
      const uint32_t wanted = type_of(ctx, index);
      const bool is_func = store.types.kind(wanted) == HeapKind::Func;
      if (!is_func && !runtime::is_object(reference)) return false;
      const uint32_t found =
          is_func ? store.func_pointers[reference - 1]->canonical_type : heap_of(ctx).header(reference).type;
      return found == wanted || (!is_exact && store.types.is_subtype(found, wanted));
    }
    default: return false;
  }
}

}  // namespace

namespace handlers {

#define RESULT_OBJECT(expression, cells)                  \
  do {                                                    \
    const uint32_t object = expression;                   \
    if (object == 0) [[unlikely]] TRAP(ctx->trap_code);   \
    fp[ip->d] = object;                                   \
    ADVANCE(cells);                                       \
  } while (0)
#define ACT_OR_TRAP(expression, cells)                            \
  do {                                                            \
    const TrapCode failure = expression;                          \
    if (failure != TrapCode::None) [[unlikely]] TRAP(failure);    \
    ADVANCE(cells);                                               \
  } while (0)

HANDLER(StructNew) {
  const uint32_t type = type_of(ctx, static_cast<uint32_t>(ip->imm));
  const ObjectLayout& layout = heap_of(ctx).layout(type);
  const uint32_t object = allocate(ctx, ip, fp, type, 0, layout.size_bytes);
  if (object == 0) [[unlikely]] TRAP(ctx->trap_code);
  uint8_t* const to = heap_of(ctx).at(object);
  const uint64_t* from = fp + ip[1].low;
  for (const ObjectLayout::Field& field : layout.fields) {
    store_value(to + field.offset, from, field.bytes);
    from += field.bytes == 16 ? 2 : 1;
  }
  fp[ip->d] = object;
  ADVANCE(2);
}

HANDLER(StructNewDefault) { RESULT_OBJECT(make_struct(ctx, ip, fp, type_of(ctx, static_cast<uint32_t>(ip->imm))), 1); }

#define STRUCT_GET(Name, T)                                                       \
  HANDLER(Name) {                                                                 \
    const uint64_t object = fp[ip->a];                                            \
    if (object == 0) [[unlikely]] TRAP(TrapCode::NullStruct);                     \
    fp[ip->d] = load_value<T>(heap_of(ctx).at(object) + static_cast<uint32_t>(ip->imm)); \
    ADVANCE(1);                                                                   \
  }
STRUCT_GET(StructGet8S, int8_t)
STRUCT_GET(StructGet8U, uint8_t)
STRUCT_GET(StructGet16S, int16_t)
STRUCT_GET(StructGet16U, uint16_t)
STRUCT_GET(StructGet32, uint32_t)
STRUCT_GET(StructGet64, uint64_t)

HANDLER(StructGet128) {
  const uint64_t object = fp[ip->a];
  if (object == 0) [[unlikely]] TRAP(TrapCode::NullStruct);
  std::memcpy(fp + ip->d, heap_of(ctx).at(object) + static_cast<uint32_t>(ip->imm), 16);
  ADVANCE(1);
}

#define STRUCT_SET(Name, bytes)                                                                  \
  HANDLER(Name) {                                                                                \
    const uint64_t object = fp[ip->d];                                                           \
    if (object == 0) [[unlikely]] TRAP(TrapCode::NullStruct);                                    \
    std::memcpy(heap_of(ctx).at(object) + static_cast<uint32_t>(ip->imm), fp + ip->a, (bytes));  \
    ADVANCE(1);                                                                                  \
  }
STRUCT_SET(StructSet8, 1)
STRUCT_SET(StructSet16, 2)
STRUCT_SET(StructSet32, 4)
STRUCT_SET(StructSet64, 8)
STRUCT_SET(StructSet128, 16)

HANDLER(ArrayNew) { RESULT_OBJECT(make_filled_array(ctx, ip, fp), 2); }
HANDLER(ArrayNewDefault) {
  RESULT_OBJECT(make_array(ctx, ip, fp, type_of(ctx, static_cast<uint32_t>(ip->imm)), static_cast<uint32_t>(fp[ip->a])), 1);
}
HANDLER(ArrayNewFixed) { RESULT_OBJECT(make_fixed_array(ctx, ip, fp), 2); }
HANDLER(ArrayNewData) { RESULT_OBJECT(make_array_of_segment(ctx, ip, fp, true), 2); }
HANDLER(ArrayNewElem) { RESULT_OBJECT(make_array_of_segment(ctx, ip, fp, false), 2); }

#define ARRAY_GET(Name, T)                                                                   \
  HANDLER(Name) {                                                                            \
    const uint64_t array = fp[ip->a], index = static_cast<uint32_t>(fp[ip->b]);              \
    if (array == 0) [[unlikely]] TRAP(TrapCode::NullArray);                                  \
    if (index >= length_of(ctx, array)) [[unlikely]] TRAP(TrapCode::OutOfBoundsArray);       \
    fp[ip->d] = load_value<T>(elements_of(ctx, array) + index * sizeof(T));                  \
    ADVANCE(1);                                                                              \
  }
ARRAY_GET(ArrayGet8S, int8_t)
ARRAY_GET(ArrayGet8U, uint8_t)
ARRAY_GET(ArrayGet16S, int16_t)
ARRAY_GET(ArrayGet16U, uint16_t)
ARRAY_GET(ArrayGet32, uint32_t)
ARRAY_GET(ArrayGet64, uint64_t)

HANDLER(ArrayGet128) {
  const uint64_t array = fp[ip->a], index = static_cast<uint32_t>(fp[ip->b]);
  if (array == 0) [[unlikely]] TRAP(TrapCode::NullArray);
  if (index >= length_of(ctx, array)) [[unlikely]] TRAP(TrapCode::OutOfBoundsArray);
  std::memcpy(fp + ip->d, elements_of(ctx, array) + index * 16, 16);
  ADVANCE(1);
}

#define ARRAY_SET(Name, bytes)                                                                  \
  HANDLER(Name) {                                                                               \
    const uint64_t array = fp[ip->d], index = static_cast<uint32_t>(fp[ip->a]);                 \
    if (array == 0) [[unlikely]] TRAP(TrapCode::NullArray);                                     \
    if (index >= length_of(ctx, array)) [[unlikely]] TRAP(TrapCode::OutOfBoundsArray);          \
    std::memcpy(elements_of(ctx, array) + index * (bytes), fp + ip->b, (bytes));                \
    ADVANCE(1);                                                                                 \
  }
ARRAY_SET(ArraySet8, 1)
ARRAY_SET(ArraySet16, 2)
ARRAY_SET(ArraySet32, 4)
ARRAY_SET(ArraySet64, 8)
ARRAY_SET(ArraySet128, 16)

HANDLER(ArrayLen) {
  const uint64_t array = fp[ip->a];
  if (array == 0) [[unlikely]] TRAP(TrapCode::NullArray);
  fp[ip->d] = length_of(ctx, array);
  ADVANCE(1);
}

HANDLER(ArrayFill) { ACT_OR_TRAP(fill_range(ctx, ip, fp + ip->low), 1); }
HANDLER(ArrayCopy) { ACT_OR_TRAP(copy_range(ctx, ip, fp + ip->low), 1); }
HANDLER(ArrayInitData) { ACT_OR_TRAP(init_range(ctx, ip, fp + ip->low, true), 2); }
HANDLER(ArrayInitElem) { ACT_OR_TRAP(init_range(ctx, ip, fp + ip->low, false), 2); }

HANDLER(RefTestType) {
  fp[ip->d] = has_type(ctx, fp[ip->a], static_cast<uint32_t>(ip->imm));
  ADVANCE(1);
}
HANDLER(RefTestTypeNull) {
  const uint64_t reference = fp[ip->a];
  fp[ip->d] = reference == 0 || has_type(ctx, reference, static_cast<uint32_t>(ip->imm));
  ADVANCE(1);
}
HANDLER(RefTestKind) {
  const uint64_t reference = fp[ip->a];
  fp[ip->d] = reference == 0 ? ip->c : has_kind(ctx, reference, static_cast<HeapKind>(ip->b), ip[1].low, ip[1].high != 0);
  ADVANCE(2);
}
HANDLER(RefCastType) {
  const uint64_t reference = fp[ip->a];
  if (!has_type(ctx, reference, static_cast<uint32_t>(ip->imm))) [[unlikely]] TRAP(TrapCode::CastFailure);
  fp[ip->d] = reference;
  ADVANCE(1);
}
HANDLER(RefCastTypeNull) {
  const uint64_t reference = fp[ip->a];
  if (reference != 0 && !has_type(ctx, reference, static_cast<uint32_t>(ip->imm))) [[unlikely]] TRAP(TrapCode::CastFailure);
  fp[ip->d] = reference;
  ADVANCE(1);
}
HANDLER(RefCastKind) {
  const uint64_t reference = fp[ip->a];
  const bool has = reference == 0 ? ip->c != 0 : has_kind(ctx, reference, static_cast<HeapKind>(ip->b), ip[1].low, ip[1].high != 0);
  if (!has) [[unlikely]] TRAP(TrapCode::CastFailure);
  fp[ip->d] = reference;
  ADVANCE(2);
}

HANDLER(RefI31) {
  fp[ip->d] = runtime::kI31Bit | (fp[ip->a] & 0x7FFFFFFF);
  ADVANCE(1);
}
HANDLER(I31GetS) {
  const uint64_t reference = fp[ip->a];
  if (reference == 0) [[unlikely]] TRAP(TrapCode::NullI31);
  fp[ip->d] = static_cast<uint32_t>(static_cast<int32_t>(static_cast<uint32_t>(reference) << 1) >> 1);
  ADVANCE(1);
}
HANDLER(I31GetU) {
  const uint64_t reference = fp[ip->a];
  if (reference == 0) [[unlikely]] TRAP(TrapCode::NullI31);
  fp[ip->d] = static_cast<uint32_t>(reference) & 0x7FFFFFFF;
  ADVANCE(1);
}

}  // namespace handlers
}  // namespace wasmscope::interp
