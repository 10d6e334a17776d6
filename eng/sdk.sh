# shellcheck shell=bash
# What run.sh, test.sh and the benchmarks share: they set $root, the folder of the repository, and source this.

# The scripts read some of dotnet's output, so it must speak English everywhere.
export DOTNET_CLI_UI_LANGUAGE=en DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

# require_sdk SCRIPT
require_sdk() {
  local found
  if ! command -v dotnet > /dev/null; then
    echo "$1: needs the .NET 10 SDK, and there is no 'dotnet' on the PATH; see https://dotnet.microsoft.com/download" >&2
    exit 1
  fi

  # Asked inside the repository, where global.json says which SDK is meant.
  if ! (cd "$root" && dotnet --version) > /dev/null 2>&1; then
    found=$(dotnet --list-sdks 2> /dev/null | cut -d ' ' -f 1 | paste -s -d ' ' -) || found=
    echo "$1: needs the .NET 10 SDK; installed: ${found:-none}; see https://dotnet.microsoft.com/download" >&2
    exit 1
  fi
}

# build PROJECT: restores and builds. On standard error it says that it does, and what dotnet says if that fails.
build() {
  local log status=0
  echo "building $1; the first time this takes a minute or two" >&2
  log=$(mktemp)
  (cd "$root" && dotnet build "$1" --configuration Release --verbosity quiet --tl:off) > "$log" 2>&1 < /dev/null || status=$?
  [ "$status" = 0 ] || cat "$log" >&2
  rm -f "$log"
  return "$status"
}

# publish PROJECT: publishes a host into src/PROJECT/bin/published, compiled ahead of time as in the images.
publish() {
  local log status=0
  echo "publishing $1; it takes a minute or two" >&2
  log=$(mktemp)
  (cd "$root/src/$1" && dotnet publish --configuration Release --use-current-runtime -p:PublishReadyToRun=true \
    --output bin/published --verbosity quiet --tl:off) > "$log" 2>&1 < /dev/null || status=$?
  [ "$status" = 0 ] || cat "$log" >&2
  rm -f "$log"
  return "$status"
}
