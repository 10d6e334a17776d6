#!/usr/bin/env bash
# Measures what limits cost in an ASP.NET Core app: by the middleware of this project, and by that of ASP.NET Core. Writes
# benchmarks/results/middleware.md.
#
#   benchmarks/middleware.sh [--quick | --rounds COUNT] [--output FOLDER]
#
# It takes about two minutes, with nine rounds. The machine should be idle otherwise. --quick is one round to check that everything
# works.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
script=middleware.sh
. ./prepare.sh
read_options "$@"

require util-linux taskset

measure middleware
