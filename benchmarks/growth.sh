#!/usr/bin/env bash
# Measures how decisions a second depend on silos, on keys, and on limits in a policy, and writes benchmarks/results/growth.md.
#
#   benchmarks/growth.sh [--quick] [--output FOLDER]
#
# Some five minutes; the machine should have nothing else to do. --quick is one short round, to try it out.
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
