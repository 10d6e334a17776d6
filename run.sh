#!/usr/bin/env bash
# Starts the limiter on http://127.0.0.1:8080 with the policies of this repository.
#
#   ./run.sh [--embedded | --cluster] [--urls URLS] [--admin-urls URLS] [arguments of `limiter serve`]
#
# --embedded   count in this process: the default, and all that this version can do
# --cluster    refused: the cluster is not part of this version yet
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=eng/sdk.sh
source "$root/eng/sdk.sh"

# These two do not depend on where the caller stands; files that the caller names do.
policies=$root/policies
overrides=$root/data/overrides.json
arguments=()
for argument in "$@"; do
  case $argument in
    --cluster)
      echo "run.sh: the cluster is not part of this version yet; without --cluster the limiter counts in this process" >&2
      exit 2
      ;;
    --embedded) continue ;;
    --policies | --policies[=:]*) policies= ;;
    --overrides | --overrides[=:]*) overrides= ;;
  esac
  arguments+=("$argument")
done

require_sdk run.sh
build src/OrleansLimiter.Cli

# An empty array is an unbound variable to bash before 4.4, hence the +.
exec dotnet "$root/src/OrleansLimiter.Cli/bin/Release/net10.0/limiter.dll" serve \
  ${policies:+--policies "$policies"} ${overrides:+--overrides "$overrides"} ${arguments[@]+"${arguments[@]}"}
