// SPDX-License-Identifier: Apache-2.0
// Compiled stores leave the pages that they change marked, though not each of them marks.
#include <algorithm>

#include "tests/unit/jit/compiled_program.h"

namespace wasmscope::jit {
namespace {

using runtime::Region;
using runtime::Value;

constexpr std::string_view kStores = R"((module
  (memory 1)
  (func $upwards (param $at i32)
    (i64.store (local.get $at) (i64.const -1))
    (i64.store offset=248 (local.get $at) (i64.const -1))
    (i64.store offset=252 (local.get $at) (i64.const -1))
    (i64.store offset=4088 (local.get $at) (i64.const -1))
    (i64.store offset=4089 (local.get $at) (i64.const -1))
    (i64.store offset=8192 (local.get $at) (i64.const -1))
    (i64.store offset=8300 (local.get $at) (i64.const -1)))
  (func $downwards (param $at i32)
    (i32.store8 offset=12287 (local.get $at) (i32.const 1))
    (f32.store offset=8191 (local.get $at) (f32.const 1))
    (f64.store offset=4095 (local.get $at) (f64.const 1))
    (i32.store offset=3 (local.get $at) (i32.const 1))
    (v128.store offset=500 (local.get $at) (v128.const i32x4 1 2 3 4)))
  (func $moving (param $at i32)
    (i32.store (local.get $at) (i32.const 1))
    (local.set $at (i32.add (local.get $at) (i32.const 8192)))
    (i32.store offset=4 (local.get $at) (i32.const 1))
    (i32.store offset=8 (local.tee $at (i32.sub (local.get $at) (i32.const 5000))) (i32.const 1)))
  (func $perhaps (param $at i32)
    (if (i32.and (local.get $at) (i32.const 1))
      (then (i32.store (local.get $at) (i32.const 1))))
    (i32.store offset=8 (local.get $at) (i32.const 1)))
  (func $loop (param $at i32) (local $left i32)
    (local.set $left (i32.const 5))
    (loop $next
      (i32.store offset=4 (local.get $at) (i32.const 1))
      (local.set $at (i32.add (local.get $at) (i32.const 3000)))
      (i32.store offset=8 (local.get $at) (i32.const 1))
      (br_if $next (local.tee $left (i32.sub (local.get $left) (i32.const 1))))))))";

TEST(PageMarksTest, AreOnOrBeforeEveryPageThatStoresChange) {
  CompiledProgram program(kStores, interp::CompileWhen::Called, Bounds::Guarded);
  Region& region = program.instance->memories[0]->region;
  ASSERT_TRUE(region.has_marks());
  for (wasm::FuncIndex func = 0; func < 5; ++func) {
    for (uint32_t at = 2 * Region::kPageBytes - 530; at < 2 * Region::kPageBytes + 20; ++at) {
      region.clear_from(0);
      region.clear_marks();
      program.call(func, {Value::i32(at)});
      for (uint64_t page = 0; page < region.size() / Region::kPageBytes; ++page) {
        const auto bytes = region.bytes().subspan(page * Region::kPageBytes, Region::kPageBytes);
        const bool is_changed = std::ranges::any_of(bytes, [](uint8_t byte) { return byte != 0; });
        const bool is_known = region.is_marked(page) || (page > 0 && region.is_marked(page - 1));
        ASSERT_TRUE(is_known || !is_changed) << "function " << func << ", address " << at << ", page " << page;
      }
    }
  }
}

}  // namespace
}  // namespace wasmscope::jit
