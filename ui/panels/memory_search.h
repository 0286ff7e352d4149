// SPDX-License-Identifier: Apache-2.0
// The line of the memory view in which somebody types what to look for. The session does the looking; hits come
// with snapshots, and what asks for the next one waits for them.
#pragma once
#include <optional>

#include "ui/model/value_entry.h"
#include "ui/panels/panel.h"
#include "ui/widgets/hex_view.h"

namespace wasmscope::ui {

class MemorySearch {
 public:
  bool is_open() const { return is_open_; }
  void open();
  enum class Direction : uint8_t { Next, Previous };
  // Goes to another hit; opens the line when nothing was looked for yet.
  void go_on(Direction direction);
  // Draws the line. `from`: where the cursor is. What to go to, when there is something.
  std::optional<ByteRange> draw(const UiContext& ui, PanelFrame& frame, wasm::MemoryIndex memory, uint64_t from);
  // Marks the hits among the visible bytes.
  void mark(const PanelFrame& frame, wasm::MemoryIndex memory, ByteRange visible, std::vector<HexMark>& marks) const;

 private:
  // The snapshot's search, when it is the one for what is typed.
  const debug::MemorySearch* current(const PanelFrame& frame, wasm::MemoryIndex memory) const;
  std::optional<ByteRange> take_wanted(PanelFrame& frame, wasm::MemoryIndex memory, uint64_t from);
  void draw_state(const UiContext& ui, PanelFrame& frame, wasm::MemoryIndex memory, uint64_t from);

  ValueEntry entry_{1, {}};
  debug::Endian endian_ = debug::Endian::Little;
  bool is_open_ = false, wants_focus_ = false;
  std::optional<Direction> wanted_;
  bool is_asked_ = false;            // the session was asked for what `wanted_` waits for
};

}  // namespace wasmscope::ui
