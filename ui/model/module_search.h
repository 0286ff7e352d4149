// SPDX-License-Identifier: Apache-2.0
// Looks through a whole module for a text, ignoring case: names of all kinds, the contents of data segments, and
// instructions as they are printed. Works on a thread of its own, so that the window never waits for it; hits are
// fetched while it goes on, in the order of the module.
#pragma once
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "engine/debug/snapshot.h"
#include "ui/model/intent.h"

namespace wasmscope::ui {

enum class SearchScope : uint8_t { Everything, Names, Strings, Code };

struct SearchHit {
  std::string_view kind;       // "function", "data", ...
  std::string place, text;     // fit to show
  Intent intent;
};

class ModuleSearch {
 public:
  static constexpr size_t kMostHits = 10'000;

  // `wake` is called from the search's thread when there is something new.
  explicit ModuleSearch(std::function<void()> wake) : wake_(std::move(wake)) {}
  ~ModuleSearch() { stop(); }

  // Ends the one before.
  void start(std::shared_ptr<const debug::LoadedModule> loaded, std::string query, SearchScope scope);
  void stop();

  struct Progress {
    bool is_running = false;
    bool has_more = false;     // stopped before the end
    double fraction = 0;
    size_t hits = 0;
  };
  Progress progress() const;
  // Those from `first` on.
  std::vector<SearchHit> hits_from(size_t first) const;

 private:
  class Looking;

  std::function<void()> wake_;
  mutable std::mutex mutex_;
  Progress progress_;
  std::vector<SearchHit> hits_;
  std::jthread thread_;
};

}  // namespace wasmscope::ui
