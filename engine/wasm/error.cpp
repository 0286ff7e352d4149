// SPDX-License-Identifier: Apache-2.0
#include "engine/wasm/error.h"

#include <algorithm>

#include "engine/base/utf8.h"
#include "engine/wasm/module.h"

namespace wasmscope {
namespace {

struct Row {
  std::string_view name;
  ErrorKind kind;
  std::string_view text;
};
constexpr Row kRows[] = {
#define ERROR(Name, kind, text) {#Name, ErrorKind::kind, text},
#include "engine/wasm/errors.def"
};
const Row& row(ErrorCode code) { return kRows[static_cast<size_t>(code)]; }

std::string hex(uint64_t value, size_t digits = 1) {
  std::string text;
  do {
    text.insert(text.begin(), "0123456789abcdef"[value & 15]);
    value >>= 4;
  } while (value != 0 || text.size() < digits);
  return text;
}

constexpr uint64_t kRowBytes = 16, kMaxRows = 3;

// `0000001c  20 00 41 2a ...  | .A*|` and below it a mark under each byte of the range.
void append_hex_row(std::string& out, Bytes bytes, uint64_t begin, ByteRange marked) {
  const uint64_t end = std::min<uint64_t>(begin + kRowBytes, bytes.size());
  out += "  " + hex(begin, 8) + "  ";
  std::string marks(12, ' '), text;
  bool has_mark = false;
  for (uint64_t at = begin; at < begin + kRowBytes; ++at) {
    const bool is_there = at < end;
    out += is_there ? hex(bytes[at], 2) + ' ' : "   ";
    const bool is_first = at == marked.begin;
    const bool is_marked = is_first || marked.contains(at);
    const bool is_last = at + 1 >= marked.end;
    marks += !is_marked ? "   " : is_first ? (is_last ? "^~ " : "^~~") : is_last ? "~~ " : "~~~";
    has_mark |= is_marked;
    if (is_there) text += bytes[at] >= 0x20 && bytes[at] < 0x7F ? static_cast<char>(bytes[at]) : '.';
  }
  out += " |" + text + "|\n";
  if (!has_mark) return;
  marks.erase(marks.find_last_not_of(' ') + 1);
  out += marks + '\n';
}

}  // namespace

ErrorKind kind_of(ErrorCode code) { return row(code).kind; }
std::string_view text_of(ErrorCode code) { return row(code).text; }
std::string_view name_of(ErrorCode code) { return row(code).name; }

std::string_view name_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::Malformed: return "malformed";
    case ErrorKind::Invalid: return "invalid";
    case ErrorKind::Link: return "cannot link";
    case ErrorKind::Unsupported: return "unsupported";
    case ErrorKind::File: return "cannot open";
    case ErrorKind::Usage: return "error";
  }
  return "error";
}

Error error_at(ErrorCode code, ByteRange range, std::string detail) {
  return {code, std::move(detail), range, true, wasm::kNoIndex, 0, 0, {}};
}
Error error(ErrorCode code, std::string detail) { return {code, std::move(detail), {}, false, wasm::kNoIndex, 0, 0, {}}; }

std::string to_line(const Error& error, const wasm::Module* module) {
  std::string line(name_of(kind_of(error.code)));
  if (error.line != 0) line += " at " + std::to_string(error.line) + ":" + std::to_string(error.column);
  if (error.has_range) {
    line += (error.line != 0 ? ", 0x" : " at 0x") + hex(error.range.begin);
    wasm::FuncIndex func = error.func;
    if (func == wasm::kNoIndex && module != nullptr) func = module->func_at(error.range.begin);
    if (func != wasm::kNoIndex) {
      line += " in func " + std::to_string(func);
      const std::string_view name = module != nullptr ? module->names.funcs.find(func) : std::string_view{};
      if (!name.empty()) line += " (" + escape_for_display(name) + ")";
    } else if (const wasm::Section* section = module != nullptr ? module->section_at(error.range.begin) : nullptr) {
      line += " in the " + std::string(name_of(section->id)) + " section";
    }
  }
  line += ": " + std::string(text_of(error.code));
  if (!error.detail.empty()) line += ": " + error.detail;
  return line;
}

std::string to_report(const Error& error, Bytes bytes, const wasm::Module* module) {
  std::string report = to_line(error, module) + '\n';
  if (error.line != 0) {
    for (size_t begin = 0; begin < error.excerpt.size();) {
      const size_t end = std::min(error.excerpt.find('\n', begin), error.excerpt.size());
      report += "  " + error.excerpt.substr(begin, end - begin) + '\n';
      begin = end + 1;
    }
    return report;
  }
  if (!error.has_range || bytes.empty()) return report;
  const uint64_t first = std::min<uint64_t>(error.range.begin, bytes.size());
  const uint64_t first_row = first / kRowBytes * kRowBytes;
  const uint64_t last = std::max(first, std::min<uint64_t>(error.range.end, bytes.size()));
  uint64_t rows = (std::max(last, first + 1) - 1 - first_row) / kRowBytes + 1;
  // One row of context before, when there is room for it.
  uint64_t begin = first_row;
  if (begin >= kRowBytes && rows < kMaxRows) {
    begin -= kRowBytes;
    ++rows;
  }
  rows = std::min(rows, kMaxRows);
  for (uint64_t i = 0; i < rows; ++i) append_hex_row(report, bytes, begin + i * kRowBytes, error.range);
  return report;
}

}  // namespace wasmscope
