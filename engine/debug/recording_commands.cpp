// SPDX-License-Identifier: Apache-2.0
// Recordings in files: saving what has happened, opening what was saved, and what there is to say about either.
#include <algorithm>
#include <utility>

#include "engine/base/file.h"
#include "engine/base/utf8.h"
#include "engine/debug/carry_out.h"
#include "engine/debug/debuggee.h"
#include "engine/replay/recording.h"

namespace wasmscope::debug {
namespace {

std::string count_text(uint64_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

std::string file_name(const std::string& path) { return path.substr(path.find_last_of('/') + 1); }

std::string end_text(const std::optional<runtime::Outcome>& end) {
  if (!end) return "the program goes on after it";
  if (const auto* trapped = std::get_if<runtime::Trapped>(&*end)) return "trap: " + std::string(wasm::text_of(trapped->code));
  if (const auto* exited = std::get_if<runtime::Exited>(&*end)) return "the program exited with code " + std::to_string(exited->code);
  return "the program returned";
}

constexpr std::string_view kWithoutModule = "without-module";

}  // namespace

Answer Debuggee::save_recording(const std::string& path, ModuleIn module_in) {
  if (!timeline_) return refuse(loaded_ ? ErrorCode::NotRunning : ErrorCode::NoModule);
  const auto bytes = replay::save_recording(
      *timeline_, path,
      {.module_name = file_name(loaded_->path),
       .invoked = invoked_,
       .features = loaded_->features,
       .module = module_in == ModuleIn::Inside ? replay::ModuleIn::Inside : replay::ModuleIn::Outside});
  stops_.look_again();
  if (!bytes) return refuse(bytes.error());
  return "saved up to " + runtime::to_text(timeline_->frontier()) + " in " + escape_for_display(path) + ": " +
         count_text(*bytes, "byte") + (module_in == ModuleIn::Inside ? "" : ", without the module");
}

Answer Debuggee::load_recording(const std::string& path) {
  const auto file = read_file(path);
  if (!file) return std::unexpected(escape_for_display(path) + ": " + to_line(to_error(file.error()), nullptr));
  return open_recording(path, *file);
}

Answer Debuggee::open_recording(const std::string& path, Bytes file) {
  const std::string shown = escape_for_display(path) + ": ";
  auto recording = replay::read_recording(file);
  if (!recording) return std::unexpected(shown + to_line(recording.error(), nullptr));
  // What is open stays open where it is the same, with its breakpoints.
  const bool is_open = loaded_ != nullptr && !loaded_->error && loaded_->features == recording->features &&
                       replay::hash_module(module().bytes) == recording->module_hash;
  if (!is_open && recording->module.empty()) {
    return std::unexpected(shown + refuse(ErrorCode::ModuleNotInside, escape_for_display(recording->module_name)).error());
  }
  if (!is_open) {
    const wasm::Features features = std::exchange(options_.features, recording->features);
    const Answer opened = load(recording->module_name, std::move(recording->module));
    options_.features = features;
    if (!opened) return opened;
  }
  environment_->forget_read_input();
  HostHistory history(environment_);
  auto timeline = replay::open_recording(*recording, loaded_->module, live_imports(history), timeline_options());
  if (!timeline) return std::unexpected(shown + to_line(timeline.error(), &module()));
  forget_program();
  host_history_ = std::move(history);
  marks_ = std::move(recording->marks);
  invoked_ = recording->invoked;
  std::string text = "recording of " + invoked_ + " in " + escape_for_display(recording->module_name) + ", up to " +
                     runtime::to_text(marks_.back().at) + ": " + end_text(marks_.back().end);
  if (!recording->is_complete) text += "\nthe file was cut off after " + count_text(recording->whole_bytes, "byte") + ": what came later is missing";
  return enter(*std::move(timeline), AfterLaunch::Stop, text);
}

Answer Debuggee::check_recording() {
  if (!timeline_ || marks_.empty()) return std::unexpected("there is nothing to compare with: `record load` a recording first");
  const bool had_ended = timeline_->end().has_value();
  const runtime::Instant before = timeline_->instant();
  const State state = state_;
  state_ = State::Running;
  forget_search();
  bool is_abandoned = false, is_interrupted = false;
  const auto difference = replay::find_difference(*timeline_, marks_, {&contact_.wants_poll(), [&](double) {
    const Verdict verdict = contact_.poll();
    is_abandoned = verdict == Verdict::Abandon;
    is_interrupted = verdict != Verdict::GoOn;
    return !is_interrupted;
  }});
  if (is_abandoned) return settle(std::nullopt, {});
  if (had_ended) timeline_->seek_frontier();
  else timeline_->seek(replay::seek_target(before));
  state_ = state;
  stops_.look_again();
  if (is_interrupted) return std::unexpected("comparing was interrupted");
  if (difference) {
    return std::unexpected("the state at " + runtime::to_text(*difference) + " is not what it was when it was recorded" +
                           (timeline_->edits().empty() ? "" : ": something has been changed since"));
  }
  const auto hashes = std::ranges::count_if(marks_, [](const auto& mark) { return mark.hash.has_value(); });
  return "the same at " + count_text(marks_.size(), "mark") + ", " + count_text(static_cast<uint64_t>(hashes), "state hash") + " compared";
}

Answer Debuggee::continue_recording() {
  if (!timeline_ || !timeline_->is_closed())
    return std::unexpected("the program is not held back: this is for recordings from files");
  if (timeline_->frontier_end()) return std::unexpected("nothing comes after the end of this recording: " + end_text(timeline_->frontier_end()));
  timeline_->reopen();
  return "after the end of the recording the program runs on, with input, clock and files as they are now";
}

Answer Debuggee::describe_recording() const {
  if (!timeline_) return refuse(loaded_ ? ErrorCode::NotRunning : ErrorCode::NoModule);
  if (!timeline_->records()) return "nothing is recorded: start without --no-record";
  const replay::Checkpoints& checkpoints = timeline_->checkpoints();
  const replay::EventLog& log = timeline_->log();
  std::string text = "recording of " + invoked_ + ", up to " + runtime::to_text(timeline_->frontier()) + ": " + end_text(timeline_->frontier_end());
  text += "\n  " + count_text(log.size(), "answer") + " of the host, " + count_text(log.bytes(), "byte");
  text += "\n  " + count_text(checkpoints.count(), "checkpoint") + ", " + count_text(checkpoints.bytes(), "byte") + ", of at most " +
          count_text(options_.record_budget_bytes, "byte");
  if (!timeline_->all_edits().empty()) text += "\n  " + count_text(timeline_->all_edits().size(), "change") + " by hand";
  if (timeline_->forgotten_before())
    text += "\n  begins at " + runtime::to_text(*timeline_->forgotten_before()) + ": what was before had to be forgotten";
  if (timeline_->is_closed()) text += "\n  from a file: at its end the program stops";
  return text;
}

template <>
Answer carry_out<Command::Record>(Debuggee& debuggee, const Arguments& arguments) {
  const std::string_view what = arguments.empty() ? std::string_view() : std::string_view(arguments[0]);
  const size_t count = arguments.size();
  if (what == "save" && count == 2) return debuggee.save_recording(arguments[1], Debuggee::ModuleIn::Inside);
  if (what == "save" && count == 3 && arguments[2] == kWithoutModule)
    return debuggee.save_recording(arguments[1], Debuggee::ModuleIn::Outside);
  if (what == "load" && count == 2) return debuggee.load_recording(arguments[1]);
  if (what == "check" && count == 1) return debuggee.check_recording();
  if (what == "continue" && count == 1) return debuggee.continue_recording();
  return wrong_usage(Command::Record);
}

}  // namespace wasmscope::debug
