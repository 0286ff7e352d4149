// SPDX-License-Identifier: Apache-2.0
#include "ui/model/module_search.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "tests/support/module_builder.h"
#include "tests/ui/loaded_module.h"
#include "ui/model/go_to.h"
#include "ui/model/value_entry.h"

namespace wasmscope::ui {
namespace {

using test::code;
using test::ModuleBuilder;
using wasm::Op;

std::shared_ptr<const debug::LoadedModule> small_module() {
  ModuleBuilder module;
  module.import_func("env", "Print_Line", "i_");
  module.memory(1);
  module.export_item("print_all", wasm::ExternKind::Func, module.func("_", code().i32(1).op(Op::Call, 0)));
  module.data(code().i32(0), "to PRINT or not to print");
  return test::load_module(module.bytes());
}

struct Finished {
  std::vector<SearchHit> hits;
  ModuleSearch::Progress progress;
};
Finished search(std::shared_ptr<const debug::LoadedModule> loaded, std::string query, SearchScope scope) {
  ModuleSearch search([] {});
  search.start(std::move(loaded), std::move(query), scope);
  while (search.progress().is_running) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  return {search.hits_from(0), search.progress()};
}
std::vector<std::string_view> kinds(const Finished& finished) {
  std::vector<std::string_view> all;
  for (const SearchHit& hit : finished.hits) all.push_back(hit.kind);
  return all;
}

TEST(ModuleSearch, LooksEverywhereAndIgnoresCase) {
  using Kinds = std::vector<std::string_view>;
  EXPECT_EQ(kinds(search(small_module(), "print", SearchScope::Everything)),
            (Kinds{"function", "function", "import", "export", "data", "data", "code"}));
  EXPECT_EQ(kinds(search(small_module(), "PRINT", SearchScope::Strings)), (Kinds{"data", "data"}));
  EXPECT_EQ(kinds(search(small_module(), "i32.const", SearchScope::Code)), (Kinds{"code"}));
  EXPECT_TRUE(search(small_module(), "absent", SearchScope::Everything).hits.empty());
  EXPECT_TRUE(search(nullptr, "x", SearchScope::Everything).hits.empty());
}

TEST(ModuleSearch, HitsLeadToTheirPlaces) {
  const auto loaded = small_module();
  const Finished data = search(loaded, "not", SearchScope::Strings);
  ASSERT_EQ(data.hits.size(), 1u);
  const ByteRange range = std::get<ShowFileBytes>(data.hits[0].intent).range;
  EXPECT_EQ(range.size(), 3u);
  EXPECT_EQ(loaded->module->bytes[range.begin], 'n');
  const Finished in_code = search(loaded, "call", SearchScope::Code);
  ASSERT_EQ(in_code.hits.size(), 1u);
  EXPECT_EQ(std::get<ShowCode>(in_code.hits[0].intent).func, 1u);
}

TEST(ModuleSearch, StopsAtALimitAndWhenAsked) {
  ModuleBuilder module;
  test::CodeWriter body;
  for (int i = 0; i < 30'000; ++i) body.op(Op::Nop);
  module.func("_", body);
  const auto loaded = test::load_module(module.bytes());
  const Finished many = search(loaded, "nop", SearchScope::Code);
  EXPECT_EQ(many.hits.size(), ModuleSearch::kMostHits);
  EXPECT_TRUE(many.progress.has_more);
  ModuleSearch stopped([] {});
  stopped.start(loaded, "absent", SearchScope::Everything);
  stopped.stop();
  EXPECT_FALSE(stopped.progress().is_running);
}

TEST(ValueEntry, BecomesTheWordsOfACommand) {
  const auto type = [](std::string_view name) {
    return static_cast<size_t>(std::ranges::find(entry_types(), name) - entry_types().begin());
  };
  EXPECT_EQ(to_line({type("text"), "a \"b\""}, debug::Endian::Little), "\"str\" \"a \\\"b\\\"\"");
  EXPECT_EQ(to_line({type("bytes"), " 7b  ??"}, debug::Endian::Big), "\"7b\" \"??\"");
  EXPECT_EQ(to_line({type("i32"), "-1 2"}, debug::Endian::Big), "\"i32be\" \"-1\" \"2\"");
  EXPECT_EQ(to_line({type("u8"), "7"}, debug::Endian::Big), "\"u8\" \"7\"");
  EXPECT_EQ(entry_types()[entry_type_of(debug::NumberType::F64)], "f64");
}

TEST(GoTo, ReadsTheGrammarOfPlaces) {
  debug::Snapshot snapshot;
  snapshot.loaded = small_module();
  snapshot.memories.resize(2);
  snapshot.memories[0].size = snapshot.memories[1].size = 65536;
  snapshot.globals.push_back({"$__stack_pointer", {wasm::kI32, wasm::Mutability::Var}, runtime::Value::i32(0x1234)});
  const auto address = [&](std::string_view text, wasm::MemoryIndex memory) -> std::pair<uint32_t, uint64_t> {
    const auto target = parse_go_to(text, snapshot, memory, 0x100);
    if (!target || !std::holds_alternative<ShowMemory>(*target)) return {99, 0};
    return {std::get<ShowMemory>(*target).memory, std::get<ShowMemory>(*target).bytes.begin};
  };
  using At = std::pair<uint32_t, uint64_t>;
  EXPECT_EQ(address(" 16 ", 1), At(1, 16));
  EXPECT_EQ(address("m0:0x20", 1), At(0, 0x20));
  EXPECT_EQ(address("+0x10", 0), At(0, 0x110));
  EXPECT_EQ(address("-16", 0), At(0, 0xf0));
  EXPECT_EQ(address("-1000", 0), At(0, 0));
  EXPECT_EQ(address("__stack_pointer", 0), At(0, 0x1234));
  for (const char* wrong : {"", "65536", "m2:0", "+", "nowhere", "m0:"})
    EXPECT_FALSE(parse_go_to(wrong, snapshot, 0, 0));
  const auto code_place = parse_go_to("print_all", snapshot, 0, 0);
  ASSERT_TRUE(code_place);
  EXPECT_EQ(std::get<ShowCode>(*code_place).func, 1u);
}

}  // namespace
}  // namespace wasmscope::ui
