// SPDX-License-Identifier: Apache-2.0
#include "engine/validate/validate.h"

#include "engine/base/try.h"
#include "engine/validate/function_validator.h"
#include "engine/validate/module_validator.h"

namespace wasmscope::validate {

Result<void> validate_module(const wasm::Module& module, const wasm::Features& features) {
  TRY(check_types(module, features));
  return validate_module(ModuleContext(module, features));
}

Result<void> validate(const wasm::Module& module, const wasm::Features& features) {
  TRY(validate(module, features, [](uint32_t) { return true; }));
  return {};
}

Result<bool> validate(const wasm::Module& module, const wasm::Features& features, const KeepGoing& keep_going) {
  constexpr uint32_t kBetweenCalls = 64;
  TRY(check_types(module, features));
  const ModuleContext context(module, features);
  TRY(validate_module(context));
  FunctionValidator validator(context);
  for (wasm::FuncIndex func = module.imported_funcs; func < module.funcs.size(); ++func) {
    TRY(validator.validate(func));
    if (func % kBetweenCalls == 0 && !keep_going(func - module.imported_funcs)) return false;
  }
  return true;
}

}  // namespace wasmscope::validate
