// SPDX-License-Identifier: Apache-2.0
// What key="Process" runs on a host, in POSIX sh that busybox understands too. Constants: all that varies
// comes as arguments, and what a program said is printed as it is, since shells differ in what their echo
// makes of a backslash. In the run directory lie `pid` (the process and when it started, so that a number
// used again is never taken for it) and `output`; docs/host-files.md. Each begins with
// deploy::kAliveFunctions and kEndFunctions.
#pragma once

#include <string_view>

namespace attune::wrappers {

// run-directory working-directory program argument...   Starts it unless it runs already; 70 with the end of
// its output when it is gone again at once. The process itself notes its number before it becomes the
// program, so that whatever happens to this script none runs unknown. A file that may not be run is told
// before it is looked up, since shells differ in whether that finds it. One start at a time: the call of a
// manager that has died may still be at it.
inline constexpr std::string_view kStartScript = R"sh(umask 077
run=$1
cd "$2" || { echo "no directory $2; is the component deployed?" >&2; exit 72; }
mkdir -p "$run" || exit 73
shift 2
command -v flock >/dev/null && exec 9<"$run" && flock 9
alive "$run" && { echo 'it runs already'; exit 0; }
case $1 in */*)
  if [ -f "$1" ] && ! [ -x "$1" ]; then
    mode=$(ls -ld -- "$1")
    case ${mode%% *} in
      *x*) echo "$1 may not be run: its file system is mounted noexec (choose another dirlocal), or its mode forbids it";;
      *) echo "$1 is not executable: make it so where its archive is packed";;
    esac >&2
    exit 126
  fi;;
esac
command -v -- "$1" >/dev/null || { echo "no program $1 on this host" >&2; exit 127; }
size=$( { wc -c <"$run/output"; } 2>/dev/null)
[ "${size:-0}" -gt 10485760 ] && mv "$run/output" "$run/output.1"
rm -f "$run/pid"
own='set -- $(sed "s/^.*) //" "/proc/$$/stat") && shift 19 && echo "$$ $1"'
setsid sh -c "(${own}) >\"\$0/pid.new\" && mv \"\$0/pid.new\" \"\$0/pid\" && exec \"\$@\"" "$run" "$@" \
</dev/null >>"$run/output" 2>&1 9>&- &
left=100
sleep 0.3
until [ -e "$run/pid" ] || [ "$left" -eq 0 ] || ! kill -0 $! 2>/dev/null; do left=$((left - 1)); sleep 0.1; done
alive "$run" || { printf 'it ended at once: %s\n' "$(tail -n 1 "$run/output")" >&2; exit 70; }
)sh";

// run-directory tenths-of-a-second   Asks it to end, and at the end of the time kills it and what it started.
// It waits for a start that is at work.
inline constexpr std::string_view kStopScript = R"sh(run=$1
if [ -d "$run" ] && command -v flock >/dev/null; then exec 9<"$run" && flock 9 && exec 9<&-; fi
alive "$run" || { rm -f "$run/pid"; exit 0; }
if [ "$2" -gt 0 ]; then
  kill -TERM "$pid"
  ends "$run" "$2" || echo 'it did not end by itself and was killed'
fi
kill -KILL "-$pid" 2>/dev/null
ends "$run" 50 || { echo "process $pid does not end, even when killed" >&2; exit 70; }
rm -f "$run/pid"
)sh";

// run-directory   0 when it runs, 3 when not (the codes of the Linux Standard Base).
inline constexpr std::string_view kStatusScript = R"sh(alive "$1" && exit 0
printf 'it does not run; its last words: %s\n' "$(tail -n 1 "$1/output" 2>/dev/null)" >&2
exit 3
)sh";

// run-directory signal
inline constexpr std::string_view kSignalScript = R"sh(alive "$1" || { echo 'it does not run' >&2; exit 3; }
kill -s "$2" "$pid"
)sh";

// directory file record size   Replaces the file by the so many bytes that come on standard input, at once
// and whole. What is new for that, the record of what was deployed names as made, so that undeploying removes
// it.
inline constexpr std::string_view kWriteScript = R"sh(umask 077
file=$2 record=$3 size=$4
cd "$1" || { echo "no directory $1; is the component deployed?" >&2; exit 72; }
note() {
  [ -f "$record" ] || return 0
  grep -qsxF "made ./$1" "$record" || printf 'made ./%s\n' "$1" >>"$record"
}
at=
rest=$file
while [ "${rest#*/}" != "$rest" ]; do
  at=$at${rest%%/*} rest=${rest#*/}
  [ -d "$at" ] || { note "$at" && mkdir -- "$at"; } || exit 73
  at=$at/
done
note "$file" && note "$file.new" && cat >"$file.new" || exit 73
[ "$(wc -c <"$file.new")" -eq "$size" ] || { rm -f -- "$file.new"; echo "$file came in part only" >&2; exit 74; }
mv -- "$file.new" "$file"
)sh";

}  // namespace attune::wrappers
