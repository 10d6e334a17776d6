#!/usr/bin/env bash
# Measures what attacks cost an honest caller, and writes benchmarks/results/attacks.md.
#
#   benchmarks/attacks.sh [--quick] [--output FOLDER] [OPTION VALUE]... [ATTACK...]
#
# It takes about 12 minutes. The machine should be idle otherwise. All traffic stays on loopback. ATTACKs are none, idle, slow-header,
# slow-body, never-reading, half-closed, new-paths, new-accounts, batches, bodies, garbage and hot-account; only those are measured, and
# the results are printed, and written only with --output. --quick shortens everything, to check that it works. The OPTIONs --contender,
# --rounds, --before and --variable are explained in README.md.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
script=attacks.sh
. ./prepare.sh
program=OrleansLimiter.AttackBenchmarks

options=()
output=
attacks=()
while [ $# -gt 0 ]; do
  case $1 in
    --quick) options+=(--quick) ;;
    --contender|--rounds|--before|--variable) options+=("$1" "${2:?"$script: $1 needs a value"}"); shift ;;
    --output) output=${2:?"$script: --output needs a folder"}; shift ;;
    -*) echo "usage: benchmarks/$script [--quick] [--output FOLDER] [OPTION VALUE]... [ATTACK...]" >&2; exit 2 ;;
    *) attacks+=("$1") ;;
  esac
  shift
done
[ ${#attacks[@]} != 0 ] || output=${output:-results}

require_sdk "$script"
build Hosts.slnf
build "benchmarks/$program"
[ -z "$output" ] || mkdir -p "$output"
ulimit -n 10000
exec "$program/bin/Release/net10.0/$program" "$root" "$output" "${options[@]}" "${attacks[@]}"
