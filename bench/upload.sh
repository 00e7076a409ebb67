#!/usr/bin/env bash
# Uploads a file in a cgroup of 512 MB and a fifth of a core against the simulator, which runs outside of it, and prints
# what it took: peak RSS (VmHWM), CPU seconds per GiB, requests, seconds. Needs root (it makes cgroups) and the published program.
#   bench/upload.sh 1GiB                     no rate limit
#   bench/upload.sh 5GiB --rate 180          a rate of Notion's, a minute
#   bench/upload.sh 1GiB --with-ntn          the official ntn CLI carries the same file in the same run, measured the same way
#   bench/upload.sh 1GiB --quota none        the same without the limit on CPU
# Options: --rate N|off (off), --profile NAME (calm), --quota CPUS|none (0.2), --memory BYTES (536870912), --repeat N (1),
#   --part-size SIZE|auto (auto), --file FILE (its first bytes in place of random ones), --against FILE (another build of the program, in turns with this one), --with-ntn,
#   --markdown FILE, --json FILE (reports; a row for each run)
# ntn is found in $NTN, else where the end-to-end tests have it. CPU is what the cgroup counted, processes that ended included.
set -euo pipefail
cd "$(dirname "$0")/.."
size=${1:?which size? for example 1GiB}
shift
rate=off profile=calm quota=0.2 memory=536870912 repeat=1 part=auto given="" against="" ntn=0 json="" markdown=""
while [ $# -gt 0 ]; do
  case "$1" in
    --rate) rate=$2; shift 2 ;;
    --profile) profile=$2; shift 2 ;;
    --quota) quota=$2; shift 2 ;;
    --memory) memory=$2; shift 2 ;;
    --repeat) repeat=$2; shift 2 ;;
    --part-size) part=$2; shift 2 ;;
    --file) given=$2; shift 2 ;;
    --against) against=$2; shift 2 ;;
    --with-ntn) ntn=1; shift ;;
    --json) json=$2; shift 2 ;;
    --markdown) markdown=$2; shift 2 ;;
    *) echo "upload.sh: unknown option '$1'" >&2; exit 2 ;;
  esac
done

. bench/lib.sh
trap finish EXIT
[ -x "$sluice" ] || die "publish first: dotnet publish src/Sluice.Cli"
if [ "$ntn" = 1 ]; then
  NTN=${NTN:-$PWD/tests/Sluice.EndToEnd/js/node_modules/.bin/ntn}
  [ -x "$NTN" ] || die "there is no ntn at $NTN: npm ci --prefix tests/Sluice.EndToEnd/js, or name it in NTN."
fi

bytes=$(bytes_of "$size")
file=$work/bench.txt
head -c "$bytes" "${given:-/dev/urandom}" > "$file"
[ "$(stat -c %s "$file")" = "$bytes" ] || die "$given is shorter than $size."
sha=$(sha256sum "$file" | cut -d' ' -f1)
start_simulator --profile "$profile" --rate "$rate"

rows="" failed=0 count=0
# run NAME COMMAND...: one measured run in a cgroup of its own, and its row.
run() {
  local name=$1; shift
  count=$((count + 1))
  make_group "$count" "$memory" "$quota" || die "cgroups cannot be made here; run as root where /sys/fs/cgroup can be written."
  reset_simulator
  measure "$name" "$@"
  watch_upload
  local right=false; [ "$stored" != "$sha" ] || right=true
  local row
  row=$(awk -v n="$name" -v b="$bytes" -v s="$seconds" -v c="$cpu" -v p="$peak" -v q="$requests" -v parts="$parts" -v sent="$sent" -v code="$code" -v right="$right" -v rate="$rate" 'BEGIN {
    bound = rate == "off" ? "null" : q * 60 / rate
    printf "{\"name\":\"%s\",\"exit\":%d,\"seconds\":%.1f,\"cpu_seconds\":%.2f,\"cpu_seconds_per_gib\":%.2f,\"peak_rss_mib\":%.1f,\"requests\":%d,\"parts\":%d,\"bytes_sent_ratio\":%.4f,\"digest_right\":%s,\"bound_seconds\":%s}",
      n, code, s, c, c / b * 1073741824, p / 1024, q, parts, sent / b, right, bound }')
  rows="$rows${rows:+,
}$row"
  table_row "$row"
  if [ "$code" != 0 ] || [ "$right" = false ]; then
    failed=1
    say "upload.sh: $name ended with $code, and the simulator has $stored in place of $sha."
    tail -n 5 "$work/$name.out" "$work/$name.err" >&2
  fi
}

header='| program | exit | seconds | CPU s | CPU s/GiB | peak RSS MiB | requests | parts | sent/size | digest right | bound s |'
table=""
table_row() {
  local line
  line=$(sed -E 's/[{}"]//g; s/[a-z_]+:/ /g; s/,/ |/g; s/null/-/; s/^/|/; s/$/ |/' <<< "$1")
  table="$table$line"$'\n'
  echo "$line"
}

sluice_run() { # sluice_run NAME BINARY
  local parts=()
  [ "$part" = auto ] || parts=(--part-size "$part")
  export NOTION_TOKEN=bench SLUICE_NOTION_URL=$address
  run "$1" "$2" upload "$file" --to page:00000000-0000-4000-8000-000000000001 --data "$work/state-$count" --rate "$rate" --json --quiet ${parts[@]+"${parts[@]}"}
}

about="$size, $profile, rate $rate, cgroup of $memory bytes and $quota CPU, $(date -u +%Y-%m-%dT%H:%MZ), commit $(git rev-parse --short HEAD 2>/dev/null || echo unknown), $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1) x $(nproc), Linux $(uname -r)"
printf '%s\n\n%s\n%s\n' "$about" "$header" "$(sed -E "s/[^|]+/---/g" <<< "$header")"
for _ in $(seq "$repeat"); do
  sluice_run sluice "$sluice"
  [ -z "$against" ] || sluice_run against "$against"
  if [ "$ntn" = 1 ]; then
    export NOTION_API_TOKEN=bench NOTION_API_BASE_URL=$address NOTION_API_VERSION=2026-03-11
    input=$file run ntn "$NTN" files create --filename bench.txt --content-type text/plain
  fi
done

[ -z "$json" ] || printf '{"about":"%s","runs":[\n%s\n]}\n' "$about" "$rows" > "$json"
[ -z "$markdown" ] || printf '%s\n\n%s\n%s\n%s' "$about" "$header" "$(sed -E 's/[^|]+/---/g' <<< "$header")" "$table" > "$markdown"
exit "$failed"
