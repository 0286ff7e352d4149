// SPDX-License-Identifier: Apache-2.0
#include "ui/model/go_to.h"

#include <optional>

#include "engine/debug/place.h"
#include "ui/model/number_text.h"

namespace wasmscope::ui {
namespace {

std::expected<Intent, std::string> to_memory(const debug::Snapshot& snapshot, wasm::MemoryIndex memory,
                                             uint64_t address) {
  if (memory >= snapshot.memories.size()) return std::unexpected("there is no memory " + std::to_string(memory));
  const uint64_t size = snapshot.memories[memory].size;
  if (address >= size)
    return std::unexpected(hex(address) + " is past the end of memory " + std::to_string(memory) + ", " + hex(size));
  return ShowMemory{memory, {address, address + 1}};
}

std::optional<uint64_t> find_global(const debug::Snapshot& snapshot, std::string_view name) {
  if (name.starts_with('$')) name.remove_prefix(1);
  for (const debug::GlobalValue& global : snapshot.globals) {
    const bool is_address = global.type.type == wasm::kI32 || global.type.type == wasm::kI64;
    std::string_view own = global.name;
    if (own.starts_with('$')) own.remove_prefix(1);
    if (is_address && !own.empty() && own == name) return global.value.bits;
  }
  return std::nullopt;
}

}  // namespace

std::expected<Intent, std::string> parse_go_to(std::string_view text, const debug::Snapshot& snapshot,
                                               wasm::MemoryIndex memory, uint64_t cursor) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  if (text.starts_with('+') || text.starts_with('-')) {
    const auto distance = debug::parse_number(text.substr(1));
    if (!distance) return std::unexpected("not a number: " + std::string(text));
    const bool is_before_start = text[0] == '-' && *distance > cursor;
    return to_memory(snapshot, memory, is_before_start ? 0 : text[0] == '+' ? cursor + *distance : cursor - *distance);
  }
  if (const auto address = debug::parse_number(text)) return to_memory(snapshot, memory, *address);
  if (const auto place = debug::parse_memory_place(text)) return to_memory(snapshot, place->memory, place->address);
  if (const auto address = find_global(snapshot, text)) return to_memory(snapshot, memory, *address);
  if (!snapshot.loaded || !snapshot.loaded->module || snapshot.loaded->error) return std::unexpected("no such place");
  const auto place = debug::parse_code_place(*snapshot.loaded->module, *snapshot.loaded->names, text);
  if (!place) return std::unexpected(to_line(place.error(), nullptr));
  return ShowCode{place->func, place->pc};
}

}  // namespace wasmscope::ui
