// SPDX-License-Identifier: Apache-2.0
// A module written as text that runs to the first `nop` it comes to and stands there, without a session: for tests of
// what reads a program at an instant. A text that does not parse, validate or come to a `nop` ends the process.
#pragma once
#include <memory>
#include <string_view>

#include "engine/base/try.h"
#include "engine/binary/decoder.h"
#include "engine/binary/instruction_reader.h"
#include "engine/replay/timeline.h"
#include "engine/symbols/names.h"
#include "engine/text/parser.h"
#include "engine/validate/validate.h"

namespace wasmscope::test {

class StandingProgram {
 public:
  StandingProgram(std::string_view text, std::string_view export_name, std::vector<runtime::Value> arguments = {}) {
    const wasm::Features features;
    auto parsed = text::parse_module(text, features);
    CHECK(parsed.has_value());
    const auto bytes = std::make_shared<const std::vector<uint8_t>>(std::move(parsed->bytes));
    auto decoded = binary::decode(*bytes, features);
    CHECK(decoded.has_value());
    decoded->owned = bytes;
    module = std::make_shared<const wasm::Module>(std::move(*decoded));
    CHECK(validate::validate_module(*module, features).has_value());
    names = std::make_unique<symbols::Names>(module);
    const wasm::Export* const entry = module->find_export(export_name);
    CHECK(entry != nullptr);
    auto made = replay::Timeline::create(module, {}, {{entry->index, std::move(arguments)}});
    CHECK(made.has_value());
    timeline = std::move(*made);
    stop_at_nops();
    timeline->start();
    timeline->run({.stop_here = true});
    CHECK(!timeline->end());
  }

  wasm::FuncIndex func() const { return timeline->execution().func->index; }
  uint32_t pc() const { return timeline->execution().pc; }

  std::shared_ptr<const wasm::Module> module;
  std::unique_ptr<symbols::Names> names;
  std::unique_ptr<replay::Timeline> timeline;

 private:
  void stop_at_nops() {
    for (wasm::FuncIndex func = module->imported_funcs; func < module->funcs.size(); ++func) {
      binary::InstructionReader reader(module->bytes, module->funcs[func].code);
      binary::Instruction instruction;
      std::set<uint32_t> pcs;
      for (auto more = reader.next(instruction); more && *more; more = reader.next(instruction))
        if (instruction.op == wasm::Op::Nop) pcs.insert(instruction.pc);
      if (!pcs.empty()) timeline->set_stops(func, pcs);
    }
  }
};

}  // namespace wasmscope::test
