// SPDX-License-Identifier: Apache-2.0
// The verbs of the command line and what each is told. main.cpp reads the arguments into one of these
// structs and calls the verb, which returns the process's exit code. Options arrive checked for form only:
// a file may not exist, a function may not be in it.
#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/debug/tiers.h"
#include "engine/wasm/features.h"

namespace wasmscope::app {

// 0 on success; a program's own exit code and 134 belong to `run` alone.
inline constexpr int kExitOk = 0, kExitBadInput = 1, kExitUsage = 2, kExitDifferent = 3, kExitTrap = 134;
// What run_window returns instead of an exit code when there is no display; the caller falls back.
inline constexpr int kNoDisplay = -1;

using EnvironmentVariables = std::vector<std::pair<std::string, std::string>>;

using debug::Tier;

// How much of a program's past a debugger keeps.
struct RecordOptions {
  bool is_on = true;
  uint64_t budget_bytes = uint64_t{1} << 30;
};

enum class OutputForm : uint8_t { Text, Json };
enum class Trace : uint8_t { None, Calls, Host, Instructions };

struct RunOptions {
  std::string file;
  std::string invoke;                 // export to call; empty: _start, else main
  Tier tier = Tier::Auto;
  bool stats = false;
  Trace trace = Trace::None;
  std::string trace_file;             // empty: standard error
  uint64_t trace_limit = 1'000'000;   // lines
  bool counts = false;
  OutputForm form = OutputForm::Text; // of the counts
  std::string record;                 // file for a recording of the whole run; empty: none
  bool has_raw_nans = false;          // compiled code does not make NaNs canonical
  EnvironmentVariables env;
  std::vector<std::string> args;      // after `--`: the function's arguments with `invoke`, else argv[1..]
  wasm::Features features;
};

struct DebugOptions {
  std::string file;                   // may be empty: the debugger's `open` loads one
  std::string invoke;
  std::string script;                 // file of commands; empty: the terminal or standard input; "-": standard input
  RecordOptions record;
  Tier tier = Tier::Auto;
  std::string state_dir;              // where breakpoints and typed lines are kept; empty: the usual folder on a terminal, else nowhere
  std::string startup;                // commands before the first one; empty: the usual file on a terminal, else none; "none"
  std::vector<std::string> args;
  EnvironmentVariables env;
  wasm::Features features;
};

struct GuiOptions {
  std::string file;                   // empty: the start page
  std::string invoke;
  std::vector<std::string> args;
  EnvironmentVariables env;
  RecordOptions record;
  Tier tier = Tier::Auto;
  std::string script;                 // drives the window; the exit code is then 1 when an `expect` fails
  std::string screenshot;             // PNG written when the script has ended, or when all is drawn
  std::string state_dir;              // where layout, theme and recent files are kept; empty: nowhere
  int width = 1440, height = 900;     // --size WxH
  double scale = 0;                   // of text and widgets; 0: what the display says
  bool headless = false;              // CPU rasteriser, no display
  wasm::Features features;
};

enum class InspectPart : uint8_t { Summary, Functions, Imports, Exports, Types, Custom, Jit, Section };
struct InspectOptions {
  std::string file;
  InspectPart part = InspectPart::Summary;
  std::string section;                // InspectPart::Section: "code", a custom section's name, or "#3"
  OutputForm form = OutputForm::Text;
  wasm::Features features;
};

struct ValidateOptions {
  std::vector<std::string> files;
  wasm::Features features;
};

struct EncodeOptions {
  std::string file;
  std::string output;                 // "-": standard output
  bool is_canonical = false;
  wasm::Features features;
};

struct PrintOptions {
  std::string file;
  std::string function;               // "NAME" or "#INDEX"; empty: the whole module
  bool is_folded = false;
  bool is_machine_code = false;       // of the function
  bool is_json = false;               // with is_machine_code
  wasm::Features features;
};

struct CompareOptions {
  std::string file;                   // a module or a recording
  std::string invoke;
  OutputForm form = OutputForm::Text;
  bool has_raw_nans = false;          // compiled code does not make NaNs canonical
  std::string reproducer;             // file for a recording that ends with the difference; empty: none
  EnvironmentVariables env;
  std::vector<std::string> args;
  wasm::Features features;
};

struct SpecOptions {
  std::vector<std::string> paths;     // scripts, and folders of them
  Tier tier = Tier::Interpreter;
  bool checks_bounds = false;         // compiled code does, without guard pages
  uint64_t leave_ticks = 0;           // 0: as long as it goes
  bool replays_calls = false;
  std::optional<wasm::Features> features;   // empty: what the script's folder says
  bool checks_round_trip = false;
  bool lists_skipped = false;
  std::string expectations;           // file of accepted failures; empty: none
  OutputForm form = OutputForm::Text;
};

int run_verb(const RunOptions& options);             // app/cli/run.cpp
int debug_verb(const DebugOptions& options);         // app/cli/debug.cpp
int inspect_verb(const InspectOptions& options);     // app/cli/inspect.cpp
int validate_verb(const ValidateOptions& options);   // app/cli/validate.cpp
int print_verb(const PrintOptions& options);         // app/cli/print.cpp
int encode_verb(const EncodeOptions& options);       // app/cli/encode.cpp
int compare_verb(const CompareOptions& options);     // app/cli/compare.cpp
int spec_verb(const SpecOptions& options);           // app/cli/spec.cpp

}  // namespace wasmscope::app
