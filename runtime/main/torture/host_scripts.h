// SPDX-License-Identifier: Apache-2.0
// What `attune torture` runs on a host, in POSIX sh that busybox understands too; all that varies comes as
// arguments. A tortured component's programs bear kMark in their environment, which whatever they start
// inherits. Constants; any thread.
#pragma once

#include <string_view>

namespace attune::torture {

inline constexpr std::string_view kMark = "ATTUNE_TORTURE";

// clang-format off
// mark directory run-directory container unit...   Tells what is there, a line each:
//   p PID STATE PARENT SESSION NAME   every process of the host
//   m PID                             one that bears the mark, stands in one of the directories, or is a unit's or
//                                     the container's
//   t PORT                            in hexadecimal, where somebody listens
//   f FILE                            of the directories, but for those that the manager itself keeps there
//   o LINE                            the last one that its process has written
// clang-format on
// Processes that end meanwhile are no failure: sed, which ends at what it cannot read, is not asked to.
inline constexpr std::string_view kLookScript = R"sh(mark=$1 directory=$2 run=$3 container=$4
shift 4
cat /proc/[0-9]*/stat 2>/dev/null | sed -n 's/^\([0-9]*\) (\(.*\)) \(.\) \([0-9]*\) [0-9]* \([0-9]*\) .*/p \1 \3 \4 \5 \2/p'
grep -lsF "ATTUNE_TORTURE=$mark" /proc/[0-9]*/environ 2>/dev/null | sed 's|^/proc/\([0-9]*\)/.*|m \1|'
ls -ld /proc/[0-9]*/cwd 2>/dev/null | while read -r line; do
  pid=${line#*/proc/} at=${line#* -> }
  case $at/ in "$directory"/*|"$run"/*) echo "m ${pid%%/*}";; esac
done
[ -n "$container" ] && podman container inspect --format 'm {{.State.Pid}}' -- "$container" 2>/dev/null
for unit; do
  group=$(systemctl show -p ControlGroup "$unit" 2>/dev/null)
  group=${group#ControlGroup=}
  [ -n "$group" ] || continue
  for top in /sys/fs/cgroup /sys/fs/cgroup/systemd; do
    cat "$top$group/cgroup.procs" "$top$group"/*/cgroup.procs 2>/dev/null
  done | sed 's/^/m /'
done
cat /proc/net/tcp /proc/net/tcp6 2>/dev/null |
  sed -n 's/^ *[0-9]*: [0-9A-F]*:\([0-9A-F]*\) [0-9A-F]*:[0-9A-F]* 0A .*/t \1/p'
for at in "$directory" "$run"; do
  [ -d "$at" ] && find "$at" -mindepth 1 | sed 's/^/f /'
done | grep -vxF -e "f $run/pid" -e "f $run/pid.new" -e "f $run/output" -e "f $run/output.1" -e "f $run/probe" \
  -e "f $run/probe.new"
[ -f "$run/output" ] && tail -n 1 "$run/output" | sed 's/^/o /'
exit 0
)sh";

// harm seconds program argument...   Becomes the program, to whose process group the harm comes after so long
// if it has not ended: KILL, STOP, or CUT: the connection by which it was called is killed. Who has cut it
// stays until the program has ended, with ATTUNE_TORTURE_CUT in its environment. Where nothing is that could
// be cut, the program is not run, and its code is kCannotBeCut.
inline constexpr int kCannotBeCut = 213;
inline constexpr std::string_view kHarmScript = R"sh(harm=$1 after=$2
shift 2
if [ "$harm" = CUT ]; then
  case $(cat "/proc/$PPID/comm") in sshd*|dropbear*) ;; *) exit 213;; esac
fi
(ATTUNE_TORTURE_CUT=$ATTUNE_TORTURE
export ATTUNE_TORTURE_CUT
unset ATTUNE_TORTURE
exec setsid sh -c 'sleep "$3"
kill -0 "$2" || exit 0
case $1 in
  CUT) kill -KILL "$4"; while kill -0 "$2"; do sleep 0.1; done;;
  *) kill -s "$1" -- "-$2";;
esac' harm "$harm" $$ "$after" "$PPID") </dev/null >/dev/null 2>&1 &
exec "$@"
)sh";

// mark   Says "y" while a program whose connection was cut is still at work.
inline constexpr std::string_view kCutScript =
    R"sh(grep -qsF "ATTUNE_TORTURE_CUT=$1" /proc/[0-9]*/environ && echo y
exit 0
)sh";

// pid...   Kills these, and waits until they are gone; not for ever.
inline constexpr std::string_view kKillScript = R"sh(kill -KILL "$@" 2>/dev/null
left=50
for pid; do
  while kill -0 "$pid" 2>/dev/null && [ "$left" -gt 0 ]; do
    case $(sed 's/^.*) //' "/proc/$pid/stat" 2>/dev/null) in Z*) break;; esac
    left=$((left - 1))
    sleep 0.1
  done
done
exit 0
)sh";

// container unit...   Ends these, by those who would start them again. Units are not waited for. A `podman`
// that was killed in its middle has left a conmon that nobody knows of any more.
inline constexpr std::string_view kDismissScript = R"sh(container=$1
shift
for unit; do systemctl stop --no-block "$unit"; done
[ -n "$container" ] || exit 0
podman rm --force --ignore --volumes --time 0 -- "$container"
grep -lsxF conmon /proc/[0-9]*/comm | while read -r comm; do
  tr '\0' ' ' <"${comm%/comm}/cmdline" | grep -qF -- " -n $container " || continue
  pid=${comm#/proc/}
  kill -KILL "${pid%/comm}"
done
exit 0
)sh";

// unit...   Lets systemd forget that they have failed, and how often they were started of late, which it
// limits.
inline constexpr std::string_view kCalmScript = R"sh(systemctl reset-failed "$@"
exit 0
)sh";

// unit...   Names those that systemd starts again when they die.
inline constexpr std::string_view kRestartedScript = R"sh(for unit; do
  case $(systemctl show -p Restart "$unit" 2>/dev/null) in ''|Restart=|Restart=no) ;; *) printf '%s\n' "$unit";; esac
done
exit 0
)sh";

// folder component   Takes away all that is of the component, so that it can be deployed as if for the first
// time.
inline constexpr std::string_view kForgetScript = R"sh([ -n "$1" ] && cd "$1" 2>/dev/null || exit 0
rm -rf -- "components/$2" "run/$2" "deployed/$2" "deployed/$2.pending"
)sh";

// mark folder   Kills whatever bears a mark that begins so, and takes the folder away, with those above it
// that were made for it.
inline constexpr std::string_view kRemoveScript = R"sh(mark=$1 folder=$2
for environment in $(grep -lsF "ATTUNE_TORTURE=$mark" /proc/[0-9]*/environ 2>/dev/null); do
  pid=${environment#/proc/}
  kill -KILL "${pid%%/*}" 2>/dev/null
done
made=
[ -r "$folder/.made" ] && read -r made <"$folder/.made"
cd /
rm -rf -- "$folder" || exit 1
[ -n "$made" ] && [ "$made" != "$folder" ] || exit 0
up=${folder%/*}
while rmdir "$up" 2>/dev/null && [ "$up" != "$made" ]; do up=${up%/*}; done
exit 0
)sh";

}  // namespace attune::torture
