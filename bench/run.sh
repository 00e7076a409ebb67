#!/usr/bin/env bash
# Runs a scenario: the published gateway in a cgroup of 512 MB and a fifth of a core, Notion's simulator and the clients outside of it.
#   bench/run.sh SCENARIO|all [--quick] [--trx FILE] [options]
# Scenarios: single-5gb concurrent-10 concurrent-25 exhaustion network-failure slow-1000 soak sizes startup
# --quick: small sizes and short times, for CI; fails on bytes, memory and counts, never on time.
# --trx FILE: the results as the other suites write them.
# Options, each in place of the scenario's own: --rate N|off, --profile NAME, --size SIZE, --clients N, --minutes N, --seed N, --set Section:Name=value,
#   --quota CPUS|none (0.2), --memory BYTES (536870912), --output FOLDER (artifacts/bench)
# Reports: FOLDER/SCENARIO/report.md, report.json, charts. Exits 1 when a line failed. Where no cgroup can be made it goes on without and says so.
set -euo pipefail
cd "$(dirname "$0")/.."
readonly all=(single-5gb concurrent-10 concurrent-25 exhaustion network-failure slow-1000 soak sizes startup)
scenario=${1:?which scenario? ${all[*]} or all}
shift
trx="" output=artifacts/bench quota=0.2 memory=536870912 options=()
while [ $# -gt 0 ]; do
  case "$1" in
    --quick) options+=(--quick); shift ;;
    --trx) trx=$2; shift 2 ;;
    --quota) quota=$2; shift 2 ;;
    --memory) memory=$2; shift 2 ;;
    --output) output=$2; options+=("$1" "$2"); shift 2 ;;
    --rate | --profile | --size | --clients | --minutes | --seed | --set) options+=("$1" "$2"); shift 2 ;;
    *) echo "run.sh: unknown option '$1'" >&2; exit 2 ;;
  esac
done

. bench/lib.sh
node=""
end() {
  # The clients, and through them the programs that they started; then whatever is still in the group.
  [ -z "$node" ] || { kill -- "-$node" 2>/dev/null || true; wait "$node" 2>/dev/null || true; kill -9 -- "-$node" 2>/dev/null || true; }
  finish
}
trap end EXIT
trap 'exit 130' INT TERM
[ -x "$sluice" ] || die "publish first: dotnet publish src/Sluice.Cli"
command -v node > /dev/null || die "Node 20 or later is needed for the clients."
[ -d bench/load/node_modules ] || npm ci --prefix bench/load --no-audit --no-fund --loglevel=error
export SLUICE_BIN=$sluice
ulimit -n "$(ulimit -Hn)" # two sockets for each of 1,500 clients

if [ "$scenario" = all ]; then names=("${all[@]}"); else names=("$scenario"); fi
failed=0 number=0 reports=()
for name in "${names[@]}"; do
  number=$((number + 1))
  reports+=("$output/$name/report.json")
  rm -f "$output/$name/report.json" # an earlier run's must not stand for this one's
  if make_group "$number" "$memory" "$quota"; then
    export SLUICE_BENCH_GROUP=$group SLUICE_BENCH_ENTER="${enter[*]}" SLUICE_BENCH_CPUS="${quota/none/}"
  else
    no_group
    say "run.sh: no cgroup can be made here; going on without."
    export SLUICE_BENCH_GROUP="" SLUICE_BENCH_ENTER="" SLUICE_BENCH_CPUS=""
  fi
  set -m # a process group of its own, so that all of it can be ended
  node bench/load/main.mjs "$name" ${options[@]+"${options[@]}"} < /dev/null &
  node=$!
  set +m
  wait "$node" || failed=1
  kill -9 -- "-$node" 2>/dev/null || true
  node=""
done
[ -z "$trx" ] || node bench/load/collect.mjs "$trx" "${reports[@]}"
exit "$failed"
