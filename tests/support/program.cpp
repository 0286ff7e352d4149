// SPDX-License-Identifier: Apache-2.0
#include "tests/support/program.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <unordered_map>

#include "engine/binary/decoder.h"
#include "engine/binary/instruction_reader.h"
#include "engine/lower/slot_code.h"
#include "engine/validate/validate.h"

namespace wasmscope::test {
namespace {

[[noreturn]] void give_up(const std::string& path, const std::string& why) {
  std::fprintf(stderr, "%s: %s\n", path.c_str(), why.c_str());
  std::exit(1);
}

template <class T>
T value_or_give_up(const std::string& path, wasmscope::Result<T> result) {
  if (!result) give_up(path, to_line(result.error(), nullptr));
  return *std::move(result);
}

std::vector<uint8_t> read_or_give_up(const std::string& path) {
  auto file = read_file(path);
  if (!file) give_up(path, file.error().text);
  return *std::move(file);
}

}  // namespace

Program::Program(const std::string& path, host::WasiOptions options, std::shared_ptr<host::Environment> environment)
    : file_(read_or_give_up(path)) {
  const wasm::Features features;
  module_ = std::make_shared<const wasm::Module>(value_or_give_up(path, binary::decode(file_, features)));
  if (const auto valid = validate::validate(*module_, features); !valid) give_up(path, to_line(valid.error(), module_.get()));
  auto instantiated = value_or_give_up(
      path, runtime::instantiate(store_, module_, host::wasi_imports(std::move(options), std::move(environment))));
  if (instantiated.trap) give_up(path, "a segment does not fit");
  instance_ = instantiated.result.instance;
  missing_ = std::move(instantiated.result.missing);
  interpreter_.add_instance(*instance_);
}

void Program::compile() {
  auto tier = jit::CompiledTier::create(store_);
  if (!tier) give_up("compiled tier", tier.error());
  tier_ = *std::move(tier);
  interpreter_.set_tier(*tier_, interp::CompileWhen::Called);
}

const wasm::Export& Program::find(std::string_view export_name) const {
  const wasm::Export* called = module_->find_export(export_name);
  if (called == nullptr || called->kind != wasm::ExternKind::Func) give_up(std::string(export_name), "is not exported");
  return *called;
}

Program::Result Program::call(std::string_view export_name, const std::vector<runtime::Value>& arguments) {
  const auto execution = value_or_give_up("execution", runtime::Execution::create(0));
  execution->begin(*instance_->funcs[find(export_name).index], arguments);
  Result result{interpreter_.run(*execution, {}), {}, 0};
  const auto is_at_breakpoint = [&] {
    const auto* paused = std::get_if<runtime::Paused>(&result.outcome);
    return paused != nullptr && paused->reason == runtime::PauseReason::Breakpoint;
  };
  while (is_at_breakpoint()) result.outcome = interpreter_.run(*execution, {});
  if (std::holds_alternative<runtime::Returned>(result.outcome)) result.results = execution->results();
  result.ticks = execution->tick;
  interpreter_.remove(*execution);
  return result;
}

Program::ColdStop Program::stop_at_cold_instruction(std::string_view export_name,
                                                    const std::vector<runtime::Value>& arguments) {
  const auto execution = value_or_give_up("execution", runtime::Execution::create(0));
  execution->begin(*instance_->funcs[find(export_name).index], arguments);
  std::unordered_map<uint32_t, uint64_t> executed;   // by pc
  while (std::holds_alternative<runtime::Paused>(interpreter_.run(*execution, {.mode = interp::Mode::Step})))
    ++executed[execution->pc];
  interpreter_.remove(*execution);

  std::map<wasm::FuncIndex, uint64_t> totals;
  for (const auto& [pc, times] : executed) totals[module_->func_at(pc)] += times;
  const auto hottest = std::max_element(totals.begin(), totals.end(), [](auto& a, auto& b) { return a.second < b.second; });
  std::vector<ColdStop> candidates;
  binary::InstructionReader reader(module_->bytes, module_->funcs[hottest->first].code);
  binary::Instruction instruction;
  for (auto more = reader.next(instruction); more && *more; more = reader.next(instruction))
    if (lower::describe(*module_, hottest->first, instruction.pc).reachable)
      candidates.push_back({hottest->first, instruction.pc, executed[instruction.pc]});
  const ColdStop coldest = *std::min_element(candidates.begin(), candidates.end(),
                                             [](auto& a, auto& b) { return a.executed < b.executed; });
  if (coldest.executed > hottest->second / candidates.size() / 1000) return {};
  interpreter_.set_stops(*instance_, coldest.func, {coldest.pc});
  return coldest;
}

}  // namespace wasmscope::test
