// SPDX-License-Identifier: Apache-2.0
#include "ui/panels/breakpoint_marks.h"

#include <array>

#include "ui/model/number_text.h"

namespace wasmscope::ui {

using debug::StopKind;

Icon icon_of(const debug::Breakpoint& breakpoint) {
  if (!breakpoint.resolved) return Icon::BreakpointPending;
  if (!breakpoint.enabled) return Icon::BreakpointOff;
  if (!breakpoint.log.empty()) return Icon::Log;
  if (breakpoint.kind == StopKind::Watch) return Icon::Watch;
  return breakpoint.condition.empty() ? Icon::Breakpoint : Icon::Conditional;
}

std::string place_text(const debug::Breakpoint& breakpoint, const debug::LoadedModule& loaded) {
  const auto name = [&] { return loaded.names->func(breakpoint.func); };
  switch (breakpoint.kind) {
    case StopKind::Code: {
      if (!breakpoint.resolved) return breakpoint.requested;
      const uint64_t begin = loaded.module->funcs[breakpoint.func].code.begin;
      return name() + " +" + hex(breakpoint.pc - begin);
    }
    case StopKind::Exit: return "end of " + name();
    case StopKind::Instruction: return "every " + breakpoint.requested.substr(breakpoint.requested.find(':') + 1);
    case StopKind::Import: return "calls of " + name();
    case StopKind::Throw: return "thrown exceptions";
    case StopKind::Watch: break;
  }
  constexpr auto kModes = std::to_array<std::string_view>({"changes of ", "writes of ", "reads of ", "reads and writes of "});
  return std::string(kModes[static_cast<size_t>(breakpoint.mode)]) + breakpoint.requested;
}

}  // namespace wasmscope::ui
