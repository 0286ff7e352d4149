// SPDX-License-Identifier: Apache-2.0
#include "engine/host/spectest.h"

#include <gtest/gtest.h>
#include <map>

namespace wasmscope::host {
namespace {

TEST(Spectest, OffersWhatTheScriptsImport) {
  runtime::Store store;
  runtime::Linker linker(store);
  ASSERT_TRUE(define_spectest(linker));
  const std::map<std::string, std::string> expected = {
      {"print", "func () -> ()"},
      {"print_i32", "func (i32) -> ()"},
      {"print_i64", "func (i64) -> ()"},
      {"print_f32", "func (f32) -> ()"},
      {"print_f64", "func (f64) -> ()"},
      {"print_i32_f32", "func (i32, f32) -> ()"},
      {"print_f64_f64", "func (f64, f64) -> ()"},
      {"global_i32", "global i32"},
      {"global_i64", "global i64"},
      {"global_f32", "global f32"},
      {"global_f64", "global f64"},
      {"table", "table 10..20 funcref"},
      {"table64", "table i64 10..20 funcref"},
      {"memory", "memory 1..2"},
      {"shared_memory", "memory 1..2 shared"},
  };
  for (const auto& [name, text] : expected) {
    const auto item = linker.find("spectest", name);
    ASSERT_TRUE(item) << name;
    EXPECT_EQ(runtime::to_text(*item), text) << name;
  }
  const auto* global = std::get<runtime::Global*>(*linker.find("spectest", "global_f32"));
  EXPECT_EQ(store.global(global->address)[0], std::bit_cast<uint32_t>(666.6f));
}

}  // namespace
}  // namespace wasmscope::host
