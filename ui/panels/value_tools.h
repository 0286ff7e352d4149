// SPDX-License-Identifier: Apache-2.0
// What can be done with a value wherever one is listed: change it in place, ask who wrote it, stop when it changes,
// keep it in sight. A list owns one, and tells it which place its cursor row shows.
#pragma once
#include <optional>
#include <string>

#include "ui/panels/panel.h"
#include "ui/widgets/virtual_list.h"

namespace wasmscope::ui {

struct ValuePlace {
  std::string expression;          // in the language of `print`: "l2", "g0", "i32[0x10]"
  std::string value;               // what changing it begins with
  bool is_writable = true;
  bool is_watchable = true;        // an operand is written once: there is nothing to wait for
  // What Enter or a double click does with it when it is not changed by that; "" for nothing.
  std::string follow_title;
};

class ValueTools {
 public:
  explicit ValueTools(std::string tag) : tag_(std::move(tag)) {}
  // After the list's end(), within its clip. `place`: of the cursor row, none where it shows no value. `value_x`:
  // from where on the row shows the value. True when the place is to be followed by menu.
  bool draw(const UiContext& ui, PanelFrame& frame, const ListRows& rows, std::optional<uint64_t> cursor,
            const std::optional<ValuePlace>& place, float value_x);
  bool is_editing() const { return editing_.has_value(); }
  // The cursor row's value, now.
  void edit(const ValuePlace& place, uint64_t row);

 private:
  struct Edit {
    uint64_t row = 0;
    std::string expression, text, failure;
    bool is_sent = false;
  };
  bool draw_menu(const UiContext& ui, PanelFrame& frame, const std::optional<ValuePlace>& place, uint64_t row);
  void draw_edit(const UiContext& ui, PanelFrame& frame, const ListRows& rows, float value_x);
  void read_reply(const PanelFrame& frame);

  std::string tag_;
  std::optional<Edit> editing_;
  std::optional<ValuePlace> menu_place_;
  uint64_t menu_row_ = 0, seen_reply_ = 0;
  ImVec2 anchor_{};
  bool wants_focus_ = false, was_active_ = false;
};

// Changing a value is possible at an instant only, and at the trap; not while the program runs or when it is gone.
bool can_change(const debug::Snapshot& snapshot);

}  // namespace wasmscope::ui
