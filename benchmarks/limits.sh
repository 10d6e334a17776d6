#!/usr/bin/env bash
# Measures the cost of a decision of one, two and three limits, and writes benchmarks/results/limits.md.
#
#   benchmarks/limits.sh [--quick | --rounds COUNT] [--output FOLDER]
#
# It takes about 25 minutes, with nine rounds. The machine should be idle otherwise, and have 16 GiB of free memory. --quick is one
# short round to check that everything works.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
script=limits.sh
. ./prepare.sh
read_options "$@"

measure limits
