# shellcheck shell=bash
# What compare.sh and growth.sh share: they cd here, set $script, and source this.

require() { # PACKAGES PROGRAM...
  local packages=$1 program
  for program in "${@:2}"; do
    if ! PATH=$PATH:/usr/sbin command -v "$program" > /dev/null; then
      echo "$script: needs $program; on Debian: apt-get install $packages" >&2
      exit 1
    fi
  done
}

suggest() { # PACKAGES PROGRAM
  PATH=$PATH:/usr/sbin command -v "$2" > /dev/null || echo "$script: without $2, which is left out; on Debian: apt-get install $1" >&2
}

build() {
  local each
  for each in "$@"; do
    dotnet build "$each" --configuration Release --verbosity quiet >&2
  done
}

program=OrleansLimiter.ClusterBenchmarks
run() { "$program/bin/Release/net10.0/$program" "$@"; }
