// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/heap.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "engine/wasm/limits.h"

namespace wasmscope::runtime {
namespace {

using wasm::HeapKind;

// Ids in the order of declaration: 0 (struct i8 i64 any), 1 (array i8), 2 (array anyref), 3 (func anyref i32 v128).
class HeapTest : public testing::Test {
 protected:
  HeapTest() {
    wasm::Module module;
    const wasm::ValType any = wasm::ref_type(HeapKind::Any, true);
    const wasm::FieldType byte{wasm::kI32, wasm::Packed::I8, wasm::Mutability::Var};
    const auto add = [&](wasm::CompType type) {
      wasm::TypeDef& added = module.types.emplace_back();
      added.composite = std::move(type);
      added.rec_begin = added.rec_group = static_cast<uint32_t>(module.types.size() - 1);
    };
    add(wasm::StructType{{byte, {.type = wasm::kI64}, {.type = any}}});
    add(wasm::ArrayType{byte});
    add(wasm::ArrayType{{.type = any}});
    add(wasm::FuncType{{any, wasm::kI32, wasm::kV128}, {}});
    types_.canonicalise(module);
    EXPECT_EQ(types_.size(), 4u);
  }
  uint32_t make_struct() { return heap_.allocate_anyway(0, 0, heap_.layout(0).size_bytes); }
  uint32_t make_bytes(uint32_t length) { return heap_.allocate_anyway(1, length, 8 + uint64_t{length}); }
  uint32_t make_array(uint32_t length) { return heap_.allocate_anyway(2, length, 8 + uint64_t{length} * 8); }
  void set(uint32_t object, uint32_t offset, uint64_t reference) { std::memcpy(heap_.at(object) + offset, &reference, 8); }

  CanonicalTypes types_;
  Heap heap_{types_};
};

TEST_F(HeapTest, laysFieldsOutByTheirSize) {
  const ObjectLayout& layout = heap_.layout(0);
  EXPECT_EQ(layout.kind, HeapKind::Struct);
  EXPECT_EQ(layout.size_bytes, 32u);
  EXPECT_EQ(layout.fields[0].offset, 8u);
  EXPECT_EQ(layout.fields[1].offset, 16u);
  EXPECT_EQ(layout.traced, std::vector<uint32_t>{24});
  EXPECT_EQ(heap_.layout(1).element_bytes, 1u);
  EXPECT_FALSE(heap_.layout(1).elements_are_traced);
  EXPECT_TRUE(heap_.layout(2).elements_are_traced);
}

TEST_F(HeapTest, keepsWhatRootsReach) {
  const uint32_t first = make_struct(), second = make_array(3), third = make_bytes(5), lost = make_struct();
  set(first, 24, second);
  set(second, 8 + 8, third);
  set(third, 8, 0x2A);
  const uint64_t roots[] = {first, 0, kI31Bit | 7, kHostBit | 9};
  heap_.collect(roots);
  EXPECT_TRUE(heap_.holds_object(first));
  EXPECT_TRUE(heap_.holds_object(second));
  EXPECT_TRUE(heap_.holds_object(third));
  EXPECT_FALSE(heap_.holds_object(lost));
  EXPECT_FALSE(heap_.holds_object(first + 8));
  EXPECT_FALSE(heap_.holds_object(kI31Bit | 7));
  EXPECT_EQ(*heap_.at(third + 8), 0x2A);
  EXPECT_EQ(make_struct(), lost) << "the lowest free cell is used again";
  EXPECT_EQ(heap_.header(lost).type, 0u);
}

TEST_F(HeapTest, survivesCyclesAndLongLists) {
  uint32_t last = 0;
  for (int i = 0; i < 200'000; ++i) {
    const uint32_t next = make_struct();
    set(next, 24, last);
    last = next;
  }
  set(last, 16, last);
  const uint64_t roots[] = {last};
  heap_.collect(roots);
  EXPECT_EQ(heap_.live_bytes(), 200'000u * 32);
  heap_.collect({});
  EXPECT_EQ(heap_.live_bytes(), 0u);
}

TEST_F(HeapTest, givesLargeObjectsWholeBlocks) {
  const uint32_t large = make_bytes(100'000), other = make_array(5'000);
  set(other, 8 + 8 * 4'999, large);
  std::memset(heap_.at(large) + 8, 0xFF, 100'000);
  const uint64_t roots[] = {other};
  heap_.collect(roots);
  EXPECT_TRUE(heap_.holds_object(large));
  EXPECT_FALSE(heap_.holds_object(large + 16384));
  heap_.collect({});
  EXPECT_FALSE(heap_.holds_object(large));
  const uint32_t again = make_bytes(90'000);
  EXPECT_EQ(again, large);
  EXPECT_TRUE(std::all_of(heap_.at(again) + 8, heap_.at(again) + 90'008, [](uint8_t byte) { return byte == 0; }));
}

TEST_F(HeapTest, asksForACollectionByWhatWasAllocated) {
  uint64_t bytes = 0;
  while (heap_.allocate(0, 0, 32) != 0) bytes += 32;
  EXPECT_EQ(bytes, uint64_t{4} << 20);
  heap_.collect({});
  EXPECT_NE(heap_.allocate(0, 0, 32), 0u);
  EXPECT_EQ(heap_.allocate(1, 8 << 20, (8 << 20) + 8), 0u) << "a large object is more than what is left";
  EXPECT_NE(heap_.allocate_anyway(1, 8 << 20, (8 << 20) + 8), 0u);
}

TEST_F(HeapTest, refusesWhatDoesNotFit) {
  EXPECT_EQ(heap_.allocate_anyway(2, UINT32_MAX, 8 + uint64_t{UINT32_MAX} * 8), 0u);
  EXPECT_NE(heap_.allocate_anyway(1, 0, wasm::kMaxHeapBytes), 0u);
  EXPECT_EQ(make_struct(), 0u);
  heap_.collect({});
  EXPECT_NE(make_struct(), 0u);
}

TEST_F(HeapTest, holdsExceptions) {
  const uint32_t object = make_struct();
  const uint64_t slots[] = {object, 1, 2, 3};
  const uint32_t exception = heap_.allocate_exception(3, 17, slots);
  EXPECT_EQ(heap_.header(exception).type, 3 | kExceptionBit);
  EXPECT_EQ(heap_.layout(3 | kExceptionBit).size_bytes, 8u + 8 + 4 * 8);
  const uint64_t roots[] = {exception};
  heap_.collect(roots);
  EXPECT_TRUE(heap_.holds_object(object));
  EXPECT_EQ(std::memcmp(heap_.at(exception) + 16, slots, sizeof slots), 0);
}

TEST_F(HeapTest, isRestoredWithItsAllocator) {
  const uint32_t kept = make_struct();
  make_bytes(20'000);
  const uint64_t roots[] = {kept};
  heap_.collect(roots);
  const Region::Image image = heap_.region.save(heap_.used_bytes());
  std::vector<uint32_t> places;
  for (uint32_t i = 0; i < 3'000; ++i) places.push_back(make_bytes(i * 7 % 9'000));
  heap_.region.restore(image);
  EXPECT_TRUE(heap_.holds_object(kept));
  for (uint32_t i = 0; i < 3'000; ++i) EXPECT_EQ(make_bytes(i * 7 % 9'000), places[i]);
}

// Against a model that knows every object, its contents and what it refers to.
TEST_F(HeapTest, agreesWithAModel) {
  std::mt19937 random(7);
  struct Known {
    std::vector<uint32_t> refers;
    uint32_t length;
  };
  std::map<uint32_t, Known> known;
  std::vector<uint64_t> roots;
  for (int round = 0; round < 60; ++round) {
    for (int i = 0; i < 300; ++i) {
      const uint32_t length = random() % 20 == 0 ? random() % 4'000 : random() % 12;
      const uint32_t object = make_array(length);
      ASSERT_NE(object, 0u);
      ASSERT_FALSE(known.contains(object));
      ASSERT_EQ(heap_.header(object).length, length);
      for (uint32_t word = 0; word < length; ++word) {
        uint64_t bits;
        std::memcpy(&bits, heap_.at(object) + 8 + word * 8, 8);
        ASSERT_EQ(bits, 0u);
      }
      Known& entry = known[object] = {{}, length};
      for (uint32_t word = 0; word < std::min(length, 3u); ++word) {
        const auto target = std::next(known.begin(), random() % known.size());
        set(object, 8 + word * 8, target->first);
        entry.refers.push_back(target->first);
      }
      if (random() % 40 == 0) roots.push_back(object);
    }
    while (roots.size() > 12) roots.erase(roots.begin() + random() % roots.size());
    heap_.collect(roots);
    std::map<uint32_t, Known> reached;
    std::vector<uint32_t> pending(roots.begin(), roots.end());
    while (!pending.empty()) {
      const uint32_t object = pending.back();
      pending.pop_back();
      if (!reached.emplace(object, known.at(object)).second) continue;
      const auto& refers = known.at(object).refers;
      pending.insert(pending.end(), refers.begin(), refers.end());
    }
    for (const auto& [object, entry] : known) ASSERT_EQ(heap_.holds_object(object), reached.contains(object));
    known = reached;
    for (const auto& [object, entry] : known) {
      ASSERT_EQ(heap_.header(object).length, entry.length);
      for (size_t word = 0; word < entry.refers.size(); ++word) {
        uint64_t bits;
        std::memcpy(&bits, heap_.at(object) + 8 + word * 8, 8);
        ASSERT_EQ(bits, entry.refers[word]);
      }
    }
  }
}

}  // namespace
}  // namespace wasmscope::runtime
