#!/usr/bin/env bash
# Measures a cluster on this machine, beside Redis and beside a bare HTTP handler, and writes benchmarks/results/cluster.md. About
# six minutes; the machine should have nothing else to do. Needs redis-server, redis-benchmark and wrk (Debian:
# apt-get install redis-server redis-tools wrk).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

for program in redis-server redis-benchmark wrk; do
  if ! command -v "$program" > /dev/null; then
    echo "cluster.sh: needs $program; on Debian: apt-get install redis-server redis-tools wrk" >&2
    exit 1
  fi
done

project=OrleansLimiter.ClusterBenchmarks
dotnet build "$project" --configuration Release --verbosity quiet >&2
dotnet build ../src/OrleansLimiter.Silo --configuration Release --verbosity quiet >&2
run() { "$project/bin/Release/net10.0/$project" "$@"; }

report=$(mktemp)
trap 'rm -f "$report"' EXIT
{
  echo '# The cluster, measured'
  echo
  echo "Measured $(date -u +%Y-%m-%d) by \`benchmarks/cluster.sh\`. What the lines mean: [benchmarks/README.md](../README.md)."
  echo
  echo "$(nproc) cores, $(sed -nE 's/^model name\s*: //p' /proc/cpuinfo | head -n 1), .NET $(dotnet --version), $(redis-server --version | grep -oE 'v=[0-9.]+' | sed 's/v=/Redis /')"
  echo
  echo '## Decisions'
  echo
  run decisions
  echo
  echo '## Over HTTP'
  echo
  run http ../src/OrleansLimiter.Silo/bin/Release/net10.0/OrleansLimiter.Silo.dll
  echo
  echo '## Memory'
  echo
  run memory
} | tee "$report"
cp "$report" results/cluster.md
chmod 644 results/cluster.md
