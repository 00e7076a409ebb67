#!/usr/bin/env bash
# Installs what the tests need, builds, publishes the program, and runs every kind of test.
#   ./test.sh          the short form of everything
#   ./test.sh --full   the long form: default delays and rates, 10,000 seeds, full sizes; by hand (docs/testing.md)
# Results: artifacts/test-results/*.trx. Exits 1 when anything failed or was skipped.
set -euo pipefail
cd "$(dirname "$0")"

full=0
for argument in "$@"; do
  case "$argument" in
    --full) full=1 ;;
    *) echo "test.sh: unknown option '$argument'; it takes --full or nothing." >&2; exit 2 ;;
  esac
done

step() { printf '\n== %s\n' "$*"; }

step "What the tests need"
missing=()
command -v clang >/dev/null || missing+=(clang)
[ -f /usr/include/zlib.h ] || missing+=(zlib1g-dev)
command -v curl >/dev/null || missing+=(curl)
[ -x /usr/sbin/nginx ] || missing+=(nginx-light)
/usr/bin/python3 -c 'import tusclient' 2>/dev/null || missing+=(python3-tuspy)
if [ ${#missing[@]} -gt 0 ]; then
  if [ "$(id -u)" != 0 ]; then
    echo "test.sh: install ${missing[*]} first (Native AOT links with clang and zlib, the tests run the others); as root this script does it." >&2
    exit 1
  fi
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}" >/dev/null
fi
npm ci --prefix tests/Sluice.EndToEnd/js --no-audit --no-fund --loglevel=error
npm ci --prefix bench/load --no-audit --no-fund --loglevel=error

step "Build"
dotnet build Sluice.slnx -warnaserror --nologo -v quiet

step "Publish the program (Native AOT)"
dotnet publish src/Sluice.Cli -warnaserror --nologo -v quiet
export SLUICE_BIN="$PWD/artifacts/publish/Sluice.Cli/release/sluice"
"$SLUICE_BIN" --version

results="$PWD/artifacts/test-results"
rm -rf "$results"
mkdir -p "$results"
export SLUICE_SIMULATION="$PWD/artifacts/bin/Sluice.Simulation/debug/Sluice.Simulation"
if [ "$full" = 1 ]; then export SLUICE_FULL=1 SLUICE_SEEDS=10000; else export SLUICE_SEEDS="${SLUICE_SEEDS:-2000}"; fi

failed=0
for suite in Sluice.Tests Sluice.Conformance Sluice.EndToEnd; do
  step "$suite"
  "artifacts/bin/$suite/debug/$suite" -noLogo -noColor -failSkips -trx "$results/$suite.trx" || failed=1
done

step "Memory, bytes and counts"
bench/gate.sh --trx "$results/gate.trx" || failed=1

step "Scenarios of the gateway, quick"
npm test --prefix bench/load --silent > "$results/load.log" 2>&1 || { cat "$results/load.log"; failed=1; }
bench/run.sh all --quick --trx "$results/scenarios.trx" || failed=1

step "Allocation budgets"
dotnet run --project bench/Sluice.Bench -c Release -- --budget bench/allocations.json --trx "$results/Sluice.Bench.trx" || failed=1

step "Result"
total() { sed -n "s/.*<Counters [^>]*\b$1=\"\([0-9]*\)\".*/\1/p" "$results"/*.trx | awk '{ sum += $1 } END { print sum + 0 }'; }
passed=$(total passed)
broken=$(($(total failed) + $(total error)))
skipped=$(($(total total) - passed - broken))
[ "$(ls "$results"/*.trx 2>/dev/null | wc -l)" = 6 ] || { echo "test.sh: a suite left no result file." >&2; failed=1; }
echo "$passed passed, $broken failed, $skipped skipped"
[ "$failed" = 0 ] && [ "$broken" = 0 ] && [ "$skipped" = 0 ] && [ "$passed" -gt 0 ]
