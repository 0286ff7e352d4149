#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs the Debian packages that building and testing wasmscope needs, and only those that are missing.
# third_party/README.md says what each is for.
set -euo pipefail

build_packages=(
  cmake ninja-build ccache g++ pkg-config python3
  libimgui-dev libglfw3-dev libgl-dev python3-glad libstb-dev
  libcli11-dev nlohmann-json3-dev libedit-dev libxxhash-dev libzstd-dev
  libasmjit-dev libcapstone-dev
  libgtest-dev libgmock-dev
)
dev_packages=(
  clang-19 clang-tidy-19 clang-format-19 libclang-rt-19-dev llvm-19
  xvfb xauth xdotool
  lld-19 wasi-libc libclang-rt-19-dev-wasm32 wabt binaryen
)

say() { printf 'setup: %s\n' "$*"; }
fail() {
  printf 'setup: error: %s\n' "$*" >&2
  exit 1
}

usage='usage: third_party/setup.sh [--dev]
  Installs the packages missing for building and testing wasmscope.
  --dev  also those for development and continuous integration'

wanted=("${build_packages[@]}")
for argument in "$@"; do
  case $argument in
    --dev) wanted+=("${dev_packages[@]}") ;;
    -h | --help) printf '%s\n' "$usage"; exit 0 ;;
    *) printf '%s\n' "$usage" >&2; exit 2 ;;
  esac
done

if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
  fail "this is not a Debian system (no apt-get); install the equivalents of: ${wanted[*]}"
fi

is_installed() { [[ $(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null) == installed ]]; }
has_candidate() {
  local policy
  policy=$(LC_ALL=C apt-cache policy "$1" 2>/dev/null)
  [[ $policy == *'Candidate: '[^\(]* ]]
}

missing=()
for package in "${wanted[@]}"; do
  is_installed "$package" || missing+=("$package")
done
if ((${#missing[@]} == 0)); then
  say "all ${#wanted[@]} packages are installed"
  exit 0
fi
say "${#missing[@]} of ${#wanted[@]} packages are missing: ${missing[*]}"

as_root=()
if ((EUID != 0)); then
  command -v sudo >/dev/null || fail "installing them takes root: run this as root, or install sudo"
  as_root=(sudo)
fi
run_apt() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 -o Acquire::Retries=2 "$@" </dev/null
}
update_lists() {
  say "updating the package lists"
  # A foreign source that fails is no reason to stop; a package still unknown afterwards is.
  run_apt update || say "some package lists could not be updated"
}
unknown_packages() {
  local package
  for package in "${missing[@]}"; do
    has_candidate "$package" || printf '%s ' "$package"
  done
}

updated=no
if [[ -n $(unknown_packages) ]]; then
  update_lists
  updated=yes
  unknown=$(unknown_packages)
  [[ -z $unknown ]] || fail "apt knows no package ${unknown% }: is the network up, and is this Debian 12 or later?"
fi
say "installing them"
if ! run_apt install -y --no-install-recommends "${missing[@]}"; then
  [[ $updated == no ]] || fail "apt-get could not install the packages: is the network up? Its own words are above"
  # The lists on disk may name versions that the mirror has replaced since.
  update_lists
  run_apt install -y --no-install-recommends "${missing[@]}" || fail "apt-get could not install the packages: is the network up? Its own words are above"
fi
say "done"
