# shellcheck shell=bash
# Functions of compare.sh, growth.sh and limits.sh, which change to this folder, set $script, and source this file.

root=$(cd .. && pwd)
program=OrleansLimiter.ClusterBenchmarks
. ../eng/sdk.sh

# read_options OPTION...: sets $options, which the benchmark takes, and $output, the folder of the results.
read_options() {
  options=()
  output=results
  while [ $# -gt 0 ]; do
    case $1 in
      --quick) options=(--quick) ;;
      --rounds) options=(--rounds "${2:?"$script: --rounds needs an odd number"}"); shift ;;
      --output) output=${2:?"$script: --output needs a folder"}; shift ;;
      *) echo "usage: benchmarks/$script [--quick | --rounds COUNT] [--output FOLDER]" >&2; exit 2 ;;
    esac
    shift
  done
}

# require PACKAGES PROGRAM...: ends the script if a program is missing.
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

# suggest PACKAGE PROGRAM: prints how to install a missing program.
suggest() {
  installed "$2" || echo "$script: without $2, which is omitted; on Debian: apt-get install $1" >&2
}

# Servers are in sbin, which is not in the PATH of every user.
installed() { PATH=$PATH:/usr/sbin:/sbin command -v "$1" > /dev/null; }

# measure COMMAND: builds the hosts and the benchmark, and runs it. It replaces the script, so that a signal to the script stops it.
measure() {
  require_sdk "$script"
  build Hosts.slnf
  build "benchmarks/$program"
  mkdir -p "$output"
  exec "$program/bin/Release/net10.0/$program" "$1" "$root" "$output" "${options[@]}"
}
