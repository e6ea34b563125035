// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <thread>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "runtime/base/clock.h"
#include "runtime/main/cli/commands.h"
#include "runtime/main/cli/daemon_link.h"
#include "runtime/main/cli/view_text.h"

namespace attune::cli {

namespace {

using Json = nlohmann::ordered_json;

// The parts of the answer, by the API's paths.
constexpr const char* kParts[] = {"status", "hosts", "components", "runs"};

// Of "run 7 (...) failed": its number.
std::string_view run_in(std::string_view failure) {
  constexpr std::string_view kRun = "run ";
  if (!failure.starts_with(kRun)) return "N";
  failure.remove_prefix(kRun.size());
  return failure.substr(0, failure.find(' '));
}

void write_summary(const Json& status, Output& out) {
  const std::string state = text_of(part(status, "state"));
  out.write(fmt::format("{}: {} since {} (attuned {}, process {}), {} records so far\n",
                        out.painted(Paint::kStrong, text_of(part(status, "project"))),
                        out.painted(state == "running" ? Paint::kGood : Paint::kWarning, state),
                        local_time(part(status, "since")), text_of(part(status, "version")),
                        text_of(part(status, "process")), text_of(part(status, "records"))));
  if (!part(status, "problem").is_null())
    out.write(fmt::format("{} {}\n", out.painted(Paint::kBad, "problem:"), text_of(part(status, "problem"))));
  if (const std::string failure = text_of(part(status, "last_failure")); !failure.empty())
    out.write(fmt::format("{} {} (`attune log --run {}` tells all of it)\n",
                          out.painted(Paint::kBad, "last failure:"), failure, run_in(failure)));
  const Json& mode = part(status, "mode");
  if (part(mode, "mode") != "automatic" || !part(mode, "components").empty())
    for (const std::string& text : mode_texts(mode))
      out.write(fmt::format("{} {}\n", out.painted(Paint::kWarning, "mode:"), text));
  for (const Json& off : part(status, "switched_off")) {
    const std::string event = text_of(part(off, "event")), component = text_of(part(off, "component"));
    out.write(fmt::format("{} {}{}: {} runs in a row did not help (`attune resume {}{}`)\n",
                          out.painted(Paint::kBad, "switched off:"), event,
                          component.empty() ? "" : " of " + component, text_of(part(off, "runs")), event,
                          component.empty() ? "" : " " + component));
  }
  const Json& events = part(status, "events");
  out.write(fmt::format("events: {} accepted, {} suppressed, {} rejected, {} waiting\n",
                        text_of(part(events, "accepted")), text_of(part(events, "suppressed")),
                        text_of(part(events, "rejected")), text_of(part(events, "queued"))));
}

void write_hosts(const Json& hosts, Output& out) {
  Table table({"HOST", "STATE", "ADDRESS", "CPUS", "MEMORY", "FREE", "LOAD", "COMPONENTS"});
  for (const Json& host : hosts)
    table.add(
        {text_of(part(host, "name")), host_cell(host), text_or_dash(part(host, "address")),
         text_or_dash(part(host, "cpus")), size_text(part(host, "memory")),
         size_text(part(host, "free_memory")),
         part(host, "load").is_number() ? fmt::format("{:.0f}%", part(host, "load").get<double>()) : "-",
         std::to_string(part(host, "components").size())});
  if (table.is_empty()) return;
  out.write("\n");
  table.write(out);
}

void write_components(const Json& components, Output& out) {
  Table table({"COMPONENT", "CLASS", "STATE", "HOST", "BINDINGS"});
  for (const Json& component : components)
    table.add({text_of(part(component, "name")), text_of(part(component, "class")),
               state_cell(part(component, "state")), text_or_dash(part(component, "host")),
               bindings_text(part(component, "bindings"))});
  out.write("\n");
  if (table.is_empty()) return out.write("no components\n");
  table.write(out);
}

void write_runs(const Json& runs, const Json& calls, Output& out) {
  Table table({"RUN", "DIAGRAM", "OF", "WHERE IT STANDS"});
  for (const Json& run : runs) {
    const bool waits = !part(run, "waits_for").is_null();
    table.add({text_of(part(run, "run")), text_of(part(run, "diagram")), text_or_dash(part(run, "subject")),
               waits ? Cell("waits: " + text_of(part(run, "waits_for")), Paint::kWarning)
                     : Cell(joined_text(part(run, "states")))});
  }
  if (!table.is_empty()) {
    out.write("\n");
    table.write(out);
  }
  Table under_way({"CALL", "RUN", "WHAT", "PROGRESS"});
  for (const Json& call : calls)
    under_way.add({text_of(part(call, "call")), text_of(part(call, "run")),
                   text_of(part(call, "component")) + "." + text_of(part(call, "stub")),
                   text_or_dash(part(call, "progress"))});
  if (under_way.is_empty()) return;
  out.write("\n");
  under_way.write(out);
}

void write_component(const Json& component, Output& out) {
  Table table;
  table.add({"name", text_of(part(component, "name"))});
  table.add({"class", text_of(part(component, "class"))});
  table.add({"state", state_cell(part(component, "state"))});
  table.add({"host", text_or_dash(part(component, "host"))});
  if (!part(component, "container").is_null()) table.add({"in", text_of(part(component, "container"))});
  if (!part(component, "contents").empty()) table.add({"contents", joined_text(part(component, "contents"))});
  for (const auto& [name, value] : part(component, "attributes").items())
    table.add({"." + name, value.is_null() ? Cell("has no value yet", Paint::kFaint) : Cell(text_of(value))});
  for (const auto& [role, others] : part(component, "bindings").items())
    table.add({"." + role, "-> " + joined_text(others)});
  table.add({"stubs", part(component, "stubs").empty() ? "-" : joined_text(part(component, "stubs"))});
  table.write(out);
}

class Status final : public Command {
 public:
  void declare(Options& options) override {
    options.optional_argument("COMPONENT", component_, "all that is known of one component");
    options.flag("--json", as_json_, "the answer as JSON");
    options.number("--wait", "SECONDS", patience_,
                   "first wait until attuned runs and no run goes on, so long at most");
    link_.declare(options);
  }

  ExitCode run(Console& console) override {
    if (patience_)
      if (const ExitCode waited = wait(std::chrono::seconds(*patience_), console); waited != ExitCode::kDone)
        return waited;
    return component_.empty() ? show_all(console) : show_one(console);
  }

 private:
  // Whether the manager has begun and nothing goes on but what a person has to approve; the Error says that
  // there is none.
  Result<bool> is_at_rest() {
    const auto status = link_.ask("GET", "/v1/status");
    if (!status) return fail(status.error());
    const Json answer = Json::parse(*status, nullptr, false);
    if (part(answer, "state") != "running") return false;
    if (part(answer, "runs") == 0) return true;
    const auto runs = link_.ask("GET", "/v1/runs");
    if (!runs) return fail(runs.error());
    const Json going_on = Json::parse(*runs, nullptr, false);
    const Json& all = part(going_on, "runs");
    return all.is_array() && std::all_of(all.begin(), all.end(),
                                         [](const Json& run) { return part(run, "needs_approval") == true; });
  }

  ExitCode wait(Duration patience, Console& console) {
    const SystemClock clock;
    for (const Instant deadline = clock.now() + patience;; std::this_thread::sleep_for(kLook)) {
      const auto rests = is_at_rest();
      if (rests && *rests) return ExitCode::kDone;
      if (clock.now() < deadline) continue;
      return rests ? console.fail(ExitCode::kFailed, "status: something still goes on: see `attune status`")
                   : link_.complain(rests.error(), console);
    }
  }

  ExitCode show_one(Console& console) {
    const auto body = link_.ask("GET", path_of({"components", component_}));
    if (!body) return link_.complain(body.error(), console);
    if (as_json_)
      console.write_json(*body);
    else
      write_component(Json::parse(*body, nullptr, false), console.out);
    return ExitCode::kDone;
  }

  ExitCode show_all(Console& console) {
    Json all = Json::object();
    for (const char* name : kParts) {
      const auto body = link_.ask("GET", path_of({name}));
      if (!body) return link_.complain(body.error(), console);
      const Json answer = Json::parse(*body, nullptr, false);
      if (name == kParts[0])
        all[name] = answer;
      else if (answer.is_object())
        all.update(answer);
    }
    if (as_json_) {
      console.write_json(all.dump(-1, ' ', false, Json::error_handler_t::replace));
      return ExitCode::kDone;
    }
    write_summary(part(all, "status"), console.out);
    write_hosts(part(all, "hosts"), console.out);
    write_components(part(all, "components"), console.out);
    write_runs(part(all, "runs"), part(all, "calls"), console.out);
    return ExitCode::kDone;
  }

  static constexpr std::chrono::milliseconds kLook{50};

  std::string component_;
  bool as_json_ = false;
  std::optional<uint64_t> patience_;
  DaemonLink link_;
};

}  // namespace

std::unique_ptr<Command> make_status() {
  return std::make_unique<Status>();
}

}  // namespace attune::cli
