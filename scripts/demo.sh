#!/usr/bin/env bash
# From a fresh clone to answers: installs, builds, reads corpus/, answers queries/, draws the graph.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/setup.sh

say "Building (the first time this compiles RocksDB, which takes 10 to 20 minutes on two cores)"
# With a test target beside it, so that features and thus RocksDB are compiled once for program and tests alike.
cargo build --release --bin jingwei --test text
jingwei=target/release/jingwei
store=target/demo.db
rm -rf "$store"

say "Reading corpus/ into $store"
"$jingwei" ingest --store "$store" corpus/articles

for query in queries/*.rq; do
    say "$(sed -n 's/^# *//p;q' "$query")  ($query)"
    "$jingwei" query --store "$store" --format table "$query" | head -40
done

picture=target/graph.html
"$jingwei" export --store "$store" --format html > "$picture"
say "The graph is drawn: open $picture in a browser"
