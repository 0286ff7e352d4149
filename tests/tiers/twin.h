// SPDX-License-Identifier: Apache-2.0
// The same program twice: in the engine and in the oracle, with equal hosts, and a comparison of all that can
// be seen. The engine is on the tier of tests/support/chosen_tier.h. A comparison answers with an empty text when both agree, else with what differs and where.
// Values are compared bit by bit, NaNs too.
#pragma once
#include <map>
#include <memory>
#include <string>

#include "engine/interp/compiled.h"
#include "engine/interp/interpreter.h"
#include "tests/support/fake_host.h"
#include "tests/support/oracle.h"

namespace wasmscope::test {

// Null with the problem.
std::shared_ptr<const wasm::Module> decode_valid(const std::vector<uint8_t>& bytes, std::string& problem);
// Every function that the module imports, answered by the host; both must outlive them.
runtime::Imports fake_imports(const wasm::Module& module, FakeHost& host);

class Twin {
 public:
  // Decoded and validated; null with `problem` set otherwise. Null without a problem: both trap
  // in the instantiation.
  static std::unique_ptr<Twin> create(const std::vector<uint8_t>& bytes, std::string& problem);
  ~Twin();

  void begin(wasm::FuncIndex func, const std::vector<Value>& arguments);
  runtime::Outcome run(const interp::RunRequest& request);

  // The current frame; with Near also some suspended ones below it, with All every one, and more and more of the
  // objects that they refer to.
  enum class Frames : uint8_t { Current, Near, All };
  std::string compare_frames(Frames frames);
  std::string compare_store();
  // After the oracle has ended: outcome, results, trap and its instant; compare_end also the store.
  std::string compare_outcome(const runtime::Outcome& outcome);
  std::string compare_end(const runtime::Outcome& outcome);
  struct Saved {
    runtime::StoreImage store;
    runtime::ExecutionImage execution;
    FakeHost host;
  };
  Saved save();
  void restore(const Saved& saved);

  std::shared_ptr<const wasm::Module> module;
  runtime::Store store;
  runtime::Instance* instance = nullptr;
  std::unique_ptr<interp::Tier> tier;   // for tests that install one
  std::unique_ptr<interp::Interpreter> interpreter;
  std::unique_ptr<runtime::Execution> execution;
  FakeHost engine_host, oracle_host;
  std::unique_ptr<Oracle> oracle;

 private:
  Twin() = default;
  struct FrameView {
    wasm::FuncIndex func = 0;
    uint32_t pc = 0, base = 0;
    bool is_suspended = false;
  };
  FrameView view(uint32_t depth) const;
  const lower::Description& description(const FrameView& frame);
  const std::vector<lower::LocalPlace>& locals(wasm::FuncIndex func);
  std::string compare_frame(uint32_t depth);
  std::string compare_slots(const uint64_t* slots, const Value& oracle_value);
  std::string compare_value(uint64_t engine, const Value& oracle_value);
  std::string compare_reference(uint64_t engine, const Value& oracle_value);
  // What the references met so far lead to; everything, or as many objects.
  std::string compare_objects(size_t most = SIZE_MAX);
  std::string compare_object(uint32_t engine, uint64_t oracle_reference);

  std::map<std::pair<bool, uint32_t>, lower::Description> descriptions_;
  std::map<wasm::FuncIndex, std::vector<lower::LocalPlace>> locals_;
  std::map<uint64_t, uint64_t> func_references_;   // the engine's to the oracle's
  // Objects that have been found to be the same, of the comparison that is going on.
  std::map<uint32_t, uint64_t> objects_;
  std::map<uint64_t, uint32_t> engine_objects_;
  std::vector<uint32_t> pending_objects_;
};

std::string text_of(const runtime::Outcome& outcome);
std::vector<uint8_t> read_bytes(const std::string& path);

}  // namespace wasmscope::test
