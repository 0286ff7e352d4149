// SPDX-License-Identifier: Apache-2.0
#include "engine/debug/tier_states.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "engine/base/utf8.h"

namespace wasmscope::debug {
namespace {

using runtime::Region;
using runtime::Value;

bool is_same(const Region& a, const Region& b, uint64_t size) { return size == 0 || std::memcmp(a.data(), b.data(), size) == 0; }
bool is_same(const Region& a, const Region& b) { return a.size() == b.size() && is_same(a, b, a.size()); }

// Pages of the smaller one that differ; `see` returns false to end it.
template <class See>
void find_pages(const Region& a, const Region& b, TierStates::Pages which, See see) {
  const uint64_t size = std::min(a.size(), b.size());
  const uint64_t count = (size + Region::kPageBytes - 1) >> Region::kPageShift;
  const bool takes_all = which == TierStates::Pages::All || !a.has_marks() || !b.has_marks();
  // A mark also stands for the page behind it.
  bool was_marked = false;
  for (uint64_t page = 0; page < count; ++page) {
    if (!takes_all) {
      uint64_t marks_a = 1, marks_b = 1;
      if (!was_marked && page + 8 <= count) {
        std::memcpy(&marks_a, a.data() - page - 8, sizeof marks_a);
        std::memcpy(&marks_b, b.data() - page - 8, sizeof marks_b);
        if ((marks_a | marks_b) == 0) {
          page += 7;
          continue;
        }
      }
      const bool is_marked = a.is_marked(page) || b.is_marked(page);
      const bool skips = !is_marked && !was_marked;
      was_marked = is_marked;
      if (skips) continue;
    }
    const uint64_t begin = page << Region::kPageShift;
    if (std::memcmp(a.data() + begin, b.data() + begin, std::min(Region::kPageBytes, size - begin)) != 0 && !see(begin)) return;
  }
}

bool is_nan(wasm::Kind kind, uint64_t bits) {
  if (kind == wasm::Kind::F32) return (bits & 0x7FFFFFFF) > 0x7F800000;
  return kind == wasm::Kind::F64 && (bits & 0x7FFFFFFFFFFFFFFF) > 0x7FF0000000000000;
}

// With the bits of NaNs, and of floats whose decimals are the same.
std::string text_of(const Inspection& view, const Value& value) {
  std::string text = view.value_text(value);
  if (is_nan(value.type.kind, value.bits)) {
    char bits[32];
    std::snprintf(bits, sizeof bits, " (0x%llx)", static_cast<unsigned long long>(value.bits));
    text += bits;
  }
  return text;
}

std::string hex(uint64_t value) {
  char text[24];
  std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(value));
  return text;
}

bool is_equal(const Value& a, const Value& b) { return a.bits == b.bits && a.high == b.high; }

class Listing {
 public:
  Listing(TierDifference& difference, const Inspection& interpreted, const Inspection& compiled)
      : difference_(difference), interpreted_(interpreted), compiled_(compiled) {}

  void add(DifferingValue::Place place, uint32_t index, uint32_t depth, std::string name, const Value& a, const Value& b) {
    if (is_equal(a, b)) return;
    add({place, index, 0, depth, std::move(name), text_of(interpreted_, a), text_of(compiled_, b),
         is_nan(a.type.kind, a.bits) && is_nan(b.type.kind, b.bits)});
  }
  void add(DifferingValue value) {
    if (difference_.values.size() < kMostDiffering) difference_.values.push_back(std::move(value));
    else difference_.has_more = true;
  }
  void add_other(std::string name, std::string a, std::string b) {
    if (a != b) add({DifferingValue::Place::Other, 0, 0, 0, std::move(name), std::move(a), std::move(b), false});
  }

 private:
  TierDifference& difference_;
  const Inspection& interpreted_;
  const Inspection& compiled_;
};

}  // namespace

TierStates::TierStates(const TierRun& interpreted, const TierRun& compiled, const symbols::Names& names)
    : interpreted_(interpreted), compiled_(compiled),
      interpreted_view_(interpreted.store(), interpreted.instance(), interpreted.execution(), names),
      compiled_view_(compiled.store(), compiled.instance(), compiled.execution(), names) {}

const std::vector<TierStates::Slot>& TierStates::visible_slots(const runtime::Func& func, uint32_t pc, bool is_suspended) {
  const auto [found, is_new] = visible_.try_emplace({func.index, pc, is_suspended});
  if (!is_new) return found->second;
  const wasm::Module& module = *func.instance->module;
  const auto add = [&](wasm::ValType type, uint32_t slot) {
    found->second.push_back({slot, type.kind == wasm::Kind::I32 || type.kind == wasm::Kind::F32});
    if (type.slots() == 2) found->second.push_back({slot + 1, false});
  };
  for (const lower::LocalPlace& local : lower::local_places(module, func.index)) add(local.type, local.slot);
  const lower::Description description = is_suspended ? lower::describe_suspended(module, func.index, pc)
                                                      : lower::describe(module, func.index, pc);
  for (const lower::OperandPlace& operand : description.operands)
    if (operand.place == lower::Place::Slot) add(operand.type, operand.slot);
  for (const uint32_t slot : description.caught) found->second.push_back({slot, false});
  return found->second;
}

bool TierStates::are_frames_equal() {
  const runtime::Execution& a = interpreted_.execution();
  const runtime::Execution& b = compiled_.execution();
  if (a.func->address != b.func->address || a.frame_base != b.frame_base || a.exception != b.exception) return false;
  if (a.depth != 0 && std::memcmp(a.records(), b.records(), a.depth * sizeof(runtime::ControlRecord)) != 0) return false;
  for (uint32_t depth = 0; depth <= a.depth; ++depth) {
    const bool is_suspended = depth < a.depth;
    const runtime::Func& func = is_suspended ? interpreted_.store().funcs[a.records()[depth].func] : *a.func;
    const uint32_t base = is_suspended ? a.records()[depth].frame_base : a.frame_base;
    const uint32_t pc = is_suspended ? a.records()[depth].call_pc : a.pc;
    for (const Slot& slot : visible_slots(func, pc, is_suspended)) {
      const uint64_t difference = a.slots()[base + slot.slot] ^ b.slots()[base + slot.slot];
      if ((slot.is_half ? static_cast<uint32_t>(difference) : difference) != 0) return false;
    }
  }
  return true;
}

bool TierStates::are_memories_equal(Pages pages) const {
  const auto &a = interpreted_.store().memories, &b = compiled_.store().memories;
  for (size_t i = 0; i < a.size(); ++i) {
    if (a[i].region.size() != b[i].region.size()) return false;
    bool is_equal = true;
    find_pages(a[i].region, b[i].region, pages, [&](uint64_t) { return is_equal = false; });
    if (!is_equal) return false;
  }
  return true;
}

bool TierStates::have_same_end() const {
  const auto &a = interpreted_.end(), &b = compiled_.end();
  if (!a || !b || a->index() != b->index()) return false;
  if (const auto* trapped = std::get_if<runtime::Trapped>(&*a)) return trapped->code == std::get<runtime::Trapped>(*b).code;
  if (const auto* exited = std::get_if<runtime::Exited>(&*a)) return exited->code == std::get<runtime::Exited>(*b).code;
  return true;
}

bool TierStates::are_equal(Pages pages) {
  if (!compiled_.trusts_marks()) pages = Pages::All;
  if (interpreted_.end().has_value() != compiled_.end().has_value()) return false;
  if (interpreted_.end() && !have_same_end()) return false;
  if (interpreted_.told() != compiled_.told()) return false;
  const runtime::Execution& a = interpreted_.execution();
  const runtime::Execution& b = compiled_.execution();
  if (a.tick != b.tick) return false;
  if (interpreted_.has_frames()) {
    if (a.instant() != b.instant() || !are_frames_equal()) return false;
  } else if (interpreted_.end() && std::holds_alternative<runtime::Returned>(*interpreted_.end())) {
    if (!std::ranges::equal(interpreted_.results(), compiled_.results(), is_equal)) return false;
  }
  const runtime::Store &s = interpreted_.store(), &t = compiled_.store();
  for (size_t i = 0; i < s.tables.size(); ++i)
    if (!is_same(s.tables[i].region, t.tables[i].region)) return false;
  if (!is_same(s.globals_region, t.globals_region) || !is_same(s.flags_region, t.flags_region)) return false;
  if (s.heap.used_bytes() != t.heap.used_bytes() || !is_same(s.heap.region, t.heap.region, s.heap.used_bytes())) return false;
  return are_memories_equal(pages);
}

TierState TierStates::state_of(const TierRun& run, const Inspection& view) const {
  TierState state;
  state.at = run.instant();
  if (run.end()) {
    if (const auto* trapped = std::get_if<runtime::Trapped>(&*run.end())) {
      state.end = "trapped: " + std::string(wasm::text_of(trapped->code));
      if (!trapped->text.empty()) state.end += ": " + escape_for_display(trapped->text);
    } else if (const auto* exited = std::get_if<runtime::Exited>(&*run.end())) {
      state.end = "exited with code " + std::to_string(exited->code);
    } else if (std::holds_alternative<runtime::Returned>(*run.end())) {
      state.end = "returned";
      const std::vector<Value> results = run.results();
      for (size_t i = 0; i < results.size(); ++i) state.end += (i == 0 ? " " : ", ") + view.store_value_text(results[i]);
    } else {
      state.end = "waits for another thread";
    }
  }
  if (!run.has_frames()) {
    state.where = "t=" + std::to_string(state.at.tick);
    return state;
  }
  const Inspection::FramePlace at = view.place(view.depth());
  const auto begin = static_cast<uint32_t>(view.module().funcs[at.func].code.begin);
  state.where = runtime::to_text(state.at) + "  #" + std::to_string(at.func) + " " + view.names().func(at.func) + " +" +
                hex(at.pc - begin) + " @" + hex(at.pc) + "  " + view.instruction_text(at.func, at.pc);
  for (uint32_t i = 0; i <= view.depth() && i < kStateFrames; ++i)
    state.frames.push_back(view.frame(view.depth() - i, Inspection::Detail::Values));
  return state;
}

void TierStates::list_values(TierDifference& difference) const {
  using Place = DifferingValue::Place;
  Listing list(difference, interpreted_view_, compiled_view_);
  const bool have_frames = interpreted_.has_frames() && compiled_.has_frames() &&
                           interpreted_.execution().depth == compiled_.execution().depth;
  const uint32_t depth = interpreted_.execution().depth;
  for (uint32_t i = 0; have_frames && i <= depth; ++i) {
    const auto a = interpreted_view_.place(depth - i), b = compiled_view_.place(depth - i);
    if (a.func != b.func) {
      list.add_other("function of frame " + std::to_string(depth - i), interpreted_view_.func_text(a.func), compiled_view_.func_text(b.func));
      continue;
    }
    if (i != 0) list.add_other("call in frame " + std::to_string(depth - i), "@" + hex(a.pc), "@" + hex(b.pc));
    const Frame x = interpreted_view_.frame(depth - i, Inspection::Detail::Values);
    const Frame y = compiled_view_.frame(depth - i, Inspection::Detail::Values);
    const std::string suffix = i == 0 ? "" : " of frame " + std::to_string(depth - i);
    for (uint32_t k = 0; k < x.locals.size(); ++k) {
      const std::string& name = x.locals[k].name;
      list.add(Place::Local, k, depth - i, (name.empty() ? "local " + std::to_string(k) : name) + suffix, x.locals[k].value, y.locals[k].value);
    }
    for (uint32_t k = 0; k < x.operands.size() && a.pc == b.pc; ++k)
      list.add(Place::Operand, k, depth - i, "operand " + std::to_string(k) + suffix, x.operands[k].value, y.operands[k].value);
  }
  const bool have_results = interpreted_.end() && compiled_.end() && std::holds_alternative<runtime::Returned>(*interpreted_.end()) &&
                            std::holds_alternative<runtime::Returned>(*compiled_.end());
  if (have_results) {
    const std::vector<Value> a = interpreted_.results(), b = compiled_.results();
    for (uint32_t i = 0; i < a.size(); ++i) {
      if (is_equal(a[i], b[i])) continue;
      const bool is_nan_only = is_nan(a[i].type.kind, a[i].bits) && is_nan(b[i].type.kind, b[i].bits);
      list.add({Place::Result, i, 0, 0, "result " + std::to_string(i), interpreted_view_.store_value_text(a[i]),
                compiled_view_.store_value_text(b[i]), is_nan_only});
    }
  }
  const TierRun::Told &told = interpreted_.told(), &other_told = compiled_.told();
  list.add_other("calls of the host", std::to_string(told.calls), std::to_string(other_told.calls));
  if (told.digest != other_told.digest) {
    list.add_other("last call of the host", interpreted_.last_told(), compiled_.last_told());
    if (interpreted_.last_told() == compiled_.last_told()) list.add_other("what the host could read", "some", "other");
  }
  const std::vector<GlobalValue> globals = interpreted_view_.globals(), others = compiled_view_.globals();
  for (uint32_t i = 0; i < globals.size(); ++i)
    list.add(Place::Global, i, 0, globals[i].name.empty() ? "global " + std::to_string(i) : globals[i].name, globals[i].value, others[i].value);

  const runtime::Instance &instance = interpreted_.instance(), &other = compiled_.instance();
  for (uint32_t i = 0; i < instance.tables.size(); ++i) {
    const runtime::Table &a = *instance.tables[i], &b = *other.tables[i];
    list.add_other("size of table " + std::to_string(i), std::to_string(a.size()), std::to_string(b.size()));
    for (uint64_t k = 0; k < std::min(a.size(), b.size()); ++k) {
      if (a.elements()[k] == b.elements()[k]) continue;
      list.add({Place::TableElement, i, k, 0, "t" + std::to_string(i) + "[" + std::to_string(k) + "]",
                interpreted_view_.table_element(a.elements()[k], a.type.element).text,
                compiled_view_.table_element(b.elements()[k], b.type.element).text, false});
    }
  }
  for (uint32_t i = 0; i < instance.memories.size(); ++i)
    list.add_other("size of memory " + std::to_string(i), std::to_string(instance.memories[i]->size_bytes()),
                   std::to_string(other.memories[i]->size_bytes()));
  const runtime::Store &s = interpreted_.store(), &t = compiled_.store();
  list.add_other("size of the objects", std::to_string(s.heap.used_bytes()), std::to_string(t.heap.used_bytes()));
  if (!is_same(s.flags_region, t.flags_region)) list.add_other("dropped segments", "some", "others");
  if (interpreted_.has_frames() && compiled_.has_frames())
    list.add_other("exception", hex(interpreted_.execution().exception), hex(compiled_.execution().exception));
}

void TierStates::list_bytes(TierDifference& difference) const {
  constexpr uint64_t kGap = 8, kLongest = 64;
  const auto list = [&](DifferingBytes::Where where, uint32_t memory, const Region& a, const Region& b, uint64_t size) {
    std::vector<ByteRange> ranges;
    find_pages(a, b, Pages::All, [&](uint64_t page) {
      for (uint64_t i = page; i < std::min(page + Region::kPageBytes, size); ++i) {
        if (a.data()[i] == b.data()[i]) continue;
        if (!ranges.empty() && i - ranges.back().end < kGap && i + 1 - ranges.back().begin <= kLongest) {
          ranges.back().end = i + 1;
          continue;
        }
        if (difference.bytes.size() + ranges.size() >= kMostDiffering) {
          difference.has_more = true;
          return false;
        }
        ranges.push_back({i, i + 1});
      }
      return true;
    });
    for (const ByteRange& range : ranges)
      difference.bytes.push_back({where, memory, range.begin, {a.data() + range.begin, a.data() + range.end},
                                  {b.data() + range.begin, b.data() + range.end}});
  };
  const runtime::Instance &a = interpreted_.instance(), &b = compiled_.instance();
  for (uint32_t i = 0; i < a.memories.size(); ++i)
    list(DifferingBytes::Where::Memory, i, a.memories[i]->region, b.memories[i]->region,
         std::min(a.memories[i]->size_bytes(), b.memories[i]->size_bytes()));
  const runtime::Store &s = interpreted_.store(), &t = compiled_.store();
  const uint64_t objects = std::min(s.heap.used_bytes(), t.heap.used_bytes());
  list(DifferingBytes::Where::Objects, 0, s.heap.region, t.heap.region, objects);
}

void TierStates::describe(TierDifference& difference) const {
  difference.interpreted = state_of(interpreted_, interpreted_view_);
  difference.compiled = state_of(compiled_, compiled_view_);
  list_values(difference);
  list_bytes(difference);
  using Kind = TierDifference::Kind;
  const bool is_same_end = interpreted_.end().has_value() == compiled_.end().has_value() && (!interpreted_.end() || have_same_end());
  const bool is_nan_only = !difference.values.empty() && difference.bytes.empty() &&
                           std::ranges::all_of(difference.values, &DifferingValue::is_nan_only);
  if (!is_same_end) difference.kind = Kind::End;
  else if (interpreted_.instant() != compiled_.instant()) difference.kind = Kind::ControlFlow;
  else difference.kind = is_nan_only ? Kind::NanBits : Kind::State;
}

}  // namespace wasmscope::debug
