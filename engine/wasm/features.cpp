// SPDX-License-Identifier: Apache-2.0
#include "engine/wasm/features.h"

#include "engine/base/utf8.h"

namespace wasmscope::wasm {
namespace {

constexpr FeatureInfo kFeatures[] = {
#define FEATURE(Name, flag, on, text) {#Name, flag, text, on},
#include "engine/wasm/features.def"
};

const FeatureInfo* find_feature(std::string_view flag) {
  for (const FeatureInfo& row : kFeatures)
    if (row.flag == flag) return &row;
  return nullptr;
}

}  // namespace

std::span<const FeatureInfo> all_features() { return kFeatures; }

Features::Features() {
  for (size_t i = 0; i < std::size(kFeatures); ++i) bits_[i] = kFeatures[i].on;
}

Result<Features> parse_features(std::string_view list) {
  Features features;
  while (!list.empty()) {
    const size_t comma = list.find(',');
    std::string_view word = list.substr(0, comma);
    list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
    if (word.empty()) continue;
    if (word == "default") {
      features = Features();
      continue;
    }
    if (word == "all" || word == "none") {
      for (size_t i = 0; i < std::size(kFeatures); ++i) features.set(static_cast<Feature>(i), word == "all");
      features.set(Feature::Mvp, true);
      continue;
    }
    const bool on = word.front() != '-';
    if (word.front() == '-' || word.front() == '+') word.remove_prefix(1);
    const FeatureInfo* row = find_feature(word);
    if (row == nullptr)
      return std::unexpected(error(ErrorCode::BadArgument, "unknown feature " + escape_for_display(word)));
    if (row->name == "Mvp" && !on) return std::unexpected(error(ErrorCode::BadArgument, "mvp cannot be switched off"));
    features.set(static_cast<Feature>(row - kFeatures), on);
  }
  return features;
}

}  // namespace wasmscope::wasm
