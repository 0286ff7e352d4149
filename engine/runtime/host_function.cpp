// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/host_function.h"

#include <cstring>

#include "engine/runtime/store.h"

namespace wasmscope::runtime {

bool HostCall::has_memory() const { return caller_ != nullptr && !caller_->memories.empty(); }
uint64_t HostCall::memory_size() const { return has_memory() ? caller_->memories[0]->size_bytes() : 0; }

std::optional<Bytes> HostCall::read(uint64_t address, uint64_t size) const {
  const uint64_t end = memory_size();
  if (address > end || size > end - address) return std::nullopt;
  if (size == 0) return Bytes{};
  return Bytes(caller_->memories[0]->region.data() + address, size);
}

bool HostCall::write(uint64_t address, Bytes bytes) {
  const uint64_t end = memory_size();
  if (address > end || bytes.size() > end - address) return false;
  if (bytes.empty()) return true;
  std::memmove(caller_->memories[0]->region.data() + address, bytes.data(), bytes.size());
  caller_->memories[0]->region.mark(address, bytes.size());
  event_.writes.push_back({caller_->memories[0]->address, address, {bytes.begin(), bytes.end()}});
  return true;
}

bool HostCall::write_u32(uint64_t address, uint32_t value) {
  uint8_t bytes[4];
  for (int i = 0; i < 4; ++i) bytes[i] = static_cast<uint8_t>(value >> (8 * i));
  return write(address, bytes);
}

bool HostCall::write_u64(uint64_t address, uint64_t value) {
  uint8_t bytes[8];
  for (int i = 0; i < 8; ++i) bytes[i] = static_cast<uint8_t>(value >> (8 * i));
  return write(address, bytes);
}

HostEvent ask_host(Store& store, Instance* caller, const Func& func, const uint64_t* arguments) {
  HostEvent event;
  event.results.assign(func.result_slots, 0);
  if (store.sink != nullptr) store.sink->note_call(func, caller, {arguments, func.param_slots});
  if (func.missing) return event;
  if (store.sink != nullptr) {
    if (const HostEvent* recorded = store.sink->replay(*func.host)) {
      for (const HostWrite& write : recorded->writes) {
        Memory& memory = store.memories[write.memory];
        const uint64_t size = memory.size_bytes();
        if (write.address > size || write.bytes.size() > size - write.address) continue;
        std::memcpy(memory.region.data() + write.address, write.bytes.data(), write.bytes.size());
        memory.region.mark(write.address, write.bytes.size());
      }
      return *recorded;
    }
  }
  HostCall call(caller, {arguments, func.param_slots}, event);
  if (store.sink != nullptr && store.sink->is_full())
    call.trap("the history of this program is full: the host answered too often or too much");
  else
    func.host->call(call);
  if (store.sink != nullptr) store.sink->record(*func.host, event);
  return event;
}

std::shared_ptr<const HostFunc> Imports::find(std::string_view module, std::string_view name) const {
  for (const auto& func : funcs_)
    if (func->name == name && func->module == module) return func;
  return nullptr;
}

}  // namespace wasmscope::runtime
