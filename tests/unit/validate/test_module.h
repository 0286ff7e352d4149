// SPDX-License-Identifier: Apache-2.0
// Modules for tests of validation, as sections of bytes; each test writes only the sections it is about.
#pragma once
#include <map>
#include <vector>

#include "engine/binary/decoder.h"
#include "engine/validate/validate.h"
#include "tests/support/byte_writer.h"

namespace wasmscope::test {

inline ByteWriter w() { return {}; }

class TestModule {
 public:
  // One item of a section; `bytes` without the count.
  TestModule& add(wasm::SectionId section, const ByteWriter& item) {
    items_[section].push_back(item.bytes);
    return *this;
  }
  TestModule& type(std::string_view params, std::string_view results) {
    ByteWriter type = w().u8(0x60).leb(params.size());
    for (const char letter : params) type.u8(type_code(letter));
    type.leb(results.size());
    for (const char letter : results) type.u8(type_code(letter));
    return add(wasm::SectionId::Type, type);
  }
  // `locals`: the declarations with their count.
  TestModule& func(uint32_t type, const ByteWriter& body, const ByteWriter& locals = w().u8(0)) {
    add(wasm::SectionId::Function, w().leb(type));
    return add(wasm::SectionId::Code, w().sized(w().raw(locals.bytes).raw(body.bytes).bytes));
  }
  TestModule& memory(uint32_t pages = 1) { return add(wasm::SectionId::Memory, w().u8(0).leb(pages)); }
  TestModule& table(uint32_t elements = 1) { return add(wasm::SectionId::Table, w().u8(0x70).u8(0).leb(elements)); }

  std::vector<uint8_t> bytes() const {
    using wasm::SectionId;
    ByteWriter out = w().header();
    for (const SectionId id :
         {SectionId::Type, SectionId::Import, SectionId::Function, SectionId::Table, SectionId::Memory, SectionId::Tag,
          SectionId::Global, SectionId::Export, SectionId::Start, SectionId::Elem, SectionId::DataCount,
          SectionId::Code, SectionId::Data}) {
      const auto found = items_.find(id);
      if (found == items_.end()) continue;
      ByteWriter content;
      if (id != SectionId::Start && id != SectionId::DataCount) content.leb(found->second.size());
      for (const auto& item : found->second) content.raw(item);
      out.section(static_cast<uint8_t>(id), content.bytes);
    }
    return out.bytes;
  }

 private:
  std::map<wasm::SectionId, std::vector<std::vector<uint8_t>>> items_;
};

inline Result<void> check(const std::vector<uint8_t>& bytes, const wasm::Features& features = {}) {
  auto module = binary::decode(bytes, features);
  if (!module) return std::unexpected(std::move(module).error());
  return validate::validate(*module, features);
}
inline Result<void> check(const TestModule& module, const wasm::Features& features = {}) {
  return check(module.bytes(), features);
}
// "valid", or the error on one line without its place.
inline std::string verdict(const Result<void>& result) {
  if (result) return "valid";
  std::string text(text_of(result.error().code));
  return result.error().detail.empty() ? text : text + ": " + result.error().detail;
}

}  // namespace wasmscope::test
