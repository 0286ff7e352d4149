// SPDX-License-Identifier: Apache-2.0
#include "engine/script/suite.h"

#include <algorithm>
#include <filesystem>

#include "engine/base/try.h"
#include "engine/base/utf8.h"

namespace wasmscope::script {
namespace {

namespace fs = std::filesystem;

struct FolderBase {
  std::string_view folder;     // one or more components of the path
  std::string_view features;   // from WebAssembly 3.0
};
// The first that fits.
constexpr FolderBase kFolders[] = {
    // Engines' own tests, of whatever they have.
    {"wasmtime-misc", "threads,wide-arithmetic,custom-page-sizes,stack-switching"},
    {"wasm-tools-cli", "threads,wide-arithmetic,custom-page-sizes,stack-switching"},
    {"spec-legacy-exceptions", "legacy-exceptions"},
    {"legacy-exceptions", "legacy-exceptions"},
    {"threads", "threads,-multi-memory,-memory64"},
    {"wide-arithmetic", "wide-arithmetic"},
    {"custom-page-sizes", "custom-page-sizes"},
    {"stack-switching", "stack-switching"},
    {"custom-descriptors", "custom-descriptors"},
    {"compact-import-section", "compact-imports"},
};
// On by default in the engine, but no part of WebAssembly 3.0.
constexpr std::string_view kBase = "-legacy-exceptions,-threads";

}  // namespace

wasm::Features features_for(std::string_view path) {
  std::string list(kBase);
  const std::string framed = "/" + std::string(path);
  for (const FolderBase& row : kFolders)
    if (framed.find("/" + std::string(row.folder) + "/") != std::string::npos) {
      list += "," + std::string(row.features);
      break;
    }
  return *wasm::parse_features(list);
}

Result<std::vector<std::string>> find_scripts(const std::vector<std::string>& paths) {
  std::vector<std::string> scripts;
  for (const std::string& path : paths) {
    std::error_code failure;
    if (!fs::is_directory(path, failure)) {
      scripts.push_back(path);
      continue;
    }
    std::vector<std::string> found;
    fs::recursive_directory_iterator entries(path, failure);
    for (; !failure && entries != fs::end(entries); entries.increment(failure))
      if (entries->path().extension() == ".wast") found.push_back(entries->path().string());
    if (failure) return std::unexpected(error(ErrorCode::FileUnreadable, escape_for_display(path)));
    if (found.empty())
      return std::unexpected(error(ErrorCode::BadArgument, escape_for_display(path) + " has no .wast files"));
    std::ranges::sort(found);
    scripts.insert(scripts.end(), found.begin(), found.end());
  }
  return scripts;
}

}  // namespace wasmscope::script
