// SPDX-License-Identifier: Apache-2.0
// What the host offers to modules, and the sink every host call goes through. A host function touches the
// program only through HostCall, so that a recording can store all it did and a replay can do it again
// without calling the host.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/runtime/outcome.h"
#include "engine/runtime/value.h"

namespace wasmscope::runtime {

struct Func;
struct Memory;
struct Instance;
class Store;

struct HostWrite {
  uint32_t memory = 0;       // store address
  uint64_t address = 0;
  std::vector<uint8_t> bytes;
};
// Everything the outside world said in one call.
struct HostEvent {
  std::vector<uint64_t> results;
  std::vector<HostWrite> writes;
  std::optional<int> exit_code;
  std::optional<std::string> trap;   // the host refused: text for people
};

// Valid during the call only. Bounds are checked: a read or write past the end returns false and does nothing.
// Arguments and results are counted in 8-byte slots: a v128 takes two, its low half first.
class HostCall {
 public:
  // A null caller is the embedder: there is no memory to read or write.
  HostCall(Instance* caller, std::span<const uint64_t> arguments, HostEvent& event)
      : caller_(caller), arguments_(arguments), event_(event) {}

  uint32_t i32(size_t argument) const { return static_cast<uint32_t>(arguments_[argument]); }
  uint64_t i64(size_t argument) const { return arguments_[argument]; }
  size_t argument_count() const { return arguments_.size(); }
  Instance* caller() const { return caller_; }

  // The caller's memory 0. read() returns a view valid until the next write or growth.
  bool has_memory() const;
  uint64_t memory_size() const;
  std::optional<Bytes> read(uint64_t address, uint64_t size) const;
  bool write(uint64_t address, Bytes bytes);
  bool write_u32(uint64_t address, uint32_t value);
  bool write_u64(uint64_t address, uint64_t value);

  void set_result(size_t index, uint64_t bits) { event_.results[index] = bits; }
  void exit(int code) { event_.exit_code = code; }
  void trap(std::string text) { event_.trap = std::move(text); }

 private:
  Instance* caller_;
  std::span<const uint64_t> arguments_;
  HostEvent& event_;
};

struct HostFunc {
  std::string module, name;
  wasm::FuncType type;
  std::function<void(HostCall&)> call;
};

// Every call of a host function asks the sink first. Implemented by replay; none means "just call".
class HostSink {
 public:
  virtual ~HostSink() = default;
  // Before everything else of a call, also of a function that nobody provides.
  virtual void note_call(const Func&, const Instance* /*caller*/, std::span<const uint64_t> /*arguments*/) {}
  // The recorded event to apply instead of calling the host, or null to call it live.
  virtual const HostEvent* replay(const HostFunc& func) = 0;
  virtual void record(const HostFunc& func, const HostEvent& event) = 0;
  // Nothing more is to be asked of the host: there is no room to record its answer.
  virtual bool is_full() const = 0;
};

// One call of a host function: what the store's sink has to replay is applied, else it is made and recorded.
// `caller` may be null: the embedder called. `arguments` are the function's parameter slots.
HostEvent ask_host(Store& store, Instance* caller, const Func& func, const uint64_t* arguments);

// Host functions to import, by module name and item name. They belong to no store: see Linker.
class Imports {
 public:
  void add(HostFunc func) { funcs_.push_back(std::make_shared<const HostFunc>(std::move(func))); }
  std::shared_ptr<const HostFunc> find(std::string_view module, std::string_view name) const;
  std::span<const std::shared_ptr<const HostFunc>> funcs() const { return funcs_; }

 private:
  std::vector<std::shared_ptr<const HostFunc>> funcs_;
};

}  // namespace wasmscope::runtime
