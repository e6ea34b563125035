// SPDX-License-Identifier: Apache-2.0
// Shell functions that the scripts of deployment and those of the wrappers share, in POSIX sh that busybox
// understands too; a script that wants them begins with their text. docs/host-files.md says what they keep.
// Constants; any thread.
#pragma once

#include <string_view>

namespace attune::deploy {

// started PID          prints when the process started, in the kernel's ticks; nothing where none runs
// alive RUN-DIRECTORY  whether the process that its `pid` names runs; leaves the number in $pid
inline constexpr std::string_view kAliveFunctions = R"sh(started() {
set -- $(sed 's/^.*) //' "/proc/$1/stat" 2>/dev/null)
[ "${1:-Z}" != Z ] && shift 19 && echo "$1"
}
alive() {
[ -r "$1/pid" ] && read -r pid since <"$1/pid" && [ -n "$since" ] && [ "$(started "$pid")" = "$since" ]
}
)sh";

// find_missing DIRLOCAL   leaves in $made the first directory on the way to it that is not there yet
// note_made DIRLOCAL      notes $made there, once it is made
// leave DIRLOCAL          takes what was made away once nothing else is in it
inline constexpr std::string_view kDirlocalFunctions = R"sh(find_missing() {
made=
if ! [ -d "$1" ]; then
made=$1
while up=${made%/*}; [ -n "$up" ] && ! [ -d "$up" ]; do made=$up; done
fi
}
note_made() {
if [ -n "$made" ] && ! [ -f "$1/.made" ]; then printf '%s\n' "$made" >"$1/.made"; fi
}
leave() {
[ "$(ls -A "$1" 2>/dev/null)" = .made ] || return 0
read -r made <"$1/.made"
rm -f "$1/.made"
up=$1
cd /
while rmdir "$up" 2>/dev/null && [ "$up" != "$made" ]; do up=${up%/*}; done
return 0
}
)sh";

}  // namespace attune::deploy
