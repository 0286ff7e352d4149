// SPDX-License-Identifier: Apache-2.0
#include "engine/text/parser.h"

#include <algorithm>
#include <utility>

#include "engine/base/try.h"
#include "engine/binary/decoder.h"
#include "engine/binary/encoder.h"
#include "engine/text/module_parser.h"

namespace wasmscope::text {
namespace {

using wasm::SectionId;

constexpr SectionId kOrder[] = {SectionId::Type,   SectionId::Import, SectionId::Function,  SectionId::Table,
                                SectionId::Memory, SectionId::Tag,    SectionId::Global,    SectionId::Export,
                                SectionId::Start,  SectionId::Elem,   SectionId::DataCount, SectionId::Code,
                                SectionId::Data};
constexpr int kBeforeCode = 2 * 11 - 1, kAfterData = 2 * 13 - 1, kAfterAll = 2 * 13 + 1;
static_assert(kOrder[(kBeforeCode + 1) / 2] == SectionId::Code);

// Branch hints as a custom section; the format wants it before the code.
void add_hint_section(Draft& draft) {
  if (draft.hints.empty()) return;
  Draft::Custom custom{kBeforeCode, kBranchHintSection, {draft.scratch.size(), 0}};
  append_branch_hints(draft.scratch, draft.hints);
  custom.payload.end = draft.scratch.size();
  draft.customs.push_back(custom);
}

void place_customs(Draft& draft) {
  std::vector<wasm::Section>& sections = draft.module.sections;
  const auto add_customs = [&](int order) {
    for (const Draft::Custom& custom : draft.customs) {
      if (custom.order != order) continue;
      wasm::Section section;
      section.name = custom.name;
      section.payload = custom.payload;
      section.range = {custom.payload.begin, custom.payload.end + 1};   // never empty: that has a meaning
      sections.push_back(section);
    }
  };
  for (size_t i = 0; i < std::size(kOrder); ++i) {
    add_customs(2 * static_cast<int>(i) - 1);
    wasm::Section section;
    section.id = kOrder[i];
    sections.push_back(section);
  }
  // Names stand where compilers and the canonical form put them.
  add_customs(kAfterData);
  wasm::Section names;
  names.name = "name";
  sections.push_back(names);
  add_customs(kAfterAll);
}

// What of `draft` lies where in `module`, which was decoded from its encoding.
class MapBuilder {
 public:
  MapBuilder(const Draft& draft, const wasm::Module& module) : draft_(draft), module_(module) {}

  SourceMap build() {
    add_items();
    add_code();
    std::ranges::sort(entries_, {}, [](const SourceMap::Entry& entry) { return std::pair(entry.binary, entry.text); });
    return SourceMap(std::move(entries_));
  }

 private:
  void add(ByteRange range, uint32_t text) { entries_.push_back({static_cast<uint32_t>(range.begin), text}); }

  void add_items() {
    for (const Draft::ItemPlace& item : draft_.items) {
      switch (item.section) {
        case SectionId::Type: add(module_.types[item.index].range, item.text); break;
        case SectionId::Import: add(module_.imports[item.index].range, item.text); break;
        case SectionId::Function: add(module_.funcs[item.index].body, item.text); break;
        case SectionId::Table: add(module_.tables[item.index].range, item.text); break;
        case SectionId::Memory: add(module_.memories[item.index].range, item.text); break;
        case SectionId::Global: add(module_.globals[item.index].range, item.text); break;
        case SectionId::Tag: add(module_.tags[item.index].range, item.text); break;
        case SectionId::Export: add(module_.exports[item.index].range, item.text); break;
        case SectionId::Elem: add(module_.elems[item.index].range, item.text); break;
        case SectionId::Data: add(module_.datas[item.index].range, item.text); break;
        case SectionId::Start: add({module_.start_offset, module_.start_offset}, item.text); break;
        default: break;
      }
    }
  }

  struct Copied {
    uint64_t from, to;
  };
  void add_code() {
    const wasm::Module& draft = draft_.module;
    std::vector<Copied> copies;
    const auto copy = [&](ByteRange from, ByteRange to) {
      if (from.size() != 0) copies.push_back({from.begin, to.begin});
    };
    for (size_t i = 0; i < draft.funcs.size(); ++i) copy(draft.funcs[i].code, module_.funcs[i].code);
    for (size_t i = 0; i < draft.globals.size(); ++i) copy(draft.globals[i].init.range, module_.globals[i].init.range);
    for (size_t i = 0; i < draft.tables.size(); ++i)
      if (draft.tables[i].init && module_.tables[i].init)
        copy(draft.tables[i].init->range, module_.tables[i].init->range);
    for (size_t i = 0; i < draft.datas.size(); ++i) copy(draft.datas[i].offset.range, module_.datas[i].offset.range);
    for (size_t i = 0; i < draft.elems.size(); ++i) {
      copy(draft.elems[i].offset.range, module_.elems[i].offset.range);
      for (size_t j = 0; j < draft.elems[i].exprs.size() && j < module_.elems[i].exprs.size(); ++j)
        copy(draft.elems[i].exprs[j].range, module_.elems[i].exprs[j].range);
    }
    std::ranges::sort(copies, {}, &Copied::from);
    auto next = copies.begin();
    entries_.reserve(entries_.size() + draft_.instructions.size());
    for (const Draft::Place& place : draft_.instructions) {
      while (next != copies.end() && std::next(next) != copies.end() && std::next(next)->from <= place.scratch) ++next;
      if (next == copies.end()) return;
      entries_.push_back({static_cast<uint32_t>(place.scratch - next->from + next->to), place.text});
    }
  }

  const Draft& draft_;
  const wasm::Module& module_;
  std::vector<SourceMap::Entry> entries_;
};

wasm::Features all_on() {
  wasm::Features features;
  for (size_t i = 0; i < wasm::all_features().size(); ++i) features.set(static_cast<wasm::Feature>(i), true);
  return features;
}

}  // namespace

const SourceMap::Entry* SourceMap::find(uint64_t binary_offset) const {
  const auto after = std::ranges::upper_bound(entries_, binary_offset, {}, &Entry::binary);
  return after == entries_.begin() ? nullptr : &*std::prev(after);
}

Result<ParsedModule> parse_module(std::string_view source, const wasm::Features& features) {
  Draft draft;
  ModuleParser parser(source, draft, features);
  TRY(parser.parse());
  add_hint_section(draft);
  place_customs(draft);
  draft.module.bytes = draft.scratch;
  if (draft.names_datas) draft.module.data_count = static_cast<uint32_t>(draft.module.datas.size());
  ParsedModule parsed;
  parsed.bytes = binary::encode(draft.module);
  // Where everything is in the binary, the decoder knows. What it refuses is the caller's to find again.
  if (const Result<wasm::Module> module = binary::decode(parsed.bytes, all_on()))
    parsed.source_map = MapBuilder(draft, *module).build();
  return parsed;
}

bool is_text(Bytes bytes) {
  const auto first = std::ranges::find_if(
      bytes, [](uint8_t byte) { return byte != ' ' && byte != '\t' && byte != '\n' && byte != '\r'; });
  if (first == bytes.end()) return false;
  return *first == '(' || (*first == ';' && std::next(first) != bytes.end() && *std::next(first) == ';');
}

Error in_source(Error error, const SourceMap& map, std::string_view source) {
  if (!error.has_range) return error;
  if (const SourceMap::Entry* entry = map.find(error.range.begin)) set_place(error, source, {entry->text, entry->text});
  return error;
}

}  // namespace wasmscope::text
