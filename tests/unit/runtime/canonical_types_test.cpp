// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/canonical_types.h"

#include <gtest/gtest.h>
#include <chrono>

namespace wasmscope::runtime {
namespace {

using wasm::HeapKind;
using wasm::Module;
using wasm::ref_type;

wasm::TypeDef func_type(std::vector<wasm::ValType> params, std::vector<wasm::ValType> results = {}) {
  wasm::TypeDef def;
  def.composite = wasm::FuncType{std::move(params), std::move(results)};
  return def;
}
wasm::TypeDef struct_type(std::vector<wasm::ValType> fields, std::vector<wasm::TypeIndex> supertypes = {}) {
  wasm::StructType type;
  for (const wasm::ValType field : fields) type.fields.push_back({field});
  wasm::TypeDef def;
  def.composite = std::move(type);
  def.is_final = false;
  def.supertypes = std::move(supertypes);
  return def;
}
// Each inner list is a recursion group.
Module module_of(std::vector<std::vector<wasm::TypeDef>> groups) {
  Module module;
  for (auto& group : groups) {
    const auto begin = static_cast<uint32_t>(module.types.size());
    for (wasm::TypeDef& type : group) {
      type.rec_begin = begin;
      type.rec_size = static_cast<uint32_t>(group.size());
      module.types.push_back(std::move(type));
    }
  }
  return module;
}

TEST(CanonicalTypes, EqualTypesOfDifferentModulesHaveOneId) {
  CanonicalTypes types;
  const auto first = types.canonicalise(module_of({{func_type({wasm::kI32})}, {func_type({wasm::kF32})}}));
  const auto second =
      types.canonicalise(module_of({{struct_type({})}, {func_type({wasm::kF32})}, {func_type({wasm::kI32})}}));
  EXPECT_EQ(first[0], second[2]);
  EXPECT_EQ(first[1], second[1]);
  EXPECT_NE(first[0], first[1]);
  EXPECT_EQ(types.size(), 3u);
  EXPECT_EQ(types.canonicalise(wasm::FuncType{{wasm::kF32}, {}}), first[1]);
}

TEST(CanonicalTypes, GroupsAreEqualAsAWhole) {
  CanonicalTypes types;
  // A list node alone, and the same node in a group with something else.
  const auto alone = types.canonicalise(module_of({{struct_type({ref_type(0u, true)})}}));
  const auto grouped = types.canonicalise(module_of({{struct_type({ref_type(0u, true)}), func_type({})}}));
  EXPECT_NE(alone[0], grouped[0]);
  // At another index, referring to itself there, it is the same node.
  const auto shifted = types.canonicalise(module_of({{func_type({})}, {struct_type({ref_type(1u, true)})}}));
  EXPECT_EQ(alone[0], shifted[1]);
  // Referring to the earlier, equal node instead of itself it is not.
  const auto unrolled =
      types.canonicalise(module_of({{struct_type({ref_type(0u, true)})}, {struct_type({ref_type(0u, true)})}}));
  EXPECT_EQ(unrolled[0], alone[0]);
  EXPECT_NE(unrolled[1], alone[0]);
}

TEST(CanonicalTypes, CompositesReferToIds) {
  CanonicalTypes types;
  types.canonicalise(module_of({{func_type({})}, {func_type({wasm::kI64})}}));
  const auto ids = types.canonicalise(module_of({{struct_type({wasm::kI32})}, {func_type({ref_type(0u, false)})}}));
  EXPECT_EQ(ids[0], 2u);
  EXPECT_EQ(types.func(ids[1]).params[0], ref_type(ids[0], false));
  EXPECT_EQ(types.kind(ids[0]), HeapKind::Struct);
  EXPECT_TRUE(types.is_final(ids[1]));
  EXPECT_FALSE(types.is_final(ids[0]));
}

TEST(CanonicalTypes, SubtypingFollowsDeclarations) {
  CanonicalTypes types;
  // 0 above 1 above 2; 3 is below 0 as well; 4 is alone.
  const auto ids = types.canonicalise(module_of({{struct_type({})},
                                                 {struct_type({wasm::kI32}, {0})},
                                                 {struct_type({wasm::kI32, wasm::kI32}, {1})},
                                                 {struct_type({wasm::kF32}, {0})},
                                                 {struct_type({wasm::kF64})}}));
  for (uint32_t sub = 0; sub < 5; ++sub) {
    for (uint32_t super = 0; super < 5; ++super) {
      const bool expected = sub == super || (super == 0 && sub < 4) || (super == 1 && sub == 2);
      EXPECT_EQ(types.is_subtype(ids[sub], ids[super]), expected) << sub << " below " << super;
    }
  }
}

TEST(CanonicalTypes, ReferencesMatch) {
  CanonicalTypes types;
  const auto ids =
      types.canonicalise(module_of({{struct_type({})}, {struct_type({wasm::kI32}, {0})}, {func_type({})}}));
  const wasm::ValType above = ref_type(ids[0], true), below = ref_type(ids[1], true), func = ref_type(ids[2], true);
  EXPECT_TRUE(types.matches(below, above));
  EXPECT_FALSE(types.matches(above, below));
  EXPECT_TRUE(types.matches(ref_type(ids[1], false), above));
  EXPECT_FALSE(types.matches(below, ref_type(ids[0], false)));
  EXPECT_TRUE(types.matches(below, ref_type(HeapKind::Struct, true)));
  EXPECT_TRUE(types.matches(below, ref_type(HeapKind::Any, true)));
  EXPECT_FALSE(types.matches(below, wasm::kFuncRef));
  EXPECT_TRUE(types.matches(func, wasm::kFuncRef));
  EXPECT_TRUE(types.matches(ref_type(HeapKind::NoFunc, true), func));
  EXPECT_FALSE(types.matches(ref_type(HeapKind::None, true), func));
  EXPECT_TRUE(types.matches(ref_type(HeapKind::None, false), below));
  EXPECT_FALSE(types.matches(wasm::kI32, wasm::kI64));
}

TEST(CanonicalTypes, ManyTypesStayFast) {
  Module module;
  for (uint32_t i = 0; i < 100'000; ++i) {
    wasm::TypeDef type = struct_type({});
    // Chains of 50 types, each with one more field than the one above; all different by the size of the first.
    auto& fields = std::get<wasm::StructType>(type.composite).fields;
    for (uint32_t bit = 0; bit < 17; ++bit) fields.push_back({(i / 50) >> bit & 1 ? wasm::kI64 : wasm::kI32});
    fields.resize(17 + i % 50, {wasm::kF32});
    if (i % 50 != 0) type.supertypes = {i - 1};
    type.rec_begin = i;
    module.types.push_back(std::move(type));
  }
  CanonicalTypes types;
  const auto begin = std::chrono::steady_clock::now();
  const auto ids = types.canonicalise(module);
  EXPECT_EQ(types.canonicalise(module), ids);
  EXPECT_EQ(types.size(), module.types.size());
  EXPECT_TRUE(types.is_subtype(ids[99'999], ids[99'950]));
  EXPECT_FALSE(types.is_subtype(ids[99'999], ids[99'949]));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10));
}

}  // namespace
}  // namespace wasmscope::runtime
