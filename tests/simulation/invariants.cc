// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/invariants.h"

#include <algorithm>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "runtime/hypervisor/domain_xml.h"
#include "runtime/system/stubs.h"
#include "runtime/workflow/stub_call.h"

namespace attune::simulation {

using system::Component;
using system::ComponentId;
using system::Lifecycle;

namespace {

constexpr std::string_view kGuest = "guest", kApp = "app";

bool is_on(const SimDomain& domain) {
  return domain.state == ports::DomainState::kRunning || domain.state == ports::DomainState::kPaused;
}

std::string name_of_process(const std::string& directory) {
  return directory.substr(directory.rfind('/') + 1);
}

}  // namespace

std::string_view name_of(Invariant invariant) {
  constexpr std::string_view kNames[] = {"no virtual machine runs twice",
                                         "all that is wanted runs, and where the system has it",
                                         "what was ended is known to be stopped",
                                         "no component is worked on by two runs at once",
                                         "each accepted event is answered",
                                         "each event is accounted for",
                                         "each run ends",
                                         "nothing is done without a durable intent",
                                         "capacities are kept",
                                         "nothing is left behind",
                                         "the journal fits",
                                         "a manager ends in order",
                                         "no plan puts more on a host than it has",
                                         "plans keep to the rules",
                                         "what has just moved is left alone by plans",
                                         "a plan is carried out, or its run fails",
                                         "what was told of prices and capacities is kept"};
  return kNames[static_cast<size_t>(invariant)];
}

Invariants::Invariants(const SimWorld& world, const model::Project& project, bool has_plans)
    : world_(world), project_(project) {
  if (has_plans)
    plans_.emplace(project, world.time(),
                   [this](Invariant invariant, std::string what) { broken(invariant, std::move(what)); });
}

Finding Invariants::found(Invariant invariant, std::string what) const {
  return {invariant, std::move(what), world_.time().now()};
}

void Invariants::broken(Invariant invariant, std::string what) {
  if (!finding_) finding_ = found(invariant, std::move(what));
}

// --- records ---

void Invariants::appended(const std::vector<workflow::Record>& records) {
  for (const workflow::Record& record : records) {
    take(record, true);
    if (plans_) plans_->take(record);
  }
  for (const uint64_t event : events_)
    broken(Invariant::kEventsAnswered, fmt::format("event {} was accepted, and no run answers it", event));
  for (const ComponentId guest : ended_)
    broken(Invariant::kEndIsKnown, fmt::format("component {} was ended, and is not stopped", guest));
  ended_.clear();
}

void Invariants::take(const workflow::Record& record, bool is_checked) {
  if (is_checked && record.sequence != last_ + 1)
    broken(Invariant::kJournalFits, fmt::format("record {} follows record {}", record.sequence, last_));
  last_ = record.sequence;
  if (const auto* event = std::get_if<workflow::EventAccepted>(&record.what)) {
    events_.insert(event->event);
  } else if (const auto* run = std::get_if<workflow::RunStarted>(&record.what)) {
    events_.erase(run->event);
    if (!runs_.insert(run->run).second && is_checked)
      broken(Invariant::kRunsEnd, fmt::format("run {} begins twice", run->run));
  } else if (const auto* end = std::get_if<workflow::RunEnded>(&record.what)) {
    if (runs_.erase(end->run) == 0 && is_checked)
      broken(Invariant::kRunsEnd, fmt::format("run {} ends, and does not go on", end->run));
  } else if (const auto* intent = std::get_if<workflow::CallIntent>(&record.what)) {
    began(*intent, record.sequence, is_checked);
  } else if (const auto* ended = std::get_if<workflow::CallEnded>(&record.what)) {
    this->ended(*ended);
  } else if (const auto* changed = std::get_if<workflow::SystemChanged>(&record.what)) {
    const auto* made = std::get_if<system::ComponentCreated>(&changed->change);
    if (made != nullptr && project_.is_a(made->class_name, kGuest))
      guests_[hypervisor::uuid_of(project_.name, made->name)] = made->id;
    const auto* lifecycle = std::get_if<system::LifecycleChanged>(&changed->change);
    if (lifecycle != nullptr && lifecycle->to == Lifecycle::kStopped) ended_.erase(lifecycle->id);
  }
}

void Invariants::ended(const workflow::CallEnded& ended) {
  const auto call = calls_.find(ended.call);
  if (call == calls_.end()) return;
  if (call->second.ends_a_guest && workflow::is_success(ended.outcome)) ended_.insert(call->second.component);
  calls_of_[call->second.component].erase(ended.call);
  calls_.erase(call);
}

void Invariants::began(const workflow::CallIntent& intent, uint64_t sequence, bool is_checked) {
  const workflow::Call& call = intent.call;
  if (is_checked && !runs_.contains(call.run))
    broken(Invariant::kRunsEnd,
           fmt::format("run {} is over, and calls {}.{}", call.run, call.component_name, call.stub));
  if (call.component == system::kNoComponent) return;  // the planner answers several at once
  std::set<workflow::CallId>& open = calls_of_[call.component];
  for (const workflow::CallId other : open) {
    if (calls_[other].run == call.run || !is_checked) continue;
    broken(Invariant::kOneRunEach, fmt::format("run {} calls {}.{} while run {} does something to it",
                                               call.run, call.component_name, call.stub, calls_[other].run));
  }
  open.insert(call.id);
  const bool ends_a_guest = call.key == system::kVmKey && (call.stub == "stop" || call.stub == "kill");
  calls_[call.id] = {call.run, call.component, sequence, ends_a_guest};
}

void Invariants::manager_died(const std::vector<workflow::Record>& journal) {
  events_.clear();
  runs_.clear();
  calls_.clear();
  calls_of_.clear();
  last_ = 0;
  for (const workflow::Record& record : journal) take(record, false);
  ended_.clear();
  durable_ = last_;
  if (plans_) plans_->take_over(journal);
}

// --- the world ---

void Invariants::changed(HostIndex host, const std::string& uuid) {
  const auto& domains = world_.hosts()[host].domains;
  const auto domain = domains.find(uuid);
  const bool exists = domain != domains.end();
  std::set<HostIndex>& running = running_[uuid];
  if (exists && domain->second.state == ports::DomainState::kRunning)
    running.insert(host);
  else
    running.erase(host);
  if (running.size() > 1)
    broken(Invariant::kOneCopy,
           fmt::format("{} runs on {} and on {}", domain->second.id.name,
                       world_.hosts()[*running.begin()].name, world_.hosts()[*running.rbegin()].name));
  std::set<std::string>& on = on_[host];
  if (exists && is_on(domain->second))
    on.insert(uuid);
  else
    on.erase(uuid);
  if (on.size() * SimWorld::kGuestMemory > world_.hosts()[host].memory && !disturbed_.contains(host))
    broken(Invariant::kCapacity,
           fmt::format("{} has memory for {} guests, and runs {}", world_.hosts()[host].name,
                       world_.hosts()[host].memory / SimWorld::kGuestMemory, on.size()));
}

void Invariants::deed(std::string_view what, const std::string& uuid) {
  const auto guest = guests_.find(uuid);
  if (guest == guests_.end())
    return broken(Invariant::kIntentFirst, fmt::format("{} of a machine that is no component", what));
  for (const workflow::CallId call : calls_of_[guest->second])
    if (calls_[call].sequence <= durable_) return;
  broken(Invariant::kIntentFirst,
         fmt::format("{} of component {}, of which no durable intent speaks", what, guest->second));
}

// --- at rest ---

std::optional<Finding> Invariants::at_rest(const system::System& system) const {
  for (const system::Host* host : system.hosts())
    if (host->vm == system::kNoComponent && host->state != system::HostState::kUp)
      return found(Invariant::kNothingLost, fmt::format("{} answers, and the system has it {}", host->name,
                                                        system::name_of(host->state)));
  for (const Component* component : system.components()) {
    const std::string& of = system.class_of(*component).name;
    auto finding = project_.is_a(of, kGuest) ? guest_at_rest(system, *component)
                   : of == kApp              ? app_at_rest(system, *component)
                                             : std::nullopt;
    if (finding) return finding;
  }
  return leftovers(system);
}

std::optional<Finding> Invariants::guest_at_rest(const system::System& system, const Component& guest) const {
  const auto runs = running_.find(hypervisor::uuid_of(project_.name, guest.name));
  const system::Host* host = system.host_of(guest);
  const std::string believed =
      fmt::format("the system has {} {} on {}", guest.name, system::name_of(guest.lifecycle),
                  host == nullptr ? "no host" : host->name);
  if (runs == running_.end() || runs->second.empty())
    return found(Invariant::kNothingLost, believed + ", and it runs nowhere");
  const std::string& where = world_.hosts()[*runs->second.begin()].name;
  if (guest.lifecycle != Lifecycle::kStarted || host == nullptr || where != host->name)
    return found(Invariant::kNothingLost, fmt::format("{}, and it runs on {}", believed, where));
  return std::nullopt;
}

std::optional<Finding> Invariants::app_at_rest(const system::System& system, const Component& app) const {
  const system::Host* host = system.host_of(app);
  const std::string believed =
      fmt::format("the system has {} {} on {}", app.name, system::name_of(app.lifecycle),
                  host == nullptr ? "no host" : host->name);
  std::string where;
  for (const SimHost& one : world_.hosts())
    for (const auto& [directory, runs] : one.processes)
      if (runs && name_of_process(directory) == app.name) where += (where.empty() ? "" : " and ") + one.name;
  if (app.lifecycle != Lifecycle::kStarted || host == nullptr || where != host->name)
    return found(Invariant::kNothingLost,
                 fmt::format("{}, and it runs {}", believed, where.empty() ? "nowhere" : "on " + where));
  return std::nullopt;
}

std::optional<Finding> Invariants::leftovers(const system::System& system) const {
  for (const SimHost& host : world_.hosts()) {
    const auto belongs = [&](const std::string& name) {
      const Component* component = system.find(name);
      const system::Host* own = component == nullptr ? nullptr : system.host_of(*component);
      return own != nullptr && own->name == host.name;
    };
    for (const auto& [uuid, domain] : host.domains)
      if (!belongs(domain.id.name))
        return found(Invariant::kNothingLeft, fmt::format("{} still has {}{}", host.name, domain.id.name,
                                                          is_on(domain) ? "" : ", defined"));
    for (const auto& [directory, runs] : host.processes)
      if (!belongs(name_of_process(directory)))
        return found(Invariant::kNothingLeft,
                     fmt::format("{} still {} the process of {}", host.name,
                                 runs ? "runs" : "keeps what was of", name_of_process(directory)));
    for (const auto& [component, digest] : host.directories)
      if (!belongs(component) && !host.strays.contains(component))
        return found(Invariant::kNothingLeft,
                     fmt::format("{} still has the directory of {}", host.name, component));
  }
  return std::nullopt;
}

std::optional<Finding> Invariants::stopped() const {
  for (const SimHost& host : world_.hosts()) {
    for (const auto& [uuid, domain] : host.domains)
      if (is_on(domain))
        return found(Invariant::kNothingLeft,
                     fmt::format("all is stopped, and {} still has {}", host.name, domain.id.name));
    for (const auto& [directory, runs] : host.processes)
      if (runs)
        return found(Invariant::kNothingLeft, fmt::format("all is stopped, and {} still runs {}", host.name,
                                                          name_of_process(directory)));
  }
  return std::nullopt;
}

}  // namespace attune::simulation
