// SPDX-License-Identifier: Apache-2.0
// Breakpoints and watchpoints of a module as a file between two sessions, and the folder of these files. A file belongs
// to a module by its hash; a second, small one by the module's path says which hash was there last, so that the points
// of a module that was built anew are found. Files are replaced as a whole.
//
//   wasmscope-session 1
//   module HASH "PATH"
//   point KIND on|off IGNORE OFFSET "PLACE" "NAME" "REQUESTED" "CONDITION" "MESSAGE"
#pragma once
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/debug/snapshot.h"

namespace wasmscope::debug {

struct KeptPoint {
  StopKind kind{};
  WatchMode mode{};              // Watch
  bool enabled = true;
  uint64_t ignore = 0;
  uint64_t offset = 0;           // Code: from the function's first instruction
  std::string place;             // in the grammar of `break` or `watch`, with indices
  std::string name;              // of the function, escaped; "" when it is about none
  std::string requested, condition, log;
};
struct KeptSession {
  std::string hash, path;        // of the module; the path is escaped
  std::vector<KeptPoint> points;
};
std::string to_text(const KeptSession& session);
// The error is the number of the line that cannot be read.
std::expected<KeptSession, size_t> parse_kept_session(std::string_view text);

class SessionFolder {
 public:
  // Empty: nothing is kept.
  explicit SessionFolder(std::string folder) : folder_(std::move(folder)) {}
  bool is_used() const { return !folder_.empty(); }

  // 32 hexadecimal digits.
  static std::string hash(Bytes bytes);

  struct Found {
    std::optional<KeptSession> session;   // of the module with this hash, else of the last one at this path
    std::string warning;                  // a file that cannot be read, and what became of it
  };
  Found load(const std::string& hash, const std::string& path) const;
  // The error is why not.
  std::expected<void, std::string> save(const KeptSession& session) const;

 private:
  std::string folder_;
};

}  // namespace wasmscope::debug
