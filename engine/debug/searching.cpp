// SPDX-License-Identifier: Apache-2.0
// Looking for bytes in a memory, in chunks short enough to stay responsive.
#include <algorithm>
#include <chrono>
#include <cstdio>

#include "engine/debug/carry_out.h"
#include "engine/debug/debuggee.h"

namespace wasmscope::debug {
namespace {

constexpr uint64_t kChunkBytes = 4 << 20;
constexpr size_t kListedHits = 16, kContextBytes = 16;

// "0001ff40  7b 22 61 22  |{"a"|"
std::string hit_line(Bytes memory, uint64_t address) {
  char cell[32];
  std::snprintf(cell, sizeof cell, "%08llx ", static_cast<unsigned long long>(address));
  std::string line = cell, characters;
  for (uint64_t i = address; i < std::min<uint64_t>(address + kContextBytes, memory.size()); ++i) {
    std::snprintf(cell, sizeof cell, " %02x", memory[i]);
    line += cell;
    characters += memory[i] >= 0x20 && memory[i] < 0x7F ? static_cast<char>(memory[i]) : '.';
  }
  line.resize(std::max(line.size(), 9 + 3 * kContextBytes), ' ');
  return line + "  |" + characters + "|";
}

bool names_memory(std::string_view word) {
  return word.size() > 1 && word[0] == 'm' && word[1] >= '0' && word[1] <= '9';
}

}  // namespace

Answer Debuggee::find(const MemoryPlace& from, const BytePattern& pattern) {
  if (contents() == nullptr) return refuse(loaded_ ? ErrorCode::NotRunning : ErrorCode::NoModule);
  const auto& memories = contents()->instance().memories;
  if (from.memory >= memories.size())
    return refuse(ErrorCode::NoSuchItem, "memory " + std::to_string(from.memory) + ": there are " + std::to_string(memories.size()));
  const Bytes bytes = memories[from.memory]->region.bytes();
  search_ = {from.memory, pattern, {}, true, false, 0};
  for (uint64_t at = from.address; at < bytes.size() && !search_.has_more;) {
    const uint64_t end = std::min<uint64_t>(bytes.size(), at + kChunkBytes);
    const uint64_t found = find_pattern(bytes, pattern, at, end);
    if (found < bytes.size()) {
      search_.has_more = search_.hits.size() == kMostHits;
      if (!search_.has_more) search_.hits.push_back(found);
    }
    at = found < bytes.size() ? found + 1 : end;
    search_.fraction = static_cast<double>(at) / static_cast<double>(bytes.size());
    const bool is_chunk_done = found >= bytes.size() || search_.hits.size() % 256 == 0;
    if (is_chunk_done && at < bytes.size() && contact_.poll() != Verdict::GoOn) search_.has_more = true;
  }
  search_.is_running = false;

  const size_t count = search_.hits.size();
  if (count == 0) return search_.has_more ? "the search was interrupted" : "it does not occur in memory " + std::to_string(from.memory);
  std::string text = std::string(search_.has_more ? "more than " : "") + std::to_string(count) + (count == 1 ? " place" : " places") +
                     " in memory " + std::to_string(from.memory);
  for (size_t i = 0; i < std::min(count, kListedHits); ++i) text += "\n" + hit_line(bytes, search_.hits[i]);
  if (count > kListedHits) text += "\n... " + std::to_string(count - kListedHits) + " more";
  return text;
}

template <>
Answer carry_out<Command::Find>(Debuggee& debuggee, const Arguments& arguments) {
  std::span words(arguments);
  MemoryPlace from;
  if (!words.empty() && names_memory(words[0])) {
    const bool is_whole = words[0].find(':') == std::string::npos;
    const auto place = parse_memory_place(words[0] + (is_whole ? ":0" : ""));
    if (!place) return refuse(place.error());
    from = *place;
    words = words.subspan(1);
  }
  if (words.empty()) return wrong_usage(Command::Find);
  const auto pattern = parse_byte_pattern(words);
  if (!pattern) return refuse(ErrorCode::BadArgument, pattern.error());
  return debuggee.find(from, *pattern);
}

}  // namespace wasmscope::debug
