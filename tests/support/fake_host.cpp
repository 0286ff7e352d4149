// SPDX-License-Identifier: Apache-2.0
#include "tests/support/fake_host.h"

#include <algorithm>

namespace wasmscope::test {
namespace {

const std::string kStdin = "one two three\ntwo three\nthree 3.5e2 -17\n\nthe quick brown fox jumps over the lazy dog\n";
constexpr uint32_t kSuccess = 0, kBadDescriptor = 8, kFault = 21, kNotSupported = 52;

std::vector<uint8_t> little_endian(uint64_t value, int count) {
  std::vector<uint8_t> bytes;
  for (int i = 0; i < count; ++i) bytes.push_back(static_cast<uint8_t>(value >> (8 * i)));
  return bytes;
}
std::optional<uint32_t> read_u32(const FakeMemory& memory, uint64_t address) {
  const auto bytes = memory.read(address, 4);
  if (!bytes) return std::nullopt;
  uint32_t value = 0;
  for (int i = 3; i >= 0; --i) value = value << 8 | (*bytes)[static_cast<size_t>(i)];
  return value;
}
uint64_t mix(uint64_t a, uint64_t b) {
  uint64_t z = (a ^ (b * 0x9E3779B97F4A7C15u)) * 0xBF58476D1CE4E5B9u;
  return z ^ (z >> 29);
}

}  // namespace

uint32_t FakeHost::fd_write(std::span<const uint64_t> arguments, const FakeMemory& memory) {
  if (arguments[0] != 1 && arguments[0] != 2) return kBadDescriptor;
  uint32_t total = 0;
  for (uint64_t i = 0; i < arguments[2]; ++i) {
    const auto pointer = read_u32(memory, arguments[1] + 8 * i), size = read_u32(memory, arguments[1] + 8 * i + 4);
    if (!pointer || !size) return kFault;
    const auto bytes = memory.read(*pointer, *size);
    if (!bytes) return kFault;
    printed.append(bytes->begin(), bytes->end());
    total += *size;
  }
  return memory.write(arguments[3], little_endian(total, 4)) ? kSuccess : kFault;
}

uint32_t FakeHost::fd_read(std::span<const uint64_t> arguments, const FakeMemory& memory) {
  if (arguments[0] != 0) return kBadDescriptor;
  const auto pointer = read_u32(memory, arguments[1]), size = read_u32(memory, arguments[1] + 4);
  if (!pointer || !size) return kFault;
  const size_t count = std::min<size_t>({*size, 17, kStdin.size() - stdin_at_});
  if (!memory.write(*pointer, {kStdin.begin() + static_cast<ptrdiff_t>(stdin_at_),
                               kStdin.begin() + static_cast<ptrdiff_t>(stdin_at_ + count)}))
    return kFault;
  stdin_at_ += count;
  return memory.write(arguments[3], little_endian(count, 4)) ? kSuccess : kFault;
}

uint32_t FakeHost::wasi(std::string_view name, std::span<const uint64_t> arguments, const FakeMemory& memory) {
  const auto write = [&](uint64_t address, uint64_t value, int count) {
    return memory.write(address, little_endian(value, count));
  };
  if (name == "fd_write") return fd_write(arguments, memory);
  if (name == "fd_read") return fd_read(arguments, memory);
  if (name == "fd_fdstat_get")
    return write(arguments[1], 2, 8) && write(arguments[1] + 8, ~0ull, 8) && write(arguments[1] + 16, ~0ull, 8)
               ? kSuccess
               : kFault;
  if (name == "args_sizes_get") return write(arguments[0], 1, 4) && write(arguments[1], 8, 4) ? kSuccess : kFault;
  if (name == "args_get")
    return write(arguments[0], arguments[1], 4) && memory.write(arguments[1], {'p', 'r', 'o', 'g', 'r', 'a', 'm', 0})
               ? kSuccess
               : kFault;
  if (name == "environ_sizes_get") return write(arguments[0], 0, 4) && write(arguments[1], 0, 4) ? kSuccess : kFault;
  if (name == "environ_get" || name == "fd_close" || name == "sched_yield") return kSuccess;
  if (name == "clock_time_get")
    return write(arguments[2], 1'700'000'000'000'000'000 + calls * 1000, 8) ? kSuccess : kFault;
  if (name == "clock_res_get") return write(arguments[1], 1000, 8) ? kSuccess : kFault;
  if (name == "random_get") {
    std::vector<uint8_t> bytes;
    for (uint64_t i = 0; i < arguments[1]; ++i) bytes.push_back(static_cast<uint8_t>(mix(calls, i)));
    return memory.write(arguments[0], bytes) ? kSuccess : kFault;
  }
  if (name.starts_with("fd_prestat")) return kBadDescriptor;
  return kNotSupported;
}

FakeReply FakeHost::call(const wasm::Import& import, const wasm::FuncType& type, std::span<const uint64_t> arguments,
                         const FakeMemory& memory) {
  ++calls;
  FakeReply reply;
  if (import.module.starts_with("wasi_")) {
    if (import.name == "proc_exit")
      reply.exit_code = static_cast<int>(arguments[0]);
    else if (!type.results.empty())
      reply.results.push_back(wasi(import.name, arguments, memory));
    return reply;
  }
  uint64_t seed = calls;
  for (const uint64_t argument : arguments) seed = mix(seed, argument);
  if (seed % 4 == 0) memory.write(seed % 70000, little_endian(seed, 8));
  for (const wasm::ValType& result : type.results) {
    seed = mix(seed, 1);
    // Numbers, no NaN: the exponent's top bit is clear.
    switch (result.kind) {
      case wasm::Kind::I32: reply.results.push_back(seed & 0xFFFFFFFF); break;
      case wasm::Kind::F32: reply.results.push_back(seed & 0xBFFFFFFF); break;
      case wasm::Kind::F64: reply.results.push_back(seed & 0xBFFFFFFFFFFFFFFF); break;
      default: reply.results.push_back(seed); break;
    }
  }
  return reply;
}

}  // namespace wasmscope::test
