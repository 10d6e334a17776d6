#!/usr/bin/env bash
# Measures the rate of decisions for different numbers of silos, keys and limits in a policy, and for one large account, and writes
# benchmarks/results/growth.md.
#
#   benchmarks/growth.sh [--quick | --rounds COUNT] [--output FOLDER]
#
# It takes about eight minutes, with three rounds. The machine should be idle otherwise. --quick is one short round to check that
# everything works.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
script=growth.sh
. ./prepare.sh
read_options "$@"

measure growth
