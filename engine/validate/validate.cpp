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

Result<void> validate_function(const wasm::Module& module, const wasm::Features& features, wasm::FuncIndex func) {
  const ModuleContext context(module, features);
  return FunctionValidator(context).validate(func);
}

Result<void> validate(const wasm::Module& module, const wasm::Features& features) {
  TRY(check_types(module, features));
  const ModuleContext context(module, features);
  TRY(validate_module(context));
  FunctionValidator validator(context);
  for (wasm::FuncIndex func = module.imported_funcs; func < module.funcs.size(); ++func) TRY(validator.validate(func));
  return {};
}

}  // namespace wasmscope::validate
