// SPDX-License-Identifier: Apache-2.0
// Several threads at one piece of work: pieces numbered from 0 are begun in rising order, each by whichever
// thread is free. The thread that calls run() works along, and it alone asks whether to go on. Between calls
// of run() no thread exists, so that a pool costs nothing while it is idle.
#pragma once
#include <cstdint>
#include <functional>

namespace wasmscope {

class WorkerPool {
 public:
  // At least one thread, the caller's included; by default one per processor.
  explicit WorkerPool(uint32_t threads = processors()) : threads_(threads == 0 ? 1 : threads) {}
  static uint32_t processors();

  uint32_t threads() const { return threads_; }

  enum class Verdict : uint8_t { GoOn, Stop };
  // `worker` is below threads(); calls with the same worker never overlap. After Stop no piece is begun.
  using Work = std::function<Verdict(uint32_t worker, uint32_t piece)>;
  // Told how many pieces are done, after each piece of the calling thread.
  using Progress = std::function<Verdict(uint32_t done)>;
  // Returns when the pieces that were begun have ended: all of them (GoOn), or fewer because somebody said Stop.
  Verdict run(uint32_t pieces, const Work& work, const Progress& progress) const;

 private:
  uint32_t threads_;
};

}  // namespace wasmscope
