// SPDX-License-Identifier: Apache-2.0
// Calls in a copy of the state leave nothing behind; forced returns are part of the program's history.
#include <chrono>
#include <thread>

#include "tests/support/debug_session.h"
#include "tests/support/random_program.h"

namespace wasmscope::debug {
namespace {

using test::DebugSession;
using test::fixture;
using test::sample;

TEST(Calling, LeavesTheStateAsItWas) {
  for (const std::string& file : {sample("crash"), sample("wordcount"), sample("tables"), fixture("json"), fixture("objects"), fixture("control"), fixture("sort")}) {
    SCOPED_TRACE(file);
    DebugSession session(file);
    const auto snapshot = session.snapshot();
    const wasm::Module& module = *snapshot->loaded->module;
    const auto call_all = [&](const std::string& hash) {
      for (uint32_t func = module.imported_funcs; func < module.funcs.size(); ++func) {
        std::string line = "call #" + std::to_string(func);
        for (const wasm::ValType type : module.func_type(func).params) line += type.is_ref() ? " null" : " 64";
        (void)session.session.execute(line);
        if (hash.empty()) continue;
        ASSERT_EQ(session.run("hash"), hash) << line;
      }
    };
    call_all({});
    const wasm::Export* entry = nullptr;
    for (const wasm::Export& item : module.exports)
      if (item.kind == wasm::ExternKind::Func && (entry == nullptr || item.name == "_start")) entry = &item;
    ASSERT_NE(entry, nullptr);
    std::string start = "start " + std::string(entry->name);
    for (const wasm::ValType type : module.func_type(entry->index).params) start += type.is_ref() ? " null" : " 3";
    session.run(start);
    (void)session.session.execute("stepi 300");
    call_all(session.run("hash"));
    (void)session.session.execute("continue");
    const std::string after = session.run("hash");
    session.run(start);
    (void)session.session.execute("continue");
    EXPECT_EQ(session.run("hash"), after) << "as without calls in between";
  }
}

TEST(Calling, LeavesTheStateOfRandomProgramsAsItWas) {
  uint64_t returned = 0, trapped = 0;
  for (uint64_t seed = 1; seed <= 150; ++seed) {
    SCOPED_TRACE(seed);
    test::RandomProgram program = test::make_random_program(seed, test::RandomShape::Usual);
    DebugSession session("");
    session.session.open("random", program.bytes);
    session.session.wait_until_idle();
    std::string call = program.entry;
    for (const runtime::Value& value : program.arguments) call += " " + runtime::to_text(value);
    if (!session.session.execute("start " + call).ok) continue;
    (void)session.session.execute("stepi " + std::to_string(seed * 7 % 400 + 1));
    const std::string hash = session.run("hash");
    const Session::Reply reply = session.session.execute("call " + call);
    (reply.ok ? returned : trapped) += 1;
    ASSERT_EQ(session.run("hash"), hash) << reply.text;
    const auto run_to_end = [&] {
      // Imports that nobody provides pause.
      for (int i = 0; i < 500 && session.snapshot()->state == State::Paused; ++i) (void)session.session.execute("continue");
    };
    run_to_end();
    const std::string after = session.run("hash");
    (void)session.session.execute("start " + call);
    run_to_end();
    ASSERT_EQ(session.run("hash"), after);
  }
  EXPECT_GT(returned, 20u);
  EXPECT_GT(trapped, 5u);
}

TEST(Calling, EndsByThePauseKeyAndIsNotStoppedByBreakpoints) {
  DebugSession session(fixture("control"));
  session.run("break spin");
  EXPECT_EQ(session.run("call spin 1000"), "spin returned 1000");
  EXPECT_EQ(session.snapshot()->breakpoints[0].hits, 0u);
  const uint64_t id = session.session.post("call forever");
  for (int i = 0; i < 1000 && !session.session.is_idle(); ++i) {
    session.session.pause();
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  session.session.wait_until_idle();
  EXPECT_GT(id, 0u);
  ASSERT_EQ(session.failures().size(), 1u);
  EXPECT_EQ(session.failures()[0], "it was interrupted; nothing of the call remains");
}

TEST(Returning, IsMadeAgainWhenTheProgramComesBy) {
  DebugSession session(sample("factorial"));
  session.run("break fac if l0 == 3");
  session.run("run fac 5");
  EXPECT_NE(session.run("return 100").find("fac was made to return 100"), std::string::npos);
  const std::string here = runtime::to_text(session.snapshot()->instant), hash = session.run("hash");
  session.run("delete");
  EXPECT_EQ(session.run("continue"), "fac(5) returned 2000");
  session.run("seek start");
  EXPECT_EQ(session.run("continue"), "fac(5) returned 2000");
  session.run("seek " + here);
  EXPECT_EQ(session.run("hash"), hash);
  session.run("undo");
  EXPECT_EQ(session.run("continue"), "fac(5) returned 120");
}

}  // namespace
}  // namespace wasmscope::debug
