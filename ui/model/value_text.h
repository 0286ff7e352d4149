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
// `shape`: how a vector is shown; null for one number. `referent`: what a reference refers to.
ValueText value_text(const runtime::Value& value, const runtime::LaneShape* shape = nullptr,
                     const debug::Referent& referent = {});
// The command that shows what a reference refers to.
std::string object_command(uint64_t reference);
// As it is typed to put it somewhere; "" for what has no such form.
std::string entry_text(const runtime::Value& value);
// A vector in every lane shape, a line each; "" for other values.
std::string lanes_text(const runtime::Value& value);
// The next shape to show vectors in, null after the last and before the first.
const runtime::LaneShape* next_shape(const runtime::LaneShape* shape);
// The shortest useful form: "0x1ff02", "0", "-3", "1.5".
std::string short_text(const runtime::Value& value);
std::string float_text(double value);
std::string float_text(float value);

}  // namespace wasmscope::ui
