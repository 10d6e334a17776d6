#!/usr/bin/env bash
# Starts a silo and two instances of the app, which count in it. It ends after an hour, or with Ctrl-C.
#
#   samples/SharedCounts/run.sh [--no-build]
#
# SILO_PORT, GATEWAY_PORT, ADMIN_PORT and APP_PORTS are the ports on 127.0.0.1.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
# shellcheck source=../../eng/sdk.sh
source "$root/eng/sdk.sh"

silo_port=${SILO_PORT:-11111}
gateway_port=${GATEWAY_PORT:-30000}
admin_port=${ADMIN_PORT:-8081}
read -ra app_ports <<< "${APP_PORTS:-5081 5082}"

if [ "${1:-}" != --no-build ]; then
  require_sdk run.sh
  build src/OrleansLimiter.Silo/OrleansLimiter.Silo.csproj
  build samples/SharedCounts/SharedCounts.csproj
fi

data=$(mktemp -d)
pids=()
end() {
  trap - EXIT
  kill "${pids[@]}" 2> /dev/null || true
  wait
  rm -rf "$data"
}
trap end EXIT
trap 'exit 0' INT TERM

Orleans__GrainStorage__overrides__Path=$data/overrides \
  dotnet "$root/src/OrleansLimiter.Silo/bin/Release/net10.0/OrleansLimiter.Silo.dll" \
  --Limiter:FrontEnd=false --admin-urls "http://127.0.0.1:$admin_port" \
  --Orleans:Endpoints:SiloPort="$silo_port" --Orleans:Endpoints:GatewayPort="$gateway_port" > "$data/silo.log" 2>&1 &
pids+=($!)

cd "$here"
for port in "${app_ports[@]}"; do
  dotnet bin/Release/net10.0/SharedCounts.dll --urls "http://127.0.0.1:$port" \
    --Orleans:Clustering:Gateways:0="127.0.0.1:$gateway_port" > "$data/app-$port.log" 2>&1 &
  pids+=($!)
done

# ready PORT: whether the app on the port can reach the cluster.
ready() {
  local status
  { exec 3<> "/dev/tcp/127.0.0.1/$1"; } 2> /dev/null || return 1
  printf 'GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n' >&3
  status=$(head -n 1 <&3)
  exec 3>&-
  [[ $status == *' 200 '* ]]
}

fail() {
  tail -n 20 "$data"/*.log >&2
  echo "run.sh: $*" >&2
  exit 1
}

# At most two minutes for each, on a busy machine.
for port in "${app_ports[@]}"; do
  for ((tries = 0; tries < 240; tries++)); do
    ! ready "$port" || break
    for pid in "${pids[@]}"; do
      kill -0 "$pid" 2> /dev/null || fail "a process has ended"
    done

    sleep 0.5
  done

  [ "$tries" -lt 240 ] || fail "the app on port $port is not ready"
done

echo "ready$(printf ' http://127.0.0.1:%s' "${app_ports[@]}")"

# The first process that ends, ends all.
sleep 3600 &
pids+=($!)
wait -n
