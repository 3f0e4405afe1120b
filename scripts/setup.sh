#!/usr/bin/env bash
# Installs what building Jingwei needs on a Debian machine with Rust; does nothing where it is there already.
set -euo pipefail

say() { printf '\n==> %s\n' "$*" >&2; }

need_packages() {
    local missing=()
    for package in "$@"; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return
    say "Installing ${missing[*]}"
    local sudo=()
    [ "$(id -u)" -eq 0 ] || sudo=(sudo)
    # A mirror that has moved on is told apart from a package that does not exist by asking again after an update.
    "${sudo[@]}" apt-get update -qq
    DEBIAN_FRONTEND=noninteractive "${sudo[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
}

command -v cargo >/dev/null || { echo "cargo is missing: install Rust first (rustup or Debian's cargo)" >&2; exit 2; }
command -v dpkg-query >/dev/null || { echo "this script is for Debian; elsewhere install a C++ compiler, libclang, pkg-config and OpenCC 1.1 with headers" >&2; exit 2; }

# RocksDB is bound by libclang: its library and its own headers are enough, in whichever version this Debian has.
# (libclang-cpp alone, which other packages bring along, is another library.)
clang=$(dpkg-query -W -f='${Package} ${Status}\n' 'libclang1-*' 2>/dev/null | sed -n 's/^libclang1-\([0-9]*\) .*ok installed$/\1/p' | sort -n | tail -1 || true)
if [ -z "$clang" ]; then
    sudo=()
    [ "$(id -u)" -eq 0 ] || sudo=(sudo)
    "${sudo[@]}" apt-get update -qq
    clang=$(apt-cache depends libclang-dev 2>/dev/null | sed -n 's/.*Depends: libclang-\([0-9]*\)-dev.*/\1/p' | head -1 || true)
fi
[ -n "$clang" ] || { echo "no libclang among this machine's packages: install libclang-dev, then try again" >&2; exit 2; }
need_packages g++ make pkg-config libopencc-dev "libclang1-$clang" "libclang-common-$clang-dev" "$@"
