// SPDX-License-Identifier: Apache-2.0
#include "engine/validate/validate.h"

#include <atomic>
#include <mutex>
#include <optional>

#include "engine/base/try.h"
#include "engine/base/worker_pool.h"
#include "engine/validate/function_validator.h"
#include "engine/validate/module_validator.h"

namespace wasmscope::validate {
namespace {

// About a third of a millisecond: little enough to be asked often, and to share a module out evenly.
constexpr uint64_t kPieceBytes = 1 << 16;

struct Piece {
  wasm::FuncIndex begin = 0, end = 0;
};

std::vector<Piece> divide(const wasm::Module& module) {
  std::vector<Piece> pieces;
  const auto count = static_cast<wasm::FuncIndex>(module.funcs.size());
  for (wasm::FuncIndex func = module.imported_funcs; func < count;) {
    Piece piece{func, func};
    for (uint64_t bytes = 0; piece.end < count && bytes < kPieceBytes; ++piece.end)
      bytes += module.funcs[piece.end].body.size();
    pieces.push_back(piece);
    func = piece.end;
  }
  return pieces;
}

// Pieces are begun in rising order and a begun one goes on to its end or its error, so nothing before the first
// error is ever left out.
class Bodies {
 public:
  Bodies(const ModuleContext& context, const WorkerPool& pool)
      : context_(context), pool_(pool), pieces_(divide(context.module)), validators_(pool.threads()) {}

  Result<bool> validate(const KeepGoing& keep_going) {
    const auto verdict = pool_.run(
        static_cast<uint32_t>(pieces_.size()),
        [&](uint32_t worker, uint32_t piece) {
          return validate(worker, pieces_[piece]) ? WorkerPool::Verdict::GoOn : WorkerPool::Verdict::Stop;
        },
        [&](uint32_t) {
          return keep_going(done_funcs_.load(std::memory_order_relaxed)) ? WorkerPool::Verdict::GoOn
                                                                         : WorkerPool::Verdict::Stop;
        });
    if (first_error_) return std::unexpected(std::move(*first_error_));
    return verdict == WorkerPool::Verdict::GoOn;
  }

 private:
  bool validate(uint32_t worker, const Piece& piece) {
    std::optional<FunctionValidator>& validator = validators_[worker];
    if (!validator) validator.emplace(context_);
    for (wasm::FuncIndex func = piece.begin; func < piece.end; ++func)
      if (auto valid = validator->validate(func); !valid) {
        const std::lock_guard lock(mutex_);
        if (!first_error_ || func < first_error_->func) first_error_ = std::move(valid).error();
        return false;
      }
    done_funcs_.fetch_add(piece.end - piece.begin, std::memory_order_relaxed);
    return true;
  }

  const ModuleContext& context_;
  const WorkerPool& pool_;
  const std::vector<Piece> pieces_;
  std::vector<std::optional<FunctionValidator>> validators_;   // by worker
  std::atomic<uint32_t> done_funcs_ = 0;
  std::mutex mutex_;
  std::optional<Error> first_error_;
};

}  // namespace

Result<void> validate_module(const wasm::Module& module, const wasm::Features& features) {
  TRY(check_types(module, features));
  return validate_module(ModuleContext(module, features));
}

Result<void> validate(const wasm::Module& module, const wasm::Features& features) {
  TRY(validate(module, features, [](uint32_t) { return true; }));
  return {};
}

Result<bool> validate(const wasm::Module& module, const wasm::Features& features, const KeepGoing& keep_going,
                      uint32_t threads) {
  TRY(check_types(module, features));
  const ModuleContext context(module, features);
  TRY(validate_module(context));
  if (!keep_going(0)) return false;
  const WorkerPool pool(threads);
  return Bodies(context, pool).validate(keep_going);
}

uint32_t default_threads() { return WorkerPool::processors(); }

}  // namespace wasmscope::validate
