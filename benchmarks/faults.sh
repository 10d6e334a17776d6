#!/usr/bin/env bash
# Measures what starts, stops, crashes and an outage of PostgreSQL cost, and writes benchmarks/results/faults.md.
#
#   benchmarks/faults.sh [--quick] [--output FOLDER] [EVENT...]
#
# It takes about 30 minutes. The machine should be idle otherwise. EVENTs are roll, scale, kill, hang, restart, kills, kill-replica,
# kill-both, kill-join, restart-all, kill-all, front-end, postgres, postgres-stop, postgres-kill, postgres-start, hand-over,
# survivor-kill, survivor-hang, survivor-postgres, survivor-isolated, and soak, which takes half an hour and is measured only if it is
# named. Only those are measured, and the results are printed, and written only with --output. --quick shortens what takes a minute, to
# check that everything works.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
script=faults.sh
. ./prepare.sh
program=OrleansLimiter.FaultBenchmarks

options=()
output=
events=()
while [ $# -gt 0 ]; do
  case $1 in
    --quick) options=(--quick) ;;
    --output) output=${2:?"$script: --output needs a folder"}; shift ;;
    -*) echo "usage: benchmarks/$script [--quick] [--output FOLDER] [EVENT...]" >&2; exit 2 ;;
    *) events+=("$1") ;;
  esac
  shift
done
[ ${#events[@]} != 0 ] || output=${output:-results}

require_sdk "$script"
publish OrleansLimiter.Silo
publish OrleansLimiter.FrontEnd
build "benchmarks/$program"
[ -z "$output" ] || mkdir -p "$output"
exec "$program/bin/Release/net10.0/$program" "$output" "${options[@]}" "${events[@]}"
