#!/usr/bin/env bash
# Uploads a file in a cgroup of 512 MB and a fifth of a core against the simulator, which runs outside of it, and prints
# what it took: peak RSS (VmHWM), CPU seconds per GiB, requests, seconds. Needs root (it makes a cgroup) and the published program.
#   bench/upload.sh 1GiB                     no rate limit
#   bench/upload.sh 5GiB --rate 180          Notion's budget
#   bench/upload.sh 1GiB --with-ntn          the official ntn CLI carries the same file in the same run
#   bench/upload.sh 1GiB --quota none        the same without the limit on CPU
# Options: --rate N|off (off), --profile NAME (calm), --quota CPUS|none (0.2), --memory BYTES (536870912), --with-ntn, --json FILE
set -euo pipefail
cd "$(dirname "$0")/.."
size=${1:?which size? for example 1GiB}
shift
rate=off profile=calm quota=0.2 memory=536870912 ntn=0 json=""
while [ $# -gt 0 ]; do
  case "$1" in
    --rate) rate=$2; shift 2 ;;
    --profile) profile=$2; shift 2 ;;
    --quota) quota=$2; shift 2 ;;
    --memory) memory=$2; shift 2 ;;
    --with-ntn) ntn=1; shift ;;
    --json) json=$2; shift 2 ;;
    *) echo "upload.sh: unknown option '$1'" >&2; exit 2 ;;
  esac
done

sluice=${SLUICE_BIN:-$PWD/artifacts/publish/Sluice.Cli/release/sluice}
[ -x "$sluice" ] || { echo "upload.sh: publish first: dotnet publish src/Sluice.Cli" >&2; exit 1; }
bytes=$(numfmt --from=auto "${size%B}")
work=$(mktemp -d)
group=sluice-bench-$$
simulator=""
finish() {
  [ -z "$simulator" ] || { kill "$simulator" 2>/dev/null || true; wait "$simulator" 2>/dev/null || true; }
  rmdir "/sys/fs/cgroup/memory/$group" "/sys/fs/cgroup/cpu/$group" "/sys/fs/cgroup/$group" 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT

# The cgroup, version 1 or 2.
enter=()
if [ -f /sys/fs/cgroup/cgroup.controllers ]; then
  echo "+memory +cpu" > /sys/fs/cgroup/cgroup.subtree_control
  mkdir "/sys/fs/cgroup/$group"
  echo "$memory" > "/sys/fs/cgroup/$group/memory.max"
  [ "$quota" = none ] || awk "BEGIN { printf \"%d 100000\", $quota * 100000 }" > "/sys/fs/cgroup/$group/cpu.max"
  enter=("/sys/fs/cgroup/$group/cgroup.procs")
else
  mkdir "/sys/fs/cgroup/memory/$group" "/sys/fs/cgroup/cpu/$group"
  echo "$memory" > "/sys/fs/cgroup/memory/$group/memory.limit_in_bytes"
  [ "$quota" = none ] || awk "BEGIN { printf \"%d\", $quota * 100000 }" > "/sys/fs/cgroup/cpu/$group/cpu.cfs_quota_us"
  enter=("/sys/fs/cgroup/memory/$group/cgroup.procs" "/sys/fs/cgroup/cpu/$group/cgroup.procs")
fi

# measure NAME COMMAND...: runs a command in the cgroup; sets seconds, cpu and rss (KiB).
measure() {
  local name=$1; shift
  local start end pid
  start=$(date +%s.%N)
  (
    for procs in "${enter[@]}"; do echo "$BASHPID" > "$procs"; done
    exec "$@"
  ) > "$work/$name.out" 2> "$work/$name.err" < "${input:-/dev/null}" &
  pid=$!
  rss=0 cpu=0
  local ticks; ticks=$(getconf CLK_TCK)
  while [ -e "/proc/$pid/status" ]; do
    local seen; seen=$(awk '/^VmHWM/ { print $2 }' "/proc/$pid/status" 2>/dev/null || true)
    [ -z "$seen" ] || rss=$seen
    local used; used=$(sed 's/.*) //' "/proc/$pid/stat" 2>/dev/null | awk '{ print $12 + $13 }' || true)
    [ -z "$used" ] || cpu=$used
    sleep 0.1
    kill -0 "$pid" 2>/dev/null || break
    case "$(sed 's/.*) //' "/proc/$pid/stat" 2>/dev/null | cut -c1)" in Z) break ;; esac
  done
  code=0; wait "$pid" || code=$?
  end=$(date +%s.%N)
  seconds=$(awk "BEGIN { print $end - $start }")
  cpu=$(awk "BEGIN { print $cpu / $ticks }")
}

file=$work/bench.txt
head -c "$bytes" /dev/urandom > "$file"
"$sluice" simulate --listen http://127.0.0.1:0 --profile "$profile" --rate "$rate" --plan business > "$work/simulator.out" 2>&1 &
simulator=$!
for _ in $(seq 100); do
  address=$(grep -o 'http://127.0.0.1:[0-9]*' "$work/simulator.out" | head -1 || true)
  [ -n "$address" ] && curl -fs "$address/_sim/stats" > /dev/null && break
  sleep 0.1
done

report() { # report NAME
  local requests; requests=$(curl -fs "$address/_sim/stats" | grep -o '"requests":[0-9]*' | head -1 | cut -d: -f2)
  awk -v n="$1" -v b="$bytes" -v s="$seconds" -v c="$cpu" -v r="$rss" -v q="${requests:-0}" -v code="$code" 'BEGIN {
    gib = b / 1073741824
    printf "%-8s exit %d  %8.1f s  %7.2f MiB/s  %6.2f CPU s/GiB  peak RSS %6.1f MiB  %s requests\n", n, code, s, b / s / 1048576, c / gib, r / 1024, q
  }'
}

printf '%s of random bytes, %s, rate %s, cgroup of %s bytes and %s CPU\n' "$size" "$profile" "$rate" "$memory" "$quota"
export NOTION_TOKEN=bench SLUICE_NOTION_URL=$address
measure sluice "$sluice" upload "$file" --to page:00000000-0000-4000-8000-000000000001 --data "$work/state" --json --quiet
report sluice
sha=$(sha256sum "$file" | cut -d' ' -f1)
grep -q "\"sha256\":\"$sha\"" "$work/sluice.out" || { echo "upload.sh: the digest is not the file's" >&2; cat "$work/sluice.out" "$work/sluice.err" >&2; exit 1; }
[ "$code" = 0 ] || exit 1
[ -z "$json" ] || cp "$work/sluice.out" "$json"

if [ "$ntn" = 1 ]; then
  curl -fs -X POST "$address/_sim/reset" > /dev/null
  bin=$(ls -d tests/Sluice.EndToEnd/js/node_modules/.bin/ntn)
  export NOTION_API_TOKEN=bench NOTION_API_BASE_URL=$address NOTION_API_VERSION=2026-03-11
  input=$file measure ntn "$bin" files create --filename bench.txt --content-type text/plain
  report ntn
fi
