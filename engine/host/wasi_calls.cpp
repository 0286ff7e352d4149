// SPDX-License-Identifier: Apache-2.0
#include "engine/host/wasi_calls.h"

#include <algorithm>
#include <limits>

namespace wasmscope::host {
namespace {

using runtime::HostCall;

constexpr uint32_t kMaxBuffers = 1024;                 // buffers in one read or write, as systems limit it
constexpr uint64_t kMaxReadBytes = 1 << 16;            // a longer read is answered short
constexpr uint64_t kRandomChunkBytes = 1 << 16;
constexpr uint16_t kAllFdFlags = 0x1F;
constexpr uint8_t kCharacterDevice = 2;
constexpr uint64_t kRightFdRead = 1 << 1, kRightFdstatSetFlags = 1 << 3, kRightFdWrite = 1 << 6,
                   kRightFilestatGet = 1 << 21, kRightPoll = 1 << 27;

uint64_t load(Bytes bytes, size_t at, size_t width) {
  uint64_t value = 0;
  for (size_t i = 0; i < width; ++i) value |= uint64_t{bytes[at + i]} << (8 * i);
  return value;
}
void store(std::span<uint8_t> bytes, size_t at, size_t width, uint64_t value) {
  for (size_t i = 0; i < width; ++i) bytes[at + i] = static_cast<uint8_t>(value >> (8 * i));
}

bool can_write(const HostCall& call, uint64_t address, uint64_t size) { return call.read(address, size).has_value(); }

// Null for descriptors that are not open.
VirtualFd* find_fd(WasiContext& context, uint32_t number) {
  auto& fds = context.state->fds;
  if (number >= fds.size() || fds[number].kind == FdKind::Closed) return nullptr;
  return &fds[number];
}

// Lists of strings: a table of pointers and, elsewhere, the strings one after the other, each ended by NUL.

std::vector<std::string> environment_strings(const WasiContext& context) {
  std::vector<std::string> strings;
  for (const auto& [name, value] : context.options.env) strings.push_back(name + "=" + value);
  return strings;
}

uint64_t total_bytes(const std::vector<std::string>& strings) {
  uint64_t total = 0;
  for (const std::string& string : strings) total += string.size() + 1;
  return total;
}

Errno write_string_sizes(HostCall& call, const std::vector<std::string>& strings) {
  const uint32_t count_at = call.i32(0), bytes_at = call.i32(1);
  if (!can_write(call, count_at, 4) || !can_write(call, bytes_at, 4)) return Errno::Fault;
  call.write_u32(count_at, static_cast<uint32_t>(strings.size()));
  call.write_u32(bytes_at, static_cast<uint32_t>(total_bytes(strings)));
  return Errno::Success;
}

Errno write_strings(HostCall& call, const std::vector<std::string>& strings) {
  const uint32_t table_at = call.i32(0), text_at = call.i32(1);
  std::vector<uint8_t> table, text;
  for (const std::string& string : strings) {
    const uint64_t pointer = text_at + uint64_t{text.size()};
    for (int i = 0; i < 4; ++i) table.push_back(static_cast<uint8_t>(pointer >> (8 * i)));
    text.insert(text.end(), string.begin(), string.end());
    text.push_back(0);
  }
  if (!can_write(call, table_at, table.size()) || !can_write(call, text_at, text.size())) return Errno::Fault;
  call.write(table_at, table);
  call.write(text_at, text);
  return Errno::Success;
}

Errno args_sizes_get(HostCall& call, WasiContext& context, WasiLayout) {
  return write_string_sizes(call, context.options.arguments);
}
Errno args_get(HostCall& call, WasiContext& context, WasiLayout) {
  return write_strings(call, context.options.arguments);
}
Errno environ_sizes_get(HostCall& call, WasiContext& context, WasiLayout) {
  return write_string_sizes(call, environment_strings(context));
}
Errno environ_get(HostCall& call, WasiContext& context, WasiLayout) {
  return write_strings(call, environment_strings(context));
}

// The two CPU time clocks run with the monotonic one: a program under a debugger has no CPU time of its own.
enum class Clock : uint32_t { Realtime, Monotonic, ProcessCpu, ThreadCpu };
bool is_clock(uint32_t id) { return id <= static_cast<uint32_t>(Clock::ThreadCpu); }
uint64_t read_clock(Environment& environment, uint32_t id) {
  return static_cast<Clock>(id) == Clock::Realtime ? environment.realtime_ns() : environment.monotonic_ns();
}

Errno clock_res_get(HostCall& call, WasiContext&, WasiLayout) {
  if (!is_clock(call.i32(0))) return Errno::Inval;
  return call.write_u64(call.i32(1), 1) ? Errno::Success : Errno::Fault;
}

Errno clock_time_get(HostCall& call, WasiContext& context, WasiLayout) {
  const uint32_t result_at = call.i32(2);
  if (!is_clock(call.i32(0))) return Errno::Inval;
  if (!can_write(call, result_at, 8)) return Errno::Fault;
  call.write_u64(result_at, read_clock(*context.environment, call.i32(0)));
  return Errno::Success;
}

Errno fd_close(HostCall& call, WasiContext& context, WasiLayout) {
  VirtualFd* fd = find_fd(context, call.i32(0));
  if (fd == nullptr) return Errno::BadF;
  *fd = {};
  return Errno::Success;
}

// The standard streams are character devices whatever they are connected to: then programs flush their output
// line by line, so a paused program's output is complete, and a run does not depend on where it is started.
Errno fd_fdstat_get(HostCall& call, WasiContext& context, WasiLayout) {
  const VirtualFd* fd = find_fd(context, call.i32(0));
  if (fd == nullptr) return Errno::BadF;
  const uint64_t direction = fd->kind == FdKind::Stdin ? kRightFdRead : kRightFdWrite;
  std::array<uint8_t, 24> fdstat{};
  store(fdstat, 0, 1, kCharacterDevice);
  store(fdstat, 2, 2, fd->flags);
  store(fdstat, 8, 8, direction | kRightFdstatSetFlags | kRightFilestatGet | kRightPoll);
  return call.write(call.i32(1), fdstat) ? Errno::Success : Errno::Fault;
}

Errno fd_fdstat_set_flags(HostCall& call, WasiContext& context, WasiLayout) {
  VirtualFd* fd = find_fd(context, call.i32(0));
  if (fd == nullptr) return Errno::BadF;
  if ((call.i32(1) & ~uint32_t{kAllFdFlags}) != 0) return Errno::Inval;
  fd->flags = static_cast<uint16_t>(call.i32(1));
  return Errno::Success;
}

Errno fd_filestat_get(HostCall& call, WasiContext& context, WasiLayout layout) {
  if (find_fd(context, call.i32(0)) == nullptr) return Errno::BadF;
  // Device, inode, size and times are zero; the file type is at 16. The older form has a 4-byte link count.
  std::array<uint8_t, 64> filestat{};
  store(filestat, 16, 1, kCharacterDevice);
  if (layout == WasiLayout::Preview1) store(filestat, 24, 8, 1);
  else store(filestat, 20, 4, 1);
  const size_t size = layout == WasiLayout::Preview1 ? 64 : 56;
  return call.write(call.i32(1), Bytes(filestat).first(size)) ? Errno::Success : Errno::Fault;
}

// No directories are opened for the program: asking for the first one ends a libc's search.
Errno fd_prestat_get(HostCall&, WasiContext&, WasiLayout) { return Errno::BadF; }
Errno fd_prestat_dir_name(HostCall&, WasiContext&, WasiLayout) { return Errno::BadF; }

Errno fd_seek(HostCall& call, WasiContext& context, WasiLayout) {
  if (find_fd(context, call.i32(0)) == nullptr) return Errno::BadF;
  return call.i32(2) > 2 ? Errno::Inval : Errno::SPipe;
}
Errno fd_tell(HostCall& call, WasiContext& context, WasiLayout) {
  return find_fd(context, call.i32(0)) == nullptr ? Errno::BadF : Errno::SPipe;
}

struct Buffer {
  uint32_t address = 0, size = 0;
};
struct BufferList {
  Errno code = Errno::Success;
  std::vector<Buffer> buffers;
  uint64_t total_bytes = 0;
};
// The iovec list of a read or write; every buffer and the place of the result are inside the memory.
BufferList read_buffers(const HostCall& call, uint32_t list_at, uint32_t count, uint32_t result_at) {
  BufferList list;
  if (count > kMaxBuffers) return {Errno::Inval, {}, 0};
  const auto bytes = call.read(list_at, uint64_t{count} * 8);
  if (!bytes || !can_write(call, result_at, 4)) return {Errno::Fault, {}, 0};
  for (uint32_t i = 0; i < count; ++i) {
    const Buffer buffer{static_cast<uint32_t>(load(*bytes, i * 8, 4)), static_cast<uint32_t>(load(*bytes, i * 8 + 4, 4))};
    if (!call.read(buffer.address, buffer.size)) return {Errno::Fault, {}, 0};
    list.buffers.push_back(buffer);
    list.total_bytes += buffer.size;
  }
  if (list.total_bytes > std::numeric_limits<uint32_t>::max()) return {Errno::Inval, {}, 0};
  return list;
}

Errno fd_write(HostCall& call, WasiContext& context, WasiLayout) {
  const VirtualFd* fd = find_fd(context, call.i32(0));
  if (fd == nullptr || fd->kind == FdKind::Stdin) return Errno::BadF;
  const BufferList list = read_buffers(call, call.i32(1), call.i32(2), call.i32(3));
  if (list.code != Errno::Success) return list.code;
  // One write, so that the outside world sees the text of one call in one piece.
  std::vector<uint8_t> text;
  const int channel = fd->kind == FdKind::Stdout ? 1 : 2;
  for (const Buffer& buffer : list.buffers) {
    const Bytes part = *call.read(buffer.address, buffer.size);
    if (list.buffers.size() == 1) context.environment->write(channel, part);
    else text.insert(text.end(), part.begin(), part.end());
  }
  if (!text.empty()) context.environment->write(channel, text);
  call.write_u32(call.i32(3), static_cast<uint32_t>(list.total_bytes));
  return Errno::Success;
}

Errno fd_read(HostCall& call, WasiContext& context, WasiLayout) {
  const VirtualFd* fd = find_fd(context, call.i32(0));
  if (fd == nullptr || fd->kind != FdKind::Stdin) return Errno::BadF;
  const BufferList list = read_buffers(call, call.i32(1), call.i32(2), call.i32(3));
  if (list.code != Errno::Success) return list.code;
  std::vector<uint8_t> text(std::min(list.total_bytes, kMaxReadBytes));
  const int64_t count = text.empty() ? 0 : context.environment->read_stdin(text);
  if (count < 0) return Errno::Io;
  Bytes rest = Bytes(text).first(static_cast<size_t>(count));
  for (const Buffer& buffer : list.buffers) {
    const Bytes part = rest.first(std::min<size_t>(rest.size(), buffer.size));
    if (!part.empty()) call.write(buffer.address, part);
    rest = rest.subspan(part.size());
  }
  call.write_u32(call.i32(3), static_cast<uint32_t>(count));
  return Errno::Success;
}

Errno random_get(HostCall& call, WasiContext& context, WasiLayout) {
  const uint64_t begin = call.i32(0), size = call.i32(1);
  if (!can_write(call, begin, size)) return Errno::Fault;
  std::vector<uint8_t> chunk;
  for (uint64_t done = 0; done < size; done += chunk.size()) {
    chunk.resize(std::min(size - done, kRandomChunkBytes));
    context.environment->random(chunk);
    call.write(begin + done, chunk);
  }
  return Errno::Success;
}

Errno sched_yield(HostCall&, WasiContext&, WasiLayout) { return Errno::Success; }

Errno proc_exit(HostCall& call, WasiContext&, WasiLayout) {
  call.exit(static_cast<int>(call.i32(0)));
  return Errno::Success;
}

// poll_oneoff. A subscription asks for one event: a clock, or a stream being ready.

enum class EventType : uint8_t { Clock = 0, FdRead = 1, FdWrite = 2 };
constexpr size_t kEventBytes = 32;

struct Subscription {
  uint64_t user_data = 0;
  uint8_t type = 0;
  Errno code = Errno::Success;
  bool is_clock = false;
  uint64_t wait_ns = 0;        // from now; 0 for streams, whose calls block or end at once
};

Subscription read_subscription(Bytes bytes, WasiContext& context, WasiLayout layout) {
  Subscription subscription;
  subscription.user_data = load(bytes, 0, 8);
  subscription.type = bytes[8];
  if (subscription.type > static_cast<uint8_t>(EventType::FdWrite)) {
    subscription.code = Errno::Inval;
    return subscription;
  }
  if (static_cast<EventType>(subscription.type) != EventType::Clock) {
    const VirtualFd* fd = find_fd(context, static_cast<uint32_t>(load(bytes, 16, 4)));
    const bool wants_read = static_cast<EventType>(subscription.type) == EventType::FdRead;
    if (fd == nullptr || (fd->kind == FdKind::Stdin) != wants_read) subscription.code = Errno::BadF;
    return subscription;
  }
  subscription.is_clock = true;
  // The older form has eight bytes more before the clock's id.
  const size_t id_at = layout == WasiLayout::Preview1 ? 16 : 24;
  const auto id = static_cast<uint32_t>(load(bytes, id_at, 4));
  const uint64_t timeout_ns = load(bytes, id_at + 8, 8);
  const bool is_absolute = (load(bytes, id_at + 24, 2) & 1) != 0;
  if (!is_clock(id)) {
    subscription.code = Errno::Inval;
  } else if (is_absolute) {
    const uint64_t now_ns = read_clock(*context.environment, id);
    subscription.wait_ns = timeout_ns > now_ns ? timeout_ns - now_ns : 0;
  } else {
    subscription.wait_ns = timeout_ns;
  }
  return subscription;
}

Errno poll_oneoff(HostCall& call, WasiContext& context, WasiLayout layout) {
  const uint32_t events_at = call.i32(1), count = call.i32(2), result_at = call.i32(3);
  const size_t subscription_bytes = layout == WasiLayout::Preview1 ? 48 : 56;
  if (count == 0) return Errno::Inval;
  const auto bytes = call.read(call.i32(0), count * uint64_t{subscription_bytes});
  if (!bytes || !can_write(call, events_at, count * uint64_t{kEventBytes}) || !can_write(call, result_at, 4))
    return Errno::Fault;

  std::vector<Subscription> subscriptions;
  uint64_t wait_ns = std::numeric_limits<uint64_t>::max();
  for (uint32_t i = 0; i < count; ++i) {
    subscriptions.push_back(
        read_subscription(bytes->subspan(i * subscription_bytes, subscription_bytes), context, layout));
    wait_ns = std::min(wait_ns, subscriptions.back().wait_ns);
  }
  if (wait_ns != 0) context.environment->sleep_ns(wait_ns);

  std::vector<uint8_t> events;
  for (const Subscription& subscription : subscriptions) {
    if (subscription.wait_ns > wait_ns) continue;
    std::array<uint8_t, kEventBytes> event{};
    store(event, 0, 8, subscription.user_data);
    store(event, 8, 2, static_cast<uint16_t>(subscription.code));
    store(event, 10, 1, subscription.type);
    if (!subscription.is_clock && subscription.code == Errno::Success) store(event, 16, 8, 1);
    events.insert(events.end(), event.begin(), event.end());
  }
  call.write(events_at, events);
  call.write_u32(result_at, static_cast<uint32_t>(events.size() / kEventBytes));
  return Errno::Success;
}

struct CallRow {
  std::string_view name;
  WasiCall call;
};
#define WASMSCOPE_WASI_Served(name) &name
#define WASMSCOPE_WASI_NoSys(name) nullptr
const CallRow kCalls[] = {
#define WASI(name, params, results, answer) {#name, WASMSCOPE_WASI_##answer(name)},
#include "engine/host/wasi.def"
};

}  // namespace

WasiCall find_wasi_call(std::string_view name) {
  const auto row = std::find_if(std::begin(kCalls), std::end(kCalls), [&](const CallRow& each) { return each.name == name; });
  return row == std::end(kCalls) ? nullptr : row->call;
}

}  // namespace wasmscope::host
