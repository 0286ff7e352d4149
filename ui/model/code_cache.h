// SPDX-License-Identifier: Apache-2.0
// Listings of the functions looked at most recently, for the module that is open.
#pragma once
#include <list>
#include <memory>

#include "ui/model/code_listing.h"

namespace wasmscope::ui {

class CodeCache {
 public:
  // Valid until the next call; null when the module has no such function.
  CodeListing* listing(const std::shared_ptr<const debug::LoadedModule>& loaded, wasm::FuncIndex func);

 private:
  static constexpr size_t kKept = 8;
  std::shared_ptr<const debug::LoadedModule> loaded_;
  std::shared_ptr<const text::Identifiers> identifiers_;
  std::list<CodeListing> listings_;    // most recently used first
};

}  // namespace wasmscope::ui
