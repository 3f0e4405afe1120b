#!/usr/bin/env bash
# Drives the explorer page in headless Chromium (tests/explorer.mjs), and leaves pictures of it in target/explorer/.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/setup.sh chromium nodejs npm fonts-noto-cjk

say "Building"
# The same selection as the other scripts, so that the same features are compiled.
cargo build --release --bin jingwei --test text
if ! [ -d target/explorer/node_modules/playwright-core ]; then
    say "Installing the driver of the browser into target/explorer"
    mkdir -p target/explorer
    npm install --prefix target/explorer --no-audit --no-fund --silent playwright-core@1.65.1
fi
say "Driving the page"
exec node tests/explorer.mjs
