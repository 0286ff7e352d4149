// SPDX-License-Identifier: Apache-2.0
// The store: every function, memory, table, global and instance of a program, with stable addresses.
// Mutable state is in regions; everything else is fixed at instantiation. Engine thread only.
// https://webassembly.github.io/spec/core/exec/runtime.html
#pragma once
#include <deque>
#include <memory>
#include <vector>

#include "engine/runtime/canonical_types.h"
#include "engine/runtime/heap.h"
#include "engine/runtime/host_function.h"
#include "engine/runtime/region.h"
#include "engine/runtime/wait_queue.h"
#include "engine/wasm/error.h"
#include "engine/wasm/features.h"
#include "engine/wasm/module.h"

namespace wasmscope::runtime {

struct Instance;

struct Func {
  uint32_t address = 0;              // in Store::funcs
  uint32_t index = wasm::kNoIndex;   // in the instance's module; a host function's in the first that imports it
  uint32_t canonical_type = 0;       // in Store::types
  const wasm::FuncType* type = nullptr;   // in canonical form, as all types in the store
  uint32_t param_slots = 0, result_slots = 0;
  Instance* instance = nullptr;      // null for host functions
  std::shared_ptr<const HostFunc> host;   // set for host functions
  bool missing = false;              // an import that nobody provides: pauses when called
  const wasm::Import* import = nullptr;   // for missing ones: what was asked for
  const void* entry = nullptr;       // installed by the tiers: where a call continues
  const void* compiled = nullptr;    // the same for calls by compiled code of the instance
};

struct Memory {
  uint32_t address = 0;
  wasm::MemoryType type;
  uint64_t max_pages = 0;            // the type's maximum and the engine's limit, whichever is less
  Region region;

  uint64_t size_bytes() const { return region.size(); }
  uint64_t pages() const { return region.size() >> type.page_size_log2; }
  // The previous size in pages, or -1.
  int64_t grow(uint64_t delta_pages);
};

// Elements are 8-byte references.
struct Table {
  uint32_t address = 0;
  wasm::TableType type;
  uint64_t max_size = 0;
  Region region;

  uint64_t size() const { return region.size() / 8; }
  uint64_t* elements() { return reinterpret_cast<uint64_t*>(region.data()); }
  const uint64_t* elements() const { return reinterpret_cast<const uint64_t*>(region.data()); }
  int64_t grow(uint64_t delta, uint64_t init);
};

struct Global {
  uint32_t address = 0;              // in Store::globals; the value is in the globals region
  wasm::GlobalType type;
};

struct Tag {
  uint32_t address = 0;
  uint32_t canonical_type = 0;
  const wasm::FuncType* type = nullptr;
};

struct Instance {
  uint32_t id = 0;
  std::shared_ptr<const wasm::Module> module;
  std::vector<Func*> funcs;
  std::vector<Memory*> memories;
  std::vector<Table*> tables;
  std::vector<uint64_t*> globals;            // two slots each, in the globals region
  std::vector<uint32_t> global_addresses;
  std::vector<Tag*> tags;
  std::vector<uint32_t> canonical_types;     // by type index: ids in Store::types
  std::vector<std::vector<uint64_t>> elems;  // evaluated element segments: references
  uint8_t* dropped_elems = nullptr;          // one byte a segment, in the flags region
  uint8_t* dropped_datas = nullptr;
  void* code = nullptr;                      // owned by interp: the module's slot code
};

// Saved regions of a store: all its mutable state but the stacks.
struct StoreImage {
  std::vector<Region::Image> memories, tables;
  Region::Image globals, flags, heap;
  WaitQueue waits;
};

class Store {
 public:
  Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  Func& add_func(uint32_t canonical_type);
  Func& add_host_func(std::shared_ptr<const HostFunc> host);
  Tag& add_tag(uint32_t canonical_type);
  // Types are in canonical form.
  Result<Memory*> add_memory(const wasm::MemoryType& type);
  Result<Table*> add_table(const wasm::TableType& type, uint64_t init);
  Result<Global*> add_global(const wasm::GlobalType& type, Value value);
  uint64_t* global(uint32_t address) { return reinterpret_cast<uint64_t*>(globals_region.data()) + 2 * address; }
  Result<uint8_t*> add_flags(uint64_t count);

  StoreImage save() const;
  void restore(const StoreImage& image);

  CanonicalTypes types;
  // A deque keeps addresses stable.
  std::deque<Func> funcs;
  std::vector<Func*> func_pointers;   // by address: indexing a deque divides
  std::deque<Memory> memories;
  std::deque<Table> tables;
  std::deque<Instance> instances;
  std::deque<Global> globals;
  std::deque<Tag> tags;
  Region globals_region;
  Region flags_region;
  Heap heap{types};
  WaitQueue waits;
  HostSink* sink = nullptr;
};

// What an instantiation could not find; the functions exist and pause when called.
struct MissingImport {
  uint32_t import = 0;   // ordinal in Module::imports
};
struct InstantiateResult {
  Instance* instance = nullptr;
  std::vector<MissingImport> missing;
};
// Everything but running the start function: allocates, evaluates initialisers, copies active segments.
// A segment out of bounds is a trap of the instantiation and comes back as `trap`.
// Missing imports: functions become pausing stubs; memories, tables and globals of the wanted type are made
// with their minimum size and zero values. A host function of another type is a link error.
struct InstantiateOutcome {
  InstantiateResult result;
  std::optional<wasm::TrapCode> trap;
  ByteRange trap_range;      // of the segment
};
Result<InstantiateOutcome> instantiate(Store& store, std::shared_ptr<const wasm::Module> module,
                                       const Imports& imports);

}  // namespace wasmscope::runtime
