// SPDX-License-Identifier: Apache-2.0
#include "tests/tiers/programs.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "engine/text/parser.h"
#include "tests/support/random_objects.h"
#include "tests/support/random_program.h"

namespace wasmscope::test {
namespace {

uint64_t setting(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text != nullptr && *text != '\0' ? std::strtoull(text, nullptr, 10) : otherwise;
}

Value argument_of(const wasm::ValType& type, uint32_t number) {
  switch (type.kind) {
    case wasm::Kind::F32: return Value::f32(static_cast<float>(number));
    case wasm::Kind::F64: return Value::f64(number);
    case wasm::Kind::Ref: return Value::zero(type);
    default: return {type, number, 0};
  }
}

// Each exported function with each number as all arguments.
std::vector<Invocation> exported_calls(const wasm::Module& module, const std::vector<uint32_t>& numbers) {
  std::vector<Invocation> calls;
  for (const wasm::Export& item : module.exports) {
    if (item.kind != wasm::ExternKind::Func || module.is_imported(item.index)) continue;
    if (item.name == "keep") continue;   // it fills the heap; the oracle has none to fill
    const auto& params = module.func_type(item.index).params;
    for (const uint32_t number : numbers) {
      Invocation call{item.index, {}};
      for (const wasm::ValType& type : params) call.arguments.push_back(argument_of(type, number));
      calls.push_back(call);
      if (params.empty()) break;
    }
  }
  return calls;
}

Program generated(const char* kind, uint64_t seed, RandomProgram made) {
  const auto calls = [arguments = made.arguments, entry = made.entry](const wasm::Module& module) {
    return std::vector<Invocation>{{module.find_export(entry)->index, arguments}};
  };
  return {kind + (" program " + std::to_string(seed)), std::move(made.bytes), calls};
}

}  // namespace

std::vector<Program> sample_programs() {
  std::vector<Program> programs;
  for (const char* folder : {"assets/samples", "tests/fixtures", "tests/bench/kernels"})
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
      if (entry.path().extension() == ".wasm")
        programs.push_back({entry.path().filename().string(), read_bytes(entry.path().string()),
                            [](const wasm::Module& module) { return exported_calls(module, {7, 0}); }});
  std::ranges::sort(programs, {}, &Program::name);
  return programs;
}

std::vector<Program> written_programs() {
  std::vector<Program> programs;
  for (const auto& entry : std::filesystem::directory_iterator("tests/tiers/programs")) {
    const std::vector<uint8_t> source = read_bytes(entry.path().string());
    Program program{entry.path().filename().string(), {},
                    [](const wasm::Module& module) { return exported_calls(module, {0, 1, 2, 3, 4, 9}); }};
    auto parsed = text::parse_module({reinterpret_cast<const char*>(source.data()), source.size()}, wasm::Features());
    if (parsed)
      program.bytes = std::move(parsed->bytes);
    else
      program.problem = to_line(parsed.error(), nullptr);
    programs.push_back(std::move(program));
  }
  std::ranges::sort(programs, {}, &Program::name);
  return programs;
}

std::vector<uint64_t> random_seeds(uint64_t share) {
  const uint64_t first = setting("WASMSCOPE_RANDOM_SEED", 1);
  const uint64_t count = setting("WASMSCOPE_RANDOM_PROGRAMS", 300) * share / 100;
  std::vector<uint64_t> seeds;
  for (uint64_t i = 0; i < count; ++i) seeds.push_back(first + i);
  return seeds;
}

Program random_program(uint64_t seed) {
  return generated("random", seed, make_random_program(seed, RandomShape::Usual, RandomFeatures::All));
}
Program wide_program(uint64_t seed) {
  return generated("wide", seed, make_random_program(seed, RandomShape::Wide, RandomFeatures::All));
}
Program object_program(uint64_t seed) { return generated("object", seed, make_random_object_program(seed)); }

std::string check_program(const Program& program, const Check& check) {
  std::string problem = program.problem;
  if (!problem.empty()) return program.name + ": " + problem;
  const auto twin = Twin::create(program.bytes, problem);
  if (twin == nullptr) return problem.empty() ? problem : program.name + ": " + problem;
  std::vector<Invocation> invocations = program.invocations(*twin->module);
  if (twin->module->start) invocations.insert(invocations.begin(), {*twin->module->start, {}});
  for (const Invocation& invocation : invocations) {
    problem = check(*twin, invocation);
    if (!problem.empty()) return program.name + ", func " + std::to_string(invocation.func) + ": " + problem;
  }
  return {};
}

}  // namespace wasmscope::test
