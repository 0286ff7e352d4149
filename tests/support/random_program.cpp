// SPDX-License-Identifier: Apache-2.0
#include "tests/support/random_program.h"

#include <algorithm>
#include <bit>

#include "tests/support/oracle_numeric.h"
#include "tests/support/random_body.h"

namespace wasmscope::test {
namespace {

using wasm::Op;

constexpr uint32_t kFuncTable = 2;
constexpr uint32_t kTableSize = 16;

std::string random_letters(RandomNumbers& random, size_t most, const std::string& from) {
  std::string letters;
  for (size_t left = random.below(most + 1); left > 0; --left) letters += random.letter(from);
  return letters;
}

void write_reference(ByteWriter& out, RandomNumbers& random, const ModulePlan& plan) {
  if (random.chance(30))
    out.op(Op::RefNull).u8(0x70);
  else
    out.op(Op::RefFunc).leb(random.below(plan.funcs.size()));
  out.op(Op::End);
}

std::vector<uint8_t> write_types(const ModulePlan& plan) {
  ByteWriter out;
  out.leb(plan.types.size());
  for (const PlannedType& type : plan.types) {
    out.u8(0x60).leb(type.params.size());
    for (const char letter : type.params) out.u8(type_code(letter));
    out.leb(type.results.size());
    for (const char letter : type.results) out.u8(type_code(letter));
  }
  return out.bytes;
}

std::vector<uint8_t> write_globals(const ModulePlan& plan, RandomNumbers& random) {
  ByteWriter out;
  out.leb(plan.globals.size());
  for (size_t i = 0; i < plan.globals.size(); ++i) {
    const PlannedGlobal& global = plan.globals[i];
    out.u8(type_code(global.type)).u8(global.is_mutable ? 1 : 0);
    if (i == 0)
      out.constant('i', plan.fuel).op(Op::End);
    else if (global.type == 'r')
      write_reference(out, random, plan);
    else if (is_reference(global.type))
      out.op(Op::RefNull).u8(type_code(global.type)).op(Op::End);
    else {
      write_random_constant(out, random, global.type);
      out.op(Op::End);
    }
  }
  return out.bytes;
}

std::vector<uint8_t> write_elems(ModulePlan& plan, RandomNumbers& random) {
  const auto random_func = [&] { return random.below(plan.funcs.size()); };
  ByteWriter out;
  out.leb(7);
  out.u8(0).constant('i', 0).op(Op::End).leb(plan.table.size());
  for (const uint32_t func : plan.table) out.leb(func);
  out.u8(2).leb(kFuncTable).constant('i', 3).op(Op::End).u8(0).leb(6);
  for (int i = 0; i < 6; ++i) out.leb(random_func());
  out.u8(1).u8(0).leb(kPassiveSize);
  for (uint32_t i = 0; i < kPassiveSize; ++i) out.leb(random_func());
  out.u8(5).u8(0x70).leb(kPassiveSize);
  for (uint32_t i = 0; i < kPassiveSize; ++i) write_reference(out, random, plan);
  out.u8(5).u8(0x6F).leb(kPassiveSize);
  for (uint32_t i = 0; i < kPassiveSize; ++i) out.op(Op::RefNull).u8(0x6F).op(Op::End);
  out.u8(4).constant('i', kTableSize - 3).op(Op::End).leb(2);
  for (int i = 0; i < 2; ++i) write_reference(out, random, plan);
  out.u8(3).u8(0).leb(plan.funcs.size());
  for (size_t i = 0; i < plan.funcs.size(); ++i) out.leb(i);
  return out.bytes;
}

std::vector<uint8_t> write_datas(RandomNumbers& random) {
  ByteWriter out;
  out.leb(3);
  const auto contents = [&](size_t count) {
    out.leb(count);
    for (size_t i = 0; i < count; ++i) out.u8(random.next());
  };
  out.u8(0).constant('i', random.below(2000)).op(Op::End);
  contents(200);
  out.u8(1);
  contents(kPassiveSize);
  out.u8(1);
  contents(kPassiveSize);
  return out.bytes;
}

void plan_module(ModulePlan& plan, RandomNumbers& random) {
  const std::string numbers = "iiiillffdd";
  plan.fuel = static_cast<uint32_t>(plan.is_wide ? 5 + random.below(20) : 20 + random.below(300));
  plan.trap_percent = random.chance(40) ? 0 : static_cast<uint32_t>(1 + random.below(3));
  plan.imports = static_cast<uint32_t>(random.below(3));
  for (uint32_t i = 0; i < plan.imports; ++i)
    plan.funcs.push_back(plan.type_index(random_letters(random, 3, numbers), random_letters(random, 2, numbers)));
  const uint64_t defined = 2 + random.below(6);
  for (uint64_t i = 0; i < defined; ++i)
    plan.funcs.push_back(
        plan.type_index(random_letters(random, 4, numbers + "rxevv"), random_letters(random, 3, numbers + "rxevv")));
  plan.entry = static_cast<uint32_t>(plan.funcs.size());
  plan.funcs.push_back(plan.type_index(random_letters(random, 3, numbers), random_letters(random, 3, numbers + "v")));
  if (random.chance(12)) {
    plan.start = static_cast<uint32_t>(plan.funcs.size());
    plan.funcs.push_back(plan.type_index("", ""));
  }
  plan.exception_percent = random.chance(30) ? 25 : 0;
  plan.is_caught = plan.trap_percent == 0 || random.chance(60);
  plan.tags = {plan.type_index("", ""), plan.type_index("i", "")};
  for (int i = 0; i < 3; ++i) plan.tags.push_back(plan.type_index(random_letters(random, 4, numbers + "rxevv"), ""));
  plan.globals.push_back({'i', true});
  for (const char letter : std::string("iilfdrxev")) plan.globals.push_back({letter, true});
  for (const char letter : random_letters(random, 5, numbers + "v"))
    plan.globals.push_back({letter, random.chance(60)});
  for (int i = 0; i < 10; ++i) plan.table.push_back(static_cast<uint32_t>(random.below(plan.funcs.size())));
}

}  // namespace

uint64_t RandomNumbers::next() {
  uint64_t z = (state_ += 0x9E3779B97F4A7C15u);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

uint32_t ModulePlan::type_index(const std::string& params, const std::string& results) {
  for (size_t i = 0; i < types.size(); ++i)
    if (types[i].params == params && types[i].results == results) return static_cast<uint32_t>(i);
  types.push_back({params, results});
  return static_cast<uint32_t>(types.size() - 1);
}

uint64_t random_constant(RandomNumbers& random, char letter) {
  static const std::vector<uint64_t> kIntegers = {0,
                                                  1,
                                                  2,
                                                  3,
                                                  7,
                                                  8,
                                                  31,
                                                  32,
                                                  33,
                                                  63,
                                                  64,
                                                  127,
                                                  128,
                                                  255,
                                                  256,
                                                  0x7FFF,
                                                  0x8000,
                                                  0xFFFF,
                                                  0x10000,
                                                  0x7FFFFFFF,
                                                  0x80000000,
                                                  0xFFFFFFFF,
                                                  0x100000000,
                                                  0x7FFFFFFFFFFFFFFF,
                                                  0x8000000000000000,
                                                  0xFFFFFFFFFFFFFFFF,
                                                  0xFFFFFFFFFFFFFFFE};
  static const std::vector<double> kFloats = {0.0,
                                              -0.0,
                                              1.0,
                                              -1.0,
                                              0.5,
                                              -0.5,
                                              1.5,
                                              2.5,
                                              -3.5,
                                              100.25,
                                              1e9,
                                              -1e9,
                                              4294967295.0,
                                              2147483648.0,
                                              -2147483649.0,
                                              9.3e18,
                                              1.9e19,
                                              1e300,
                                              1e-300,
                                              1e38,
                                              1e-40,
                                              5e-324,
                                              std::bit_cast<double>(uint64_t{0x7FF0000000000000}),
                                              std::bit_cast<double>(uint64_t{0xFFF0000000000000}),
                                              std::bit_cast<double>(uint64_t{0x7FF8000000000000})};
  if (letter == 'i' || letter == 'l') {
    const uint64_t value = random.chance(60)   ? random.pick(kIntegers)
                           : random.chance(50) ? random.below(100)
                                               : random.next();
    return letter == 'i' ? value & 0xFFFFFFFF : value;
  }
  // Random bits include signalling NaNs: moving a value must not touch them.
  if (random.chance(15)) return letter == 'f' ? random.next() & 0xFFFFFFFF : random.next();
  const double value = random.pick(kFloats);
  return letter == 'f' ? std::bit_cast<uint32_t>(static_cast<float>(value)) : std::bit_cast<uint64_t>(value);
}

void write_random_constant(ByteWriter& out, RandomNumbers& random, char letter) {
  if (letter != 'v') {
    out.constant(letter, random_constant(random, letter));
    return;
  }
  uint64_t halves[2];
  for (uint64_t& half : halves) {
    const char lane = random.letter("lld f");
    half = lane == 'f'   ? random_constant(random, 'f') | random_constant(random, 'f') << 32
           : lane == ' ' ? random.next() & 0xFF80017F017FFF80
                         : random_constant(random, lane);
  }
  if (random.chance(30)) halves[1] = halves[0];
  out.constant('v', halves[0], halves[1]);
}

RandomProgram make_random_program(uint64_t seed, RandomShape shape, RandomFeatures features) {
  RandomNumbers random(seed);
  ModulePlan plan;
  plan.is_wide = shape == RandomShape::Wide;
  plan.features = features;
  plan.next_vector = random.next();
  plan.next_atomic = random.next();
  plan.has_shared_memory = random.chance(50);
  plan_module(plan, random);
  ByteWriter code;
  code.leb(plan.funcs.size() - plan.imports);
  for (uint32_t func = plan.imports; func < plan.funcs.size(); ++func) code.sized(make_random_body(plan, random, func));

  ByteWriter imports, funcs, exports;
  imports.leb(plan.imports);
  for (uint32_t i = 0; i < plan.imports; ++i)
    imports.name("env").name("host" + std::to_string(i)).u8(0).leb(plan.funcs[i]);
  funcs.leb(plan.funcs.size() - plan.imports);
  for (size_t i = plan.imports; i < plan.funcs.size(); ++i) funcs.leb(plan.funcs[i]);
  exports.leb(3).name("run").u8(0).leb(plan.entry).name("memory").u8(2).leb(0).name("fuel").u8(3).leb(0);
  ByteWriter tables;
  tables.leb(3);
  tables.u8(0x70).u8(0).leb(kTableSize);
  tables.u8(0x6F).u8(1).leb(kTableSize).leb(20);
  tables.u8(0x70).u8(1).leb(kTableSize).leb(24);

  ByteWriter module;
  module.header()
      .section(1, write_types(plan))
      .section(2, imports.bytes)
      .section(3, funcs.bytes)
      .section(4, tables.bytes);
  ByteWriter tags;
  tags.leb(plan.tags.size());
  for (const uint32_t type : plan.tags) tags.u8(0).leb(type);
  ByteWriter memories;
  memories.leb(kMemories).u8(plan.has_shared_memory ? 3 : 1).leb(1).leb(3);
  memories.u8(1).leb(1).leb(2).u8(5).leb(1).leb(2);
  module.section(5, memories.bytes).section(13, tags.bytes).section(6, write_globals(plan, random)).section(7, exports.bytes);
  if (plan.start) module.section(8, ByteWriter{}.leb(*plan.start).bytes);
  module.section(9, write_elems(plan, random))
      .section(12, {3})
      .section(10, code.bytes)
      .section(11, write_datas(random));

  RandomProgram program{std::move(module.bytes), "run", {}};
  for (const char letter : plan.types[plan.funcs[plan.entry]].params) {
    const wasm::ValType type = letter == 'i'   ? wasm::kI32
                               : letter == 'l' ? wasm::kI64
                               : letter == 'f' ? wasm::kF32
                                               : wasm::kF64;
    program.arguments.push_back({type, random_constant(random, letter), 0});
  }
  return program;
}

}  // namespace wasmscope::test
