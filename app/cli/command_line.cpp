// SPDX-License-Identifier: Apache-2.0
#include "app/cli/command_line.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <charconv>
#include <filesystem>
#include <map>
#include <numeric>

#include "engine/base/utf8.h"

namespace wasmscope::app {
namespace {

struct VerbInfo {
  std::string_view name;      // empty: the window
  std::string_view usage;
  std::string_view summary;
  std::string_view details;   // below the options: examples and what the output is
};

constexpr VerbInfo kWindow = {"", "wasmscope [OPTIONS] [FILE] [-- ARGS]\n       wasmscope VERB --help",
                              "Shows, runs and steps through WebAssembly.",
                              R"(Verbs:
  inspect    what is in a module: sections, functions, imports, exports
  validate   whether modules are valid, and where not
  print      a module in the text format
  encode     a module, of the text format or not, as binary
  run        run a program or one of its functions
  debug      the debugger in the terminal
  compare    whether compiled code does what the interpreter does
  spec       run scripts of the specification's test suite

Examples:
  wasmscope                                     the start page, with samples
  wasmscope assets/samples/crash/crash.wasm     open a file; F5 runs it
  wasmscope prog.wasm -- input.txt              with arguments for the program
  wasmscope prog.wasm --headless --screenshot shot.png

Lines of a script: any command of the debugger, click TAG, key NAME, type TEXT, drag TAG DX DY, wheel N,
wait stopped|idle, expect TAG VALUE, shot FILE. Without a display the debugger opens in the terminal.

LIST is comma-separated: gc or +gc switches on, -gc off; all, none (WebAssembly 1.0 only), default. On from
the start is WebAssembly 3.0 and what browsers ship. The features:
)"};

constexpr VerbInfo kVerbs[] = {
    {"inspect", "wasmscope inspect FILE [OPTIONS]", "Shows what is in a module. Does not validate it.",
     R"(Examples:
  wasmscope inspect prog.wasm
  wasmscope inspect prog.wasm --functions
  wasmscope inspect prog.wasm --section data
  wasmscope inspect prog.wasm --section '#3' --json
  wasmscope inspect prog.wasm --imports --json | jq -r '.[].name'

With --json: an object for the summary and for --section, else an array of objects. Offsets count from the
start of the file; indices, offsets and sizes are numbers. Keys, those in brackets where they apply:
  summary      file size version sections imports exports functions types tables memories globals tags
               elements data [start] names features producers warnings [error]
  a section    ordinal id name offset size [items]          a warning, the error   text [offset] [size]
  --functions  index name type size offset imported exports
  --imports    ordinal module name kind index type offset
  --exports    ordinal name kind index type offset
  --types      index [name] type group final supertypes offset
  --custom     ordinal name offset size
  --jit        machine_code runtime_calls interpreted functions: [index name instructions: {text: count}]
  --section    ordinal id name offset size items: [{label offset size}]

Of a recording (`run --record`) it says what was recorded; as JSON:
  file size complete whole_bytes module module_bytes module_inside invoked end ended answers answer_bytes
  edits marks hashes host_functions

A file that is broken is shown as far as it could be read. Exit code: 0, 1 for a bad file, 2 for wrong usage.)"},
    {"validate", "wasmscope validate FILE... [OPTIONS]", "Checks modules and shows the first error of each.",
     R"(Examples:
  wasmscope validate prog.wasm
  wasmscope validate build/*.wasm
  wasmscope validate prog.wasm --features -simd

Exit code: 0 when all are valid, 1 when one is not, 2 for wrong usage.)"},
    {"print", "wasmscope print FILE [OPTIONS]", "Prints a module in the text format.",
     R"(Examples:
  wasmscope print prog.wasm > prog.wat
  wasmscope print prog.wasm --function parse_number
  wasmscope print prog.wasm --function '#12' --folded
  wasmscope print prog.wasm --function parse_number --jit

Names from the name section become identifiers where they can; a comment has the index. Custom sections and
branch hints become annotations. What is printed reads back as the same module.

With --jit each instruction is followed by the operations of slot code that it becomes (sN is slot N of the frame)
and their machine code, `at` saying where locals and operands are then. Instructions folded into another name it.
As JSON:
  index name machine_bytes locals: [{type slot}] instructions: [{offset text reachable [operation]}]
  operations: [{text [offset] [interpreted] machine: [first, end) places: [{local|operand type place}]}]
  machine: [{offset text [operation] [out_of_line]}]

Exit code: 0, 1 for a bad file, 2 for wrong usage.)"},
    {"encode", "wasmscope encode FILE -o FILE [OPTIONS]", "Writes a module as binary.",
     R"(Examples:
  wasmscope encode prog.wat -o prog.wasm
  wasmscope encode prog.wasm --canonical -o - | cmp - other.wasm

Identifiers of the text format become the name section. With --canonical modules that mean the same give the
same bytes. Nothing is validated. Exit code: 0, 1 for a bad file, 2 for wrong usage.)"},
    {"run", "wasmscope run FILE [OPTIONS] [-- ARGS]", "Runs a program, or one function with --invoke.",
     R"(Examples:
  wasmscope run prog.wasm -- input.txt
  wasmscope run prog.wasm --env LANG=C < input.txt
  wasmscope run math.wasm --invoke fac -- 20
  wasmscope run prog.wasm --record prog.wsrec -- input.txt
  wasmscope run prog.wasm --trace=host 2> calls.txt
  wasmscope run prog.wasm --count

ARGS are the program's arguments; with --invoke, those of the function. Its results are printed one per line.
Exit code: the program's own; 134 when it traps, with the reason on standard error; 1 when the module cannot
be run; 2 for wrong usage.)"},
    {"debug", "wasmscope debug [FILE] [OPTIONS] [-- ARGS]", "The debugger in the terminal.",
     R"(Examples:
  wasmscope debug prog.wasm -- input.txt
  wasmscope debug math.wasm --invoke fac -- 20
  wasmscope debug prog.wasm --script commands.txt

`help` in the debugger lists its commands. With --script, or when standard input is no terminal, the output
is the same each time. On a terminal the commands of ~/.config/wasmscope/startup are carried out first, and
breakpoints and typed lines are kept below ~/.local/state/wasmscope (XDG_CONFIG_HOME and XDG_STATE_HOME say other
folders); a script wants --startup and --state-dir for that.)"},
    {"compare", "wasmscope compare FILE [OPTIONS] [-- ARGS]", "Runs a program interpreted and compiled, and says whether both do the same.",
     R"(Examples:
  wasmscope compare prog.wasm -- input.txt
  wasmscope compare math.wasm --invoke fac --json -- 20
  wasmscope compare prog.wasm --reproducer bug.wsrec
  wasmscope compare bug.wsrec

The interpreter runs first and asks the host; compiled code gets the same answers. Memories, tables, globals,
objects, the call stack with all its values, results and traps are compared at ticks that depend on the program
alone, and at its end. Of a difference the first instruction is shown after which they are not the same any more,
with both states and the code of both. Bits of NaNs count, since both tiers make them canonical. With --raw-nans
compiled code does not: where only such bits differ it is told apart, and goes on with the interpreter's. What the
program writes is not printed. FILE may be a recording (`run --record`): the host's answers are then taken from it.

With --json one object: verdict same_up_to comparisons host_calls functions_compiled end message [difference]
[nan_differences nan_difference] [reproducer]; a difference: kind exact last_same func func_name pc instruction
before interpreted compiled values bytes more functions wasm machine.

Exit code: 0 when nothing differs, 3 when something does, 1 when it cannot be run, 2 for wrong usage.)"},
    {"spec", "wasmscope spec FILE|FOLDER... [OPTIONS]", "Runs scripts (.wast) of the specification's test suite.",
     R"(Examples:
  wasmscope spec i32.wast
  wasmscope spec spec/test/core --json
  wasmscope spec tests/spec/scripts --round-trip

Prints each failure with its place, each script with its number of assertions, and the totals as the last
line. Without --features the script's folder decides, and is WebAssembly 3.0 unless a proposal's. A line of
the file for --expect is the end of a script's path, a colon, a line number, and why the failure there is
accepted: it counts as skipped then.

Exit code: 0 when nothing failed, 1 when something did or cannot be read, 2 for wrong usage.)"},
};

const VerbInfo* find_verb(std::string_view name) {
  const auto found = std::ranges::find(kVerbs, name, &VerbInfo::name);
  return found == std::end(kVerbs) ? nullptr : found;
}

// Letters to insert, remove or change to make one word of the other.
size_t distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 0; i < a.size(); ++i) {
    size_t diagonal = std::exchange(row[0], i + 1);
    for (size_t j = 0; j < b.size(); ++j)
      diagonal = std::exchange(row[j + 1], std::min({row[j] + 1, row[j + 1] + 1, diagonal + (a[i] != b[j])}));
  }
  return row.back();
}

// What somebody who typed `word` probably meant; empty when nothing is near.
std::string closest(std::string_view word, const std::vector<std::string>& candidates) {
  constexpr size_t kFarthest = 2;
  std::string best;
  size_t least = std::min(kFarthest, word.size() / 2) + 1;
  if (word.size() > 40) return best;
  for (const std::string& candidate : candidates)
    if (const size_t steps = distance(word, candidate); steps < least) {
      least = steps;
      best = candidate;
    }
  return best;
}

std::string list_features() {
  std::string list;
  for (const wasm::FeatureInfo& feature : wasm::all_features()) {
    if (!list.empty()) list += '\n';
    std::string row = "  " + std::string(feature.flag);
    row.resize(std::max<size_t>(row.size(), 23), ' ');
    list += row + (feature.on ? "  on   " : "  off  ") + std::string(feature.text);
  }
  return list;
}

class HelpFormatter : public CLI::Formatter {
 public:
  explicit HelpFormatter(const VerbInfo& verb) : verb_(verb) {
    column_width(28);
    label("REQUIRED", "");
    label("Positionals", "Arguments");
  }
  std::string make_usage(const CLI::App*, std::string) const override {
    return "\nUsage: " + std::string(verb_.usage) + "\n";
  }
  // The help ends in a line end of CLI11's own.
  std::string make_footer(const CLI::App*) const override {
    return std::string(verb_.details) + (verb_.name.empty() ? list_features() : "");
  }

 private:
  const VerbInfo& verb_;
};

// The arguments of one verb, read by CLI11 into the struct that its options are bound to.
class VerbParser {
 public:
  explicit VerbParser(const VerbInfo& verb) : verb_(verb), app_(std::string(verb.summary)) {
    app_.formatter(std::make_shared<HelpFormatter>(verb));
    app_.set_help_flag("-h,--help", "This text");
    app_.add_option("--features", features_, "Features to switch on or off (-gc): see `wasmscope --help`")
        ->type_name("LIST");
  }

  CLI::App& app() { return app_; }

  CLI::Option* add_text(const std::string& name, std::string& value, const std::string& type, const std::string& help) {
    return app_.add_option(name, value, help)->type_name(type);
  }
  void add_environment() {
    app_.add_option("--env", environment_, "An environment variable of the program; may be repeated")->type_name("K=V");
  }

  // Empty when all is well.
  std::optional<Finished> parse(std::vector<std::string> arguments);
  std::optional<Finished> read_environment(EnvironmentVariables& env) const;
  void add_recording() {
    app_.add_option("--record-budget", record_budget_, "Memory for the program's past, such as 512M; 1G without")->type_name("BYTES");
    app_.add_flag("--no-record", is_unrecorded_, "Keep nothing of the program's past: there is no going back");
  }
  std::optional<Finished> read_recording(RecordOptions& record) const;
  void add_tier() { add_text("--tier", tier_, "interp|jit|auto", "What executes the code"); }
  std::optional<Finished> read_tier(Tier& tier) const;

  const wasm::Features& features() const { return chosen_; }
  bool has_features() const { return app_.count("--features") > 0; }
  Finished refuse(const std::string& what) const {
    const std::string verb(verb_.name);
    return {kExitUsage, (verb.empty() ? "" : verb + ": ") + what + " (see `wasmscope" +
                            (verb.empty() ? "" : " " + verb) + " --help`)"};
  }

 private:
  Finished refuse_extras(const std::vector<std::string>& extras) const;

  const VerbInfo& verb_;
  CLI::App app_;
  std::string features_;
  std::vector<std::string> environment_;
  std::string record_budget_;
  bool is_unrecorded_ = false;
  std::string tier_;
  wasm::Features chosen_;
};

Finished VerbParser::refuse_extras(const std::vector<std::string>& extras) const {
  const std::string& extra = extras.front();
  const std::string shown = "'" + escape_for_display(extra) + "'";
  if (!extra.starts_with('-'))
    return refuse("one argument too many: " + shown + "; arguments for the program follow `--`");
  std::vector<std::string> known;
  for (const CLI::Option* option : app_.get_options())
    for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
  const std::string meant = closest(extra.substr(0, extra.find('=')), known);
  return refuse("unknown option " + shown + (meant.empty() ? "" : "; did you mean " + meant + "?"));
}

std::optional<Finished> VerbParser::parse(std::vector<std::string> arguments) {
  // CLI11 takes "-gc" after an option for another option.
  for (size_t i = 0; i + 1 < arguments.size(); ++i)
    if (arguments[i] == "--features" && arguments[i + 1].starts_with('-') && !arguments[i + 1].starts_with("--")) {
      arguments[i] += "=" + arguments[i + 1];
      arguments.erase(arguments.begin() + static_cast<ptrdiff_t>(i) + 1);
    }
  std::ranges::reverse(arguments);   // as CLI11 wants them
  try {
    app_.parse(arguments);
  } catch (const CLI::CallForHelp&) {
    std::string text = app_.help();
    if (!text.ends_with('\n')) text += '\n';
    return Finished{kExitOk, text};
  } catch (const CLI::ExtrasError&) {
    return refuse_extras(app_.remaining());
  } catch (const CLI::RequiredError&) {
    return refuse("which file?");
  } catch (const CLI::ParseError& failure) {
    std::string what = failure.what();
    std::ranges::replace(what, '\n', ' ');
    return refuse(escape_for_display(what));
  }
  const auto features = wasm::parse_features(features_);
  if (!features) return refuse("--features: " + features.error().detail);
  chosen_ = *features;
  return std::nullopt;
}

std::optional<Finished> VerbParser::read_environment(EnvironmentVariables& env) const {
  for (const std::string& entry : environment_) {
    const size_t equals = entry.find('=');
    if (equals == std::string::npos || equals == 0)
      return refuse("--env wants NAME=VALUE, not '" + escape_for_display(entry) + "'");
    env.emplace_back(entry.substr(0, equals), entry.substr(equals + 1));
  }
  return std::nullopt;
}

// "512M": a number of bytes, or of KiB, MiB or GiB.
std::optional<uint64_t> read_bytes(const std::string& text) {
  uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, status] = std::from_chars(text.data(), end, value);
  if (status != std::errc() || rest + 1 < end) return std::nullopt;
  constexpr std::string_view kSuffixes = "KMG";
  if (rest == end) return value;
  const size_t suffix = kSuffixes.find(*rest);
  if (suffix == std::string_view::npos || value > UINT64_MAX >> 31) return std::nullopt;
  return value << (10 * (suffix + 1));
}

std::optional<Finished> VerbParser::read_tier(Tier& tier) const {
  if (app_.count("--tier") == 0) return std::nullopt;
  const auto chosen = debug::find_tier(tier_);
  if (!chosen) return refuse("--tier wants interp, jit or auto, not '" + escape_for_display(tier_) + "'");
  tier = *chosen;
  return std::nullopt;
}

std::optional<Finished> VerbParser::read_recording(RecordOptions& record) const {
  record.is_on = !is_unrecorded_;
  if (app_.count("--record-budget") == 0) return std::nullopt;
  const auto bytes = read_bytes(record_budget_);
  if (!bytes || *bytes == 0)
    return refuse("--record-budget wants a number of bytes such as 64M, not '" + escape_for_display(record_budget_) + "'");
  record.budget_bytes = *bytes;
  return std::nullopt;
}

struct Split {
  std::vector<std::string> own, program;   // before and after `--`
};
Split split_arguments(std::span<const std::string> arguments) {
  const auto dashes = std::ranges::find(arguments, "--");
  Split split{{arguments.begin(), dashes}, {}};
  if (dashes != arguments.end()) split.program.assign(dashes + 1, arguments.end());
  return split;
}

bool read_size(const std::string& text, int& width, int& height) {
  constexpr int kLargest = 16384;
  const char* const end = text.data() + text.size();
  const auto [x, status] = std::from_chars(text.data(), end, width);
  if (status != std::errc() || x == end || *x != 'x') return false;
  const auto [last, last_status] = std::from_chars(x + 1, end, height);
  return last_status == std::errc() && last == end && width > 0 && height > 0 && width <= kLargest &&
         height <= kLargest;
}

// "inspct", where no such file is: a verb misspelt rather than a file to open.
std::optional<Finished> refuse_misspelt_verb(const std::string& word) {
  if (!std::ranges::all_of(word, [](char c) { return c >= 'a' && c <= 'z'; })) return std::nullopt;
  std::error_code ignored;
  if (std::filesystem::exists(word, ignored)) return std::nullopt;
  std::vector<std::string> names;
  std::string list;
  for (const VerbInfo& verb : kVerbs) {
    names.emplace_back(verb.name);
    list += (list.empty() ? "" : ", ") + std::string(verb.name);
  }
  const std::string meant = closest(word, names);
  return Finished{kExitUsage,
                  "'" + word + "' is neither a file nor a verb" +
                      (meant.empty() ? ": verbs are " + list : "; did you mean `wasmscope " + meant + "`?") +
                      (meant.empty() ? "; see `wasmscope --help`" : "")};
}

Command parse_window(std::span<const std::string> arguments) {
  GuiOptions options;
  std::string size;
  VerbParser parser(kWindow);
  Split split = split_arguments(arguments);
  if (!split.own.empty() && !split.own[0].starts_with('-'))
    if (auto finished = refuse_misspelt_verb(split.own[0])) return *finished;
  parser.add_text("FILE", options.file, "", "The module to open");
  parser.add_text("--invoke", options.invoke, "NAME", "The export to run; default: _start, else main");
  parser.add_environment();
  parser.add_recording();
  parser.add_tier();
  parser.add_text("--script", options.script, "FILE", "Drive the window, see below");
  parser.add_text("--screenshot", options.screenshot, "FILE", "Write what the window shows to a PNG and leave");
  parser.add_text("--state-dir", options.state_dir, "DIR", "Where layout, theme, recent files and breakpoints are kept");
  parser.add_text("--size", size, "WxH", "Size of the window, such as 1440x900");
  parser.app()
      .add_option("--scale", options.scale, "Size of text and widgets; 1 is normal")
      ->type_name("FACTOR")
      ->check([](const std::string& text) {
        double value = 0;
        return CLI::detail::lexical_cast(text, value) && value >= 0.5 && value <= 8 ? std::string()
                                                                                    : "wants a number from 0.5 to 8";
      });
  parser.app().add_flag("--headless", options.headless, "Draw without a display, for --script and --screenshot");
  bool is_version = false;
  parser.app().add_flag("--version", is_version, "The version");
  if (auto finished = parser.parse(std::move(split.own))) return *finished;
  if (auto finished = parser.read_recording(options.record)) return *finished;
  if (auto finished = parser.read_tier(options.tier)) return *finished;
  if (is_version) return Finished{kExitOk, "wasmscope " WASMSCOPE_VERSION "\n"};
  if (auto finished = parser.read_environment(options.env)) return *finished;
  if (!size.empty() && !read_size(size, options.width, options.height))
    return parser.refuse("--size wants WIDTHxHEIGHT, such as 1440x900, not '" + escape_for_display(size) + "'");
  if (options.headless && options.script.empty() && options.screenshot.empty())
    return parser.refuse("--headless shows nothing by itself: add --screenshot or --script");
  options.args = std::move(split.program);
  options.features = parser.features();
  return options;
}

Command parse_run(const VerbInfo& verb, std::span<const std::string> arguments) {
  RunOptions options;
  VerbParser parser(verb);
  Split split = split_arguments(arguments);
  parser.add_text("FILE", options.file, "", "The module to run")->required();
  parser.add_text("--invoke", options.invoke, "NAME", "The export to call; default: _start, else main");
  parser.add_tier();
  parser.app().add_flag("--stats", options.stats, "Counts and times on standard error at the end");
  std::string trace;
  CLI::Option* traces = parser.add_text("--trace", trace, "calls|host|instructions", "Say on standard error what happens, line by line");
  parser.add_text("--trace-file", options.trace_file, "FILE", "Where the trace goes instead");
  parser.app().add_option("--trace-limit", options.trace_limit, "Lines of the trace at most; 1000000 without")->type_name("N");
  parser.app().add_flag("--count", options.counts, "How often functions were called and instructions executed, on standard error");
  bool is_json = false;
  parser.app().add_flag("--json", is_json, "The counts as JSON, for every instruction");
  parser.app().add_flag("--raw-nans", options.has_raw_nans, "Compiled code leaves NaNs as the processor makes them");
  CLI::Option* record = parser.add_text("--record", options.record, "FILE", "Record the whole run in a file that the debugger opens");
  parser.add_environment();
  if (auto finished = parser.parse(std::move(split.own))) return *finished;
  if (auto finished = parser.read_environment(options.env)) return *finished;
  if (traces->count() > 0) {
    if (trace == "calls") options.trace = Trace::Calls;
    else if (trace == "host") options.trace = Trace::Host;
    else if (trace == "instructions") options.trace = Trace::Instructions;
    else return parser.refuse("--trace wants calls, host or instructions, not '" + escape_for_display(trace) + "'");
  }
  if (is_json && !options.counts) return parser.refuse("--json is for --count");
  if (!options.trace_file.empty() && options.trace == Trace::None) return parser.refuse("--trace-file is for --trace");
  options.form = is_json ? OutputForm::Json : OutputForm::Text;
  if (record->count() > 0 && (options.trace != Trace::None || options.counts))
    return parser.refuse("--record goes with neither --trace nor --count: the debugger counts in a recording");
  if (record->count() > 0 && options.record.empty()) return parser.refuse("--record wants the name of a file");
  if (auto finished = parser.read_tier(options.tier)) return *finished;
  if (record->count() > 0 && options.has_raw_nans) return parser.refuse("--record does not go with --raw-nans: what is recorded has to be the same each time");
  const bool is_interpreted = options.tier == Tier::Interpreter || options.counts || options.trace == Trace::Calls || options.trace == Trace::Instructions;
  if (options.has_raw_nans && is_interpreted)
    return parser.refuse("--raw-nans is for compiled code: --tier jit or auto, without --count and --trace of calls or instructions");
  options.args = std::move(split.program);
  options.features = parser.features();
  return options;
}

Command parse_debug(const VerbInfo& verb, std::span<const std::string> arguments) {
  DebugOptions options;
  VerbParser parser(verb);
  Split split = split_arguments(arguments);
  parser.add_text("FILE", options.file, "", "The module to open");
  parser.add_text("--invoke", options.invoke, "NAME", "The export to run; default: _start, else main");
  parser.add_text("--script", options.script, "FILE", "Commands to carry out, one per line; - is standard input");
  parser.add_recording();
  parser.add_tier();
  parser.add_text("--startup", options.startup, "FILE|none", "Commands to carry out first; default on a terminal: the file `startup`, see below");
  parser.add_text("--state-dir", options.state_dir, "DIR", "Where breakpoints and typed lines are kept from one session to the next");
  parser.add_environment();
  if (auto finished = parser.parse(std::move(split.own))) return *finished;
  if (auto finished = parser.read_recording(options.record)) return *finished;
  if (auto finished = parser.read_tier(options.tier)) return *finished;
  if (auto finished = parser.read_environment(options.env)) return *finished;
  options.args = std::move(split.program);
  options.features = parser.features();
  return options;
}

Command parse_inspect(const VerbInfo& verb, std::span<const std::string> arguments) {
  InspectOptions options;
  VerbParser parser(verb);
  parser.add_text("FILE", options.file, "", "The module to look into")->required();
  struct Part {
    const char* flag;
    InspectPart part;
    const char* help;
    bool chosen = false;
  };
  Part parts[] = {{"--functions", InspectPart::Functions, "All functions: index, name, type, size, offset"},
                  {"--imports", InspectPart::Imports, "All imports with their types"},
                  {"--exports", InspectPart::Exports, "All exports with their types"},
                  {"--types", InspectPart::Types, "All types"},
                  {"--custom", InspectPart::Custom, "All custom sections"},
                  {"--jit", InspectPart::Jit, "What --tier jit makes machine code of, and where it calls the runtime"}};
  for (Part& part : parts) parser.app().add_flag(part.flag, part.chosen, part.help);
  CLI::Option* section =
      parser.add_text("--section", options.section, "NAME",
                      "The bytes of a section, item by item: code, a custom section's name, or '#3'");
  bool is_json = false;
  parser.app().add_flag("--json", is_json, "The same as JSON");
  if (auto finished = parser.parse({arguments.begin(), arguments.end()})) return *finished;
  int chosen = 0;
  for (const Part& part : parts)
    if (part.chosen) {
      options.part = part.part;
      ++chosen;
    }
  if (section->count() > 0) {
    options.part = InspectPart::Section;
    ++chosen;
  }
  if (chosen > 1)
    return parser.refuse("only one of --functions, --imports, --exports, --types, --custom, --jit, --section at a time");
  options.form = is_json ? OutputForm::Json : OutputForm::Text;
  options.features = parser.features();
  return options;
}

Command parse_validate(const VerbInfo& verb, std::span<const std::string> arguments) {
  ValidateOptions options;
  VerbParser parser(verb);
  parser.app().add_option("FILE", options.files, "The modules to check")->required()->type_name("");
  if (auto finished = parser.parse({arguments.begin(), arguments.end()})) return *finished;
  options.features = parser.features();
  return options;
}

Command parse_print(const VerbInfo& verb, std::span<const std::string> arguments) {
  PrintOptions options;
  VerbParser parser(verb);
  parser.add_text("FILE", options.file, "", "The module to print")->required();
  CLI::Option* function = parser.add_text("--function", options.function, "NAME|#INDEX",
                                          "Only this function, by name or by index, such as '#12'");
  parser.app().add_flag("--folded", options.is_folded, "Operands inside the parentheses of what takes them");
  parser.app().add_flag("--jit", options.is_machine_code, "The function's slot code and the machine code that --tier jit makes of it");
  parser.app().add_flag("--json", options.is_json, "With --jit: as JSON");
  if (auto finished = parser.parse({arguments.begin(), arguments.end()})) return *finished;
  if (function->count() > 0 && options.function.empty()) return parser.refuse("--function wants a name or an index");
  if (options.is_machine_code && options.function.empty()) return parser.refuse("--jit prints one function: add --function NAME");
  if (options.is_json && !options.is_machine_code) return parser.refuse("--json is the form of --jit");
  options.features = parser.features();
  return options;
}

Command parse_encode(const VerbInfo& verb, std::span<const std::string> arguments) {
  EncodeOptions options;
  VerbParser parser(verb);
  parser.add_text("FILE", options.file, "", "The module to write")->required();
  parser.add_text("-o,--output", options.output, "FILE", "Where to, or - for standard output")->required();
  parser.app().add_flag("--canonical", options.is_canonical, "Also write instructions and names anew, in one form");
  if (auto finished = parser.parse({arguments.begin(), arguments.end()})) return *finished;
  options.features = parser.features();
  return options;
}

Command parse_compare(const VerbInfo& verb, std::span<const std::string> arguments) {
  CompareOptions options;
  VerbParser parser(verb);
  Split split = split_arguments(arguments);
  parser.add_text("FILE", options.file, "", "The module, or a recording")->required();
  parser.add_text("--invoke", options.invoke, "NAME", "The export to call; default: _start, else main");
  bool is_json = false;
  parser.app().add_flag("--json", is_json, "The same as JSON");
  parser.app().add_flag("--raw-nans", options.has_raw_nans, "Compiled code leaves NaNs as the processor makes them");
  CLI::Option* reproducer = parser.add_text("--reproducer", options.reproducer, "FILE", "Write a recording that ends with the difference");
  parser.add_environment();
  if (auto finished = parser.parse(std::move(split.own))) return *finished;
  if (auto finished = parser.read_environment(options.env)) return *finished;
  if (reproducer->count() > 0 && options.reproducer.empty()) return parser.refuse("--reproducer wants the name of a file");
  options.form = is_json ? OutputForm::Json : OutputForm::Text;
  options.args = std::move(split.program);
  options.features = parser.features();
  return options;
}

Command parse_spec(const VerbInfo& verb, std::span<const std::string> arguments) {
  SpecOptions options;
  VerbParser parser(verb);
  parser.app().add_option("FILE", options.paths, "Scripts, or folders of them")->required()->type_name("");
  parser.add_tier();
  parser.app().add_flag("--checked-bounds", options.checks_bounds, "Compiled code checks bounds, without guard pages");
  parser.app().add_option("--leave-every", options.leave_ticks, "Leave the code after as many ticks, and enter it again")
      ->type_name("TICKS");
  parser.app().add_flag("--replay", options.replays_calls, "Make every call again from its start, which has to end in the same state");
  parser.app().add_flag("--round-trip", options.checks_round_trip,
                        "Print, parse and encode every valid module, which has to stay the same");
  parser.app().add_flag("--skipped", options.lists_skipped, "Print each assertion that is skipped");
  parser.add_text("--expect", options.expectations, "FILE", "Failures that are accepted, see below");
  bool is_json = false;
  parser.app().add_flag("--json", is_json, "The same as JSON");
  if (auto finished = parser.parse({arguments.begin(), arguments.end()})) return *finished;
  if (auto finished = parser.read_tier(options.tier)) return *finished;
  options.form = is_json ? OutputForm::Json : OutputForm::Text;
  if (parser.has_features()) options.features = parser.features();
  return options;
}

}  // namespace

Command parse_command_line(std::span<const std::string> arguments) {
  const VerbInfo* verb = arguments.empty() ? nullptr : find_verb(arguments[0]);
  if (!verb) return parse_window(arguments);
  arguments = arguments.subspan(1);
  if (verb->name == "run") return parse_run(*verb, arguments);
  if (verb->name == "debug") return parse_debug(*verb, arguments);
  if (verb->name == "inspect") return parse_inspect(*verb, arguments);
  if (verb->name == "validate") return parse_validate(*verb, arguments);
  if (verb->name == "encode") return parse_encode(*verb, arguments);
  if (verb->name == "compare") return parse_compare(*verb, arguments);
  if (verb->name == "spec") return parse_spec(*verb, arguments);
  return parse_print(*verb, arguments);
}

}  // namespace wasmscope::app
