// SPDX-License-Identifier: Apache-2.0
// Changing the program's memory from outside, as part of its history.
#include "engine/debug/carry_out.h"
#include "engine/debug/debuggee.h"

namespace wasmscope::debug {
namespace {

std::string bytes_text(const std::vector<uint8_t>& bytes) {
  constexpr size_t kShown = 16;
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (size_t i = 0; i < std::min(bytes.size(), kShown); ++i) {
    if (i > 0) text += ' ';
    text += kDigits[bytes[i] >> 4];
    text += kDigits[bytes[i] & 15];
  }
  return bytes.size() > kShown ? text + " ..." : text;
}

std::string place_text(uint32_t memory, uint64_t address) { return "m" + std::to_string(memory) + ":" + to_hex(address); }

}  // namespace

Answer Debuggee::edit(const MemoryPlace& place, const BytePattern& pattern) {
  if (!timeline_) return refuse(loaded_ ? ErrorCode::NotRunning : ErrorCode::NoModule);
  if (state_ != State::Paused) return refuse(ErrorCode::NotPaused, "what has ended cannot be changed; `seek` goes back");
  if (!pattern.is_exact()) return refuse(ErrorCode::BadArgument, "?? has no value");
  const auto& memories = timeline_->instance().memories;
  if (place.memory >= memories.size())
    return refuse(ErrorCode::NoSuchItem, "memory " + std::to_string(place.memory) + ": there are " + std::to_string(memories.size()));
  const uint64_t size = memories[place.memory]->size_bytes();
  if (place.address > size || pattern.bytes.size() > size - place.address)
    return std::unexpected("the last byte would be past the end of memory " + std::to_string(place.memory) + ", which has " +
                           to_hex(size) + " bytes");
  timeline_->edit(place.memory, place.address, pattern.bytes);
  forget_search();
  const replay::Edit& made = timeline_->edits().back();
  return place_text(place.memory, place.address) + ": " + bytes_text(made.before) + " -> " + bytes_text(made.after);
}

Answer Debuggee::undo() {
  if (!timeline_) return refuse(loaded_ ? ErrorCode::NotRunning : ErrorCode::NoModule);
  if (timeline_->edits().empty()) return std::unexpected("nothing has been changed at this instant or before it");
  const bool is_here = state_ == State::Paused && timeline_->edits().back().at == timeline_->instant();
  const replay::Edit taken_back = *timeline_->undo();
  forget_search();
  const std::string text = place_text(taken_back.index, taken_back.begin) + ": " + bytes_text(taken_back.after) + " -> " +
                           bytes_text(taken_back.before);
  if (is_here) return text;
  stand_after_seek(StopReason::Seek, "went back to take back a change");
  return text + "\n" + where(selected_depth);
}

template <>
Answer carry_out<Command::Set>(Debuggee& debuggee, const Arguments& arguments) {
  if (arguments.size() < 2) return wrong_usage(Command::Set);
  const auto place = parse_memory_place(arguments[0]);
  if (!place) return refuse(place.error());
  const auto pattern = parse_byte_pattern(std::span(arguments).subspan(1));
  if (!pattern) return refuse(ErrorCode::BadArgument, pattern.error());
  return debuggee.edit(*place, *pattern);
}
template <>
Answer carry_out<Command::Undo>(Debuggee& debuggee, const Arguments&) {
  return debuggee.undo();
}

}  // namespace wasmscope::debug
