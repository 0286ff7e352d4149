#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Rebuilds the committed .wasm files of the kernels. Only needed after changing one: third_party/setup.sh --dev
# installs what it uses.
set -euo pipefail
cd "$(dirname "$0")"
objects=$(mktemp -d)
trap 'rm -rf "$objects"' EXIT
warnings=(-Wall -Wextra -Werror)
# Linked in a second step without -O: with it the compiler runs wasm-opt over the result when there is one.
for source in *.c; do
  name=${source%.c}
  vectors=()
  if grep -q vector_size "$source"; then vectors=(-msimd128); fi
  if [ "$name" = text ]; then
    clang-19 --target=wasm32-wasi -O2 -fno-math-errno "${warnings[@]}" -c "$source" -o "$objects/$name.o"
    clang-19 --target=wasm32-wasi -nostartfiles -Wl,--no-entry -Wl,--strip-debug "$objects/$name.o" -o "$name.wasm"
  else
    target=wasm32
    [ "$name" != wide ] || target=wasm64
    clang-19 --target=$target -O2 -ffreestanding -fno-builtin-memset -DKERNEL_FREESTANDING -fno-math-errno "${warnings[@]}" \
      "${vectors[@]}" -c "$source" -o "$objects/$name.o"
    clang-19 --target=$target -nostdlib -Wl,--no-entry -Wl,-z,stack-size=65536 "$objects/$name.o" -o "$name.wasm"
  fi
  chmod 644 "$name.wasm"
  echo "$name.wasm $(stat -c %s "$name.wasm") bytes"
done
