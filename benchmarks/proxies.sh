#!/usr/bin/env bash
# Measures what nginx, HAProxy and Caddy cost when they ask the limiter, and writes benchmarks/results/proxies.md.
#
#   benchmarks/proxies.sh [--quick | --rounds COUNT] [--output FOLDER]
#
# It takes about ten minutes, with nine rounds. The machine should be idle otherwise. --quick is one short round to check that
# everything works.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
script=proxies.sh
. ./prepare.sh
read_options "$@"

require 'wrk nginx haproxy caddy' wrk nginx haproxy caddy

measure proxies
