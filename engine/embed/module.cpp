// SPDX-License-Identifier: Apache-2.0
#include "engine/embed/module.h"

#include "engine/base/try.h"
#include "engine/binary/decoder.h"
#include "engine/text/parser.h"
#include "engine/validate/validate.h"

namespace wasmscope::embed {

std::vector<ImportType> Module::imports() const {
  std::vector<ImportType> imports;
  for (const wasm::Import& each : model_->imports) imports.push_back({each.module, each.name, each.kind, each.index});
  return imports;
}

std::vector<ExportType> Module::exports() const {
  std::vector<ExportType> exports;
  for (const wasm::Export& each : model_->exports) exports.push_back({each.name, each.kind, each.index});
  return exports;
}

std::vector<Bytes> Module::custom_sections(std::string_view name) const {
  std::vector<Bytes> found;
  for (const wasm::Section& section : model_->sections) {
    if (section.id == wasm::SectionId::Custom && section.name == name)
      found.push_back(model_->bytes.subspan(section.payload.begin, section.payload.size()));
  }
  return found;
}

Result<Module> Engine::compile(std::vector<uint8_t> bytes) const {
  const auto owned = std::make_shared<const std::vector<uint8_t>>(std::move(bytes));
  TRY_ASSIGN(wasm::Module module, binary::decode(*owned, features_));
  TRY(validate::validate(module, features_));
  module.owned = owned;
  return Module(std::make_shared<const wasm::Module>(std::move(module)));
}

Result<Module> Engine::compile_text(std::string_view source) const {
  TRY_ASSIGN(text::ParsedModule parsed, text::parse_module(source, features_));
  auto module = compile(std::move(parsed.bytes));
  if (!module) return std::unexpected(text::in_source(module.error(), parsed.source_map, source));
  return module;
}

Result<void> Engine::validate(std::span<const uint8_t> bytes) const {
  TRY_ASSIGN(const wasm::Module module, binary::decode(bytes, features_));
  return validate::validate(module, features_);
}

}  // namespace wasmscope::embed
