// SPDX-License-Identifier: Apache-2.0
#include "engine/replay/state_hash.h"

#include <map>
#include <memory>
#include <utility>

#include <xxhash.h>

#include "engine/base/try.h"
#include "engine/lower/slot_code.h"

namespace wasmscope::replay {
namespace {

using runtime::Execution;
using runtime::Func;

class Hasher {
 public:
  Hasher() : state_(XXH3_createState()) {
    CHECK(state_ != nullptr);
    XXH3_64bits_reset(state_.get());
  }
  void add(const void* data, size_t size) { XXH3_64bits_update(state_.get(), data, size); }
  void add(uint64_t number) { add(&number, sizeof number); }
  void add(Bytes bytes) {
    add(uint64_t{bytes.size()});
    add(bytes.data(), bytes.size());
  }
  uint64_t digest() const { return XXH3_64bits_digest(state_.get()); }

 private:
  struct Free {
    void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
  };
  std::unique_ptr<XXH3_state_t, Free> state_;
};

class FrameHasher {
 public:
  FrameHasher(Hasher& hasher, const Execution& execution) : hasher_(hasher), execution_(execution) {}

  void add(const Func& func, uint32_t base, uint32_t pc, bool is_suspended) {
    hasher_.add(func.instance->id);
    hasher_.add(func.index);
    hasher_.add(pc);
    const wasm::Module& module = *func.instance->module;
    auto [locals, is_new_func] = locals_.try_emplace(&func);
    if (is_new_func) locals->second = lower::local_places(module, func.index);
    for (const lower::LocalPlace& local : locals->second) add_slot(local.type, base + local.slot);

    auto [description, is_new] = descriptions_.try_emplace({func.address, pc, is_suspended});
    if (is_new) {
      description->second = is_suspended ? lower::describe_suspended(module, func.index, pc)
                                         : lower::describe(module, func.index, pc);
    }
    hasher_.add(uint64_t{description->second.operands.size()});
    for (const lower::OperandPlace& operand : description->second.operands) {
      if (operand.place == lower::Place::Const) {
        hasher_.add(operand.bits);
      } else {
        add_slot(operand.type, base + operand.slot);
      }
    }
    for (const uint32_t slot : description->second.caught) add_slot(wasm::ref_type(wasm::HeapKind::Exn, false), base + slot);
  }

 private:
  void add_slot(wasm::ValType type, uint32_t slot) {
    const uint64_t* from = execution_.slots() + slot;
    const bool is_half = type.kind == wasm::Kind::I32 || type.kind == wasm::Kind::F32;
    hasher_.add(is_half ? uint64_t{static_cast<uint32_t>(from[0])} : from[0]);
    if (type.slots() == 2) hasher_.add(from[1]);
  }

  struct Key {
    uint32_t func, pc;
    bool is_suspended;
    friend auto operator<=>(const Key&, const Key&) = default;
  };
  Hasher& hasher_;
  const Execution& execution_;
  std::map<const Func*, std::vector<lower::LocalPlace>> locals_;
  std::map<Key, lower::Description> descriptions_;   // deep recursion stands at few places
};

}  // namespace

uint64_t hash_state(const runtime::Store& store, const Execution& execution) {
  Hasher hasher;
  for (const runtime::Memory& memory : store.memories) hasher.add(memory.region.bytes());
  for (const runtime::Table& table : store.tables) hasher.add(table.region.bytes());
  hasher.add(store.globals_region.bytes());
  hasher.add(store.flags_region.bytes());
  hasher.add(Bytes{store.heap.region.data(), store.heap.used_bytes()});
  hasher.add(execution.id);
  hasher.add(execution.tick);

  // A trap leaves its instruction unacted: before and after it the state is the same.
  const bool has_frames = !execution.at_entry && (execution.status == runtime::Status::Ready ||
                                                  execution.status == runtime::Status::Trapped);
  hasher.add(has_frames);
  if (has_frames) {
    FrameHasher frames(hasher, execution);
    hasher.add(execution.depth);
    for (uint32_t i = 0; i < execution.depth; ++i) {
      const runtime::ControlRecord& record = execution.records()[i];
      frames.add(store.funcs[record.func], record.frame_base, record.call_pc, true);
    }
    frames.add(*execution.func, execution.frame_base, execution.pc, false);
  }
  return hasher.digest();
}

}  // namespace wasmscope::replay
