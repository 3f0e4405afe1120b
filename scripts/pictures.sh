#!/usr/bin/env bash
# Draws the pictures of the README anew from corpus/. The program must have been built (scripts/demo.sh).
set -euo pipefail
cd "$(dirname "$0")/.."
jingwei=target/release/jingwei
store=$(mktemp -d)
trap 'rm -rf "$store"' EXIT
"$jingwei" ingest --store "$store/pictures.db" corpus/articles
"$jingwei" export --store "$store/pictures.db" --format svg --around DeepSeek --hops 2 --lang en --output docs/graph.svg
