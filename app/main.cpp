// SPDX-License-Identifier: Apache-2.0
#include <exception>
#include <string>
#include <variant>
#include <vector>

#include "app/cli/command_line.h"
#include "app/cli/output.h"
#include "app/cli/verbs.h"
#include "engine/base/os/standard_streams.h"
#ifdef WASMSCOPE_HAS_WINDOW
#include "app/gui/gui.h"
#endif

namespace wasmscope::app {
namespace {

int open_window([[maybe_unused]] const GuiOptions& options) {
#ifdef WASMSCOPE_HAS_WINDOW
  return run_window(options);
#else
  return kNoDisplay;
#endif
}

int open_window_or_terminal(const GuiOptions& options) {
  const int exit_code = open_window(options);
  if (exit_code != kNoDisplay) return exit_code;
  if (!options.screenshot.empty() || !options.script.empty()) {
    print_error("there is no display to draw on; add --headless");
    return kExitBadInput;
  }
  print_error("there is no display, so this is the debugger in the terminal; `help` lists its commands, `quit` leaves");
  return debug_verb({.file = options.file,
                     .invoke = options.invoke,
                     .script = {},
                     .record = options.record,
                     .state_dir = options.state_dir,
                     .startup = {},
                     .args = options.args,
                     .env = options.env,
                     .features = options.features});
}

int carry_out(const Finished& finished) {
  if (finished.exit_code != kExitOk) {
    print_error(finished.text);
    return finished.exit_code;
  }
  Output output;
  output.write(finished.text);
  return output.finish(kExitOk);
}
int carry_out(const GuiOptions& options) { return open_window_or_terminal(options); }
int carry_out(const RunOptions& options) { return run_verb(options); }
int carry_out(const DebugOptions& options) { return debug_verb(options); }
int carry_out(const InspectOptions& options) { return inspect_verb(options); }
int carry_out(const ValidateOptions& options) { return validate_verb(options); }
int carry_out(const PrintOptions& options) { return print_verb(options); }
int carry_out(const EncodeOptions& options) { return encode_verb(options); }
int carry_out(const CompareOptions& options) { return compare_verb(options); }
int carry_out(const SpecOptions& options) { return spec_verb(options); }

}  // namespace
}  // namespace wasmscope::app

int main(int argc, char** argv) {
  using namespace wasmscope;
  ignore_closed_pipes();
  // Exceptions come from the standard library only: memory that cannot be had, above all.
  try {
    const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
    const app::Command command = app::parse_command_line(arguments);
    return std::visit([](const auto& options) { return app::carry_out(options); }, command);
  } catch (const std::bad_alloc&) {
    app::print_error("not enough memory");
  } catch (const std::exception& failure) {
    app::print_error(std::string("internal error: ") + failure.what());
  }
  return app::kExitBadInput;
}
