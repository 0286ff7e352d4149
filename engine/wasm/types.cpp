// SPDX-License-Identifier: Apache-2.0
#include "engine/wasm/types.h"

#include <string_view>

namespace wasmscope::wasm {
namespace {

std::string_view heap_text(HeapKind heap) {
  switch (heap) {
    case HeapKind::Concrete: return "";
    case HeapKind::Func: return "func";
    case HeapKind::Extern: return "extern";
    case HeapKind::Any: return "any";
    case HeapKind::Eq: return "eq";
    case HeapKind::I31: return "i31";
    case HeapKind::Struct: return "struct";
    case HeapKind::Array: return "array";
    case HeapKind::Exn: return "exn";
    case HeapKind::Cont: return "cont";
    case HeapKind::None: return "none";
    case HeapKind::NoFunc: return "nofunc";
    case HeapKind::NoExtern: return "noextern";
    case HeapKind::NoExn: return "noexn";
    case HeapKind::NoCont: return "nocont";
  }
  return "";
}

// Abbreviations of (ref null ...).
std::string_view nullable_text(HeapKind heap) {
  switch (heap) {
    case HeapKind::Concrete: return "";
    case HeapKind::Func: return "funcref";
    case HeapKind::Extern: return "externref";
    case HeapKind::Any: return "anyref";
    case HeapKind::Eq: return "eqref";
    case HeapKind::I31: return "i31ref";
    case HeapKind::Struct: return "structref";
    case HeapKind::Array: return "arrayref";
    case HeapKind::Exn: return "exnref";
    case HeapKind::Cont: return "contref";
    case HeapKind::None: return "nullref";
    case HeapKind::NoFunc: return "nullfuncref";
    case HeapKind::NoExtern: return "nullexternref";
    case HeapKind::NoExn: return "nullexnref";
    case HeapKind::NoCont: return "nullcontref";
  }
  return "";
}

std::string list_text(const std::vector<ValType>& types) {
  std::string text = "(";
  for (const ValType type : types) {
    if (text.size() > 1) text += ", ";
    text += to_text(type);
  }
  return text + ")";
}

std::string to_text(const FieldType& field) {
  const std::string type = field.packed == Packed::I8    ? "i8"
                           : field.packed == Packed::I16 ? "i16"
                                                         : wasm::to_text(field.type);
  return field.mutability == Mutability::Var ? "(mut " + type + ")" : type;
}

}  // namespace

std::string to_text(ValType type) {
  switch (type.kind) {
    case Kind::Bottom: return "any";
    case Kind::I32: return "i32";
    case Kind::I64: return "i64";
    case Kind::F32: return "f32";
    case Kind::F64: return "f64";
    case Kind::V128: return "v128";
    case Kind::Ref: break;
  }
  const bool is_concrete = type.heap == HeapKind::Concrete;
  if (!is_concrete && type.nullable && !type.exact) return std::string(nullable_text(type.heap));
  std::string heap = is_concrete ? "$" + std::to_string(type.index) : std::string(heap_text(type.heap));
  if (type.exact) heap = "(exact " + heap + ")";
  return (type.nullable ? "(ref null " : "(ref ") + heap + ")";
}

std::string to_text(const FuncType& type) { return list_text(type.params) + " -> " + list_text(type.results); }

std::string to_text(const CompType& type) {
  if (const auto* func = std::get_if<FuncType>(&type)) return to_text(*func);
  if (const auto* array = std::get_if<ArrayType>(&type)) return "array " + to_text(array->element);
  if (const auto* cont = std::get_if<ContType>(&type)) return "cont $" + std::to_string(cont->func);
  std::string text = "struct {";
  for (const FieldType& field : std::get<StructType>(type).fields) {
    if (text.back() != '{') text += ", ";
    text += to_text(field);
  }
  return text + "}";
}

}  // namespace wasmscope::wasm
