#!/usr/bin/env bash
# Compares the limiter with alternatives, all on loopback, and writes benchmarks/results/compare.md and compare.svg.
#
#   benchmarks/compare.sh [--quick | --rounds COUNT] [--output FOLDER]
#
# It takes about 40 minutes, with nine rounds. The machine should be idle otherwise. --quick is one short round to check
# that everything works; its figures mean nothing. Contenders that are not installed are omitted. To install all: apt-get install wrk
# redis-server redis-tools nginx haproxy nodejs npm, and npm install rate-limiter-flexible ioredis in the folder above
# $COMPARE_NODE_MODULES.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
script=compare.sh
. ./prepare.sh
read_options "$@"

require 'wrk redis-server redis-tools' wrk redis-server redis-benchmark
suggest nginx nginx
suggest haproxy haproxy
suggest nodejs node
export COMPARE_NODE_MODULES=${COMPARE_NODE_MODULES:-${XDG_CACHE_HOME:-$HOME/.cache}/orleans-limiter/node_modules}
for module in rate-limiter-flexible ioredis; do
  if [ ! -d "$COMPARE_NODE_MODULES/$module" ]; then
    echo "$script: without rate-limiter-flexible, which is omitted; to install it: npm install --prefix '$(dirname "$COMPARE_NODE_MODULES")' rate-limiter-flexible ioredis" >&2
    break
  fi
done

measure compare
