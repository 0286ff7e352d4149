// SPDX-License-Identifier: Apache-2.0
#include "app/cli/run_report.h"

#include "app/cli/output.h"
#include "engine/base/utf8.h"

namespace wasmscope::app {
namespace {

constexpr uint32_t kInnermostFrames = 12, kOutermostFrames = 6;   // of a long backtrace

// Places are written so that the debugger's `break` takes them.
std::string frame_line(const debug::Inspection& stopped, uint32_t depth) {
  const auto place = stopped.place(depth);
  const auto begin = static_cast<uint32_t>(stopped.module().funcs[place.func].code.begin);
  std::string number = std::to_string(depth);
  number.insert(0, std::to_string(stopped.depth()).size() - number.size(), ' ');
  return "  " + number + "  " + stopped.names().func(place.func) + "  #" + std::to_string(place.func) + "+" +
         to_hex(place.pc - begin) + "  @" + to_hex(place.pc) + "\n";
}

std::string backtrace(const debug::Inspection& stopped) {
  const uint32_t count = stopped.depth() + 1;
  std::string lines;
  for (uint32_t inside = 0; inside < count; ++inside) {
    if (inside == kInnermostFrames && count > kInnermostFrames + kOutermostFrames + 1) {
      const uint32_t left_out = count - kInnermostFrames - kOutermostFrames;
      lines += "  .. " + std::to_string(left_out) + " more ..\n";
      inside += left_out;
    }
    lines += frame_line(stopped, stopped.depth() - inside);
  }
  return lines;
}

std::string report_text(const debug::TrapExplanation& why) {
  std::string report = "trap: " + why.title + "\n" + why.where + "\n";
  for (const std::string& line : why.all_lines()) report += line + "\n";
  return report;
}

}  // namespace

void report_trap(const debug::Inspection& stopped, const runtime::Trapped& trapped) {
  print_report("wasmscope: " + report_text(debug::explain_trap(stopped, trapped)) + backtrace(stopped));
}

void report_instantiation_trap(const runtime::Instance& instance, const symbols::Names& names, wasm::TrapCode code,
                               ByteRange segment) {
  print_report("wasmscope: " + report_text(debug::explain_instantiation_trap(instance, names, code, segment)));
}

void report_missing(const runtime::Func& func) {
  print_error("the program called " + escape_for_display(func.import->module) + "." +
              escape_for_display(func.import->name) + " " + wasm::to_text(*func.type) +
              ", an import that nobody provides");
}

void report_missing_call(const debug::Inspection& stopped) {
  const runtime::Func* callee = stopped.callee();
  if (callee != nullptr && callee->missing) report_missing(*callee);
  else print_error("the program called an import that nobody provides");
  print_report(backtrace(stopped));
}

}  // namespace wasmscope::app
