// SPDX-License-Identifier: Apache-2.0
// Machine code whose accesses of memory are not checked but fault: behind the memory is address space that cannot be
// accessed. A fault goes on at an exit that the code has for it, and so does an `int3` that was put over the code. Signals
// from anywhere else are none of this and go to whoever handled them before. Used from one thread; the handler runs on it,
// inside the code, and only reads.
// https://pubs.opengroup.org/onlinepubs/9699919799/functions/sigaction.html
#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

namespace wasmscope {

// Offsets in the code. A fault belongs to the last access that begins at its place or before.
struct GuardedAccess {
  uint32_t begin = 0;
  uint32_t exit = 0;
};

class GuardedCode {
 public:
  // False where faults cannot be handled: then accesses have to be checked.
  static bool is_available();

  // `accesses` in the order of the code.
  void add(const void* code, size_t bytes, std::vector<GuardedAccess> accesses);
  void remove(const void* code);
  // Of an `int3`.
  void add_stop(const void* at, const void* exit) { stops_[reinterpret_cast<uintptr_t>(at)] = reinterpret_cast<uintptr_t>(exit); }
  void remove_stop(const void* at) { stops_.erase(reinterpret_cast<uintptr_t>(at)); }
  // Where to go on after a fault at `pc`; 0 when it is not in such code.
  uintptr_t exit_of(uintptr_t pc) const;
  // The same at an `int3`.
  uintptr_t exit_of_stop(uintptr_t at) const;

  // While it lives, the calling thread runs such code; null: it does not.
  class Scope {
   public:
    explicit Scope(const GuardedCode* code);
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;
    ~Scope();

   private:
    const GuardedCode* const before_;
  };

 private:
  struct Piece {
    size_t bytes = 0;
    std::vector<GuardedAccess> accesses;
  };
  std::map<uintptr_t, Piece> pieces_;
  std::map<uintptr_t, uintptr_t> stops_;
};

}  // namespace wasmscope
