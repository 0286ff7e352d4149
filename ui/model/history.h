// SPDX-License-Identifier: Apache-2.0
// The places somebody jumped between, as in a web browser: a jump forgets what lay ahead. Moving the cursor
// within a view is no jump: the place that is left is remembered as it was when it was left.
#pragma once
#include <optional>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/wasm/types.h"

namespace wasmscope::ui {

enum class PlaceKind : uint8_t { Code, Memory, File };

struct Place {
  PlaceKind kind{};
  uint32_t index = 0;              // function or memory
  ByteRange range;                 // Code: from the selected instruction's offset
  friend bool operator==(const Place&, const Place&) = default;
};

class History {
 public:
  // From where the person is to where they go.
  void jump(const Place& from, const Place& to);
  bool can_go_back() const { return at_ > 0; }
  bool can_go_forward() const { return at_ + 1 < places_.size(); }
  // Only when it can.
  Place go_back(const Place& from);
  Place go_forward(const Place& from);
  void clear();

 private:
  void update(const Place& from);

  std::vector<Place> places_;
  size_t at_ = 0;
};

}  // namespace wasmscope::ui
