// SPDX-License-Identifier: Apache-2.0
// A value in the columns in which the window shows it.
#pragma once
#include <optional>
#include <string>

#include "engine/debug/snapshot.h"

namespace wasmscope::ui {

struct ValueText {
  std::string type;        // "i32"
  std::string main;        // "0x0001ff02", "1.0e-3", "null"
  std::string other;       // "130 818": the same in decimal, or ""
};
ValueText value_text(const runtime::Value& value);
// The shortest useful form: "0x1ff02", "0", "-3", "1.5".
std::string short_text(const runtime::Value& value);
std::string float_text(double value);
std::string float_text(float value);

}  // namespace wasmscope::ui
