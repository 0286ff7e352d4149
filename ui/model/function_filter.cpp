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
  if (loaded != loaded_ || filter != filter_) {
    loaded_ = loaded;
    filter_ = filter;
    functions_.clear();
    largest_body_bytes_ = 0;
    const bool has_names = loaded && loaded->module && loaded->names;
    next_ = 0;
    count_ = has_names ? static_cast<wasm::FuncIndex>(loaded->module->funcs.size()) : 0;
    wanted_.clear();
    std::ranges::transform(filter, std::back_inserter(wanted_), fold);
  }
  // Without a filter no name is looked at.
  const wasm::FuncIndex end = wanted_.empty() ? count_ : std::min(count_, next_ + kSlice);
  for (; next_ < end; ++next_) {
    if (!is_match(*loaded_->names, next_, wanted_)) continue;
    functions_.push_back(next_);
    largest_body_bytes_ = std::max(largest_body_bytes_, loaded_->module->funcs[next_].body.size());
  }
  return functions_;
}

}  // namespace wasmscope::ui
