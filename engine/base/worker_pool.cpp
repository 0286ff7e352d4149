// SPDX-License-Identifier: Apache-2.0
#include "engine/base/worker_pool.h"

#include <algorithm>
#include <atomic>
#include <stop_token>
#include <system_error>
#include <thread>
#include <vector>

namespace wasmscope {

uint32_t WorkerPool::processors() { return std::max(1u, std::thread::hardware_concurrency()); }

WorkerPool::Verdict WorkerPool::run(uint32_t pieces, const Work& work, const Progress& progress) const {
  std::stop_source stop;
  std::atomic<uint32_t> next = 0, done = 0;
  const auto run_pieces = [&](uint32_t worker, const auto& after_piece) {
    while (!stop.stop_requested()) {
      const uint32_t piece = next.fetch_add(1, std::memory_order_relaxed);
      if (piece >= pieces) return;
      if (work(worker, piece) == Verdict::Stop) stop.request_stop();
      done.fetch_add(1, std::memory_order_relaxed);
      after_piece();
    }
  };
  {
    std::vector<std::jthread> helpers;
    try {
      for (uint32_t worker = 1; worker < std::min(threads_, pieces); ++worker)
        helpers.emplace_back([&run_pieces, worker] { run_pieces(worker, [] {}); });
    } catch (const std::system_error&) {
      // The system gives no more threads: those that are there do it.
    }
    run_pieces(0, [&] {
      if (progress(done.load(std::memory_order_relaxed)) == Verdict::Stop) stop.request_stop();
    });
  }
  return stop.stop_requested() ? Verdict::Stop : Verdict::GoOn;
}

}  // namespace wasmscope
