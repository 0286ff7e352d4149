// SPDX-License-Identifier: Apache-2.0
// Lowers every function of a valid module in both flavours and with stops, makes cells of each, and describes
// every instruction.
#include "engine/binary/instruction_reader.h"
#include "engine/interp/cell.h"
#include "engine/interp/loop.h"
#include "tests/fuzz/targets.h"

namespace wasmscope::fuzz {
namespace {

using lower::Description;
using wasm::Module;

// Describing walks the function from its beginning, so all of a long one would take quadratic time.
constexpr size_t kMostDescribed = 150;

std::vector<uint32_t> pcs_of(const Module& module, uint32_t func) {
  std::vector<uint32_t> pcs;
  binary::InstructionReader reader(module.bytes, module.funcs[func].code);
  for (binary::Instruction in; *reader.next(in);) pcs.push_back(in.pc);
  return pcs;
}

void check_places(const Description& description, const lower::SlotCode& code,
                  const std::vector<lower::LocalPlace>& locals) {
  for (const lower::OperandPlace& operand : description.operands) {
    if (operand.place == lower::Place::Slot)
      expect(operand.slot >= code.local_slots && operand.slot + operand.type.slots() <= code.frame_slots,
             "operands above the locals and inside the frame");
    if (operand.place == lower::Place::Local)
      expect(operand.local < locals.size() && operand.slot == locals[operand.local].slot, "aliases of a local");
  }
  for (const lower::LabelPlace& label : description.labels)
    expect(label.height <= description.operands.size(), "labels below the operands");
}

std::unique_ptr<interp::Code> encoded(const lower::SlotCode& slot_code, const Module& module, uint32_t func) {
  auto code = interp::encode(slot_code, interp::kHandlers, static_cast<uint32_t>(module.funcs[func].code.begin),
                             module.imported_funcs,
                             interp::Stores::Plain);
  code = interp::encode(slot_code, interp::kHandlers, static_cast<uint32_t>(module.funcs[func].code.begin),
                             module.imported_funcs,
                        interp::Stores::Watched);
  expect(code->pcs.size() == code->cells.size() && !code->cells.empty(), "every cell has a pc");
  return code;
}

void check_func(const Module& module, uint32_t func) {
  const std::vector<uint32_t> pcs = pcs_of(module, func);
  const std::vector<lower::LocalPlace> locals = lower::local_places(module, func);
  const size_t stride = pcs.size() / kMostDescribed + 1;

  lower::StopSet stops;
  for (size_t i = 0; i < pcs.size(); i += 3) stops.pcs.insert(pcs[i]);
  const lower::SlotCode fast_code = lower::lower(module, func, {});
  const lower::SlotCode step_code = lower::lower(module, func, {true, {}});
  const lower::SlotCode stop_code = lower::lower(module, func, stops);
  for (const lower::SlotCode* code : {&step_code, &stop_code})
    expect(code->local_slots == fast_code.local_slots && code->frame_slots == fast_code.frame_slots,
           "frames are the same in every flavour");
  expect(lower::frame_slots(module, func) == fast_code.frame_slots, "frames are as large as foretold");
  encoded(fast_code, module, func);
  const auto step_cells = encoded(step_code, module, func);
  const auto stop_cells = encoded(stop_code, module, func);

  for (size_t i = 0; i < pcs.size(); i += stride) {
    const Description description = lower::describe(module, func, pcs[i]);
    expect(description.found && description.pc == pcs[i], "instructions are described");
    if (!description.reachable) continue;
    check_places(description, step_code, locals);
    expect(step_cells->entry(pcs[i]) != nullptr, "a place to stop at every instruction");
    if (i % 3 == 0) expect(stop_cells->entry(pcs[i]) != nullptr, "a place to stop at every breakpoint");
    if (i % 4 == 0) check_places(lower::describe_suspended(module, func, pcs[i]), step_code, locals);
  }
  expect(!lower::describe(module, func, static_cast<uint32_t>(module.funcs[func].code.end)).found,
         "nothing after the last instruction");
}

}  // namespace

int fuzz_lower(Bytes bytes) {
  const auto module = validated_module(bytes);
  if (module == nullptr) return kOfNoUse;
  for (uint32_t func = module->imported_funcs; func < module->funcs.size(); ++func) check_func(*module, func);
  return kOfUse;
}

}  // namespace wasmscope::fuzz
