// SPDX-License-Identifier: Apache-2.0
#include "engine/debug/host_history.h"

#include <algorithm>
#include <utility>

namespace wasmscope::debug {
namespace {

bool is_same(const host::WasiState& a, const host::WasiState& b) {
  return std::ranges::equal(a.fds, b.fds, [](const host::VirtualFd& x, const host::VirtualFd& y) { return x.kind == y.kind && x.flags == y.flags; });
}

}  // namespace

HostHistory::HostHistory(std::shared_ptr<ProgramEnvironment> environment) : notes_(std::make_shared<Notes>()) {
  notes_->environment = std::move(environment);
  notes_->entries.push_back({0, notes_->environment->input_position(), *notes_->wasi});
}

void HostHistory::Notes::note() {
  const Entry& last = entries.back();
  const uint64_t input = environment->input_position();
  if (log == nullptr || (input == last.input && is_same(*wasi, last.wasi))) return;
  // The event is recorded when the call has returned.
  entries.push_back({log->cursor() + 1, input, *wasi});
}

runtime::Imports HostHistory::imports(host::WasiOptions options) const {
  const runtime::Imports silent = host::wasi_imports(std::move(options), notes_->environment, notes_->wasi);
  runtime::Imports noting;
  for (const auto& func : silent.funcs()) {
    runtime::HostFunc wrapped = *func;
    wrapped.call = [call = func->call, notes = notes_](runtime::HostCall& arguments) {
      call(arguments);
      notes->note();
    };
    noting.add(std::move(wrapped));
  }
  return noting;
}

void HostHistory::bind(const replay::EventLog& log) { notes_->log = &log; }

void HostHistory::go_back() {
  std::vector<Entry>& entries = notes_->entries;
  const size_t before = entries.size();
  while (entries.size() > 1 && entries.back().events > notes_->log->cursor()) entries.pop_back();
  if (entries.size() == before) return;
  notes_->environment->rewind_input(entries.back().input);
  *notes_->wasi = entries.back().wasi;
}

}  // namespace wasmscope::debug
