// SPDX-License-Identifier: Apache-2.0
// What `inspect` knows about a file, and the two forms it is shown in. The module may be incomplete: decoding
// stopped at `error`. Nothing here relies on the module being valid.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/cli/output.h"
#include "app/cli/verbs.h"
#include "engine/jit/compiled_tier.h"
#include "engine/symbols/names.h"
#include "engine/wasm/error.h"
#include "engine/wasm/module.h"

namespace wasmscope::app {

struct Inspection {
  const InspectOptions& options;
  Bytes file;
  std::shared_ptr<const wasm::Module> module;
  const symbols::Names& names;
  std::optional<Error> error;
  const wasm::Section* section = nullptr;   // the one asked for
  size_t section_ordinal = 0;
  jit::Coverage coverage{};   // InspectPart::Jit
};

void write_text(const Inspection& inspection, Output& output);   // inspect_text.cpp
void write_json(const Inspection& inspection, Output& output);   // inspect_json.cpp

// A recording instead of a module; the exit code.
int inspect_recording(const InspectOptions& options, Bytes file);   // inspect_recording.cpp

// Facts that both forms state.
struct SectionItem {
  std::string label;
  ByteRange range;
};
// The parts of a section in file order, until `visit` returns false.
void for_each_item(const Inspection& inspection, const wasm::Section& section,
                   const std::function<bool(const SectionItem&)>& visit);
// "(i32) -> (i64)", "2 to 16 pages", "1 or more funcref", "mutable i32"
std::string extern_type(const wasm::Module& module, wasm::ExternKind kind, uint32_t index);
std::string limits_text(const wasm::Limits& limits);
// Name of an item of any kind as Names gives it, "" when there is none.
std::string extern_name(const symbols::Names& names, wasm::ExternKind kind, uint32_t index);
// Names of all exports of each function, by function index.
std::vector<std::vector<std::string_view>> exports_by_func(const wasm::Module& module);
uint64_t code_bytes(const wasm::Module& module);
uint64_t data_bytes(const wasm::Module& module);
size_t count_local_names(const wasm::Names& names);

}  // namespace wasmscope::app
