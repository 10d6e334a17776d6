#!/usr/bin/env bash
# Measures a call of the rate limit service over gRPC beside a call of a bare method, and writes benchmarks/results/rls.md.
#
#   benchmarks/rls.sh [--quick | --rounds COUNT] [--output FOLDER]
#
# It takes about five minutes, with nine rounds. The machine should be idle otherwise. --quick is one short round to check that
# everything works.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
script=rls.sh
. ./prepare.sh
read_options "$@"

measure rls
