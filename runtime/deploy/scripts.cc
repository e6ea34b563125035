// SPDX-License-Identifier: Apache-2.0
#include "runtime/deploy/scripts.h"

#include "runtime/deploy/shell_functions.h"

namespace attune::deploy {

namespace {

constexpr std::string_view kArguments = R"sh(umask 077
d=$1 n=$2 sum=$3 kind=$4 file=$5 mode=$6 request=$7 verify=$8 extra=$9 size=${10} offset=${11} need=${12} host=${13}
shift 13
fresh=
new=components/.$n.new old=components/.$n.old pending=deployed/$n.pending
)sh";

// Of a directory that several hosts see, the last of them that it was deployed for has it.
constexpr std::string_view kOwnRecord = R"sh(own_record() {
if grep -qsxF "host $host" "deployed/$n"; then return 0; fi
{ sed '/^host /d' "deployed/$n" && echo "host $host"; } >"$pending" && mv -f "$pending" "deployed/$n"; }
)sh";

// Leaves in $fresh whether the next steps may go on, having found nothing that is there already or missing.
constexpr std::string_view kLook = R"sh(fresh=1
while [ "$1" != -- ]; do
command -v "$1" >/dev/null 2>&1 || { [ "$1" = sha256sum ] && command -v openssl >/dev/null 2>&1; } || { echo "no-tool $1"; fresh=; }
shift
done
shift
for i; do
case $i in
/*) [ -x "$i" ];;
*) command -v "$i" >/dev/null 2>&1;;
esac || { echo "no-interpreter $i"; fresh=; }
done
find_missing "$d"
had= lacks=
for own in content components deployed; do
if [ -d "$d/$own" ]; then had=1; else lacks=1; fi
done
if [ -n "$lacks" ]; then mkdir -p "$d/content" "$d/components" "$d/deployed" || exit 1; fi
cd "$d" || exit 1
for own in content components deployed; do
if [ -L "$own" ] || ! [ -O "$own" ]; then echo "$d/$own" >&2; exit 10; fi
done
if [ -n "$had" ]; then chmod 700 content components deployed || exit 1; fi
note_made . || exit 1
end_replacing || exit 1
if [ -d "components/$n" ] && [ -f "deployed/$n" ]; then
{ read -r line; read -r line; } <"deployed/$n"
if [ "$line" = "request $request" ]; then own_record || exit 1; echo deployed; exit 0; fi
fi
{ echo "content $sum"; echo "host $host"; } >"$pending" || exit 1
if [ "$sum" != - ]; then
if [ -f "content/$sum" ]; then echo have; fresh=
elif [ -f "content/$sum.part" ]; then echo part $(wc -c <"content/$sum.part"); fresh=
fi
fi
free=$(df -Pk . 2>/dev/null)
)sh";

constexpr std::string_view kTell = R"sh(printf '%s\n' "$free"
exit 0
)sh";

// What stands before the percentage is the free space: too little is the manager's to tell.
constexpr std::string_view kGoOnWhereFresh = R"sh(set -- ${free%"% /"*}
if [ $# -gt 1 ]; then
shift $(($# - 2))
[ "$1" -ge "$need" ] 2>/dev/null || fresh=
fi
if [ -z "$fresh" ]; then printf '%s\n' "$free"; exit 0; fi
echo send
)sh";

// What openssl and zstd cost to start, their quicker arithmetic saves from some megabytes on.
constexpr std::string_view kQuickTools =
    R"sh(may_use() { [ "$size" -gt 2000000 ] && command -v "$1" >/dev/null 2>&1; }
sha256() { # file; its checksum is left in $is
is=
if may_use openssl || ! command -v sha256sum >/dev/null 2>&1; then is=$(openssl dgst -sha256 -r <"$1" 2>/dev/null); fi
if [ -z "$is" ]; then is=$(sha256sum <"$1") || return 1; fi
is=${is%% *}; }
untar_gz() { # archive directory; not every zstd can do gzip's format, nor without a second thread
{ may_use zstd && zstd -dcq --no-asyncio <"$1" | tar -xob128 -f - -C "$2"; } 2>/dev/null || tar -xzof "$1" -C "$2"; }
)sh";

constexpr std::string_view kPush = R"sh(cd "$d/content" || exit 1
part=0
if [ -f "$sum.part" ]; then part=$(wc -c <"$sum.part"); fi
if [ -f "$sum" ] || [ "$part" -ne "$offset" ]; then exit 13; fi
if [ -z "$fresh" ]; then echo send; fi
cat >>"$sum.part" || exit 1
sha256 "$sum.part" || exit 1
if [ "$is" != "$sum" ]; then
got=$(wc -c <"$sum.part")
if [ "$got" -lt "$size" ]; then echo "$got" >&2; exit 11; fi
rm -f "$sum.part"
exit 12
fi
mv -f "$sum.part" "$sum" || exit 1
echo pushed
)sh";

// Removing what a record names: only what find reaches from the component's directory without following
// links, so that a link put there later leads nowhere. Files first, then directories from the inside out.
constexpr std::string_view kRemoveRecorded = R"sh(batch() { tool=$1; shift
set --
while IFS= read -r p; do
set -- "$@" "$p"
if [ $# -ge 500 ]; then $tool "$@" 2>/dev/null; set --; fi
done
if [ $# -gt 0 ]; then $tool "$@" 2>/dev/null; fi
return 0; }
paths='/^[.]\//p'
remove_recorded() { # directory record pattern; sort and uniq -d give what is in both lists, LC_ALL is C
rec=$PWD/deployed/.recorded.$n is=$PWD/deployed/.present.$n
sed -n "$3" "$2" 2>/dev/null | sort -u >"$rec" || return 1
(cd "$1" && {
find . ! -name . >"$is" || exit 1
sort "$rec" "$is" | uniq -d | batch 'rm -f'
sort "$rec" "$is" | uniq -d | sort -r | batch rmdir
})
rm -f "$rec" "$is"; }
)sh";

// A component's directory is replaced in these steps: its record is written as the pending one, the directory
// becomes .NAME.old and the new one takes its place, what others had put there goes on into that, the record
// takes its place, the old directory goes. Between the second step and the last both directories are there.
constexpr std::string_view kReplace =
    R"sh(clear() { if [ -d "$1" ]; then chmod -R u+rwx "$1"; rm -rf "$1"; fi; }
put_record() { # and takes away the content that the former one had, if nobody else needs it
before=
if [ -f "deployed/$n" ]; then before=$(sed -n 's/^content //p' "deployed/$n"); fi
mv -f "$pending" "deployed/$n" || return 1
if [ -n "$before" ] && [ "$before" != - ] && ! grep -qsx "content $before" deployed/*; then rm -f "content/$before"; fi
return 0; }
end_replacing() { # wherever it was broken off
[ -d "$old" ] || return 0
if ! [ -d "components/$n" ]; then
mv "$old" "components/$n" || return 1
clear "$new"
return
fi
remove_recorded "$old" "deployed/$n" "$paths" || return 1
(cd "$old" && find . ! -type d -exec sh -c 'to=$1; shift
for f; do if ! [ -e "$to/$f" ] && ! [ -L "$to/$f" ]; then mkdir -p "$to/${f%/*}" && mv "$f" "$to/$f"; fi; done' sh "../$n" {} +) || return 1
line=
if [ -f "$pending" ]; then read -r line <"$pending"; fi
case $line in
attune-deployed*) put_record || return 1;;
esac
clear "$old"; }
)sh";

constexpr std::string_view kUnpack = R"sh(cd "$d" || exit 1
end_replacing || exit 1
clear "$new"
mkdir "$new" || exit 1
undo() { clear "$new"; exit "$1"; }
if [ "$sum" != - ]; then
[ -f "content/$sum" ] || undo 13
if [ "$verify" = 1 ]; then
sha256 "content/$sum" || undo 1
if [ "$is" != "$sum" ]; then rm -f "content/$sum"; undo 13; fi
fi
case $kind in
tar) tar -xof "content/$sum" -C "$new" || undo 14;;
tar.gz) untar_gz "content/$sum" "$new" || undo 14;;
tar.zst) zstd -dcq <"content/$sum" | tar -xof - -C "$new" || undo 14;;
file) cp "content/$sum" "$new/$file" && chmod "$mode" "$new/$file" || undo 14;;
esac
fi
if [ "$extra" = 1 ]; then tar -xof - -C "$new" || undo 14; fi
chmod -R u+rwX,go=,u-s "$new" || undo 1
{ echo "attune-deployed 2"; echo "request $request"; echo "content $sum"; echo "host $host"
(cd "$new" && find . ! -name .); } >"$pending" || undo 1
if [ -f "deployed/$n" ]; then sed -n '/^made /p' "deployed/$n" >>"$pending" || undo 1; fi
if [ -d "components/$n" ]; then mv "components/$n" "$old" || undo 1; fi
mv "$new" "components/$n" || exit 1
if [ -d "$old" ]; then end_replacing || exit 1; else put_record || exit 1; fi
exit 0)sh";

constexpr std::string_view kUndeploy = R"sh(umask 077
d=$1 n=$2
new=components/.$n.new old=components/.$n.old pending=deployed/$n.pending
[ -d "$d" ] || exit 0
cd "$d" || exit 1
[ -d deployed ] || [ -d "run/$n" ] || exit 0
for own in content components deployed run "run/$n"; do
if [ -L "$own" ] || { [ -e "$own" ] && ! [ -O "$own" ]; }; then echo "$d/$own" >&2; exit 10; fi
done
if alive "run/$n"; then echo "$pid" >&2; exit 15; fi
end_replacing || exit 1
clear "$new"
sums=$(sed -n 's/^content //p' "deployed/$n" "$pending" 2>/dev/null)
left=0
drop() { rmdir "$1" 2>/dev/null || left=$((left + $(find "$1" ! -type d | wc -l))); }
if [ -d "components/$n" ] && [ -f "deployed/$n" ]; then
remove_recorded "components/$n" "deployed/$n" "$paths;s/^made //p" || exit 1
drop "components/$n"
fi
if [ -d "run/$n" ]; then
(cd "run/$n" && rm -f pid pid.new output output.1 probe probe.new) || exit 1
drop "run/$n"
fi
if [ "$left" -gt 0 ]; then echo "left $left"; fi
rm -f "deployed/$n" "$pending" || exit 1
for sum in $sums; do
if [ "$sum" != - ] && ! grep -qsx "content $sum" deployed/*; then rm -f "content/$sum" "content/$sum.part" || exit 1; fi
done
rmdir content components run deployed 2>/dev/null
leave "$d"
exit 0)sh";

constexpr std::string_view kList = R"sh([ -d "$1/deployed" ] || exit 0
cd "$1" || exit 1
grep -lsxF "host $2" deployed/* | while IFS= read -r f; do
n=${f#deployed/}
n=${n%.pending}
if alive "run/$n"; then echo "$n runs"; else echo "$n"; fi
done
exit 0)sh";

}  // namespace

std::string deploy_script(const ScriptSteps& steps) {
  std::string text(kArguments);
  if (steps.look || steps.unpack) text.append(kRemoveRecorded).append(kReplace);
  if (steps.look) text.append(kDirlocalFunctions).append(kOwnRecord).append(kLook);
  if (!steps.push && !steps.unpack) return text.append(kTell);
  if (steps.look) text += kGoOnWhereFresh;
  text += kQuickTools;
  if (steps.push) text += kPush;
  if (steps.unpack) text += kUnpack;
  return text;
}

std::string undeploy_script() {
  std::string text;
  for (const std::string_view part :
       {kAliveFunctions, kDirlocalFunctions, kRemoveRecorded, kReplace, kUndeploy})
    text += part;
  return text;
}

std::string list_script() {
  return std::string(kAliveFunctions).append(kList);
}

}  // namespace attune::deploy
