// SPDX-License-Identifier: Apache-2.0
#include "engine/host/wasi.h"

#include "engine/base/try.h"
#include "engine/host/wasi_calls.h"

namespace wasmscope::host {
namespace {

struct WasiRow {
  std::string_view name, params, results;
};
constexpr WasiRow kRows[] = {
#define WASI(name, params, results, answer) {#name, params, results},
#include "engine/host/wasi.def"
};

constexpr bool are_rows_sorted() {
  for (size_t i = 1; i < std::size(kRows); ++i)
    if (!(kRows[i - 1].name < kRows[i].name)) return false;
  return true;
}
static_assert(are_rows_sorted(), "wasi.def: rows are sorted by name, each name once");

std::vector<wasm::ValType> to_types(std::string_view letters) {
  std::vector<wasm::ValType> types;
  for (const char letter : letters) {
    CHECK(letter == 'i' || letter == 'l');
    types.push_back(letter == 'i' ? wasm::kI32 : wasm::kI64);
  }
  return types;
}

struct Version {
  std::string_view module;
  WasiLayout layout;
};
constexpr Version kVersions[] = {{"wasi_snapshot_preview1", WasiLayout::Preview1}, {"wasi_unstable", WasiLayout::Unstable}};

}  // namespace

bool is_wasi_module(std::string_view module) {
  for (const Version& version : kVersions)
    if (version.module == module) return true;
  return false;
}

runtime::Imports wasi_imports(WasiOptions options, std::shared_ptr<Environment> environment,
                              std::shared_ptr<WasiState> state) {
  if (!state) state = std::make_shared<WasiState>();
  auto context = std::make_shared<WasiContext>(std::move(options), std::move(environment), std::move(state));
  runtime::Imports imports;
  for (const Version& version : kVersions) {
    for (const WasiRow& row : kRows) {
      const WasiCall answer = find_wasi_call(row.name);
      imports.add({std::string(version.module),
                   std::string(row.name),
                   {to_types(row.params), to_types(row.results)},
                   [context, answer, layout = version.layout, returns = !row.results.empty()](runtime::HostCall& call) {
                     const Errno code = answer ? answer(call, *context, layout) : Errno::NoSys;
                     if (returns) call.set_result(0, static_cast<uint16_t>(code));
                   }});
    }
  }
  return imports;
}

}  // namespace wasmscope::host
