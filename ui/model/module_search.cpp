// SPDX-License-Identifier: Apache-2.0
#include "ui/model/module_search.h"

#include <algorithm>
#include <chrono>

#include "engine/base/utf8.h"
#include "engine/binary/instruction_reader.h"
#include "engine/text/instruction_format.h"
#include "ui/model/number_text.h"

namespace wasmscope::ui {
namespace {

constexpr size_t kBytesBefore = 12, kBytesBehind = 60;
constexpr auto kBetweenReports = std::chrono::milliseconds(50);

char fold(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

class LineSink final : public text::TokenSink {
 public:
  void put(text::TokenKind, std::string_view text, std::optional<text::Target>) override { line.append(text); }
  std::string line;
};

}  // namespace

// One search, on its own thread.
class ModuleSearch::Looking {
 public:
  Looking(ModuleSearch& search, std::shared_ptr<const debug::LoadedModule> loaded, std::string_view query,
          std::stop_token stop)
      : search_(search), loaded_(std::move(loaded)), module_(*loaded_->module), stop_(std::move(stop)) {
    std::ranges::transform(query, std::back_inserter(query_), fold);
  }

  void run(SearchScope scope) {
    const bool is_all = scope == SearchScope::Everything;
    if (is_all || scope == SearchScope::Names) look_at_names();
    if (is_all || scope == SearchScope::Strings) look_at_strings();
    if (is_all || scope == SearchScope::Code) look_at_code();
    report(1, State::Done);
  }

 private:
  enum class State : uint8_t { Running, Done };

  bool matches(std::string_view text) const { return !std::ranges::search(text, query_, {}, fold).empty(); }
  bool ends() const { return stop_.stop_requested() || found_ >= kMostHits; }

  void add(std::string_view kind, std::string place, std::string text, Intent intent) {
    if (found_ >= kMostHits) return;
    new_.push_back({kind, std::move(place), std::move(text), std::move(intent)});
    ++found_;
  }

  void report(double fraction, State state) {
    last_report_ = std::chrono::steady_clock::now();
    {
      const std::lock_guard lock(search_.mutex_);
      std::ranges::move(new_, std::back_inserter(search_.hits_));
      search_.progress_ = {state == State::Running, found_ >= kMostHits || stop_.stop_requested(), fraction,
                           search_.hits_.size()};
    }
    new_.clear();
    search_.wake_();
  }
  void report_sometimes(uint64_t done, uint64_t whole) {
    if (std::chrono::steady_clock::now() - last_report_ < kBetweenReports) return;
    report(static_cast<double>(done) / static_cast<double>(std::max<uint64_t>(1, whole)), State::Running);
  }

  void look_at_names() {
    const symbols::Names& names = *loaded_->names;
    const auto count = static_cast<wasm::FuncIndex>(module_.funcs.size());
    for (wasm::FuncIndex i = 0; i < count && !ends(); ++i) {
      const std::string name = names.func(i);
      if (matches(name)) add("function", "#" + std::to_string(i), name, ShowCode{i, 0});
      if (i % 1024 == 0) report_sometimes(i, count);
    }
    for (const wasm::Import& import : module_.imports)
      if (const std::string name = std::string(import.module) + "." + std::string(import.name);
          !ends() && matches(name))
        add("import", std::string(wasm::name_of(import.kind)) + " #" + std::to_string(import.index),
            escape_for_display(name), target_of(import.kind, import.index));
    for (const wasm::Export& item : module_.exports)
      if (!ends() && matches(item.name))
        add("export", std::string(wasm::name_of(item.kind)) + " #" + std::to_string(item.index),
            escape_for_display(item.name), target_of(item.kind, item.index));
    for (wasm::GlobalIndex i = 0; i < module_.globals.size() && !ends(); ++i)
      if (const std::string name = names.global(i); matches(name))
        add("global", "#" + std::to_string(i), name, OpenPanel{"globals"});
    for (const wasm::Section& section : module_.sections)
      if (section.id == wasm::SectionId::Custom && !ends() && matches(section.name))
        add("section", "@" + hex(section.range.begin), escape_for_display(section.name), ShowFileBytes{section.range});
  }

  static Intent target_of(wasm::ExternKind kind, uint32_t index) {
    switch (kind) {
      case wasm::ExternKind::Func: return ShowCode{index, 0};
      case wasm::ExternKind::Memory: return OpenPanel{"memory"};
      case wasm::ExternKind::Table: return OpenPanel{"tables"};
      default: return OpenPanel{"globals"};
    }
  }

  void look_at_strings() {
    for (size_t i = 0; i < module_.datas.size() && !ends(); ++i) {
      const ByteRange range = module_.datas[i].bytes;
      std::string_view contents(reinterpret_cast<const char*>(module_.bytes.data()) + range.begin, range.size());
      uint64_t at = range.begin;
      while (!ends()) {
        const auto found = std::ranges::search(contents, query_, {}, fold);
        if (found.empty()) break;
        const auto skipped = static_cast<uint64_t>(found.begin() - contents.begin());
        add_string(i, range, at + skipped);
        contents.remove_prefix(skipped + 1);
        at += skipped + 1;
        report_sometimes(i, module_.datas.size());
      }
    }
  }

  void add_string(size_t data, ByteRange range, uint64_t at) {
    const uint64_t begin = at - std::min<uint64_t>(at - range.begin, kBytesBefore);
    const uint64_t end = std::min<uint64_t>(range.end, at + query_.size() + kBytesBehind);
    std::string text;
    for (uint64_t i = begin; i < end; ++i) {
      const uint8_t byte = module_.bytes[i];
      text += byte >= 0x20 && byte < 0x7F ? static_cast<char>(byte) : '.';
    }
    add("data", std::to_string(data) + " @" + hex(at), text, ShowFileBytes{{at, at + query_.size()}});
  }

  void look_at_code() {
    const text::Identifiers identifiers(module_);
    const auto count = static_cast<wasm::FuncIndex>(module_.funcs.size());
    LineSink sink;
    for (wasm::FuncIndex i = 0; i < count && !ends(); ++i) {
      if (module_.is_imported(i)) continue;
      text::FunctionFormatter formatter(module_, identifiers, i);
      binary::InstructionReader reader(module_.bytes, module_.funcs[i].code);
      binary::Instruction instruction;
      for (uint32_t number = 0; !ends(); ++number) {
        const Result<bool> has_next = reader.next(instruction);
        if (!has_next || !*has_next || formatter.is_done()) break;
        sink.line.clear();
        formatter.format(instruction, sink);
        if (matches(sink.line))
          add("code", "@" + hex(instruction.pc) + " in " + loaded_->names->func(i), sink.line,
              ShowCode{i, instruction.pc});
        if (number % 4096 == 4095) report_sometimes(instruction.pc, module_.bytes.size());
      }
      if (i % 64 == 0) report_sometimes(module_.funcs[i].code.end, module_.bytes.size());
    }
  }

  ModuleSearch& search_;
  std::shared_ptr<const debug::LoadedModule> loaded_;
  const wasm::Module& module_;
  std::string query_;
  std::stop_token stop_;
  std::vector<SearchHit> new_;
  size_t found_ = 0;
  std::chrono::steady_clock::time_point last_report_ = std::chrono::steady_clock::now();
};

void ModuleSearch::start(std::shared_ptr<const debug::LoadedModule> loaded, std::string query, SearchScope scope) {
  stop();
  {
    const std::lock_guard lock(mutex_);
    hits_.clear();
    progress_ = {};
  }
  if (!loaded || !loaded->module || !loaded->names || query.empty()) return;
  progress_.is_running = true;
  thread_ = std::jthread([this, loaded = std::move(loaded), query = std::move(query), scope](std::stop_token token) {
    Looking(*this, loaded, query, std::move(token)).run(scope);
  });
}

void ModuleSearch::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

ModuleSearch::Progress ModuleSearch::progress() const {
  const std::lock_guard lock(mutex_);
  return progress_;
}

std::vector<SearchHit> ModuleSearch::hits_from(size_t first) const {
  const std::lock_guard lock(mutex_);
  return {hits_.begin() + static_cast<std::ptrdiff_t>(std::min(first, hits_.size())), hits_.end()};
}

}  // namespace wasmscope::ui
