// SPDX-License-Identifier: Apache-2.0
#include "tests/support/random_objects.h"

#include <algorithm>
#include <functional>

#include "engine/wasm/type_codes.h"
#include "tests/support/byte_writer.h"
#include "tests/support/random_body.h"

namespace wasmscope::test {
namespace {

using wasm::HeapKind;
using wasm::Kind;
using wasm::Op;
using wasm::ValType;

// The types of every program; fields and some elements differ. Those up to kFuncArray are one group.
enum Type : uint32_t {
  kBase,        // struct
  kMiddle,      // struct, below kBase
  kLeaf,        // struct, final, below kMiddle
  kOther,       // struct
  kBytes,       // arrays
  kShorts,
  kInts,
  kWides,
  kVectors,
  kObjects,
  kBases,
  kFuncArray,
  kTwin,        // two final structs that are the same type
  kOtherTwin,
  kFirstFunc
};
constexpr uint32_t kFirstArray = kBytes;
constexpr uint32_t kDataBytes = 64, kElements = 6;

ValType ref(HeapKind kind) { return wasm::ref_type(kind, true); }
ValType ref(uint32_t type) { return wasm::ref_type(type, true); }

struct Plan {
  std::vector<std::vector<wasm::FieldType>> structs;   // kBase to kOther
  std::vector<wasm::FieldType> elements;               // kBytes to kFuncArray
  struct Func {
    std::vector<ValType> params, results;
  };
  std::vector<Func> funcs;                             // the last is the entry
  uint32_t fuel = 0;
  uint32_t trap_percent = 0;
  RandomNumbers& random;

  const std::vector<wasm::FieldType>& fields(uint32_t type) const {
    static const std::vector<wasm::FieldType> kTwinFields = {{wasm::kI32, wasm::Packed::None, wasm::Mutability::Var}};
    return type >= kTwin ? kTwinFields : structs[type];
  }
  const wasm::FieldType& element(uint32_t type) const { return elements[type - kFirstArray]; }
};

const std::vector<ValType>& numbers() {
  static const std::vector<ValType> types = {wasm::kI32, wasm::kI64, wasm::kF32, wasm::kF64, wasm::kV128};
  return types;
}
const std::vector<ValType>& references() {
  static const std::vector<ValType> types = [] {
    std::vector<ValType> found;
    for (const HeapKind kind : {HeapKind::Any, HeapKind::Eq, HeapKind::Struct, HeapKind::Array, HeapKind::I31,
                                HeapKind::Extern, HeapKind::Func})
      found.push_back(ref(kind));
    for (uint32_t type = kBase; type < kFirstFunc; ++type) found.push_back(ref(type));
    return found;
  }();
  return types;
}

// Of references among those above.
bool is_below(ValType sub, ValType super) {
  if (sub == super) return true;
  const auto is_object = [](ValType type) { return type.heap == HeapKind::Concrete; };
  const bool is_struct = is_object(sub) && (sub.index < kFirstArray || sub.index >= kTwin);
  switch (super.heap) {
    case HeapKind::Any: return sub.heap != HeapKind::Extern && sub.heap != HeapKind::Func;
    case HeapKind::Eq:
      return is_object(sub) || sub.heap == HeapKind::I31 || sub.heap == HeapKind::Struct || sub.heap == HeapKind::Array;
    case HeapKind::Struct: return is_struct;
    case HeapKind::Array: return is_object(sub) && !is_struct;
    case HeapKind::Concrete:
      if (!is_object(sub)) return false;
      if (super.index >= kTwin) return sub.index >= kTwin;
      return is_struct && super.index <= kLeaf && sub.index <= kLeaf && sub.index >= super.index;
    default: return false;
  }
}

char letter_of(ValType type) {
  constexpr char kLetters[] = {'?', 'i', 'l', 'f', 'd', 'v', 'r'};
  return kLetters[static_cast<size_t>(type.kind)];
}
ValType unpacked(const wasm::FieldType& field) { return field.packed == wasm::Packed::None ? field.type : wasm::kI32; }

void write_type(ByteWriter& out, ValType type) { wasm::append_value_type(out.bytes, type); }
void write_heap_type(ByteWriter& out, ValType type) { wasm::append_heap_type(out.bytes, type); }
void write_field(ByteWriter& out, const wasm::FieldType& field) {
  if (field.packed == wasm::Packed::None)
    write_type(out, field.type);
  else
    out.u8(field.packed == wasm::Packed::I8 ? 0x78 : 0x77);
  out.u8(1);
}
void write_null(ByteWriter& out, ValType type) {
  const HeapKind bottom = type.heap == HeapKind::Extern ? HeapKind::NoExtern
                          : type.heap == HeapKind::Func ? HeapKind::NoFunc
                                                        : HeapKind::None;
  out.op(Op::RefNull);
  write_heap_type(out, ref(bottom));
}

wasm::FieldType random_field(RandomNumbers& random) {
  static const std::vector<ValType> kReferences = {ref(HeapKind::Any),  ref(HeapKind::Eq),  ref(HeapKind::Extern),
                                                   ref(HeapKind::Func), ref(HeapKind::I31), ref(kBase),
                                                   ref(kMiddle),        ref(kObjects),      ref(kOther)};
  wasm::FieldType field{wasm::kI32, wasm::Packed::None, wasm::Mutability::Var};
  if (random.chance(25))
    field.packed = random.chance(50) ? wasm::Packed::I8 : wasm::Packed::I16;
  else
    field.type = random.chance(45) ? random.pick(numbers()) : random.pick(kReferences);
  return field;
}

class Body {
 public:
  Body(Plan& plan, uint32_t func) : plan_(plan), random_(plan.random), func_(func) {}

  std::vector<uint8_t> make() {
    locals_ = plan_.funcs[func_].params;
    ByteWriter declared;
    std::vector<ValType> added = {wasm::kI32, wasm::kI32, wasm::kI32, wasm::kI64,
                                  wasm::kI64, wasm::kF32, wasm::kF64, wasm::kV128};
    added.insert(added.end(), references().begin(), references().end());
    added.push_back(ref(HeapKind::Any));
    added.push_back(ref(kBase));
    first_scratch_ = static_cast<uint32_t>(locals_.size() + added.size());
    locals_.insert(locals_.end(), added.begin(), added.end());
    // Scratch: an index, a count, and a local for each array type.
    added.insert(added.end(), {wasm::kI32, wasm::kI32, wasm::kI32});
    for (uint32_t type = kFirstArray; type <= kFuncArray; ++type) added.push_back(ref(type));
    declared.leb(added.size());
    for (const ValType type : added) write_type(declared.leb(1), type);
    burn_fuel();
    for (uint64_t left = 4 + random_.below(12); left > 0; --left) statement(2);
    for (const ValType result : plan_.funcs[func_].results) value(result, 2);
    code_.op(Op::End);
    return declared.raw(code_.bytes).bytes;
  }

 private:
  bool unguarded() { return random_.chance(plan_.trap_percent); }
  uint32_t scratch_index(uint32_t which) const { return first_scratch_ + which; }
  uint32_t scratch_array(uint32_t type) const { return first_scratch_ + 3 + type - kFirstArray; }

  void burn_fuel() {
    code_.op(Op::GlobalGet).leb(0).op(Op::I32Eqz).op(Op::If).u8(0x40);
    for (const ValType result : plan_.funcs[func_].results) constant(result);
    code_.op(Op::Return).op(Op::End);
    code_.op(Op::GlobalGet).leb(0).constant('i', 1).op(Op::I32Sub).op(Op::GlobalSet).leb(0);
  }

  // Zero, null or any number.
  void constant(ValType type) {
    if (type.is_ref())
      write_null(code_, type);
    else
      write_random_constant(code_, random_, letter_of(type));
  }

  std::vector<uint32_t> locals_below(ValType type) const {
    std::vector<uint32_t> found;
    for (uint32_t i = 0; i < first_scratch_; ++i)
      if (locals_[i] == type || (type.is_ref() && locals_[i].is_ref() && is_below(locals_[i], type)))
        found.push_back(i);
    return found;
  }
  ValType random_type() { return random_.chance(40) ? random_.pick(numbers()) : random_.pick(references()); }

  // --- values

  void leaf(ValType type) {
    const std::vector<uint32_t> locals = locals_below(type);
    if (!locals.empty() && random_.chance(70))
      code_.op(Op::LocalGet).leb(random_.pick(locals));
    else if (type == ref(HeapKind::Any) && random_.chance(60))
      code_.op(Op::GlobalGet).leb(1);
    else if (type == ref(kBase) && random_.chance(60))
      code_.op(Op::GlobalGet).leb(2);
    else if (type == ref(HeapKind::Func))
      code_.op(Op::RefFunc).leb(random_.below(plan_.funcs.size()));
    else
      constant(type);
  }

  void value(ValType type, int depth) {
    if (depth <= 0 || random_.chance(15)) return leaf(type);
    if (random_.chance(8)) {
      for (uint32_t func = 0; func + 1 < plan_.funcs.size(); ++func)
        if (plan_.funcs[func].results[0] == type) return call(func, depth);
    }
    if (random_.chance(12) && read_of(type, depth)) return;
    if (random_.chance(6)) {
      value(type, depth - 1);
      value(type, depth - 1);
      value(wasm::kI32, depth - 1);
      write_type(code_.op(Op::SelectTyped).leb(1), type);
      return;
    }
    if (type.is_ref()) return reference(type, depth);
    if (type == wasm::kI32) return number(depth);
    if (read_of(type, depth)) return;
    leaf(type);
  }

  void number(int depth) {
    switch (random_.below(8)) {
      case 0:
        value(random_.pick(references()), depth - 1);
        code_.op(Op::RefIsNull);
        return;
      case 1: {
        value(ref(HeapKind::Eq), depth - 1);
        value(ref(HeapKind::Eq), depth - 1);
        code_.op(Op::RefEq);
        return;
      }
      case 2: {
        const auto [top, target] = cast_pair();
        value(top, depth - 1);
        write_heap_type(code_.op(random_.chance(50) ? Op::RefTest : Op::RefTestNull), target);
        return;
      }
      case 3:
        number_reference(depth);
        code_.op(random_.chance(50) ? Op::I31GetS : Op::I31GetU);
        return;
      case 4:
        surely(ref(random_array()), depth);
        code_.op(Op::ArrayLen);
        return;
      case 5:
        value(wasm::kI32, depth - 1);
        value(wasm::kI32, depth - 1);
        code_.op(random_.chance(50) ? Op::I32Add : Op::I32Xor);
        return;
      default:
        if (!read_of(wasm::kI32, depth)) leaf(wasm::kI32);
    }
  }

  void reference(ValType type, int depth) {
    std::vector<uint32_t> made;
    for (uint32_t each = kBase; each < kFirstFunc; ++each)
      if (is_below(ref(each), type)) made.push_back(each);
    const bool is_any = is_below(type, ref(HeapKind::Any));
    const uint64_t choice = random_.below(10);
    if (choice < 5 && !made.empty()) return make(random_.pick(made), depth);
    if (choice < 6 && (type.heap == HeapKind::I31 || type.heap == HeapKind::Any || type.heap == HeapKind::Eq)) {
      value(wasm::kI32, depth - 1);
      code_.op(Op::RefI31);
      return;
    }
    if (choice < 8 && is_any && type.heap != HeapKind::Any) {
      if (unguarded()) {
        value(ref(HeapKind::Any), depth - 1);
        write_heap_type(code_.op(random_.chance(50) ? Op::RefCast : Op::RefCastNull), type);
        return;
      }
      return cast_or(type, [&] { leaf(type); }, depth);
    }
    if (choice < 9 && (type.heap == HeapKind::Any || type.heap == HeapKind::Extern)) {
      const bool to_any = type.heap == HeapKind::Any;
      value(ref(to_any ? HeapKind::Extern : HeapKind::Any), depth - 1);
      code_.op(to_any ? Op::AnyConvertExtern : Op::ExternConvertAny);
      return;
    }
    if (type.heap == HeapKind::Any && random_.chance(60)) {
      code_.constant('i', random_.below(8)).op(Op::TableGet).leb(0);
      return;
    }
    leaf(type);
  }

  // A supertype of two that a cast may go between.
  std::pair<ValType, ValType> cast_pair() {
    while (true) {
      const ValType top = random_.pick(references()), target = random_.pick(references());
      if (is_below(target, top)) return {top, target};
    }
  }

  // Something that is cast to the type, or when it does not have it, what `otherwise` makes.
  void cast_or(ValType type, const std::function<void()>& otherwise, int depth) {
    ValType target = type;
    target.nullable = random_.chance(50);
    const ValType top = ref(HeapKind::Any);
    code_.op(Op::Block);
    write_type(code_, type);
    if (random_.chance(60)) {
      value(top, depth - 1);
      code_.op(Op::BrOnCast).u8(target.nullable ? 3 : 1).leb(0);
      write_heap_type(code_, top);
      write_heap_type(code_, target);
    } else {
      code_.op(Op::Block);
      write_type(code_, top);
      value(top, depth - 1);
      code_.op(Op::BrOnCastFail).u8(target.nullable ? 3 : 1).leb(0);
      write_heap_type(code_, top);
      write_heap_type(code_, target);
      code_.op(Op::Br).leb(1).op(Op::End);
    }
    code_.op(Op::Drop);
    otherwise();
    code_.op(Op::End);
  }

  // Not null, unless a trap is wanted.
  void surely(ValType type, int depth) {
    if (unguarded()) return value(type, depth - 1);
    if (random_.chance(50)) return make(type.index, depth);
    code_.op(Op::Block);
    write_type(code_, type);
    value(type, depth - 1);
    ValType target = type;
    target.nullable = false;
    code_.op(Op::BrOnCast).u8(1).leb(0);
    write_heap_type(code_, type);
    write_heap_type(code_, target);
    code_.op(Op::Drop);
    make(type.index, 0);
    code_.op(Op::End);
  }

  void number_reference(int depth) {
    if (unguarded()) return value(ref(HeapKind::I31), depth - 1);
    value(wasm::kI32, depth - 1);
    code_.op(Op::RefI31);
  }

  void make(uint32_t type, int depth) {
    const bool is_array = type >= kFirstArray && type <= kFuncArray;
    if (!is_array) {
      if (depth <= 0 || random_.chance(20)) {
        code_.op(Op::StructNewDefault).leb(type);
        return;
      }
      for (const wasm::FieldType& field : plan_.fields(type)) value(unpacked(field), depth - 1);
      code_.op(Op::StructNew).leb(type);
      return;
    }
    const ValType element = unpacked(plan_.element(type));
    const uint64_t choice = depth <= 0 ? 1 : random_.below(5);
    if (choice == 0) {
      value(element, depth - 1);
      length(depth);
      code_.op(Op::ArrayNew).leb(type);
    } else if (choice == 1) {
      length(depth);
      code_.op(Op::ArrayNewDefault).leb(type);
    } else if (choice == 2 && is_plain(type)) {
      code_.constant('i', random_.below(unguarded() ? 80 : 20)).constant('i', random_.below(3));
      code_.op(Op::ArrayNewData).leb(type).leb(unguarded() ? 1 : 0);
    } else if (choice == 2 && segment_of(type)) {
      code_.constant('i', random_.below(unguarded() ? 9 : 3)).constant('i', random_.below(3));
      code_.op(Op::ArrayNewElem).leb(type).leb(*segment_of(type));
    } else {
      const uint64_t count = random_.below(5);
      for (uint64_t i = 0; i < count; ++i) value(element, depth - 1);
      code_.op(Op::ArrayNewFixed).leb(type).leb(count);
    }
  }
  void length(int depth) {
    if (random_.chance(60)) {
      code_.constant('i', random_.chance(95) ? random_.below(9) : random_.below(3000));
    } else {
      value(wasm::kI32, depth - 1);
      code_.constant('i', 15).op(Op::I32And);
    }
  }
  bool is_plain(uint32_t type) const { return !plan_.element(type).type.is_ref(); }
  static std::optional<uint32_t> segment_of(uint32_t type) {
    if (type == kObjects) return 1;
    if (type == kBases) return 2;
    if (type == kFuncArray) return 3;
    return std::nullopt;
  }
  uint32_t random_array() { return static_cast<uint32_t>(kFirstArray + random_.below(kFuncArray - kFirstArray + 1)); }
  uint32_t random_struct() {
    return static_cast<uint32_t>(random_.chance(80) ? random_.below(kOther + 1) : kTwin + random_.below(2));
  }

  // A field or an element of the type; false when no type has one.
  bool read_of(ValType type, int depth) {
    const auto fits = [&](const wasm::FieldType& field) {
      return unpacked(field) == type || (type.is_ref() && field.type.is_ref() && is_below(field.type, type));
    };
    const auto is_packed = [](const wasm::FieldType& field) { return field.packed != wasm::Packed::None; };
    if (random_.chance(50)) {
      for (int tries = 0; tries < 8; ++tries) {
        const uint32_t structure = random_struct();
        const auto& fields = plan_.fields(structure);
        if (fields.empty()) continue;
        const size_t field = random_.below(fields.size());
        if (!fits(fields[field])) continue;
        surely(ref(structure), depth);
        code_.op(!is_packed(fields[field]) ? Op::StructGet : random_.chance(50) ? Op::StructGetS : Op::StructGetU);
        code_.leb(structure).leb(field);
        return true;
      }
    }
    for (int tries = 0; tries < 8; ++tries) {
      const uint32_t array = random_array();
      if (!fits(plan_.element(array))) continue;
      const Op op = !is_packed(plan_.element(array)) ? Op::ArrayGet
                    : random_.chance(50)             ? Op::ArrayGetS
                                                     : Op::ArrayGetU;
      array_and_index(array, depth);
      if (unguarded()) {
        code_.op(op).leb(array);
        return true;
      }
      guard(array, [&] { code_.op(op).leb(array); }, type);
      return true;
    }
    return false;
  }

  void array_and_index(uint32_t array, int depth) {
    surely(ref(array), depth);
    value(wasm::kI32, depth - 1);
    code_.constant('i', 7).op(Op::I32And);
  }
  // With an array and an index on the stack: acts on them when the index is inside.
  void guard(uint32_t array, const std::function<void()>& act, std::optional<ValType> result) {
    code_.op(Op::LocalSet).leb(scratch_index(0)).op(Op::LocalSet).leb(scratch_array(array));
    code_.op(Op::LocalGet).leb(scratch_index(0)).op(Op::LocalGet).leb(scratch_array(array)).op(Op::ArrayLen);
    code_.op(Op::I32LtU).op(Op::If);
    if (result)
      write_type(code_, *result);
    else
      code_.u8(0x40);
    code_.op(Op::LocalGet).leb(scratch_array(array)).op(Op::LocalGet).leb(scratch_index(0));
    act();
    if (result) {
      code_.op(Op::Else);
      constant(*result);
    }
    code_.op(Op::End);
  }

  void call(uint32_t func, int depth) {
    for (const ValType param : plan_.funcs[func].params) value(param, depth - 1);
    if (random_.chance(20)) {
      code_.constant('i', func).op(Op::CallIndirect).leb(kFirstFunc + func).leb(1);
      return;
    }
    code_.op(Op::Call).leb(func);
  }

  // --- statements

  void statement(int depth) {
    switch (random_.below(14)) {
      case 0:
      case 1:
      case 2:
      case 3: {
        const auto local = static_cast<uint32_t>(random_.below(first_scratch_));
        value(locals_[local], depth + 1);
        code_.op(Op::LocalSet).leb(local);
        return;
      }
      case 4: {
        const bool is_any = random_.chance(50);
        value(is_any ? ref(HeapKind::Any) : ref(kBase), depth);
        code_.op(Op::GlobalSet).leb(is_any ? 1 : 2);
        return;
      }
      case 5: return set_field(depth);
      case 6:
      case 7: return set_element(depth);
      case 8: return act_on_range(depth);
      case 9:
        code_.constant('i', random_.below(8));
        value(ref(HeapKind::Any), depth);
        code_.op(Op::TableSet).leb(0);
        return;
      case 10: {
        if (depth <= 0) return;
        value(wasm::kI32, 1);
        code_.op(Op::If).u8(0x40);
        statement(depth - 1);
        if (random_.chance(50)) {
          code_.op(Op::Else);
          statement(depth - 1);
        }
        code_.op(Op::End);
        return;
      }
      case 11: {
        if (depth <= 0) return;
        code_.op(Op::Loop).u8(0x40);
        burn_fuel();
        statement(depth - 1);
        statement(depth - 1);
        value(wasm::kI32, 1);
        code_.constant('i', 1).op(Op::I32And).op(Op::BrIf).leb(0).op(Op::End);
        return;
      }
      case 12:
        if (random_.chance(30)) {
          if (random_.chance(50))
            code_.op(Op::ElemDrop).leb(4);
          else
            code_.op(Op::DataDrop).leb(1);
          return;
        }
        [[fallthrough]];
      default: {
        value(random_type(), depth);
        code_.op(Op::Drop);
      }
    }
  }

  void set_field(int depth) {
    const uint32_t structure = random_struct();
    const auto& fields = plan_.fields(structure);
    if (fields.empty()) return;
    const size_t field = random_.below(fields.size());
    surely(ref(structure), depth);
    value(unpacked(fields[field]), depth);
    code_.op(Op::StructSet).leb(structure).leb(field);
  }

  void set_element(int depth) {
    const uint32_t array = random_array();
    array_and_index(array, depth);
    const ValType element = unpacked(plan_.element(array));
    const auto act = [&] {
      leaf(element);
      code_.op(Op::ArraySet).leb(array);
    };
    if (unguarded())
      act();
    else
      guard(array, act, std::nullopt);
  }

  // Fill, copy and the two that take from segments. What is inside an array of `kElements`, unless a trap is wanted.
  void act_on_range(int depth) {
    const uint32_t array = random_array();
    const auto whole = [&](uint32_t type) {
      if (unguarded()) return value(ref(type), depth);
      code_.constant('i', kElements).op(Op::ArrayNewDefault).leb(type).op(Op::LocalTee).leb(scratch_array(type));
    };
    const auto index = [&] { code_.constant('i', random_.below(unguarded() ? 9 : 4)); };
    const auto count = [&] { code_.constant('i', random_.below(3)); };
    whole(array);
    index();
    const uint64_t choice = random_.below(3);
    if (choice == 0) {
      value(unpacked(plan_.element(array)), depth - 1);
      count();
      code_.op(Op::ArrayFill).leb(array);
    } else if (choice == 1 && is_plain(array)) {
      index();
      count();
      code_.op(Op::ArrayInitData).leb(array).leb(random_.chance(95) ? 0 : 1);
    } else if (choice == 1 && segment_of(array)) {
      index();
      count();
      code_.op(Op::ArrayInitElem).leb(array).leb(*segment_of(array));
    } else {
      const bool is_same = random_.chance(50);
      if (is_same)
        code_.op(Op::LocalGet).leb(scratch_array(array));
      else
        whole(array);
      index();
      count();
      code_.op(Op::ArrayCopy).leb(array).leb(array);
    }
    // What has come of it stays reachable.
    code_.constant('i', random_.below(8)).op(Op::LocalGet).leb(scratch_array(array));
    code_.op(Op::TableSet).leb(0);
  }

  Plan& plan_;
  RandomNumbers& random_;
  const uint32_t func_;
  std::vector<ValType> locals_;
  uint32_t first_scratch_ = 0;
  ByteWriter code_;
};

void write_struct(ByteWriter& out, const std::vector<wasm::FieldType>& fields) {
  out.u8(0x5F).leb(fields.size());
  for (const wasm::FieldType& field : fields) write_field(out, field);
}

std::vector<uint8_t> write_types(const Plan& plan) {
  ByteWriter out;
  out.leb(3 + plan.funcs.size());
  out.u8(0x4E).leb(kFuncArray + 1);
  write_struct(out.u8(0x50).leb(0), plan.structs[kBase]);
  write_struct(out.u8(0x50).leb(1).leb(kBase), plan.structs[kMiddle]);
  write_struct(out.u8(0x4F).leb(1).leb(kMiddle), plan.structs[kLeaf]);
  write_struct(out.u8(0x50).leb(0), plan.structs[kOther]);
  for (const wasm::FieldType& element : plan.elements) write_field(out.u8(0x5E), element);
  for (int i = 0; i < 2; ++i) write_struct(out, plan.fields(kTwin));
  for (const Plan::Func& func : plan.funcs) {
    out.u8(0x60).leb(func.params.size());
    for (const ValType type : func.params) write_type(out, type);
    out.leb(func.results.size());
    for (const ValType type : func.results) write_type(out, type);
  }
  return out.bytes;
}

// Global 1: an object made by its initialiser; 2: null; 3: an array that never changes.
std::vector<uint8_t> write_globals(const Plan& plan) {
  ByteWriter out;
  out.leb(4).u8(0x7F).u8(1).constant('i', plan.fuel).op(Op::End);
  write_type(out, ref(HeapKind::Any));
  out.u8(1).constant('i', 77).op(Op::StructNew).leb(kTwin).op(Op::End);
  write_type(out, ref(kBase));
  out.u8(1);
  write_null(out, ref(kBase));
  out.op(Op::End);
  write_type(out, ref(kInts));
  out.u8(0).constant('i', 5).constant('i', 6).op(Op::ArrayNewFixed).leb(kInts).leb(2).op(Op::End);
  return out.bytes;
}

std::vector<uint8_t> write_elems(const Plan& plan) {
  ByteWriter out;
  out.leb(5);
  out.u8(2).leb(1).constant('i', 0).op(Op::End).u8(0).leb(plan.funcs.size());
  for (size_t i = 0; i < plan.funcs.size(); ++i) out.leb(i);
  const auto passive = [&](ValType type, const std::function<void(uint32_t)>& element) {
    write_type(out.u8(5), type);
    out.leb(kElements);
    for (uint32_t i = 0; i < kElements; ++i) {
      element(i);
      out.op(Op::End);
    }
  };
  passive(ref(HeapKind::Any), [&](uint32_t i) {
    if (i % 2 == 0)
      out.constant('i', i).op(Op::RefI31);
    else
      out.op(Op::StructNewDefault).leb(kOther);
  });
  passive(ref(kBase), [&](uint32_t i) { out.op(Op::StructNewDefault).leb(i % 3); });
  passive(ref(HeapKind::Func), [&](uint32_t i) { out.op(Op::RefFunc).leb(i % plan.funcs.size()); });
  passive(ref(HeapKind::Any), [&](uint32_t) { out.constant('i', 3).op(Op::ArrayNewDefault).leb(kShorts); });
  return out.bytes;
}

}  // namespace

RandomProgram make_random_object_program(uint64_t seed) {
  RandomNumbers random(seed);
  Plan plan{{}, {}, {}, 0, 0, random};
  plan.fuel = static_cast<uint32_t>(10 + random.below(60));
  plan.trap_percent = random.chance(50) ? 0 : static_cast<uint32_t>(1 + random.below(3));
  for (uint32_t type = kBase; type <= kOther; ++type) {
    std::vector<wasm::FieldType> fields;
    if (type == kMiddle || type == kLeaf) fields = plan.structs.back();
    for (uint64_t left = random.below(4) + (type == kBase ? 1 : 0); left > 0; --left)
      fields.push_back(random_field(random));
    plan.structs.push_back(fields);
  }
  const auto element = [&](ValType type, wasm::Packed packed = wasm::Packed::None) {
    plan.elements.push_back({type, packed, wasm::Mutability::Var});
  };
  element(wasm::kI32, wasm::Packed::I8);
  element(wasm::kI32, wasm::Packed::I16);
  element(wasm::kI32);
  element(random.chance(50) ? wasm::kI64 : wasm::kF64);
  element(random.chance(70) ? wasm::kV128 : wasm::kF32);
  element(ref(HeapKind::Any));
  element(ref(kBase));
  element(ref(HeapKind::Func));

  for (uint64_t left = 2 + random.below(4); left > 0; --left) {
    Plan::Func& func = plan.funcs.emplace_back();
    for (uint64_t params = random.below(4); params > 0; --params)
      func.params.push_back(random.chance(30) ? random.pick(numbers()) : random.pick(references()));
    func.results.push_back(random.chance(30) ? random.pick(numbers()) : random.pick(references()));
  }
  plan.funcs.push_back({{wasm::kI32, wasm::kI64}, {ref(HeapKind::Any), wasm::kI32}});

  ByteWriter code;
  code.leb(plan.funcs.size());
  for (uint32_t func = 0; func < plan.funcs.size(); ++func) code.sized(Body(plan, func).make());
  ByteWriter funcs, exports, tables, datas;
  funcs.leb(plan.funcs.size());
  for (size_t i = 0; i < plan.funcs.size(); ++i) funcs.leb(kFirstFunc + i);
  exports.leb(1).name("run").u8(0).leb(plan.funcs.size() - 1);
  tables.leb(2);
  write_type(tables, ref(HeapKind::Any));
  tables.u8(0).leb(8).u8(0x70).u8(0).leb(plan.funcs.size());
  datas.leb(2);
  for (const uint32_t size : {kDataBytes, uint32_t{16}}) {
    datas.u8(1).leb(size);
    for (uint32_t i = 0; i < size; ++i) datas.u8(random.next());
  }
  ByteWriter module;
  module.header().section(1, write_types(plan)).section(3, funcs.bytes).section(4, tables.bytes);
  module.section(6, write_globals(plan)).section(7, exports.bytes).section(9, write_elems(plan)).section(12, {2});
  module.section(10, code.bytes).section(11, datas.bytes);
  return {std::move(module.bytes),
          "run",
          {runtime::Value::i32(random_constant(random, 'i')), runtime::Value::i64(random.next())}};
}

}  // namespace wasmscope::test
