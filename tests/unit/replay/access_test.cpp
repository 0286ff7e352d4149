// SPDX-License-Identifier: Apache-2.0
// Single accesses, above all reads and what is out of bounds; tests/tiers/access_test.cpp checks writes of everything.
#include "engine/replay/access.h"

#include <gtest/gtest.h>

#include "engine/binary/decoder.h"
#include "engine/binary/instruction_reader.h"
#include "engine/interp/interpreter.h"
#include "engine/text/parser.h"
#include "engine/validate/validate.h"

namespace wasmscope::replay {
namespace {

using wasm::Op;

// A module's function "f" without arguments, run up to the first instruction of a kind.
class Subject {
 public:
  explicit Subject(const std::string& fields) {
    auto parsed = text::parse_module("(module " + fields + ")", wasm::Features());
    EXPECT_TRUE(parsed.has_value());
    const auto bytes = std::make_shared<const std::vector<uint8_t>>(std::move(parsed->bytes));
    wasm::Module decoded = *binary::decode(*bytes, wasm::Features());
    decoded.owned = bytes;
    module_ = std::make_shared<const wasm::Module>(std::move(decoded));
    EXPECT_TRUE(validate::validate(*module_, wasm::Features()));
    auto made = runtime::instantiate(store_, module_, {});
    instance_ = made->result.instance;
    interpreter_.add_instance(*instance_);
    execution_ = *runtime::Execution::create(0);
    execution_->begin(*instance_->funcs[module_->find_export("f")->index], {});
  }
  ~Subject() { interpreter_.remove(*execution_); }

  Accesses at(Op op) {
    do {
      const auto outcome = interpreter_.run(*execution_, {.mode = interp::Mode::Step});
      if (!std::holds_alternative<runtime::Paused>(outcome)) {
        ADD_FAILURE() << "the instruction is not reached";
        return {};
      }
    } while (current() != op);
    return reader_.at(*execution_);
  }

 private:
  Op current() const {
    binary::Instruction in;
    binary::InstructionReader(module_->bytes, {execution_->pc, module_->bytes.size()}).next(in).value();
    return in.op;
  }

  std::shared_ptr<const wasm::Module> module_;
  runtime::Store store_;
  runtime::Instance* instance_ = nullptr;
  interp::Interpreter interpreter_{store_};
  std::unique_ptr<runtime::Execution> execution_;
  AccessReader reader_{store_};
};

std::string kind_text(AccessKind kind) {
  static constexpr const char* kTexts[kAccessKinds] = {"memory", "pages", "table", "elements", "global",
                                                       "local",  "object", "data", "elem"};
  return kTexts[static_cast<size_t>(kind)];
}

std::string text(const Accesses& accesses) {
  std::string all = accesses.are_made ? "" : "traps:";
  for (const Access& access : accesses) {
    all += (all.empty() ? "" : " ") + std::string(access.is_read ? "r" : "") + (access.is_write ? "w" : "") + " " +
           kind_text(access.kind) + " " + std::to_string(access.index) + " [" + std::to_string(access.begin) + "+" +
           std::to_string(access.count) + (access.in_bounds ? "]" : "] outside");
  }
  return all;
}

std::string accesses(Op op, const std::string& body, const std::string& fields = "(memory 1)(memory 2)") {
  return text(Subject(fields + "(func (export \"f\") " + body + ")").at(op));
}

TEST(Access, LoadAndStore) {
  EXPECT_EQ(accesses(Op::I32Load, "(drop (i32.load 1 offset=8 (i32.const 100)))"), "r memory 1 [108+4]");
  EXPECT_EQ(accesses(Op::I64Store16, "(i64.store16 offset=2 (i32.const 65532) (i64.const 1))"), "w memory 0 [65534+2]");
  EXPECT_EQ(accesses(Op::V128Load64Lane, "(drop (v128.load64_lane 1 (i32.const 3) (v128.const i64x2 0 0)))"), "r memory 0 [3+8]");
  EXPECT_EQ(accesses(Op::V128Load8Splat, "(drop (v128.load8_splat (i32.const 3)))"), "r memory 0 [3+1]");
  EXPECT_EQ(accesses(Op::V128Load8x8S, "(drop (v128.load8x8_s (i32.const 3)))"), "r memory 0 [3+8]");
}

TEST(Access, LoadOfWhatIsInALocal) {
  EXPECT_EQ(accesses(Op::I32Load8U, "(local i32) (local.set 0 (i32.const 7)) (drop (i32.load8_u (local.get 0)))"),
            "r memory 0 [7+1]");
}

TEST(Access, PastTheEndOfAMemory) {
  EXPECT_EQ(accesses(Op::I32Load, "(drop (i32.load offset=1 (i32.const 65532)))"), "traps: r memory 0 [65533+4] outside");
  EXPECT_EQ(accesses(Op::MemoryCopy, "(memory.copy 0 1 (i32.const 5) (i32.const 131070) (i32.const 3))"),
            "traps: w memory 0 [5+3] r memory 1 [131070+3] outside");
  EXPECT_EQ(accesses(Op::I32Load, "(drop (i32.load offset=8 (i64.const -4)))", "(memory i64 1)"),
            "traps: r memory 0 [4+4] outside");
}

TEST(Access, Atomic) {
  const std::string memory = "(memory 1)";
  EXPECT_EQ(accesses(Op::I64AtomicRmw16AddU, "(drop (i64.atomic.rmw16.add_u (i32.const 4) (i64.const 1)))", memory), "rw memory 0 [4+2]");
  EXPECT_EQ(accesses(Op::I32AtomicLoad, "(drop (i32.atomic.load (i32.const 4)))", memory), "r memory 0 [4+4]");
  EXPECT_EQ(accesses(Op::I32AtomicLoad, "(drop (i32.atomic.load (i32.const 5)))", memory), "traps: r memory 0 [5+4]");
  EXPECT_EQ(accesses(Op::MemoryAtomicNotify, "(drop (memory.atomic.notify (i32.const 4) (i32.const 1)))", memory), "r memory 0 [4+4]");
}

TEST(Access, ComparingExchangeWritesIfItFindsWhatItExpects) {
  EXPECT_EQ(accesses(Op::I32AtomicRmwCmpxchg, "(drop (i32.atomic.rmw.cmpxchg (i32.const 4) (i32.const 0) (i32.const 1)))"), "rw memory 0 [4+4]");
  EXPECT_EQ(accesses(Op::I32AtomicRmwCmpxchg, "(drop (i32.atomic.rmw.cmpxchg (i32.const 4) (i32.const 2) (i32.const 1)))"), "r memory 0 [4+4]");
}

TEST(Access, Growth) {
  const std::string limited = "(memory 1 3)(table 2 4 funcref)";
  EXPECT_EQ(accesses(Op::MemoryGrow, "(drop (memory.grow (i32.const 2)))", limited), "rw pages 0 [1+2] w memory 0 [65536+131072]");
  EXPECT_EQ(accesses(Op::MemoryGrow, "(drop (memory.grow (i32.const 3)))", limited), "r pages 0 [1+0]");
  EXPECT_EQ(accesses(Op::TableGrow, "(drop (table.grow (ref.null func) (i32.const 1)))", limited), "rw elements 0 [2+1] w table 0 [2+1]");
}

TEST(Access, LocalsAndGlobals) {
  const std::string fields = "(global (mut i32) (i32.const 0))(global $v (mut v128) (v128.const i64x2 0 0))";
  EXPECT_EQ(accesses(Op::GlobalSet, "(global.set $v (global.get $v))", fields), "w global 1 [0+2]");
  EXPECT_EQ(accesses(Op::GlobalGet, "(drop (global.get 0))", fields), "r global 0 [0+1]");
  EXPECT_TRUE(accesses(Op::LocalTee, "(local i32 i64) (drop (local.tee 1 (i64.const 1)))").starts_with("w local 1 ["));
}

TEST(Access, IndirectCallReadsTheTable) {
  const std::string fields = "(table 3 funcref) (elem (i32.const 1) $g) (func $g)";
  EXPECT_EQ(accesses(Op::CallIndirect, "(call_indirect (i32.const 1))", fields), "r table 0 [1+1]");
  EXPECT_EQ(accesses(Op::CallIndirect, "(call_indirect (i32.const 3))", fields), "traps: r table 0 [3+1] outside");
}

TEST(Access, Segments) {
  const std::string fields = "(memory 1)(data $d \"abcdef\")(table 2 funcref)(elem $e func $g)(func $g)(type $bytes (array (mut i16)))";
  EXPECT_EQ(accesses(Op::MemoryInit, "(memory.init $d (i32.const 8) (i32.const 1) (i32.const 3))", fields), "w memory 0 [8+3] r data 0 [1+3]");
  EXPECT_EQ(accesses(Op::MemoryInit, "(data.drop $d) (memory.init $d (i32.const 8) (i32.const 1) (i32.const 3))", fields),
            "traps: w memory 0 [8+3] r data 0 [1+3] outside");
  EXPECT_EQ(accesses(Op::DataDrop, "(data.drop $d)", fields), "w data 0 [0+6]");
  EXPECT_EQ(accesses(Op::TableInit, "(table.init $e (i32.const 1) (i32.const 0) (i32.const 1))", fields), "w table 0 [1+1] r elem 0 [0+1]");
  EXPECT_EQ(accesses(Op::ArrayNewData, "(drop (array.new_data $bytes $d (i32.const 2) (i32.const 2)))", fields), "r data 0 [2+4]");
}

TEST(Access, Objects) {
  const std::string fields = "(type $pair (struct (field i8) (field $wide (mut i64))))(type $shorts (array (mut i16)))";
  const std::string pair = "(struct.new $pair (i32.const 1) (i64.const 2))", array = "(array.new_default $shorts (i32.const 4))";
  EXPECT_EQ(accesses(Op::StructSet, "(struct.set $pair $wide " + pair + " (i64.const 5))", fields), "w object 1 [16+8]");
  EXPECT_EQ(accesses(Op::StructGetS, "(drop (struct.get_s $pair 0 (ref.null $pair)))", fields), "traps: r object 0 [8+1] outside");
  EXPECT_EQ(accesses(Op::ArraySet, "(array.set $shorts " + array + " (i32.const 3) (i32.const 9))", fields), "w object 0 [14+2]");
  EXPECT_EQ(accesses(Op::ArraySet, "(array.set $shorts " + array + " (i32.const 4) (i32.const 9))", fields), "traps: w object 0 [16+2] outside");
  EXPECT_EQ(accesses(Op::ArrayLen, "(drop (array.len " + array + "))", fields), "r object 0 [4+4]");
  EXPECT_EQ(accesses(Op::StructNew, "(drop " + pair + ")", fields), "");
}

TEST(Access, WhatOnlyComputesTouchesNothing) {
  EXPECT_EQ(accesses(Op::I32Add, "(drop (i32.add (i32.const 1) (i32.const 2)))"), "");
}

TEST(Access, SetsOfInstructions) {
  EXPECT_TRUE(ops_that_write(AccessKind::Memory)[static_cast<size_t>(Op::F64Store)]);
  EXPECT_FALSE(ops_that_read(AccessKind::Memory)[static_cast<size_t>(Op::F64Store)]);
  EXPECT_TRUE(ops_that_read(AccessKind::Memory)[static_cast<size_t>(Op::V128Load32x2U)]);
  EXPECT_FALSE(ops_that_write(AccessKind::Memory)[static_cast<size_t>(Op::MemoryAtomicWait64)]);
  EXPECT_TRUE(ops_that_write(AccessKind::Memory)[static_cast<size_t>(Op::I32AtomicRmwXchg)]);
  EXPECT_TRUE(ops_that_read(AccessKind::Table)[static_cast<size_t>(Op::ReturnCallIndirect)]);
  EXPECT_EQ(ops_that_write(AccessKind::Local).count(), 2U);
}

}  // namespace
}  // namespace wasmscope::replay
