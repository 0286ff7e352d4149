// SPDX-License-Identifier: Apache-2.0
// The embedder's view of modules: compile bytes or text, look at what it imports and exports. For programs that
// use the engine as a library; see store.h for running.
//
//   embed::Engine engine;
//   Result<embed::Module> module = engine.compile(bytes);
//
// A Module is immutable and cheap to copy; it may be used from any thread and in any number of stores.
#pragma once
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "engine/wasm/error.h"
#include "engine/wasm/features.h"
#include "engine/wasm/module.h"

namespace wasmscope::embed {

struct ImportType {
  std::string_view module, name;
  wasm::ExternKind kind{};
  uint32_t index = 0;         // in the index space of its kind
};
struct ExportType {
  std::string_view name;
  wasm::ExternKind kind{};
  uint32_t index = 0;
};

class Module {
 public:
  std::vector<ImportType> imports() const;
  std::vector<ExportType> exports() const;
  // The contents of the custom sections of that name.
  std::vector<Bytes> custom_sections(std::string_view name) const;
  // Everything else; types are looked up by index in it.
  const wasm::Module& model() const { return *model_; }
  const std::shared_ptr<const wasm::Module>& shared_model() const { return model_; }

 private:
  friend class Engine;
  explicit Module(std::shared_ptr<const wasm::Module> model) : model_(std::move(model)) {}
  std::shared_ptr<const wasm::Module> model_;
};

// What is allowed in modules.
class Engine {
 public:
  explicit Engine(const wasm::Features& features = {}) : features_(features) {}

  // Decodes and validates; errors are of kind Malformed, Invalid or Unsupported.
  Result<Module> compile(std::vector<uint8_t> bytes) const;
  // The same of the text format; errors name line and column.
  Result<Module> compile_text(std::string_view source) const;
  Result<void> validate(std::span<const uint8_t> bytes) const;

 private:
  wasm::Features features_;
};

}  // namespace wasmscope::embed
