// SPDX-License-Identifier: Apache-2.0
// What a breakpoint looks like, beside code and in the list. No kind is told by a colour alone.
#pragma once
#include <string>

#include "engine/debug/snapshot.h"
#include "ui/widgets/icons.h"

namespace wasmscope::ui {

// Of one that is switched on: a disc, with a condition a ring with `=`, a log point lines, a watchpoint a diamond.
Icon icon_of(const debug::Breakpoint& breakpoint);
// "parse_number +0x1c", "every memory.grow", "changes of $p".
std::string place_text(const debug::Breakpoint& breakpoint, const debug::LoadedModule& loaded);

}  // namespace wasmscope::ui
