// SPDX-License-Identifier: Apache-2.0
// The garbage collected heap: structs, arrays and exceptions, in one region that holds all of the allocator's
// state, so that a copy of the region is a copy of the heap. Objects never move; a reference is the object's
// byte offset in the region. Nothing is freed but by collect(), which marks from the roots that it is given.
// When a collection is due depends on what was allocated only, never on time or addresses.
//
//   region | State | what each block is | block | block | ...
//   block  | cells of one size class, or part of one large object |
//   object | type u32 | length u32 | fields or elements, see engine/wasm/object_layout.h |
#pragma once
#include <array>
#include <cstring>
#include <memory>
#include <span>
#include <vector>

#include "engine/runtime/canonical_types.h"
#include "engine/runtime/region.h"
#include "engine/runtime/value.h"
#include "engine/wasm/object_layout.h"

namespace wasmscope::runtime {

// `type` is a canonical id; of an exception, the id of its tag's type and this bit. An exception's first 8 bytes
// are its tag's address, the slots of its values follow.
inline constexpr uint32_t kExceptionBit = uint32_t{1} << 31;
struct ObjectHeader {
  uint32_t type;
  uint32_t length;   // elements of an array
};
static_assert(sizeof(ObjectHeader) == wasm::kObjectHeaderBytes);

struct ObjectLayout {
  wasm::HeapKind kind{};               // Struct, Array or Exn
  uint32_t size_bytes = 0;             // struct, exception: header included
  uint32_t element_bytes = 0;          // array
  bool elements_are_traced = false;
  struct Field {
    uint32_t offset;
    uint32_t bytes;
  };
  std::vector<Field> fields;           // struct; exception: of its values
  std::vector<uint32_t> traced;        // struct, exception: offsets of what may refer to an object
};

class Heap {
 public:
  explicit Heap(const CanonicalTypes& types);

  const ObjectLayout& layout(uint32_t type) {
    auto& layouts = layouts_[type >> 31];
    const uint32_t id = type & ~kExceptionBit;
    if (id < layouts.size() && layouts[id]) [[likely]] return *layouts[id];
    return make_layout(type);
  }
  // Whether a value of the type, in canonical form, may refer to an object.
  bool is_traced(wasm::ValType type) const;

  // A zeroed object of `bytes` bytes, header included. 0 when a collection is due first or there is no room.
  uint32_t allocate(uint32_t type, uint32_t length, uint64_t bytes) {
    State& state = this->state();
    if (bytes > kMaxCellBytes || state.budget_bytes < static_cast<int64_t>(bytes) || collects_always) [[unlikely]]
      return allocate_slowly(type, length, bytes);
    return allocate_cell(type, length, static_cast<uint32_t>(bytes));
  }
  // The same, whether or not a collection is due. 0 when there is no room.
  uint32_t allocate_anyway(uint32_t type, uint32_t length, uint64_t bytes);
  uint32_t allocate_exception(uint32_t tag_type, uint32_t tag_address, std::span<const uint64_t> slots);
  bool is_collection_due(uint64_t bytes) const { return collects_always || state().budget_bytes < static_cast<int64_t>(bytes); }

  // Frees what cannot be reached from the roots, which are references of any kind but those to functions.
  void collect(std::span<const uint64_t> roots);

  uint8_t* at(uint64_t reference) { return region.data() + static_cast<uint32_t>(reference); }
  const uint8_t* at(uint64_t reference) const { return region.data() + static_cast<uint32_t>(reference); }
  ObjectHeader header(uint64_t reference) const {
    ObjectHeader header;
    std::memcpy(&header, at(reference), sizeof header);
    return header;
  }
  uint32_t exception_tag(uint64_t exception) const {
    uint64_t address;
    std::memcpy(&address, at(exception) + sizeof(ObjectHeader), sizeof address);
    return static_cast<uint32_t>(address);
  }
  std::span<const uint64_t> exception_values(uint64_t exception) {
    const uint32_t bytes = layout(header(exception).type).size_bytes - static_cast<uint32_t>(sizeof(ObjectHeader)) - 8;
    return {reinterpret_cast<const uint64_t*>(at(exception) + sizeof(ObjectHeader) + 8), bytes / 8};
  }
  // Whether an object begins there now; for numbers of uncertain origin.
  bool holds_object(uint64_t reference) const;

  uint64_t live_bytes() const { return state().live_bytes; }   // found by the last collection
  // Bytes of the region that are not surely zero.
  uint64_t used_bytes() const { return state().block_count == 0 ? kTableBegin : block_begin(0) + uint64_t{state().block_count} * kBlockBytes; }
  uint64_t collections() const { return collections_; }

  Region region;
  // Every allocation is preceded by a collection; for tests.
  bool collects_always = false;

 private:
  static constexpr uint32_t kBlockBytes = 16384;
  static constexpr uint32_t kMaxCellBytes = 8192;
  static constexpr uint32_t kClasses = 37;
  static constexpr uint32_t kMaxBlocks = 65536;
  static constexpr uint32_t kTableBegin = 4096;
  static constexpr uint32_t kFirstBlock = kTableBegin + kMaxBlocks * 4 + (kBlockBytes - kTableBegin);
  // What a block is: free, of size class n - 1, the first of n blocks of a large object, or a further one.
  static constexpr uint32_t kFree = 0, kLarge = uint32_t{1} << 31, kLargeRest = uint32_t{1} << 30;
  static constexpr uint32_t kFreeCell = UINT32_MAX;   // as an object's type; its length is the next free cell

  struct State {
    int64_t budget_bytes;                // to be allocated before the next collection
    uint64_t live_bytes;
    uint32_t block_count;                // ever used
    uint32_t first_free_block;           // no block below is free
    uint32_t free_cells[kClasses];       // lists; 0 ends one
    uint32_t fresh_cells[kClasses];      // zeroed cells that were never used, up to fresh_ends
    uint32_t fresh_ends[kClasses];
  };
  static_assert(sizeof(State) <= kTableBegin);
  State& state() { return *reinterpret_cast<State*>(region.data()); }
  const State& state() const { return *reinterpret_cast<const State*>(region.data()); }
  uint32_t* blocks() { return reinterpret_cast<uint32_t*>(region.data() + kTableBegin); }
  const uint32_t* blocks() const { return reinterpret_cast<const uint32_t*>(region.data() + kTableBegin); }
  static uint32_t block_begin(uint32_t block) { return kFirstBlock + block * kBlockBytes; }

  static constexpr std::array<uint16_t, kClasses> kCellBytes = {
      8,   16,  24,  32,  40,  48,  56,  64,  72,  80,  88,  96,  104,  112,  120,  128,  160,  192, 224,
      256, 320, 384, 448, 512, 640, 768, 896, 1024, 1280, 1536, 1792, 2048, 2728, 3272, 4096, 5456, 8192};
  static constexpr auto kClassOf = [] {
    std::array<uint8_t, kMaxCellBytes / 8 + 1> classes{};
    uint8_t size_class = 0;
    for (uint32_t words = 0; words < classes.size(); ++words) {
      if (words * 8 > kCellBytes[size_class]) ++size_class;
      classes[words] = size_class;
    }
    return classes;
  }();

  uint32_t allocate_cell(uint32_t type, uint32_t length, uint32_t bytes) {
    State& state = this->state();
    const uint32_t size_class = kClassOf[(bytes + 7) / 8], cell_bytes = kCellBytes[size_class];
    uint32_t cell = state.free_cells[size_class];
    if (cell != 0) {
      state.free_cells[size_class] = header(cell).length;
      std::memset(at(cell), 0, cell_bytes);
    } else {
      if (state.fresh_cells[size_class] == state.fresh_ends[size_class] && !refill(size_class)) return 0;
      cell = state.fresh_cells[size_class];
      state.fresh_cells[size_class] = cell + cell_bytes;
    }
    state.budget_bytes -= cell_bytes;
    const ObjectHeader header{type, length};
    std::memcpy(at(cell), &header, sizeof header);
    return cell;
  }
  uint32_t allocate_slowly(uint32_t type, uint32_t length, uint64_t bytes);
  bool refill(uint32_t size_class);
  uint32_t take_blocks(uint32_t count);   // zeroed; kMaxBlocks when there are not so many
  uint64_t sweep(const std::vector<uint64_t>& marks);
  const ObjectLayout& make_layout(uint32_t type);

  const CanonicalTypes& types_;
  std::vector<std::unique_ptr<ObjectLayout>> layouts_[2];   // of objects and of exceptions, by canonical id
  uint64_t collections_ = 0;
};

}  // namespace wasmscope::runtime
