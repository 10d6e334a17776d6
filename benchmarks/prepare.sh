# shellcheck shell=bash
# What compare.sh, growth.sh and limits.sh share: they go to this folder, set $script, and source this.

root=$(cd .. && pwd)
program=OrleansLimiter.ClusterBenchmarks
. ../eng/sdk.sh

# require PACKAGES PROGRAM...: ends the script where one is missing.
require() {
  local packages=$1 each
  shift
  for each in "$@"; do
    if ! installed "$each"; then
      echo "$script: needs $each; on Debian: apt-get install $packages" >&2
      exit 1
    fi
  done
}

# suggest PACKAGE PROGRAM: says so where it is missing.
suggest() {
  installed "$2" || echo "$script: without $2, which is left out; on Debian: apt-get install $1" >&2
}

# Servers live in sbin, which is not on everybody's path.
installed() { PATH=$PATH:/usr/sbin:/sbin command -v "$1" > /dev/null; }

# Builds the hosts and the benchmark itself.
build_all() {
  require_sdk "$script"
  build Hosts.slnf
  build "benchmarks/$program"
}

# In place of the script, so that who stops the one stops the other.
run() { exec "$program/bin/Release/net10.0/$program" "$@"; }
