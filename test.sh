#!/usr/bin/env bash
# Builds, runs every test, and ends with the line `N passed, N failed, N skipped`.
#
#   ./test.sh [--require-cluster] [arguments of `dotnet test`, such as --filter NAME]
#
# Where the Orleans packages cannot be restored, it says so and tests the part that needs none.
#
# --require-cluster   all of it, or fail
#
# A test project that cannot be built, or does not reach its end, counts as one failure.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=eng/sdk.sh
source "$root/eng/sdk.sh"

mode=any
arguments=()
for argument in "$@"; do
  if [ "$argument" = --require-cluster ]; then
    mode=cluster
  else
    arguments+=("$argument")
  fi
done

require_sdk test.sh

tested=OrleansLimiter.sln
built=true
build_cluster_or_embedded test.sh "$mode" OrleansLimiter.sln Embedded.slnf || built=false
[ "$part" = cluster ] || tested=Embedded.slnf

projects=$(grep -oE '[A-Za-z.]+\.Tests\.csproj' "$root/$tested" | sed 's/\.csproj$//' | sort -u | paste -s -d ' ' -)
if [ "$built" = false ]; then
  echo "test.sh: the build failed" >&2
  echo "0 passed, $(wc -w <<< "$projects" | tr -d ' ') failed, 0 skipped"
  exit 1
fi

output=$(mktemp)
trap 'rm -f "$output"' EXIT
status=0
(cd "$root" && dotnet test "$tested" --configuration Release --no-build --tl:off ${arguments[@]+"${arguments[@]}"}) \
  2>&1 < /dev/null | tee "$output" | sed -E '/^(Test run for |A total of [0-9]+ test files |Additionally, path to test adapters |$)/d' || status=$?

# A project sums up as `Passed!  - Failed: 0, Passed: 12, Skipped: 1, Total: 13, Duration: 1 s - X.Tests.dll (net10.0)`, or
# says that the caller's filter leaves it nothing to run. One that says neither has died, or has lost its tests.
awk -v projects="$projects" -v status="$status" '
  function number(name) {
    match($0, name ": +[0-9]+")
    return substr($0, RSTART + length(name) + 1, RLENGTH - length(name) - 1) + 0
  }
  function end() {
    if (match($0, /[A-Za-z.]+\.Tests\.dll/)) ended[substr($0, RSTART, RLENGTH - 4)] = 1
  }
  /^(Passed|Failed|Skipped)! +- Failed: / {
    failed += number("Failed"); passed += number("Passed"); skipped += number("Skipped")
    end()
  }
  /^No test matches the given testcase filter/ { end() }
  END {
    count = split(projects, names, " ")
    for (i = 1; i <= count; i++) {
      if (!(names[i] in ended)) { print "test.sh: " names[i] " ran no test, or not to its end"; failed++ }
    }
    if (passed + failed == 0) { print "test.sh: no test ran"; status = 1 }
    else if (failed == 0 && status != 0) print "test.sh: dotnet test ended with " status
    printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
    exit (failed > 0 || status != 0)
  }' "$output"
