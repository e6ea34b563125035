// SPDX-License-Identifier: Apache-2.0
#include "wrappers/container_command.h"

#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "runtime/base/last_line.h"
#include "wrappers/outcome.h"
#include "wrappers/script_command.h"
#include "wrappers/secrets.h"

namespace attune::wrappers {

namespace {

constexpr int kNoPodman = 200, kPodmanFailed = 71, kIsBetween = 75;

// What each begins with: name run-directory... One start or stop at a time, as of processes. `ask` leaves in
// $state what podman says of it, nothing where there is none; where podman does not say, nothing is known,
// and nothing must be done to what may run. The last words are the container's own, since its start, which
// keeps in a label where in `output` that was: podman says the container's name in between.
constexpr std::string_view kHead = R"sh(command -v podman >/dev/null || exit 200
name=$1 run=$2
alone() {
  if [ -d "$run" ] && command -v flock >/dev/null; then exec 9<"$run" && flock 9; fi
}
ask() {
  state=$(podman container inspect --format '{{.State.Status}}, exit code {{.State.ExitCode}}' -- "$name" 2>/dev/null) &&
    return
  state=
  podman container exists -- "$name"
  case $? in 0) podman container inspect -- "$name" >/dev/null; exit 71;; 1) ;; *) exit 71;; esac
}
words() { tail -c "+$((${begun:-0} + 1))" "$run/output" 2>/dev/null | tail -n 2 | grep -vxF -- "$name" | tail -n 1; }
gone() { podman rm --force --ignore --volumes --time 0 -- "$name" >/dev/null 9>&-; }
)sh";

// name run-directory directory word...   The words are podman's, for `create`. With the log driver
// `passthrough` the container writes into the run directory itself, and holds that open, not the channel.
// What is to be mounted from the component's directory must not be looked for in another.
constexpr std::string_view kStart = R"sh(before=$(umask)
umask 077
mkdir -p "$run" || exit 73
alone
ask
case $state in
running*) echo 'it runs already'; exit 0;;
paused*) echo 'it runs already, and is paused'; exit 0;;
esac
cd "$3" 2>/dev/null || {
  for word; do
    case $word in
    --) break;;
    --volume=.*) echo "no directory $3; is the component deployed?" >&2; exit 72;;
    esac
  done
  cd /
}
size=$( { wc -c <"$run/output"; } 2>/dev/null)
[ "${size:-0}" -gt 10485760 ] && mv "$run/output" "$run/output.1"
: >>"$run/output"
begun=$(wc -c <"$run/output") || exit 73
umask "$before"
shift 3
gone || exit 71
podman create --name "$name" --label "attune.begun=$begun" --log-driver passthrough "$@" </dev/null >/dev/null 9>&- || exit 71
podman start -- "$name" </dev/null >>"$run/output" 2>&1 9>&- ||
  { said=$(words); gone; printf '%s\n' "$said" >&2; exit 71; }
sleep 0.3
ask
case $state in running*) exit 0;; esac
printf 'it ended at once (%s): %s\n' "${state:-there is no container}" "$(words)" >&2
exit 70
)sh";

// name run-directory seconds   One that is paused would get no signal, and podman does not stop it.
constexpr std::string_view kStop = R"sh(alone
ask
case $state in
'') exit 0;;
paused*) podman unpause -- "$name" >/dev/null 9>&-;;
esac
podman stop --time "$3" -- "$name" >/dev/null 9>&-
gone || exit 71
)sh";

// name run-directory   0 when it runs, 3 when not, 75 while it is between the two.
constexpr std::string_view kStatus = R"sh(ask
case ${state:=there is no container} in
running* | paused*) exit 0;;
stopping* | removing*) printf 'it is %s\n' "${state%%,*}" >&2; exit 75;;
esac
begun=$(podman container inspect --format '{{index .Config.Labels "attune.begun"}}' -- "$name" 2>/dev/null)
case $begun in *[!0-9]*) begun=;; esac
printf 'it does not run (%s); its last words: %s\n' "$state" "$(words)" >&2
exit 3
)sh";

ports::Command script(std::string_view text, std::vector<std::string> arguments) {
  return script_command(fmt::format("{}{}", kHead, text), std::move(arguments));
}

void add_each(std::string_view option, const std::vector<std::string>& values, std::vector<std::string>& to) {
  for (const std::string& each : values) to.push_back(fmt::format("{}={}", option, each));
}

}  // namespace

std::string container_name(std::string_view project, std::string_view component) {
  return fmt::format("attune-{}-{}", project, component);
}

ports::Command container_start(const ContainerHome& home, const ContainerSpec& spec, std::string exports) {
  std::vector<std::string> words{home.name, home.run_directory, home.directory};
  add_each("--publish", spec.ports, words);
  add_each("--volume", spec.volumes, words);
  add_each("--env", spec.environment, words);
  // Without a value podman takes it from its own environment.
  for (const std::string& secret : spec.secrets)
    words.push_back(fmt::format("--env=ATTUNE_SECRET_{}", secret));
  if (!spec.network.empty()) words.push_back("--network=" + spec.network);
  words.insert(words.end(), spec.options.begin(), spec.options.end());
  words.emplace_back("--");
  words.push_back(spec.image);
  words.insert(words.end(), spec.command.begin(), spec.command.end());
  if (exports.empty()) return script(kStart, std::move(words));
  ports::Command command =
      script_command(fmt::format("{}{}{}", kTakeExports, kHead, kStart), std::move(words));
  command.input = std::move(exports);
  return command;
}

ports::Command container_stop(const ContainerHome& home, Duration grace) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(grace).count();
  return script(kStop, {home.name, home.run_directory, std::to_string(seconds)});
}

ports::Command container_status(const ContainerHome& home) {
  return script(kStatus, {home.name, home.run_directory});
}

workflow::CallOutcome container_outcome(const Result<ports::CommandEnd>& end, const workflow::Call& call,
                                        const std::string& host) {
  const auto* exited = end ? std::get_if<ports::Exited>(&*end) : nullptr;
  if (exited != nullptr && exited->code == kNoPodman)
    return failed(fmt::format("{} has no podman: install the package podman there", host));
  const bool is_no_answer = exited != nullptr && call.operation == "status" &&
                            (exited->code == kPodmanFailed || exited->code == kIsBetween);
  if (is_no_answer)
    return failed(fmt::format("{}.status on {}: podman gave no answer: {}", call.component_name, host,
                              last_line(exited->error_output)));
  return outcome_of(end, fmt::format("{}.{} on {}", call.component_name, call.stub, host));
}

}  // namespace attune::wrappers
