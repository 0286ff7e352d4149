// SPDX-License-Identifier: Apache-2.0
#include "engine/script/call_again.h"

#include <gtest/gtest.h>

#include "engine/binary/decoder.h"
#include "engine/interp/compiled.h"
#include "engine/text/module_file.h"
#include "engine/validate/validate.h"

namespace wasmscope::script {
namespace {

constexpr std::string_view kProgram = R"((module
  (import "host" "next" (func $next (result i32)))
  (memory 1)
  (global $total (mut i32) (i32.const 0))
  (func $leaf (result i32)
    (global.set $total (i32.add (global.get $total) (call $next)))
    (i32.store (i32.const 8) (global.get $total))
    (global.get $total))
  (func (export "run") (result i32) (drop (call $leaf)) (call $leaf))
  (func (export "trap") (drop (call $leaf)) (unreachable))))";

// Compiles nothing; what is to be compiled, which happens once, leaves a byte in memory.
class TraceLeaver final : public interp::Tier {
 public:
  TraceLeaver() {
    trampoline = [](const interp::Cell* ip, uint64_t* fp, uint64_t size, interp::Handler* first, uint8_t* memory, interp::Context* context) {
      first(ip, fp, size, 0, memory, context);
    };
  }
  interp::CompiledFunc* compile(runtime::Func& func, const interp::Asking&) override {
    func.instance->memories[0]->region.data()[4'000] = 1;
    return nullptr;
  }
  void uninstall(runtime::Func&) override {}
};

class Program {
 public:
  explicit Program(interp::Tier* tier = nullptr) {
    text::ModuleFile file = text::to_module_file({kProgram.begin(), kProgram.end()}, {});
    const auto owned = std::make_shared<const std::vector<uint8_t>>(std::move(file.bytes));
    auto decoded = binary::decode(*owned, {});
    EXPECT_TRUE(decoded && validate::validate(*decoded, {}));
    decoded->owned = owned;
    const auto module = std::make_shared<const wasm::Module>(*std::move(decoded));
    runtime::Imports imports;
    imports.add({"host", "next", {{}, {wasm::kI32}}, [this](runtime::HostCall& call) { call.set_result(0, static_cast<uint64_t>(++asked)); }});
    auto made = runtime::instantiate(store, module, imports);
    EXPECT_TRUE(made);
    instance = made->result.instance;
    interpreter.add_instance(*instance);
    if (tier != nullptr) interpreter.set_tier(*tier, interp::CompileWhen::Called);
    execution = *runtime::Execution::create(0);
  }
  ~Program() { interpreter.remove(*execution); }

  // What is different the second time.
  std::string call_twice(std::string_view name) {
    execution->begin(*instance->funcs[instance->module->find_export(name)->index], {});
    CallAgain again(store, interpreter, *execution);
    return again.find_difference(interpreter.run(*execution, {}));
  }

  runtime::Store store;
  interp::Interpreter interpreter{store};
  runtime::Instance* instance = nullptr;
  std::unique_ptr<runtime::Execution> execution;
  int asked = 0;
};

TEST(CallAgain, EndsInTheSameWayWithoutAskingTheHost) {
  Program program;
  EXPECT_EQ(program.call_twice("run"), "");
  EXPECT_EQ(program.asked, 2);
  EXPECT_EQ(program.call_twice("trap"), "");
  EXPECT_EQ(program.call_twice("run"), "");
  EXPECT_EQ(program.asked, 5);
}

TEST(CallAgain, NoticesWhatHappensOnlyOnce) {
  TraceLeaver tier;
  Program program(&tier);
  const std::string difference = program.call_twice("run");
  EXPECT_NE(difference.find("replayed: at tick "), std::string::npos) << difference;
  EXPECT_EQ(program.call_twice("run"), "");
}

}  // namespace
}  // namespace wasmscope::script
