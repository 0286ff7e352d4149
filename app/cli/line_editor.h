// SPDX-License-Identifier: Apache-2.0
// Lines typed on the terminal: editing, completion with Tab, and a history that lasts from one run to the next.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "engine/debug/completion.h"

namespace wasmscope::app {

class LineEditor {
 public:
  using Completer = std::function<debug::Completion(std::string_view typed)>;
  // `history_file`: "" for a history of this run alone.
  LineEditor(std::string history_file, Completer completer);
  ~LineEditor();
  LineEditor(const LineEditor&) = delete;
  LineEditor& operator=(const LineEditor&) = delete;

  // False at the end of input.
  bool next(std::string& line);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace wasmscope::app
