// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/replay/tally.h"

#include <utility>
#include <variant>

#include <fmt/format.h>

#include "runtime/workflow/stub_call.h"

namespace attune::replay {

Tally::Tally(WallTime begin, WallTime end) {
  made_.begin = begin;
  made_.end = end;
  for (const std::string_view figure : kFigures) made_.figures.emplace(figure, 0);
}

void Tally::look(const workflow::Record& record, workflow::Now now) {
  if (std::holds_alternative<workflow::EventSuppressed>(record.what) && !is_over_) count("suppressed");
  if (const auto* begun = std::get_if<workflow::RunStarted>(&record.what)) look(*begun, now.wall);
  if (const auto* ended = std::get_if<workflow::RunEnded>(&record.what)) look(*ended, now.wall);
  if (const auto* alert = std::get_if<workflow::Alerted>(&record.what)) {
    count("alerts");
    happens(now.wall, Happening::What::kAlert, alert->component, alert->text, alert->run);
  }
  if (const auto* changed = std::get_if<workflow::SystemChanged>(&record.what))
    look(changed->change, changed->run, now);
}

void Tally::look(const workflow::RunStarted& begun, WallTime at) {
  runs_[begun.run] = begun.diagram;
  count("runs");
  count(fmt::format("runs({})", begun.diagram));
  happens(at, Happening::What::kRunBegan, begun.diagram, begun.subject, begun.run);
}

void Tally::look(const workflow::RunEnded& ended, WallTime at) {
  const std::string_view how = name_of(ended.end);
  if (ended.end != workflow::RunEnd::kDone) {
    count("failed_runs");
    failures_[ended.run] = ended.why.empty() ? std::string(how) : ended.why;
  }
  happens(at, Happening::What::kRunEnded, std::exchange(runs_[ended.run], {}),
          ended.why.empty() ? std::string(how) : fmt::format("{}: {}", how, ended.why), ended.run);
  runs_.erase(ended.run);
}

void Tally::look(const system::Change& change, workflow::RunId run, workflow::Now now) {
  if (const auto* created = std::get_if<system::ComponentCreated>(&change)) {
    names_[created->id] = created->name;
    count("created");
    happens(now.wall, Happening::What::kCreated, created->name, created->class_name, run);
  }
  if (const auto* removed = std::get_if<system::ComponentRemoved>(&change)) {
    count("removed");
    happens(now.wall, Happening::What::kRemoved, names_[removed->id], {}, run);
  }
  if (const auto* assigned = std::get_if<system::HostAssigned>(&change)) placed(*assigned, run, now);
  if (const auto* host = std::get_if<system::HostChanged>(&change)) changed(*host, run, now.wall);
}

void Tally::placed(const system::HostAssigned& assigned, workflow::RunId run, workflow::Now now) {
  std::string& host = hosts_[assigned.id];
  if (host == assigned.host) return;
  if (!host.empty() && !assigned.host.empty()) {
    count("moves");
    moved_[assigned.id] = now.steady;
  }
  host = assigned.host;
  happens(now.wall, Happening::What::kPlaced, names_[assigned.id], host, run);
}

// All hosts are up at the beginning, so that is not told.
void Tally::changed(const system::HostChanged& host, workflow::RunId run, WallTime at) {
  system::HostState& known = states_.try_emplace(host.host, system::HostState::kUp).first->second;
  if (std::exchange(known, host.state) == host.state) return;
  happens(at, Happening::What::kHost, host.host, std::string(name_of(host.state)), run);
}

void Tally::call(const workflow::Call& call, const system::System& system) {
  if (call.key == workflow::kPlacementKey) return;
  count("calls");
  if (const system::Component* component = system.find(call.component))
    count(fmt::format("calls({}.{})", system.class_of(*component).name, call.stub));
  if (call.key == "VM" && call.operation == "migrate") count("migrations");
}

void Tally::accepted() {
  count("events");
}

void Tally::refused(const std::string& why) {
  if (!is_counted_) return;
  count("refused");
  ++made_.refused[why];
}

void Tally::costs(double more) {
  if (!is_over_) count("cost", more);
}

Played Tally::close() {
  count("unfinished_runs", static_cast<double>(runs_.size()));
  return std::move(made_);
}

std::string Tally::failure_of(workflow::RunId run) const {
  const auto found = failures_.find(run);
  return found == failures_.end() ? std::string() : found->second;
}

void Tally::count(std::string_view figure, double more) {
  if (!is_counted_) return;
  made_.figures.try_emplace(std::string(figure), 0).first->second += more;
}

void Tally::happens(WallTime at, Happening::What what, std::string who, std::string text,
                    workflow::RunId run) {
  made_.happenings.push_back({at, what, std::move(who), std::move(text), run});
}

}  // namespace attune::replay
