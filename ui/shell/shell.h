// SPDX-License-Identifier: Apache-2.0
// The whole window's contents: one frame reads one snapshot, draws all of it, and then carries out what was
// asked for. Owns the focus, the tiles and the transcript; knows neither GLFW nor OpenGL.
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "ui/model/bookmarks.h"
#include "ui/model/remembered.h"
#include "ui/shell/file_browser.h"
#include "ui/shell/menu_bar.h"
#include "ui/shell/palette.h"
#include "ui/shell/session_port.h"
#include "ui/shell/tiles.h"
#include "ui/shell/time_strip.h"
#include "ui/shell/who_card.h"

namespace wasmscope::ui {

// What only the program around the shell can do; it looks after each frame.
struct ShellRequests {
  bool quit = false;
  bool toggle_theme = false;
  int scale_steps = 0;         // larger or smaller text
  bool reset_scale = false;
};

class Shell {
 public:
  explicit Shell(SessionPort& session);

  // Between ImGui::NewFrame and ImGui::Render.
  void draw(const UiContext& ui);
  ShellRequests take_requests() { return std::exchange(requests_, {}); }

  // As typed into the console.
  void run_line(const std::string& line);
  void open_file(const std::string& path);
  // What was kept from an earlier run. Theme and scale are the caller's.
  void restore(const Remembered& remembered);
  // Layouts and recent files for keeping.
  void remember(Remembered& remembered) const;
  void add_recent_file(RecentFile file) { add_recent(recent_, std::move(file)); }
  // Shown among the problems and in the status line.
  void tell_problem(std::string text);
  // The window itself is busy, apart from the session.
  bool is_searching() const { return search_.progress().is_running; }
  const Focus& focus() const { return focus_; }
  const Transcript& transcript() const { return transcript_; }

 private:
  void read_session();
  void note_reply(const debug::Event& event);
  void forget_module();
  void follow_stop();
  void handle_keys(const UiContext& ui);
  void invoke(Command command);
  void act(WindowAction action);
  void apply(const Intent& intent);
  // Where the person is, and going elsewhere with and without a note in the history.
  Place here() const;
  void jump(const Place& place);
  void show(const Place& place);
  // The cursor was moved in a view other than the one looked at so far.
  void turn_to(PlaceKind kind);
  void show_code(wasm::FuncIndex func, uint32_t pc);
  void show_memory(wasm::MemoryIndex memory, ByteRange bytes);
  void toggle_breakpoint(wasm::FuncIndex func, uint32_t pc);
  void step(Command command);
  // One seek at a time: what is wanted meanwhile waits, and only the last of it is done.
  void seek(std::string where);
  void send_seek();
  void toggle_bookmark();
  void ask(const AskCommand& wanted);
  void ask_who(const AskWho& wanted);
  // Whether `run` alone says what to run; else the selected function's export is a good guess.
  bool has_entry() const;
  std::string entry_suggestion() const;
  void send_wishes(const PanelFrame& frame);
  // Without an echo in the console; only a failure is told.
  void post_quietly(std::string line);

  SessionPort& session_;
  std::shared_ptr<const debug::Snapshot> snapshot_;
  // The last picture of this stop, which one of the next is compared with, and of the stop before.
  std::shared_ptr<const debug::Snapshot> standing_, previous_;
  uint64_t followed_stop_ = 0;
  uint32_t followed_frame_ = 0;
  Focus focus_;
  CodeCache code_;
  ModuleSearch search_;
  Transcript transcript_;
  History history_;
  PlaceKind place_kind_ = PlaceKind::Code;     // what the last jump led to
  Tiles tiles_;
  Palette palette_;
  FileBrowser browser_;
  TimeStrip time_strip_;
  WhoCard who_card_;
  Bookmarks bookmarks_;
  std::optional<std::string> wanted_seek_;
  uint64_t seek_command_ = 0;          // the seek that is being done, 0 for none
  std::vector<std::string> watches_, sent_watches_;
  std::map<uint64_t, AskCommand> asked_;             // by command
  std::map<std::string, PanelFrame::Reply, std::less<>> replies_;
  std::set<uint64_t> quiet_;           // ids of commands whose answers are not shown
  std::string notice_;
  std::string window_problem_;
  std::vector<RecentFile> recent_;
  std::vector<debug::Session::MemoryWish> sent_wishes_;
  wasm::FuncIndex sent_code_wish_ = wasm::kNoIndex;
  ShellRequests requests_;
};

}  // namespace wasmscope::ui
