// SPDX-License-Identifier: Apache-2.0
// LEB128 integers as WebAssembly bounds them: at most ceil(N/7) bytes, and the unused bits of the last byte
// are zeros or, for signed integers, copies of the sign.
// https://webassembly.github.io/spec/core/binary/values.html#integers
#pragma once
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>
#include <vector>

namespace wasmscope {

enum class LebStatus : uint8_t { Ok, UnexpectedEnd, TooLong, TooLarge };

// Reads an integer of `Bits` bits. On success `at` is moved behind it; otherwise it stays.
template <class T, int Bits = std::numeric_limits<std::make_unsigned_t<T>>::digits>
constexpr LebStatus read_leb(const uint8_t*& at, const uint8_t* end, T& value) {
  using U = std::make_unsigned_t<T>;
  constexpr int kMaxBytes = (Bits + 6) / 7;
  constexpr int kLastBits = Bits - 7 * (kMaxBytes - 1);  // bits of the value in the last byte
  const uint8_t* p = at;
  U result = 0;
  for (int i = 0;; ++i) {
    if (p == end) return LebStatus::UnexpectedEnd;
    const uint8_t byte = *p++;
    result |= static_cast<U>(byte & 0x7F) << (7 * i);
    if (i == kMaxBytes - 1) {
      if ((byte & 0x80) != 0) return LebStatus::TooLong;
      if constexpr (std::is_signed_v<T>) {
        const uint8_t high = static_cast<uint8_t>(byte & 0x7F) >> (kLastBits - 1);  // the sign and all above it
        if (high != 0 && high != (0x7F >> (kLastBits - 1))) return LebStatus::TooLarge;
      } else {
        if ((byte >> kLastBits) != 0) return LebStatus::TooLarge;
      }
    }
    if ((byte & 0x80) == 0) {
      if constexpr (std::is_signed_v<T>) {
        const int used = 7 * (i + 1);
        if (used < std::numeric_limits<U>::digits && (byte & 0x40) != 0) result |= ~U{0} << used;
      }
      value = static_cast<T>(result);
      at = p;
      return LebStatus::Ok;
    }
  }
}

inline void append_unsigned_leb(std::vector<uint8_t>& out, uint64_t value) {
  while (value >= 0x80) {
    out.push_back(static_cast<uint8_t>(value) | 0x80);
    value >>= 7;
  }
  out.push_back(static_cast<uint8_t>(value));
}

inline void append_signed_leb(std::vector<uint8_t>& out, int64_t value) {
  while (value < -64 || value > 63) {
    out.push_back(static_cast<uint8_t>(value) | 0x80);
    value >>= 7;
  }
  out.push_back(static_cast<uint8_t>(value) & 0x7F);
}

}  // namespace wasmscope
