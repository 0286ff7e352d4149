// SPDX-License-Identifier: Apache-2.0
#include "engine/interp/compiled.h"

#include <algorithm>
#include <cstddef>

#include "engine/interp/handler.h"

namespace wasmscope::interp {

const Cell* CompiledFunc::entry(uint32_t pc) const {
  const auto found = std::lower_bound(entries.begin(), entries.end(), pc, [](const Code::Entry& e, uint32_t at) { return e.pc < at; });
  return found != entries.end() && found->pc == pc ? cells.data() + found->cell : nullptr;
}

// Both compilers have offsets in classes with references.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Winvalid-offsetof"
#define AT(member) static_cast<int32_t>(offsetof(Context, member))
const LoopLayout& loop_layout() {
  static const LoopLayout layout = {AT(func),      AT(inst),        AT(top),        AT(budget),       AT(pc),
                                    AT(stack),     AT(stack_end),   AT(room),       AT(last_record), AT(to_returns),
                                    AT(memory_size), AT(native_stack), AT(native_top),
                                    handlers::tick_at_pc, handlers::redo, handlers::redo_watched, handlers::ask, handlers::stop, handlers::overflow, handlers::enter_any};
  return layout;
}
#undef AT
#pragma GCC diagnostic pop

}  // namespace wasmscope::interp
