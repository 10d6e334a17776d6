#!/usr/bin/env bash
# Measures the cost of a decision of one, two and three limits, and writes benchmarks/results/limits.md.
#
#   benchmarks/limits.sh [--quick | --rounds COUNT] [--output FOLDER]
#
# It takes about half an hour, with nine rounds. The machine should be idle otherwise, and have 16 GiB of free memory. --quick is one
# short round to check that everything works.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
script=limits.sh
. ./prepare.sh

options=()
output=results
while [ $# -gt 0 ]; do
  case $1 in
    --quick) options=(--quick) ;;
    --rounds) options=(--rounds "${2:?"$script: --rounds needs an odd number"}"); shift ;;
    --output) output=${2:?"$script: --output needs a folder"}; shift ;;
    *) echo "usage: benchmarks/limits.sh [--quick | --rounds COUNT] [--output FOLDER]" >&2; exit 2 ;;
  esac
  shift
done

build_all
mkdir -p "$output"
run limits "$root" "$output" "${options[@]}"
