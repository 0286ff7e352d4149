// SPDX-License-Identifier: Apache-2.0
#include "engine/host/call_trace.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "engine/base/utf8.h"
#include "engine/host/wasi.h"
#include "engine/runtime/store.h"

namespace wasmscope::host {
namespace {

using runtime::HostCall;
using runtime::HostEvent;
using runtime::HostFunc;

constexpr size_t kShownBytes = 64;
constexpr uint32_t kShownBuffers = 16;

// https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#errno
constexpr std::string_view kErrnoNames[] = {
    "success", "2big", "acces", "addrinuse", "addrnotavail", "afnosupport", "again", "already", "badf", "badmsg", "busy",
    "canceled", "child", "connaborted", "connrefused", "connreset", "deadlk", "destaddrreq", "dom", "dquot", "exist", "fault",
    "fbig", "hostunreach", "idrm", "ilseq", "inprogress", "intr", "inval", "io", "isconn", "isdir", "loop", "mfile", "mlink",
    "msgsize", "multihop", "nametoolong", "netdown", "netreset", "netunreach", "nfile", "nobufs", "nodev", "noent", "noexec",
    "nolck", "nolink", "nomem", "nomsg", "noprotoopt", "nospc", "nosys", "notconn", "notdir", "notempty", "notrecoverable",
    "notsock", "notsup", "notty", "nxio", "overflow", "ownerdead", "perm", "pipe", "proto", "protonosupport", "prototype",
    "range", "rofs", "spipe", "srch", "stale", "timedout", "txtbsy", "xdev", "notcapable"};
static_assert(std::size(kErrnoNames) == 77);
constexpr std::string_view kClockNames[] = {"realtime", "monotonic", "process-cpu", "thread-cpu"};
constexpr std::string_view kWhenceNames[] = {"set", "cur", "end"};

struct Row {
  std::string_view name, parameters;
};
constexpr Row kRows[] = {
#define PARAMETERS(name, parameters) {#name, parameters},
#include "engine/host/wasi_parameters.def"
};

std::string hex(uint64_t value) {
  std::string text;
  do {
    text.insert(text.begin(), "0123456789abcdef"[value & 15]);
    value >>= 4;
  } while (value != 0);
  return "0x" + text;
}

template <size_t N>
std::string name_or_number(const std::string_view (&names)[N], uint64_t value) {
  return value < N ? std::string(names[value]) : std::to_string(value);
}

std::string quoted(std::string_view bytes, uint64_t whole) {
  std::string text = "\"";
  for (const char c : escape_for_display(bytes)) {
    if (c == '"') text += '\\';
    text += c;
  }
  return text + "\"" + (whole > bytes.size() ? "..." : "");
}

uint64_t load(Bytes bytes) {
  uint64_t value = 0;
  for (size_t i = 0; i < bytes.size(); ++i) value |= uint64_t{bytes[i]} << (8 * i);
  return value;
}

// What is in memory from an address on, as text; a pointer that leads nowhere shows as one.
std::string text_at(const HostCall& call, uint64_t address, uint64_t size) {
  const auto bytes = call.read(address, std::min<uint64_t>(size, kShownBytes));
  if (!bytes) return hex(address) + " size " + std::to_string(size) + " (outside the memory)";
  return quoted({reinterpret_cast<const char*>(bytes->data()), bytes->size()}, size);
}

// The first bytes of a list of buffers, as many as `filled`.
std::string buffers_at(const HostCall& call, uint64_t list, uint32_t count, uint64_t filled) {
  std::string bytes;
  uint64_t whole = 0;
  for (uint32_t i = 0; i < count; ++i) {
    const auto entry = call.read(list + 8 * uint64_t{i}, 8);
    if (!entry) return hex(list) + " count " + std::to_string(count) + " (outside the memory)";
    const uint64_t address = load(entry->first(4)), size = std::min(load(entry->subspan(4)), filled - whole);
    whole += size;
    if (i >= kShownBuffers || bytes.size() >= kShownBytes) continue;
    const auto content = call.read(address, std::min<uint64_t>(size, kShownBytes - bytes.size()));
    if (!content) return hex(address) + " size " + std::to_string(size) + " (outside the memory)";
    bytes.append(content->begin(), content->end());
  }
  return quoted(bytes, whole);
}

class WasiLine {
 public:
  explicit WasiLine(std::string_view parameters) {
    while (!parameters.empty()) {
      const std::string_view one = parameters.substr(0, parameters.find(' '));
      parameters.remove_prefix(std::min(one.size() + 1, parameters.size()));
      const size_t colon = one.find(':');
      parameters_.push_back({one.substr(0, colon), one.substr(colon + 1), {}});
    }
  }

  // Buffers that are filled are looked at afterwards.
  void before(const HostCall& call) { show(call, When::Before); }
  // A call that failed has filled nothing.
  void after(const HostCall& call, bool has_succeeded) {
    has_succeeded_ = has_succeeded;
    show(call, When::After);
  }
  std::string text() const {
    std::string text;
    for (const Parameter& parameter : parameters_)
      text += (text.empty() ? "" : ", ") + std::string(parameter.name) + " " + parameter.text;
    return text;
  }

 private:
  enum class When : uint8_t { Before, After };
  struct Parameter {
    std::string_view name, kind;
    std::string text;
  };

  static bool is_answer(std::string_view kind) { return kind == "i" || kind == "b" || kind[0] == '*'; }

  void show(const HostCall& call, When when) {
    size_t at = 0;
    for (size_t i = 0; i < parameters_.size(); ++i) {
      Parameter& parameter = parameters_[i];
      const char kind = parameter.kind[0];
      const size_t slots = kind == 't' || kind == 'o' || kind == 'i' || kind == 'b' ? 2 : 1;
      if (at + slots > call.argument_count()) return;
      if (is_answer(parameter.kind) == (when == When::After)) parameter.text = text_of(call, kind, parameter.kind, at, i);
      at += slots;
    }
  }

  std::string text_of(const HostCall& call, char kind, std::string_view whole_kind, size_t at, size_t index) const {
    const uint64_t value = call.i64(at);
    if (is_answer(whole_kind) && !has_succeeded_) return hex(value);
    switch (kind) {
      case 's': return std::to_string(static_cast<int64_t>(value));
      case 'p':
      case 'f': return hex(value);
      case 'c': return name_or_number(kClockNames, value);
      case 'w': return name_or_number(kWhenceNames, value);
      case 't':
      case 'b': return text_at(call, value, call.i64(at + 1));
      case 'o': return buffers_at(call, value, call.i32(at + 1), UINT64_MAX);
      // As many bytes as the number says that the call wrote last.
      case 'i': return buffers_at(call, value, call.i32(at + 1), filled_bytes(call, at, index));
      case '*': {
        const auto bytes = call.read(value, static_cast<uint64_t>(whole_kind[1] - '0'));
        return bytes ? std::to_string(load(*bytes)) : hex(value) + " (outside the memory)";
      }
      default: return std::to_string(value);
    }
  }

  uint64_t filled_bytes(const HostCall& call, size_t at, size_t index) const {
    at += 2;
    for (size_t i = index + 1; i < parameters_.size() && at < call.argument_count(); ++i, ++at) {
      if (parameters_[i].kind != "*4") continue;
      const auto bytes = call.read(call.i64(at), 4);
      return bytes ? load(*bytes) : 0;
    }
    return 0;
  }

  std::vector<Parameter> parameters_;
  bool has_succeeded_ = false;
};

std::string plain_arguments(const HostCall& call, const wasm::FuncType& type) {
  std::string text;
  size_t at = 0;
  for (const wasm::ValType param : type.params) {
    runtime::Value value{param, call.i64(at), 0};
    if (param.slots() == 2) value.high = call.i64(at + 1);
    at += param.slots();
    text += (text.empty() ? "" : ", ") + runtime::to_text(value);
  }
  return text;
}

std::string answer(const HostFunc& func, const HostEvent& event, bool is_wasi) {
  if (event.exit_code) return " ends the program";
  if (event.trap) return " traps: " + escape_for_display(*event.trap);
  std::string text;
  size_t at = 0;
  for (const wasm::ValType result : func.type.results) {
    runtime::Value value{result, event.results[at], 0};
    if (result.slots() == 2) value.high = event.results[at + 1];
    at += result.slots();
    text += (text.empty() ? " = " : ", ") + (is_wasi ? name_or_number(kErrnoNames, value.bits) : runtime::to_text(value));
  }
  return text;
}

void call_and_tell(const HostFunc& func, HostCall& call, const std::function<void(std::string)>& see) {
  std::vector<uint64_t> arguments;
  for (size_t i = 0; i < call.argument_count(); ++i) arguments.push_back(call.i64(i));
  HostEvent event;
  event.results.resize(wasm::slots_of(func.type.results));
  HostCall inner(call.caller(), arguments, event);
  const bool is_wasi = is_wasi_module(func.module);
  const Row* const row = is_wasi ? std::ranges::find(kRows, func.name, &Row::name) : std::end(kRows);
  std::string shown = (is_wasi ? "" : escape_for_display(func.module) + ".") + escape_for_display(func.name) + "(";
  if (row != std::end(kRows)) {
    WasiLine line(row->parameters);
    line.before(inner);
    func.call(inner);
    line.after(inner, !event.results.empty() && event.results[0] == 0);
    shown += line.text();
  } else {
    shown += plain_arguments(inner, func.type);
    func.call(inner);
  }
  see(shown + ")" + answer(func, event, is_wasi));
  // Everything has to be part of the outer call's event.
  for (size_t i = 0; i < event.results.size(); ++i) call.set_result(i, event.results[i]);
  for (const runtime::HostWrite& write : event.writes) call.write(write.address, write.bytes);
  if (event.exit_code) call.exit(*event.exit_code);
  if (event.trap) call.trap(std::move(*event.trap));
}

}  // namespace

runtime::Imports with_trace(const runtime::Imports& imports, const std::function<void(std::string line)>& see) {
  runtime::Imports traced;
  for (const auto& func : imports.funcs())
    traced.add({func->module, func->name, func->type, [func, see](HostCall& call) { call_and_tell(*func, call, see); }});
  return traced;
}

}  // namespace wasmscope::host
