#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Rebuilds every sample's .wasm from its source; with --check it only compares, and fails if one differs.
# Needs what `third_party/setup.sh --dev` installs.
set -euo pipefail
cd "$(dirname "$0")"

built=$(mktemp -d)
trap 'rm -rf "$built"' EXIT

# Compiled and linked in two steps: clang given -O at link time runs wasm-opt over the result when it finds
# one, which rewrites the code and drops the function names. The output is given its final name, which
# the linker writes into the module.
build_c() {
  local name=$1
  shift
  clang-19 --target=wasm32-wasi -O1 -std=c17 -Wall -Wextra -Werror -c "$name/$name.c" -o "$built/$name.o"
  clang-19 --target=wasm32-wasi -fuse-ld=/usr/bin/wasm-ld-19 -Wl,--strip-debug "$@" "$built/$name.o" -o "$built/$name.wasm"
  chmod 644 "$built/$name.wasm"
}

build_wat() {
  wat2wasm --debug-names "$1/$1.wat" -o "$built/$1.wasm"
}

build_c crash -Wl,-z,stack-size=16384 -Wl,--stack-first -Wl,--initial-memory=131072
build_c wordcount
build_c life
build_wat factorial
build_wat divide
build_wat tables

for wasm in "$built"/*.wasm; do
  name=$(basename "$wasm" .wasm)
  wasm-validate "$wasm"
  if [[ ${1-} != --check ]]; then
    cp "$wasm" "$name/$name.wasm"
  elif ! cmp "$wasm" "$name/$name.wasm"; then
    echo "assets/samples/$name/$name.wasm is not what its source gives: run assets/samples/build.sh" >&2
    exit 1
  fi
done
echo "samples: $(ls "$built"/*.wasm | wc -l) built"
