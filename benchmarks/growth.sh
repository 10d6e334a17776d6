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

options=()
output=results
while [ $# -gt 0 ]; do
  case $1 in
    --quick) options+=(--quick) ;;
    --output) output=${2:?"$script: --output needs a folder"}; shift ;;
    *) echo "usage: benchmarks/growth.sh [--quick] [--output FOLDER]" >&2; exit 2 ;;
  esac
  shift
done

build_all
mkdir -p "$output"
run growth "$root" "$output" "${options[@]}"
