// SPDX-License-Identifier: Apache-2.0
// TRY: propagate the error of a std::expected. CHECK: an invariant of our own code, on in every build.
#pragma once
#include <expected>
#include <utility>

// Statement form, for std::expected<void, E>:      TRY(expr);
#define TRY(expr)                                                               \
  do {                                                                          \
    if (auto try_result = (expr); !try_result)                                  \
      return std::unexpected(std::move(try_result).error());                    \
  } while (0)

#define WASMSCOPE_JOIN_(a, b) a##b
#define WASMSCOPE_JOIN(a, b) WASMSCOPE_JOIN_(a, b)
// Declaration form:                                TRY_ASSIGN(auto x, expr);
#define TRY_ASSIGN(declaration, expr) TRY_ASSIGN_(WASMSCOPE_JOIN(try_, __LINE__), declaration, expr)
#define TRY_ASSIGN_(name, declaration, expr)                      \
  auto name = (expr);                                             \
  if (!name) return std::unexpected(std::move(name).error());     \
  declaration = *std::move(name)

namespace wasmscope {
[[noreturn]] void check_failed(const char* expression, const char* file, int line);
}
#define CHECK(expr) ((expr) ? static_cast<void>(0) : ::wasmscope::check_failed(#expr, __FILE__, __LINE__))
