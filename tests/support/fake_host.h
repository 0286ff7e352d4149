// SPDX-License-Identifier: Apache-2.0
// A deterministic outside world for two executions that are compared: answers depend only on the name, the
// arguments and how many calls there were. A plain value, so that it can be saved and restored.
// WASI preview1 calls are answered well enough for a C program to print, read a canned stdin and exit; every
// other import returns numbers and now and then writes to memory.
#pragma once
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/wasm/module.h"

namespace wasmscope::test {

struct FakeMemory {
  std::function<std::optional<std::vector<uint8_t>>(uint64_t address, uint64_t size)> read;
  std::function<bool(uint64_t address, const std::vector<uint8_t>& bytes)> write;
};
struct FakeReply {
  std::vector<uint64_t> results;
  std::optional<int> exit_code;
};

class FakeHost {
 public:
  FakeReply call(const wasm::Import& import, const wasm::FuncType& type, std::span<const uint64_t> arguments,
                 const FakeMemory& memory);
  std::string printed;
  uint64_t calls = 0;

 private:
  uint32_t wasi(std::string_view name, std::span<const uint64_t> arguments, const FakeMemory& memory);
  uint32_t fd_write(std::span<const uint64_t> arguments, const FakeMemory& memory);
  uint32_t fd_read(std::span<const uint64_t> arguments, const FakeMemory& memory);
  size_t stdin_at_ = 0;
};

}  // namespace wasmscope::test
