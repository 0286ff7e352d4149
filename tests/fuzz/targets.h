// SPDX-License-Identifier: Apache-2.0
// What the fuzzer and the corpus test call with any bytes at all. A target ends the process when something that
// must hold does not. Deterministic: the same bytes do the same every time, so that an input is a whole report.
#pragma once
#include <cstdint>
#include <memory>
#include <string_view>

#include "engine/base/bytes.h"
#include "engine/wasm/module.h"

namespace wasmscope::fuzz {

// How far inputs got: a harness that idles shows here.
struct Tally {
  uint64_t inputs = 0;
  uint64_t decoded = 0;
  uint64_t validated = 0;
  uint64_t executed = 0;   // at least one instruction acted
};
Tally& tally();

// What a target answers: whether the input is worth keeping for a corpus.
inline constexpr int kOfUse = 0, kOfNoUse = -1;

int fuzz_decode(Bytes bytes);     // decoding, names, printing of whatever was read before the error
int fuzz_validate(Bytes bytes);   // with two sets of features
int fuzz_lower(Bytes bytes);      // both flavours, cells of both, the description of every instruction
int fuzz_run(Bytes bytes);        // the same outcome and state, run whole, with stops, or stepped
int fuzz_tiers(Bytes bytes);      // interpreted and compiled, left and entered again in many places
int fuzz_text(Bytes bytes);       // printing and parsing, in both directions; texts as they are

int fuzz_recording(Bytes bytes);  // a recording, or the pieces of one: read, opened, gone through
int fuzz_expression(Bytes bytes); // an expression or message over a program that stands: an error or a value

struct Target {
  std::string_view name;   // of its folder below corpus/; those whose input is a module
  int (*fuzz_one)(Bytes bytes);
};
inline constexpr Target kTargets[] = {
    {"decode", fuzz_decode}, {"validate", fuzz_validate}, {"lower", fuzz_lower}, {"run", fuzz_run},
    {"tiers", fuzz_tiers},
    {"text", fuzz_text}};

// Counts the input; null unless it decodes and validates with the default features. Keeps a view of the bytes.
std::shared_ptr<const wasm::Module> validated_module(Bytes bytes);
// Ends the process unless `holds`, saying what was expected.
void expect(bool holds, std::string_view what);

}  // namespace wasmscope::fuzz
