// SPDX-License-Identifier: Apache-2.0
// Opening a module and starting a program from it.
#include <algorithm>
#include <chrono>

#include "engine/base/file.h"
#include "engine/base/utf8.h"
#include "engine/binary/decoder.h"
#include "engine/debug/debuggee.h"
#include "engine/debug/program_plan.h"
#include "engine/replay/recording_chunks.h"
#include "engine/text/module_file.h"
#include "engine/validate/validate.h"
#include "engine/wasm/limits.h"

namespace wasmscope::debug {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kBetweenPolls = std::chrono::milliseconds(20);
constexpr uint8_t kMagic[] = {0x00, 'a', 's', 'm'};
constexpr size_t kKeptOfOtherFiles = 4096, kLargeFileBytes = 4 << 20;

std::string file_name(const std::string& path) { return path.substr(path.find_last_of('/') + 1); }

std::string count_text(uint64_t count, const char* noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

std::string call_text(const std::string& name, const Arguments& arguments) {
  std::string text = escape_for_display(name) + "(";
  for (size_t i = 0; i < arguments.size(); ++i) text += (i == 0 ? "" : ", ") + escape_for_display(arguments[i]);
  return text + ")";
}

std::string list_function_exports(const wasm::Module& module) {
  constexpr size_t kListed = 12;
  std::string list;
  size_t count = 0;
  for (const wasm::Export& item : module.exports) {
    if (item.kind != wasm::ExternKind::Func) continue;
    if (count++ < kListed) list += (list.empty() ? "" : ", ") + escape_for_display(item.name);
  }
  if (count > kListed) list += ", ... (" + std::to_string(count) + ")";
  return list;
}

}  // namespace

Error to_error(const FileError& failure) {
  switch (failure.code) {
    case FileError::Code::NotFound: return error(ErrorCode::FileNotFound);
    case FileError::Code::IsDirectory: return error(ErrorCode::FileIsDirectory);
    case FileError::Code::TooLarge: return error(ErrorCode::FileTooLarge);
    case FileError::Code::Unreadable: break;
  }
  return error(ErrorCode::FileUnreadable, failure.text);
}
std::unexpected<std::string> refuse(const Error& error) {
  // What somebody asked for needs no "error" before it: every face marks a refusal in its own way.
  if (kind_of(error.code) != ErrorKind::Usage) return std::unexpected(to_line(error, nullptr));
  return std::unexpected(std::string(text_of(error.code)) + (error.detail.empty() ? "" : ": " + error.detail));
}
std::unexpected<std::string> refuse(ErrorCode code, std::string detail) { return refuse(error(code, std::move(detail))); }

Answer Debuggee::open_file(const std::string& path) {
  auto file = read_file(path);
  std::optional<Error> failure;
  if (!file) {
    failure = to_error(file.error());
  } else if (file->size() > wasm::kMaxModuleBytes) {
    failure = error(ErrorCode::FileTooLarge, std::to_string(file->size()) + " bytes");
  }
  // What is open stays open.
  if (failure) return std::unexpected(escape_for_display(path) + ": " + to_line(*failure, nullptr));
  if (replay::is_recording(*file)) return open_recording(path, *file);
  // Of files that are no modules the beginning says enough.
  if (!text::is_text(*file) && !std::ranges::equal(kMagic, Bytes(*file).first(std::min(file->size(), std::size(kMagic)))) &&
      file->size() > kKeptOfOtherFiles) {
    file->resize(kKeptOfOtherFiles);
    file->shrink_to_fit();
  }
  return load(path, *std::move(file));
}

Answer Debuggee::open_bytes(std::string name, std::vector<uint8_t> bytes) { return load(std::move(name), std::move(bytes)); }

Answer Debuggee::load(std::string name, std::vector<uint8_t> bytes) {
  keep_session();
  kept_hash_.clear();
  forget_program();
  stops_.points.clear();
  invocation_.reset();
  // Small files are there before anybody could read that they are being read.
  if (bytes.size() >= kLargeFileBytes) {
    loaded_ = nullptr;
    state_ = State::Loading;
    message_ = "loading " + escape_for_display(name);
    load_progress_ = "reading";
    load_fraction_ = 0;
    if (contact_.poll() == Verdict::Abandon) return cancel_loading();
  }
  auto next = std::make_shared<LoadedModule>();
  next->path = std::move(name);
  next->features = options_.features;
  text::ModuleFile file = text::to_module_file(std::move(bytes), options_.features);
  const auto owned = std::make_shared<const std::vector<uint8_t>>(std::move(file.bytes));
  binary::DecodeOutcome decoded;
  if (file.error)
    decoded.error = std::move(file.error);
  else
    decoded = binary::decode_partial(*owned, options_.features);
  decoded.module.owned = owned;
  const auto module = std::make_shared<const wasm::Module>(std::move(decoded.module));
  next->module = module;
  next->names = std::make_shared<const symbols::Names>(module);
  next->error = std::move(decoded.error);
  loaded_ = next;   // sections and functions show while the bodies are validated
  state_ = State::Loading;
  message_ = "loading " + escape_for_display(next->path);

  if (!next->error) {
    auto complete = std::make_shared<LoadedModule>(*next);
    complete->error = validate();
    if (state_ == State::Empty) return cancel_loading();
    next = std::move(complete);
  }
  if (next->error) {
    next->error = file.locate(*std::move(next->error));
    next->error_report = to_report(*next->error, module->bytes, module.get());
    next->error_report.erase(next->error_report.find_last_not_of('\n') + 1);
  }
  loaded_ = next;
  state_ = State::Loaded;
  load_progress_.clear();
  load_fraction_ = 1;
  if (next->error) {
    message_ = escape_for_display(next->path) + ": " + to_line(*next->error, module.get());
    return std::unexpected(escape_for_display(next->path) + ": " + next->error_report);
  }
  show_before_start();
  message_ = escape_for_display(next->path) + ": " + count_text(module->funcs.size() - module->imported_funcs, "function") +
             ", " + count_text(module->imports.size(), "import") + ", " + count_text(module->exports.size(), "export") +
             "; " + describe_run();
  return message_ + restore_session();
}

Answer Debuggee::cancel_loading() {
  state_ = State::Empty;
  loaded_ = nullptr;
  was_abandoned_ = true;
  load_progress_.clear();
  message_ = "loading was cancelled";
  return std::unexpected(message_);
}

std::optional<Error> Debuggee::validate() {
  load_progress_ = "validating";
  load_fraction_ = 0;
  const auto give_up = [&] {
    state_ = State::Empty;
    return std::optional<Error>();
  };
  if (contact_.poll() == Verdict::Abandon) return give_up();
  const uint64_t count = module().funcs.size() - module().imported_funcs;
  auto last_poll = Clock::now();
  const auto is_complete = validate::validate(module(), options_.features, [&](uint32_t done) {
    if (Clock::now() - last_poll < kBetweenPolls) return true;
    last_poll = Clock::now();
    load_progress_ = "validating: " + std::to_string(done) + " / " + std::to_string(count) + " functions";
    load_fraction_ = static_cast<double>(done) / static_cast<double>(count);
    return contact_.poll() != Verdict::Abandon;
  });
  if (!is_complete) return is_complete.error();
  return *is_complete ? std::nullopt : give_up();
}

std::optional<Invocation> Debuggee::default_invocation() const {
  if (invocation_) return invocation_;
  if (!options_.invoke.empty()) return Invocation{options_.invoke, options_.arguments};
  const auto entry = find_entry(module());
  if (!entry || !entry->can_run) return std::nullopt;
  return Invocation{std::string(entry->item->name), entry->arguments};
}

std::string Debuggee::describe_run() const {
  const auto invocation = default_invocation();
  if (invocation) return "`run` calls " + call_text(invocation->name, invocation->arguments);
  if (module().start) return "`run` executes the start function";
  const std::string exports = list_function_exports(module());
  return exports.empty() ? "it exports no function to run" : "`run NAME [ARG...]` calls one of: " + exports;
}

std::expected<wasm::FuncIndex, std::string> Debuggee::find_callable(const std::string& name) const {
  wasm::FuncIndex func = wasm::kNoIndex;
  if (const wasm::Export* item = find_exported_func(module(), name)) {
    func = item->index;
  } else if (const auto place = parse_code_place(module(), names(), name)) {
    func = place->func;
  }
  if (func == wasm::kNoIndex) {
    const std::string exports = list_function_exports(module());
    return refuse(ErrorCode::NoSuchExport, escape_for_display(name) + (exports.empty() ? std::string() : "; there are: " + exports));
  }
  if (module().is_imported(func))
    return refuse(ErrorCode::BadArgument, escape_for_display(name) + " is imported: it cannot be run alone");
  return func;
}

std::expected<Debuggee::Plan, std::string> Debuggee::plan_calls(const Invocation& invocation) const {
  Plan plan;
  std::vector<replay::Call>& calls = plan.calls;
  const auto add_before = [&](wasm::FuncIndex invoked) {
    for (const wasm::FuncIndex func : funcs_before(module(), invoked))
      if (!module().is_imported(func)) calls.push_back({func, {}});
  };
  plan.text = "the start function";
  if (invocation.name.empty()) {
    add_before(wasm::kNoIndex);
    return plan;
  }

  const auto found = find_callable(invocation.name);
  if (!found) return std::unexpected(found.error());
  const wasm::FuncIndex func = *found;
  add_before(func);
  const wasm::FuncType& type = module().func_type(func);
  const std::string wanted = names().func(func) + " takes " + wasm::to_text(type);
  auto arguments = parse_arguments(type, invocation.arguments);
  if (!arguments && arguments.error().reason == BadArguments::Reason::Count)
    return refuse(ErrorCode::BadArgument, std::to_string(invocation.arguments.size()) + " given, " + wanted);
  if (!arguments) {
    const size_t bad = arguments.error().argument;
    return refuse(ErrorCode::BadArgument, "`" + escape_for_display(invocation.arguments[bad]) + "` is no " +
                                              wasm::to_text(type.params[bad]) + "; " + wanted);
  }
  calls.push_back({func, *std::move(arguments)});
  plan.text = call_text(invocation.name, invocation.arguments);
  return plan;
}

runtime::Imports Debuggee::live_imports(const HostHistory& history) const {
  host::WasiOptions wasi;
  wasi.arguments.push_back(file_name(loaded_->path));
  if (options_.invoke.empty())
    wasi.arguments.insert(wasi.arguments.end(), options_.arguments.begin(), options_.arguments.end());
  wasi.env = options_.env;
  return history.imports(std::move(wasi));
}

replay::Timeline::Options Debuggee::timeline_options() const {
  using Recording = replay::Timeline::Recording;
  return {.recording = options_.records ? Recording::On : Recording::Off,
          .budget_bytes = options_.record_budget_bytes,
          .compile_when = to_compile_when(options_.tier)};
}

Result<std::unique_ptr<replay::Timeline>> Debuggee::instantiate(std::vector<replay::Call> calls, const HostHistory& history) const {
  replay::Timeline::Options options = timeline_options();
  if (calls.empty()) options.compile_when.reset();   // it never runs
  return replay::Timeline::create(loaded_->module, live_imports(history), std::move(calls), options);
}

// Where it cannot be instantiated, launching it says why.
void Debuggee::show_before_start() {
  if (loaded_ == nullptr || loaded_->error) return;
  HostHistory nothing(environment_);
  if (auto timeline = instantiate({}, nothing)) {
    before_start_ = std::move(*timeline);
    inspection_ = std::make_unique<Inspection>(*before_start_, names());
  }
}

void Debuggee::forget_program() {
  inspection_.reset();
  before_start_.reset();
  forget_search();
  timeline_.reset();
  tiers_ = {};
  host_history_.reset();
  undone_.clear();
  trap_.reset();
  comparison_.reset();
  results_.clear();
  exit_code_.reset();
  stops_.destination.reset();
  stops_.bind(nullptr, nullptr);
  event_marks_ = {};
  was_abandoned_ = false;
  marks_.clear();
  invoked_.clear();
  reason_ = StopReason::None;
  selected_depth = 0;
  if (state_ != State::Empty) state_ = State::Loaded;
}

Answer Debuggee::launch(std::optional<Invocation> invocation, AfterLaunch after) {
  if (loaded_ == nullptr) return refuse(ErrorCode::NoModule);
  if (loaded_->error) return refuse(*loaded_->error);
  if (!invocation) invocation = default_invocation();
  if (!invocation && module().start) invocation = Invocation{};
  if (!invocation) return std::unexpected(describe_run());
  auto plan = plan_calls(*invocation);
  if (!plan) return std::unexpected(std::move(plan).error());
  forget_program();
  invocation_ = std::move(invocation);
  invoked_ = std::move(plan->text);

  environment_->forget_read_input();
  host_history_.emplace(environment_);
  auto timeline = instantiate(std::move(plan->calls), *host_history_);
  if (!timeline) {
    message_ = to_line(timeline.error(), &module());
    return std::unexpected(message_);
  }
  return enter(*std::move(timeline), after, "before the first instruction of " + invoked_);
}

Answer Debuggee::enter(std::unique_ptr<replay::Timeline> timeline, AfterLaunch after, const std::string& text) {
  timeline_ = std::move(timeline);
  if (host_history_) host_history_->bind(timeline_->log());
  inspection_ = std::make_unique<Inspection>(*timeline_, names());
  stops_.bind(timeline_.get(), inspection_.get());
  if (timeline_->instantiation_trap()) return end(*timeline_->end());
  state_ = State::Running;
  const runtime::Outcome entered = timeline_->start();
  const std::string note = describe_made_imports();
  stops_.forget_hits();
  if (std::holds_alternative<runtime::Paused>(entered)) stops_.arrive();
  const bool stops = after == AfterLaunch::Stop || !stops_.hits().empty();
  const Answer answer = !std::holds_alternative<runtime::Paused>(entered) ? end(entered)
                        : stops ? arrive(StopReason::Entry, text)
                                : settle(drive({}, Goal::Run), {});
  return note.empty() || !answer ? answer : note + "\n" + *answer;
}

std::string Debuggee::describe_made_imports() const {
  std::string list;
  for (const runtime::MissingImport& missing : timeline_->missing()) {
    const wasm::Import& import = module().imports[missing.import];
    if (import.kind == wasm::ExternKind::Func) continue;   // these pause when they are called
    list += (list.empty() ? "" : ", ") + std::string(wasm::name_of(import.kind)) + " " +
            escape_for_display(import.module) + "." + escape_for_display(import.name);
  }
  return list.empty() ? list : "nobody provides " + list + ": made with zeros";
}

}  // namespace wasmscope::debug
