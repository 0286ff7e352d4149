// SPDX-License-Identifier: Apache-2.0
#include "ui/model/code_cache.h"

#include <algorithm>

namespace wasmscope::ui {

CodeListing* CodeCache::listing(const std::shared_ptr<const debug::LoadedModule>& loaded, wasm::FuncIndex func) {
  if (!loaded || !loaded->module || func >= loaded->module->funcs.size()) return nullptr;
  if (loaded != loaded_) {
    listings_.clear();
    loaded_ = loaded;
    identifiers_ = std::make_shared<const text::Identifiers>(*loaded->module);
  }
  const auto found =
      std::ranges::find_if(listings_, [func](const CodeListing& listing) { return listing.func() == func; });
  if (found != listings_.end()) {
    listings_.splice(listings_.begin(), listings_, found);
  } else {
    listings_.emplace_front(loaded, identifiers_, func);
    if (listings_.size() > kKept) listings_.pop_back();
  }
  return &listings_.front();
}

}  // namespace wasmscope::ui
