// SPDX-License-Identifier: Apache-2.0
#include "engine/validate/validate.h"

#include "engine/validate/function_validator.h"

namespace wasmscope::validate {

Result<void> validate_function(const wasm::Module& module, const wasm::Features& features, wasm::FuncIndex func) {
  FunctionValidator validator(module, features);
  return validator.validate(func);
}

Result<void> validate(const wasm::Module& module, const wasm::Features& features) {
  TRY(validate_module(module, features));
  FunctionValidator validator(module, features);
  for (wasm::FuncIndex func = module.imported_funcs; func < module.funcs.size(); ++func) TRY(validator.validate(func));
  return {};
}

}  // namespace wasmscope::validate
