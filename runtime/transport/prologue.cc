// SPDX-License-Identifier: Apache-2.0
#include "runtime/transport/prologue.h"

#include <charconv>
#include <cstdint>

#include <fmt/format.h>

#include "runtime/base/variable_name.h"
#include "runtime/transport/quoting.h"

namespace attune::transport {

namespace {

constexpr size_t kMaxText =
    size_t{120} * 1024;  // Linux allows 128 KiB for one argument, and sshd passes all in one
constexpr size_t kMaxNoise = size_t{64} * 1024;

// Arguments: mark, directory, number of variables, variables, command. A shell that leads no process group
// (not under OpenSSH, but under others) has setsid(1) make one; it keeps the process id. A script of ours
// needs no shell of its own: to start one costs a host more than all that stands here.
constexpr std::string_view kPrologue = R"(m=$1 d=$2 n=$3
shift 3
if [ -n "$d" ]; then cd "$d" || { echo "$m no-directory"; exit 126; }; fi
while [ "$n" -gt 0 ]; do export "$1"; shift; n=$((n-1)); done
if IFS= read -r s 2>/dev/null </proc/$$/stat; then s=${s##*) }; s=${s#* }; s=${s#* }; g=${s%% *}
else g=$(ps -o pgid= -p $$ 2>/dev/null); g=${g##* }; fi
w=
if [ "$g" != $$ ] && command -v setsid >/dev/null 2>&1; then w=setsid; fi
echo "$m $$"
case "$w $1 $2 $4" in
' /bin/sh -c attune') m=$3; shift 4; unset d n s g w; eval "$m"; exit;;
esac
exec $w "$@")";

// Arguments: process ids of group leaders. A group that was never made is ended as the one process.
constexpr std::string_view kEnding = R"(each() { s=$1; r=1; shift
for p; do kill "$s" "-$p" 2>/dev/null || kill "$s" "$p" 2>/dev/null && r=0; done; return $r; }
each -TERM "$@" || exit 0
n=0
while each -0 "$@"; do
if [ $n -ge 20 ]; then each -KILL "$@"; exit 0; fi
if sleep 0.1 2>/dev/null; then n=$((n+1)); else sleep 1; n=$((n+10)); fi
done
exit 0)";

bool has_nul(std::string_view text) {
  return text.find('\0') != std::string_view::npos;
}

// A directory that `cd` takes for nothing else: no option, no CDPATH, no "-".
std::string plain_directory(const std::string& directory) {
  return directory.empty() || directory[0] == '/' ? directory : "./" + directory;
}

}  // namespace

Result<void> check(const ports::Command& command) {
  if (command.argv.empty() || command.argv[0].empty()) return fail(ErrorCode::kInvalid, "no program to run");
  if (command.argv[0][0] == '-') {
    return fail(ErrorCode::kInvalid,
                fmt::format("a program's name cannot begin with '-': '{}'", command.argv[0]));
  }
  size_t length = command.directory.size();
  bool nul = has_nul(command.directory);
  for (const std::string& word : command.argv) {
    length += word.size();
    nul = nul || has_nul(word);
  }
  for (const auto& [name, value] : command.environment) {
    if (!is_variable_name(name)) {
      return fail(ErrorCode::kInvalid,
                  fmt::format("'{}' cannot be the name of an environment variable", name));
    }
    length += name.size() + value.size();
    nul = nul || has_nul(value);
  }
  if (nul) return fail(ErrorCode::kInvalid, "an argument holds a NUL byte, which no program can be given");
  if (length > kMaxText) {
    return fail(
        ErrorCode::kInvalid,
        fmt::format("the arguments take {} bytes, more than a host accepts: pass them as input", length));
  }
  if (!command.input.empty() && !command.input_file.empty()) {
    return fail(ErrorCode::kInvalid, "a command has its input from memory or from a file, not from both");
  }
  return {};
}

std::string remote_text(const ports::Command& command, std::string_view mark) {
  std::vector<std::string> words = {"exec",
                                    "/bin/sh",
                                    "-c",
                                    std::string(kPrologue),
                                    "attune",
                                    std::string(mark),
                                    plain_directory(command.directory),
                                    std::to_string(command.environment.size())};
  for (const auto& [name, value] : command.environment) words.push_back(fmt::format("{}={}", name, value));
  words.insert(words.end(), command.argv.begin(), command.argv.end());
  return shell_words(words);
}

ports::Command ending_command(std::span<const int> groups) {
  ports::Command command;
  command.argv = {"/bin/sh", "-c", std::string(kEnding), "attune"};
  for (const int group : groups) command.argv.push_back(std::to_string(group));
  command.timeout = std::chrono::seconds(10);
  return command;
}

std::string_view PrologueReader::feed(std::string_view bytes) {
  if (state_ != State::kWaiting) return bytes;
  seen_ += bytes;
  const size_t mark = seen_.find(mark_ + " ");
  const size_t end = mark == std::string::npos ? mark : seen_.find('\n', mark);
  if (end == std::string::npos) {
    if (seen_.size() > kMaxNoise) state_ = State::kGarbled;
    return {};
  }
  const std::string_view word(seen_.data() + mark + mark_.size() + 1, seen_.data() + end);
  const auto [stop, error] = std::from_chars(word.data(), word.data() + word.size(), group_);
  if (word == "no-directory") {
    state_ = State::kNoDirectory;
  } else if (error == std::errc() && stop == word.data() + word.size() && group_ > 1) {
    state_ = State::kRunning;
  } else {
    state_ = State::kGarbled;
  }
  rest_ = seen_.substr(end + 1);
  return rest_;
}

}  // namespace attune::transport
