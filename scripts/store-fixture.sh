#!/usr/bin/env bash
# Writes a store in the present format, and its quads, to tests/data/stores/.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
program=target/release/jingwei
"$program" ingest --store "$folder/store" corpus/identity/articles corpus/articles/tsmc-tw.txt
number=$(sed -n 's/^format //p' "$folder/store/jingwei-store")
stores=tests/data/stores
"$program" export --store "$folder/store" --format nquads | zstd -19 -q -f -o "$stores/format-$number.nq.zst"
# RocksDB's own log tells paths and times, and nobody needs it.
tar --create --exclude='LOG*' --sort=name --owner=0 --group=0 --numeric-owner --directory "$folder" store |
    zstd -19 -q -f -o "$stores/format-$number.tar.zst"
ls -l "$stores"
