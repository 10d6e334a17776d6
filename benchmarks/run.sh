#!/usr/bin/env bash
# Runs the micro benchmarks and the memory report, and writes benchmarks/results/micro.md. It takes about twenty minutes. The
# machine should be idle otherwise. Arguments go to BenchmarkDotNet; `--job dry` checks in seconds that everything works.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

project=OrleansLimiter.Benchmarks
artifacts=$(mktemp -d)
trap 'rm -rf "$artifacts"' EXIT

dotnet build "$project" --configuration Release --verbosity quiet
run() { dotnet "$project/bin/Release/net10.0/$project.dll" "$@"; }

run --filter '*' "$@" --artifacts "$artifacts" > "$artifacts/log" || { tail -n 50 "$artifacts/log" >&2; exit 1; }

{
  echo '# Micro benchmarks'
  echo
  echo "Measured $(date -u +%Y-%m-%d) by \`benchmarks/run.sh\`. The lines are explained in [benchmarks/README.md](../README.md)."
  echo
  echo '## Time and allocation'
  echo
  for report in "$artifacts"/results/*-report-github.md; do sed "s/&#39;//g" "$report"; echo; done
  echo
  echo '## Memory'
  echo
  run memory
} > results/micro.md
cat results/micro.md
