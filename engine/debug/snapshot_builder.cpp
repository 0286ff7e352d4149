// SPDX-License-Identifier: Apache-2.0
// Pictures of the program for everybody else.
#include <algorithm>
#include <cstring>

#include "engine/base/utf8.h"
#include "engine/debug/debuggee.h"

namespace wasmscope::debug {
namespace {

constexpr uint64_t kPicturedBytes = 4 << 20;    // of one memory in one snapshot
constexpr uint32_t kFramesWhileRunning = 64;
constexpr uint64_t kShownByDefault = 256;       // elements of each table
constexpr size_t kMostMarks = 4096;             // on the picture of time

MemoryPicture picture_memory(const runtime::Memory& memory, uint32_t index,
                             const std::map<uint32_t, std::vector<Session::MemoryWish>>& wishes,
                             const MemoryPicture* previous) {
  MemoryPicture picture;
  picture.size = memory.size_bytes();
  picture.type = memory.type;
  uint64_t left = kPicturedBytes;
  for (const auto& [client, ranges] : wishes) {
    for (const Session::MemoryWish& wish : ranges) {
      if (wish.memory != index || wish.range.begin >= picture.size || wish.range.end <= wish.range.begin) continue;
      const uint64_t last = (std::min(wish.range.end, picture.size) - 1) / kMemoryBlock;
      for (uint64_t block = wish.range.begin / kMemoryBlock; block <= last && left >= kMemoryBlock; ++block) {
        const auto [slot, is_new] = picture.blocks.try_emplace(block);
        if (!is_new) continue;
        left -= kMemoryBlock;
        const uint8_t* from = memory.region.data() + block * kMemoryBlock;
        const uint64_t size = std::min(kMemoryBlock, picture.size - block * kMemoryBlock);
        if (previous != nullptr) {
          const auto old = previous->blocks.find(block);
          if (old != previous->blocks.end() && old->second->size() == size && std::memcmp(old->second->data(), from, size) == 0) {
            slot->second = old->second;
            continue;
          }
        }
        slot->second = std::make_shared<const MemoryBlock>(from, from + size);
      }
    }
  }
  return picture;
}

TablePicture picture_table(const runtime::Table& table, const Inspection& inspection, std::optional<uint64_t> wished_first) {
  TablePicture picture;
  picture.size = table.size();
  picture.type = table.type;
  picture.first = std::min(wished_first.value_or(0), picture.size);
  const uint64_t count = std::min(picture.size - picture.first, wished_first ? kTableElements : kShownByDefault);
  for (uint64_t i = 0; i < count; ++i)
    picture.elements.push_back(inspection.table_element(table.elements()[picture.first + i], table.type.element));
  return picture;
}

}  // namespace

std::vector<uint8_t> MemoryPicture::read(uint64_t address, size_t count) const {
  std::vector<uint8_t> bytes;
  while (bytes.size() < count) {
    const auto found = blocks.find(address / kMemoryBlock);
    const uint64_t within = address % kMemoryBlock;
    if (found == blocks.end() || within >= found->second->size()) break;
    const uint64_t taken = std::min<uint64_t>(count - bytes.size(), found->second->size() - within);
    bytes.insert(bytes.end(), found->second->begin() + static_cast<ptrdiff_t>(within),
                 found->second->begin() + static_cast<ptrdiff_t>(within + taken));
    address += taken;
  }
  return bytes;
}

std::optional<uint8_t> MemoryPicture::byte(uint64_t address) const {
  const auto found = blocks.find(address / kMemoryBlock);
  const uint64_t within = address % kMemoryBlock;
  if (found == blocks.end() || within >= found->second->size()) return std::nullopt;
  return (*found->second)[within];
}

void EventMarks::read(const replay::EventLog& log) {
  if (log.size() < read_to.number || log.begin().number > read_to.number) *this = {log.begin(), {}, 1};
  log.read(read_to, [&](const replay::EventLog::Seen& seen) {
    read_to = seen.after;
    if (seen.number % stride != 0) return true;
    marks.push_back({TimePicture::Mark::Kind::Host, seen.tick,
                     escape_for_display(seen.func->module) + "." + escape_for_display(seen.func->name)});
    if (marks.size() < kMostMarks) return true;
    for (size_t i = 0; i < marks.size() / 2; ++i) marks[i] = std::move(marks[2 * i]);
    marks.resize(marks.size() / 2);
    stride *= 2;
    return true;
  });
}

std::shared_ptr<const TimePicture> Debuggee::picture_time() const {
  const replay::Timeline& program = *timeline_;
  auto time = std::make_shared<TimePicture>();
  time->records = program.records();
  time->is_past = program.is_past();
  time->has_ended = program.frontier_end().has_value();
  time->has_forgotten = program.forgotten_before().has_value();
  time->begin = program.forgotten_before().value_or(runtime::Instant{1, 0, 0});
  time->frontier = program.frontier();
  time->events = program.log().size();
  time->bytes = program.recorded_bytes();
  time->checkpoints = program.checkpoints().count();
  for (const replay::Timeline::Sample& sample : program.samples()) time->depths.push_back({sample.tick, sample.depth, sample.func});
  event_marks_.read(program.log());
  time->marks = event_marks_.marks;
  for (const replay::Edit& edit : program.edits()) time->marks.push_back({TimePicture::Mark::Kind::Edit, edit.at.tick, "changed by hand"});
  std::ranges::stable_sort(time->marks, {}, &TimePicture::Mark::tick);
  return time;
}

std::shared_ptr<Snapshot> Debuggee::build_snapshot(const Snapshot& previous) const {
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->generation = previous.generation + 1;
  snapshot->stop_count = stop_count_;
  snapshot->loaded = loaded_;
  snapshot->state = state_;
  snapshot->reason = reason_;
  snapshot->message = message_;
  snapshot->load_progress = load_progress_;
  snapshot->load_fraction = load_fraction_;
  snapshot->breakpoints = breakpoints();
  snapshot->trap = trap_;
  snapshot->comparison = comparison_;
  snapshot->results = results_;
  snapshot->exit_code = exit_code_;
  snapshot->invoked = invoked_;
  snapshot->tiers = picture_tiers();
  if (contents() == nullptr) return snapshot;
  snapshot->is_before_start = timeline_ == nullptr;
  if (timeline_ != nullptr && !timeline_->calls().empty()) snapshot->time = picture_time();
  // A finished search is the same object in every snapshot until it does not hold any more.
  if (!search_.pattern.bytes.empty()) {
    const std::shared_ptr<const MemorySearch>& old = previous.search;
    const bool is_same = old && !old->is_running && !search_.is_running && old->memory == search_.memory &&
                         old->pattern == search_.pattern && old->hits == search_.hits;
    snapshot->search = is_same ? old : std::make_shared<const MemorySearch>(search_);
  }

  if (const Inspection* now = inspection(); now != nullptr && timeline_->instant().tick != 0) {
    snapshot->instant = timeline_->instant();
    snapshot->depth = snapshot->instant.depth;
    const bool is_running = state_ == State::Running;
    const uint32_t frames = snapshot->depth + 1;
    const uint32_t shown = std::min(frames, is_running ? kFramesWhileRunning : kShownFrames);
    const uint32_t selected = std::min(selected_depth, snapshot->depth);
    for (uint32_t i = 0; i < shown; ++i) {
      const uint32_t depth = snapshot->depth - i;
      const bool is_detailed = !is_running && (i < kDetailedFrames || depth == selected);
      snapshot->frames.push_back(now->frame(depth, is_detailed ? Inspection::Detail::Values : Inspection::Detail::Place));
    }
    snapshot->selected_frame = std::min(snapshot->depth - selected, shown - 1);
  }
  // Memories, tables and globals stay readable after the end.
  const runtime::Instance& instance = contents()->instance();
  snapshot->has_edits = !contents()->edits().empty();
  for (const replay::Edit& edit : contents()->edits())
    if (edit.what == replay::Edit::What::Memory) snapshot->edits.push_back({edit.index, {edit.begin, edit.begin + edit.after.size()}});
  const bool same_program = previous.loaded == loaded_ && previous.memories.size() == instance.memories.size();
  snapshot->globals = inspection_->globals();
  if (state_ != State::Running) snapshot->expressions = picture_expressions();
  snapshot->code = picture_code(previous);
  for (uint32_t i = 0; i < instance.memories.size(); ++i)
    snapshot->memories.push_back(picture_memory(*instance.memories[i], i, memory_wishes, same_program ? &previous.memories[i] : nullptr));
  for (uint32_t i = 0; i < instance.tables.size(); ++i) {
    const auto wish = table_wishes.find(i);
    snapshot->tables.push_back(picture_table(*instance.tables[i], *inspection_,
                                             wish == table_wishes.end() ? std::nullopt : std::optional(wish->second)));
  }
  return snapshot;
}

}  // namespace wasmscope::debug
