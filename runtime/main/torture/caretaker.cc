// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/torture/caretaker.h"

#include <utility>
#include <variant>

#include <fmt/format.h>

#include "runtime/main/torture/host_scripts.h"
#include "wrappers/host_access.h"
#include "wrappers/redaction.h"
#include "wrappers/secrets.h"

namespace attune::torture {

namespace {

// What a process has written ends up in reports, and those in the hands of others.
std::string without_secrets(const system::System& system, wrappers::Redaction secrets, std::string words) {
  const auto end = wrappers::redacted(system, std::move(secrets),
                                      ports::CommandEnd(ports::Exited{0, std::move(words), {}}));
  const auto* exited = end ? std::get_if<ports::Exited>(&*end) : nullptr;
  return exited == nullptr ? std::string() : exited->output;
}

}  // namespace

std::string Caretaker::folder_on(const std::string& host) const {
  const auto access = wrappers::access_to(system_, *system_.find_host(host));
  return access ? access->folder : std::string();
}

Task<Result<std::string>> Caretaker::run(std::string host, std::string_view script,
                                         std::vector<std::string> arguments) {
  const auto access = wrappers::access_to(system_, *system_.find_host(host));
  if (!access) co_return fail(access.error());
  ports::Command command;
  command.argv = {"/bin/sh", "-c", std::string(script), "torture"};
  command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
  std::string output;  // all of it: a host may have more to tell than is kept of a command's output
  command.on_line = [&output](std::string_view line) { output.append(line) += '\n'; };
  auto end = co_await shell_.run(access->target, std::move(command), {});
  if (!end) co_return fail(std::move(end.error()));
  const auto* exited = std::get_if<ports::Exited>(&*end);
  if (exited == nullptr || exited->code != 0)
    co_return fail(ErrorCode::kFailed,
                   fmt::format("{}: what is to be done there by `attune torture` itself failed: {}", host,
                               exited == nullptr ? "it did not end" : exited->error_output));
  co_return output;
}

Task<Result<int>> Caretaker::reach(std::string host) {
  const auto reached = co_await run(std::move(host), "exit 0", {});
  if (!reached) co_return fail(reached.error());
  co_return 0;
}

Task<Result<Sight>> Caretaker::look(Place place) {
  const std::string below = folder_on(place.host);
  std::vector<std::string> arguments = {place.mark, fmt::format("{}/components/{}", below, place.component),
                                        fmt::format("{}/run/{}", below, place.component), place.container};
  for (std::string& unit : place.units) arguments.push_back(std::move(unit));
  wrappers::Redaction secrets = wrappers::secrets_of_now(system_);
  auto answer = co_await run(place.host, kLookScript, std::move(arguments));
  if (!answer) co_return fail(std::move(answer.error()));
  Sight sight = read_sight(*answer);
  sight.last_words = without_secrets(system_, std::move(secrets), std::move(sight.last_words));
  if (!place.container.empty()) leave_out_podmans(sight);
  co_return sight;
}

Task<Result<int>> Caretaker::kill_processes(Place place) {
  const auto sight = co_await look(place);
  if (!sight) co_return fail(sight.error());
  std::vector<std::string> pids;
  for (const SeenProcess& process : sight->processes) pids.push_back(std::to_string(process.pid));
  if (pids.empty()) co_return 0;
  const auto killed = co_await run(place.host, kKillScript, std::move(pids));
  if (!killed) co_return fail(killed.error());
  co_return 0;
}

Task<Result<bool>> Caretaker::has_cut_call(Place place) {
  std::vector<std::string> arguments = {place.mark};
  const auto answer = co_await run(place.host, kCutScript, std::move(arguments));
  if (!answer) co_return fail(answer.error());
  co_return !answer->empty();
}

Task<Result<int>> Caretaker::dismiss(Place place) {
  if (place.container.empty() && place.units.empty()) co_return 0;
  std::vector<std::string> arguments = {place.container};
  arguments.insert(arguments.end(), place.units.begin(), place.units.end());
  const auto dismissed = co_await run(place.host, kDismissScript, std::move(arguments));
  if (!dismissed) co_return fail(dismissed.error());
  co_return 0;
}

Task<Result<int>> Caretaker::calm(Place place) {
  if (place.units.empty()) co_return 0;
  const auto calmed = co_await run(place.host, kCalmScript, place.units);
  if (!calmed) co_return fail(calmed.error());
  co_return 0;
}

Task<Result<std::set<std::string>>> Caretaker::restarted_units(Place place) {
  if (place.units.empty()) co_return std::set<std::string>();
  const auto answer = co_await run(place.host, kRestartedScript, place.units);
  if (!answer) co_return fail(answer.error());
  std::set<std::string> units;
  for (const std::string& unit : place.units)
    if (("\n" + *answer).find("\n" + unit + "\n") != answer->npos) units.insert(unit);
  co_return units;
}

Task<Result<int>> Caretaker::forget(Place place) {
  std::vector<std::string> arguments = {folder_on(place.host), place.component};
  const auto forgotten = co_await run(place.host, kForgetScript, std::move(arguments));
  if (!forgotten) co_return fail(forgotten.error());
  co_return 0;
}

Task<Result<int>> Caretaker::remove(std::string host, std::string mark) {
  std::vector<std::string> arguments = {std::move(mark), folder_on(host)};
  const auto removed = co_await run(std::move(host), kRemoveScript, std::move(arguments));
  if (!removed) co_return fail(removed.error());
  co_return 0;
}

}  // namespace attune::torture
