// SPDX-License-Identifier: Apache-2.0
// Looks for a text in the instructions of one function, ignoring case, a slice at a time: a function of a million
// instructions is looked through over many frames.
#pragma once
#include <optional>
#include <string>

#include "ui/model/code_listing.h"

namespace wasmscope::ui {

class CodeSearch {
 public:
  static constexpr size_t kSlice = 2000;
  enum class Direction : uint8_t { Next, Previous };

  // From the row after or before `from`, round to it again.
  void start(std::string text, Direction direction, size_t from);
  void stop() { is_running_ = false; }
  bool is_running() const { return is_running_; }
  // The last one that was finished found nothing.
  bool has_failed() const { return has_failed_; }
  // Looks at another slice; the row when it is found.
  std::optional<size_t> go_on(CodeListing& listing);

 private:
  std::string text_;
  Direction direction_ = Direction::Next;
  size_t from_ = 0, looked_at_ = 0;
  bool is_running_ = false, has_failed_ = false;
};

}  // namespace wasmscope::ui
