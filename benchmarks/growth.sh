#!/usr/bin/env bash
# Measures the rate of decisions for different numbers of silos, keys and limits in a policy, and writes benchmarks/results/growth.md.
#
#   benchmarks/growth.sh [--quick] [--output FOLDER]
#
# It takes about seven minutes. The machine should be idle otherwise. --quick is one short round to check that everything works.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
script=growth.sh
. ./prepare.sh
read_options "$@"

measure growth
