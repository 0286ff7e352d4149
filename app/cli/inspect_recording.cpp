// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/cli/inspect.h"
#include "engine/base/utf8.h"
#include "engine/replay/recording.h"

namespace wasmscope::app {
namespace {

using nlohmann::ordered_json;

std::string end_text(const std::optional<runtime::Outcome>& end) {
  if (!end) return "it goes on after that";
  if (const auto* trapped = std::get_if<runtime::Trapped>(&*end)) return "trap: " + std::string(wasm::text_of(trapped->code));
  if (const auto* exited = std::get_if<runtime::Exited>(&*end)) return "exited with code " + std::to_string(exited->code);
  return "returned";
}

std::string host_name(const replay::HostName& name) {
  return escape_for_display(name.module) + "." + escape_for_display(name.name);
}

}  // namespace

int inspect_recording(const InspectOptions& options, Bytes file) {
  if (options.part != InspectPart::Summary) {
    print_error(escape_for_display(options.file) + " is a recording, not a module: there is only a summary of it");
    return kExitUsage;
  }
  const auto recording = replay::read_recording(file);
  if (!recording) {
    print_report(escape_for_display(options.file) + ": " + to_report(recording.error(), file, nullptr));
    return kExitBadInput;
  }
  const replay::Timeline::Mark& last = recording->last();
  const auto hashes = std::ranges::count_if(recording->marks, [](const auto& mark) { return mark.hash.has_value(); });
  Output output;
  if (options.form == OutputForm::Json) {
    ordered_json out{{"file", escape_for_display(options.file)},
                     {"size", file.size()},
                     {"complete", recording->is_complete},
                     {"whole_bytes", recording->whole_bytes},
                     {"module", escape_for_display(recording->module_name)},
                     {"module_bytes", recording->module_bytes},
                     {"module_inside", !recording->module.empty()},
                     {"invoked", escape_for_display(recording->invoked)},
                     {"end", runtime::to_text(last.at)},
                     {"ended", last.end ? ordered_json(end_text(last.end)) : ordered_json()},
                     {"answers", last.events.number},
                     {"answer_bytes", last.events.offset},
                     {"edits", recording->edits.size()},
                     {"marks", recording->marks.size()},
                     {"hashes", hashes},
                     {"host_functions", ordered_json::array()}};
    for (const replay::HostName& name : recording->host_funcs) out["host_functions"].push_back(host_name(name));
    output.write(out.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n");
    return output.finish(kExitOk);
  }
  const auto line = [&](std::string label, const std::string& text) {
    label.resize(std::max<size_t>(label.size() + 1, 16), ' ');
    output.write(label + text + "\n");
  };
  line("recording", escape_for_display(options.file) + ", " + std::to_string(file.size()) + " bytes" +
                        (recording->is_complete ? "" : ", cut off: good up to " + to_hex(recording->whole_bytes)));
  line("module", escape_for_display(recording->module_name) + ", " + std::to_string(recording->module_bytes) + " bytes" +
                     (recording->module.empty() ? ", not inside" : ", inside"));
  line("program", escape_for_display(recording->invoked));
  line("ends", runtime::to_text(last.at) + ", " + end_text(last.end));
  line("host", std::to_string(last.events.number) + " answers, " + std::to_string(last.events.offset) + " bytes");
  for (const replay::HostName& name : recording->host_funcs) line("", host_name(name));
  line("changes", std::to_string(recording->edits.size()) + " by hand");
  line("marks", std::to_string(recording->marks.size()) + ", " + std::to_string(hashes) + " with the hash of the state");
  return output.finish(kExitOk);
}

}  // namespace wasmscope::app
