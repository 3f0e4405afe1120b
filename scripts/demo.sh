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
picture=target/graph.html
rm -rf "$store"

say "Reading corpus/articles into $store"
"$jingwei" ingest --store "$store" corpus/articles

for query in queries/*.rq; do
    # The comment that a query begins with, up to its question mark.
    question=$(sed -n '/^#/!q; s/^# *//p' "$query" | tr '\n' ' ' | sed 's/?.*/?/; s/ *$//')
    say "$question  ($query)"
    "$jingwei" query --store "$store" --format table --width "${COLUMNS:-120}" --rows 10 "$query"
done

say "How one text is read"
"$jingwei" explain --published 2025-05-16 '騰訊（0700）昨日升6%，報403元。公司首季收入1,800億元人民幣，按年升13%。'

say "Drawing the graph"
"$jingwei" export --store "$store" --format html --output "$picture"
say "Open $picture in a browser. Ask more with: $jingwei query --store $store -e 'SELECT …'"
