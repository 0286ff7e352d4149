// SPDX-License-Identifier: Apache-2.0
#include "engine/jit/stop_map.h"

#include <algorithm>
#include <map>

#include "engine/jit/forms.h"
#include "engine/lower/stop_place.h"

namespace wasmscope::jit {
namespace {

using lower::SlotOp;
using lower::SlotOpcode;
using Piece = Trace::Piece;

// Places of operations in the code.
class StopMap {
 public:
  StopMap(const lower::SlotCode& code, const Trace& trace) : code_(code), trace_(trace) {
    for (const Piece& piece : trace.pieces)
      if (piece.operation < code.ops.size()) pieces_.push_back(&piece);
    is_target_.resize(code.label_count);
    for (const SlotOp& op : code.ops) {
      if (has_target(op)) is_target_[op.target] = true;
      if (op.op != SlotOpcode::BranchTable) continue;
      for (uint32_t i = 0; i < op.count; ++i) is_target_[code.targets[op.target + i]] = true;
    }
  }

  struct Place {
    const Piece* piece = nullptr;   // null: there is no code, since nothing comes there
    uint32_t pc = 0;
  };
  std::optional<Place> find(const lower::StopPlace& stop) const {
    size_t operation = stop.operation;
    uint32_t pc = stop.pc;
    for (const Trace::Group& group : trace_.groups) {
      if (group.begin >= operation || group.end <= operation) continue;
      operation = group.begin;
      pc = code_.ops[operation].pc;
    }
    const auto found = std::ranges::lower_bound(pieces_, operation, {}, &Piece::operation);
    if (found == pieces_.end() || (*found)->operation != operation || !(*found)->is_reachable) return Place{};
    if ((*found)->begins_loop || is_joined(found)) return std::nullopt;
    return Place{*found, pc};
  }

 private:
  // Whether branches behind the operation's place lead to the same code.
  bool is_joined(std::vector<const Piece*>::const_iterator at) const {
    const uint32_t offset = (*at)->offset;
    for (; at != pieces_.end() && (*at)->offset == offset; ++at) {
      const SlotOp& op = code_.ops[(*at)->operation];
      const uint32_t end = at + 1 != pieces_.end() ? at[1]->offset : trace_.pieces.back().offset;
      if (op.op == SlotOpcode::Label && is_target_[op.target] && end == offset) return true;
    }
    return false;
  }

  const lower::SlotCode& code_;
  const Trace& trace_;
  std::vector<const Piece*> pieces_;   // of operations, ascending
  std::vector<bool> is_target_;        // by label
};

}  // namespace

std::optional<std::vector<StopPoint>> find_stop_points(const wasm::Module& module, wasm::FuncIndex func, const lower::SlotCode& code,
                                                       const Trace& trace, const lower::StopSet& stops) {
  const StopMap map(code, trace);
  std::map<uint32_t, std::pair<const Piece*, uint32_t>> points;   // by offset: the first operation there, and the first pc
  for (const uint32_t pc : stops.pcs) {
    const auto stop = lower::find_stop(module, func, code, pc);
    if (!stop && stop.error() == lower::NoPlace::Unreachable) continue;
    if (!stop) return std::nullopt;
    const auto place = map.find(*stop);
    if (!place) return std::nullopt;
    if (place->piece == nullptr) continue;
    const auto [point, is_new] = points.try_emplace(place->piece->offset, place->piece, place->pc);
    if (is_new) continue;
    auto& [piece, first_pc] = point->second;
    // Operations without code of their own come in their order.
    if (place->piece->operation < piece->operation || (place->piece == piece && place->pc < first_pc)) point->second = {place->piece, place->pc};
  }
  std::vector<StopPoint> found;
  for (const auto& [offset, point] : points) found.push_back({offset, point.second, point.first->state});
  return found;
}

}  // namespace wasmscope::jit
