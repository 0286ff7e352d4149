#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Rebuilds every sample's .wasm from its source. Needs what `third_party/setup.sh --dev` installs.
set -euo pipefail
cd "$(dirname "$0")"

objects=$(mktemp -d)
trap 'rm -rf "$objects"' EXIT

# Compiled and linked in two steps: clang given -O at link time runs wasm-opt over the result when it finds
# one, which rewrites the code and drops the function names.
build_c() {
  local name=$1
  shift
  clang-19 --target=wasm32-wasi -O1 -std=c17 -Wall -Wextra -Werror -c "$name/$name.c" -o "$objects/$name.o"
  clang-19 --target=wasm32-wasi -fuse-ld=/usr/bin/wasm-ld-19 -Wl,--strip-debug "$@" "$objects/$name.o" -o "$name/$name.wasm"
  chmod 644 "$name/$name.wasm"
}

build_wat() {
  wat2wasm --debug-names "$1/$1.wat" -o "$1/$1.wasm"
}

build_c crash -Wl,-z,stack-size=16384 -Wl,--stack-first -Wl,--initial-memory=131072
build_c wordcount
build_c life
build_wat factorial
build_wat divide
build_wat tables
for wasm in */*.wasm; do
  wasm-validate "$wasm"
done
ls -l */*.wasm
