// SPDX-License-Identifier: Apache-2.0
#include "engine/replay/recording.h"

#include <algorithm>

#include <xxhash.h>

#include "engine/base/leb128.h"
#include "engine/base/try.h"
#include "engine/base/utf8.h"
#include "engine/wasm/limits.h"
#include "engine/wasm/traps.h"

namespace wasmscope::replay {
namespace {

// Reads one stream. Errors are places in the file.
class StreamReader {
 public:
  StreamReader(const Streams& streams, ChunkKind kind)
      : streams_(streams), kind_(kind), begin_(streams.of(kind).data()), at_(begin_), end_(begin_ + streams.of(kind).size()) {}

  bool at_end() const { return at_ == end_; }
  uint64_t offset() const { return static_cast<uint64_t>(at_ - begin_); }
  Error error(std::string detail, ErrorCode code = ErrorCode::RecordingDamaged) const {
    return error_at(code, streams_.place(kind_, offset()), std::move(detail));
  }

  Result<uint64_t> number(std::string_view what, uint64_t most = UINT64_MAX) {
    uint64_t value = 0;
    if (read_leb(at_, end_, value) != LebStatus::Ok || value > most) return std::unexpected(error(std::string(what)));
    return value;
  }
  // Of things that take at least one byte each.
  Result<uint64_t> count(std::string_view what) {
    TRY_ASSIGN(const uint64_t count, number(what));
    if (count > static_cast<uint64_t>(end_ - at_)) return std::unexpected(error(std::string(what)));
    return count;
  }
  Result<uint64_t> fixed(std::string_view what) {
    if (end_ - at_ < 8) return std::unexpected(error(std::string(what)));
    uint64_t value = 0;
    for (int i = 0; i < 8; ++i) value |= uint64_t{*at_++} << (8 * i);
    return value;
  }
  Result<Bytes> bytes(std::string_view what) {
    TRY_ASSIGN(const uint64_t size, count(what));
    const Bytes bytes{at_, size};
    at_ += size;
    return bytes;
  }
  Result<std::string> text(std::string_view what) {
    TRY_ASSIGN(const Bytes text, bytes(what));
    return std::string(text.begin(), text.end());
  }
  Result<runtime::Instant> instant() {
    runtime::Instant instant;
    TRY_ASSIGN(instant.tick, number("an instant"));
    TRY_ASSIGN(const uint64_t depth, number("an instant", UINT32_MAX));
    TRY_ASSIGN(const uint64_t pc, number("an instant", UINT32_MAX));
    instant.depth = static_cast<uint32_t>(depth);
    instant.pc = static_cast<uint32_t>(pc);
    return instant;
  }

 private:
  const Streams& streams_;
  ChunkKind kind_;
  const uint8_t* begin_;
  const uint8_t* at_;
  const uint8_t* end_;
};

Result<void> read_features(StreamReader& in, wasm::Features& features) {
  const auto known = wasm::all_features();
  for (size_t i = 0; i < known.size(); ++i) features.set(static_cast<wasm::Feature>(i), false);
  TRY_ASSIGN(const uint64_t count, in.count("the features"));
  for (uint64_t i = 0; i < count; ++i) {
    TRY_ASSIGN(const std::string flag, in.text("a feature"));
    const auto found = std::ranges::find(known, flag, &wasm::FeatureInfo::flag);
    if (found == known.end())
      return std::unexpected(in.error("it uses the feature " + escape_for_display(flag), ErrorCode::RecordingVersion));
    features.set(static_cast<wasm::Feature>(found - known.begin()), true);
  }
  return {};
}

Result<void> check_limits(StreamReader& in) {
  TRY_ASSIGN(const uint64_t count, in.count("the limits"));
  for (uint64_t i = 0; i < count; ++i) {
    TRY_ASSIGN(const std::string name, in.text("a limit"));
    TRY_ASSIGN(const uint64_t value, in.number("a limit"));
    const auto known = std::ranges::find(wasm::all_limits(), name, &wasm::LimitInfo::name);
    if (known == wasm::all_limits().end() || known->value != value) {
      return std::unexpected(in.error("its limit " + escape_for_display(name) + " is " + std::to_string(value) +
                                          (known == wasm::all_limits().end() ? std::string() : ", here it is " + std::to_string(known->value)),
                                      ErrorCode::RecordingVersion));
    }
  }
  return {};
}

Result<void> read_header(Recording& recording) {
  StreamReader in(recording.streams, ChunkKind::Header);
  TRY_ASSIGN(const uint64_t semantics, in.number("the version"));
  if (semantics != kSemanticsVersion) {
    return std::unexpected(in.error("semantics " + std::to_string(semantics) + ", this version has " + std::to_string(kSemanticsVersion),
                                    ErrorCode::RecordingVersion));
  }
  TRY_ASSIGN(recording.module_bytes, in.number("the size of the module", wasm::kMaxModuleBytes));
  TRY_ASSIGN(recording.module_hash.low, in.fixed("the hash of the module"));
  TRY_ASSIGN(recording.module_hash.high, in.fixed("the hash of the module"));
  TRY_ASSIGN(recording.module_name, in.text("the name of the module"));
  TRY(read_features(in, recording.features));
  TRY(check_limits(in));
  TRY_ASSIGN(const std::string nan_rule, in.text("the rule for NaNs"));
  if (nan_rule != kNanRule)
    return std::unexpected(in.error("its rule for NaNs is " + escape_for_display(nan_rule), ErrorCode::RecordingVersion));
  TRY_ASSIGN(recording.invoked, in.text("what was run"));
  TRY_ASSIGN(const uint64_t funcs, in.count("the host functions"));
  for (uint64_t i = 0; i < funcs; ++i) {
    HostName& func = recording.host_funcs.emplace_back();
    TRY_ASSIGN(func.module, in.text("a host function"));
    TRY_ASSIGN(func.name, in.text("a host function"));
  }
  TRY_ASSIGN(const uint64_t calls, in.count("the calls"));
  for (uint64_t i = 0; i < calls; ++i) {
    Call& call = recording.calls.emplace_back();
    TRY_ASSIGN(const uint64_t func, in.number("a call", UINT32_MAX));
    call.func = static_cast<wasm::FuncIndex>(func);
    TRY_ASSIGN(const uint64_t arguments, in.count("the arguments of a call"));
    for (uint64_t j = 0; j < arguments; ++j) {
      runtime::Value& value = call.arguments.emplace_back();
      TRY_ASSIGN(value.bits, in.number("an argument"));
      TRY_ASSIGN(value.high, in.number("an argument"));
    }
  }
  if (!in.at_end()) return std::unexpected(in.error("more in its header than there should be"));
  return {};
}

Result<std::optional<runtime::Outcome>> read_end(StreamReader& in) {
  TRY_ASSIGN(const uint64_t how, in.number("how the program ended", 3));
  if (how == 0) return std::optional<runtime::Outcome>();
  if (how == 1) return std::optional<runtime::Outcome>(runtime::Returned{});
  if (how == 3) {
    TRY_ASSIGN(const uint64_t code, in.number("an exit code", UINT32_MAX));
    return std::optional<runtime::Outcome>(runtime::Exited{static_cast<int>(static_cast<uint32_t>(code))});
  }
  runtime::Trapped trapped{};
  TRY_ASSIGN(const std::string name, in.text("a trap"));
  constexpr wasm::TrapCode kCodes[] = {
#define TRAP(Name, text, explanation) wasm::TrapCode::Name,
#include "engine/wasm/traps.def"
  };
  const auto code = std::ranges::find_if(kCodes, [&](wasm::TrapCode each) { return wasm::name_of(each) == name; });
  if (code == std::end(kCodes)) return std::unexpected(in.error("an unknown trap: " + escape_for_display(name)));
  trapped.code = *code;
  TRY_ASSIGN(trapped.text, in.text("a trap"));
  return std::optional<runtime::Outcome>(std::move(trapped));
}

Result<void> read_marks(Recording& recording) {
  StreamReader in(recording.streams, ChunkKind::Marks);
  while (!in.at_end()) {
    Timeline::Mark mark;
    TRY_ASSIGN(mark.at, in.instant());
    TRY_ASSIGN(mark.events.offset, in.number("a mark"));
    TRY_ASSIGN(mark.events.number, in.number("a mark"));
    TRY_ASSIGN(mark.events.tick, in.number("a mark"));
    TRY_ASSIGN(mark.edits, in.number("a mark"));
    TRY_ASSIGN(const uint64_t has_hash, in.number("a mark", 1));
    if (has_hash != 0) {
      TRY_ASSIGN(mark.hash, in.fixed("a state hash"));
    }
    TRY_ASSIGN(mark.end, read_end(in));
    if (!recording.marks.empty()) {
      const Timeline::Mark& before = recording.marks.back();
      const bool ascends = before.at <= mark.at && before.events.offset <= mark.events.offset &&
                           before.events.number <= mark.events.number && before.edits <= mark.edits && !before.end;
      if (!ascends) return std::unexpected(in.error("its marks do not follow one another"));
    }
    recording.marks.push_back(std::move(mark));
  }
  if (recording.marks.empty())
    return std::unexpected(error_at(ErrorCode::RecordingDamaged, {recording.whole_bytes, recording.whole_bytes},
                                    "it ends before its first mark"));
  const EventLog::Position& end = recording.last().events;
  if (end.offset > recording.streams.of(ChunkKind::Events).size() || end.number > end.offset)
    return std::unexpected(in.error("its last mark comes before its events"));
  return {};
}

Result<void> read_edits(Recording& recording) {
  StreamReader in(recording.streams, ChunkKind::Edits);
  for (uint64_t i = 0; i < recording.last().edits; ++i) {
    Edit edit;
    TRY_ASSIGN(edit.at, in.instant());
    TRY_ASSIGN(const uint64_t what, in.number("an edit", static_cast<uint64_t>(Edit::What::Heap)));
    edit.what = static_cast<Edit::What>(what);
    TRY_ASSIGN(const uint64_t index, in.number("an edit", UINT32_MAX));
    edit.index = static_cast<uint32_t>(index);
    TRY_ASSIGN(edit.begin, in.number("an edit", UINT64_MAX / 16));
    TRY_ASSIGN(const Bytes before, in.bytes("an edit"));
    TRY_ASSIGN(const Bytes after, in.bytes("an edit"));
    edit.before.assign(before.begin(), before.end());
    edit.after.assign(after.begin(), after.end());
    const bool is_in_order = recording.edits.empty() || recording.edits.back().at <= edit.at;
    if (!is_in_order || (edit.what != Edit::What::Return && before.size() != after.size()))
      return std::unexpected(in.error("an edit that cannot have been made"));
    recording.edits.push_back(std::move(edit));
  }
  return {};
}

std::unexpected<Error> unfit(const Recording& recording, std::string detail) {
  return std::unexpected(error_at(ErrorCode::RecordingUnfit, recording.streams.place(ChunkKind::Header, 0), std::move(detail)));
}

const wasm::Import* find_import(const wasm::Module& module, const HostName& name) {
  for (const wasm::Import& import : module.imports)
    if (import.kind == wasm::ExternKind::Func && import.module == name.module && import.name == name.name) return &import;
  return nullptr;
}

}  // namespace

ModuleHash hash_module(Bytes bytes) {
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return {hash.low64, hash.high64};
}

Result<Recording> read_recording(Bytes file) {
  Recording recording;
  TRY_ASSIGN(recording.streams, read_chunks(file));
  recording.is_complete = recording.streams.is_complete;
  recording.whole_bytes = recording.streams.whole_bytes;
  if (recording.streams.of(ChunkKind::Header).empty()) {
    return std::unexpected(error_at(ErrorCode::RecordingDamaged, {recording.whole_bytes, recording.whole_bytes},
                                    "it ends before its header"));
  }
  TRY(read_header(recording));
  recording.module = std::move(recording.streams.content[static_cast<size_t>(ChunkKind::Module)]);
  if (!recording.module.empty() &&
      (recording.module.size() != recording.module_bytes || hash_module(recording.module) != recording.module_hash)) {
    return std::unexpected(error_at(ErrorCode::RecordingDamaged, recording.streams.place(ChunkKind::Module, 0),
                                    "the module inside is not the one of its header"));
  }
  TRY(read_marks(recording));
  TRY(read_edits(recording));
  return recording;
}

Result<std::unique_ptr<Timeline>> open_recording(const Recording& recording, std::shared_ptr<const wasm::Module> module,
                                                 const runtime::Imports& live, Timeline::Options options) {
  if (hash_module(module->bytes) != recording.module_hash)
    return std::unexpected(error(ErrorCode::OtherModule, "it was made with " + escape_for_display(recording.module_name)));
  runtime::Imports imports;
  EventLog::Expected expected;
  for (const HostName& name : recording.host_funcs) {
    const wasm::Import* import = find_import(*module, name);
    if (import == nullptr) return unfit(recording, "it does not import " + escape_for_display(name.module + "." + name.name));
    const wasm::FuncType& type = module->func_type(import->index);
    expected.funcs.push_back(&type);
    const auto there = live.find(name.module, name.name);
    if (there && there->type == type) {
      imports.add(*there);
    } else {
      imports.add({name.module, name.name, type,
                   [](runtime::HostCall& call) { call.trap("nobody provides this function here, only the recording knew it"); }});
    }
  }
  expected.memories = module->memories.size();
  std::vector<Call> calls = recording.calls;
  if (calls.empty()) return unfit(recording, "it runs nothing");
  for (Call& call : calls) {
    if (call.func >= module->funcs.size() || module->is_imported(call.func)) return unfit(recording, "it runs a function that is not there");
    const std::vector<wasm::ValType>& types = module->func_type(call.func).params;
    if (types.size() != call.arguments.size()) return unfit(recording, "a call with too many or too few arguments");
    for (size_t i = 0; i < types.size(); ++i) {
      call.arguments[i].type = types[i];
      const bool fits = runtime::is_safe(types[i], call.arguments[i].bits) && (types[i].slots() == 2 || call.arguments[i].high == 0);
      if (!fits) return unfit(recording, "an argument that is no value of its type");
    }
  }
  const std::vector<uint8_t>& events = recording.streams.of(ChunkKind::Events);
  const EventLog::Position end = recording.last().events;
  if (const auto misfit = EventLog::find_misfit(Bytes(events).first(end.offset), end, expected)) {
    return std::unexpected(error_at(ErrorCode::RecordingUnfit, recording.streams.place(ChunkKind::Events, misfit->offset),
                                    std::string(misfit->why)));
  }
  TRY_ASSIGN(std::unique_ptr<Timeline> timeline, Timeline::create(std::move(module), imports, std::move(calls), options));
  if (timeline->instantiation_trap()) return unfit(recording, "the module does not get as far as its first instruction");
  // Events name functions by number.
  const auto& funcs = timeline->log().funcs();
  const bool is_same_order = std::ranges::equal(funcs, recording.host_funcs, [](const runtime::HostFunc* func, const HostName& name) {
    return func->module == name.module && func->name == name.name;
  });
  if (!is_same_order) return unfit(recording, "its host functions are in another order");
  timeline->take_over({events, end, recording.edits, recording.last().at, recording.last().end});
  return timeline;
}

std::optional<runtime::Instant> find_difference(Timeline& timeline, std::span<const Timeline::Mark> marks,
                                                const Interruption& interruption) {
  for (const Timeline::Mark& mark : marks) {
    const SeekEnd end = mark.end ? timeline.seek_frontier(interruption).end : timeline.seek(seek_target(mark.at), interruption).end;
    if (end == SeekEnd::Interrupted) return std::nullopt;
    // A program that returned or exited stands nowhere: of its instant only the tick says something.
    const bool has_place = !mark.end || std::holds_alternative<runtime::Trapped>(*mark.end);
    const bool is_there = has_place ? timeline.instant() == mark.at : timeline.instant().tick == mark.at.tick;
    const bool is_same = end == SeekEnd::Reached && is_there && timeline.end().has_value() == mark.end.has_value() &&
                         (!mark.hash || *mark.hash == timeline.state_hash());
    if (!is_same) return mark.at;
  }
  return std::nullopt;
}

}  // namespace wasmscope::replay
