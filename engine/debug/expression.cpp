// SPDX-License-Identifier: Apache-2.0
// Carrying out compiled expressions.
#include "engine/debug/expression.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "engine/base/try.h"
#include "engine/base/utf8.h"
#include "engine/debug/expression_code.h"
#include "engine/debug/expression_names.h"
#include "engine/debug/object_picture.h"
#include "engine/debug/place.h"
#include "engine/wasm/numeric.h"

namespace wasmscope::debug {
namespace {

constexpr uint64_t kLongestString = 1 << 20;

struct Register {
  uint64_t low, high;
};

template <class T>
T from_register(uint64_t bits) {
  if constexpr (std::is_same_v<T, float>) return std::bit_cast<float>(static_cast<uint32_t>(bits));
  else if constexpr (std::is_same_v<T, double>) return std::bit_cast<double>(bits);
  else return static_cast<T>(bits);
}
template <class T>
uint64_t to_register(T value) {
  if constexpr (std::is_same_v<T, float>) return std::bit_cast<uint32_t>(value);
  else if constexpr (std::is_same_v<T, double>) return std::bit_cast<uint64_t>(value);
  else return value;
}
// A function of numeric.h over registers.
template <class R, class A>
R apply(R (*function)(A), uint64_t a) {
  return function(from_register<A>(a));
}
template <class R, class A, class B>
R apply(R (*function)(A, B), uint64_t a, uint64_t b) {
  return function(from_register<A>(a), from_register<B>(b));
}

uint64_t to_number(const void* pointer) { return reinterpret_cast<uint64_t>(pointer); }
const uint8_t* to_pointer(uint64_t number) { return reinterpret_cast<const uint8_t*>(number); }
std::string_view text_in(const Register& value) { return {reinterpret_cast<const char*>(value.low), value.high}; }

template <class T>
T read(uint64_t pointer) {
  T value;
  std::memcpy(&value, to_pointer(pointer), sizeof value);
  return value;
}

bool is_in_bounds(uint64_t address, uint64_t count, uint64_t size) { return address <= size && count <= size - address; }

bool is_object_of(const ExpressionFrame& frame, uint64_t reference, uint64_t type) {
  if (!frame.store().heap.holds_object(reference)) return false;
  const uint32_t has = frame.store().heap.header(reference).type;
  return (has & runtime::kExceptionBit) == 0 && frame.store().types.is_subtype(has, frame.instance().canonical_types[type]);
}
bool is_array(const ExpressionFrame& frame, uint64_t reference) {
  if (!frame.store().heap.holds_object(reference)) return false;
  const uint32_t has = frame.store().heap.header(reference).type;
  return (has & runtime::kExceptionBit) == 0 && frame.store().types.kind(has) == wasm::HeapKind::Array;
}

Register read_lane(const Register& vector, uint64_t lane, const runtime::LaneShape& shape) {
  const uint64_t at = lane * shape.bits;
  uint64_t bits = (at < 64 ? vector.low : vector.high) >> (at % 64);
  if (shape.bits < 32) bits = static_cast<uint64_t>(static_cast<int64_t>(bits << (64 - shape.bits)) >> (64 - shape.bits));
  return {shape.bits < 64 ? static_cast<uint32_t>(bits) : bits, 0};
}

Register with_lane(Register vector, uint64_t lane, const runtime::LaneShape& shape, uint64_t value) {
  const uint64_t at = lane * shape.bits;
  const uint64_t mask = (shape.bits < 64 ? (uint64_t{1} << shape.bits) - 1 : ~uint64_t{0}) << (at % 64);
  uint64_t& half = at < 64 ? vector.low : vector.high;
  half = (half & ~mask) | (value << (at % 64) & mask);
  return vector;
}

struct Failure {
  const Instruction* at = nullptr;     // null: there is none
  wasm::TrapCode trap = wasm::TrapCode::None;   // of numeric instructions
};

// The instruction of numeric.h; its trap, or none.
inline wasm::TrapCode calculate(wasm::Op op, uint64_t a, uint64_t b, uint64_t& d) {
  const auto take = [&d](const auto& result) {
    if (result.trap == wasm::TrapCode::None) d = to_register(result.value);
    return result.trap;
  };
  switch (op) {
#define OP(...)
#define OP_UNARY(Name, ...) \
  case wasm::Op::Name: d = to_register(apply(&wasm::Name, a)); break;
#define OP_BINARY(Name, ...) \
  case wasm::Op::Name: d = to_register(apply(&wasm::Name, a, b)); break;
#define OP_UNARY_TRAP(Name, ...) \
  case wasm::Op::Name: return take(apply(&wasm::Name, a));
#define OP_BINARY_TRAP(Name, ...) \
  case wasm::Op::Name: return take(apply(&wasm::Name, a, b));
#include "engine/wasm/opcodes.def"
    default: CHECK(false);
  }
  return wasm::TrapCode::None;
}

// Carries the instructions out; the result is in register 0. What fails changes no register.
Failure run(const ExpressionCode& code, const std::vector<Instruction>& instructions, const ExpressionFrame& frame,
            Register* registers) {
  const Instruction* const first = instructions.data();
  const Instruction* const end = first + instructions.size();
  for (const Instruction* in = first; in != end; ++in) {
    Register& d = registers[in->d];
    const Register &a = registers[in->a], &b = registers[in->b];
    switch (in->code) {
      case Code::Constant: d = {in->imm, 0}; break;
      case Code::Text: d = {to_number(code.texts[in->imm].data()), code.texts[in->imm].size()}; break;
      case Code::Slot32: d.low = static_cast<uint32_t>(frame.slots()[in->imm]); break;
      case Code::Slot64: d.low = frame.slots()[in->imm]; break;
      case Code::Slot128: d = {frame.slots()[in->imm], frame.slots()[in->imm + 1]}; break;
      case Code::Global32: d.low = static_cast<uint32_t>(*frame.instance().globals[in->imm]); break;
      case Code::Global64: d.low = *frame.instance().globals[in->imm]; break;
      case Code::Global128: d = {frame.instance().globals[in->imm][0], frame.instance().globals[in->imm][1]}; break;
      case Code::MemoryPointer: {
        const runtime::Region& memory = frame.instance().memories[in->imm]->region;
        if (!is_in_bounds(a.low, in->b, memory.size())) return {in};
        d.low = to_number(memory.data() + a.low);
        break;
      }
      case Code::TablePointer: {
        const runtime::Table& table = *frame.instance().tables[in->imm];
        if (a.low >= table.size()) return {in};
        d.low = to_number(table.elements() + a.low);
        break;
      }
      case Code::FieldPointer: d = {to_number(frame.store().heap.at(a.low) + in->imm), a.low}; break;
      case Code::ElementPointer:
        if (b.low >= frame.store().heap.header(a.low).length) return {in};
        d = {to_number(frame.store().heap.at(a.low) + sizeof(runtime::ObjectHeader) + b.low * in->imm), a.low};
        break;
      case Code::ReadS8: d.low = static_cast<uint32_t>(int32_t{read<int8_t>(a.low)}); break;
      case Code::ReadU8: d.low = read<uint8_t>(a.low); break;
      case Code::ReadS16: d.low = static_cast<uint32_t>(int32_t{read<int16_t>(a.low)}); break;
      case Code::ReadU16: d.low = read<uint16_t>(a.low); break;
      case Code::Read32: d.low = read<uint32_t>(a.low); break;
      case Code::Read64: d.low = read<uint64_t>(a.low); break;
      case Code::Read128: d = {read<uint64_t>(a.low), read<uint64_t>(a.low + 8)}; break;
      case Code::Range: {
        const runtime::Region& memory = frame.instance().memories[in->imm]->region;
        if (!is_in_bounds(a.low, b.low, memory.size())) return {in};
        d = {to_number(memory.data() + a.low), b.low};
        break;
      }
      case Code::String: {
        const runtime::Region& memory = frame.instance().memories[in->imm]->region;
        if (a.low >= memory.size()) return {in};
        const uint8_t* const from = memory.data() + a.low;
        const uint64_t most = std::min(kLongestString, memory.size() - a.low);
        const void* const zero = std::memchr(from, 0, most);
        d = {to_number(from), zero == nullptr ? most : static_cast<uint64_t>(static_cast<const uint8_t*>(zero) - from)};
        break;
      }
      case Code::MemoryBytes: d.low = frame.instance().memories[in->imm]->size_bytes(); break;
      case Code::MemoryPages: d.low = frame.instance().memories[in->imm]->pages(); break;
      case Code::TableSize: d.low = frame.instance().tables[in->imm]->size(); break;
      case Code::FuncRef: d.low = uint64_t{frame.instance().funcs[in->imm]->address} + 1; break;
      case Code::Tick: d.low = frame.instant().tick; break;
      case Code::Depth: d.low = frame.instant().depth; break;
      case Code::Pc: d.low = frame.instant().pc; break;
      case Code::CheckObject:
        if (!is_object_of(frame, a.low, in->imm)) return {in};
        d.low = a.low;
        break;
      case Code::CheckType:
        if (a.low != 0 && !is_object_of(frame, a.low, in->imm)) return {in};
        d.low = a.low;
        break;
      case Code::CheckArray:
        if (!is_array(frame, a.low)) return {in};
        d.low = a.low;
        break;
      case Code::IsObject: d.low = is_object_of(frame, a.low, in->imm); break;
      case Code::ArrayLength: d.low = frame.store().heap.header(a.low).length; break;
      case Code::I31Signed:
      case Code::I31Unsigned: {
        if (!runtime::is_i31(a.low)) return {in};
        const uint32_t bits = static_cast<uint32_t>(a.low) << 1;
        d.low = in->code == Code::I31Signed ? static_cast<uint32_t>(static_cast<int32_t>(bits) >> 1) : bits >> 1;
        break;
      }
      case Code::Lane: {
        const runtime::LaneShape& shape = runtime::all_lane_shapes()[in->imm];
        if (b.low >= 128 / shape.bits) return {in};
        d = read_lane(a, b.low, shape);
        break;
      }
      case Code::Splat: {
        const runtime::LaneShape& shape = runtime::all_lane_shapes()[in->imm];
        const uint64_t value = a.low;
        for (uint64_t lane = 0; lane < 128 / shape.bits; ++lane) d = with_lane(lane == 0 ? Register{0, 0} : d, lane, shape, value);
        break;
      }
      case Code::ReplaceLane: d = with_lane(a, in->imm % 256, runtime::all_lane_shapes()[in->imm / 256], b.low); break;
      case Code::TextEqual: d.low = text_in(a) == text_in(b); break;
      case Code::VectorEqual: d.low = a.low == b.low && a.high == b.high; break;
      case Code::Truth: d.low = a.low != 0; break;
      case Code::IsZero: d.low = a.low == 0; break;
      case Code::Select: d = registers[in->imm].low != 0 ? a : b; break;
      case Code::Jump: in = first + in->imm - 1; break;
      case Code::JumpIfZero:
        if (a.low == 0) in = first + in->imm - 1;
        break;
      case Code::JumpIfNotZero:
        if (a.low != 0) in = first + in->imm - 1;
        break;
      default: {
        const wasm::TrapCode trap = calculate(static_cast<wasm::Op>(in->code), a.low, b.low, d.low);
        if (trap != wasm::TrapCode::None) return {in, trap};
      }
    }
  }
  return {};
}

std::string item_name(std::string_view noun, uint64_t index) { return std::string(noun) + " " + std::to_string(index); }

std::string explain(const ExpressionCode& code, const Failure& failure, const ExpressionFrame& frame, const Register* registers) {
  if (failure.trap != wasm::TrapCode::None) return std::string(wasm::text_of(failure.trap));
  const Instruction& in = *failure.at;
  const uint64_t a = registers[in.a].low, b = registers[in.b].low;
  const ObjectReader objects(frame.store(), frame.instance(), *code.names);
  const auto wanted = [&] { return type_name(*code.names, static_cast<wasm::TypeIndex>(in.imm)); };
  switch (in.code) {
    case Code::MemoryPointer:
    case Code::String:
    case Code::Range: {
      const uint64_t count = in.code == Code::MemoryPointer ? in.b : in.code == Code::Range ? b : 1;
      return std::to_string(count) + (count == 1 ? " byte at " : " bytes at ") + to_hex(a) +
             (count == 1 ? " is past the end of " : " are past the end of ") + item_name("memory", in.imm) + ", which has " + to_hex(frame.instance().memories[in.imm]->size_bytes()) + " bytes";
    }
    case Code::TablePointer:
      return "element " + std::to_string(a) + " is past the end of " + item_name("table", in.imm) + ", which has " +
             std::to_string(frame.instance().tables[in.imm]->size()) + " elements";
    case Code::ElementPointer:
      return "element " + std::to_string(b) + " is past the end of the array, which has " +
             std::to_string(frame.store().heap.header(a).length) + " elements";
    case Code::CheckObject:
    case Code::CheckType: return a == 0 ? "this is null" : "this is " + objects.kind_text(a) + ", no " + wanted();
    case Code::CheckArray: return a == 0 ? "this is null" : "this is " + objects.kind_text(a) + ", no array";
    case Code::I31Signed:
    case Code::I31Unsigned: return "this is " + objects.kind_text(a) + ", no i31";
    case Code::Lane: {
      const runtime::LaneShape& shape = runtime::all_lane_shapes()[in.imm];
      return "there is no lane " + std::to_string(b) + ": " + std::string(shape.name) + " has " + std::to_string(128 / shape.bits);
    }
    default: return "this cannot be evaluated";
  }
}

std::unexpected<ExpressionError> to_error(const ExpressionCode& code, const Failure& failure, const ExpressionFrame& frame,
                                          const Register* registers) {
  return std::unexpected(ExpressionError{explain(code, failure, frame, registers), failure.at->begin, failure.at->end});
}

}  // namespace

ExpressionFrame::ExpressionFrame(const runtime::Store& store, const runtime::Instance& instance,
                                 const runtime::Execution& execution, uint32_t depth)
    : ExpressionFrame(store, instance, execution) {
  if (depth == execution.depth) return;
  CHECK(depth < execution.depth);
  slots_ = execution.slots() + execution.records()[depth].frame_base;
  above_ = execution.depth - depth;
}

Expression::Expression(std::unique_ptr<ExpressionCode> code) : code_(std::move(code)) {}
Expression::~Expression() = default;
Expression::Expression(const Expression& other) : code_(std::make_unique<ExpressionCode>(*other.code_)) {}
Expression::Expression(Expression&&) noexcept = default;
Expression& Expression::operator=(const Expression& other) {
  code_ = std::make_unique<ExpressionCode>(*other.code_);
  return *this;
}
Expression& Expression::operator=(Expression&&) noexcept = default;

std::expected<Expression, ExpressionError> Expression::compile(std::string_view text, const ExpressionScope& scope,
                                                               std::optional<wasm::ValType> wanted) {
  auto code = compile_expression(text, scope, wanted);
  if (!code) return std::unexpected(std::move(code).error());
  return Expression(std::make_unique<ExpressionCode>(std::move(*code)));
}

std::expected<ExpressionValue, ExpressionError> Expression::evaluate(const ExpressionFrame& frame) const {
  Register registers[kMostRegisters];
  const Failure failure = run(*code_, code_->instructions, frame, registers);
  if (failure.at != nullptr) return to_error(*code_, failure, frame, registers);
  const ExpressionType& type = code_->type;
  ExpressionValue value;
  value.shape = type.shape;
  value.display = type.display == Display::Plain && type.is_unsigned ? Display::Unsigned : type.display;
  if (type.kind == TypeKind::Text) {
    value.kind = type.is_bytes ? ExpressionValue::Kind::Bytes : ExpressionValue::Kind::Text;
    value.text = text_in(registers[0]);
    return value;
  }
  switch (type.kind) {
    case TypeKind::I32: value.value = {wasm::kI32, registers[0].low, 0}; break;
    case TypeKind::I64: value.value = {wasm::kI64, registers[0].low, 0}; break;
    case TypeKind::F32: value.value = {wasm::kF32, registers[0].low, 0}; break;
    case TypeKind::F64: value.value = {wasm::kF64, registers[0].low, 0}; break;
    case TypeKind::V128: value.value = {wasm::kV128, registers[0].low, registers[0].high}; break;
    case TypeKind::Ref: value.value = {type.reference, registers[0].low, 0}; break;
    default: value.value = {wasm::ref_type(wasm::HeapKind::None, true), registers[0].low, 0}; break;
  }
  return value;
}

std::expected<bool, ExpressionError> Expression::is_true(const ExpressionFrame& frame) const {
  Register registers[kMostRegisters];
  const Failure failure = run(*code_, code_->instructions, frame, registers);
  if (failure.at != nullptr) return to_error(*code_, failure, frame, registers);
  switch (code_->type.kind) {
    case TypeKind::F32: return std::bit_cast<float>(static_cast<uint32_t>(registers[0].low)) != 0;
    case TypeKind::F64: return std::bit_cast<double>(registers[0].low) != 0;
    case TypeKind::V128: return (registers[0].low | registers[0].high) != 0;
    case TypeKind::Text: return registers[0].high != 0;
    default: return registers[0].low != 0;
  }
}

bool Expression::is_condition() const { return code_->type.kind != TypeKind::Text && code_->type.kind != TypeKind::V128; }
bool Expression::is_place() const { return code_->place.has_value(); }

std::expected<ExpressionPlace, ExpressionError> Expression::locate(const ExpressionFrame& frame) const {
  if (!code_->place) {
    const auto end = static_cast<uint32_t>(code_->text.size());
    return std::unexpected(ExpressionError{"this is a value that is kept nowhere; a local, an operand, a global, memory, a table element or a field is wanted", 0, end});
  }
  Register registers[kMostRegisters];
  registers[0] = {0, 0};
  const Failure failure = run(*code_, code_->place_instructions, frame, registers);
  if (failure.at != nullptr) return to_error(*code_, failure, frame, registers);
  const ExpressionType& type = code_->type;
  const PlaceForm& form = *code_->place;
  ExpressionPlace place{.kind = form.kind, .index = form.index, .bytes = form.bytes, .is_mutable = form.is_mutable};
  switch (type.kind) {
    case TypeKind::I32: place.type = wasm::kI32; break;
    case TypeKind::I64: place.type = wasm::kI64; break;
    case TypeKind::F32: place.type = wasm::kF32; break;
    case TypeKind::F64: place.type = wasm::kF64; break;
    case TypeKind::V128: place.type = wasm::kV128; break;
    case TypeKind::Ref: place.type = type.reference; break;
    default: place.is_text = true; break;
  }
  const uint64_t pointer = registers[0].low;
  switch (form.kind) {
    case ExpressionPlace::Kind::Local:
    case ExpressionPlace::Kind::Operand: place.depth = frame.depth(); break;
    case ExpressionPlace::Kind::Global: break;
    case ExpressionPlace::Kind::Memory:
      place.address = pointer - to_number(frame.instance().memories[form.index]->region.data());
      if (place.is_text) place.bytes = registers[0].high;
      break;
    case ExpressionPlace::Kind::TableElement:
      place.address = (pointer - to_number(frame.instance().tables[form.index]->elements())) / 8;
      break;
    case ExpressionPlace::Kind::Field:
      place.object = registers[0].high;
      place.address = pointer - to_number(frame.store().heap.at(place.object));
      break;
  }
  return place;
}

bool Expression::reads_locals() const { return code_->reads_locals; }
bool Expression::reads_operands() const { return code_->reads_operands; }
std::string Expression::type_text() const { return to_text(code_->type, *code_->names); }
const std::string& Expression::text() const { return code_->text; }

std::string to_text(const ExpressionError& error, std::string_view text) {
  constexpr size_t kShown = 72;
  const size_t begin = std::min<size_t>(error.begin, text.size()), end = std::clamp<size_t>(error.end, begin, text.size());
  // A part of a long text, around the place.
  const size_t from = begin > kShown / 2 && text.size() > kShown ? begin - kShown / 2 : 0;
  const std::string before = escape_for_display(text.substr(from, begin - from), kShown);
  const std::string marked = escape_for_display(text.substr(begin, end - begin), kShown);
  const std::string after = escape_for_display(text.substr(end), kShown - std::min(kShown, marked.size()) + 1);
  const auto columns = [](std::string_view part) {
    return static_cast<size_t>(std::ranges::count_if(part, [](char c) { return (c & 0xC0) != 0x80; }));
  };
  return "column " + std::to_string(begin + 1) + ": " + error.message + "\n  " + before + marked + after + "\n  " +
         std::string(columns(before), ' ') + "^" + std::string(std::max<size_t>(columns(marked), 1) - 1, '~');
}

}  // namespace wasmscope::debug
