// SPDX-License-Identifier: Apache-2.0
// Compiles a function that somebody looks at, for looking only: what executes is not touched.
#include "engine/debug/code_picture.h"
#include "engine/debug/debuggee.h"
#include "engine/jit/compiled_tier.h"

namespace wasmscope::debug {
namespace {

// Taking a function apart takes some hundred nanoseconds a byte, on the thread that the program runs on.
constexpr uint64_t kMostBodyBytes = 128 << 10;

}  // namespace

std::shared_ptr<const CodePicture> Debuggee::picture_code(const Snapshot& previous) const {
  if (!code_wish || contents() == nullptr || *code_wish >= module().funcs.size()) return nullptr;
  auto picture = std::make_shared<CodePicture>();
  picture->loaded = loaded_;
  picture->func = *code_wish;
  for (const Breakpoint& breakpoint : breakpoints())
    if (breakpoint.kind == StopKind::Code && breakpoint.enabled && breakpoint.resolved && breakpoint.func == *code_wish)
      picture->stops.insert(breakpoint.pc);
  const std::shared_ptr<const CodePicture>& old = previous.code;
  if (old && old->loaded == loaded_ && old->func == picture->func && old->stops == picture->stops) return old;

  if (module().is_imported(*code_wish)) {
    picture->problem = "imported: its code is not in this module";
  } else if (module().funcs[*code_wish].body.size() > kMostBodyBytes) {
    picture->problem = "too long to be shown here: `wasmscope print --jit --function '#" + std::to_string(*code_wish) + "'` prints it";
  } else {
    replay::Timeline& program = timeline_ ? *timeline_ : *before_start_;
    const auto tier = jit::CompiledTier::create(program.store());
    if (tier) picture->map = (*tier)->map_code(*program.instance().funcs[*code_wish], {false, picture->stops});
    else picture->problem = tier.error();
  }
  return picture;
}

}  // namespace wasmscope::debug
