// SPDX-License-Identifier: Apache-2.0
#include "engine/jit/call_template.h"

#include <cstring>

#include "engine/base/try.h"

namespace wasmscope::jit {

namespace {

// `done` is told of each part when the instruction that ends with it is there.
template <class Emitter>
void emit_frame(Emitter& a, const CallParts& parts, const x86::Mem& return_address, const auto& caller_done, const auto& pcs_done,
                const auto& return_done, const auto& frame_done) {
  static_assert(sizeof(runtime::ControlRecord) == 16);
  const interp::LoopLayout& layout = interp::loop_layout();
  a.mov(x86::dword_ptr(kTop, offsetof(runtime::ControlRecord, func)), parts.caller_address);
  caller_done();
  a.rorx(x86::edx, kFrame.r32(), 3);   // of slots: where the stack begins those bits are zero
  a.mov(x86::dword_ptr(kTop, offsetof(runtime::ControlRecord, frame_base)), x86::edx);
  a.mov(x86::rdx, uint64_t{parts.pc} | uint64_t{parts.next_pc} << 32);
  pcs_done();
  a.mov(x86::qword_ptr(kTop, 8), x86::rdx);
  a.mov(x86::rcx, x86::qword_ptr(kContext, layout.to_returns));
  a.vmovups(x86::xmm0, return_address);
  return_done();
  a.vmovups(x86::xmmword_ptr(kTop, x86::rcx), x86::xmm0);
  a.add(kTop, sizeof(runtime::ControlRecord));
  a.add(kFrame, parts.frame_bytes);
  frame_done();
}

template <class Emitter>
void emit_call(Emitter& a, const CallParts& parts, const auto& callee_done, const auto& frame_done) {
  a.mov(x86::rax, reinterpret_cast<uint64_t>(parts.callee));
  callee_done();
  a.call(x86::qword_ptr(x86::rax, kCompiledOffset));
  a.sub(kFrame, parts.frame_bytes);
  frame_done();
  a.sub(kTop, sizeof(runtime::ControlRecord));
}

x86::Mem return_address_of(Assembler& a, const CallParts& parts) {
  return a.constant(reinterpret_cast<uint64_t>(parts.return_cell), reinterpret_cast<uint64_t>(parts.caller), 16);
}

constexpr auto kNothing = [] {};

}  // namespace

void push_frame(Assembler& assembler, const CallParts& parts) {
  emit_frame(assembler, parts, return_address_of(assembler, parts), kNothing, kNothing, kNothing, kNothing);
}

CallTemplate::Code CallTemplate::assemble(int32_t frame_bytes) {
  // Numbers that need all their bytes.
  const auto most = reinterpret_cast<const runtime::Func*>(INT64_MAX);
  const CallParts parts{INT32_MAX, UINT32_MAX, INT32_MAX, nullptr, nullptr, frame_bytes, most};
  asmjit::CodeHolder holder;
  CHECK(holder.init(asmjit::Environment::host()) == asmjit::kErrorOk);
  x86::Assembler a(&holder);
  Code code;
  const auto end_of = [&](Part part) {
    return [&, part] { code.ends[static_cast<size_t>(part)] = static_cast<uint32_t>(a.offset()); };
  };
  emit_frame(a, parts, x86::xmmword_ptr(x86::rip, 0), end_of(Part::CallerAddress), end_of(Part::Pcs), end_of(Part::ReturnAddress),
             end_of(Part::FrameBytes));
  emit_call(a, parts, end_of(Part::Callee), end_of(Part::FrameBytesBack));
  code.bytes.assign(a.bufferData(), a.bufferPtr());
  return code;
}

CallTemplate::CallTemplate() : near_(assemble(1)), far_(assemble(INT32_MAX)) {}

void CallTemplate::append_to(Assembler& assembler, const CallParts& parts) const {
#ifdef WASMSCOPE_MUTATION
  push_frame(assembler, parts);
  emit_call(assembler, parts, kNothing, kNothing);
#else
  const bool is_near = parts.frame_bytes == static_cast<int8_t>(parts.frame_bytes);
  const Code& code = is_near ? near_ : far_;
  const auto line = static_cast<int32_t>(assembler.add_line(reinterpret_cast<uint64_t>(parts.return_cell), reinterpret_cast<uint64_t>(parts.caller)));
  const auto begin = static_cast<int32_t>(assembler.offset());
  uint8_t* const at = assembler.append(code.bytes);
  const auto put = [&](Part part, auto number) { std::memcpy(at + code.ends[static_cast<size_t>(part)] - sizeof number, &number, sizeof number); };
  put(Part::CallerAddress, parts.caller_address);
  put(Part::Pcs, uint64_t{parts.pc} | uint64_t{parts.next_pc} << 32);
  put(Part::ReturnAddress, line - begin - static_cast<int32_t>(code.ends[static_cast<size_t>(Part::ReturnAddress)]));
  put(Part::Callee, reinterpret_cast<uint64_t>(parts.callee));
  if (is_near) {
    put(Part::FrameBytes, static_cast<int8_t>(parts.frame_bytes));
    put(Part::FrameBytesBack, static_cast<int8_t>(parts.frame_bytes));
  } else {
    put(Part::FrameBytes, parts.frame_bytes);
    put(Part::FrameBytesBack, parts.frame_bytes);
  }
#endif
}

}  // namespace wasmscope::jit
