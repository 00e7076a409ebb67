#!/usr/bin/env bash
# The part of the figures that CI holds: memory, bytes and counts; never time. A minute or so.
#   bench/gate.sh [--trx FILE]
# In a cgroup of 512 MB (where the system lets us make one; else without) it uploads 64 MiB and 512 MiB to a calm simulator:
# peak RSS <= 64 MiB, the same for both sizes within 6 MiB, at most 1,000 parts, each sent once, digests right, bytes sent = the file
# but for the form around each part; and with the record in SQLite and the first request out, to a Notion that does not answer, RSS <= 34 MiB.
set -euo pipefail
cd "$(dirname "$0")/.."
trx=""
while [ $# -gt 0 ]; do
  case "$1" in
    --trx) trx=$2; shift 2 ;;
    *) echo "gate.sh: unknown option '$1'; it takes --trx FILE or nothing." >&2; exit 2 ;;
  esac
done

. bench/lib.sh
trap finish EXIT
[ -x "$sluice" ] || die "publish first: dotnet publish src/Sluice.Cli"

readonly memory=536870912 peak_limit=$((64 << 10)) idle_limit=$((34 << 10)) size_limit=$((6 << 10)) form_limit=1024
names=() problems=()

# check NAME CONDITION MESSAGE: a result; CONDITION is arithmetic.
check() {
  names+=("$1")
  if (($2)); then
    problems+=("")
    echo "passed  $1: $3"
  else
    problems+=("$3")
    echo "FAILED  $1: $3"
  fi
}

mib() { awk "BEGIN { printf \"%.1f MiB\", $1 / 1024 }"; }

isolate() { make_group "$1" "$memory" none || { no_group; say "gate.sh: no cgroup can be made here; going on without."; }; }

upload() { # upload FILE STATE: the command line that is measured
  command=("$sluice" upload "$1" --to page:00000000-0000-4000-8000-000000000001 --data "$work/$2" --rate off --json --quiet)
}

write_trx() {
  local failed=0 i now outcome
  now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
  for i in "${!names[@]}"; do [ -z "${problems[$i]}" ] || failed=$((failed + 1)); done
  mkdir -p "$(dirname "$trx")"
  {
    echo '<?xml version="1.0" encoding="utf-8"?>'
    echo "<TestRun id=\"$(< /proc/sys/kernel/random/uuid)\" name=\"Sluice.Gate\" xmlns=\"http://microsoft.com/schemas/VisualStudio/TeamTest/2010\">"
    echo "  <Times creation=\"$now\" start=\"$now\" finish=\"$now\" />"
    echo '  <Results>'
    for i in "${!names[@]}"; do
      outcome=Passed; [ -z "${problems[$i]}" ] || outcome=Failed
      printf '    <UnitTestResult testId="%s" executionId="%s" testListId="8c84fa94-04c1-424b-9868-57a2d4851a1d" testName="Sluice.Gate.%s" computerName="%s" outcome="%s"><Output><StdOut>%s</StdOut></Output></UnitTestResult>\n' \
        "$(< /proc/sys/kernel/random/uuid)" "$(< /proc/sys/kernel/random/uuid)" "${names[$i]}" "$(uname -n)" "$outcome" "${problems[$i]//</&lt;}"
    done
    echo '  </Results>'
    echo "  <ResultSummary outcome=\"$([ $failed = 0 ] && echo Completed || echo Failed)\"><Counters total=\"${#names[@]}\" executed=\"${#names[@]}\" passed=\"$((${#names[@]} - failed))\" failed=\"$failed\" error=\"0\" /></ResultSummary>"
    echo '</TestRun>'
  } > "$trx"
}

start_simulator --profile calm --rate off
export NOTION_TOKEN=gate SLUICE_NOTION_URL=$address

peaks=()
for size in 64MiB 512MiB; do
  bytes=$(bytes_of "$size")
  file=$work/$size.txt
  head -c "$bytes" /dev/urandom > "$file"
  isolate "$size"
  reset_simulator
  upload "$file" "state-$size"
  measure "$size" "${command[@]}"
  watch_upload
  [ "$code" = 0 ] || tail -n 5 "$work/$size.out" "$work/$size.err" >&2
  peaks+=("$peak")
  right=$([ "$stored" = "$(sha256sum "$file" | cut -d' ' -f1)" ] && echo 1 || echo 0)
  over=$((sent - bytes))
  check "$size.Ends_done_with_the_right_digest" "code == 0 && right == 1" "exit code $code, the simulator's digest is $([ "$right" = 1 ] && echo right || echo "$stored")"
  check "$size.Peak_memory" "peak > 0 && peak <= peak_limit" "$(mib "$peak") of $(mib $peak_limit)"
  check "$size.Parts" "parts >= 1 && parts <= 1000" "$parts of 1000"
  check "$size.Each_part_is_sent_once" "sends == parts" "$sends sends of $parts parts"
  check "$size.Bytes_sent" "over >= 0 && over <= parts * form_limit" "$over bytes beside the file's $bytes in $parts forms"
  rm -f "$file"
done
difference=$((peaks[1] - peaks[0]))
check "Memory_does_not_grow_with_the_file" "difference <= size_limit" "$(mib "$difference") more for 512 MiB than for 64 MiB, of $(mib $size_limit)"

# Idle: the record is in SQLite, the call to make the upload is out, and nothing comes back.
curl -fs -X PUT --data '[{"endpoint":"create","hang":true}]' "$address/_sim/faults" > /dev/null
field requests "$(curl -fs "$address/_sim/stats")"; before=$field
head -c 67108864 /dev/urandom > "$work/idle.txt"
isolate idle
upload "$work/idle.txt" state-idle
launch idle "${command[@]}"
reached=0
for _ in {1..300}; do
  ended && break
  field requests "$(curl -fs "$address/_sim/stats")"
  # The first request asks who we are; the one after it makes the upload.
  if [ "$field" -ge $((before + 2)) ]; then reached=1; break; fi
  pause 0.1
done
idle=0
for _ in {1..20}; do # two seconds; the most counts
  resident VmRSS "$running"
  [ "$resident" -le "$idle" ] || idle=$resident
  pause 0.1
done
check "Idle.Waits_for_Notion" "reached == 1" "$([ $reached = 1 ] && echo "the call is out" || echo "the call to make the upload did not come; $(tail -n 2 "$work/idle.out" "$work/idle.err" | tr '\n' ' ')")"
check "Idle.Memory_with_SQLite" "reached == 1 && idle > 0 && idle <= idle_limit" "$(mib "$idle") of $(mib $idle_limit)"
{ kill -9 "$running"; wait "$running"; } 2>/dev/null || true
running=""

[ -z "$trx" ] || write_trx
for problem in "${problems[@]}"; do [ -z "$problem" ] || exit 1; done
