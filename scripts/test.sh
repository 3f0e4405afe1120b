#!/usr/bin/env bash
# Installs what the tests need and runs all of them.
set -euo pipefail
cd "$(dirname "$0")/.."
packages=(graphviz python3-venv fonts-wqy-microhei openssl)
if [ -n "${JINGWEI_VIRTUOSO:-}" ]; then
    packages+=(virtuoso-opensource-7)
fi
. scripts/setup.sh "${packages[@]}"

# Programs that others wrote read what Jingwei writes.
peers=target/peers
if ! "$peers/bin/python" -c 'import pyshacl, networkx, pandas, SPARQLWrapper, rdflib_endpoint' 2>/dev/null; then
    say "Installing the readers that the tests check against into $peers"
    python3 -m venv "$peers"
    "$peers/bin/pip" install --quiet --disable-pip-version-check -r tests/peers.txt
fi
export JINGWEI_PEERS="$PWD/$peers"

say "Checking the format of the code"
cargo fmt --check
say "Compiling and linting (the first time this compiles RocksDB, which takes 10 to 20 minutes on two cores)"
cargo clippy --release --all-targets -- -D warnings
say "Running the tests"
# Property tests draw the same cases on every run, so that a failure is one that a change brought;
# PROPTEST_RNG_SEED=$RANDOM draws others.
export PROPTEST_RNG_SEED="${PROPTEST_RNG_SEED:-1}"
cargo test --release
if [ -n "${JINGWEI_BROWSER:-}" ]; then
    bash scripts/explorer.sh
fi
