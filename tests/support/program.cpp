// SPDX-License-Identifier: Apache-2.0
#include "tests/support/program.h"

#include <cstdio>
#include <cstdlib>

#include "engine/binary/decoder.h"
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

Program::Result Program::call(std::string_view export_name, const std::vector<runtime::Value>& arguments) {
  const wasm::Export* called = module_->find_export(export_name);
  if (called == nullptr || called->kind != wasm::ExternKind::Func) give_up(std::string(export_name), "is not exported");
  const auto execution = value_or_give_up("execution", runtime::Execution::create(0));
  execution->begin(*instance_->funcs[called->index], arguments);
  Result result{interpreter_.run(*execution, {}), {}, 0};
  if (std::holds_alternative<runtime::Returned>(result.outcome)) result.results = execution->results();
  result.ticks = execution->tick;
  interpreter_.remove(*execution);
  return result;
}

}  // namespace wasmscope::test
