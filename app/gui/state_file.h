// SPDX-License-Identifier: Apache-2.0
// Where the window's memory lies between two runs.
#pragma once
#include <expected>
#include <string>

#include "ui/model/remembered.h"

namespace wasmscope::app {

// Nothing remembered when there is no file yet; the error says why the file is ignored.
std::expected<ui::Remembered, std::string> read_state(const std::string& folder);
// Makes the folder; replaces the file as a whole. False when it cannot be written.
bool write_state(const std::string& folder, const ui::Remembered& remembered);

}  // namespace wasmscope::app
