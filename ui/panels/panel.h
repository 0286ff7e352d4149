// SPDX-License-Identifier: Apache-2.0
// A panel draws one view of the program. It reads an immutable snapshot and the common focus, keeps only what
// belongs to looking (scroll position, filter), and wants things by emitting intents: it never calls the
// engine, never waits, and has no clock.
#pragma once
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/debug/session.h"
#include "ui/model/code_cache.h"
#include "ui/model/intent.h"
#include "ui/model/module_search.h"
#include "ui/model/transcript.h"
#include "ui/widgets/ui_context.h"

namespace wasmscope::ui {

struct PanelFrame {
  const std::shared_ptr<const debug::Snapshot>& snapshot;
  // The stop before, for marking what changed; null when there is none to compare with.
  const std::shared_ptr<const debug::Snapshot>& previous;
  const Focus& focus;
  const Transcript& transcript;
  CodeCache& code;
  ModuleSearch& search;

  // Expressions of the view of watches.
  const std::vector<std::string>& watches;
  // The last answer that each asker of AskCommand got.
  struct Reply {
    uint64_t number = 0;           // ascends with every reply
    bool is_ok = false;
    std::string line, text;
  };
  const std::map<std::string, Reply, std::less<>>& replies;

  // What went wrong with the window itself, "" for nothing.
  const std::string& window_problem;

  std::vector<Intent> intents;
  std::vector<debug::Session::MemoryWish> memory_wishes;
  struct TableWish {
    wasm::TableIndex table = 0;
    uint64_t first = 0;
  };
  std::vector<TableWish> table_wishes;
  // The function whose slot code and machine code snapshots should show.
  wasm::FuncIndex code_wish = wasm::kNoIndex;

  void emit(Intent intent);
  // The selected frame when the program has one to show, else null.
  const debug::Frame* frame() const;
  // The same frame at the stop before.
  const debug::Frame* previous_frame() const;
  // A module that decoded, at least in part.
  const wasm::Module* module() const;
};

class Panel {
 public:
  virtual ~Panel() = default;
  // Fills the region from the layout cursor to its end.
  virtual void draw(const UiContext& ui, PanelFrame& frame) = 0;
  // A key or menu item that is about the view that has the keys; false when it means nothing here.
  virtual bool act(WindowAction) { return false; }
  // What stands behind the title on the tab: "2" problems. Empty for nothing.
  virtual std::string badge(const debug::Snapshot&) const { return {}; }
};

struct PanelKind {
  std::string_view id, title, help;
  std::unique_ptr<Panel> (*make)();
};
std::span<const PanelKind> panel_kinds();

// Everybody who wrote a place, in the console.
void list_writes(PanelFrame& frame, const std::string& expression);
// Its fields or elements, in the console.
void show_object(PanelFrame& frame, uint64_t reference);

// For a region with nothing to list: why it is empty.
void draw_empty_note(const UiContext& ui, std::string_view text);

}  // namespace wasmscope::ui
