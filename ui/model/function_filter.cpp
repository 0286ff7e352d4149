// SPDX-License-Identifier: Apache-2.0
#include "ui/model/function_filter.h"

#include <algorithm>

namespace wasmscope::ui {
namespace {

char fold(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool contains_folded(std::string_view text, std::string_view folded_part) {
  return !std::ranges::search(text, folded_part, {}, fold).empty();
}

bool is_match(const symbols::Names& names, wasm::FuncIndex func, std::string_view wanted) {
  if (wanted.empty()) return true;
  if (wanted.starts_with('#')) return std::to_string(func).starts_with(wanted.substr(1));
  return contains_folded(names.func(func), wanted);
}

}  // namespace

const std::vector<wasm::FuncIndex>& FunctionFilter::update(const std::shared_ptr<const debug::LoadedModule>& loaded,
                                                           std::string_view filter) {
  if (loaded == loaded_ && filter == filter_) return functions_;
  loaded_ = loaded;
  filter_ = filter;
  functions_.clear();
  largest_body_bytes_ = 0;
  if (!loaded || !loaded->module || !loaded->names) return functions_;
  std::string wanted;
  std::ranges::transform(filter, std::back_inserter(wanted), fold);
  const auto count = static_cast<wasm::FuncIndex>(loaded->module->funcs.size());
  for (wasm::FuncIndex func = 0; func < count; ++func) {
    if (!is_match(*loaded->names, func, wanted)) continue;
    functions_.push_back(func);
    largest_body_bytes_ = std::max(largest_body_bytes_, loaded->module->funcs[func].body.size());
  }
  return functions_;
}

}  // namespace wasmscope::ui
