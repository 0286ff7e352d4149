// SPDX-License-Identifier: Apache-2.0
// The functions that a filter lets through: part of a name (case ignored) or "#42".
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/debug/snapshot.h"

namespace wasmscope::ui {

class FunctionFilter {
 public:
  // Cheap when neither module nor filter changed.
  const std::vector<wasm::FuncIndex>& update(const std::shared_ptr<const debug::LoadedModule>& loaded,
                                             std::string_view filter);
  uint64_t largest_body_bytes() const { return largest_body_bytes_; }

 private:
  std::shared_ptr<const debug::LoadedModule> loaded_;
  std::string filter_;
  std::vector<wasm::FuncIndex> functions_;
  uint64_t largest_body_bytes_ = 0;
};

}  // namespace wasmscope::ui
