// SPDX-License-Identifier: Apache-2.0
#include "engine/jit/code_map.h"

#include <algorithm>
#include <cstdio>

namespace wasmscope::jit {
namespace {

std::string place_of(const CodeMap::Point& point, uint32_t slot) {
  const auto found = std::ranges::find(point.registers, slot, &CodeMap::Register::slot);
  return found != point.registers.end() ? found->name : "slot " + std::to_string(slot);
}

std::string to_text(const CodeMap::Point& point, const lower::OperandPlace& operand) {
  switch (operand.place) {
    case lower::Place::Slot: return place_of(point, operand.slot);
    case lower::Place::Local: return "local " + std::to_string(operand.local) + " in " + place_of(point, operand.slot);
    case lower::Place::Const: break;
  }
  char text[24];
  std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(operand.bits));
  return text;
}

}  // namespace

const CodeMap::Row* CodeMap::row_at(uint32_t pc) const {
  const auto found = std::ranges::lower_bound(rows, pc, {}, &Row::pc);
  return found != rows.end() && found->pc == pc ? &*found : nullptr;
}

std::vector<ValuePlace> places_at(const CodeMap& map, uint32_t operation) {
  std::vector<ValuePlace> places;
  if (operation >= map.points.size()) return places;
  const CodeMap::Point& point = map.points[operation];
  for (size_t i = 0; i < map.locals.size(); ++i)
    places.push_back({true, i, map.locals[i].type, place_of(point, map.locals[i].slot)});
  const size_t first = point.operand_count - point.operands.size();
  for (size_t i = 0; i < point.operands.size(); ++i)
    places.push_back({false, first + i, point.operands[i].type, to_text(point, point.operands[i])});
  return places;
}

}  // namespace wasmscope::jit
