// SPDX-License-Identifier: Apache-2.0
// A card beside a value that says who wrote it last, with a way there. It stays until it is closed, a click elsewhere
// included; what it waits for comes from the session.
#pragma once
#include <optional>
#include <string>

#include "ui/model/intent.h"
#include "ui/widgets/ui_context.h"

namespace wasmscope::ui {

class WhoCard {
 public:
  void ask(const AskWho& wanted, uint64_t command);
  void answer(uint64_t command, bool is_ok, std::string text);
  void close() { is_open_ = false; }
  bool is_open() const { return is_open_; }
  std::optional<Intent> draw(const UiContext& ui);

 private:
  AskWho wanted_;
  uint64_t command_ = 0;
  std::string text_;                 // empty: not answered yet
  bool is_open_ = false, is_ok_ = false;
  bool is_new_ = false;              // the click that asked for it is still going on
};

}  // namespace wasmscope::ui
