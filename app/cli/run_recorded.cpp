// SPDX-License-Identifier: Apache-2.0
#include "app/cli/run_recorded.h"

#include <atomic>
#include <chrono>

#include "app/cli/output.h"
#include "app/cli/run_report.h"
#include "engine/base/os/terminal.h"
#include "engine/base/utf8.h"
#include "engine/host/environment.h"
#include "engine/replay/recording.h"
#include "engine/wasm/limits.h"

namespace wasmscope::app {
namespace {

using Clock = std::chrono::steady_clock;
using replay::Timeline;

constexpr uint64_t kFirstPieceTicks = 1 << 16;
constexpr double kShortPiece = 0.02, kLongPiece = 0.1, kBetweenMarks = 0.25;
// State hashes take at most this part of the time.
constexpr double kPartOfHashes = 0.02;
constexpr uint64_t kEventBytesBetweenMarks = 1 << 18;
constexpr int kExitInterrupted = 130;

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

// Writes down what has happened whenever it is worth it.
class Recorder {
 public:
  Recorder(replay::RecordingWriter& writer, Timeline& timeline) : writer_(writer), timeline_(timeline) {}

  Result<void> mark_if_due() {
    const bool is_due = seconds_since(last_mark_) >= kBetweenMarks ||
                        timeline_.log().end().offset - marked_bytes_ >= kEventBytesBetweenMarks;
    if (!is_due) return {};
    return mark(seconds_since(last_hash_) * kPartOfHashes >= hash_seconds_);
  }
  Result<void> mark(bool with_hash) {
    last_mark_ = Clock::now();
    marked_bytes_ = timeline_.log().end().offset;
    Timeline::Mark mark = timeline_.mark_here(with_hash ? replay::Hashed::Yes : replay::Hashed::No);
    if (with_hash) {
      hash_seconds_ = seconds_since(last_mark_);
      last_hash_ = Clock::now();
    }
    return writer_.add(timeline_, mark);
  }

 private:
  replay::RecordingWriter& writer_;
  Timeline& timeline_;
  Clock::time_point last_mark_ = Clock::now(), last_hash_ = last_mark_;
  uint64_t marked_bytes_ = 0;
  double hash_seconds_ = 0;
};

bool goes_on(const runtime::Outcome& outcome) {
  const auto* paused = std::get_if<runtime::Paused>(&outcome);
  return paused != nullptr && paused->reason != runtime::PauseReason::MissingImport && paused->reason != runtime::PauseReason::Request;
}

}  // namespace

std::optional<int> run_recorded(const RecordedRun& run) {
  const auto refuse = [&](const Error& error) {
    print_error(std::string(text_of(error.code)) + ": " + error.detail);
    return kExitBadInput;
  };
  auto made = Timeline::create(run.module, run.imports, run.calls,
                               {.recording = Timeline::Recording::Events, .budget_bytes = 2 * wasm::kMaxRecordedBytes,
                                .compile_when = debug::to_compile_when(run.options.tier)});
  if (!made) {
    print_report(escape_for_display(run.options.file) + ": " + to_report(made.error(), run.module->bytes, run.module.get()));
    return kExitBadInput;
  }
  Timeline& timeline = **made;
  if (run.options.tier == Tier::Jit && !timeline.why_interpreted().empty()) {
    print_error(timeline.why_interpreted());
    return kExitUsage;
  }
  if (const auto& trap = timeline.instantiation_trap()) {
    report_instantiation_trap(timeline.instance(), symbols::Names(run.module), trap->code, trap->range);
    return kExitTrap;
  }
  const size_t slash = run.options.file.find_last_of('/');
  auto writer = replay::RecordingWriter::begin(run.options.record, timeline,
                                               {.module_name = run.options.file.substr(slash + 1),
                                                .invoked = run.invoked,
                                                .features = run.options.features});
  if (!writer) return refuse(writer.error());
  std::atomic<bool> is_interrupted = false;
  const InterruptHandler interrupts([](void* flag) { static_cast<std::atomic<bool>*>(flag)->store(true); }, &is_interrupted);

  Recorder recorder(*writer, timeline);
  runtime::Outcome outcome = timeline.start();
  uint64_t piece = kFirstPieceTicks;
  while (goes_on(outcome) && !is_interrupted) {
    const auto began = Clock::now();
    outcome = timeline.run({.tick_limit = timeline.instant().tick + piece, .pause = &is_interrupted});
    const double took = seconds_since(began);
    if (took < kShortPiece) piece *= 2;
    if (took > kLongPiece && piece > 1) piece /= 2;
    if (!goes_on(outcome)) break;
    if (const auto marked = recorder.mark_if_due(); !marked) return refuse(marked.error());
  }
  run.environment.flush();
  Result<void> done = recorder.mark(true);
  if (done) done = writer->finish();
  if (!done) return refuse(done.error());

  if (std::holds_alternative<runtime::Returned>(outcome)) {
    *run.results = timeline.execution().results();
    return std::nullopt;
  }
  if (const auto* exited = std::get_if<runtime::Exited>(&outcome)) return exited->code;
  const symbols::Names names(run.module);
  if (const auto* trapped = std::get_if<runtime::Trapped>(&outcome)) {
    report_trap({timeline, names}, *trapped);
    return kExitTrap;
  }
  if (is_interrupted) {
    print_error("interrupted at " + runtime::to_text(timeline.instant()) + "; what happened until then is in " +
                escape_for_display(run.options.record));
    return kExitInterrupted;
  }
  report_missing_call({timeline, names});
  return kExitBadInput;
}

}  // namespace wasmscope::app
