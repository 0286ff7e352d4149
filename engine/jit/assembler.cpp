// SPDX-License-Identifier: Apache-2.0
#include "engine/jit/assembler.h"

#include <algorithm>
#include <cstring>

#include "engine/base/try.h"

namespace wasmscope::jit {

namespace {

constexpr uint8_t kShortJump = 0xEB, kNearJump = 0xE9, kNearCall = 0xE8, kShortConditional = 0x70;
constexpr uint8_t kNearConditional[] = {0x0F, 0x80};
constexpr size_t kMostBytes = 16;   // of one instruction

// AsmJit orders conditions by what they are reversed, not by their encoding.
uint8_t encoding_of(x86::CondCode code) {
  using enum x86::CondCode;
  switch (code) {
    case kO: return 0;
    case kNO: return 1;
    case kB: return 2;
    case kAE: return 3;
    case kE: return 4;
    case kNE: return 5;
    case kBE: return 6;
    case kA: return 7;
    case kS: return 8;
    case kNS: return 9;
    case kP: return 10;
    case kNP: return 11;
    case kL: return 12;
    case kGE: return 13;
    case kLE: return 14;
    case kG: return 15;
    default: CHECK(false);
  }
}

}  // namespace

Assembler::Assembler(asmjit::ErrorHandler& errors) {
  CHECK(holder_.init(asmjit::Environment::host()) == asmjit::kErrorOk);
  holder_.setErrorHandler(&errors);
  CHECK(holder_.attach(this) == asmjit::kErrorOk);
  origin_ = x86::Assembler::newLabel();
  CHECK(x86::Assembler::bind(origin_) == asmjit::kErrorOk);
}

void Assembler::begin() {
  CHECK(setOffset(0) == asmjit::kErrorOk);
  labels_.clear();
  jumps_.clear();
  data_.clear();
  constants_.clear();
  tables_.clear();
}

Assembler::Label Assembler::newLabel() {
  labels_.push_back(kUnbound);
  return Label(static_cast<uint32_t>(labels_.size() - 1));
}

asmjit::Error Assembler::bind(const Label& label) {
  CHECK(labels_[label.id()] == kUnbound);
  labels_[label.id()] = static_cast<uint32_t>(offset());
  return asmjit::kErrorOk;
}

// Room for an instruction at the buffer's end.
uint8_t* Assembler::reserve() {
  if (remainingSpace() < kMostBytes) CHECK(_code->growBuffer(&_section->_buffer, kMostBytes) == asmjit::kErrorOk);
  return bufferPtr();
}

void Assembler::advance(uint8_t* to) {
  _bufferPtr = to;
  _section->_buffer._size = std::max(_section->_buffer._size, offset());
}

namespace {

constexpr uint8_t kRex = 0x40, kWide = 8;

bool is_whole(const x86::Gp& reg) { return reg.size() >= 4; }
// The four bits of a REX prefix.
uint8_t rex_bits(const x86::Gp& reg, uint32_t index, uint32_t base) {
  return static_cast<uint8_t>((reg.size() == 8 ? kWide : 0) | (reg.id() >> 3 & 1) << 2 | (index >> 3 & 1) << 1 | (base >> 3 & 1));
}
uint8_t fields(uint32_t mode, uint32_t reg, uint32_t rm) { return static_cast<uint8_t>(mode << 6 | (reg & 7) << 3 | (rm & 7)); }

}  // namespace

bool Assembler::put(uint8_t opcode, const x86::Gp& reg, const x86::Gp& other) {
#ifdef WASMSCOPE_MUTATION
  return false;
#endif
  if (!is_whole(reg) || other.size() != reg.size()) return false;
  uint8_t* at = reserve();
  if (const uint8_t rex = rex_bits(reg, 0, other.id()); rex != 0) *at++ = kRex | rex;
  *at++ = opcode;
  *at++ = fields(3, reg.id(), other.id());
  advance(at);
  return true;
}

bool Assembler::put(uint8_t opcode, const x86::Gp& reg, const x86::Mem& mem) {
#ifdef WASMSCOPE_MUTATION
  return false;
#endif
  constexpr uint32_t kNeedsSib = 4, kNeedsOffset = 5;   // last three bits of bases that have another meaning
  if (!is_whole(reg) || !mem.hasBaseReg() || mem.hasSegment() || mem.baseType() != asmjit::RegType::kX86_Gpq) return false;
  const uint32_t base = mem.baseId(), index = mem.hasIndexReg() ? mem.indexId() : 0;
  const int32_t offset = mem.offsetLo32();
  const uint32_t mode = offset == 0 && (base & 7) != kNeedsOffset ? 0 : offset == static_cast<int8_t>(offset) ? 1 : 2;
  uint8_t* at = reserve();
  if (const uint8_t rex = rex_bits(reg, index, base); rex != 0) *at++ = kRex | rex;
  *at++ = opcode;
  if (mem.hasIndexReg()) {
    *at++ = fields(mode, reg.id(), kNeedsSib);
    *at++ = fields(mem.shift(), index, base);
  } else if ((base & 7) == kNeedsSib) {
    *at++ = fields(mode, reg.id(), kNeedsSib);
    *at++ = fields(0, kNeedsSib, base);
  } else {
    *at++ = fields(mode, reg.id(), base);
  }
  if (mode == 1) {
    *at++ = static_cast<uint8_t>(offset);
  } else if (mode == 2) {
    std::memcpy(at, &offset, sizeof offset);
    at += sizeof offset;
  }
  advance(at);
  return true;
}

bool Assembler::put_immediate(uint8_t number, const x86::Gp& reg, int64_t value) {
#ifdef WASMSCOPE_MUTATION
  return false;
#endif
  if (!is_whole(reg)) return false;
  const auto low = static_cast<int32_t>(value);
  if (reg.size() == 8 && low != value) return false;
  const bool is_short = low == static_cast<int8_t>(low);
  uint8_t* at = reserve();
  if (const auto rex = static_cast<uint8_t>((reg.size() == 8 ? kWide : 0) | reg.id() >> 3); rex != 0) *at++ = kRex | rex;
  *at++ = is_short ? 0x83 : 0x81;
  *at++ = fields(3, number, reg.id());
  std::memcpy(at, &low, sizeof low);
  advance(at + (is_short ? 1 : sizeof low));
  return true;
}

void Assembler::jump(const uint8_t* opcode, size_t opcode_bytes, const Label& label) {
  uint8_t* const at = reserve();
  std::memcpy(at, opcode, opcode_bytes);
  std::memset(at + opcode_bytes, 0, sizeof(int32_t));
  jumps_.push_back({static_cast<uint32_t>(offset() + opcode_bytes), label.id()});
  advance(at + opcode_bytes + sizeof(int32_t));
}

void Assembler::j(x86::CondCode code, const Label& label) {
#ifdef WASMSCOPE_MUTATION
  code = mutator.change(code);
#endif
  const uint8_t encoding = encoding_of(code);
  if (const uint32_t target = labels_[label.id()]; target != kUnbound) {
    const int64_t distance = int64_t{target} - static_cast<int64_t>(offset() + 2);
    if (distance >= INT8_MIN) {
      uint8_t* const at = reserve();
      at[0] = kShortConditional | encoding;
      at[1] = static_cast<uint8_t>(distance);
      return advance(at + 2);
    }
  }
  const uint8_t opcode[] = {kNearConditional[0], static_cast<uint8_t>(kNearConditional[1] | encoding)};
  jump(opcode, sizeof opcode, label);
}

void Assembler::jmp(const Label& label) {
  if (const uint32_t target = labels_[label.id()]; target != kUnbound) {
    const int64_t distance = int64_t{target} - static_cast<int64_t>(offset() + 2);
    if (distance >= INT8_MIN) {
      uint8_t* const at = reserve();
      at[0] = kShortJump;
      at[1] = static_cast<uint8_t>(distance);
      return advance(at + 2);
    }
  }
  jump(&kNearJump, 1, label);
}

void Assembler::call(const Label& label) { jump(&kNearCall, 1, label); }

x86::Mem Assembler::data_at(size_t line, uint32_t bytes) const {
  x86::Mem mem = x86::ptr(origin_, -static_cast<int32_t>((line + 1) * sizeof(Line)));
  mem.setSize(bytes);
  return mem;
}

x86::Mem Assembler::constant(uint64_t low, uint64_t high, uint32_t bytes) {
  const auto [found, is_new] = constants_.try_emplace({low, high}, data_.size());
  if (is_new) data_.push_back({low, high});
  return data_at(found->second, bytes);
}

x86::Mem Assembler::table(std::vector<Label> targets) {
  const size_t lines = (targets.size() * sizeof(int32_t) + sizeof(Line) - 1) / sizeof(Line);
  data_.resize(data_.size() + lines);
  tables_.push_back({data_.size() - 1, std::move(targets)});
  return data_at(data_.size() - 1, sizeof(int32_t));
}

void Assembler::copy_to(uint8_t* data_and_code) {
  for (const Jump& each : jumps_) {
    const auto distance = static_cast<int32_t>(labels_[each.label] - (each.at + sizeof(int32_t)));
    CHECK(labels_[each.label] != kUnbound);
    std::memcpy(bufferData() + each.at, &distance, sizeof distance);
  }
  uint8_t* const code = data_and_code + data_bytes();
  for (size_t i = 0; i < data_.size(); ++i) std::memcpy(code - (i + 1) * sizeof(Line), data_[i].data(), sizeof(Line));
  for (const Table& each : tables_) {
    const int64_t place = -static_cast<int64_t>((each.line + 1) * sizeof(Line));
    for (size_t i = 0; i < each.targets.size(); ++i) {
      const auto distance = static_cast<int32_t>(int64_t{labels_[each.targets[i].id()]} - place);
      std::memcpy(code + place + static_cast<int64_t>(i * sizeof distance), &distance, sizeof distance);
    }
  }
  std::memcpy(code, bufferData(), code_bytes());
}

}  // namespace wasmscope::jit
