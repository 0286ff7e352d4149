// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/mutator.h"

#include <algorithm>

#include "engine/binary/decoder.h"
#include "engine/binary/instruction_reader.h"
#include "engine/validate/validate.h"
#include "tests/support/byte_writer.h"
#include "tests/support/random_program.h"

namespace wasmscope::fuzz {
namespace {

using test::ByteWriter;
using test::RandomNumbers;
using test::RandomProgram;
using wasm::Imm;
using wasm::Module;
using wasm::Op;

using Body = std::vector<uint8_t>;

uint64_t interesting_number(RandomNumbers& random) {
  static const std::vector<uint64_t> kNumbers = {0,
                                                 1,
                                                 2,
                                                 4,
                                                 8,
                                                 31,
                                                 32,
                                                 63,
                                                 64,
                                                 127,
                                                 128,
                                                 255,
                                                 256,
                                                 32767,
                                                 32768,
                                                 65535,
                                                 65536,
                                                 0x7FFFFFFF,
                                                 0x80000000,
                                                 0xFFFFFFFF,
                                                 0x3F800000,
                                                 0x7F800000,
                                                 0x7FC00001,
                                                 0x7FA00000,
                                                 524280,
                                                 524288,
                                                 0xFFFF8000,
                                                 ~uint64_t{0},
                                                 0x8000000000000000,
                                                 0x7FF0000000000000,
                                                 0x3FF0000000000000,
                                                 0x7FF4000000000000,
                                                 0xC3E0000000000000};
  return random.chance(60) ? random.pick(kNumbers) : random.chance(50) ? random.below(40) : random.next();
}

void replace_some_bytes(Body& bytes, RandomNumbers& random) {
  if (bytes.empty()) return;
  const size_t at = random.below(bytes.size());
  const auto begin = bytes.begin() + static_cast<ptrdiff_t>(at);
  const size_t count = std::min<size_t>(1 + random.below(6), bytes.size() - at);
  switch (random.below(5)) {
    case 0: *begin ^= static_cast<uint8_t>(1u << random.below(8)); break;
    case 1: *begin = static_cast<uint8_t>(random.next()); break;
    case 2: bytes.insert(begin, static_cast<uint8_t>(random.next())); break;
    case 3: bytes.erase(begin, begin + static_cast<ptrdiff_t>(count)); break;
    default: std::fill_n(begin, count, static_cast<uint8_t>(random.chance(50) ? 0xFF : 0x80)); break;
  }
}

bool is_on(const wasm::OpInfo& row) { return row.executed && wasm::Features().has(row.feature); }

// Instructions of equal signature and immediates take each other's place without a type error.
const std::vector<Op>& ops_like(Op op) {
  static const std::vector<std::vector<Op>> kLike = [] {
    std::vector<std::vector<Op>> like(wasm::kOpCount);
    for (uint16_t a = 0; a < wasm::kOpCount; ++a) {
      const wasm::OpInfo& row = wasm::info(static_cast<Op>(a));
      if (row.signature == "special") continue;
      for (uint16_t b = 0; b < wasm::kOpCount; ++b) {
        const wasm::OpInfo& other = wasm::info(static_cast<Op>(b));
        if (other.signature == row.signature && other.imm == row.imm && (is_on(other) || !is_on(row)))
          like[a].push_back(static_cast<Op>(b));
      }
    }
    return like;
  }();
  return kLike[static_cast<size_t>(op)];
}

const std::vector<Op>& executed_ops() {
  static const std::vector<Op> kOps = [] {
    std::vector<Op> ops;
    for (uint16_t i = 0; i < wasm::kOpCount; ++i) {
      const wasm::OpInfo& row = wasm::info(static_cast<Op>(i));
      if (is_on(row) && row.signature != "special" && (row.imm == Imm::None || row.imm == Imm::MemArg) &&
          row.signature.find('v') == std::string_view::npos)
        ops.push_back(static_cast<Op>(i));
    }
    return ops;
  }();
  return kOps;
}

class BodyMutation {
 public:
  BodyMutation(const Module& module, uint32_t func, RandomNumbers& random) : module_(module), random_(random) {
    const wasm::Func& mutated = module.funcs[func];
    head_ = bytes_of(mutated.locals_range);
    binary::InstructionReader reader(module.bytes, mutated.code);
    binary::Instruction in;
    for (auto more = reader.next(in); more && *more; more = reader.next(in)) {
      instructions_.push_back(in);
      parts_.push_back(bytes_of(in.range()));
    }
    for (const wasm::ValType type : module.func_type(func).params) locals_.push_back(type);
    for (const wasm::LocalRun& run : wasm::local_runs(module, func))
      for (uint32_t i = 0; i < run.count && locals_.size() < 300; ++i) locals_.push_back(run.type);
  }

  Body run() {
    for (uint64_t changes = 1 + random_.below(4); changes > 0 && !parts_.empty(); --changes) change();
    Body out = head_;
    for (const Body& part : parts_) out.insert(out.end(), part.begin(), part.end());
    return out;
  }

 private:
  Body bytes_of(ByteRange range) const {
    const Bytes bytes = module_.bytes.subspan(range.begin, range.size());
    return {bytes.begin(), bytes.end()};
  }

  void change() {
    const size_t at = random_.below(parts_.size());
    // Most often the final `end` stays.
    const size_t wild = at + 1 == parts_.size() && random_.chance(90) ? at / 2 : at;
    switch (random_.below(16)) {
      case 0:
      case 1:
      case 2: swap_op(at); break;
      case 3:
      case 4:
      case 5: new_immediate(at); break;
      case 6:
      case 7:
      case 8: insert(at, statement()); break;
      case 9: wrap(at); break;
      case 10:
      case 11: insert(at, branch(depth_at(at))); break;
      case 12: copy_some(wild); break;
      case 13: erase_some(wild); break;
      case 14: replace_some_bytes(parts_[wild], random_); break;
      default: insert(at, statement()); break;
    }
  }

  void insert(size_t at, Body part) {
    parts_.insert(parts_.begin() + static_cast<ptrdiff_t>(at), std::move(part));
    instructions_.insert(instructions_.begin() + static_cast<ptrdiff_t>(at), binary::Instruction{});
  }

  void swap_op(size_t at) {
    for (size_t tries = 0; tries < parts_.size(); ++tries, at = (at + 1) % parts_.size()) {
      const binary::Instruction& in = instructions_[at];
      if (in.length == 0) continue;
      const std::vector<Op>& like = ops_like(in.op);
      if (like.size() < 2) continue;
      const Op op = random_.pick(like);
      ByteWriter out;
      out.op(op);
      if (wasm::info(op).imm == Imm::MemArg) {
        write_memarg(out, op, in.memarg.memory, in.memarg.offset);
      } else {
        const size_t code_bytes = ByteWriter().op(in.op).bytes.size();
        if (parts_[at].size() < code_bytes) return;
        out.bytes.insert(out.bytes.end(), parts_[at].begin() + static_cast<ptrdiff_t>(code_bytes), parts_[at].end());
      }
      parts_[at] = std::move(out.bytes);
      instructions_[at].op = op;
      return;
    }
  }

  void write_memarg(ByteWriter& out, Op op, uint32_t memory, uint64_t offset) {
    uint32_t align = 0;
    while ((2u << align) <= wasm::info(op).width) ++align;
    if (memory != 0)
      out.leb(align | 0x40).leb(memory).leb(offset);
    else
      out.leb(align).leb(offset);
  }

  void new_immediate(size_t at) {
    for (size_t tries = 0; tries < parts_.size(); ++tries, at = (at + 1) % parts_.size()) {
      const binary::Instruction& in = instructions_[at];
      if (in.length == 0) continue;
      ByteWriter out;
      switch (wasm::info(in.op).imm) {
        case Imm::I32: out.constant('i', interesting_number(random_)); break;
        case Imm::I64: out.constant('l', interesting_number(random_)); break;
        case Imm::F32: out.constant('f', interesting_number(random_)); break;
        case Imm::F64: out.constant('d', interesting_number(random_)); break;
        case Imm::Local: {
          if (in.index >= locals_.size()) continue;
          out.op(in.op).leb(local_of(locals_[in.index]).value_or(in.index));
          break;
        }
        case Imm::Label: out.op(in.op).leb(random_.below(in.index + 2)); break;
        case Imm::MemArg:
          out.op(in.op);
          write_memarg(out, in.op, in.memarg.memory, interesting_number(random_) & 0xFFFFFFFF);
          break;
        case Imm::Func: out.op(in.op).leb(func_like(in.index)); break;
        case Imm::Global: out.op(in.op).leb(global_like(in.index)); break;
        default: continue;
      }
      parts_[at] = std::move(out.bytes);
      return;
    }
  }

  std::optional<uint32_t> local_of(wasm::ValType type) {
    if (locals_.empty()) return std::nullopt;
    const size_t from = random_.below(locals_.size());
    for (size_t i = 0; i < locals_.size(); ++i)
      if (const size_t local = (from + i) % locals_.size(); locals_[local] == type) return static_cast<uint32_t>(local);
    return std::nullopt;
  }
  uint32_t func_like(uint32_t func) {
    if (func >= module_.funcs.size()) return func;
    const size_t from = random_.below(module_.funcs.size());
    for (size_t i = 0; i < module_.funcs.size(); ++i)
      if (const auto other = static_cast<uint32_t>((from + i) % module_.funcs.size());
          module_.func_type(other) == module_.func_type(func))
        return other;
    return func;
  }

  uint32_t global_like(uint32_t global) {
    const size_t count = module_.globals.size();
    if (global >= count || random_.chance(10)) return static_cast<uint32_t>(random_.below(count + 1));
    const size_t from = random_.below(count);
    for (size_t i = 0; i < count; ++i)
      if (const auto other = static_cast<uint32_t>((from + i) % count);
          module_.globals[other].type == module_.globals[global].type)
        return other;
    return global;
  }

  static wasm::ValType type_of(char letter) {
    return letter == 'l' ? wasm::kI64 : letter == 'f' ? wasm::kF32 : letter == 'd' ? wasm::kF64 : wasm::kI32;
  }

  Op executed_op() {
    while (true) {
      const Op op = random_.pick(executed_ops());
      if (wasm::info(op).imm != Imm::MemArg || !module_.memories.empty()) return op;
    }
  }

  // A value of the letter's type, now and then a computation.
  void push_value(ByteWriter& out, char letter, int depth) {
    const auto local = local_of(type_of(letter));
    if (depth > 0 && random_.chance(40)) {
      const Op op = executed_op();
      if (const std::string_view signature = wasm::info(op).signature; signature.back() == letter)
        return push_op(out, op, depth - 1);
    }
    if (local && random_.chance(60))
      out.op(Op::LocalGet).leb(*local);
    else
      out.constant(letter, letter == 'i' && random_.chance(50) ? random_.below(70000) : interesting_number(random_));
  }
  void push_op(ByteWriter& out, Op op, int depth) {
    const std::string_view signature = wasm::info(op).signature;
    for (const char letter : signature.substr(0, signature.find('_')))
      push_value(out, letter == 'a' ? 'i' : letter, depth);
    out.op(op);
    if (wasm::info(op).imm == Imm::MemArg)
      write_memarg(out, op, 0, random_.chance(70) ? random_.below(300) : interesting_number(random_) & 0xFFFFFFFF);
  }

  // Leaves the operand stack as it was.
  Body statement() {
    ByteWriter out;
    if (random_.chance(20) && !module_.funcs.empty()) {
      const auto callee = static_cast<uint32_t>(random_.below(module_.funcs.size()));
      const wasm::FuncType& type = module_.func_type(callee);
      if (std::all_of(type.params.begin(), type.params.end(), [](wasm::ValType t) { return t.is_num(); })) {
        for (const wasm::ValType param : type.params) push_value(out, letter_of(param), 2);
        out.op(Op::Call).leb(callee);
        for (size_t i = 0; i < type.results.size(); ++i) out.op(Op::Drop);
        return out.bytes;
      }
    }
    const Op op = executed_op();
    const std::string_view signature = wasm::info(op).signature;
    push_op(out, op, 3);
    if (signature.back() == '_') return out.bytes;
    const auto local = local_of(type_of(signature.back()));
    if (local && random_.chance(80))
      out.op(Op::LocalSet).leb(*local);
    else
      out.op(Op::Drop);
    return out.bytes;
  }
  static char letter_of(wasm::ValType type) {
    return type == wasm::kI64 ? 'l' : type == wasm::kF32 ? 'f' : type == wasm::kF64 ? 'd' : 'i';
  }

  // Labels that the original code has open there, without the function's own.
  uint64_t depth_at(size_t at) const {
    uint64_t depth = 0;
    for (size_t i = 0; i < at; ++i) {
      const binary::Instruction& in = instructions_[i];
      if (in.length == 0) continue;
      if (wasm::info(in.op).imm == Imm::BlockType || in.op == Op::TryTable) ++depth;
      if ((in.op == Op::End || in.op == Op::Delegate) && depth > 0) --depth;
    }
    return depth;
  }

  Body branch(uint64_t depth) {
    ByteWriter out;
    push_value(out, 'i', 2);
    if (depth == 0 || random_.chance(30)) {
      out.op(Op::If).u8(0x40).raw(statement());
      if (random_.chance(50)) out.op(Op::Else).raw(statement());
      out.op(Op::End);
    } else {
      out.op(Op::BrIf).leb(random_.below(depth));
    }
    return out.bytes;
  }

  // A block or loop around a statement, left or repeated on a condition.
  void wrap(size_t at) {
    ByteWriter out;
    out.op(random_.chance(50) ? Op::Loop : Op::Block).u8(0x40).raw(statement());
    push_value(out, 'i', 2);
    out.op(Op::BrIf).leb(0).raw(statement()).op(Op::End);
    insert(at, std::move(out.bytes));
  }

  void copy_some(size_t at) {
    const size_t from = random_.below(parts_.size()),
                 count = std::min<size_t>(1 + random_.below(6), parts_.size() - from);
    std::vector<Body> copies(parts_.begin() + static_cast<ptrdiff_t>(from),
                             parts_.begin() + static_cast<ptrdiff_t>(from + count));
    for (Body& copy : copies) insert(at, std::move(copy));
  }
  void erase_some(size_t at) {
    const auto count = static_cast<ptrdiff_t>(std::min<size_t>(1 + random_.below(4), parts_.size() - at));
    const auto begin = static_cast<ptrdiff_t>(at);
    parts_.erase(parts_.begin() + begin, parts_.begin() + begin + count);
    instructions_.erase(instructions_.begin() + begin, instructions_.begin() + begin + count);
  }

  const Module& module_;
  RandomNumbers& random_;
  Body head_;
  std::vector<Body> parts_;                        // the code; inserted parts may be several instructions
  std::vector<binary::Instruction> instructions_;  // of the parts; length 0 for inserted ones
  std::vector<wasm::ValType> locals_;
};

class Mutation {
 public:
  Mutation(Bytes bytes, uint64_t seed) : bytes_(bytes), random_(seed) {}

  Body run() {
    if (random_.chance(4)) return test::make_random_program(random_.next()).bytes;
    Body all(bytes_.begin(), bytes_.end());
    binary::DecodeOutcome outcome = binary::decode_partial(bytes_, wasm::Features());
    // Of two mistakes only the first is ever found, so what is broken is seldom broken further.
    constexpr int kNewPercent = 70;
    const bool is_broken = outcome.error || !validate::validate(outcome.module, wasm::Features());
    if (is_broken && random_.chance(kNewPercent)) return test::make_random_program(random_.next()).bytes;
    if (outcome.error || random_.chance(5)) {
      replace_some_bytes(all, random_);
      return all;
    }
    const Module& module = outcome.module;
    const size_t defined = module.funcs.size() - module.imported_funcs;
    // Bodies are changed by type, which takes that the types are there.
    if (defined > 0 && random_.chance(85) && validate::validate_module(module, wasm::Features())) {
      const auto func = static_cast<uint32_t>(module.imported_funcs + random_.below(defined));
      // A body fits wherever the type is the same.
      if (random_.chance(8)) return with_body(module, func, bytes_of(module.funcs[func_like(module, func)].body));
      if (random_.chance(8)) return with_copied_func(module, func_like(module, func));
      return with_body(module, func, BodyMutation(module, func, random_).run());
    }
    if (module.sections.empty()) {
      replace_some_bytes(all, random_);
      return all;
    }
    return with_section_changed(module);
  }

 private:
  void append(ByteWriter& out, ByteRange range) const {
    const Bytes part = bytes_.subspan(range.begin, range.size());
    out.bytes.insert(out.bytes.end(), part.begin(), part.end());
  }

  Body bytes_of(ByteRange range) const {
    const Bytes part = bytes_.subspan(range.begin, range.size());
    return {part.begin(), part.end()};
  }

  // A defined function of the same type.
  uint32_t func_like(const Module& module, uint32_t func) {
    const size_t defined = module.funcs.size() - module.imported_funcs, from = random_.below(defined);
    for (size_t i = 0; i < defined; ++i) {
      const auto other = static_cast<uint32_t>(module.imported_funcs + (from + i) % defined);
      if (module.funcs[other].type == module.funcs[func].type) return other;
    }
    return func;
  }

  struct NewFunc {
    wasm::TypeIndex type;
    Body body;
  };
  // The functions are those of the module, one of them perhaps changed, and perhaps one more behind them.
  Body with_funcs(const Module& module, uint32_t changed, const Body& body, const NewFunc* added) const {
    ByteWriter out, code, types;
    out.header();
    const size_t count = module.funcs.size() - module.imported_funcs + (added != nullptr ? 1 : 0);
    code.leb(count);
    types.leb(count);
    for (uint32_t i = module.imported_funcs; i < module.funcs.size(); ++i) {
      types.leb(module.funcs[i].type);
      code.sized(i == changed ? body : bytes_of(module.funcs[i].body));
    }
    if (added != nullptr) {
      types.leb(added->type);
      code.sized(added->body);
    }
    for (const wasm::Section& section : module.sections) {
      const auto id = static_cast<uint8_t>(section.id);
      if (section.id == wasm::SectionId::Code)
        out.section(id, code.bytes);
      else if (section.id == wasm::SectionId::Function)
        out.section(id, types.bytes);
      else
        append(out, section.range);
    }
    return out.bytes;
  }
  Body with_body(const Module& module, uint32_t func, const Body& body) const {
    return with_funcs(module, func, body, nullptr);
  }
  Body with_copied_func(const Module& module, uint32_t func) const {
    const NewFunc copy{module.funcs[func].type, bytes_of(module.funcs[func].body)};
    return with_funcs(module, wasm::kNoIndex, {}, &copy);
  }

  Body with_section_changed(const Module& module) {
    const size_t changed = random_.below(module.sections.size());
    ByteWriter out;
    out.header();
    for (size_t i = 0; i < module.sections.size(); ++i) {
      const wasm::Section& section = module.sections[i];
      if (i == changed && section.id != wasm::SectionId::Custom) {
        ByteWriter payload;
        append(payload, section.payload);
        replace_some_bytes(payload.bytes, random_);
        out.section(static_cast<uint8_t>(section.id), payload.bytes);
      } else if (i == changed) {
        ByteWriter payload, content;
        append(content, section.payload);
        replace_some_bytes(content.bytes, random_);
        out.section(0, payload.name(section.name).raw(content.bytes).bytes);
      } else {
        append(out, section.range);
      }
    }
    return out.bytes;
  }

  Bytes bytes_;
  RandomNumbers random_;
};

}  // namespace

std::vector<uint8_t> mutate(Bytes bytes, size_t max_bytes, uint64_t seed) {
  std::vector<uint8_t> mutated = Mutation(bytes, seed).run();
  if (mutated.size() > max_bytes)
    mutated.assign(bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(std::min(bytes.size(), max_bytes)));
  return mutated;
}

}  // namespace wasmscope::fuzz
