// SPDX-License-Identifier: Apache-2.0
#include "app/gui/state_file.h"

#include <filesystem>

#include "engine/base/file.h"

namespace wasmscope::app {
namespace {

std::string path_in(const std::string& folder) { return folder + "/window"; }

}  // namespace

std::expected<ui::Remembered, std::string> read_state(const std::string& folder) {
  const auto bytes = read_file(path_in(folder));
  if (!bytes && bytes.error().code == FileError::Code::NotFound) return ui::Remembered{};
  if (!bytes) return std::unexpected(path_in(folder) + " is ignored: " + bytes.error().text);
  std::optional<ui::Remembered> remembered =
      ui::parse_remembered({reinterpret_cast<const char*>(bytes->data()), bytes->size()});
  if (!remembered) return std::unexpected(path_in(folder) + " is ignored: it is not what this window writes");
  std::error_code ignored;
  for (ui::RecentFile& file : remembered->recent)
    file.is_missing = !std::filesystem::is_regular_file(file.path, ignored);
  return *std::move(remembered);
}

bool write_state(const std::string& folder, const ui::Remembered& remembered) {
  std::error_code ignored;
  std::filesystem::create_directories(folder, ignored);
  const std::string text = to_text(remembered);
  return write_file(path_in(folder), {reinterpret_cast<const uint8_t*>(text.data()), text.size()}).has_value();
}

}  // namespace wasmscope::app
