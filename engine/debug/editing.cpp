// SPDX-License-Identifier: Apache-2.0
// Changing the program's state from outside, as part of its history.
#include <cstring>

#include "engine/debug/assignment.h"
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

// Where an edit was made, in short.
std::string edit_text(const replay::Edit& edit) {
  using What = replay::Edit::What;
  switch (edit.what) {
    case What::Memory: return place_text(edit.index, edit.begin);
    case What::Table: return "t" + std::to_string(edit.index) + "[" + std::to_string(edit.begin) + "]";
    case What::Global: return "g" + std::to_string(edit.index);
    case What::Slot: return "a slot of a frame";
    case What::Heap: return "an object";
    case What::Return: break;
  }
  return "a return";
}

// The operands that stand for a local: they are read from its slot, so changing it changes them.
std::vector<size_t> operands_of_local(const lower::Description& described, uint32_t local) {
  std::vector<size_t> found;
  for (size_t i = 0; i < described.operands.size(); ++i)
    if (described.operands[i].place == lower::Place::Local && described.operands[i].local == local) found.push_back(i);
  return found;
}

// The slot of a local or operand on the value stack, and what else it is.
struct StackSlot {
  uint64_t slot = 0;
  std::string note;
};
std::expected<StackSlot, std::string> stack_slot(const Inspection& now, const ExpressionPlace& place) {
  const Inspection::FramePlace at = now.place(place.depth);
  const lower::Description described = at.is_suspended ? lower::describe_suspended(now.module(), at.func, at.pc)
                                                       : lower::describe(now.module(), at.func, at.pc);
  const auto locals = lower::local_places(now.module(), at.func);
  if (place.kind == ExpressionPlace::Kind::Local) {
    std::string note;
    for (const size_t operand : operands_of_local(described, place.index)) note += (note.empty() ? "s" : ", s") + std::to_string(operand);
    return StackSlot{uint64_t{at.base} + locals[place.index].slot, note.empty() ? note : " (and the operand " + note + ", which is still this local)"};
  }
  const lower::OperandPlace& operand = described.operands[place.index];
  const std::string name = "s" + std::to_string(place.index);
  if (operand.place == lower::Place::Const) return std::unexpected(name + " is a constant of the code, kept nowhere; stop after it was used");
  if (operand.place == lower::Place::Local)
    return std::unexpected(name + " is still local " + std::to_string(operand.local) + " itself: write l" + std::to_string(operand.local) + " = ..., which changes both");
  return StackSlot{uint64_t{at.base} + operand.slot, {}};
}

}  // namespace

Answer Debuggee::assign(std::string_view text) {
  if (!timeline_) return refuse(loaded_ ? ErrorCode::NotRunning : ErrorCode::NoModule);
  if (state_ != State::Paused) return refuse(ErrorCode::NotPaused, "what has ended cannot be changed; `seek` goes back");
  const ExpressionFrame frame = inspection_->expression_frame(selected_depth);
  const auto assignment = evaluate_assignment(text, inspection_->expression_scope(selected_depth), frame);
  if (!assignment) return std::unexpected(to_text(assignment.error(), text));
  const auto value_text = [&]() -> std::string {
    const auto value = assignment->target.evaluate(frame);
    return value ? to_text(*value, ValueFormat::Plain, frame, names()).value_or("") : value.error().message;
  };
  const std::string before = value_text();
  const ExpressionPlace& place = assignment->place;
  const std::string lost = given_up();
  std::string note;
  using What = replay::Edit::What;
  switch (place.kind) {
    case ExpressionPlace::Kind::Local:
    case ExpressionPlace::Kind::Operand: {
      const auto slot = stack_slot(*inspection_, place);
      if (!slot) return std::unexpected(slot.error());
      note = slot->note;
      timeline_->edit(What::Slot, 0, slot->slot, assignment->bytes);
      break;
    }
    case ExpressionPlace::Kind::Global: timeline_->edit(What::Global, place.index, 0, assignment->bytes); break;
    case ExpressionPlace::Kind::Memory: timeline_->edit(What::Memory, place.index, place.address, assignment->bytes); break;
    case ExpressionPlace::Kind::TableElement: timeline_->edit(What::Table, place.index, place.address, assignment->bytes); break;
    case ExpressionPlace::Kind::Field: timeline_->edit(What::Heap, 0, place.object + place.address, assignment->bytes); break;
  }
  has_edited();
  return assignment->target.text() + ": " + before + " -> " + value_text() + note + lost;
}

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
  const std::string lost = given_up();
  timeline_->edit(place.memory, place.address, pattern.bytes);
  has_edited();
  const replay::Edit& made = timeline_->edits().back();
  return place_text(place.memory, place.address) + ": " + bytes_text(made.before) + " -> " + bytes_text(made.after) + lost;
}

Answer Debuggee::undo() {
  if (!timeline_) return refuse(loaded_ ? ErrorCode::NotRunning : ErrorCode::NoModule);
  if (timeline_->edits().empty()) return std::unexpected("nothing has been changed at this instant or before it");
  const bool is_here = state_ == State::Paused && timeline_->edits().back().at == timeline_->instant();
  const replay::Edit taken_back = *timeline_->undo();
  has_edited(taken_back);
  const std::string text = taken_back.what == replay::Edit::What::Return
                               ? "the return is taken back"
                               : edit_text(taken_back) + ": " + bytes_text(taken_back.after) + " -> " + bytes_text(taken_back.before);
  if (is_here) return text;
  stand_after_seek(StopReason::Seek, "went back to take back a change");
  return text + "\n" + where(selected_depth);
}

Answer Debuggee::redo() {
  if (!timeline_) return refuse(loaded_ ? ErrorCode::NotRunning : ErrorCode::NoModule);
  if (undone_.empty()) return std::unexpected("nothing has been taken back since the last change");
  std::vector<Undone> undone = undone_;
  const auto [edit, hash] = undone.back();
  undone.pop_back();
  const bool is_here = state_ == State::Paused && edit.at == timeline_->instant() && timeline_->state_hash() == hash;
  if (!is_here && timeline_->seek(replay::seek_target(edit.at)).end != replay::SeekEnd::Reached)
    return std::unexpected("the program does not come to " + runtime::to_text(edit.at) + " any more, where the change was made");
  if (!is_here && timeline_->state_hash() != hash) {
    stand_after_seek(StopReason::Seek, {});
    return std::unexpected("the program's state is another one now at " + runtime::to_text(edit.at) + ", where the change was made");
  }
  const std::string lost = given_up();
  std::string text = edit_text(edit) + ": " + bytes_text(edit.before) + " -> " + bytes_text(edit.after);
  if (edit.what == replay::Edit::What::Return) {
    std::vector<uint64_t> slots(edit.after.size() / 8);
    if (!slots.empty()) std::memcpy(slots.data(), edit.after.data(), edit.after.size());
    timeline_->force_return(slots);
    text = "the return is made again";
  } else {
    timeline_->edit(edit.what, edit.index, edit.begin, edit.after);
  }
  has_edited();
  undone_ = std::move(undone);
  text += lost;
  if (is_here && edit.what != replay::Edit::What::Return) return text;
  return stand(StopReason::Seek, text);
}

std::string Debuggee::given_up() const {
  if (!timeline_->is_past()) return {};
  const replay::EventLog& log = timeline_->log();
  const uint64_t ticks = timeline_->frontier().tick - timeline_->instant().tick, events = log.size() - log.cursor();
  uint64_t printed = 0;
  log.read(log.position(), [&](const replay::EventLog::Seen& seen) {
    // What was written is what the call put where the program wanted the count.
    if (host::is_wasi_module(seen.func->module) && seen.func->name == "fd_write" && !seen.event->writes.empty()) {
      const std::vector<uint8_t>& bytes = seen.event->writes.back().bytes;
      for (size_t i = 0; i < std::min<size_t>(bytes.size(), 4); ++i) printed += uint64_t{bytes[i]} << (8 * i);
    }
    return true;
  });
  const auto counted = [](uint64_t count, const char* noun) { return std::to_string(count) + " " + noun + (count == 1 ? "" : "s"); };
  std::string text = "\nthe recording after this instant is given up: " + counted(ticks, "tick") + ", " + counted(events, "host call");
  if (printed > 0) text += "; " + counted(printed, "byte") + " of output that were printed stay printed";
  return text;
}

void Debuggee::has_edited(std::optional<replay::Edit> taken_back) {
  comparison_.reset();
  forget_search();
  if (host_history_) host_history_->go_back();
  if (taken_back) undone_.push_back({*std::move(taken_back), timeline_->state_hash()});
  else undone_.clear();
}

template <>
Answer carry_out<Command::Set>(Debuggee& debuggee, const Arguments& arguments) {
  if (arguments.size() != 1) return wrong_usage(Command::Set);
  const auto words = split_words(arguments[0]);
  if (words && words->empty()) return wrong_usage(Command::Set);
  if (words && words->front() == "tier" && words->size() == 2) return debuggee.set_tier((*words)[1]);
  const auto place = words ? parse_memory_place(words->front()) : Result<MemoryPlace>();
  if (!words || !place) {
    // No address: then it is an expression.
    if (is_assignment(arguments[0])) return debuggee.assign(arguments[0]);
    return words ? Answer(wrong_usage(Command::Set)) : Answer(std::unexpected(words.error()));
  }
  if (words->size() < 2) return wrong_usage(Command::Set);
  const auto pattern = parse_byte_pattern(std::span(*words).subspan(1));
  if (!pattern) return refuse(ErrorCode::BadArgument, pattern.error());
  return debuggee.edit(*place, *pattern);
}
template <>
Answer carry_out<Command::Undo>(Debuggee& debuggee, const Arguments&) {
  return debuggee.undo();
}
template <>
Answer carry_out<Command::Redo>(Debuggee& debuggee, const Arguments&) {
  return debuggee.redo();
}

}  // namespace wasmscope::debug
