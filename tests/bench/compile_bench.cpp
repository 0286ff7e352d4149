// SPDX-License-Identifier: Apache-2.0
// Rates of the compiled tier: compile_bench FILE.... Every function of a module is lowered, then compiled, which
// includes lowering. Processor time, the best of a few rounds, in MB of function bodies per second; what compiling
// takes beyond lowering; operations of slot code and bytes of machine code per byte of wasm.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <string>

#include "engine/base/file.h"
#include "engine/binary/decoder.h"
#include "engine/jit/compiled_tier.h"
#include "engine/runtime/linker.h"
#include "engine/validate/validate.h"

namespace {

using namespace wasmscope;

constexpr int kRounds = 3;

double best_seconds(const std::function<void()>& work) {
  double best = 1e9;
  for (int i = 0; i < kRounds; ++i) {
    const std::clock_t begin = std::clock();
    work();
    best = std::min(best, static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC);
  }
  return best;
}

bool fail(const std::string& path, const std::string& why) {
  std::printf("%s: %s\n", path.c_str(), why.c_str());
  return false;
}

bool measure(const std::string& path, const wasm::Features& features) {
  const auto file = read_file(path);
  if (!file) return fail(path, file.error().text);
  auto decoded = binary::decode(*file, features);
  if (!decoded) return fail(path, to_line(decoded.error(), nullptr));
  const auto module = std::make_shared<const wasm::Module>(*std::move(decoded));
  if (const auto valid = validate::validate(*module, features); !valid) return fail(path, to_line(valid.error(), nullptr));
  runtime::Store store;
  runtime::Linker linker(store);
  const auto made = runtime::instantiate(linker, module, runtime::MissingImports::Make);
  if (!made) return fail(path, to_line(made.error(), nullptr));

  uint64_t bodies = 0;
  for (wasm::FuncIndex func = module->imported_funcs; func < module->funcs.size(); ++func) bodies += module->funcs[func].code.size();
  const uint64_t functions = module->funcs.size() - module->imported_funcs;

  uint64_t operations = 0;
  lower::SlotCode code;
  const double lowering = best_seconds([&] {
    operations = 0;
    for (wasm::FuncIndex func = module->imported_funcs; func < module->funcs.size(); ++func) {
      code = lower::lower(*module, func, {}, std::move(code));
      operations += code.ops.size();
    }
  });
  jit::Statistics compiled;
  std::string error;
  std::vector<std::unique_ptr<jit::CompiledTier>> kept;   // to release code is not to compile
  const double both = best_seconds([&] {
    auto made_tier = jit::CompiledTier::create(store);
    if (!made_tier) {
      error = made_tier.error();
      return;
    }
    jit::CompiledTier* const tier = kept.emplace_back(*std::move(made_tier)).get();
    runtime::Instance& instance = *made->result.instance;
    for (wasm::FuncIndex func = module->imported_funcs; func < module->funcs.size(); ++func)
      tier->compile(*instance.funcs[func], {});
    compiled = tier->statistics();
  });
  if (!error.empty()) return fail(path, error);
  if (compiled.functions != functions || compiled.wasm_bytes != bodies) return fail(path, "not every function was compiled");
  const double code_mb = 1e-6 * static_cast<double>(bodies);
  std::printf("%6.1f %7llu %8.2f %8.1f %8.1f %8.1f %8.2f  %s\n", code_mb, static_cast<unsigned long long>(functions),
              static_cast<double>(operations) / static_cast<double>(bodies), code_mb / lowering, code_mb / (both - lowering),
              code_mb / both, static_cast<double>(compiled.machine_bytes) / static_cast<double>(bodies),
              path.substr(path.rfind('/') + 1).c_str());
  std::fflush(stdout);
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  const wasm::Features features = *wasm::parse_features("all");
  std::printf(
      "  code           slot ops lowering  compile     both  machine\n"
      "    MB   funcs /wasm byte     MB/s     MB/s     MB/s  /wasm byte\n");
  bool is_complete = true;
  for (int i = 1; i < argc; ++i) is_complete &= measure(argv[i], features);
  return is_complete ? 0 : 1;
}
