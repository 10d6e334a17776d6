#!/usr/bin/env bash
# Measures what a decision of one, two and three limits costs, and writes benchmarks/results/limits.md.
#
#   benchmarks/limits.sh [--quick | --rounds COUNT] [--output FOLDER]
#
# About half an hour, with nine rounds; the machine should have nothing else to do, and 16 GiB of free memory. --quick is one short
# round, to try it out.
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
