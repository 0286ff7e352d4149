// SPDX-License-Identifier: Apache-2.0
// Which features of WebAssembly are switched on; parsed from `--features`.
#pragma once
#include <bitset>

#include "engine/wasm/error.h"
#include "engine/wasm/opcode.h"

namespace wasmscope::wasm {

struct FeatureInfo {
  std::string_view name, flag, text;
  bool on;
};
std::span<const FeatureInfo> all_features();

class Features {
 public:
  Features();  // the defaults of features.def
  bool has(Feature feature) const { return bits_[static_cast<size_t>(feature)]; }
  void set(Feature feature, bool on) { bits_[static_cast<size_t>(feature)] = on; }
  friend bool operator==(const Features&, const Features&) = default;

 private:
  std::bitset<64> bits_;
};
// LIST: comma-separated; "gc" or "+gc" switches on, "-gc" off, "all", "none" (MVP only), "default".
Result<Features> parse_features(std::string_view list);

}  // namespace wasmscope::wasm
