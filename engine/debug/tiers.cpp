// SPDX-License-Identifier: Apache-2.0
// What executes the program, and how each of its functions is carried out.
#include "engine/debug/tiers.h"

#include <algorithm>

#include "engine/base/utf8.h"
#include "engine/debug/debuggee.h"
#include "engine/debug/text_table.h"

namespace wasmscope::debug {
namespace {

constexpr std::string_view kNames[] = {"interp", "jit", "auto"};
constexpr size_t kListedFuncs = 40;

std::string chosen_text(Tier tier) {
  switch (tier) {
    case Tier::Interpreter: return "tier interp: everything is interpreted";
    case Tier::Jit: return "tier jit: every function is compiled at its first call";
    case Tier::Auto: break;
  }
  return "tier auto: functions that run often are compiled";
}

std::string code_text(const FuncTier& func) {
  switch (func.code) {
    case FuncTier::Code::Interpreted: return "interpreted";
    case FuncTier::Code::Compiled: return "compiled";
    case FuncTier::Code::CompiledWithStops: break;
  }
  return "compiled, with stops";
}

}  // namespace

std::string_view name_of(Tier tier) { return kNames[static_cast<size_t>(tier)]; }

std::optional<Tier> find_tier(std::string_view name) {
  const auto* const found = std::ranges::find(kNames, name);
  if (found == std::end(kNames)) return std::nullopt;
  return static_cast<Tier>(found - std::begin(kNames));
}

std::optional<interp::CompileWhen> to_compile_when(Tier tier) {
  if (tier == Tier::Interpreter) return std::nullopt;
  return tier == Tier::Jit ? interp::CompileWhen::Called : interp::CompileWhen::Hot;
}

const FuncTier* TierPicture::find(wasm::FuncIndex func) const {
  if (!funcs) return nullptr;
  const auto found = std::ranges::lower_bound(*funcs, func, {}, &FuncTier::func);
  return found != funcs->end() && found->func == func ? &*found : nullptr;
}

Answer Debuggee::set_tier(const std::string& name) {
  const auto tier = find_tier(name);
  if (!tier) return refuse(ErrorCode::BadArgument, "the tiers are interp, auto and jit, not '" + escape_for_display(name) + "'");
  options_.tier = *tier;
  if (!timeline_) return chosen_text(*tier);
  timeline_->set_tier(to_compile_when(*tier));
  if (*tier == Tier::Interpreter || timeline_->why_interpreted().empty()) return chosen_text(*tier);
  return "the interpreter serves: " + timeline_->why_interpreted();
}

TierPicture Debuggee::picture_tiers() const {
  if (timeline_) {
    const interp::Interpreter& interpreter = timeline_->interpreter();
    if (!tiers_.funcs || tier_changes_ != interpreter.changes()) {
      tier_changes_ = interpreter.changes();
      tiers_ = {.chosen = options_.tier, .why_interpreted = timeline_->why_interpreted(), .funcs = {}};
      auto funcs = std::make_shared<std::vector<FuncTier>>();
      for (const interp::FuncState& state : interpreter.list_funcs(timeline_->instance())) {
        using Code = FuncTier::Code;
        const Code code = !state.is_compiled ? Code::Interpreted : state.has_stops ? Code::CompiledWithStops : Code::Compiled;
        funcs->push_back({state.func, code, state.machine_bytes, state.looks});
        tiers_.compiled += state.is_compiled ? 1 : 0;
        tiers_.machine_bytes += state.machine_bytes;
      }
      tiers_.funcs = std::move(funcs);
    }
  }
  TierPicture picture = tiers_;
  picture.chosen = options_.tier;
  if (!timeline_ || timeline_->end() || timeline_->execution().func == nullptr) return picture;
  const FuncTier* const here = picture.find(timeline_->execution().func->index);
  picture.is_in_compiled = here != nullptr && here->code != FuncTier::Code::Interpreted;
  return picture;
}

Answer Debuggee::describe_tiers() const {
  const TierPicture picture = picture_tiers();
  std::string text = chosen_text(picture.chosen);
  if (picture.chosen != Tier::Interpreter && !picture.why_interpreted.empty()) text += "\nthe interpreter serves: " + picture.why_interpreted;
  if (!picture.funcs || picture.funcs->empty()) return text + "\nnothing has been called";
  text += "\ncompiled: " + std::to_string(picture.compiled) + " of " + std::to_string(picture.funcs->size()) + " called, " +
          std::to_string(picture.machine_bytes) + " bytes of machine code";
  std::vector<FuncTier> hottest = *picture.funcs;
  std::ranges::stable_sort(hottest, std::ranges::greater(), &FuncTier::heat);
  TextTable table("rlrrl");
  for (size_t i = 0; i < std::min(hottest.size(), kListedFuncs); ++i) {
    const FuncTier& func = hottest[i];
    table.add({"#" + std::to_string(func.func), names().func(func.func), "heat " + std::to_string(func.heat),
               func.machine_bytes == 0 ? "" : std::to_string(func.machine_bytes) + " bytes", code_text(func)});
  }
  text += "\n" + table.to_text();
  if (hottest.size() > kListedFuncs) text += "\n... and " + std::to_string(hottest.size() - kListedFuncs) + " more";
  return text;
}

}  // namespace wasmscope::debug
