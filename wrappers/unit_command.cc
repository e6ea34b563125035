// SPDX-License-Identifier: Apache-2.0
#include "wrappers/unit_command.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "runtime/base/last_line.h"
#include "wrappers/outcome.h"
#include "wrappers/program_name.h"
#include "wrappers/script_command.h"
#include "wrappers/unit.h"

namespace attune::wrappers {

namespace {

constexpr int kNoSystemd = 200, kNotLoaded = 5;  // the latter systemctl's
// As sd_booted(3) asks. Then the arguments are run.
constexpr std::string_view kScript = R"sh([ -d /run/systemd/system ] || exit 200
exec "$@" </dev/null
)sh";
// unit word...   The same, unless the unit runs already.
constexpr std::string_view kRunScript = R"sh([ -d /run/systemd/system ] || exit 200
systemctl is-active --quiet -- "$1" && { echo "it runs already"; exit 0; }
shift
exec "$@" </dev/null
)sh";

constexpr std::array<std::string_view, 5> kSystemctl = {"start", "stop", "restart", "reload", "kill"};

bool is_unit_character(char c) {
  return is_letter_or_digit(c) || std::string_view(":-_.\\@").find(c) != std::string_view::npos;
}

// MemoryMax=512M: the words of systemd's manual. A program whose name has an equals sign is none to be run.
bool is_property(std::string_view text) {
  const size_t equals = text.find('=');
  return equals != text.npos && equals > 0 && text.front() >= 'A' && text.front() <= 'Z' &&
         std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(equals), is_letter_or_digit);
}

// As it stands, where systemd would put its own environment's values for ${NAME} and $NAME.
std::string unexpanded(std::string_view text) {
  std::string doubled;
  for (const char c : text) doubled.append(c == '$' ? 2 : 1, c);
  return doubled;
}

// With --collect it is gone once it has ended, also where it has failed, so that it can be started again.
Result<std::vector<std::string>> run_words(const std::string& unit,
                                           const std::vector<std::string>& arguments) {
  std::vector<std::string> words{unit,        "systemd-run",         "--quiet",
                                 "--collect", "--service-type=exec", "--unit=" + unit};
  auto at = arguments.begin();
  for (; at != arguments.end() && is_property(*at); ++at) words.push_back("--property=" + *at);
  if (at == arguments.end() || at->empty())
    return fail(ErrorCode::kInvalid, "run: behind its properties a program was expected");
  words.emplace_back("--");
  words.push_back(*at);  // a path, in which systemd expands nothing
  std::transform(at + 1, arguments.end(), std::back_inserter(words), unexpanded);
  return words;
}

workflow::CallOutcome status_of(const ports::Exited& end, const std::string& unit, const std::string& host) {
  const std::string_view state = last_line(end.output);
  if (end.code == 0) return succeeded(std::string(state));
  const bool is_between = state == "activating" || state == "deactivating" || state == "maintenance";
  const std::string_view said = state.empty() ? last_line(end.error_output) : state;
  return failed(fmt::format("{} on {} is {}", unit, host, said.empty() ? "not known" : said),
                is_between || state.empty() ? kNotRun : end.code);
}

}  // namespace

Result<std::string> unit_name(std::string_view key, std::string_view component) {
  const std::string_view name = member_of(key, Unit::kFamily);
  const size_t dot = name.rfind('.');
  const bool is_name = !name.empty() && name.size() < 200 && is_letter_or_digit(name.front()) &&
                       std::all_of(name.begin(), name.end(), is_unit_character) && dot != name.npos &&
                       dot + 1 < name.size();
  if (!is_name)
    return fail(ErrorCode::kInvalid,
                fmt::format("'{}' names no unit: write it with its kind, systemd:postgresql.service", key));
  if (name[dot - 1] != '@') return std::string(name);
  return fmt::format("{}{}{}", name.substr(0, dot), component, name.substr(dot));
}

Result<ports::Command> unit_command(std::string_view operation, const std::string& unit,
                                    const std::vector<std::string>& arguments) {
  std::vector<std::string> words{"systemctl", "--no-ask-password", "--no-pager"};
  if (operation == "run") {
    auto run = run_words(unit, arguments);
    if (!run) return fail(std::move(run).error());
    return script_command(std::string(kRunScript), *std::move(run));
  }
  if (operation == "status")
    words.emplace_back("is-active");
  else if (std::find(kSystemctl.begin(), kSystemctl.end(), operation) != kSystemctl.end())
    words.emplace_back(operation);
  else
    return fail(ErrorCode::kInvalid, fmt::format("key systemd has no operation '{}'", operation));
  if (operation == "kill") words.emplace_back("--signal=SIGKILL");
  words.emplace_back("--");
  words.push_back(unit);
  return script_command(std::string(kScript), std::move(words));
}

workflow::CallOutcome unit_outcome(const Result<ports::CommandEnd>& end, std::string_view operation,
                                   const std::string& unit, const std::string& host) {
  const auto* exited = end ? std::get_if<ports::Exited>(&*end) : nullptr;
  if (exited != nullptr && exited->code == kNoSystemd)
    return failed(
        fmt::format("{} was not booted by systemd, so it has no units: use key=\"Process\" there, or "
                    "let the family name other hosts",
                    host));
  if (exited != nullptr && operation == "status") return status_of(*exited, unit, host);
  // As a transient one once it has ended.
  if (exited != nullptr && operation == "stop" && exited->code == kNotLoaded)
    return succeeded("it is not loaded, so it does not run");
  return outcome_of(end, fmt::format("{} of {} on {}", operation, unit, host));
}

}  // namespace attune::wrappers
