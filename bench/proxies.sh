#!/usr/bin/env bash
# CPU seconds per GiB, peak RSS and MiB/s of the gateway beside nginx and @tus/server, in one run, over clear text, with the same files and the same curl.
#   bench/proxies.sh [--size SIZE] [--clients N] [--repeat N] [--quota CPUS|none] [--markdown FILE] [--json FILE] [--set Section:Name=value]
# Each program runs in a cgroup of 512 MB of its own, without a limit on its CPU (--quota sets one); SIZE (1GiB) is shared among N (4) uploads at once.
# nginx passes each PUT on to a program that throws it away; the gateway passes each PUT on to the simulator, which hashes and keeps it for a while:
# what is behind them and the clients are not in the figures of CPU, but share the machine, so that MiB/s are lower bounds for the gateway.
# Needs root and nginx (apt-get install nginx-light); @tus/server comes with bench/load.
set -euo pipefail
cd "$(dirname "$0")/.."
size=1GiB clients=4 repeat=1 quota=none markdown="" json="" settings=()
while [ $# -gt 0 ]; do
  case "$1" in
    --size) size=$2; shift 2 ;;
    --clients) clients=$2; shift 2 ;;
    --repeat) repeat=$2; shift 2 ;;
    --quota) quota=$2; shift 2 ;;
    --markdown) markdown=$2; shift 2 ;;
    --json) json=$2; shift 2 ;;
    --set) settings+=(--set "$2"); shift 2 ;;
    *) echo "proxies.sh: unknown option '$1'" >&2; exit 2 ;;
  esac
done

. bench/lib.sh
sink=""
end() {
  [ -z "$sink" ] || { kill "$sink" 2>/dev/null || true; wait "$sink" 2>/dev/null || true; }
  finish
}
trap end EXIT
trap 'exit 130' INT TERM
[ -x "$sluice" ] || die "publish first: dotnet publish src/Sluice.Cli"
command -v nginx > /dev/null || die "nginx is not here: apt-get install nginx-light."
[ -d bench/load/node_modules ] || npm ci --prefix bench/load --no-audit --no-fund --loglevel=error

# Not in the system's temporary folder, which may be memory: a spool there is no spool.
mkdir -p artifacts/bench
disk=$(mktemp -d artifacts/bench/proxies.XXXXXX)
disk=$(realpath "$disk")
trap 'end; rm -rf "$disk"' EXIT
bytes=$(($(bytes_of "$size") / clients))
file=$disk/file.txt
head -c "$bytes" /dev/urandom > "$file"
sha=$(sha256sum "$file" | cut -d' ' -f1)
start_simulator --rate off

# address_in FILE: what a program says first. Sets at.
address_in() {
  at=""
  for _ in {1..300}; do
    at=$(grep -om1 'http://127.0.0.1:[0-9]*' "$1" 2> /dev/null | head -n 1 || true) # a line may name it more than once
    [ -z "$at" ] || return 0
    pause 0.1
  done
  die "a program did not start: $(tail -n 3 "$1")"
}

node bench/load/sink.mjs > "$work/sink.out" 2>&1 &
sink=$!
address_in "$work/sink.out"
behind=$at

# send NAME: the files at once, as each server takes them. Sets seconds and failed.
send() {
  local start=$EPOCHREALTIME pids=() pid upload
  failed=0
  for upload in $(seq "$clients"); do
    case "$1" in
      tus-server)
        (
          place=$(curl -fsS -D - -o /dev/null -X POST -H 'Tus-Resumable: 1.0.0' -H "Upload-Length: $bytes" "$at/files" | tr -d '\r' | sed -n 's/^[Ll]ocation: //p')
          curl -fsS -o /dev/null -X PATCH -H 'Tus-Resumable: 1.0.0' -H 'Upload-Offset: 0' -H 'Content-Type: application/offset+octet-stream' -H 'Expect:' -T "$file" "$place"
        ) & ;;
      *) curl -fsS -o /dev/null -H 'Expect:' -H 'Content-Type: text/plain' -T "$file" "$at/files/bench-$upload.txt" & ;;
    esac
    pids+=($!)
  done 2>> "$work/curl.err"
  for pid in "${pids[@]}"; do wait "$pid" || failed=1; done
  seconds=$(awk "BEGIN { printf \"%.2f\", $EPOCHREALTIME - $start }")
}

rows="" count=0 wrong=0
# run NAME COMMAND...: starts a server in a cgroup of its own, sends, and writes a row.
run() {
  local name=$1 before peak resident=0; shift
  count=$((count + 1))
  make_group "$count" 536870912 "$quota" || die "cgroups cannot be made here; run as root where /sys/fs/cgroup can be written."
  launch "$name" "$@"
  if [ "$1" = nginx ]; then
    at=http://127.0.0.1:$port
    for _ in {1..100}; do curl -s -o /dev/null "$at" && break; pause 0.1; done
  else
    address_in "$work/$name.out"
  fi
  pause 0.5 # what a program does at its start is not what a byte costs
  before=$(group_cpu)
  send "$name"
  cpu=$(awk "BEGIN { print $(group_cpu) - $before }")
  resident VmHWM "$running"
  peak=$resident
  if [[ $name == sluice* ]]; then right; fi
  { kill "$running"; wait "$running"; } 2>/dev/null || true
  running=""
  row=$(awk -v n="$name" -v b="$((bytes * clients))" -v s="$seconds" -v c="$cpu" -v p="$peak" -v f="$failed" 'BEGIN {
    gib = b / 1073741824
    printf "{\"name\":\"%s\",\"cpu_seconds_per_gib\":%.2f,\"mib_per_second\":%.0f,\"peak_rss_mib\":%.1f,\"failed\":%s}", n, c / gib, gib * 1024 / s, p / 1024, f ? "true" : "false" }')
  rows="$rows${rows:+,
}$row"
  say "$row"
  [ "$failed" = 0 ] || { wrong=1; tail -n 3 "$work/curl.err" "$work/$name.err" >&2; }
}

# right: the simulator has the same bytes of each upload, or the run failed.
right() {
  local id ids
  ids=$(curl -fs "$address/_sim/uploads" | grep -o '"id":"[^"]*"' | cut -d'"' -f4 || true)
  [ "$(wc -w <<< "$ids")" = "$clients" ] || failed=1
  for id in $ids; do
    field sha256 "$(curl -fs "$address/_sim/uploads/$id" | sed 's/"parts":.*//' || true)"
    [ "$field" = "$sha" ] || failed=1
  done
  reset_simulator
}

nginx_conf() { # nginx_conf NAME DIRECTIVE: default buffers, and with one more directive
  port=$(node -e "const s = require('net').createServer().listen(0, '127.0.0.1', () => { console.log(s.address().port); s.close(); })")
  mkdir -p "$disk/$1"
  cat > "$disk/$1/nginx.conf" << CONF
daemon off; worker_processes auto; pid $disk/$1/pid; error_log $disk/$1/error.log;
events { worker_connections 1024; }
http {
  access_log off; client_body_temp_path $disk/$1; proxy_temp_path $disk/$1; fastcgi_temp_path $disk/$1; uwsgi_temp_path $disk/$1; scgi_temp_path $disk/$1;
  server {
    listen 127.0.0.1:$port; client_max_body_size 0;
    location / { proxy_pass $behind; proxy_http_version 1.1; proxy_request_buffering off; $2 }
  }
}
CONF
}

gateway() { # gateway NAME SETTING...
  local name=$1; shift
  export NOTION_TOKEN=bench SLUICE_NOTION_URL=$address
  run "$name" "$sluice" serve --listen http://127.0.0.1:0 --data "$disk/state-$count" --log-level warning --set Pacing:RequestsPerMinute=off "${settings[@]}" "$@"
}

about="$size in $clients uploads at once, clear text, cgroup of 512 MiB and $quota CPU, $(date -u +%Y-%m-%dT%H:%MZ), commit $(git rev-parse --short HEAD 2>/dev/null || echo unknown), $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1) x $(nproc), load $(cut -d' ' -f1 /proc/loadavg)"
for _ in $(seq "$repeat"); do
  nginx_conf nginx-default ""
  run nginx-default nginx -c "$disk/nginx-default/nginx.conf"
  gateway sluice
  nginx_conf nginx-128k "client_body_buffer_size 128k;"
  run nginx-128k nginx -c "$disk/nginx-128k/nginx.conf"
  gateway sluice-no-hash --set Features:Integrity=off
  mkdir -p "$disk/tus"
  run tus-server node bench/load/tusServer.mjs "$disk/tus"
  rm -rf "${disk:?}/tus"
done

[ -z "$json" ] || printf '{"about":"%s","runs":[\n%s\n]}\n' "$about" "$rows" > "$json"
table=$(printf '[%s]' "$rows" | node bench/load/report/ratios.mjs)
printf '%s\n\n%s\n' "$about" "$table"
[ -z "$markdown" ] || printf '%s\n\n%s\n' "$about" "$table" > "$markdown"
exit "$wrong"
