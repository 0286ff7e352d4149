// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/heap.h"

#include <algorithm>
#include <variant>

#include "engine/base/try.h"
#include "engine/wasm/limits.h"

namespace wasmscope::runtime {
namespace {

using wasm::HeapKind;

constexpr int64_t kLeastBudgetBytes = 4 << 20;
constexpr uint64_t kGrowthBytes = 1 << 20;

Region reserve_or_die(uint64_t initial_bytes, uint64_t max_bytes) {
  auto region = Region::create(initial_bytes, max_bytes);
  CHECK(region.has_value());
  return std::move(*region);
}

// One bit for every 8 bytes of the heap, and the objects that are marked but not looked into.
class Marking {
 public:
  explicit Marking(uint64_t heap_bytes) : marks(heap_bytes / 512 + 1) {}

  void mark(uint64_t reference) {
    if (!is_object(reference)) return;
    uint64_t& word = marks[reference / 512];
    const uint64_t bit = uint64_t{1} << (reference / 8 % 64);
    if ((word & bit) != 0) return;
    word |= bit;
    pending.push_back(static_cast<uint32_t>(reference));
  }

  std::vector<uint64_t> marks;
  std::vector<uint32_t> pending;
};

bool is_marked(const std::vector<uint64_t>& marks, uint32_t object) {
  return (marks[object / 512] >> (object / 8 % 64) & 1) != 0;
}

uint64_t reference_at(const uint8_t* from) {
  uint64_t reference;
  std::memcpy(&reference, from, sizeof reference);
  return reference;
}

}  // namespace

Heap::Heap(const CanonicalTypes& types)
    : region(reserve_or_die(kTableBegin, kFirstBlock + wasm::kMaxHeapBytes)), types_(types) {
  static_assert(uint64_t{kMaxBlocks} * kBlockBytes == wasm::kMaxHeapBytes);
  state().budget_bytes = kLeastBudgetBytes;
}

bool Heap::is_traced(wasm::ValType type) const {
  if (!type.is_ref()) return false;
  const HeapKind kind = type.heap == HeapKind::Concrete ? types_.kind(type.index) : type.heap;
  switch (kind) {
    case HeapKind::Any:
    case HeapKind::Eq:
    case HeapKind::Struct:
    case HeapKind::Array:
    case HeapKind::Extern:
    case HeapKind::Exn: return true;
    default: return false;
  }
}

const ObjectLayout& Heap::make_layout(uint32_t type) {
  auto& layouts = layouts_[type >> 31];
  const uint32_t id = type & ~kExceptionBit;
  if (id >= layouts.size()) layouts.resize(id + 1);
  layouts[id] = std::make_unique<ObjectLayout>();
  ObjectLayout& layout = *layouts[id];
  const wasm::CompType& composite = types_.composite(id);
  if ((type & kExceptionBit) != 0) {
    layout.kind = HeapKind::Exn;
    uint32_t offset = sizeof(ObjectHeader) + 8;
    for (const wasm::ValType param : std::get<wasm::FuncType>(composite).params) {
      layout.fields.push_back({offset, param.slots() * 8});
      if (is_traced(param)) layout.traced.push_back(offset);
      offset += param.slots() * 8;
    }
    layout.size_bytes = offset;
  } else if (const auto* array = std::get_if<wasm::ArrayType>(&composite)) {
    layout.kind = HeapKind::Array;
    layout.element_bytes = wasm::storage_bytes(array->element);
    layout.elements_are_traced = is_traced(array->element.type);
  } else {
    const auto& structure = std::get<wasm::StructType>(composite);
    const wasm::StructLayout places = wasm::layout_of(structure);
    layout.kind = HeapKind::Struct;
    layout.size_bytes = places.size_bytes;
    for (size_t i = 0; i < structure.fields.size(); ++i) {
      layout.fields.push_back({places.offsets[i], wasm::storage_bytes(structure.fields[i])});
      if (is_traced(structure.fields[i].type)) layout.traced.push_back(places.offsets[i]);
    }
  }
  return layout;
}

// --- allocating

uint32_t Heap::allocate_slowly(uint32_t type, uint32_t length, uint64_t bytes) {
  if (collects_always || state().budget_bytes < static_cast<int64_t>(std::min(bytes, wasm::kMaxHeapBytes + 1)))
    return 0;
  return allocate_anyway(type, length, bytes);
}

uint32_t Heap::allocate_anyway(uint32_t type, uint32_t length, uint64_t bytes) {
  if (bytes <= kMaxCellBytes) return allocate_cell(type, length, static_cast<uint32_t>(bytes));
  if (bytes > wasm::kMaxHeapBytes) return 0;
  const auto count = static_cast<uint32_t>((bytes + kBlockBytes - 1) / kBlockBytes);
  const uint32_t first = take_blocks(count);
  if (first == kMaxBlocks) return 0;
  blocks()[first] = kLarge | count;
  std::fill_n(blocks() + first + 1, count - 1, kLargeRest);
  state().budget_bytes -= int64_t{count} * kBlockBytes;
  const ObjectHeader header{type, length};
  std::memcpy(at(block_begin(first)), &header, sizeof header);
  return block_begin(first);
}

uint32_t Heap::allocate_exception(uint32_t tag_type, uint32_t tag_address, std::span<const uint64_t> slots) {
  const uint32_t type = tag_type | kExceptionBit;
  const uint32_t object = allocate_anyway(type, 0, layout(type).size_bytes);
  if (object == 0) return 0;
  const uint64_t tag = tag_address;
  std::memcpy(at(object) + sizeof(ObjectHeader), &tag, sizeof tag);
  if (!slots.empty()) std::memcpy(at(object) + sizeof(ObjectHeader) + 8, slots.data(), slots.size_bytes());
  return object;
}

bool Heap::refill(uint32_t size_class) {
  const uint32_t block = take_blocks(1);
  if (block == kMaxBlocks) return false;
  blocks()[block] = size_class + 1;
  const uint32_t cell_bytes = kCellBytes[size_class];
  state().fresh_cells[size_class] = block_begin(block);
  state().fresh_ends[size_class] = block_begin(block) + kBlockBytes / cell_bytes * cell_bytes;
  return true;
}

uint32_t Heap::take_blocks(uint32_t count) {
  if (region.size() < kFirstBlock && !region.grow(kFirstBlock)) return kMaxBlocks;
  State& heap = state();
  const uint32_t* const table = blocks();
  uint32_t first = heap.first_free_block, run = 0;
  while (first + run < heap.block_count && run < count) {
    if (table[first + run] == kFree) {
      ++run;
    } else {
      first += run + 1;
      run = 0;
    }
  }
  if (uint64_t{first} + count > kMaxBlocks) return kMaxBlocks;
  const uint32_t end = first + count, dirty_end = std::min(end, heap.block_count);
  const uint64_t end_bytes = block_begin(0) + uint64_t{end} * kBlockBytes;
  if (end_bytes > region.size()) {
    const uint64_t wanted = std::min((end_bytes + kGrowthBytes - 1) / kGrowthBytes * kGrowthBytes, region.max_size());
    if (!region.grow(wanted)) return kMaxBlocks;
  }
  // Blocks beyond those ever used are as zero as the system gave them.
  if (dirty_end > first) std::memset(at(block_begin(first)), 0, uint64_t{dirty_end - first} * kBlockBytes);
  heap.block_count = std::max(heap.block_count, end);
  if (first == heap.first_free_block) heap.first_free_block = end;
  return first;
}

// --- collecting

void Heap::collect(std::span<const uint64_t> roots) {
  ++collections_;
  Marking marking(used_bytes());
  for (const uint64_t root : roots) marking.mark(root);
  while (!marking.pending.empty()) {
    const uint32_t object = marking.pending.back();
    marking.pending.pop_back();
    const ObjectHeader object_header = header(object);
    const ObjectLayout& object_layout = layout(object_header.type);
    const uint8_t* const data = at(object);
    for (const uint32_t offset : object_layout.traced) marking.mark(reference_at(data + offset));
    if (!object_layout.elements_are_traced) continue;
    for (uint32_t i = 0; i < object_header.length; ++i)
      marking.mark(reference_at(data + sizeof(ObjectHeader) + uint64_t{i} * 8));
  }
  State& heap = state();
  heap.live_bytes = sweep(marking.marks);
  heap.budget_bytes = std::max(kLeastBudgetBytes, static_cast<int64_t>(heap.live_bytes));
}

// Makes the lists of free cells anew, in the order of addresses, and says how many bytes the marked objects take.
uint64_t Heap::sweep(const std::vector<uint64_t>& marks) {
  State& heap = state();
  uint32_t last_free[kClasses] = {};
  std::fill_n(heap.free_cells, kClasses, 0);
  std::fill_n(heap.fresh_cells, kClasses, 0);
  std::fill_n(heap.fresh_ends, kClasses, 0);
  heap.first_free_block = heap.block_count;
  uint64_t live = 0;
  const auto free_blocks = [&](uint32_t first, uint32_t count) {
    std::fill_n(blocks() + first, count, kFree);
    heap.first_free_block = std::min(heap.first_free_block, first);
  };
  for (uint32_t block = 0; block < heap.block_count;) {
    const uint32_t what = blocks()[block];
    if ((what & kLarge) != 0) {
      const uint32_t count = what & ~kLarge;
      if (is_marked(marks, block_begin(block)))
        live += uint64_t{count} * kBlockBytes;
      else
        free_blocks(block, count);
      block += count;
      continue;
    }
    if (what == kFree) {
      free_blocks(block, 1);
      ++block;
      continue;
    }
    const uint32_t size_class = what - 1, cell_bytes = kCellBytes[size_class];
    const uint32_t begin = block_begin(block), count = kBlockBytes / cell_bytes;
    const uint64_t* const first_mark = marks.data() + begin / 512;
    if (std::all_of(first_mark, first_mark + kBlockBytes / 512, [](uint64_t word) { return word == 0; })) {
      free_blocks(block, 1);
      ++block;
      continue;
    }
    for (uint32_t i = 0; i < count; ++i) {
      const uint32_t cell = begin + i * cell_bytes;
      if (is_marked(marks, cell)) {
        live += cell_bytes;
        continue;
      }
      const ObjectHeader free{kFreeCell, 0};
      std::memcpy(at(cell), &free, sizeof free);
      uint32_t& last = last_free[size_class];
      if (last == 0)
        heap.free_cells[size_class] = cell;
      else
        std::memcpy(at(last) + offsetof(ObjectHeader, length), &cell, sizeof cell);
      last = cell;
    }
    ++block;
  }
  return live;
}

bool Heap::holds_object(uint64_t reference) const {
  if (!is_object(reference) || reference % 8 != 0 || reference < kFirstBlock || reference >= used_bytes()) return false;
  const auto object = static_cast<uint32_t>(reference);
  const uint32_t block = (object - kFirstBlock) / kBlockBytes, what = blocks()[block];
  const uint32_t type = header(object).type;
  if (type == kFreeCell || (type & ~kExceptionBit) >= types_.size()) return false;
  if ((what & kLarge) != 0) return object == block_begin(block);
  if (what == kFree || what == kLargeRest) return false;
  const uint32_t size_class = what - 1, cell_bytes = kCellBytes[size_class], within = object - block_begin(block);
  if (within % cell_bytes != 0 || within / cell_bytes >= kBlockBytes / cell_bytes) return false;
  // Of the block that is being used up the rest has no objects yet.
  const uint32_t fresh = state().fresh_cells[size_class], end = state().fresh_ends[size_class];
  return object < fresh || object >= end;
}

}  // namespace wasmscope::runtime
