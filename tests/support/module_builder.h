// SPDX-License-Identifier: Apache-2.0
// Builds small modules in test code, section by section, also broken ones: nothing is checked, and raw bytes
// may be put anywhere.
//
//   ModuleBuilder module;
//   const uint32_t add = module.func("ii_i", code().local_get(0).local_get(1).op(Op::I32Add));
//   module.export_item("add", wasm::ExternKind::Func, add);
//   const std::vector<uint8_t> bytes = module.bytes();
#pragma once
#include <array>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "engine/wasm/module.h"
#include "tests/support/byte_writer.h"

namespace wasmscope::test {

// Instructions of an expression; the final `end` is added where it is used.
struct CodeWriter : ByteWriter {
  CodeWriter& op(wasm::Op op) {
    ByteWriter::op(op);
    return *this;
  }
  CodeWriter& op(wasm::Op op, uint64_t index) {
    ByteWriter::op(op).leb(index);
    return *this;
  }
  CodeWriter& op(wasm::Op op, uint64_t index, uint64_t index2) {
    ByteWriter::op(op).leb(index).leb(index2);
    return *this;
  }
  CodeWriter& i32(int32_t value) {
    ByteWriter::op(wasm::Op::I32Const).signed_leb(value);
    return *this;
  }
  CodeWriter& i64(int64_t value) {
    ByteWriter::op(wasm::Op::I64Const).signed_leb(value);
    return *this;
  }
  CodeWriter& f32(uint32_t bits) {
    ByteWriter::op(wasm::Op::F32Const).little_endian(bits, 4);
    return *this;
  }
  CodeWriter& f64(uint64_t bits) {
    ByteWriter::op(wasm::Op::F64Const).little_endian(bits, 8);
    return *this;
  }
  CodeWriter& local_get(uint32_t index) { return op(wasm::Op::LocalGet, index); }
  CodeWriter& local_set(uint32_t index) { return op(wasm::Op::LocalSet, index); }
  CodeWriter& access(wasm::Op access, uint32_t align, uint64_t offset) { return op(access, align, offset); }
  // Block, Loop, If, Try with no type, a value type's letter, or a type index.
  CodeWriter& block(wasm::Op op) {
    ByteWriter::op(op).u8(0x40);
    return *this;
  }
  CodeWriter& block(wasm::Op op, char result) {
    ByteWriter::op(op).u8(type_code(result));
    return *this;
  }
  CodeWriter& block_typed(wasm::Op op, uint32_t type) {
    ByteWriter::op(op).signed_leb(type);
    return *this;
  }
  CodeWriter& end() { return op(wasm::Op::End); }
  CodeWriter& bytes_of(std::initializer_list<uint8_t> raw_bytes) {
    raw(raw_bytes);
    return *this;
  }
};
inline CodeWriter code() { return {}; }

class ModuleBuilder {
 public:
  // Types are written as signatures, "ii_i"; each is added once. Letters as in type_code(), and v for v128.
  uint32_t type(std::string_view signature) {
    const auto [found, is_new] = types_.try_emplace(std::string(signature), count(kType));
    if (is_new) {
      ByteWriter bytes;
      bytes.u8(0x60);
      const size_t split = signature.find('_');
      write_types(bytes, signature.substr(0, split));
      write_types(bytes, signature.substr(split + 1));
      raw_type(bytes.bytes);
    }
    return found->second;
  }
  // A type or recursion group as it stands in the section.
  uint32_t raw_type(const std::vector<uint8_t>& bytes) { return add(kType, bytes); }

  // Imports come before definitions of the same kind.
  uint32_t import_func(std::string_view module, std::string_view name, std::string_view signature) {
    const uint32_t index = type(signature);
    return import_item(module, name, wasm::ExternKind::Func, ByteWriter().leb(index).bytes);
  }
  // `description`: what follows the kind byte.
  uint32_t import_item(std::string_view module, std::string_view name, wasm::ExternKind kind,
                       const std::vector<uint8_t>& description) {
    add(kImport, ByteWriter().name(module).name(name).u8(static_cast<uint8_t>(kind)).raw(description).bytes);
    return imported_[static_cast<size_t>(kind)]++;
  }

  // `locals`: one letter each.
  uint32_t func(std::string_view signature, const CodeWriter& body, std::string_view locals = {}) {
    return func_of_type(type(signature), body, locals);
  }
  uint32_t func_of_type(uint32_t type, const CodeWriter& body, std::string_view locals = {}) {
    std::vector<std::pair<uint32_t, uint8_t>> runs;
    for (const char letter : locals) {
      if (!runs.empty() && runs.back().second == letter_code(letter))
        ++runs.back().first;
      else
        runs.emplace_back(1, letter_code(letter));
    }
    ByteWriter bytes;
    bytes.leb(runs.size());
    for (const auto& [run, letter] : runs) bytes.leb(run).u8(letter);
    return raw_func(type, bytes.raw(body.bytes).u8(0x0B).bytes);
  }
  // A body as it stands in the code section, without its size.
  uint32_t raw_func(uint32_t type, const std::vector<uint8_t>& body) {
    add(kCode, ByteWriter().sized(body).bytes);
    return imported(wasm::ExternKind::Func) + add(kFunction, ByteWriter().leb(type).bytes);
  }

  uint32_t table(uint32_t min, char letter = 'r') {
    return imported(wasm::ExternKind::Table) + add(kTable, ByteWriter().u8(type_code(letter)).u8(0).leb(min).bytes);
  }
  uint32_t raw_table(const std::vector<uint8_t>& bytes) {
    return imported(wasm::ExternKind::Table) + add(kTable, bytes);
  }
  uint32_t memory(uint64_t min) { return raw_memory(ByteWriter().u8(0).leb(min).bytes); }
  uint32_t memory(uint64_t min, uint64_t max) { return raw_memory(ByteWriter().u8(1).leb(min).leb(max).bytes); }
  uint32_t memory64(uint64_t min) { return raw_memory(ByteWriter().u8(4).leb(min).bytes); }
  uint32_t raw_memory(const std::vector<uint8_t>& limits) {
    return imported(wasm::ExternKind::Memory) + add(kMemory, limits);
  }
  uint32_t global(char letter, wasm::Mutability mutability, const CodeWriter& init) {
    return imported(wasm::ExternKind::Global) + add(kGlobal, ByteWriter()
                                                                 .u8(letter_code(letter))
                                                                 .u8(static_cast<uint8_t>(mutability))
                                                                 .raw(init.bytes)
                                                                 .u8(0x0B)
                                                                 .bytes);
  }
  uint32_t tag(std::string_view signature) {
    const uint32_t index = type(signature);
    return imported(wasm::ExternKind::Tag) + add(kTag, ByteWriter().u8(0).leb(index).bytes);
  }
  void export_item(std::string_view name, wasm::ExternKind kind, uint32_t index) {
    add(kExport, ByteWriter().name(name).u8(static_cast<uint8_t>(kind)).leb(index).bytes);
  }
  void start(uint32_t func) { start_ = ByteWriter().leb(func).bytes; }
  // Active, in table 0.
  void elem(const CodeWriter& offset, const std::vector<uint32_t>& funcs) {
    ByteWriter bytes;
    bytes.u8(0).raw(offset.bytes).u8(0x0B).leb(funcs.size());
    for (const uint32_t func : funcs) bytes.leb(func);
    raw_elem(bytes.bytes);
  }
  uint32_t raw_elem(const std::vector<uint8_t>& bytes) { return add(kElem, bytes); }
  // Active, in memory 0.
  uint32_t data(const CodeWriter& offset, std::string_view contents) {
    return raw_data(ByteWriter().u8(0).raw(offset.bytes).u8(0x0B).name(contents).bytes);
  }
  uint32_t passive_data(std::string_view contents) { return raw_data(ByteWriter().u8(1).name(contents).bytes); }
  uint32_t raw_data(const std::vector<uint8_t>& bytes) { return add(kData, bytes); }
  // At the end of the module.
  void custom(std::string_view name, const std::vector<uint8_t>& contents) {
    customs_.section(0, ByteWriter().name(name).raw(contents).bytes);
  }

  // With a data count section where there are data segments.
  std::vector<uint8_t> bytes() const {
    constexpr uint8_t kOrder[] = {kType,   kImport, kFunction, kTable,     kMemory, kTag, kGlobal,
                                  kExport, kStart,  kElem,     kDataCount, kCode,   kData};
    ByteWriter out;
    out.header();
    for (const uint8_t id : kOrder) {
      if (id == kStart) {
        if (!start_.empty()) out.section(kStart, start_);
      } else if (id == kDataCount) {
        if (count(kData) != 0) out.section(kDataCount, ByteWriter().leb(count(kData)).bytes);
      } else if (count(id) != 0) {
        out.section(id, ByteWriter().leb(count(id)).raw(sections_[id].second.bytes).bytes);
      }
    }
    return out.raw(customs_.bytes).bytes;
  }

 private:
  enum Id : uint8_t {
    kType = 1,
    kImport,
    kFunction,
    kTable,
    kMemory,
    kGlobal,
    kExport,
    kStart,
    kElem,
    kCode,
    kData,
    kDataCount,
    kTag
  };

  static uint8_t letter_code(char letter) { return letter == 'v' ? 0x7B : type_code(letter); }
  static void write_types(ByteWriter& out, std::string_view letters) {
    out.leb(letters.size());
    for (const char letter : letters) out.u8(letter_code(letter));
  }
  uint32_t imported(wasm::ExternKind kind) const { return imported_[static_cast<size_t>(kind)]; }
  uint32_t count(uint8_t id) const { return sections_[id].first; }
  uint32_t add(uint8_t id, const std::vector<uint8_t>& item) {
    sections_[id].second.raw(item);
    return sections_[id].first++;
  }

  std::array<std::pair<uint32_t, ByteWriter>, 14> sections_;
  std::array<uint32_t, 5> imported_{};
  std::map<std::string, uint32_t> types_;
  std::vector<uint8_t> start_;
  ByteWriter customs_;
};

}  // namespace wasmscope::test
