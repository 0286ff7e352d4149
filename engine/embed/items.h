// SPDX-License-Identifier: Apache-2.0
// Items of a store as an embedder uses them: functions, globals, memories, tables and tags. All are small handles
// that are valid as long as their store; a store and its items belong to one thread at a time.
//
// A value that refers to an object of the program (a struct, an array, an exception) is good until the program
// runs again, unless the program itself keeps the object. References to functions and numbers are always good.
#pragma once
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/runtime/extern.h"
#include "engine/runtime/outcome.h"

namespace wasmscope::embed {

using runtime::Value;
struct StoreState;

// Why a call did not return.
struct Stop {
  enum class Kind : uint8_t {
    Trap,       // `trap` says which, an exception that nothing caught included
    Exit,       // the program ended itself
    TicksUsed,  // see CallOptions
  };
  Kind kind = Kind::Trap;
  wasm::TrapCode trap{};
  int exit_code = 0;
  runtime::Instant instant;    // of a trap: the instruction, which has not acted
  std::string text;            // for people
};
using CallResult = std::expected<std::vector<Value>, Stop>;

struct CallOptions {
  // Function entries and loop rounds after which the call is given up.
  uint64_t max_ticks = UINT64_MAX;
};

class Func {
 public:
  // In canonical form: concrete references name types of the store.
  const wasm::FuncType& type() const { return *func_->type; }
  // Arguments are checked: a call with the wrong ones is a Stop with the trap HostError.
  CallResult call(std::span<const Value> arguments, const CallOptions& options = {}) const;
  CallResult call(std::initializer_list<Value> arguments, const CallOptions& options = {}) const {
    return call(std::span(arguments.begin(), arguments.size()), options);
  }
  Value reference() const;
  runtime::Extern item() const { return func_; }

 private:
  friend struct StoreState;
  Func(StoreState& store, runtime::Func& func) : store_(&store), func_(&func) {}
  StoreState* store_;
  runtime::Func* func_;
};

class Global {
 public:
  const wasm::GlobalType& type() const { return global_->type; }
  Value value() const;
  // False when the global is immutable or the value of another type.
  bool set(const Value& value) const;
  runtime::Extern item() const { return global_; }

 private:
  friend struct StoreState;
  Global(StoreState& store, runtime::Global& global) : store_(&store), global_(&global) {}
  StoreState* store_;
  runtime::Global* global_;
};

class Memory {
 public:
  const wasm::MemoryType& type() const { return memory_->type; }
  uint64_t size_bytes() const { return memory_->size_bytes(); }
  uint64_t pages() const { return memory_->pages(); }
  // The previous size; empty when there is no room or the maximum forbids it.
  std::optional<uint64_t> grow(uint64_t delta_pages) const;
  // Valid until the memory grows.
  std::span<uint8_t> bytes() const { return {memory_->region.data(), memory_->size_bytes()}; }
  // Empty or false when any byte is outside.
  std::optional<std::vector<uint8_t>> read(uint64_t address, uint64_t size) const;
  bool write(uint64_t address, Bytes bytes) const;
  runtime::Extern item() const { return memory_; }

 private:
  friend struct StoreState;
  explicit Memory(runtime::Memory& memory) : memory_(&memory) {}
  runtime::Memory* memory_;
};

class Table {
 public:
  const wasm::TableType& type() const { return table_->type; }
  uint64_t size() const { return table_->size(); }
  std::optional<Value> get(uint64_t index) const;
  // False when outside, or the value is not of the table's type.
  bool set(uint64_t index, const Value& value) const;
  std::optional<uint64_t> grow(uint64_t delta, const Value& init) const;
  // The function that an element refers to; empty when it is null, outside or something else.
  std::optional<Func> func(uint64_t index) const;
  runtime::Extern item() const { return table_; }

 private:
  friend struct StoreState;
  Table(StoreState& store, runtime::Table& table) : store_(&store), table_(&table) {}
  StoreState* store_;
  runtime::Table* table_;
};

class Tag {
 public:
  const wasm::FuncType& type() const { return *tag_->type; }
  runtime::Extern item() const { return tag_; }

 private:
  friend struct StoreState;
  explicit Tag(runtime::Tag& tag) : tag_(&tag) {}
  runtime::Tag* tag_;
};

}  // namespace wasmscope::embed
