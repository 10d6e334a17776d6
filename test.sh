#!/usr/bin/env bash
# Builds, runs every test, and ends with the line `N passed, N failed, N skipped`.
#
#   ./test.sh [arguments of `dotnet test`, such as --filter NAME]
#
# A solution that cannot be built counts as one failure, and so does a test project that ends early or runs no test.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=eng/sdk.sh
source "$root/eng/sdk.sh"

require_sdk test.sh
if ! build OrleansLimiter.sln; then
  echo "test.sh: the build failed" >&2
  echo "0 passed, 1 failed, 0 skipped"
  exit 1
fi

# One project at a time: most use all cores, and what tests of faults count depends on time.
arguments=(--solution OrleansLimiter.sln --configuration Release --no-build --no-ansi --no-progress --max-parallel-test-modules 1)
# A filter may leave a project without a test.
[[ " $*" != *' --filter'* ]] || arguments+=(--ignore-exit-code 8)

output=$(mktemp)
trap 'rm -f "$output"' EXIT
status=0
(cd "$root" && dotnet test "${arguments[@]}" "$@") 2>&1 < /dev/null | tee "$output" || status=$?

# count WORD: a figure of the summary, whose lines are `  succeeded: 12`. `  error: 1` is there only where a project ended early.
count() { sed -nE "s/^  $1: ([0-9]+)\$/\1/p" "$output" | tail -n 1 | grep . || echo 0; }

passed=$(count succeeded)
failed=$(($(count failed) + $(count error)))
skipped=$(count skipped)
if [ "$failed" = 0 ] && { [ "$status" != 0 ] || [ $((passed + skipped)) = 0 ]; }; then
  echo "test.sh: dotnet test ended with $status after $((passed + skipped)) tests"
  failed=1
fi

# Which tests failed and what they expected, once more: their first report may be thousands of lines above.
awk '/^failed .*\)$/ { test = $0; next }
     test && /^  from / { print test; test = ""; shown = 1; next }
     /^    at / || !/^ / || /^  Standard output/ { test = ""; shown = 0 }
     shown' "$output"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
