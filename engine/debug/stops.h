// SPDX-License-Identifier: Apache-2.0
// Breakpoints and watchpoints: what the interpreter is told to ask about, and the answers. One list; the same points
// serve a run forwards, where hits count, messages are logged and ignore counts go down, and searches backwards, where
// nothing of that happens. Engine thread only.
//
// A write is stopped before it acts, and a debugger wants to stop behind it: a run that was stopped for a write has
// pending writes and no hits; whoever drives the program then takes one step, and compare() turns those that count into
// hits.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/debug/inspection.h"
#include "engine/debug/place.h"
#include "engine/debug/watched_place.h"

namespace wasmscope::debug {

struct StopPoint {
  Breakpoint shown;
  wasm::OpSet ops;                              // Exit, Instruction, Import, Throw
  std::optional<WatchedPlace> watch;
  std::vector<uint8_t> last;                    // Watch: the value when it was last looked at
  // What condition and message mean at a pc: made when first needed there.
  std::map<uint32_t, std::expected<Expression, ExpressionError>> conditions;
};

// Where a movement wants to get to.
struct Destination {
  std::map<wasm::FuncIndex, std::set<uint32_t>> places;
  wasm::OpSet ops;                              // besides: every instruction of these
  std::function<bool(const runtime::Execution&)> holds;   // asked there; none: always
};

class Stops {
 public:
  // Messages of log points, each at its instant.
  using Say = std::function<void(std::string lines)>;
  explicit Stops(Say say);
  ~Stops();
  Stops(const Stops&) = delete;
  Stops& operator=(const Stops&) = delete;

  // Ascending ids. After a change: apply().
  std::vector<StopPoint> points;
  std::optional<Destination> destination;       // of the movement that is made
  StopPoint* find(uint32_t id);

  // The program that the points are for from now on; null for none.
  void bind(replay::Timeline* timeline, const Inspection* inspection);
  // Tells the timeline what to ask about.
  void apply();
  // Whether values must be compared around every step.
  bool has_watches() const { return has_watches_; }

  struct Hit {
    uint32_t id = 0;                            // 0: the destination
    std::string text;                           // of watches: "i32[0x1ff02]: 5 -> 7"; else empty
  };
  const std::vector<Hit>& hits() const { return hits_; }
  bool has_pending() const { return !pending_.empty(); }
  void forget_hits();
  // The program has come to an instant without being asked there: by a step, or at the start.
  void arrive();
  // Before and after one step: the writes that it makes.
  void note_writes();
  void compare();
  // The state is another one than the last run left.
  void look_again();
  // Those that were to stop once and have done so go.
  void remove_used();

  // Of a search backwards. Valid until the points change.
  replay::Search past_search();
  // What hits at the instant that a search found, where the program stands now.
  std::vector<Hit> past_hits();

 private:
  class Live;
  class Past;
  bool is_at(const StopPoint& point, const runtime::Execution& execution);
  bool is_destination(const runtime::Execution& execution) const;
  // Also true when the condition has no value there: `error` says why then.
  bool is_true(StopPoint& point, const runtime::Execution& execution, std::string& error);
  bool leaves(const runtime::Execution& execution);
  void log(const StopPoint& point, const runtime::Execution& execution);
  // The point has been reached: whether the program stops.
  bool hit(StopPoint& point, const runtime::Execution& execution, std::string text);
  bool ask(const runtime::Execution& execution);
  void collect_writes(const runtime::Execution& execution);
  replay::Search to_search() const;
  std::string value_text(const StopPoint& point) const;

  struct Pending {
    size_t point = 0;
    std::vector<uint8_t> before;
    std::string text;
    bool is_by_host = false;      // by a call, perhaps: only a change shows
  };
  const Say say_;
  replay::Timeline* timeline_ = nullptr;
  const Inspection* inspection_ = nullptr;
  std::unique_ptr<replay::AccessReader> reader_;
  std::unique_ptr<Live> live_;
  std::unique_ptr<Past> past_;
  std::vector<wasm::FuncIndex> applied_;
  std::vector<std::pair<uint32_t, size_t>> by_pc_;   // of the points at one instruction
  std::vector<size_t> elsewhere_;                    // the others
  bool has_watches_ = false;
  std::vector<Hit> hits_;
  std::vector<Pending> pending_;
  uint64_t logged_lines_ = 0;
};

}  // namespace wasmscope::debug
