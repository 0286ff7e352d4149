// SPDX-License-Identifier: Apache-2.0
#include "engine/debug/watched_place.h"

#include <algorithm>
#include <cstring>

#include "engine/base/try.h"
#include "engine/lower/slot_code.h"

namespace wasmscope::debug {

using replay::AccessKind;
using Kind = ExpressionPlace::Kind;

namespace {

AccessKind access_kind(Kind kind) {
  switch (kind) {
    case Kind::Memory: return AccessKind::Memory;
    case Kind::Global: return AccessKind::Global;
    case Kind::TableElement: return AccessKind::Table;
    case Kind::Field: return AccessKind::Object;
    case Kind::Local:
    case Kind::Operand: return AccessKind::Local;
  }
  CHECK(false);
}

}  // namespace

WatchedPlace::WatchedPlace(const ExpressionPlace& place, const replay::Timeline& timeline)
    : place_(place), module_(timeline.instance().module.get()) {
  CHECK(place.kind != Kind::Operand);
  if (place.kind == Kind::Memory) memory_ = timeline.instance().memories[place.index]->address;
  if (place.kind != Kind::Local) return;
  const runtime::Execution& execution = timeline.execution();
  const bool is_innermost = place.depth == execution.depth;
  const runtime::ControlRecord* const record = is_innermost ? nullptr : &execution.records()[place.depth];
  func_ = is_innermost ? execution.func->index : timeline.store().funcs[record->func].index;
  slot_ = (is_innermost ? execution.frame_base : record->frame_base) + lower::local_places(*module_, func_)[place.index].slot;
}

void WatchedPlace::add_to(WatchMode mode, replay::Search& search) const {
  const AccessKind kind = access_kind(place_.kind);
  wasm::OpSet ops;
  if (mode == WatchMode::Read || mode == WatchMode::Access) ops |= replay::ops_that_read(kind);
  if (mode != WatchMode::Read) {
    if (place_.kind == Kind::Memory)
      search.probes.writes.push_back({memory_, place_.address, place_.address + std::max<uint64_t>(place_.bytes, 1)});
    else ops |= replay::ops_that_write(kind);
  }
  if (place_.kind == Kind::Local) {
    const std::vector<uint32_t> pcs = lower::find_instructions(*module_, func_, ops);
    search.places[func_].insert(pcs.begin(), pcs.end());
  } else {
    search.probes.ops |= ops;
  }
}

bool WatchedPlace::is_touched_by(const replay::Access& access, const runtime::Execution& execution) const {
  if (access.kind != access_kind(place_.kind) || !access.in_bounds) return false;
  const auto overlaps = [&](uint64_t begin, uint64_t count) { return access.begin < begin + count && begin < access.end(); };
  switch (place_.kind) {
    case Kind::Memory: return access.address == memory_ && overlaps(place_.address, place_.bytes);
    case Kind::Global: return access.index == place_.index;
    case Kind::TableElement: return access.index == place_.index && overlaps(place_.address, 1);
    case Kind::Field: return access.object == place_.object && overlaps(place_.address, place_.bytes);
    case Kind::Local: return access.index == place_.index && execution.depth == place_.depth && execution.func->index == func_;
    case Kind::Operand: break;
  }
  return false;
}

bool WatchedPlace::is_written_by(const replay::Accesses& accesses, const runtime::Execution& execution) const {
  return accesses.are_made && std::ranges::any_of(accesses, [&](const replay::Access& access) {
    return access.is_write && is_touched_by(access, execution);
  });
}

bool WatchedPlace::is_read_by(const replay::Accesses& accesses, const runtime::Execution& execution) const {
  return accesses.are_made && std::ranges::any_of(accesses, [&](const replay::Access& access) {
    return access.is_read && is_touched_by(access, execution);
  });
}

bool WatchedPlace::is_written_by(const runtime::HostEvent& event) const {
  return place_.kind == Kind::Memory && std::ranges::any_of(event.writes, [&](const runtime::HostWrite& write) {
    return write.memory == memory_ && write.address < place_.address + place_.bytes &&
           place_.address < write.address + write.bytes.size();
  });
}

std::vector<uint8_t> WatchedPlace::read(const replay::Timeline& timeline) const {
  const auto bytes_of = [](const void* from, uint64_t count) {
    const auto* const at = static_cast<const uint8_t*>(from);
    return std::vector<uint8_t>(at, at + count);
  };
  switch (place_.kind) {
    case Kind::Memory: {
      const runtime::Region& region = timeline.store().memories[memory_].region;
      if (place_.address > region.size() || place_.bytes > region.size() - place_.address) return {};
      return bytes_of(region.data() + place_.address, place_.bytes);
    }
    case Kind::Global: return bytes_of(timeline.instance().globals[place_.index], place_.type.slots() * 8);
    case Kind::TableElement: {
      const runtime::Table& table = *timeline.instance().tables[place_.index];
      return place_.address < table.size() ? bytes_of(table.elements() + place_.address, 8) : std::vector<uint8_t>();
    }
    case Kind::Field: return bytes_of(timeline.store().heap.at(place_.object) + place_.address, place_.bytes);
    case Kind::Local: {
      if (timeline.execution().depth < place_.depth) return {};
      // The upper half of an i32's slot is nobody's business.
      return bytes_of(timeline.execution().slots() + slot_, std::min<uint64_t>(place_.bytes, 16));
    }
    case Kind::Operand: break;
  }
  return {};
}

std::string WatchedPlace::text(const replay::Timeline& timeline, const Inspection& inspection) const {
  constexpr size_t kShown = 24;
  constexpr char kDigits[] = "0123456789abcdef";
  const std::vector<uint8_t> bytes = read(timeline);
  if (bytes.empty()) return "not there";
  std::string text;
  if (place_.is_text || bytes.size() > 16) {
    for (size_t i = 0; i < std::min(bytes.size(), kShown); ++i) {
      if (i > 0) text += ' ';
      text += kDigits[bytes[i] >> 4];
      text += kDigits[bytes[i] & 15];
    }
    return bytes.size() > kShown ? text + " ..." : text;
  }
  runtime::Value value{place_.type, 0, 0};
  std::memcpy(&value.bits, bytes.data(), std::min<size_t>(bytes.size(), 8));
  if (bytes.size() > 8) std::memcpy(&value.high, bytes.data() + 8, bytes.size() - 8);
  if (place_.bytes < 8) value.bits &= (uint64_t{1} << (8 * place_.bytes)) - 1;
  return inspection.value_text(value);
}

}  // namespace wasmscope::debug
