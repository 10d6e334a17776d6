#!/usr/bin/env bash
# Starts the limiter on http://127.0.0.1:8080 with the policies of this repository.
#
#   ./run.sh [--cluster | --embedded] [--urls URLS] [--admin-urls URLS] [arguments of the host]
#
# --cluster    a cluster of one silo with the front-end in the same process, as without a switch. --Orleans:... and
#              --Limiter:... are keys of configuration: see docs/operations.md
# --embedded   without Orleans; further arguments are those of `limiter serve`
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=eng/sdk.sh
source "$root/eng/sdk.sh"

mode=
policies=$root/policies
overrides=$root/data/overrides.json
counts=$root/data/counts.log
arguments=()
for argument in "$@"; do
  case $argument in
    --cluster | --embedded)
      if [ -n "$mode" ] && [ "$mode" != "${argument#--}" ]; then
        echo "run.sh: --cluster and --embedded exclude each other" >&2
        exit 2
      fi

      mode=${argument#--}
      continue
      ;;
    --policies | --policies[=:]*) policies= ;;
    --overrides | --overrides[=:]*) overrides= ;;
    --counts | --counts[=:]*) counts= ;;
  esac
  arguments+=("$argument")
done

require_sdk run.sh
build Hosts.slnf

# These do not depend on where the caller stands; files that the caller names do. An empty array is an unbound variable to
# bash before 4.4, hence the +.
if [ "$mode" != embedded ]; then
  export Limiter__Policies=${Limiter__Policies:-$policies}
  export Orleans__GrainStorage__overrides__Path=${Orleans__GrainStorage__overrides__Path:-$root/data/overrides}
  exec dotnet "$root/src/OrleansLimiter.Silo/bin/Release/net10.0/OrleansLimiter.Silo.dll" ${arguments[@]+"${arguments[@]}"}
fi

exec dotnet "$root/src/OrleansLimiter.Cli/bin/Release/net10.0/limiter.dll" serve \
  ${policies:+--policies "$policies"} ${overrides:+--overrides "$overrides"} ${counts:+--counts "$counts"} \
  ${arguments[@]+"${arguments[@]}"}
