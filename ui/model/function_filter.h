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
  // Names looked at in one call: some hundreds of microseconds.
  static constexpr wasm::FuncIndex kSlice = 1200;

  // What is known of the answer: a call looks at no more names than a frame has time for. Cheap when it is complete
  // and neither module nor filter changed.
  const std::vector<wasm::FuncIndex>& update(const std::shared_ptr<const debug::LoadedModule>& loaded,
                                             std::string_view filter);
  bool is_complete() const { return !loaded_ || next_ == count_; }
  uint64_t largest_body_bytes() const { return largest_body_bytes_; }

 private:
  std::shared_ptr<const debug::LoadedModule> loaded_;
  std::string filter_, wanted_;
  wasm::FuncIndex next_ = 0, count_ = 0;       // the first one not looked at yet
  std::vector<wasm::FuncIndex> functions_;
  uint64_t largest_body_bytes_ = 0;
};

}  // namespace wasmscope::ui
