// SPDX-License-Identifier: Apache-2.0
#include "app/cli/run_observer.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/cli/output.h"
#include "engine/base/utf8.h"

namespace wasmscope::app {
namespace {

constexpr size_t kBufferBytes = 1 << 16;
constexpr size_t kShownFunctions = 40, kShownOperands = 4;
constexpr uint32_t kDeepestIndent = 40;

std::string indent(uint32_t depth) { return std::string(2 * std::min(depth, kDeepestIndent), ' '); }

}  // namespace

// --- TraceFile

bool TraceFile::open(const RunOptions& options) {
  path_ = options.trace_file;
  limit_ = options.trace_limit;
  // Beside what the program writes itself, calls of the host come as they are made.
  buffered_bytes_ = path_.empty() && options.trace == Trace::Host ? 0 : kBufferBytes;
  if (path_.empty()) return true;
  file_.open(path_, std::ios::binary);
  if (file_) return true;
  print_error("cannot write the trace to " + escape_for_display(path_));
  return false;
}

void TraceFile::add(std::string_view line) {
  if (++lines_ > limit_) return;
  buffer_ += line;
  buffer_ += '\n';
  if (buffer_.size() > buffered_bytes_) flush();
}

void TraceFile::flush() {
  if (path_.empty()) print_report(buffer_);
  else file_ << buffer_;
  buffer_.clear();
}

bool TraceFile::finish() {
  if (lines_ > limit_) buffer_ += "... " + std::to_string(lines_ - limit_) + " more lines: see --trace-limit\n";
  flush();
  if (path_.empty() || file_.flush()) return true;
  print_error("cannot write all of the trace to " + escape_for_display(path_));
  return false;
}

// --- RunObserver

RunObserver::RunObserver(const RunOptions& options, const wasm::Module& module, const symbols::Names& names, TraceFile* trace)
    : options_(options), module_(module), names_(names), trace_(trace) {
  if (options.counts) counts_ = std::make_unique<debug::ExecutionCounts>(module);
}

void RunObserver::attach(interp::Interpreter& interpreter, const runtime::Instance& instance) {
  const bool needs_all = counts_ != nullptr || options_.trace == Trace::Instructions;
  interpreter.set_probes({needs_all ? debug::ExecutionCounts::probed_ops() : wasm::OpSet(), {}, this});
  if (needs_all || options_.trace != Trace::Calls) return;
  for (wasm::FuncIndex func = module_.imported_funcs; func < module_.funcs.size(); ++func)
    interpreter.set_stops(instance, func, {static_cast<uint32_t>(module_.funcs[func].code.begin)});
}

void RunObserver::begin(const runtime::Store& store, const runtime::Instance& instance, const runtime::Execution& execution) {
  inspection_ = std::make_unique<debug::Inspection>(store, instance, execution, names_);
}

void RunObserver::end(const runtime::Execution& execution, const runtime::Outcome& outcome) {
  const bool has_acted = std::holds_alternative<runtime::Returned>(outcome) || std::holds_alternative<runtime::Exited>(outcome);
  if (counts_ && !has_acted) counts_->take_back(execution);
}

bool RunObserver::is_entry(const runtime::Execution& execution) const {
  return execution.pc == module_.funcs[execution.func->index].code.begin;
}

bool RunObserver::stops_at(const runtime::Execution& execution) {
  if (counts_) counts_->note(execution);
  if (trace_ == nullptr) return false;
  if (options_.trace == Trace::Calls && is_entry(execution)) {
    depth_ = execution.depth;
    trace_->add(trace_->is_full() ? std::string() : call_line(execution));
  } else if (options_.trace == Trace::Instructions) {
    trace_->add(trace_->is_full() ? std::string() : instruction_line(execution));
  }
  return false;
}

void RunObserver::add_host_call(const std::string& line) {
  if (trace_ == nullptr || options_.trace == Trace::Instructions) return;
  trace_->add(options_.trace == Trace::Calls ? indent(depth_ + 1) + "host " + line : line);
}

std::string RunObserver::call_line(const runtime::Execution& execution) const {
  const debug::Frame frame = inspection_->frame(execution.depth, debug::Inspection::Detail::Values);
  const size_t params = module_.func_type(execution.func->index).params.size();
  std::string line = indent(execution.depth) + names_.func(execution.func->index) + "(";
  for (size_t i = 0; i < params; ++i) line += (i == 0 ? "" : ", ") + inspection_->value_text(frame.locals[i].value);
  return line + ")";
}

std::string RunObserver::instruction_line(const runtime::Execution& execution) const {
  const auto place = inspection_->place(execution.depth);
  std::string line = runtime::to_text(execution.instant()) + " " + names_.func(place.func) + "  " +
                     inspection_->instruction_text(place.func, place.pc);
  const std::vector<debug::OperandValue> operands = inspection_->operands(place);
  if (!operands.empty()) line += operands.size() > kShownOperands ? "  [.." : "  [";
  for (size_t i = operands.size() - std::min(kShownOperands, operands.size()); i < operands.size(); ++i)
    line += (line.ends_with('[') ? "" : " ") + inspection_->value_text(operands[i].value);
  return operands.empty() ? line : line + "]";
}

void RunObserver::report_counts() const {
  if (!counts_) return;
  if (options_.form == OutputForm::Json) write_json();
  else print_report(debug::to_table(*counts_, names_, kShownFunctions) + "\n");
}

void RunObserver::write_json() const {
  using nlohmann::ordered_json;
  ordered_json out = ordered_json::array();
  for (const auto& function : counts_->functions()) {
    ordered_json counts = ordered_json::array();
    for (const auto& instruction : counts_->instructions(function.func))
      if (function.executed > 0) counts.push_back({instruction.pc, instruction.count});
    out.push_back({{"index", function.func},
                   {"name", names_.func(function.func)},
                   {"calls", function.calls},
                   {"executed", function.executed},
                   {"instructions", function.instructions},
                   {"covered", function.covered},
                   {"counts", std::move(counts)}});
  }
  print_report(out.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n");
}

}  // namespace wasmscope::app
