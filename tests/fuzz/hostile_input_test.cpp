// SPDX-License-Identifier: Apache-2.0
// Broken and malicious modules through decoding and validation: no crash, an error that points into the file,
// memory in proportion to the file, and time that grows with it no faster than linearly.
#include <gtest/gtest.h>

#include <chrono>
#include <random>

#include "engine/base/file.h"
#include "engine/binary/decoder.h"
#include "engine/runtime/store.h"
#include "engine/validate/validate.h"
#include "tests/fuzz/allocation_meter.h"
#include "tests/support/module_builder.h"

namespace wasmscope {
namespace {

using test::AllocationMeter;
using test::ByteWriter;
using test::code;
using test::CodeWriter;
using test::ModuleBuilder;
using wasm::ExternKind;
using wasm::Op;

// The base leaves room for an operand stack of the greatest height that any function may need.
constexpr size_t kBaseBytes = 256 << 20, kBytesPerFileByte = 1000;
constexpr size_t kSmallBaseBytes = 1 << 20;

std::optional<Error> decode_and_validate(const std::vector<uint8_t>& bytes, const wasm::Features& features) {
  binary::DecodeOutcome outcome = binary::decode_partial(bytes, features);
  if (outcome.error) return std::move(outcome.error);
  auto result = validate::validate(outcome.module, features);
  if (!result) return std::move(result.error());
  return std::nullopt;
}

// The bounds that hold for any input whatsoever.
std::optional<Error> check(const std::vector<uint8_t>& bytes, const wasm::Features& features = wasm::Features(),
                           size_t base_bytes = kSmallBaseBytes) {
  const AllocationMeter meter;
  std::optional<Error> error = decode_and_validate(bytes, features);
  EXPECT_LE(meter.peak_bytes(), base_bytes + kBytesPerFileByte * bytes.size()) << bytes.size() << " bytes";
  if (error && error->has_range) {
    EXPECT_LE(error->range.begin, error->range.end) << to_line(*error, nullptr);
    EXPECT_LE(error->range.end, bytes.size()) << to_line(*error, nullptr);
    EXPECT_FALSE(to_report(*error, bytes, nullptr).empty());
  }
  return error;
}

std::vector<uint8_t> plain_module() {
  ModuleBuilder builder;
  builder.import_func("env", "log", "il_");
  builder.memory(1, 4);
  builder.table(4);
  const uint32_t global = builder.global('i', wasm::Mutability::Var, code().i32(7));
  CodeWriter body;
  body.block(Op::Block).block(Op::Loop, 'i').local_get(0).op(Op::I32Eqz).op(Op::BrIf, 1);
  body.local_get(0).i32(1).op(Op::I32Sub).local_set(0).local_get(0).op(Op::GlobalSet, global);
  body.local_get(0).local_get(0).access(Op::I32Store, 2, 16).local_get(0).access(Op::I32Load8U, 0, 300);
  body.bytes_of({0x0E, 0x02, 0x01, 0x00, 0x01}).end().op(Op::Drop).end();
  body.local_get(0).block(Op::If, 'i').i32(1).op(Op::Else).i32(2).end().op(Op::Call, 1);
  const uint32_t first = builder.func("i_i", body, "ild");
  builder.func("id_d", code().local_get(1).f64(0x4000000000000000).op(Op::F64Mul).op(Op::Return));
  builder.func("_i", code().i32(3).i32(1).op(Op::CallIndirect, builder.type("i_i"), 0));
  builder.func("_", code()
                        .i32(0)
                        .i32(8)
                        .i32(16)
                        .op(Op::MemoryCopy, 0, 0)
                        .i32(0)
                        .i32(0)
                        .i32(1)
                        .op(Op::MemoryInit, 0, 0)
                        .op(Op::DataDrop, 0));
  builder.export_item("first", ExternKind::Func, first);
  builder.export_item("memory", ExternKind::Memory, 0);
  builder.elem(code().i32(0), {1, 2, 3});
  builder.data(code().i32(64), "some bytes");
  builder.custom("name", ByteWriter().section(1, ByteWriter().leb(1).leb(1).name("first").bytes).bytes);
  return builder.bytes();
}

std::vector<uint8_t> modern_module() {
  ModuleBuilder builder;
  builder.raw_type({0x4E, 0x02, 0x50, 0x00, 0x5F, 0x02, 0x63, 0x01, 0x01, 0x78, 0x00,    // rec: an open struct ...
                    0x4F, 0x01, 0x00, 0x5F, 0x03, 0x63, 0x01, 0x01, 0x78, 0x00, 0x7E,
                    0x01});   // ... and below it another
  builder.raw_type({0x5E, 0x77, 0x01});
  // The group above holds types 0 and 1, so that the builder's own numbers are one behind.
  const uint32_t none = builder.type("_") + 1;
  const uint32_t tag_type = builder.type("i_") + 1;
  builder.raw_memory({0x04, 0x01});
  CodeWriter body;
  body.block(Op::Block).block(Op::Block, 'i');
  body.bytes_of({0x1F, 0x40, 0x02, 0x00, 0x00, 0x00, 0x02, 0x01});                  // try_table
  body.i32(5).op(Op::Throw, 0).end().i32(6).end().op(Op::Drop).end();
  body.bytes_of({0xFB, 0x01, 0x01, 0xFB, 0x17, 0x00, 0x1A});                        // struct.new_default, cast, drop
  body.i32(3).bytes_of({0xFB, 0x07, 0x02, 0xFB, 0x0F, 0x1A});                       // array.new_default, len, drop
  body.i64(0).bytes_of({0xFD, 0x00, 0x04, 0x00, 0xFD, 0x15, 0x03, 0x1A});           // v128.load, extract, drop
  body.bytes_of({0xD2, 0x00, 0xD4, 0x14}).leb(none);  // ref.func, as_non_null, call_ref
  builder.raw_func(none, ByteWriter().leb(1).leb(2).u8(0x6E).raw(body.bytes).u8(0x0B).bytes);
  builder.export_item("f", ExternKind::Func, 0);
  std::vector<uint8_t> bytes = builder.bytes();
  // The builder knows no tag of a raw type: put the section where it belongs, after the memory section.
  const std::vector<uint8_t> memory = ByteWriter().section(5, {1, 0x04, 0x01}).bytes;
  const auto at =
      std::search(bytes.begin(), bytes.end(), memory.begin(), memory.end()) + static_cast<ptrdiff_t>(memory.size());
  const std::vector<uint8_t> tag = ByteWriter().section(13, ByteWriter().leb(1).u8(0).leb(tag_type).bytes).bytes;
  bytes.insert(at, tag.begin(), tag.end());
  return bytes;
}

std::vector<std::vector<uint8_t>> seeds() {
  std::vector<std::vector<uint8_t>> all = {plain_module(), modern_module()};
  all.push_back(*read_file("tests/fixtures/hello/hello.wasm"));
  return all;
}

TEST(HostileInput, SeedsAreValid) {
  for (const auto& seed : seeds()) {
    const auto error = check(seed);
    EXPECT_FALSE(error) << to_report(*error, seed, nullptr);
  }
}

TEST(HostileInput, EveryTruncationIsAnError) {
  for (const auto& seed : {plain_module(), modern_module()})
    for (size_t size = 0; size < seed.size(); ++size) {
      const std::vector<uint8_t> cut(seed.begin(), seed.begin() + static_cast<ptrdiff_t>(size));
      const binary::DecodeOutcome outcome = binary::decode_partial(cut, wasm::Features());
      // Cutting between sections may leave a whole module.
      const auto error = check(cut);
      if (size < 8) {
        EXPECT_TRUE(error);
      }
      EXPECT_EQ(outcome.error.has_value(), error && (kind_of(error->code) == ErrorKind::Malformed));
    }
}

TEST(HostileInput, EveryByteMayBeAnything) {
  for (const auto& seed : {plain_module(), modern_module()})
    for (size_t at = 8; at < seed.size(); ++at) {
      std::vector<uint8_t> changed = seed;
      for (const int value : {0x00, 0x01, 0x0B, 0x40, 0x7F, 0x80, 0xFB, 0xFD, 0xFF}) {
        changed[at] = static_cast<uint8_t>(value);
        check(changed);
      }
    }
}

class Mutator {
 public:
  explicit Mutator(uint32_t seed) : random_(seed) {}

  std::vector<uint8_t> mutate(std::vector<uint8_t> bytes, const std::vector<uint8_t>& other) {
    for (uint32_t n = 1 + below(4); n > 0 && bytes.size() > 8; --n) {
      const auto at = bytes.begin() + static_cast<ptrdiff_t>(8 + below(bytes.size() - 8));
      const auto rest = static_cast<size_t>(bytes.end() - at);
      switch (below(6)) {
        case 0: *at ^= static_cast<uint8_t>(1u << below(8)); break;
        case 1: *at = static_cast<uint8_t>(random_()); break;
        case 2: bytes.insert(at, static_cast<uint8_t>(random_())); break;
        case 3: bytes.erase(at, at + static_cast<ptrdiff_t>(1 + below(std::min<size_t>(rest, 8)))); break;
        case 4: {  // the largest LEB128 numbers
          const uint8_t huge[] = {0xFF, 0xFF, 0xFF, 0xFF, static_cast<uint8_t>(below(2) == 0 ? 0x0F : 0x7F)};
          std::copy_n(huge, std::min<size_t>(rest, sizeof huge), at);
          break;
        }
        default: {  // a piece of another module
          const size_t from = below(other.size()), size = std::min<size_t>(below(16) + 1, other.size() - from);
          bytes.insert(at, other.begin() + static_cast<ptrdiff_t>(from),
                       other.begin() + static_cast<ptrdiff_t>(from + size));
        }
      }
    }
    return bytes;
  }
  uint32_t below(size_t end) { return static_cast<uint32_t>(random_() % end); }

 private:
  std::mt19937 random_;
};

TEST(HostileInput, MutationsStayWithinBounds) {
  const auto all = seeds();
  const wasm::Features everything = *wasm::parse_features("all");
  Mutator mutator(2024);
  size_t valid = 0;
  for (int i = 0; i < 20000; ++i) {
    const auto& seed = all[mutator.below(i % 10 == 0 ? 3 : 2)];
    if (!check(mutator.mutate(seed, all[mutator.below(2)]), i % 2 == 0 ? everything : wasm::Features())) ++valid;
    if (HasFailure()) break;
  }
  EXPECT_GT(valid, 100u);  // else the mutations are too wild to get past the decoder
}

TEST(HostileInput, ClaimedCountsAllocateNothing) {
  for (uint8_t id = 1; id <= 13; ++id) {
    const auto error = check(ByteWriter().header().section(id, {0xFF, 0xFF, 0xFF, 0xFF, 0x0F}).bytes);
    if (id != 8) {
      EXPECT_TRUE(error) << int{id};
    }
  }
  check(ByteWriter().header().section(1, {0x01, 0x60, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F}).bytes);
  check(ByteWriter().header().section(1, {0x01, 0x4E, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F}).bytes);
  check(ByteWriter().header().section(9, {0x01, 0x01, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F}).bytes);
}

std::vector<uint8_t> module_of(const CodeWriter& body, std::string_view signature = "_") {
  ModuleBuilder builder;
  builder.func(signature, body);
  return builder.bytes();
}

CodeWriter repeated(size_t count, const CodeWriter& part) {
  CodeWriter out;
  out.bytes.reserve(count * part.bytes.size());
  for (size_t i = 0; i < count; ++i) out.raw(part.bytes);
  return out;
}

double seconds_for(const std::vector<uint8_t>& bytes, bool is_valid) {
  const auto begin = std::chrono::steady_clock::now();
  const auto error = check(bytes, wasm::Features(), kBaseBytes);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  EXPECT_EQ(!error, is_valid) << (error ? to_line(*error, nullptr) : "");
  return seconds;
}
// Generous: a quadratic algorithm takes minutes on each of these.
constexpr double kMaxSeconds = 20;

TEST(HostileInput, DeepNestingIsLinear) {
  constexpr size_t kDepth = 1'000'000;
  for (const Op op : {Op::Block, Op::Loop}) {
    CodeWriter body = repeated(kDepth, code().block(op));
    body.raw(repeated(kDepth, code().end()).bytes);
    EXPECT_LT(seconds_for(module_of(body), true), kMaxSeconds);
  }
  EXPECT_LT(seconds_for(module_of(repeated(kDepth, code().block(Op::Block))), false), kMaxSeconds);
  CodeWriter ifs = repeated(kDepth, code().i32(0).block(Op::If));
  ifs.raw(repeated(kDepth, code().op(Op::Else).end()).bytes);
  EXPECT_LT(seconds_for(module_of(ifs), true), kMaxSeconds);
}

TEST(HostileInput, ManyLocalsCostNothing) {
  ModuleBuilder builder;
  const uint32_t type = builder.type("_");
  for (int i = 0; i < 20000; ++i) builder.raw_func(type, {0x01, 0xD0, 0x86, 0x03, 0x7F, 0x0B});
  EXPECT_LT(seconds_for(builder.bytes(), true), kMaxSeconds);
}

TEST(HostileInput, BranchTablesToManyLabels) {
  constexpr uint32_t kLabels = 60'000;
  CodeWriter table;
  table.i32(0).op(Op::BrTable).leb(kLabels);
  for (uint32_t i = 0; i <= kLabels; ++i) table.leb(i);
  CodeWriter body = repeated(kLabels, code().block(Op::Block));
  for (int i = 0; i < 20; ++i) {
    body.block(Op::Block).raw(table.bytes);
    body.end();
  }
  body.raw(repeated(kLabels, code().end()).bytes);
  EXPECT_LT(seconds_for(module_of(body), true), kMaxSeconds);
}

TEST(HostileInput, CallsWithManyResults) {
  ModuleBuilder builder;
  const uint32_t many = builder.func("_" + std::string(1000, 'i'), code().op(Op::Unreachable));
  CodeWriter body = repeated(500'000, code().op(Op::Call, many));
  builder.func("_", body.op(Op::Unreachable));
  EXPECT_LT(seconds_for(builder.bytes(), false), kMaxSeconds);
}

TEST(HostileInput, ManyTypes) {
  ModuleBuilder distinct;
  for (uint32_t i = 0; i < 100'000; ++i) distinct.raw_type({0x50, 0x00, 0x5F, 0x01, 0x7F, static_cast<uint8_t>(i & 1)});
  EXPECT_LT(seconds_for(distinct.bytes(), true), kMaxSeconds);
  // One group in which every type names every other one would be quadratic to compare pair by pair.
  ByteWriter group;
  group.u8(0x4E).leb(50'000);
  for (uint32_t i = 0; i < 50'000; ++i)
    group.u8(0x50).u8(0).u8(0x5F).leb(1).u8(0x63).signed_leb((i + 1) % 50'000).u8(1);
  ModuleBuilder cyclic;
  cyclic.raw_type(group.bytes);
  cyclic.raw_type(group.bytes);
  EXPECT_LT(seconds_for(cyclic.bytes(), true), kMaxSeconds);
  // A chain of supertypes longer than the limit.
  ModuleBuilder chain;
  chain.raw_type({0x50, 0x00, 0x5F, 0x00});
  for (uint32_t i = 0; i < 1000; ++i) chain.raw_type(ByteWriter().u8(0x50).leb(1).leb(i).u8(0x5F).u8(0).bytes);
  EXPECT_LT(seconds_for(chain.bytes(), false), kMaxSeconds);
}

TEST(HostileInput, ManyFunctionTypesInstantiate) {
  constexpr uint32_t kTypes = 300'000;
  ByteWriter types;
  types.leb(kTypes);
  for (uint32_t i = 0; i < kTypes; ++i) {
    types.u8(0x60).leb(10);
    for (int k = 0; k < 10; ++k) types.u8(0x7C + (i >> 2 * k & 3));
    types.leb(0);
  }
  const std::vector<uint8_t> bytes = ByteWriter().header().section(1, types.bytes).bytes;
  auto module = binary::decode(bytes, wasm::Features());
  ASSERT_TRUE(module && validate::validate(*module, wasm::Features()));
  const auto begin = std::chrono::steady_clock::now();
  runtime::Store store;
  const auto outcome =
      runtime::instantiate(store, std::make_shared<const wasm::Module>(std::move(*module)), runtime::Imports());
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  ASSERT_TRUE(outcome.has_value());
  EXPECT_EQ(outcome->result.instance->canonical_types.back(), kTypes - 1);
  EXPECT_LT(seconds, kMaxSeconds);
}

// A few bytes a table declare 80 MB each.
TEST(HostileInput, ManyLargeTablesAreRefused) {
  ByteWriter tables;
  tables.leb(100);
  for (int i = 0; i < 100; ++i) tables.u8(0x70).u8(0).leb(10'000'000);
  const std::vector<uint8_t> bytes = ByteWriter().header().section(4, tables.bytes).bytes;
  auto module = binary::decode(bytes, wasm::Features());
  ASSERT_TRUE(module && validate::validate(*module, wasm::Features()));
  runtime::Store store;
  const auto outcome =
      runtime::instantiate(store, std::make_shared<const wasm::Module>(std::move(*module)), runtime::Imports());
  ASSERT_FALSE(outcome.has_value());
  EXPECT_EQ(outcome.error().code, ErrorCode::OutOfMemory);
}

TEST(HostileInput, ManyExportsWithOneName) {
  ModuleBuilder builder;
  builder.func("_", code());
  for (uint32_t i = 0; i < 200'000; ++i) builder.export_item(std::to_string(i), ExternKind::Func, 0);
  EXPECT_LT(seconds_for(builder.bytes(), true), kMaxSeconds);
  builder.export_item("7", ExternKind::Func, 0);
  EXPECT_LT(seconds_for(builder.bytes(), false), kMaxSeconds);
}

}  // namespace
}  // namespace wasmscope
