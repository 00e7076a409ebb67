# What the scripts of this folder share: a cgroup for each measured program, how a program is measured, the simulator beside it.
# Sourced, not run. Everything it starts or makes is ended and removed by `finish`, which the scripts call on exit.

sluice=${SLUICE_BIN:-$PWD/artifacts/publish/Sluice.Cli/release/sluice}
work=$(mktemp -d)
groups=() simulator="" address="" running=""
mkfifo "$work/never"
exec 9<> "$work/never" # a read from it with a time limit waits without starting a process

say() { printf '%s\n' "$*" >&2; }
die() { say "${0##*/}: $*"; exit 1; }
pause() { read -rt "$1" -u 9 _ || true; }

finish() {
  [ -z "$running" ] || { kill -9 "$running" 2>/dev/null || true; wait "$running" 2>/dev/null || true; }
  stop_simulator
  local group controller
  for group in ${groups[@]+"${groups[@]}"}; do
    for controller in "" memory/ cpu/ cpuacct/; do
      # A process that was killed leaves its group a moment later.
      for _ in {1..20}; do
        [ -d "/sys/fs/cgroup/$controller$group" ] || break
        rmdir "/sys/fs/cgroup/$controller$group" 2>/dev/null && break
        pause 0.1
      done
    done
  done
  rm -rf "$work"
}

# bytes_of SIZE: 1GiB, 64MiB or a plain number.
bytes_of() { numfmt --from=auto "${1%B}"; }

# make_group NAME MEMORY CPUS: a cgroup, version 1 or 2; CPUS may be `none`. False where the system does not let us.
# Sets enter (the files that take a process), members (the file that lists them) and group.
make_group() {
  group=sluice-bench-$$-$1
  local quota=-1
  [ "$3" = none ] || quota=$(awk "BEGIN { printf \"%d\", $3 * 100000 }")
  if [ -f /sys/fs/cgroup/cgroup.controllers ]; then
    echo "+memory +cpu" > /sys/fs/cgroup/cgroup.subtree_control || return 1
    mkdir "/sys/fs/cgroup/$group" || return 1
    groups+=("$group")
    echo "$2" > "/sys/fs/cgroup/$group/memory.max"
    [ "$quota" = -1 ] || echo "$quota 100000" > "/sys/fs/cgroup/$group/cpu.max"
    members=/sys/fs/cgroup/$group/cgroup.procs
    enter=("$members")
  else
    # cpu and cpuacct are one mount on some systems and two on others.
    mkdir -p "/sys/fs/cgroup/memory/$group" "/sys/fs/cgroup/cpu/$group" "/sys/fs/cgroup/cpuacct/$group" || return 1
    groups+=("$group")
    echo "$2" > "/sys/fs/cgroup/memory/$group/memory.limit_in_bytes" || return 1
    # Memory of sockets is counted in version 1 only where it has a limit.
    echo "$2" > "/sys/fs/cgroup/memory/$group/memory.kmem.tcp.limit_in_bytes" || true
    [ "$quota" = -1 ] || echo "$quota" > "/sys/fs/cgroup/cpu/$group/cpu.cfs_quota_us"
    members=/sys/fs/cgroup/memory/$group/cgroup.procs
    enter=("$members" "/sys/fs/cgroup/cpu/$group/cgroup.procs" "/sys/fs/cgroup/cpuacct/$group/cgroup.procs")
  fi
} 2>/dev/null

# no_group: the same variables where there is no cgroup: the program itself is all that is watched.
no_group() { group="" enter=() members=""; }

# group_cpu: CPU seconds of everything that ever ran in the group, children that ended included.
group_cpu() {
  if [ -f "/sys/fs/cgroup/$group/cpu.stat" ]; then
    awk '$1 == "usage_usec" { printf "%.3f", $2 / 1e6 }' "/sys/fs/cgroup/$group/cpu.stat"
  else
    awk '{ printf "%.3f", $1 / 1e9 }' "/sys/fs/cgroup/cpuacct/$group/cpuacct.usage"
  fi
}

# resident FIELD PID: sums a field of /proc/*/status (VmHWM, VmRSS; KiB) over the group's processes, or over PID. Starts no process.
resident() {
  local pid key value sum=0 pids=()
  if [ -n "$members" ]; then mapfile -t pids < "$members"; else pids=("$2"); fi
  for pid in ${pids[@]+"${pids[@]}"}; do
    while read -r key value _; do
      if [ "$key" = "$1:" ]; then sum=$((sum + value)); break; fi
    done 2>/dev/null < "/proc/$pid/status" || true
  done
  resident=$sum
}

# launch NAME COMMAND...: starts a command in the group; standard input from $input. Sets running.
launch() {
  local name=$1; shift
  (
    for procs in ${enter[@]+"${enter[@]}"}; do echo "$BASHPID" > "$procs"; done
    exec "$@"
  ) > "$work/$name.out" 2> "$work/$name.err" < "${input:-/dev/null}" &
  running=$!
}

ended() {
  local line
  read -r line 2>/dev/null < "/proc/$running/stat" || return 0
  line=${line##*) }
  [ "${line%% *}" = Z ]
}

# measure NAME COMMAND...: runs a command in the group to its end; sets code, seconds, cpu (seconds) and peak (KiB: the sum of VmHWM).
measure() {
  local start=$EPOCHREALTIME resident=0
  launch "$@"
  peak=0
  while ! ended; do
    resident VmHWM "$running"
    [ "$resident" -le "$peak" ] || peak=$resident
    pause 0.02
  done
  code=0; wait "$running" || code=$?
  running=""
  seconds=$(awk "BEGIN { printf \"%.2f\", $EPOCHREALTIME - $start }")
  cpu=0
  [ -z "$group" ] || cpu=$(group_cpu)
}

# start_simulator OPTIONS...: outside of every group. Sets address.
start_simulator() {
  "$sluice" simulate --listen http://127.0.0.1:0 --plan business "$@" > "$work/simulator.out" 2>&1 &
  simulator=$!
  for _ in {1..300}; do
    address=$(grep -om1 'http://127.0.0.1:[0-9]*' "$work/simulator.out" || true)
    if [ -n "$address" ] && curl -fs "$address/_sim/stats" > /dev/null; then return; fi
    pause 0.1
  done
  cat "$work/simulator.out" >&2
  die "the simulator did not start."
}

stop_simulator() {
  [ -z "$simulator" ] || { kill "$simulator" 2>/dev/null || true; wait "$simulator" 2>/dev/null || true; }
  simulator=""
}

reset_simulator() { curl -fs -X POST "$address/_sim/reset" > /dev/null; }

# field NAME JSON: the first value of that name. Sets field.
field() {
  field=""
  if [[ $2 =~ \"$1\":\"?([^,\"}]*) ]]; then field=${BASH_REMATCH[1]}; fi
}

# watch_upload: what the simulator has of its only upload. Sets requests, parts, sends, sent (bytes of bodies) and stored (its digest).
watch_upload() {
  local json field
  json=$(curl -fs "$address/_sim/stats")
  field requests "$json"; requests=$field
  field body_bytes "$json"; sent=$field
  parts=0 sends=0 stored=none
  field id "$(curl -fs "$address/_sim/uploads")"
  [ -n "$field" ] || return 0
  json=$(curl -fs "$address/_sim/uploads/$field")
  field parts_sent "$json"; parts=$field
  field sends "$json"; sends=$field
  field sha256 "$json"; stored=$field
}
