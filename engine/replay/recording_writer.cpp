// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <system_error>

#include "engine/base/leb128.h"
#include "engine/base/try.h"
#include "engine/base/utf8.h"
#include "engine/replay/recording.h"
#include "engine/wasm/limits.h"

namespace wasmscope::replay {
namespace {

constexpr size_t kMarkedHashes = 8;

class StreamWriter {
 public:
  void number(uint64_t value) { append_unsigned_leb(bytes_, value); }
  void fixed(uint64_t value) {
    for (int i = 0; i < 8; ++i) bytes_.push_back(static_cast<uint8_t>(value >> (8 * i)));
  }
  void text(std::string_view text) {
    number(text.size());
    bytes_.insert(bytes_.end(), text.begin(), text.end());
  }
  void instant(const runtime::Instant& instant) {
    number(instant.tick);
    number(instant.depth);
    number(instant.pc);
  }
  void bytes(const std::vector<uint8_t>& bytes) {
    number(bytes.size());
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  }
  const std::vector<uint8_t>& bytes() const { return bytes_; }

 private:
  std::vector<uint8_t> bytes_;
};

std::vector<uint8_t> make_header(const Timeline& timeline, const RecordingOptions& options) {
  StreamWriter out;
  const wasm::Module& module = *timeline.instance().module;
  out.number(kSemanticsVersion);
  const ModuleHash hash = hash_module(module.bytes);
  out.number(module.bytes.size());
  out.fixed(hash.low);
  out.fixed(hash.high);
  out.text(options.module_name);
  std::vector<std::string_view> flags;
  const auto features = wasm::all_features();
  for (size_t i = 0; i < features.size(); ++i)
    if (options.features.has(static_cast<wasm::Feature>(i))) flags.push_back(features[i].flag);
  out.number(flags.size());
  for (const std::string_view flag : flags) out.text(flag);
  out.number(wasm::all_limits().size());
  for (const wasm::LimitInfo& limit : wasm::all_limits()) {
    out.text(limit.name);
    out.number(limit.value);
  }
  out.text(kNanRule);
  out.text(options.invoked);
  out.number(timeline.log().funcs().size());
  for (const runtime::HostFunc* func : timeline.log().funcs()) {
    out.text(func->module);
    out.text(func->name);
  }
  out.number(timeline.calls().size());
  for (const Call& call : timeline.calls()) {
    out.number(call.func);
    out.number(call.arguments.size());
    for (const runtime::Value& value : call.arguments) {
      out.number(value.bits);
      out.number(value.high);
    }
  }
  return out.bytes();
}

void write_end(StreamWriter& out, const std::optional<runtime::Outcome>& end) {
  if (!end) return out.number(0);
  if (const auto* trapped = std::get_if<runtime::Trapped>(&*end)) {
    out.number(2);
    out.text(wasm::name_of(trapped->code));
    out.text(trapped->text);
  } else if (const auto* exited = std::get_if<runtime::Exited>(&*end)) {
    out.number(3);
    out.number(static_cast<uint32_t>(exited->code));
  } else {
    out.number(1);
  }
}

}  // namespace

RecordingWriter::RecordingWriter(std::unique_ptr<FileReplacement> file)
    : file_(std::move(file)), chunks_([to = file_.get()](Bytes bytes) -> Result<void> {
        if (const auto written = to->write(bytes); !written)
          return std::unexpected(error(ErrorCode::FileUnwritable, std::generic_category().message(written.error())));
        return {};
      }) {}

Result<RecordingWriter> RecordingWriter::begin(const std::string& path, const Timeline& timeline, const RecordingOptions& options) {
  if (timeline.calls().empty() || timeline.instantiation_trap())
    return std::unexpected(error(ErrorCode::NothingToSave, "no instruction of the program has run"));
  if (!timeline.keeps_events()) return std::unexpected(error(ErrorCode::NothingToSave, "recording is switched off"));
  if (timeline.forgotten_before()) {
    return std::unexpected(error(ErrorCode::NothingToSave,
                                 "what was before " + runtime::to_text(*timeline.forgotten_before()) +
                                     " had to be forgotten; give --record-budget more, or use `wasmscope run --record`"));
  }
  auto file = FileReplacement::begin(path);
  if (!file) return std::unexpected(error(ErrorCode::FileUnwritable, escape_for_display(path) + ": " + std::generic_category().message(file.error())));
  RecordingWriter writer(std::make_unique<FileReplacement>(*std::move(file)));
  TRY(writer.chunks_.begin());
  TRY(writer.chunks_.add(ChunkKind::Header, make_header(timeline, options)));
  if (options.module == ModuleIn::Inside) TRY(writer.chunks_.add(ChunkKind::Module, timeline.instance().module->bytes));
  return writer;
}

Result<void> RecordingWriter::add(const Timeline& timeline, const Timeline::Mark& mark) {
  const Bytes events = timeline.log().bytes_from(events_).first(mark.events.offset - events_.offset);
  TRY(chunks_.add(ChunkKind::Events, events));
  events_ = mark.events;
  StreamWriter edits;
  for (; edits_ < mark.edits; ++edits_) {
    const Edit& edit = timeline.all_edits()[edits_];
    edits.instant(edit.at);
    edits.number(static_cast<uint64_t>(edit.what));
    edits.number(edit.index);
    edits.number(edit.begin);
    edits.bytes(edit.before);
    edits.bytes(edit.after);
  }
  TRY(chunks_.add(ChunkKind::Edits, edits.bytes()));
  StreamWriter out;
  out.instant(mark.at);
  out.number(mark.events.offset);
  out.number(mark.events.number);
  out.number(mark.events.tick);
  out.number(mark.edits);
  out.number(mark.hash ? 1 : 0);
  if (mark.hash) out.fixed(*mark.hash);
  write_end(out, mark.end);
  return chunks_.add(ChunkKind::Marks, out.bytes());
}

Result<void> RecordingWriter::finish() {
  TRY(chunks_.finish());
  if (const auto done = file_->commit(); !done)
    return std::unexpected(error(ErrorCode::FileUnwritable, std::generic_category().message(done.error())));
  return {};
}

Result<uint64_t> save_recording(Timeline& timeline, const std::string& path, const RecordingOptions& options) {
  TRY_ASSIGN(RecordingWriter writer, RecordingWriter::begin(path, timeline, options));
  for (const Timeline::Mark& mark : timeline.make_marks(kMarkedHashes)) TRY(writer.add(timeline, mark));
  TRY(writer.finish());
  return writer.written_bytes();
}

}  // namespace wasmscope::replay
