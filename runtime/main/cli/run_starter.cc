// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/cli/run_starter.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "runtime/main/cli/view_text.h"

namespace attune::cli {

using Json = nlohmann::ordered_json;

namespace {

std::string body_of(const Members& members, const std::vector<std::string>* arguments, bool waits) {
  Json body = Json::object();
  for (const auto& [name, value] : members) body[std::string(name)] = value;
  if (arguments != nullptr) body["arguments"] = *arguments;
  if (!waits) body["wait"] = false;
  return body.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

void RunStarter::declare(Options& options) {
  options.flag("--no-wait", does_not_wait_, "say which run it is, and do not wait for its end");
  options.flag("--json", as_json_, "the answer as JSON");
  link_.declare(options);
}

ExitCode RunStarter::start(std::string_view target, const Members& members, Console& console,
                           const std::vector<std::string>* arguments) {
  const auto body = link_.ask("POST", target, body_of(members, arguments, !does_not_wait_));
  if (!body) return link_.complain(body.error(), console);
  const Json answer = Json::parse(*body, nullptr, false);
  const Json& number = part(answer, "run");
  if (!number.is_number_unsigned())
    return console.fail(ExitCode::kFailed,
                        "attuned gave an answer that is none: is it one that listens there?");
  const auto run = number.get<uint64_t>();
  const std::string end = text_of(part(answer, "end")), why = text_of(part(answer, "why"));
  const bool is_well = end.empty() || end == "done";
  if (as_json_) {
    console.write_json(*body);
  } else if (end.empty()) {
    console.out.write(fmt::format("run {}: see `attune log --run {}` for what becomes of it\n", run, run));
  } else {
    const std::string message = text_of(part(answer, "message"));
    const std::string& told = is_well ? message : why.empty() ? message : why;
    console.out.write(fmt::format("run {}: {}{}{}\n", run,
                                  console.out.painted(is_well ? Paint::kGood : Paint::kBad, end),
                                  told.empty() ? "" : ": ", told));
  }
  return is_well ? ExitCode::kDone : ExitCode::kFailed;
}

}  // namespace attune::cli
