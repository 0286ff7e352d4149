// SPDX-License-Identifier: Apache-2.0
// Value, heap and composite types of WebAssembly 3.0, and the index spaces.
// https://webassembly.github.io/spec/core/syntax/types.html
#pragma once
#include <bit>
#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace wasmscope::wasm {

// Index spaces of a module. Plain integers: every use is named by its type at the declaration.
using TypeIndex = uint32_t;
using FuncIndex = uint32_t;
using TableIndex = uint32_t;
using MemoryIndex = uint32_t;
using GlobalIndex = uint32_t;
using TagIndex = uint32_t;
using ElemIndex = uint32_t;
using DataIndex = uint32_t;
using LocalIndex = uint32_t;
inline constexpr uint32_t kNoIndex = UINT32_MAX;

enum class Kind : uint8_t { Bottom, I32, I64, F32, F64, V128, Ref };

// Concrete means "the type at ValType::index"; the rest are the abstract heap types.
enum class HeapKind : uint8_t {
  Concrete,
  Func,
  Extern,
  Any,
  Eq,
  I31,
  Struct,
  Array,
  Exn,
  Cont,
  None,
  NoFunc,
  NoExtern,
  NoExn,
  NoCont,
};

struct ValType {
  Kind kind = Kind::Bottom;
  bool nullable = false;                 // Ref only
  HeapKind heap = HeapKind::Concrete;    // Ref only
  bool exact = false;                    // Ref only; custom descriptors
  TypeIndex index = 0;                   // Ref to Concrete only; else 0

  friend bool operator==(const ValType&, const ValType&) = default;
  bool is_ref() const { return kind == Kind::Ref; }
  bool is_num() const { return kind >= Kind::I32 && kind <= Kind::F64; }
  // Frame slots of 8 bytes that a value takes.
  uint32_t slots() const { return kind == Kind::V128 ? 2 : 1; }
  bool is_defaultable() const { return kind != Kind::Ref || nullable; }
};

inline constexpr ValType kI32{Kind::I32}, kI64{Kind::I64}, kF32{Kind::F32}, kF64{Kind::F64}, kV128{Kind::V128},
    kBottom{Kind::Bottom};
constexpr ValType ref_type(HeapKind heap, bool nullable) { return {Kind::Ref, nullable, heap, false, 0}; }
constexpr ValType ref_type(TypeIndex index, bool nullable) {
  return {Kind::Ref, nullable, HeapKind::Concrete, false, index};
}
inline constexpr ValType kFuncRef = ref_type(HeapKind::Func, true), kExternRef = ref_type(HeapKind::Extern, true);

// "i32", "funcref", "(ref null $3)": the text format's spelling, concrete types by index.
std::string to_text(ValType type);

// Frame slots of the values together.
constexpr uint32_t slots_of(std::span<const ValType> types) {
  uint32_t slots = 0;
  for (const ValType type : types) slots += type.slots();
  return slots;
}

enum class Packed : uint8_t { None, I8, I16 };
enum class Mutability : uint8_t { Const, Var };

struct FuncType {
  std::vector<ValType> params, results;
  friend bool operator==(const FuncType&, const FuncType&) = default;
};
struct FieldType {
  ValType type;
  Packed packed = Packed::None;
  Mutability mutability = Mutability::Const;
  friend bool operator==(const FieldType&, const FieldType&) = default;
};
struct StructType {
  std::vector<FieldType> fields;
  friend bool operator==(const StructType&, const StructType&) = default;
};
struct ArrayType {
  FieldType element;
  friend bool operator==(const ArrayType&, const ArrayType&) = default;
};
struct ContType {  // stack switching
  TypeIndex func = 0;
  friend bool operator==(const ContType&, const ContType&) = default;
};
using CompType = std::variant<FuncType, StructType, ArrayType, ContType>;

// "(i32, i32) -> (i64)", "() -> ()"
std::string to_text(const FuncType& type);
std::string to_text(const CompType& type);

struct Limits {
  uint64_t min = 0;
  uint64_t max = UINT64_MAX;  // only meaningful with has_max
  bool has_max = false;
  bool shared = false;
  bool is64 = false;          // address type i64
  friend bool operator==(const Limits&, const Limits&) = default;
};
struct MemoryType {
  Limits limits;              // in pages
  uint32_t page_size_log2 = 16;
  friend bool operator==(const MemoryType&, const MemoryType&) = default;
};
struct TableType {
  Limits limits;
  ValType element;
  friend bool operator==(const TableType&, const TableType&) = default;
};
struct GlobalType {
  ValType type;
  Mutability mutability = Mutability::Const;
  friend bool operator==(const GlobalType&, const GlobalType&) = default;
};
struct TagType {
  TypeIndex type = 0;
  friend bool operator==(const TagType&, const TagType&) = default;
};

}  // namespace wasmscope::wasm
