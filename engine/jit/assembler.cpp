// SPDX-License-Identifier: Apache-2.0
#include "engine/jit/assembler.h"

#include <algorithm>
#include <cstring>

#include "engine/base/try.h"

namespace wasmscope::jit {

namespace {

constexpr uint8_t kShortJump = 0xEB, kNearJump = 0xE9, kNearCall = 0xE8, kShortConditional = 0x70;
constexpr uint8_t kNearConditional[] = {0x0F, 0x80};

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
  addEncodingOptions(asmjit::EncodingOptions::kOptimizedAlign);   // long nops
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

[[gnu::cold, gnu::noinline]] void Assembler::grow(size_t bytes) {
  _section->_buffer._size = offset();
  CHECK(_code->growBuffer(&_section->_buffer, bytes) == asmjit::kErrorOk);
}

namespace {

constexpr uint8_t kRex = 0x40, kTwoBytes = 0x66, kSecondMap = 0x0F;

bool is_whole(const x86::Gp& reg) { return reg.size() >= 4; }
// The four bits of a REX prefix.
uint8_t rex_bits(const x86::Gp& reg, uint32_t index, uint32_t base) {
  constexpr uint8_t kWide = 8;
  return static_cast<uint8_t>((reg.size() == 8 ? kWide : 0) | (reg.id() >> 3 & 1) << 2 | (index >> 3 & 1) << 1 | (base >> 3 & 1));
}
uint8_t fields(uint32_t mode, uint32_t reg, uint32_t rm) { return static_cast<uint8_t>(mode << 6 | (reg & 7) << 3 | (rm & 7)); }

bool is_based(const x86::Mem& mem) { return mem.baseType() == asmjit::RegType::kX86_Gpq && !mem.hasSegment(); }
uint32_t index_of(const x86::Mem& mem) { return mem.hasIndexReg() ? mem.indexId() : 0; }

constexpr uint32_t kNeedsSib = 4, kNeedsOffset = 5;   // last three bits of bases that have another meaning

// The bytes that say where, of an instruction whose other operand is a register or a number.
[[gnu::always_inline]] inline uint8_t* put_place(uint8_t* at, uint32_t reg, const x86::Mem& mem) {
  const uint32_t base = mem.baseId();
  const int32_t offset = mem.offsetLo32();
  const uint32_t mode = offset == 0 && (base & 7) != kNeedsOffset ? 0 : offset == static_cast<int8_t>(offset) ? 1 : 2;
  if (mem.hasIndexReg()) {
    *at++ = fields(mode, reg, kNeedsSib);
    *at++ = fields(mem.shift(), mem.indexId(), base);
  } else if ((base & 7) == kNeedsSib) {
    *at++ = fields(mode, reg, kNeedsSib);
    *at++ = fields(0, kNeedsSib, base);
  } else {
    *at++ = fields(mode, reg, base);
  }
  std::memcpy(at, &offset, sizeof offset);
  return at + (mode == 0 ? 0 : mode == 1 ? 1 : sizeof offset);
}

template <class T>
uint8_t* put_number(uint8_t* at, T number) {
  std::memcpy(at, &number, sizeof number);
  return at + sizeof number;
}

// A byte of a register that has no other byte by the same number: without a prefix 4 to 7 are bits 8 to 15 of others.
bool is_low_byte(const x86::Gp& reg) { return reg.isGpbLo(); }
constexpr uint32_t kFirstOddByte = 4;

}  // namespace

[[gnu::cold, gnu::noinline]] void Assembler::grow_and_put_based(uint8_t opcode, uint8_t width, uint32_t reg, uint32_t base, int32_t offset) {
  grow(kMostBytes);
  put_based(opcode, width, reg, base, offset);
}

[[gnu::cold, gnu::noinline]] void Assembler::grow_and_put_pair(uint8_t opcode, uint8_t width, uint32_t reg, uint32_t other) {
  grow(kMostBytes);
  put_pair(opcode, width, reg, other);
}

void Assembler::put_based(uint8_t opcode, uint8_t width, uint32_t reg, uint32_t base, int32_t offset) {
  if (is_full()) [[unlikely]] return grow_and_put_based(opcode, width, reg, base, offset);
  uint8_t* at = _bufferPtr;
  const auto rex = static_cast<uint8_t>(width | (reg >> 3) << 2 | base >> 3);
  *at = kRex | rex;
  at += rex != 0;
  const bool is_short = offset == static_cast<int8_t>(offset);
  at[0] = opcode;
  at[1] = fields(is_short ? 1 : 2, reg, base);
  std::memcpy(at + 2, &offset, sizeof offset);
  advance(at + (is_short ? 3 : 2 + sizeof offset));
}

void Assembler::put_pair(uint8_t opcode, uint8_t width, uint32_t reg, uint32_t other) {
  if (is_full()) [[unlikely]] return grow_and_put_pair(opcode, width, reg, other);
  uint8_t* at = _bufferPtr;
  const auto rex = static_cast<uint8_t>(width | (reg >> 3) << 2 | other >> 3);
  *at = kRex | rex;
  at += rex != 0;
  at[0] = opcode;
  at[1] = fields(3, reg, other);
  advance(at + 2);
}

bool Assembler::put(uint8_t opcode, const x86::Gp& reg, const x86::Mem& mem) {
  if (!kIsOurs || !is_whole(reg) || !is_based(mem)) return false;
  uint8_t* at = reserve();
  if (const uint8_t rex = rex_bits(reg, index_of(mem), mem.baseId()); rex != 0) *at++ = kRex | rex;
  *at++ = opcode;
  advance(put_place(at, reg.id(), mem));
  return true;
}

bool Assembler::put_immediate(uint8_t number, const x86::Gp& reg, int64_t value) {
  if (!kIsOurs || !is_whole(reg)) return false;
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

bool Assembler::put(uint8_t number, const x86::Mem& callee) {
  if (!kIsOurs || !is_based(callee)) return false;
  uint8_t* at = reserve();
  if (const auto rex = static_cast<uint8_t>((index_of(callee) >> 3 & 1) << 1 | callee.baseId() >> 3); rex != 0) *at++ = kRex | rex;
  *at++ = 0xFF;
  advance(put_place(at, number, callee));
  return true;
}

bool Assembler::put_constant(const x86::Gp& to, int64_t value) {
  if (!kIsOurs || !is_whole(to)) return false;
  uint8_t* at = reserve();
  const auto low = static_cast<int32_t>(value);
  const auto high_bit = static_cast<uint8_t>(to.id() >> 3);
  if (to.size() == 8) *at++ = static_cast<uint8_t>(kRex | kWide | high_bit);
  else if (high_bit != 0) *at++ = kRex | 1;
  if (to.size() == 8 && low == value) {
    *at++ = 0xC7;
    *at++ = fields(3, 0, to.id());
    advance(put_number(at, low));
    return true;
  }
  *at++ = static_cast<uint8_t>(0xB8 | (to.id() & 7));
  advance(to.size() == 8 ? put_number(at, value) : put_number(at, low));
  return true;
}

bool Assembler::put_constant(const x86::Mem& to, int64_t value) {
  if (!kIsOurs || !is_based(to) || (to.size() == 8 && value != static_cast<int32_t>(value))) return false;
  const uint32_t bytes = to.size();
  if (bytes != 1 && bytes != 2 && bytes != 4 && bytes != 8) return false;
  uint8_t* at = reserve();
  if (bytes == 2) *at++ = kTwoBytes;
  if (const auto rex = static_cast<uint8_t>((bytes == 8 ? kWide : 0) | (index_of(to) >> 3 & 1) << 1 | to.baseId() >> 3); rex != 0) *at++ = kRex | rex;
  *at++ = bytes == 1 ? 0xC6 : 0xC7;
  at = put_place(at, 0, to);
  advance(bytes == 1   ? put_number(at, static_cast<int8_t>(value))
          : bytes == 2 ? put_number(at, static_cast<int16_t>(value))
                       : put_number(at, static_cast<int32_t>(value)));
  return true;
}

// One or two bytes of a register.
bool Assembler::put_small(const x86::Mem& to, const x86::Gp& from) {
  const bool is_byte = is_low_byte(from);
  if (!kIsOurs || (!is_byte && !from.isGpw()) || !is_based(to)) return false;
  uint8_t* at = reserve();
  if (!is_byte) *at++ = kTwoBytes;
  const uint8_t rex = rex_bits(from, index_of(to), to.baseId());
  if (rex != 0 || (is_byte && from.id() >= kFirstOddByte)) *at++ = kRex | rex;
  *at++ = is_byte ? 0x88 : 0x89;
  advance(put_place(at, from.id(), to));
  return true;
}

bool Assembler::put_return() {
  if (!kIsOurs) return false;
  uint8_t* const at = reserve();
  *at = 0xC3;
  advance(at + 1);
  return true;
}

bool Assembler::put_unary(uint8_t number, const x86::Gp& reg) {
  if (!kIsOurs || !is_whole(reg)) return false;
  uint8_t* at = reserve();
  if (const auto rex = static_cast<uint8_t>((reg.size() == 8 ? kWide : 0) | reg.id() >> 3); rex != 0) *at++ = kRex | rex;
  *at++ = 0xF7;
  *at++ = fields(3, number, reg.id());
  advance(at);
  return true;
}

bool Assembler::put_condition(x86::CondCode code, const x86::Gp& reg) {
  if (!kIsOurs || !is_low_byte(reg)) return false;
  uint8_t* at = reserve();
  if (reg.id() >= kFirstOddByte) *at++ = static_cast<uint8_t>(kRex | reg.id() >> 3);
  *at++ = kSecondMap;
  *at++ = 0x90 | encoding_of(code);
  *at++ = fields(3, 0, reg.id());
  advance(at);
  return true;
}

bool Assembler::put_shift(uint8_t number, const x86::Gp& reg, int64_t count) {
  if (!kIsOurs || !is_whole(reg)) return false;
  uint8_t* at = reserve();
  if (const auto rex = static_cast<uint8_t>((reg.size() == 8 ? kWide : 0) | reg.id() >> 3); rex != 0) *at++ = kRex | rex;
  *at++ = count == 1 ? 0xD1 : 0xC1;
  *at++ = fields(3, number, reg.id());
  if (count != 1) *at++ = static_cast<uint8_t>(count);
  advance(at);
  return true;
}

bool Assembler::put_extension(uint8_t opcode, const x86::Gp& to, const x86::Gp& from) {
  if (!kIsOurs || !is_whole(to) || (!is_low_byte(from) && !from.isGpw())) return false;
  uint8_t* at = reserve();
  const uint8_t rex = rex_bits(to, 0, from.id());
  if (rex != 0 || (from.isGpbLo() && from.id() >= kFirstOddByte)) *at++ = kRex | rex;
  *at++ = kSecondMap;
  *at++ = static_cast<uint8_t>(opcode + from.isGpw());
  *at++ = fields(3, to.id(), from.id());
  advance(at);
  return true;
}

bool Assembler::put_extension(uint8_t opcode, const x86::Gp& to, const x86::Mem& from) {
  if (!kIsOurs || !is_whole(to) || !is_based(from) || (from.size() != 1 && from.size() != 2)) return false;
  uint8_t* at = reserve();
  if (const uint8_t rex = rex_bits(to, index_of(from), from.baseId()); rex != 0) *at++ = kRex | rex;
  *at++ = kSecondMap;
  *at++ = static_cast<uint8_t>(opcode + (from.size() == 2));
  advance(put_place(at, to.id(), from));
  return true;
}

// VEX.128 with no third operand; `prefix` is its last field.
bool Assembler::put_vector(uint8_t prefix, uint8_t opcode, const x86::Xmm& reg, const x86::Mem& mem) {
  if (!kIsOurs || !is_based(mem) || reg.id() >= 16) return false;
  const uint32_t index = index_of(mem), base = mem.baseId();
  constexpr uint8_t kShortVex = 0xC5, kLongVex = 0xC4, kFirstMap = 1;
  const auto last = static_cast<uint8_t>(15 << 3 | prefix);
  const auto not_reg = static_cast<uint8_t>(reg.id() >= 8 ? 0 : 0x80);
  uint8_t* at = reserve();
  if (index < 8 && base < 8) {
    *at++ = kShortVex;
    *at++ = not_reg | last;
  } else {
    *at++ = kLongVex;
    *at++ = static_cast<uint8_t>(not_reg | (index >= 8 ? 0 : 0x40) | (base >= 8 ? 0 : 0x20) | kFirstMap);
    *at++ = last;
  }
  *at++ = opcode;
  advance(put_place(at, reg.id(), mem));
  return true;
}

// After the opcode.
void Assembler::put_target(uint8_t* at, const Label& label) {
  std::memset(at, 0, sizeof(int32_t));
  jumps_.push_back({static_cast<uint32_t>(at - bufferData()), label.id()});
  advance(at + sizeof(int32_t));
}

void Assembler::jump(uint8_t opcode, const Label& label) {
  uint8_t* const at = reserve();
  *at = opcode;
  put_target(at + 1, label);
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
  uint8_t* const at = reserve();
  at[0] = kNearConditional[0];
  at[1] = kNearConditional[1] | encoding;
  put_target(at + 2, label);
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
  jump(kNearJump, label);
}

void Assembler::call(const Label& label) { jump(kNearCall, label); }

void Assembler::bind_to_calls(std::span<const Label> labels) {
  constexpr size_t kCallBytes = 1 + sizeof(int32_t);
  uint8_t* at = reserve(labels.size() * kCallBytes);
  auto here = static_cast<uint32_t>(offset());
  auto distance = static_cast<int32_t>(labels.size() * kCallBytes);
  for (const Label& label : labels) {
    if (label.isValid()) {
      CHECK(labels_[label.id()] == kUnbound);
      labels_[label.id()] = here;
    }
    here += kCallBytes;
    distance -= static_cast<int32_t>(kCallBytes);
    *at++ = kNearCall;
    at = put_number(at, distance);
  }
  advance(at);
}

int32_t Assembler::add_line(uint64_t low, uint64_t high) {
  data_.push_back({low, high});
  return place_of(data_.size() - 1);
}

uint8_t* Assembler::append(std::span<const uint8_t> code) {
  uint8_t* const at = reserve(code.size());
  std::memcpy(at, code.data(), code.size());
  advance(at + code.size());
  return at;
}

x86::Mem Assembler::data_at(size_t line, uint32_t bytes) const {
  x86::Mem mem = x86::ptr(origin_, place_of(line));
  mem.setSize(bytes);
  return mem;
}

x86::Mem Assembler::constant(uint64_t low, uint64_t high, uint32_t bytes) {
  const auto [found, is_new] = constants_.try_emplace({low, high}, data_.size());
  if (is_new) data_.push_back({low, high});
  return data_at(found->second, bytes);
}

x86::Mem Assembler::table(std::vector<Label> targets) {
  const size_t lines = (targets.size() * sizeof(uint64_t) + sizeof(Line) - 1) / sizeof(Line);
  data_.resize(data_.size() + lines);
  tables_.push_back({data_.size() - 1, std::move(targets)});
  return data_at(data_.size() - 1, sizeof(uint64_t));
}

void Assembler::copy_to(uint8_t* data_and_code, uint64_t address) {
  for (const Jump& each : jumps_) {
    const auto distance = static_cast<int32_t>(labels_[each.label] - (each.at + sizeof(int32_t)));
    CHECK(labels_[each.label] != kUnbound);
    std::memcpy(bufferData() + each.at, &distance, sizeof distance);
  }
  uint8_t* const code = data_and_code + data_bytes();
  for (size_t i = 0; i < data_.size(); ++i) std::memcpy(code - (i + 1) * sizeof(Line), data_[i].data(), sizeof(Line));
  for (const Table& each : tables_) {
    uint8_t* const table = code + place_of(each.line);
    for (size_t i = 0; i < each.targets.size(); ++i) {
      const uint64_t target = address + data_bytes() + labels_[each.targets[i].id()];
      std::memcpy(table + i * sizeof target, &target, sizeof target);
    }
  }
  std::memcpy(code, bufferData(), code_bytes());
}

}  // namespace wasmscope::jit
