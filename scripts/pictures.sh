#!/usr/bin/env bash
# Draws the pictures of the README anew from corpus/; those of the page are what its tests saw of it.
set -euo pipefail
cd "$(dirname "$0")/.."
bash scripts/explorer.sh
cp target/explorer/entity.png docs/explorer.png
cp target/explorer/reader.png docs/quote.png
jingwei=target/release/jingwei
store=$(mktemp -d)
trap 'rm -rf "$store"' EXIT
"$jingwei" ingest --store "$store/pictures.db" corpus/articles
"$jingwei" export --store "$store/pictures.db" --format svg --around DeepSeek --hops 2 --lang en --output docs/graph.svg
