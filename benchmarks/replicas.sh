#!/usr/bin/env bash
# Measures what replicas cost: the rate and the processor time of decisions with and without them, in one run, and writes
# benchmarks/results/replicas.md.
#
#   benchmarks/replicas.sh [--quick | --rounds COUNT] [--output FOLDER]
#
# It takes about three minutes, with nine rounds. The machine should be idle otherwise. --quick is one short round to check that
# everything works.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
script=replicas.sh
. ./prepare.sh
read_options "$@"

measure replicas
