// SPDX-License-Identifier: Apache-2.0
// What going back costs: time_bench WHAT FILE EXPORT [N [STDIN_BYTES [interp|auto|jit]]]. Prints figures, and ratios made side by side in
// one run; every run's result is compared with the first one's.
//   cost        recording on against off
//   back        from the end: reverse steps, a whole search backwards, and who wrote a byte, against running forwards
//   steps       single steps through a session with locals and operands read at each
//   conditions  a false condition that reads a local and memory, at the hottest instruction
//   tiers       compiled code: what stops that are not hit, false conditions, a watched byte and the recording cost
//   watch       a watched byte that is never written, on a page that is
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <functional>
#include <map>

#include "engine/base/file.h"
#include "engine/binary/decoder.h"
#include "engine/binary/instruction_reader.h"
#include "engine/debug/session.h"
#include "engine/host/wasi.h"
#include "engine/replay/timeline.h"
#include "engine/validate/validate.h"
#include "tests/support/fake_environment.h"

namespace {

using namespace wasmscope;
using Clock = std::chrono::steady_clock;
using replay::Timeline;

constexpr int kRounds = 5;

double seconds_since(Clock::time_point began) { return std::chrono::duration<double>(Clock::now() - began).count(); }
double median(std::vector<double> of) {
  std::ranges::sort(of);
  return of[of.size() / 2];
}

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "time_bench: %s\n", what);
  std::exit(1);
}

struct Subject {
  std::string file, function;
  std::optional<uint32_t> argument = {};
  size_t input_bytes = 0;
  debug::Tier tier = debug::Tier::Auto;
  std::shared_ptr<const wasm::Module> module = nullptr;

  void load() {
    const auto read = read_file(file);
    if (!read) fail("the file cannot be read");
    auto bytes = std::make_shared<const std::vector<uint8_t>>(*read);
    auto decoded = binary::decode(*bytes, wasm::Features());
    if (!decoded) fail("the module does not decode");
    decoded->owned = bytes;
    module = std::make_shared<const wasm::Module>(std::move(*decoded));
    if (!validate::validate(*module, wasm::Features())) fail("the module is not valid");
  }
  std::string input() const {
    std::string text;
    for (size_t i = 0; text.size() < input_bytes; ++i) text += "line " + std::to_string(i * 2654435761u % 1000) + (i % 9 == 0 ? "\n" : " ");
    return text;
  }
  std::unique_ptr<Timeline> timeline(Timeline::Options options) const {
    auto world = std::make_shared<test::FakeEnvironment>();
    world->input = input();
    host::WasiOptions wasi;
    wasi.arguments = {"program"};
    const wasm::Export* const item = module->find_export(function);
    if (item == nullptr) fail("there is no such export");
    std::vector<runtime::Value> arguments;
    if (argument) arguments.push_back(runtime::Value::i32(*argument));
    if (!options.compile_when) options.compile_when = debug::to_compile_when(tier);
    auto made = Timeline::create(module, host::wasi_imports(wasi, world), {{item->index, arguments}}, options);
    if (!made) fail("the module cannot be instantiated");
    return std::move(*made);
  }
};

double run_to_end(Timeline& timeline) {
  timeline.start();
  const auto began = Clock::now();
  while (!timeline.end()) timeline.run({});
  return seconds_since(began);
}

void cost(const Subject& subject) {
  std::vector<double> on, off;
  uint64_t hash = 0;
  for (int round = 0; round < kRounds; ++round) {
    for (const bool records : {false, true}) {
      const auto timeline = subject.timeline({.recording = records ? Timeline::Recording::On : Timeline::Recording::Off});
      (records ? on : off).push_back(run_to_end(*timeline));
      const uint64_t now = timeline->state_hash();
      if (hash != 0 && hash != now) fail("recording changed the result");
      hash = now;
      if (records && round == 0)
        std::printf("  %zu checkpoints, %.1f MiB, %llu events\n", timeline->checkpoints().count(),
                    static_cast<double>(timeline->recorded_bytes()) / (1 << 20), static_cast<unsigned long long>(timeline->log().size()));
    }
  }
  std::printf("  recording off %.3f s, on %.3f s: %.3f\n", median(off), median(on), median(on) / median(off));
}

// Never at home, but asked.
class Nobody final : public replay::Seeker {
 public:
  uint64_t asked = 0;
  bool stops_at(const runtime::Execution&) override { return ++asked == 0; }
  bool stops_before_write(const runtime::Execution&) override { return ++asked == 0; }
  bool stops_after_host(const runtime::Execution&, const runtime::HostEvent&) override { return false; }
  void begin_interval() override {}
  std::optional<runtime::Instant> last() override { return std::nullopt; }
};

// The page of memory 0 that is written in most intervals between checkpoints.
uint64_t busiest_page(const Timeline& timeline) {
  const replay::Checkpoints& checkpoints = timeline.checkpoints();
  uint64_t busiest = 0, most = 0;
  for (uint64_t page = 0; page < timeline.instance().memories[0]->region.size() >> 12; ++page) {
    uint64_t intervals = 0;
    for (size_t i = 1; i < checkpoints.count(); ++i) intervals += checkpoints.may_have_written(i, 0, page << 12, (page << 12) + 1);
    if (intervals <= most) continue;
    most = intervals;
    busiest = page;
  }
  return busiest;
}

void back(const Subject& subject) {
  const auto timeline = subject.timeline({});
  const double forwards = run_to_end(*timeline);
  const runtime::Instant end = timeline->instant();
  const uint64_t hash = timeline->state_hash();
  std::printf("  forwards %.3f s, %llu ticks, %zu checkpoints, %.1f MiB\n", forwards, static_cast<unsigned long long>(end.tick),
              timeline->checkpoints().count(), static_cast<double>(timeline->recorded_bytes()) / (1 << 20));
  std::vector<double> steps;
  for (int i = 0; i < 200; ++i) {
    const auto began = Clock::now();
    if (!timeline->step_back()) break;
    steps.push_back(seconds_since(began) * 1000);
  }
  std::vector<double> following(steps.begin() + 1, steps.end());
  std::ranges::sort(following);
  std::printf("  reverse steps: first %.2f ms, then median %.2f, 99 %% %.2f, worst %.2f ms\n", steps[0], median(following),
              following[following.size() * 99 / 100], following.back());
  timeline->seek({end.tick / 2, {}});
  const auto halfway = Clock::now();
  timeline->step_back();
  std::printf("  a reverse step half way back: %.2f ms\n", seconds_since(halfway) * 1000);
  timeline->seek_frontier();
  if (timeline->state_hash() != hash) fail("the end is another one");

  // An instruction that is never executed.
  Nobody nobody;
  replay::Search search;
  search.seeker = &nobody;
  search.probes.ops = wasm::op_set({wasm::Op::Unreachable});
  auto began = Clock::now();
  timeline->find_last(search);
  const double whole = seconds_since(began);
  std::printf("  the whole past searched for an instruction: %.3f s, %.2f of forwards\n", whole, whole / forwards);
  timeline->seek_frontier();
  const auto who = [&](const char* what, uint64_t address) {
    replay::Search writes;
    writes.seeker = &nobody;
    writes.probes.writes = {{0, address, address + 1}};
    nobody.asked = 0;
    const auto start = Clock::now();
    timeline->find_last(writes);
    const double took = seconds_since(start);
    timeline->seek_frontier();
    std::printf("  who wrote a byte %s (0x%llx, asked %llu times): %.3f s, %.2f of forwards\n", what,
                static_cast<unsigned long long>(address), static_cast<unsigned long long>(nobody.asked), took, took / forwards);
  };
  if (timeline->instance().memories.empty()) return;
  const runtime::Region& memory = timeline->instance().memories[0]->region;
  who("of an untouched page", memory.size() - 1);
  who("of the page written most often", (busiest_page(*timeline) << 12) + 4095);
}

std::string invocation(const Subject& subject) { return subject.function + (subject.argument ? " " + std::to_string(*subject.argument) : ""); }

uint64_t digest_of(uint64_t digest, const debug::Session::Visit& visit) {
  digest = digest * 31 + visit.instant.depth;
  for (const runtime::Value& value : visit.locals) digest = digest * 31 + value.bits;
  for (const runtime::Value& value : visit.operands) digest = digest * 31 + value.bits;
  return digest;
}

void steps(const Subject& subject) {
  debug::SessionOptions options;
  options.tier = subject.tier;
  options.environment = std::make_shared<test::FakeEnvironment>();
  debug::Session session(options);
  if (!session.execute("open " + subject.file).ok || !session.execute("start " + invocation(subject)).ok) fail("it cannot be started");
  uint64_t digest = 0, count = 0;
  const auto look = [&](const debug::Session::Visit& visit) {
    digest = digest_of(digest, visit);
    ++count;
    return true;
  };
  session.visit(200'000, look);
  digest = count = 0;
  const auto began = Clock::now();
  session.visit(3'000'000, look);
  const double took = seconds_since(began);
  std::printf("  %llu steps with everything read: %.2f million/s, digest %016llx\n", static_cast<unsigned long long>(count),
              static_cast<double>(count) / took / 1e6, static_cast<unsigned long long>(digest));
}

// The instruction that most samples of the run stand at; its function has an i32 local.
void conditions(const Subject& subject) {
  debug::SessionOptions options;
  options.tier = subject.tier;
  options.environment = std::make_shared<test::FakeEnvironment>();
  debug::Session session(options);
  if (!session.execute("open " + subject.file).ok || !session.execute("start " + invocation(subject)).ok) fail("it cannot be started");
  std::map<std::pair<uint32_t, uint32_t>, uint64_t> visits;
  uint64_t skipped = 0;
  session.visit(400'000, [&](const debug::Session::Visit& visit) {
    if (++skipped > 200'000 && !visit.locals.empty() && visit.locals[0].type == wasm::kI32) ++visits[{visit.instant.pc, visit.func}];
    return true;
  });
  if (visits.empty()) fail("no function with an i32 local is hot");
  const auto hottest = std::ranges::max_element(visits, {}, [](const auto& each) { return each.second; });
  char place[64];
  std::snprintf(place, sizeof place, "@0x%x", hottest->first.first);
  const auto run = [&](const std::string& breakpoint) {
    session.execute("start " + invocation(subject));
    session.execute("delete");
    if (!breakpoint.empty() && !session.execute(breakpoint).ok) fail("the breakpoint cannot be set");
    const auto began = Clock::now();
    session.execute("continue");
    return seconds_since(began);
  };
  const double without = run("");
  const double with = run("break " + std::string(place) + " if l0 == 123456789 && i32[16] == 987654321");
  const double counted = run("break " + std::string(place) + " if l0 == 123456789 && i32[16] == 987654321");
  session.execute("start " + invocation(subject));
  session.execute("delete");
  session.execute("break " + std::string(place));
  session.execute("ignore " + std::to_string(session.snapshot()->breakpoints[0].id) + " 1000000000000");
  session.execute("continue");
  const uint64_t hits = session.snapshot()->breakpoints[0].hits;
  std::printf("  at %s %llu times: %.3f s without, %.3f with the condition: %.1f million evaluations/s\n", place,
              static_cast<unsigned long long>(hits), without, std::min(with, counted),
              static_cast<double>(hits) / (std::min(with, counted) - without) / 1e6);
}

void watch(const Subject& subject) {
  const auto first = subject.timeline({});
  run_to_end(*first);
  const uint64_t address = (busiest_page(*first) << 12) + 4095;
  std::vector<double> without, with;
  Nobody nobody;
  for (int round = 0; round < kRounds; ++round) {
    for (const bool watches : {false, true}) {
      const auto timeline = subject.timeline({});
      nobody.asked = 0;
      if (watches) timeline->set_probes({{}, {{0, address, address + 1}}, &nobody});
      (watches ? with : without).push_back(run_to_end(*timeline));
      if (timeline->state_hash() != first->state_hash()) fail("watching changed the result");
    }
  }
  std::printf("  watching 0x%llx (asked %llu times): %.3f s without, %.3f with: %.3f\n", static_cast<unsigned long long>(address),
              static_cast<unsigned long long>(nobody.asked), median(without), median(with), median(with) / median(without));
}

// Somebody who says no.
class No final : public interp::Observer {
 public:
  uint64_t asked = 0;
  bool stops_at(const runtime::Execution&) override { return ++asked == 0; }
  bool stops_before_write(const runtime::Execution&) override { return ++asked == 0; }
  bool stops_after_host(const runtime::Execution&, const runtime::HostEvent&) override { return false; }
};

double processor_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

// Instructions of the function that most steps are in: one that is not executed, one that is, rarely, and one that
// is most often.
struct Places {
  wasm::FuncIndex func = 0;
  std::optional<uint32_t> never, rarely;
  uint32_t hottest = 0;
};
Places find_places(const Subject& subject) {
  constexpr uint64_t kSteps = 1'000'000, kRare = 1000;
  const auto timeline = subject.timeline({.recording = Timeline::Recording::Off});
  timeline->start();
  std::map<uint32_t, uint64_t> executed;
  for (uint64_t i = 0; i < kSteps && !timeline->end(); ++i) {
    ++executed[timeline->instant().pc];
    timeline->run({.mode = interp::Mode::Step});
  }
  std::map<wasm::FuncIndex, uint64_t> totals;
  for (const auto& [pc, times] : executed) totals[subject.module->func_at(pc)] += times;
  Places places{std::ranges::max_element(totals, {}, [](const auto& each) { return each.second; })->first, {}, {}, 0};
  binary::InstructionReader reader(subject.module->bytes, subject.module->funcs[places.func].code);
  binary::Instruction instruction;
  uint64_t rarest = kSteps / kRare;
  for (auto more = reader.next(instruction); more && *more; more = reader.next(instruction)) {
    if (!lower::describe(*subject.module, places.func, instruction.pc).reachable) continue;
    const uint64_t times = executed[instruction.pc];
    if (times > executed[places.hottest]) places.hottest = instruction.pc;
    if (times == 0 && !places.never) places.never = instruction.pc;
    if (times == 0 || times >= rarest) continue;
    rarest = times;
    places.rarely = instruction.pc;
  }
  return places;
}

void tiers(const Subject& subject) {
  const Places found = find_places(subject);
  const auto first = subject.timeline({.compile_when = interp::CompileWhen::Called});
  run_to_end(*first);
  const uint64_t hash = first->state_hash();
  const uint64_t watched = first->instance().memories.empty() ? 0 : (busiest_page(*first) << 12) + 4095;
  No no;
  struct Variant {
    const char* name;
    std::function<void(Timeline&)> prepare;
    Timeline::Recording recording = Timeline::Recording::Off;
    double least = 1e9;
    uint64_t asked = 0;
  };
  std::vector<Variant> variants;
  variants.push_back({"plain", [](Timeline&) {}});
  variants.push_back({"again", [](Timeline&) {}});
  if (found.never) variants.push_back({"breakpoint that is not hit", [&](Timeline& timeline) { timeline.set_stops(found.func, {*found.never}); }});
  if (found.rarely)
    variants.push_back({"false condition on a cold branch", [&](Timeline& timeline) {
                          timeline.set_stops(found.func, {*found.rarely});
                          timeline.set_probes({{}, {}, &no});
                        }});
  variants.push_back({"breakpoint set and removed", [&](Timeline& timeline) {
                        timeline.set_stops(found.func, {found.hottest});
                        for (int i = 0; i < 3; ++i) timeline.run({});
                        timeline.set_stops(found.func, {});
                      }});
  if (watched != 0)
    variants.push_back({"watched byte that is not written", [&](Timeline& timeline) { timeline.set_probes({{}, {{0, watched, watched + 1}}, &no}); }});
  variants.push_back({"recording", [](Timeline&) {}, Timeline::Recording::On});
  for (int round = 0; round < kRounds; ++round) {
    for (Variant& variant : variants) {
      const auto timeline = subject.timeline({.recording = variant.recording, .compile_when = interp::CompileWhen::Called});
      no.asked = 0;
      timeline->start();
      variant.prepare(*timeline);
      const double began = processor_seconds();
      while (!timeline->end()) timeline->run({});
      variant.least = std::min(variant.least, processor_seconds() - began);
      variant.asked = no.asked;
      if (timeline->state_hash() != hash) fail("the result is another one");
    }
  }
  for (const Variant& variant : variants)
    std::printf("  %-34s %.3f s  %.3f  asked %llu times\n", variant.name, variant.least, variant.least / variants[0].least,
                static_cast<unsigned long long>(variant.asked));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fprintf(stderr, "usage: time_bench cost|back|steps|conditions|watch|tiers FILE EXPORT [N [STDIN_BYTES [TIER]]]\n");
    return 2;
  }
  Subject subject{argv[2], argv[3], {}};
  if (argc > 4 && std::strcmp(argv[4], "-") != 0) subject.argument = static_cast<uint32_t>(std::atoi(argv[4]));
  if (argc > 5) subject.input_bytes = static_cast<size_t>(std::atoll(argv[5]));
  if (argc > 6) subject.tier = debug::find_tier(argv[6]).value_or(subject.tier);
  subject.load();
  std::printf("%s %s\n", argv[1], argv[2]);
  const std::map<std::string, void (*)(const Subject&)> kinds = {
      {"cost", cost}, {"back", back}, {"steps", steps}, {"conditions", conditions}, {"watch", watch}, {"tiers", tiers}};
  const auto kind = kinds.find(argv[1]);
  if (kind == kinds.end()) fail("there is no such measurement");
  kind->second(subject);
  return 0;
}
