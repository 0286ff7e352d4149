// SPDX-License-Identifier: Apache-2.0
// What a person wants, as a value: views never act, they emit intents, and the shell carries them out after
// the frame is drawn. Focus is what all views look at together.
#pragma once
#include <string>
#include <variant>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/debug/byte_pattern.h"
#include "engine/wasm/types.h"
#include "ui/model/window_action.h"

namespace wasmscope::ui {

// The serials count the requests to show something, so that a view can tell a new request for the same place.
struct Focus {
  wasm::FuncIndex func = wasm::kNoIndex;
  uint32_t pc = 0;                 // selected instruction, 0 for none
  uint64_t code_serial = 0;
  wasm::MemoryIndex memory = 0;
  ByteRange bytes;                 // selected in that memory
  debug::Endian endian = debug::Endian::Little;    // in which views read numbers from memory
  uint64_t memory_serial = 0;
  ByteRange file_bytes;            // selected in the module's file
  uint64_t file_serial = 0;
};

struct RunCommand {
  std::string line;                // in the language of commands.def
};
// The same without an echo in the console; only a failure is told.
struct QuietCommand {
  std::string line;
};
// Stops what the session is busy with.
struct StopWork {};
struct ToggleBreakpoint {
  wasm::FuncIndex func = 0;
  uint32_t pc = 0;
};
struct ShowCode {
  wasm::FuncIndex func = 0;
  uint32_t pc = 0;                 // 0: its first instruction
};
// The cursor moved inside the code that is shown already.
struct SelectInstruction {
  wasm::FuncIndex func = 0;
  uint32_t pc = 0;
};
struct ShowMemory {
  wasm::MemoryIndex memory = 0;
  ByteRange bytes;
};
struct SelectMemory {
  wasm::MemoryIndex memory = 0;
  ByteRange bytes;
};
struct ShowFileBytes {
  ByteRange range;
};
struct OpenPanel {
  std::string id;
};
struct OpenPalette {
  std::string text;
};
struct DoWindowAction {
  WindowAction action{};
};
struct CopyText {
  std::string text;
};
// Goes to an instant as soon as the one asked for before is reached: "t=12:3:0x1c4", "start", "end".
struct SeekTo {
  std::string where;
};
// A command whose answer the view that asks waits for; it comes in PanelFrame::replies under this name.
struct AskCommand {
  std::string asker, line;
};
// Who wrote a place last: the answer shows on a card at these pixels, and in the console.
struct AskWho {
  std::string expression;
  float x = 0, y = 0;
};
// The expressions of the view of watches, all of them.
struct ChangeWatches {
  std::vector<std::string> expressions;
};
struct AddWatch {
  std::string expression;
};

using Intent = std::variant<RunCommand, QuietCommand, StopWork, ToggleBreakpoint, ShowCode, SelectInstruction,
                            ShowMemory, SelectMemory, ShowFileBytes, OpenPanel, OpenPalette, DoWindowAction, CopyText,
                            SeekTo, AskCommand, AskWho, ChangeWatches, AddWatch>;

}  // namespace wasmscope::ui
