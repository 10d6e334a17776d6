# shellcheck shell=bash
# What run.sh and test.sh share: they set $root, the folder of the repository, and source this.

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

# build PROJECT: restores and builds. On standard error it says that it does, and what dotnet says if that fails. Where all that
# failed is restoring, it says nothing but which packages are missing, in $missing, and returns 2.
build() {
  local log status=0
  missing=
  echo "building $1; the first time this takes a minute or two" >&2
  log=$(mktemp)
  (cd "$root" && dotnet build "$1" --configuration Release --verbosity quiet --tl:off) > "$log" 2>&1 < /dev/null || status=$?
  if [ "$status" != 0 ] && grep -qE 'error NU1[0-9]{3}:' "$log" && ! grep -qE 'error (CS|MSB)[0-9]+:' "$log"; then
    missing=$(sed -nE 's/.*error NU1[0-9]{3}: Unable to find (a stable )?package ([A-Za-z0-9._-]*[A-Za-z0-9_-]).*/\2/p' "$log" | sort -u | paste -s -d ' ' -)
    missing=${missing:-packages}
    status=2
  elif [ "$status" != 0 ]; then
    cat "$log" >&2
    status=1
  fi

  rm -f "$log"
  return "$status"
}

# build_cluster_or_embedded SCRIPT MODE CLUSTER EMBEDDED: builds CLUSTER; without Azure's packages where only they cannot be
# restored; EMBEDDED where the others cannot either. MODE `cluster` insists on CLUSTER, `embedded` on EMBEDDED; `any` takes
# what can be had. Afterwards $part is `cluster` or `embedded`.
build_cluster_or_embedded() {
  local script=$1 mode=$2 cluster=$3 embedded=$4 status=0
  part=cluster
  if [ "$mode" = embedded ] || { [ "$mode" = any ] && lately_missing; }; then
    part=embedded
  elif restored_without_azure; then
    export WithAzure=false
  fi

  if [ "$part" = cluster ]; then
    build "$cluster" || status=$?
    if [ "$status" = 2 ] && [ "${WithAzure:-}" != false ] && only_azure; then
      echo "$script: $missing cannot be restored here; going on without (WithAzure=false)" >&2
      export WithAzure=false
      status=0
      build "$cluster" || status=$?
    fi

    if [ "$status" != 2 ]; then
      rm -f "$remembered"
      return "$status"
    fi

    if [ "$mode" = cluster ]; then
      echo "$script: the cluster needs packages that cannot be restored here: $missing" >&2
      return 1
    fi

    part=embedded
    mkdir -p "$(dirname "$remembered")"
    echo "$missing" > "$remembered"
  fi

  if [ "$mode" = any ]; then
    echo "$script: Orleans packages cannot be restored here ($(awk '{ print $1 (NF > 1 ? " and " NF - 1 " more" : "") }' "$remembered")); going on with the part that needs none" >&2
  fi

  build "$embedded" || { status=$?; [ "$status" != 2 ] || echo "$script: packages cannot be restored here: $missing" >&2; return 1; }
}

# What a failed restore leaves to remember it by: a try costs its time again. It holds for an hour, and as long as nothing of the
# projects changes.
remembered=$root/src/OrleansLimiter.Silo/obj/missing-packages

lately_missing() {
  [ -f "$remembered" ] && [ -n "$(find "$remembered" -mmin -60)" ] && ! projects_changed_since "$remembered"
}

# Without this, a machine that lacks Azure's packages would look for them each time.
restored_without_azure() {
  local restored=$root/src/OrleansLimiter.Silo/obj/project.nuget.cache
  local assets=$root/src/OrleansLimiter.Silo/obj/project.assets.json
  [ -f "$assets" ] && grep -q '"success": true' "$restored" 2> /dev/null && ! projects_changed_since "$restored" \
    && ! grep -qF 'Microsoft.Orleans.Clustering.AzureStorage/' "$assets"
}

projects_changed_since() {
  [ -n "$(find "$root"/global.json "$root"/Directory.*.props "$root"/*/*/*.csproj -newer "$1" -print -quit)" ]
}

only_azure() {
  local name
  for name in $missing; do
    case $name in
      *.AzureStorage | Azure.*) ;;
      *) return 1 ;;
    esac
  done
}
