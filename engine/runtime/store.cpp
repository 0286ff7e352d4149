// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/store.h"

#include <algorithm>

#include "engine/base/try.h"
#include "engine/wasm/limits.h"

namespace wasmscope::runtime {
namespace {

constexpr uint64_t kMaxGlobals = 1u << 20;
constexpr uint64_t kMaxFlags = 1u << 24;

Region reserve_or_die(uint64_t bytes) {
  auto region = Region::create(0, bytes);
  CHECK(region.has_value());
  return std::move(*region);
}

}  // namespace

Store::Store() : globals_region(reserve_or_die(kMaxGlobals * 16)), flags_region(reserve_or_die(kMaxFlags)) {}

int64_t Memory::grow(uint64_t delta_pages) {
  const uint64_t old = pages();
  if (delta_pages > max_pages - old) return -1;
  if (!region.grow((old + delta_pages) << type.page_size_log2)) return -1;
  return static_cast<int64_t>(old);
}

int64_t Table::grow(uint64_t delta, uint64_t init) {
  const uint64_t old = size();
  if (delta > max_size - old || !region.grow((old + delta) * 8)) return -1;
  std::fill(elements() + old, elements() + old + delta, init);
  return static_cast<int64_t>(old);
}

Result<Memory*> Store::add_memory(const wasm::MemoryType& type) {
  uint64_t engine_pages = wasm::kMaxMemoryBytes >> type.page_size_log2;
  // The number of pages must fit a result of memory.size, also that of pages of one byte.
  if (!type.limits.is64) engine_pages = std::min<uint64_t>(engine_pages, UINT32_MAX);
  const uint64_t max_pages = type.limits.has_max ? std::min(type.limits.max, engine_pages) : engine_pages;
  if (type.limits.min > max_pages)
    return std::unexpected(error(ErrorCode::OutOfMemory, "memory of " + std::to_string(type.limits.min) + " pages"));
  constexpr int kUsualPage = 16;
  const bool is_usual = !type.limits.is64 && type.page_size_log2 == kUsualPage;
  auto region = Region::create(type.limits.min << type.page_size_log2, max_pages << type.page_size_log2, Region::Marks::Pages,
                               is_usual ? Region::Guard::Wanted : Region::Guard::None);
  if (!region)
    return std::unexpected(error(ErrorCode::OutOfMemory, "memory of " + std::to_string(type.limits.min) + " pages"));
  memories.push_back({static_cast<uint32_t>(memories.size()), type, max_pages, std::move(*region)});
  return &memories.back();
}

Result<Table*> Store::add_table(const wasm::TableType& type, uint64_t init) {
  const auto refuse = [&] {
    return std::unexpected(error(ErrorCode::OutOfMemory, "table of " + std::to_string(type.limits.min) + " elements"));
  };
  const uint64_t max_size =
      type.limits.has_max ? std::min<uint64_t>(type.limits.max, wasm::kMaxTableSize) : wasm::kMaxTableSize;
  // Many tables that a few bytes declare would fill gigabytes with their initial value.
  uint64_t others = 0;
  for (const Table& table : tables) others += table.size();
  if (type.limits.min > max_size || type.limits.min + others > wasm::kMaxInitialElements) return refuse();
  auto region = Region::create(type.limits.min * 8, max_size * 8);
  if (!region) return refuse();
  tables.push_back({static_cast<uint32_t>(tables.size()), type, max_size, std::move(*region)});
  Table& table = tables.back();
  if (init != 0) std::fill(table.elements(), table.elements() + table.size(), init);
  return &table;
}

Result<Global*> Store::add_global(const wasm::GlobalType& type, Value value) {
  const auto address = static_cast<uint32_t>(globals.size());
  if (!globals_region.grow((address + 1) * uint64_t{16}))
    return std::unexpected(error(ErrorCode::OutOfMemory, "too many globals"));
  globals.push_back({address, type});
  global(address)[0] = value.bits;
  global(address)[1] = value.high;
  return &globals.back();
}

Func& Store::add_func(uint32_t canonical_type) {
  const auto address = static_cast<uint32_t>(funcs.size());
  Func& func = funcs.emplace_back();
  func_pointers.push_back(&func);
  func.address = address;
  func.canonical_type = canonical_type;
  func.type = &types.func(canonical_type);
  func.param_slots = wasm::slots_of(func.type->params);
  func.result_slots = wasm::slots_of(func.type->results);
  return func;
}

Func& Store::add_host_func(std::shared_ptr<const HostFunc> host) {
  Func& func = add_func(types.canonicalise(host->type));
  func.host = std::move(host);
  return func;
}

Tag& Store::add_tag(uint32_t canonical_type) {
  tags.push_back({static_cast<uint32_t>(tags.size()), canonical_type, &types.func(canonical_type)});
  return tags.back();
}

Result<uint8_t*> Store::add_flags(uint64_t count) {
  const uint64_t begin = flags_region.size();
  if (!flags_region.grow(begin + count)) return std::unexpected(error(ErrorCode::OutOfMemory, "too many segments"));
  return flags_region.data() + begin;
}

StoreImage Store::save() const {
  StoreImage image;
  for (const Memory& memory : memories) image.memories.push_back(memory.region.save());
  for (const Table& table : tables) image.tables.push_back(table.region.save());
  image.globals = globals_region.save();
  image.flags = flags_region.save();
  image.heap = heap.region.save(heap.used_bytes());
  image.waits = waits;
  return image;
}

void Store::restore(const StoreImage& image) {
  for (size_t i = 0; i < memories.size(); ++i) memories[i].region.restore(image.memories[i]);
  for (size_t i = 0; i < tables.size(); ++i) tables[i].region.restore(image.tables[i]);
  globals_region.restore(image.globals);
  flags_region.restore(image.flags);
  heap.region.restore(image.heap);
  waits = image.waits;
}

}  // namespace wasmscope::runtime
