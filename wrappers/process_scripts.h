// SPDX-License-Identifier: Apache-2.0
// What key="Process" runs on a host, in POSIX sh that busybox understands too. Constants: all that varies
// comes as arguments. In the run directory lie `pid` (the process and when it started, so that a number used
// again is never taken for it) and `output`.
#pragma once

namespace attune::wrappers {

// Common to all: cd to the run directory, and `alive`, which leaves the number in $pid.
#define ATTUNE_PROCESS_PRELUDE                                                          \
  "umask 077\n"                                                                         \
  "run=$1\n"                                                                            \
  "mkdir -p \"$run\" || exit 73\n"                                                      \
  "started() {\n"                                                                       \
  "  set -- $(sed 's/^.*) //' \"/proc/$1/stat\" 2>/dev/null)\n"                         \
  "  [ \"${1:-Z}\" != Z ] && shift 19 && echo \"$1\"\n"                                 \
  "}\n"                                                                                 \
  "alive() {\n"                                                                         \
  "  [ -r \"$run/pid\" ] && read -r pid since < \"$run/pid\" && [ -n \"$since\" ] &&\n" \
  "    [ \"$(started \"$pid\")\" = \"$since\" ]\n"                                      \
  "}\n"

// run-directory working-directory program argument...   Starts it unless it runs already; 70 with the end of
// its output when it is gone again at once.
inline constexpr char kStartScript[] = ATTUNE_PROCESS_PRELUDE
    "cd \"$2\" || { echo \"no directory $2; is the component deployed?\" >&2; exit 72; }\n"
    "shift 2\n"
    "alive && { echo 'it runs already'; exit 0; }\n"
    "command -v -- \"$1\" >/dev/null || { echo \"no program $1 on this host\" >&2; exit 127; }\n"
    "[ \"$( { wc -c < \"$run/output\"; } 2>/dev/null || echo 0)\" -gt 10485760 ] && mv \"$run/output\" "
    "\"$run/output.1\"\n"
    "setsid \"$@\" </dev/null >>\"$run/output\" 2>&1 &\n"
    "pid=$!\n"
    "echo \"$pid $(started \"$pid\")\" > \"$run/pid.new\" && mv \"$run/pid.new\" \"$run/pid\"\n"
    "sleep 0.3\n"
    "alive || { echo \"it ended at once: $(tail -n 1 \"$run/output\")\" >&2; exit 70; }\n";

// run-directory tenths-of-a-second   Asks it to end, and at the end of the time kills it and what it started.
inline constexpr char kStopScript[] = ATTUNE_PROCESS_PRELUDE
    "alive || { rm -f \"$run/pid\"; exit 0; }\n"
    "left=$2\n"
    "[ \"$left\" -gt 0 ] && kill -TERM \"$pid\"\n"
    "while [ \"$left\" -gt 0 ] && alive; do left=$((left - 1)); sleep 0.1; done\n"
    "[ \"$2\" -gt 0 ] && alive && echo 'it did not end by itself and was killed'\n"
    "kill -KILL \"-$pid\" 2>/dev/null\n"
    "left=50\n"
    "while alive; do\n"
    "  [ $left -gt 0 ] || { echo \"process $pid does not end, even when killed\" >&2; exit 70; }\n"
    "  left=$((left - 1)); sleep 0.1\n"
    "done\n"
    "rm -f \"$run/pid\"\n";

// run-directory   0 when it runs, 3 when not (the codes of the Linux Standard Base).
inline constexpr char kStatusScript[] = ATTUNE_PROCESS_PRELUDE
    "alive && exit 0\n"
    "echo \"it does not run; its last words: $(tail -n 1 \"$run/output\" 2>/dev/null)\" >&2\n"
    "exit 3\n";

// run-directory signal
inline constexpr char kSignalScript[] = ATTUNE_PROCESS_PRELUDE
    "alive || { echo 'it does not run' >&2; exit 3; }\n"
    "kill -s \"$2\" \"$pid\"\n";

// directory file   Replaces the file by what comes on standard input, at once and whole.
inline constexpr char kWriteScript[] =
    "umask 077\n"
    "cd \"$1\" || { echo \"no directory $1; is the component deployed?\" >&2; exit 72; }\n"
    "case $2 in */*) mkdir -p -- \"${2%/*}\" || exit 73;; esac\n"
    "cat > \"$2.new\" && mv -- \"$2.new\" \"$2\"\n";

#undef ATTUNE_PROCESS_PRELUDE

}  // namespace attune::wrappers
