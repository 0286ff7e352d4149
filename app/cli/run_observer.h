// SPDX-License-Identifier: Apache-2.0
// What `run --trace` and `run --count` watch: an observer of the running program that never stops it, and the bounded
// file that traces go to.
#pragma once
#include <fstream>
#include <memory>
#include <string>

#include "app/cli/verbs.h"
#include "engine/debug/execution_counts.h"
#include "engine/debug/inspection.h"
#include "engine/interp/interpreter.h"

namespace wasmscope::app {

// Lines on standard error or in a file; those after the limit are only counted.
class TraceFile {
 public:
  // False, after a report, when the file cannot be made.
  bool open(const RunOptions& options);
  void add(std::string_view line);
  bool is_full() const { return lines_ >= limit_; }
  // False, after a report, when not everything could be written.
  bool finish();

 private:
  void flush();

  std::string path_;
  std::ofstream file_;
  std::string buffer_;
  size_t buffered_bytes_ = 0;          // before they are written
  uint64_t limit_ = 0, lines_ = 0;
};

class RunObserver final : public interp::Observer {
 public:
  // The trace may be null.
  RunObserver(const RunOptions& options, const wasm::Module& module, const symbols::Names& names, TraceFile* trace);

  void attach(interp::Interpreter& interpreter, const runtime::Instance& instance);
  // Before the execution runs, and after it.
  void begin(const runtime::Store& store, const runtime::Instance& instance, const runtime::Execution& execution);
  void end(const runtime::Execution& execution, const runtime::Outcome& outcome);
  void add_host_call(const std::string& line);
  void report_counts() const;

  bool stops_at(const runtime::Execution& execution) override;
  bool stops_before_write(const runtime::Execution&) override { return false; }
  bool stops_after_host(const runtime::Execution&, const runtime::HostEvent&) override { return false; }

 private:
  bool is_entry(const runtime::Execution& execution) const;
  std::string call_line(const runtime::Execution& execution) const;
  std::string instruction_line(const runtime::Execution& execution) const;
  void write_json() const;

  const RunOptions& options_;
  const wasm::Module& module_;
  const symbols::Names& names_;
  TraceFile* trace_;
  std::unique_ptr<debug::ExecutionCounts> counts_;
  std::unique_ptr<debug::Inspection> inspection_;
  uint32_t depth_ = 0;                 // of the function entered last
};

}  // namespace wasmscope::app
