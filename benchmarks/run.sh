#!/usr/bin/env bash
# Runs the micro benchmarks and the memory report, and writes benchmarks/results/micro.md. About twenty minutes; the
# machine should have nothing else to do. Arguments go to BenchmarkDotNet: `--job dry` tries it out in seconds.
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
  echo "Measured $(date -u +%Y-%m-%d) by \`benchmarks/run.sh\`. What the lines mean: [benchmarks/README.md](../README.md)."
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
