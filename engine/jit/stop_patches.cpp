// SPDX-License-Identifier: Apache-2.0
#include "engine/jit/stop_patches.h"

#include "engine/base/try.h"

namespace wasmscope::jit {

StopPatches::StopPatches(GuardedCode& guarded, const Place& place, runtime::Func& func, std::span<const StopPoint> points,
                         const void* leave_by_exit, const AddCode& add, RemoveCode remove)
    : guarded_(guarded), place_(place), remove_(std::move(remove)) {
  std::vector<uint32_t> numbers;
  for (const StopPoint& point : points) numbers.push_back(exits_.add(Way::Stop, point.pc, point.state));
  asmjit::CodeHolder holder;
  CHECK(holder.init(asmjit::Environment::host()) == asmjit::kErrorOk);
  x86::Assembler a(&holder);
  const asmjit::Label out = a.newLabel();
  for (uint32_t i = 0; i < exits_.count(); ++i) a.call(out);
  CHECK(a.offset() == size_t{exits_.count()} * Exits::kCallBytes);
  a.bind(out);
  a.mov(x86::rax, reinterpret_cast<uint64_t>(&exits_));
  a.mov(x86::rcx, reinterpret_cast<uint64_t>(leave_by_exit));
  a.jmp(x86::rcx);
  way_out_ = add(holder);
  const auto* const first = static_cast<const uint8_t*>(way_out_);
  exits_.set_code(first, func);
  constexpr uint8_t kInt3 = 0xCC;
  for (size_t i = 0; i < points.size(); ++i) {
    const uint32_t offset = points[i].offset;
    replaced_.push_back({offset, place_.writable[offset]});
    place_.writable[offset] = kInt3;
    guarded_.add_stop(place_.code + offset, first + size_t{numbers[i]} * Exits::kCallBytes);
  }
}

StopPatches::~StopPatches() {
  for (const Replaced& each : replaced_) {
    place_.writable[each.offset] = each.byte;
    guarded_.remove_stop(place_.code + each.offset);
  }
  remove_(way_out_);
}

}  // namespace wasmscope::jit
