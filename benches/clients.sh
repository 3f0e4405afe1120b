#!/usr/bin/env bash
# 200 clients ask a server for a minute: how many answers, how late (the 99th hundredth), any errors?
# bash benches/clients.sh STORE [SECONDS]. The program must have been built (scripts/demo.sh, which also makes target/demo.db).
set -euo pipefail
store=$(realpath "${1:-target/demo.db}")
cd "$(dirname "$0")/.."
. scripts/setup.sh wrk curl
target/release/jingwei serve --store "$store" --bind 127.0.0.1:7979 &
server=$!
trap 'kill "$server"' EXIT
until curl --silent --fail --output /dev/null http://127.0.0.1:7979/health; do sleep 0.2; done
wrk --threads 2 --connections 200 --duration "${2:-60}s" --latency --script benches/clients.lua http://127.0.0.1:7979
