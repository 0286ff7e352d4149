// SPDX-License-Identifier: Apache-2.0
#include "engine/text/type_keywords.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace wasmscope::text {
namespace {

using wasm::HeapKind;

struct HeapRow {
  HeapKind heap;
  std::string_view keyword, short_form;
};
constexpr HeapRow kHeapRows[] = {
    {HeapKind::Concrete, "", ""},
    {HeapKind::Func, "func", "funcref"},
    {HeapKind::Extern, "extern", "externref"},
    {HeapKind::Any, "any", "anyref"},
    {HeapKind::Eq, "eq", "eqref"},
    {HeapKind::I31, "i31", "i31ref"},
    {HeapKind::Struct, "struct", "structref"},
    {HeapKind::Array, "array", "arrayref"},
    {HeapKind::Exn, "exn", "exnref"},
    {HeapKind::Cont, "cont", "contref"},
    {HeapKind::None, "none", "nullref"},
    {HeapKind::NoFunc, "nofunc", "nullfuncref"},
    {HeapKind::NoExtern, "noextern", "nullexternref"},
    {HeapKind::NoExn, "noexn", "nullexnref"},
    {HeapKind::NoCont, "nocont", "nullcontref"},
};
consteval bool are_rows_in_order() {
  for (size_t i = 0; i < std::size(kHeapRows); ++i)
    if (kHeapRows[i].heap != static_cast<HeapKind>(i)) return false;
  return std::size(kHeapRows) == static_cast<size_t>(HeapKind::NoCont) + 1;
}
static_assert(are_rows_in_order());

constexpr std::pair<std::string_view, wasm::ValType> kNumberRows[] = {
    {"i32", wasm::kI32}, {"i64", wasm::kI64}, {"f32", wasm::kF32}, {"f64", wasm::kF64}, {"v128", wasm::kV128}};

}  // namespace

std::string_view keyword_of(HeapKind heap) { return kHeapRows[static_cast<size_t>(heap)].keyword; }
std::string_view short_form(HeapKind heap) { return kHeapRows[static_cast<size_t>(heap)].short_form; }

std::optional<HeapKind> heap_kind_from(std::string_view keyword) {
  const auto* row = std::ranges::find(kHeapRows, keyword, &HeapRow::keyword);
  if (keyword.empty() || row == std::end(kHeapRows)) return std::nullopt;
  return row->heap;
}

std::optional<wasm::ValType> value_type_from(std::string_view keyword) {
  for (const auto& [name, type] : kNumberRows)
    if (name == keyword) return type;
  const auto* row = std::ranges::find(kHeapRows, keyword, &HeapRow::short_form);
  if (keyword.empty() || row == std::end(kHeapRows)) return std::nullopt;
  return wasm::ref_type(row->heap, true);
}

}  // namespace wasmscope::text
