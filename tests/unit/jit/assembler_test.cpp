// SPDX-License-Identifier: Apache-2.0
// What we encode ourselves reads back as what AsmJit encodes.
#include "engine/jit/assembler.h"
#include "engine/jit/call_template.h"

#include <capstone/capstone.h>
#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <string>
#include <vector>

namespace wasmscope::jit {
namespace {

class NoErrors : public asmjit::ErrorHandler {
 public:
  void handleError(asmjit::Error, const char* message, asmjit::BaseEmitter*) override { ADD_FAILURE() << message; }
};

std::string disassemble(const uint8_t* code, size_t bytes) {
  csh handle = 0;
  EXPECT_EQ(cs_open(CS_ARCH_X86, CS_MODE_64, &handle), CS_ERR_OK);
  cs_insn* instructions = nullptr;
  const size_t count = cs_disasm(handle, code, bytes, 0, 0, &instructions);
  std::string text;
  size_t read = 0;
  for (size_t i = 0; i < count; ++i) {
    text += std::string(instructions[i].mnemonic) + " " + instructions[i].op_str + "\n";
    read += instructions[i].size;
  }
  EXPECT_EQ(read, bytes) << text;
  if (count != 0) cs_free(instructions, count);
  cs_close(&handle);
  return text;
}

class Encoding : public testing::Test {
 protected:
  // `emit` is called with both assemblers.
  void compare(const auto& emit) {
    ours_.begin();
    emit(ours_);
    asmjit::CodeHolder holder;
    holder.init(asmjit::Environment::host());
    holder.setErrorHandler(&errors_);
    x86::Assembler theirs(&holder);
    emit(theirs);
    ASSERT_EQ(disassemble(ours_.bufferData(), ours_.offset()), disassemble(theirs.bufferData(), theirs.offset()));
  }

  NoErrors errors_;
  Assembler ours_{errors_};
};

const std::vector<x86::Gp> kRegisters = [] {
  std::vector<x86::Gp> registers;
  for (uint32_t i = 0; i < 16; ++i) {
    registers.push_back(x86::gpd(i));
    registers.push_back(x86::gpq(i));
  }
  return registers;
}();

template <class A, class X, class Y>
void emit_all(A& a, const X& x, const Y& y) {
  a.mov(x, y);
  a.add(x, y);
  a.or_(x, y);
  a.and_(x, y);
  a.sub(x, y);
  a.xor_(x, y);
  a.cmp(x, y);
}

TEST_F(Encoding, OfTwoRegisters) {
  for (const x86::Gp& x : kRegisters)
    for (const x86::Gp& y : kRegisters)
      if (x.size() == y.size())
        compare([&](auto& a) {
          emit_all(a, x, y);
          a.test(x, y);
        });
}

TEST_F(Encoding, OfMemory) {
  for (const x86::Gp& x : kRegisters) {
    for (uint32_t base = 0; base < 16; ++base) {
      for (const int32_t offset : {0, 1, -1, 127, 128, -128, -129, INT32_MAX, INT32_MIN}) {
        compare([&](auto& a) {
          const x86::Mem mem(x86::gpq(base), offset, x.size());
          emit_all(a, x, mem);
          emit_all(a, mem, x);
          a.lea(x, mem);
        });
      }
      for (uint32_t index = 0; index < 16; ++index) {
        if (index == x86::Gp::kIdSp) continue;
        compare([&](auto& a) {
          for (uint32_t shift = 0; shift < 4; ++shift) {
            const x86::Mem mem(x86::gpq(base), x86::gpq(index), shift, static_cast<int32_t>(shift * 100), x.size());
            a.mov(x, mem);
            a.mov(mem, x);
            a.lea(x, mem);
          }
        });
      }
    }
  }
}

TEST_F(Encoding, OfImmediates) {
  for (const x86::Gp& x : kRegisters)
    for (const int64_t value : {int64_t{0}, int64_t{1}, int64_t{-1}, int64_t{127}, int64_t{128}, int64_t{-128}, int64_t{-129}, int64_t{INT32_MAX}, int64_t{INT32_MIN}})
      compare([&](auto& a) {
        a.add(x, asmjit::Imm(value));
        a.or_(x, asmjit::Imm(value));
        a.and_(x, asmjit::Imm(value));
        a.sub(x, asmjit::Imm(value));
        a.xor_(x, asmjit::Imm(value));
        a.cmp(x, asmjit::Imm(value));
      });
}

const std::vector<x86::Gp> kSmallRegisters = [] {
  std::vector<x86::Gp> registers;
  for (uint32_t i = 0; i < 16; ++i) {
    registers.push_back(x86::gpb(i));
    registers.push_back(x86::gpw(i));
  }
  return registers;
}();

// Places of memory: of `bytes`, at every register, near and far, with an index and without one.
std::vector<x86::Mem> places(uint32_t bytes) {
  std::vector<x86::Mem> all;
  for (uint32_t base = 0; base < 16; ++base) {
    for (const int32_t offset : {0, 127, 128, -128, -129}) all.emplace_back(x86::gpq(base), offset, bytes);
    for (uint32_t index = 0; index < 16; ++index)
      if (index != x86::Gp::kIdSp) all.emplace_back(x86::gpq(base), x86::gpq(index), index % 4, static_cast<int32_t>(index * 20), bytes);
  }
  return all;
}

TEST_F(Encoding, OfConstants) {
  for (const int64_t value : {int64_t{0}, int64_t{-1}, int64_t{127}, int64_t{128}, int64_t{INT32_MAX}, int64_t{INT32_MIN}, int64_t{UINT32_MAX}, INT64_MAX, INT64_MIN}) {
    for (const x86::Gp& x : kRegisters)
      if (x.size() == 8 || value == static_cast<int32_t>(value)) compare([&](auto& a) { a.mov(x, asmjit::Imm(value)); });
    for (const uint32_t bytes : {1, 2, 4, 8})
      for (const x86::Mem& mem : places(bytes))
        if (value == static_cast<int8_t>(value) || (bytes >= 4 && value == static_cast<int32_t>(value)))
          compare([&](auto& a) { a.mov(mem, asmjit::Imm(value)); });
  }
}

TEST_F(Encoding, OfOneRegister) {
  for (const x86::Gp& x : kRegisters)
    compare([&](auto& a) {
      a.not_(x);
      a.neg(x);
      for (const int count : {1, 2, 31}) {
        a.shl(x, count);
        a.shr(x, count);
        a.sar(x, count);
      }
    });
}

TEST_F(Encoding, OfSmallRegisters) {
  for (const x86::Gp& small : kSmallRegisters) {
    for (const x86::Gp& x : kRegisters)
      compare([&](auto& a) {
        a.movzx(x, small);
        a.movsx(x, small);
      });
    for (const x86::Mem& mem : places(small.size())) compare([&](auto& a) { a.mov(mem, small); });
  }
  for (const x86::Gp& x : kRegisters)
    for (const uint32_t bytes : {1, 2})
      for (const x86::Mem& mem : places(bytes))
        compare([&](auto& a) {
          a.movzx(x, mem);
          a.movsx(x, mem);
        });
}

TEST_F(Encoding, OfConditions) {
  for (uint8_t code = 0; code < 16; ++code)
    for (uint32_t reg = 0; reg < 16; ++reg)
      compare([&](auto& a) { a.set(static_cast<x86::CondCode>(code), x86::gpb(reg)); });
}

TEST_F(Encoding, OfCallsAndReturns) {
  for (const x86::Mem& mem : places(8)) compare([&](auto& a) { a.call(mem); });
  compare([](auto& a) { a.ret(); });
}

TEST_F(Encoding, OfLoadsAndStores) {
  Assembler plain(errors_);
  for (const x86::Gp& x : kRegisters)
    for (uint32_t base = 0; base < 16; ++base) {
      if ((base & 7) == x86::Gp::kIdSp) continue;
      for (const int32_t offset : {0, 1, 127, 128, -128, -129, INT32_MAX, INT32_MIN}) {
        ours_.begin();
        ours_.load(x, x86::gpq(base), offset);
        ours_.store(x86::gpq(base), offset, x);
        plain.begin();
        plain.mov(x, x86::Mem(x86::gpq(base), offset, x.size()));
        plain.mov(x86::Mem(x86::gpq(base), offset, x.size()), x);
        ASSERT_EQ(disassemble(ours_.bufferData(), ours_.offset()), disassemble(plain.bufferData(), plain.offset()));
      }
    }
}

// Calls from a template are as when each instruction is asked for, numbers and all.
TEST_F(Encoding, OfCallTemplates) {
  const CallTemplate calls;
  Assembler plain(errors_);
  for (const int32_t frame_bytes : {8, 120, 128, 80'000}) {
    CallParts parts{0x12345, 0x0700'1234, 0x0700'1236, reinterpret_cast<const interp::Cell*>(0x7f12'3456'7890), nullptr, frame_bytes, nullptr};
    parts.caller = reinterpret_cast<const runtime::Func*>(0x7f22'3344'5566);
    parts.callee = reinterpret_cast<const runtime::Func*>(0x7f99'8877'6655);
    ours_.begin();
    plain.begin();
    // The second one's data lies elsewhere.
    for (int i = 0; i < 2; ++i, ++parts.pc, ++parts.return_cell) {
      calls.append_to(ours_, parts);
      push_frame(plain, parts);
      plain.mov(x86::rax, reinterpret_cast<uint64_t>(parts.callee));
      plain.call(x86::qword_ptr(x86::rax, kCompiledOffset));
      plain.sub(kFrame, frame_bytes);
      plain.sub(kTop, sizeof(runtime::ControlRecord));
    }
    EXPECT_EQ(disassemble(ours_.bufferData(), ours_.offset()), disassemble(plain.bufferData(), plain.offset()));
    ASSERT_EQ(ours_.data_bytes(), plain.data_bytes());
    std::vector<uint8_t> from_ours(ours_.data_bytes() + ours_.code_bytes()), from_plain(plain.data_bytes() + plain.code_bytes());
    ours_.copy_to(from_ours.data(), 0);
    plain.copy_to(from_plain.data(), 0);
    EXPECT_TRUE(std::equal(from_ours.begin(), from_ours.begin() + static_cast<ptrdiff_t>(ours_.data_bytes()), from_plain.begin()));
  }
}

TEST_F(Encoding, OfVectorsInMemory) {
  for (const uint32_t bytes : {4, 8, 16})
    for (const x86::Mem& mem : places(bytes))
      for (uint32_t reg = 0; reg < 16; ++reg)
        compare([&, x = x86::xmm(reg)](auto& a) {
          switch (bytes) {
            case 4:
              a.vmovss(x, mem);
              a.vmovss(mem, x);
              return;
            case 8:
              a.vmovsd(x, mem);
              a.vmovsd(mem, x);
              return;
            default:
              a.vmovups(x, mem);
              a.vmovups(mem, x);
          }
        });
}

TEST_F(Encoding, OfOddFormsIsLeftToAsmJit) {
  compare([](auto& a) {
    a.mov(x86::al, x86::bl);
    a.mov(x86::byte_ptr(x86::rsi, x86::rcx), x86::ah);
    a.movzx(x86::eax, x86::bh);
    a.movzx(x86::ax, x86::bl);
    a.shr(x86::eax, x86::cl);
    a.add(x86::cl, 1);
  });
}

TEST(Linking, OfJumpsConstantsAndTables) {
  NoErrors errors;
  Assembler assembler(errors);
  for (int round = 0; round < 2; ++round) {
    assembler.begin();
    const asmjit::Label back = assembler.newLabel(), ahead = assembler.newLabel();
    assembler.bind(back);
    assembler.mov(x86::rax, assembler.constant(7, 0, 8));
    assembler.mov(x86::rcx, assembler.constant(8, 0, 8));
    assembler.mov(x86::rdx, assembler.constant(7, 0, 8));
    assembler.lea(x86::rsi, assembler.table({ahead, back}));
    assembler.jz(ahead);
    assembler.jmp(back);
    assembler.bind(ahead);
    assembler.call(back);
    ASSERT_EQ(assembler.data_bytes(), 48u);
    std::vector<uint8_t> placed(assembler.data_bytes() + assembler.code_bytes());
    constexpr uint64_t kAddress = 0x7f12'3456'7890;
    assembler.copy_to(placed.data(), kAddress);
    EXPECT_EQ(disassemble(placed.data() + assembler.data_bytes(), assembler.code_bytes()),
              "mov rax, qword ptr [rip - 0x17]\n"
              "mov rcx, qword ptr [rip - 0x2e]\n"
              "mov rdx, qword ptr [rip - 0x25]\n"
              "lea rsi, [rip - 0x4c]\n"
              "je 0x24\n"
              "jmp 0\n"
              "call 0\n");
    const auto number_at = [&](size_t offset) {
      uint64_t number;
      std::memcpy(&number, placed.data() + offset, sizeof number);
      return number;
    };
    EXPECT_EQ(number_at(0), kAddress + 48 + 0x24);
    EXPECT_EQ(number_at(8), kAddress + 48);
    EXPECT_EQ(number_at(16), 8u);
    EXPECT_EQ(number_at(32), 7u);
  }
}

}  // namespace
}  // namespace wasmscope::jit
