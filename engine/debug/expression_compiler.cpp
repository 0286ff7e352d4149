// SPDX-License-Identifier: Apache-2.0
// From the tree to terms with types, and from terms to instructions.
#include <algorithm>

#include "engine/base/try.h"
#include "engine/base/utf8.h"
#include "engine/debug/expression_names.h"
#include "engine/debug/expression_terms.h"
#include "engine/lower/slot_code.h"
#include "engine/text/numbers.h"
#include "engine/wasm/object_layout.h"

namespace wasmscope::debug {
namespace {

constexpr ExpressionType kI32{.kind = TypeKind::I32}, kSize{.kind = TypeKind::I64, .is_unsigned = true},
    kText{.kind = TypeKind::Text};

ExpressionType expression_type(wasm::ValType type) {
  switch (type.kind) {
    case wasm::Kind::I32: return {.kind = TypeKind::I32};
    case wasm::Kind::I64: return {.kind = TypeKind::I64};
    case wasm::Kind::F32: return {.kind = TypeKind::F32};
    case wasm::Kind::F64: return {.kind = TypeKind::F64};
    case wasm::Kind::V128: return {.kind = TypeKind::V128};
    default: return {.kind = TypeKind::Ref, .reference = type};
  }
}

enum class Helper : uint8_t { String, Bytes, Show, Integer, Float, Absolute, Smaller, Larger, Rotate, CopySign, Cast, Is };
struct HelperInfo {
  std::string_view name;
  Helper helper;
  uint8_t least, most;   // arguments
  Display display = Display::Plain;
};
constexpr HelperInfo kHelpers[] = {
    {"str", Helper::String, 1, 2},      {"bytes", Helper::Bytes, 2, 2},
    {"hex", Helper::Show, 1, 1, Display::Hex}, {"bin", Helper::Show, 1, 1, Display::Binary},
    {"char", Helper::Show, 1, 1, Display::Character},
    {"popcnt", Helper::Integer, 1, 1},  {"clz", Helper::Integer, 1, 1},
    {"ctz", Helper::Integer, 1, 1},     {"abs", Helper::Absolute, 1, 1},
    {"sqrt", Helper::Float, 1, 1},      {"ceil", Helper::Float, 1, 1},
    {"floor", Helper::Float, 1, 1},     {"trunc", Helper::Float, 1, 1},
    {"nearest", Helper::Float, 1, 1},   {"min", Helper::Smaller, 2, 2},
    {"max", Helper::Larger, 2, 2},      {"rotl", Helper::Rotate, 2, 2},
    {"rotr", Helper::Rotate, 2, 2},     {"copysign", Helper::CopySign, 2, 2},
    {"cast", Helper::Cast, 2, 2},       {"is", Helper::Is, 2, 2}};

constexpr auto kIsPure = [] {
  std::array<bool, wasm::kOpCount> is_pure{};
#define OP(...)
#define OP_UNARY(Name, ...) is_pure[static_cast<size_t>(wasm::Op::Name)] = true;
#define OP_BINARY(Name, ...) is_pure[static_cast<size_t>(wasm::Op::Name)] = true;
#define OP_UNARY_TRAP(Name, ...) is_pure[static_cast<size_t>(wasm::Op::Name)] = true;
#define OP_BINARY_TRAP(Name, ...) is_pure[static_cast<size_t>(wasm::Op::Name)] = true;
#include "engine/wasm/opcodes.def"
  return is_pure;
}();

ExpressionType type_of_letter(char letter) {
  constexpr std::string_view kLetters = "ilfd";
  constexpr TypeKind kKinds[] = {TypeKind::I32, TypeKind::I64, TypeKind::F32, TypeKind::F64};
  return {.kind = kKinds[kLetters.find(letter)]};
}

class Compiler {
 public:
  Compiler(const Tree& tree, const ExpressionScope& scope) : tree_(tree), scope_(scope), terms_(scope.names) {}

  std::expected<ExpressionCode, ExpressionError> compile(std::optional<wasm::ValType> wanted) {
    TRY_ASSIGN(const TermIndex analysed, value(tree_.root));
    TRY_ASSIGN(const TermIndex root, wanted ? as_wanted(analysed, *wanted) : terms_.with_type(analysed));
    code_.names = &scope_.names;
    code_.module = &scope_.module;
    code_.type = terms_[root].type;
    emit(root, 0);
    code_.place = terms_[root].place;
    if (code_.place) {
      std::swap(code_.instructions, code_.place_instructions);
      const Term& term = terms_[root];
      if (term.type.kind == TypeKind::Text) emit(root, 0);
      else if (is_read(term.code)) emit(term.children[0], 0);
      std::swap(code_.instructions, code_.place_instructions);
    }
    if (needs_too_much_) return std::unexpected(error(tree_.root, "the expression is nested too deeply"));
    return std::move(code_);
  }

 private:
  ExpressionError error(NodeIndex node, std::string message) const {
    return {std::move(message), tree_[node].begin, tree_[node].end};
  }
  std::unexpected<ExpressionError> fail(NodeIndex node, std::string message) const {
    return std::unexpected(error(node, std::move(message)));
  }
  TermIndex add(NodeIndex node, Code code, ExpressionType type, std::initializer_list<TermIndex> children = {}, uint64_t imm = 0) {
    return terms_.at(terms_.add(code, type, children, imm), tree_[node]);
  }
  MaybeTerm at(NodeIndex node, MaybeTerm term) {
    if (term) terms_.at(*term, tree_[node]);
    return term;
  }
  static bool is_read(Code code) { return code >= Code::ReadS8 && code <= Code::Read128; }

  MaybeTerm as_wanted(TermIndex term, wasm::ValType type) {
    const TypeKind kind = terms_[term].type.kind;
    if (type.is_ref() && (kind == TypeKind::Ref || kind == TypeKind::Null)) return term;
    return terms_.to_type(term, expression_type(type));
  }

  // A term that is a value, and no memory or the like.
  MaybeTerm value(NodeIndex node) {
    TRY_ASSIGN(const TermIndex term, analyse(node));
    const std::string text = written(node);
    switch (terms_[term].type.kind) {
      case TypeKind::Memory: return fail(node, text + " is a memory: write " + text + ".i32[ADDRESS] or " + text + ".size");
      case TypeKind::Table: return fail(node, text + " is a table: write " + text + "[INDEX] or " + text + ".size");
      case TypeKind::Cell: return fail(node, text + " is a type: write " + text + "[ADDRESS] to read memory, " + text + "(VALUE) to convert");
      default: return term;
    }
  }
  std::string written(NodeIndex node) const {
    const Node& at = tree_[node];
    if (at.kind == NodeKind::Member) return written(at.children[0]) + "." + escape_for_display(at.name);
    return (at.kind == NodeKind::Name ? "$" : "") + escape_for_display(at.name);
  }

  MaybeTerm analyse(NodeIndex index) {
    const Node& node = tree_[index];
    switch (node.kind) {
      case NodeKind::Integer:
      case NodeKind::Float: {
        const TermIndex term = add(index, Code::FirstOwn, {.kind = node.kind == NodeKind::Integer ? TypeKind::Integer : TypeKind::Real}, {}, node.integer);
        terms_[term].kind = node.kind;
        terms_[term].is_negative = node.is_negative;
        terms_[term].literal = node.name;
        return term;
      }
      case NodeKind::Text:
        code_.texts.push_back(node.name);
        return add(index, Code::Text, kText, {}, code_.texts.size() - 1);
      case NodeKind::Null: return add(index, Code::Constant, {.kind = TypeKind::Null});
      case NodeKind::Name: return name(index, NameForm::Dollar);
      case NodeKind::Word: return word(index);
      case NodeKind::Func: return function(index, node.integer);
      case NodeKind::Unary: {
        TRY_ASSIGN(const TermIndex operand, value(node.children[0]));
        return at(index, terms_.unary(node.op, operand));
      }
      case NodeKind::Binary: {
        TRY_ASSIGN(const TermIndex left, value(node.children[0]));
        TRY_ASSIGN(const TermIndex right, value(node.children[1]));
        return at(index, terms_.binary(node.op, left, right));
      }
      case NodeKind::Conditional: {
        TRY_ASSIGN(const TermIndex condition, value(node.children[0]));
        TRY_ASSIGN(const TermIndex second, value(node.children[1]));
        TRY_ASSIGN(const TermIndex third, value(node.children[2]));
        return at(index, terms_.conditional(condition, second, third));
      }
      case NodeKind::Call: return call(index);
      case NodeKind::Index: return element(index);
      case NodeKind::Member: return member(index);
    }
    return fail(index, "this means nothing");
  }

  // --- names

  MaybeTerm name(NodeIndex node, NameForm form) {
    const auto symbol = find_symbol(scope_, tree_[node].name, form);
    if (!symbol) return fail(node, symbol.error());
    return item(node, *symbol);
  }

  MaybeTerm word(NodeIndex node) {
    const std::string& text = tree_[node].name;
    if (text == "tick") return add(node, Code::Tick, kSize);
    if (text == "depth") return add(node, Code::Depth, kI32);
    if (text == "pc") return add(node, Code::Pc, {.kind = TypeKind::I32, .is_unsigned = true, .display = Display::Hex});
    if (find_scalar(text) != nullptr) return add(node, Code::FirstOwn, {.kind = TypeKind::Cell});
    constexpr std::string_view kLetters = "lgmt";
    const auto number = text::parse_unsigned(std::string_view(text).substr(1), UINT32_MAX);
    if (number.is_ok() && text.find('_') == std::string::npos) {
      const auto index = static_cast<uint32_t>(number.value);
      if (text[0] == 's') return operand(node, index);
      if (const size_t kind = kLetters.find(text[0]); kind != std::string_view::npos)
        return item(node, {static_cast<SymbolKind>(kind), index});
    }
    return name(node, NameForm::Bare);
  }

  std::unexpected<ExpressionError> no_such(NodeIndex node, std::string_view what, size_t count) const {
    std::string message = "there is no " + std::string(what) + " " + escape_for_display(tree_[node].name) + ": ";
    if (count == 0) return fail(node, message + "there are none");
    return fail(node, message + (count == 1 ? "there is one, with number 0" : "their numbers are 0 to " + std::to_string(count - 1)));
  }

  MaybeTerm item(NodeIndex node, Symbol symbol) {
    const wasm::Module& module = scope_.module;
    switch (symbol.kind) {
      case SymbolKind::Local: return local(node, symbol.index);
      case SymbolKind::Global: {
        if (symbol.index >= module.globals.size()) return no_such(node, "global", module.globals.size());
        const wasm::ValType type = module.globals[symbol.index].type.type;
        const TermIndex term = add(node, sized(type, Code::Global32, Code::Global64, Code::Global128), expression_type(type), {}, symbol.index);
        const bool is_mutable = module.globals[symbol.index].type.mutability == wasm::Mutability::Var;
        terms_[term].place = PlaceForm{ExpressionPlace::Kind::Global, symbol.index, bytes_of(type), is_mutable};
        return term;
      }
      case SymbolKind::Memory:
        if (symbol.index >= module.memories.size()) return no_such(node, "memory", module.memories.size());
        return add(node, Code::FirstOwn, {.kind = TypeKind::Memory}, {}, symbol.index);
      case SymbolKind::Table:
        if (symbol.index >= module.tables.size()) return no_such(node, "table", module.tables.size());
        return add(node, Code::FirstOwn, {.kind = TypeKind::Table}, {}, symbol.index);
      case SymbolKind::Func: return function(node, symbol.index);
    }
    return fail(node, "this means nothing");
  }

  MaybeTerm function(NodeIndex node, uint64_t index) {
    if (index >= scope_.module.funcs.size()) return fail(node, "there is no function #" + std::to_string(index));
    const wasm::ValType type = wasm::ref_type(scope_.module.funcs[index].type, false);
    return add(node, Code::FuncRef, expression_type(type), {}, index);
  }

  bool has_frame() const { return scope_.func != wasm::kNoIndex && !scope_.module.is_imported(scope_.func); }

  static Code sized(wasm::ValType type, Code four, Code eight, Code sixteen) {
    if (type.kind == wasm::Kind::V128) return sixteen;
    return type.kind == wasm::Kind::I32 || type.kind == wasm::Kind::F32 ? four : eight;
  }
  static uint32_t bytes_of(wasm::ValType type) { return wasm::storage_bytes({.type = type}); }

  MaybeTerm slot(NodeIndex node, wasm::ValType type, uint32_t number) {
    return add(node, sized(type, Code::Slot32, Code::Slot64, Code::Slot128), expression_type(type), {}, number);
  }

  MaybeTerm local(NodeIndex node, uint32_t index) {
    if (!has_frame()) return fail(node, "there are no locals here: that needs a place in a function");
    if (locals_.empty()) locals_ = lower::local_places(scope_.module, scope_.func);
    if (index >= locals_.size()) return no_such(node, "local", locals_.size());
    code_.reads_locals = true;
    TRY_ASSIGN(const TermIndex term, slot(node, locals_[index].type, locals_[index].slot));
    terms_[term].place = PlaceForm{ExpressionPlace::Kind::Local, index, bytes_of(locals_[index].type)};
    return term;
  }

  MaybeTerm operand(NodeIndex node, uint32_t index) {
    if (!has_frame() || !scope_.pc) return fail(node, "there are no operands here: that needs a place in a function");
    if (!described_)
      described_ = scope_.is_suspended ? lower::describe_suspended(scope_.module, scope_.func, *scope_.pc)
                                       : lower::describe(scope_.module, scope_.func, *scope_.pc);
    const std::vector<lower::OperandPlace>& operands = described_->operands;
    if (index >= operands.size()) return no_such(node, "operand", operands.size());
    code_.reads_locals = code_.reads_operands = true;
    const lower::OperandPlace& at = operands[index];
    MaybeTerm term = at.place == lower::Place::Const ? add(node, Code::Constant, expression_type(at.type), {}, at.bits)
                                                     : slot(node, at.type, at.slot);
    terms_[*term].place = PlaceForm{ExpressionPlace::Kind::Operand, index, bytes_of(at.type)};
    return term;
  }

  // --- memories, tables, objects

  MaybeTerm load(NodeIndex node, uint32_t memory, const Scalar& scalar, NodeIndex address) {
    if (memory >= scope_.module.memories.size()) return fail(node, "there is no memory " + std::to_string(memory));
    TRY_ASSIGN(const TermIndex at, value(address));
    TRY_ASSIGN(const TermIndex number, terms_.to_address(at));
    const TermIndex pointer = add(node, Code::MemoryPointer, kSize, {number}, memory);
    terms_[pointer].width = scalar.bytes;
    const TermIndex term = add(node, scalar.read, {.kind = scalar.kind, .is_unsigned = scalar.is_unsigned}, {pointer});
    terms_[term].place = PlaceForm{ExpressionPlace::Kind::Memory, memory, scalar.bytes};
    return term;
  }

  MaybeTerm element(NodeIndex index) {
    const Node& node = tree_[index];
    const NodeIndex base_node = node.children[0];
    TRY_ASSIGN(const TermIndex base, analyse(base_node));
    const Term term = terms_[base];
    switch (term.type.kind) {
      case TypeKind::Cell: return load(index, static_cast<uint32_t>(term.imm), *find_scalar(tree_[base_node].name), node.children[1]);
      case TypeKind::Memory: return load(index, static_cast<uint32_t>(term.imm), *find_scalar("u8"), node.children[1]);
      case TypeKind::Table: {
        TRY_ASSIGN(const TermIndex at, value(node.children[1]));
        TRY_ASSIGN(const TermIndex number, terms_.to_address(at));
        const auto table = static_cast<uint32_t>(term.imm);
        const TermIndex pointer = add(index, Code::TablePointer, kSize, {number}, table);
        const TermIndex read = add(index, Code::Read64, expression_type(scope_.module.tables[table].type.element), {pointer});
        terms_[read].place = PlaceForm{ExpressionPlace::Kind::TableElement, table, 8};
        return read;
      }
      case TypeKind::V128: return lane(index, base);
      case TypeKind::Ref: return array_element(index, base);
      default: return fail(base_node, terms_.type_text(base) + " has no elements");
    }
  }

  MaybeTerm lane(NodeIndex index, TermIndex base) {
    const runtime::LaneShape* const shape = terms_[base].type.shape;
    if (shape == nullptr) return fail(index, "which lanes? write .i32x4[INDEX] or i8x16, i16x8, i64x2, f32x4, f64x2");
    TRY_ASSIGN(const TermIndex at, value(tree_[index].children[1]));
    TRY_ASSIGN(const TermIndex number, terms_.to_address(at));
    const ExpressionType type = expression_type(wasm::ValType{shape->kind});
    return add(index, Code::Lane, type, {base, number}, static_cast<uint64_t>(shape - runtime::all_lane_shapes().data()));
  }

  const wasm::CompType* composite(const ExpressionType& type) const {
    const bool is_concrete = type.kind == TypeKind::Ref && type.reference.heap == wasm::HeapKind::Concrete;
    return is_concrete ? &scope_.module.types[type.reference.index].composite : nullptr;
  }

  static Code read_code(const wasm::FieldType& field) {
    if (field.packed != wasm::Packed::None) return field.packed == wasm::Packed::I8 ? Code::ReadU8 : Code::ReadU16;
    return sized(field.type, Code::Read32, Code::Read64, Code::Read128);
  }
  TermIndex read_field(NodeIndex node, const wasm::FieldType& field, TermIndex pointer, uint32_t index) {
    const ExpressionType type = field.packed == wasm::Packed::None ? expression_type(field.type) : kI32;
    const TermIndex term = add(node, read_code(field), type, {pointer});
    terms_[term].place = PlaceForm{ExpressionPlace::Kind::Field, index, wasm::storage_bytes(field), field.mutability == wasm::Mutability::Var};
    return term;
  }

  MaybeTerm array_element(NodeIndex index, TermIndex base) {
    const Node& node = tree_[index];
    const wasm::CompType* const type = composite(terms_[base].type);
    if (type != nullptr && std::holds_alternative<wasm::StructType>(*type)) {
      const Node& number = tree_[node.children[1]];
      if (number.kind == NodeKind::Integer && !number.is_negative) return field(index, base, terms_[base].type.reference.index, number.integer);
      return fail(index, "fields of a struct are numbered: write .FIELD or [NUMBER]");
    }
    const auto* const array = type == nullptr ? nullptr : std::get_if<wasm::ArrayType>(type);
    if (array == nullptr)
      return fail(node.children[0], terms_.type_text(base) + " has no elements: write cast(..., $TYPE) around it to say what it is");
    TRY_ASSIGN(const TermIndex at, value(node.children[1]));
    TRY_ASSIGN(const TermIndex number, terms_.to_address(at));
    const TermIndex object = add(node.children[0], Code::CheckObject, terms_[base].type, {base}, terms_[base].type.reference.index);
    const TermIndex pointer = add(index, Code::ElementPointer, kSize, {object, number}, wasm::storage_bytes(array->element));
    return read_field(index, array->element, pointer, 0);
  }

  MaybeTerm field(NodeIndex index, TermIndex base, wasm::TypeIndex type, uint64_t number) {
    const auto* const structure = std::get_if<wasm::StructType>(&scope_.module.types[type].composite);
    const std::string name = type_name(scope_.names, type);
    if (structure == nullptr) return fail(index, name + " has no fields");
    if (number >= structure->fields.size()) return fail(index, name + " has " + std::to_string(structure->fields.size()) + " fields, no number " + std::to_string(number));
    const auto at = static_cast<uint32_t>(number);
    const TermIndex object = add(tree_[index].children[0], Code::CheckObject, terms_[base].type, {base}, type);
    const TermIndex pointer = add(index, Code::FieldPointer, kSize, {object}, wasm::layout_of(*structure).offsets[at]);
    return read_field(index, structure->fields[at], pointer, at);
  }

  MaybeTerm member(NodeIndex index) {
    const Node& node = tree_[index];
    const NodeIndex base_node = node.children[0];
    TRY_ASSIGN(const TermIndex base, analyse(base_node));
    const ExpressionType type = terms_[base].type;
    const uint64_t number = terms_[base].imm;
    switch (type.kind) {
      case TypeKind::Memory:
        if (node.name == "size") return add(index, Code::MemoryBytes, kSize, {}, number);
        if (node.name == "pages") return add(index, Code::MemoryPages, kSize, {}, number);
        if (find_scalar(node.name) != nullptr) return add(index, Code::FirstOwn, {.kind = TypeKind::Cell}, {}, number);
        return fail(index, "a memory has .size, .pages, .i8[ADDRESS], u8, i16, u16, i32, u32, i64, u64, f32, f64, v128, .str(ADDRESS), .bytes(ADDRESS, COUNT)");
      case TypeKind::Table:
        if (node.name == "size") return add(index, Code::TableSize, kSize, {}, number);
        return fail(index, "a table has .size and elements: write [INDEX]");
      case TypeKind::V128: {
        const runtime::LaneShape* const shape = runtime::find_lane_shape(node.name);
        if (shape == nullptr) return fail(index, "a v128 has lanes: .i8x16, .i16x8, .i32x4, .i64x2, .f32x4, .f64x2");
        return add(index, Code::Same, {.kind = TypeKind::V128, .shape = shape}, {base});
      }
      case TypeKind::Ref: return object_member(index, base);
      case TypeKind::Cell: return fail(index, "`" + written(index) + "` is called like a function: write " + written(index) + "(...)");
      default: return fail(base_node, terms_.type_text(base) + " has no fields");
    }
  }

  MaybeTerm object_member(NodeIndex index, TermIndex base) {
    const Node& node = tree_[index];
    const ExpressionType type = terms_[base].type;
    const wasm::CompType* const known = composite(type);
    const bool is_array = known != nullptr && std::holds_alternative<wasm::ArrayType>(*known);
    if (known != nullptr && !is_array && !std::holds_alternative<wasm::StructType>(*known))
      return fail(node.children[0], terms_.type_text(base) + " has no fields");
    if (is_array || (known == nullptr && node.name == "length")) {
      if (node.name != "length") return fail(index, "an array has .length and elements: write [INDEX]");
      const TermIndex object = is_array ? add(index, Code::CheckObject, type, {base}, type.reference.index) : add(index, Code::CheckArray, type, {base});
      return add(index, Code::ArrayLength, {.kind = TypeKind::I32, .is_unsigned = true}, {object});
    }
    const std::string_view name = node.name;
    if (node.is_number) {
      if (known != nullptr) return field(index, base, type.reference.index, node.integer);
      return fail(index, terms_.type_text(base) + " may have any fields: write cast(..., $TYPE) around it to say what it is");
    }
    if (known != nullptr)
      if (const auto found = find_field(scope_.module, type.reference.index, name)) return field(index, base, type.reference.index, *found);
    // A field of one type only says what the object should be.
    const std::vector<FieldName> types = types_with_field(scope_.module, name);
    if (types.size() == 1) return field(index, base, types.front().type, types.front().field);
    if (types.empty()) return fail(index, "there is no field `" + escape_for_display(name) + "` in " + terms_.type_text(base));
    return fail(index, "several types have a field `" + escape_for_display(name) + "`: write cast(..., " + type_name(scope_.names, types.front().type) + ") around the object to say what it is");
  }

  // --- calls

  MaybeTerm call(NodeIndex index) {
    const Node& node = tree_[index];
    const NodeIndex callee = node.children[0];
    const Node& called = tree_[callee];
    const size_t count = node.children.size() - 1;
    if (called.kind == NodeKind::Word) {
      if (const Scalar* scalar = find_scalar(called.name)) {
        if (count != 1) return fail(index, "a conversion takes one value: " + std::string(scalar->name) + "(VALUE)");
        TRY_ASSIGN(const TermIndex argument, value(node.children[1]));
        return at(index, terms_.cast(*scalar, argument));
      }
      if (const runtime::LaneShape* shape = runtime::find_lane_shape(called.name)) return vector(index, *shape);
      const auto* const helper = std::ranges::find(kHelpers, std::string_view(called.name), &HelperInfo::name);
      if (helper != std::end(kHelpers)) return help(index, *helper, 0);
    }
    if (called.kind == NodeKind::Member) {
      const Node& base = tree_[called.children[0]];
      if (base.kind == NodeKind::Word && find_scalar(base.name) != nullptr) return numeric(index, base.name + "." + called.name);
      TRY_ASSIGN(const TermIndex memory, analyse(called.children[0]));
      const bool is_read = called.name == "str" || called.name == "bytes";
      if (terms_[memory].type.kind == TypeKind::Memory && is_read)
        return help(index, *std::ranges::find(kHelpers, std::string_view(called.name), &HelperInfo::name), static_cast<uint32_t>(terms_[memory].imm));
    }
    std::string names;
    for (const HelperInfo& each : kHelpers) names += (names.empty() ? "" : " ") + std::string(each.name);
    return fail(callee, "expressions call nothing of the program; there are " + names + ", conversions as i64(...), instructions as i32.rotl(...)");
  }

  MaybeTerm vector(NodeIndex index, const runtime::LaneShape& shape) {
    const Node& node = tree_[index];
    const size_t count = node.children.size() - 1, lanes = 128 / shape.bits;
    const auto number = static_cast<uint64_t>(&shape - runtime::all_lane_shapes().data());
    if (count != 1 && count != lanes) return fail(index, std::string(shape.name) + " takes " + std::to_string(lanes) + " values, or 1 for all lanes");
    const ExpressionType type{.kind = TypeKind::V128, .shape = &shape};
    TermIndex made = add(index, Code::Constant, type);
    for (size_t i = 0; i < count; ++i) {
      TRY_ASSIGN(const TermIndex given, value(node.children[i + 1]));
      TRY_ASSIGN(const TermIndex lane, terms_.to_type(given, expression_type(wasm::ValType{shape.kind})));
      made = count == 1 ? add(index, Code::Splat, type, {lane}, number) : add(index, Code::ReplaceLane, type, {made, lane}, number * 256 + i);
    }
    return made;
  }

  MaybeTerm numeric(NodeIndex index, const std::string& text) {
    const Node& node = tree_[index];
    const wasm::Op op = wasm::op_from_text(text);
    if (op == wasm::Op::Count_ || !kIsPure[static_cast<size_t>(op)])
      return fail(node.children[0], "`" + escape_for_display(text) + "` is no numeric instruction");
    const std::string_view signature = wasm::info(op).signature;
    const size_t wanted = signature.find('_');
    if (node.children.size() - 1 != wanted) return fail(index, text + " takes " + (wanted == 1 ? "1 value" : "2 values"));
    std::array<TermIndex, 2> arguments{};
    for (size_t i = 0; i < wanted; ++i) {
      TRY_ASSIGN(const TermIndex given, value(node.children[i + 1]));
      TRY_ASSIGN(arguments[i], terms_.to_type(given, type_of_letter(signature[i])));
    }
    const ExpressionType type = type_of_letter(signature[wanted + 1]);
    return wanted == 1 ? add(index, code_of(op), type, {arguments[0]}) : add(index, code_of(op), type, {arguments[0], arguments[1]});
  }

  MaybeTerm help(NodeIndex index, const HelperInfo& helper, uint32_t memory) {
    const Node& node = tree_[index];
    const size_t count = node.children.size() - 1;
    if (count < helper.least || count > helper.most) {
      const std::string wanted = helper.least == helper.most ? std::to_string(helper.least) : std::to_string(helper.least) + " or " + std::to_string(helper.most);
      return fail(index, std::string(helper.name) + " takes " + wanted + (helper.most == 1 ? " value" : " values"));
    }
    TRY_ASSIGN(const TermIndex first, value(node.children[1]));
    if (helper.helper == Helper::Cast || helper.helper == Helper::Is) return type_test(index, helper.helper, first);
    std::optional<TermIndex> second;
    if (count == 2) {
      TRY_ASSIGN(second, value(node.children[2]));
    }
    switch (helper.helper) {
      case Helper::String:
      case Helper::Bytes: return memory_text(index, helper.helper, memory, first, second);
      case Helper::Show: {
        TRY_ASSIGN(const TermIndex shown, terms_.with_type(first));
        ExpressionType type = terms_[shown].type;
        if (!is_number(type.kind) || (helper.display == Display::Character && !is_integer(type.kind)))
          return fail(node.children[1], std::string(helper.name) + " is not for " + terms_.type_text(shown));
        type.display = helper.display;
        return add(index, Code::Same, type, {shown});
      }
      case Helper::Smaller:
      case Helper::Larger: return extreme(index, helper.helper, first, *second);
      default: return per_type(index, helper, first, second);
    }
  }

  // Helpers that are an instruction of each type: popcnt, sqrt, rotl.
  MaybeTerm per_type(NodeIndex index, const HelperInfo& helper, TermIndex first, std::optional<TermIndex> second) {
    const bool is_for_floats = helper.helper == Helper::Float || helper.helper == Helper::CopySign;
    MaybeTerm typed = is_for_floats && is_untyped(terms_[first].type.kind) ? terms_.to_type(first, {.kind = TypeKind::F64}) : terms_.with_type(first);
    if (!typed) return typed;
    const ExpressionType type{.kind = terms_[*typed].type.kind, .is_unsigned = terms_[*typed].type.is_unsigned};
    const bool is_allowed = is_for_floats ? is_float(type.kind) : is_integer(type.kind) || (helper.helper == Helper::Absolute && is_float(type.kind));
    if (!is_allowed)
      return terms_.fail(first, std::string(helper.name) + " is for " + (is_for_floats ? "floats" : "integers") + ", this is " + terms_.type_text(*typed));
    if (helper.helper == Helper::Absolute && is_integer(type.kind)) {
      if (type.is_unsigned) return typed;
      return add(index, Code::Magnitude, type, {*typed});
    }
    if (!second) return at(index, terms_.instruction(helper.name, type, type, {*typed}));
    TRY_ASSIGN(const TermIndex other, terms_.to_type(*second, type));
    return at(index, terms_.instruction(helper.name, type, type, {*typed, other}));
  }

  MaybeTerm extreme(NodeIndex index, Helper which, TermIndex left, TermIndex right) {
    for (const TermIndex each : {left, right})
      if (!is_number(terms_[each].type.kind)) return terms_.fail(each, "this is " + terms_.type_text(each) + ", but a number is wanted");
    TRY_ASSIGN(ExpressionType type, terms_.common_type(left, right));
    if (is_untyped(type.kind)) {
      TRY_ASSIGN(left, terms_.with_type(left));
      TRY_ASSIGN(right, terms_.with_type(right));
      TRY_ASSIGN(type, terms_.common_type(left, right));
    }
    TRY_ASSIGN(const TermIndex a, terms_.to_type(left, type));
    TRY_ASSIGN(const TermIndex b, terms_.to_type(right, type));
    if (is_float(type.kind)) return at(index, terms_.instruction(which == Helper::Smaller ? "min" : "max", type, type, {a, b}));
    const std::string less = std::string(type.kind == TypeKind::I32 ? "i32" : "i64") + (type.is_unsigned ? ".lt_u" : ".lt_s");
    return add(index, which == Helper::Smaller ? Code::Minimum : Code::Maximum, type, {a, b}, static_cast<uint64_t>(wasm::op_from_text(less)));
  }

  MaybeTerm memory_text(NodeIndex index, Helper which, uint32_t memory, TermIndex first, std::optional<TermIndex> second) {
    if (memory >= scope_.module.memories.size()) return fail(index, "there is no memory " + std::to_string(memory));
    TRY_ASSIGN(const TermIndex address, terms_.to_address(first));
    const ExpressionType type{.kind = TypeKind::Text, .is_bytes = which == Helper::Bytes};
    TermIndex term = 0;
    if (second) {
      TRY_ASSIGN(const TermIndex length, terms_.to_address(*second));
      term = add(index, Code::Range, type, {address, length}, memory);
    } else {
      term = add(index, Code::String, type, {address}, memory);
    }
    terms_[term].place = PlaceForm{ExpressionPlace::Kind::Memory, memory, 0};
    return term;
  }

  MaybeTerm type_test(NodeIndex index, Helper which, TermIndex object) {
    const NodeIndex named = tree_[index].children[2];
    const Node& node = tree_[named];
    wasm::TypeIndex type = 0;
    if (node.kind == NodeKind::Integer && !node.is_negative && node.integer < scope_.module.types.size()) {
      type = static_cast<wasm::TypeIndex>(node.integer);
    } else if (node.kind == NodeKind::Name || node.kind == NodeKind::Word) {
      const auto found = find_type(scope_, node.name);
      if (!found) return fail(named, found.error());
      type = *found;
    } else {
      return fail(named, "a type is wanted: its name or number");
    }
    const wasm::CompType& kind = scope_.module.types[type].composite;
    if (!std::holds_alternative<wasm::StructType>(kind) && !std::holds_alternative<wasm::ArrayType>(kind))
      return fail(named, type_name(scope_.names, type) + " is no type of objects");
    TRY_ASSIGN(object, terms_.with_type(object));
    const TypeKind from = terms_[object].type.kind;
    if (from != TypeKind::Ref && from != TypeKind::Null && !is_integer(from)) return terms_.fail(object, terms_.type_text(object) + " is no reference");
    if (which == Helper::Is) return add(index, Code::IsObject, kI32, {object}, type);
    return add(index, Code::CheckType, expression_type(wasm::ref_type(type, true)), {object}, type);
  }

  // --- instructions

  // Appends what puts the term's value into register d; uses the registers above.
  void emit(TermIndex index, uint16_t d) {
    const Term& term = terms_[index];
    if (d + 3 >= kMostRegisters) {
      needs_too_much_ = true;
      return;
    }
    const auto jump = [&](Code code) {
      append({.code = code, .a = d}, term);
      return code_.instructions.size() - 1;
    };
    const auto land = [&](size_t jump_at) { code_.instructions[jump_at].imm = code_.instructions.size(); };
    switch (term.code) {
      case Code::Same: emit(term.children[0], d); return;
      case Code::And:
      case Code::Or: {
        emit(term.children[0], d);
        const size_t over = jump(term.code == Code::And ? Code::JumpIfZero : Code::JumpIfNotZero);
        emit(term.children[1], d);
        land(over);
        if (!terms_[term.children[0]].is_zero_or_one || !terms_[term.children[1]].is_zero_or_one)
          append({.code = Code::Truth, .d = d, .a = d}, term);
        return;
      }
      case Code::If: {
        emit(term.children[0], d);
        const size_t to_third = jump(Code::JumpIfZero);
        emit(term.children[1], d);
        const size_t to_end = jump(Code::Jump);
        land(to_third);
        emit(term.children[2], d);
        land(to_end);
        return;
      }
      case Code::Minimum:
      case Code::Maximum: {
        const auto b = static_cast<uint16_t>(d + 1), less = static_cast<uint16_t>(d + 2);
        emit(term.children[0], d);
        emit(term.children[1], b);
        append({.code = static_cast<Code>(term.imm), .d = less, .a = d, .b = b}, term);
        const bool is_minimum = term.code == Code::Minimum;
        append({.code = Code::Select, .d = d, .a = is_minimum ? d : b, .b = is_minimum ? b : d, .imm = less}, term);
        return;
      }
      case Code::Magnitude: {
        // The number or its opposite, whichever is not below 0; the lowest number is its own opposite.
        const bool is_i32 = term.type.kind == TypeKind::I32;
        const auto opposite = static_cast<uint16_t>(d + 1), less = static_cast<uint16_t>(d + 2);
        emit(term.children[0], d);
        append({.code = Code::Constant, .d = opposite}, term);
        append({.code = code_of(is_i32 ? wasm::Op::I32LtS : wasm::Op::I64LtS), .d = less, .a = d, .b = opposite}, term);
        append({.code = code_of(is_i32 ? wasm::Op::I32Sub : wasm::Op::I64Sub), .d = opposite, .a = opposite, .b = d}, term);
        append({.code = Code::Select, .d = d, .a = opposite, .b = d, .imm = less}, term);
        return;
      }
      default: break;
    }
    for (uint8_t i = 0; i < term.count; ++i) emit(term.children[i], static_cast<uint16_t>(d + i));
    const auto second = term.code == Code::MemoryPointer ? term.width : static_cast<uint16_t>(d + 1);
    append({.code = term.code, .d = d, .a = d, .b = second, .imm = term.imm}, term);
  }
  void append(Instruction instruction, const Term& term) {
    instruction.begin = term.begin;
    instruction.end = term.end;
    code_.instructions.push_back(instruction);
  }

  const Tree& tree_;
  const ExpressionScope& scope_;
  Terms terms_;
  ExpressionCode code_;
  std::vector<lower::LocalPlace> locals_;
  std::optional<lower::Description> described_;
  bool needs_too_much_ = false;
};

}  // namespace

std::expected<ExpressionCode, ExpressionError> compile_expression(std::string_view text, const ExpressionScope& scope,
                                                                  std::optional<wasm::ValType> wanted) {
  TRY_ASSIGN(const Tree tree, parse_expression(text));
  auto code = Compiler(tree, scope).compile(wanted);
  if (code) code->text = text;
  return code;
}

}  // namespace wasmscope::debug
