#!/usr/bin/env bash
# healthcheck [PATH]: does http://127.0.0.1:8081PATH answer with 200? PATH is /healthz if it is left out.
#
# That is the address of administration: a silo that leaves decisions to front-ends has no other. Health needs no token.
#
# For containers: the image has neither curl nor wget, but it has bash, which can open a connection. A mode of the program would
# start a second .NET runtime every few seconds beside the one whose memory and time it is asked about.
set -euo pipefail

exec 3<> /dev/tcp/127.0.0.1/8081
printf 'GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' "${1:-/healthz}" >&3
read -r -t 2 _ status _ <&3 || status="nothing within 2 s"
if [ "$status" != 200 ]; then
  echo "${1:-/healthz} answers $status"
  exit 1
fi
