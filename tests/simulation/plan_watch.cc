// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/plan_watch.h"

#include <algorithm>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "runtime/model/settings.h"
#include "runtime/workflow/stub_call.h"

namespace attune::simulation {

using system::Component;
using system::ComponentId;
using system::Host;
using system::HostId;
using system::Lifecycle;
using workflow::PlannedMove;

namespace {

// Its growth looks for room, and must leave what a plan has set aside.
constexpr std::string_view kGrows = "busy";

std::string to_text(const PlannedMove& move) {
  return workflow::to_text({{move}});
}

}  // namespace

PlanWatch::PlanWatch(const model::Project& project, const Clock& clock, Broken broken)
    : project_(project), clock_(clock), broken_(std::move(broken)), books_(std::in_place, project) {}

void PlanWatch::take_over(const std::vector<workflow::Record>& journal) {
  last_moves_.clear();
  diagrams_.clear();
  asked_.clear();
  plans_.clear();
  books_.emplace(project_);
  for (const workflow::Record& record : journal)
    if (const auto* changed = std::get_if<workflow::SystemChanged>(&record.what))
      (void)books_->apply(changed->change).has_value();
}

void PlanWatch::take(const workflow::Record& record) {
  if (const auto* run = std::get_if<workflow::RunStarted>(&record.what)) {
    diagrams_[run->run] = run->diagram;
  } else if (const auto* intent = std::get_if<workflow::CallIntent>(&record.what)) {
    if (intent->call.key != workflow::kPlacementKey) return;
    asked_.insert(intent->call.id);
    asked(plans_[intent->call.run] = {}, record.at);
  } else if (const auto* ended = std::get_if<workflow::CallEnded>(&record.what)) {
    const bool is_asked = asked_.erase(ended->call) > 0;
    const auto plan = plans_.find(ended->run);
    const auto* exited = std::get_if<workflow::CallExited>(&ended->outcome);
    if (is_asked && plan != plans_.end() && exited != nullptr && exited->code == 0) {
      ++seen_.plans[diagrams_[ended->run]];
      made(plan->second, exited->message, record.at);
    }
  } else if (const auto* changed = std::get_if<workflow::SystemChanged>(&record.what)) {
    this->changed(*changed);
  } else if (const auto* end = std::get_if<workflow::RunEnded>(&record.what)) {
    const auto plan = plans_.extract(end->run);
    if (!plan.empty() && end->end == workflow::RunEnd::kDone) check_done(plan.mapped());
    diagrams_.erase(end->run);
  }
}

// --- what changes ---

void PlanWatch::changed(const workflow::SystemChanged& changed) {
  touch(changed);
  const auto* assigned = std::get_if<system::HostAssigned>(&changed.change);
  if (assigned != nullptr) {
    const Component* vm = books_->find(assigned->id);
    const Host* before = vm == nullptr ? nullptr : books_->find_host(vm->host);
    if (before != nullptr && !assigned->host.empty() && before->name != assigned->host)
      last_moves_[assigned->id] = clock_.now();
  }
  (void)books_->apply(changed.change).has_value();
  if (assigned != nullptr) arrived(*assigned, changed.run);
  if (!std::holds_alternative<system::PropertyChanged>(changed.change)) return;
  for (auto& [run, plan] : plans_) told(plan);
}

void PlanWatch::asked(Plan& plan, WallTime at) const {
  plan.asked_at = at;
  plan.asked = clock_.now();
  const Places now = places();
  for (const Host* host : books_->hosts()) {
    Room& room = plan.room[host->id] = room_of(*host);
    room.cores = std::max(room.cores, cores_on(*host, now));  // what is too full may stay so
    if (const auto leaves = until(*host)) plan.until[host->id] = *leaves;
  }
}

// What it may know, and what it may not know yet.
void PlanWatch::told(Plan& plan) const {
  for (const Host* host : books_->hosts()) {
    Room& room = plan.room[host->id];
    room.memory = std::max(room.memory, room_of(*host).memory);
    room.cores = std::max(room.cores, room_of(*host).cores);
    const auto known = plan.until.find(host->id);
    if (known == plan.until.end()) continue;
    const auto leaves = until(*host);
    if (leaves)
      known->second = std::max(known->second, *leaves);
    else
      plan.until.erase(known);
  }
}

// What others do while a plan is made, and while it is carried out: of that it is not to blame.
void PlanWatch::touch(const workflow::SystemChanged& changed) {
  const auto* assigned = std::get_if<system::HostAssigned>(&changed.change);
  const auto* lifecycle = std::get_if<system::LifecycleChanged>(&changed.change);
  const auto* health = std::get_if<system::HostChanged>(&changed.change);
  const Host* host = assigned != nullptr ? books_->find_host(assigned->host)
                     : health != nullptr ? books_->find_host(health->host)
                                         : nullptr;
  const Component* component = assigned != nullptr    ? books_->find(assigned->id)
                               : lifecycle != nullptr ? books_->find(lifecycle->id)
                                                      : nullptr;
  const auto by = diagrams_.find(changed.run);
  const bool grows = by != diagrams_.end() && by->second == kGrows;
  for (auto& [run, plan] : plans_) {
    if (plan.is_made && (changed.run == run || assigned == nullptr)) continue;
    if (component != nullptr) plan.moved.insert(component->id);
    if (host != nullptr && !(plan.is_made && grows)) plan.touched.insert(host->id);
    if (!plan.is_made && component != nullptr) plan.touched.insert(component->host);
  }
}

void PlanWatch::arrived(const system::HostAssigned& change, workflow::RunId run) const {
  const auto found = plans_.find(run);
  const Host* host = books_->find_host(change.host);
  if (found == plans_.end() || !found->second.is_made || host == nullptr) return;
  const Plan& plan = found->second;
  const auto origin = plan.origins.find(change.id);
  const bool is_back = origin != plan.origins.end() && origin->second == host->id;
  if (is_back || plan.touched.contains(host->id)) return;
  Places there = places();
  if (!there.contains(change.id)) there.emplace(change.id, host->id);
  check_room(plan, there, *host, books_->find(change.id)->name);
}

// --- a plan is made ---

void PlanWatch::made(Plan& plan, const std::string& text, WallTime at) {
  auto steps = workflow::parse_plan(text);
  if (!steps) return broken_(Invariant::kRules, steps.error().message);
  plan.steps = *std::move(steps);
  plan.is_made = true;
  // By the earliest that the wall's clock can have said meanwhile.
  const auto took = std::chrono::ceil<std::chrono::microseconds>(clock_.now() - plan.asked);
  const auto horizon = std::chrono::floor<std::chrono::microseconds>(
      model::setting_as<Duration>(project_, "placement.horizon"));
  for (const auto& [host, leaves] : plan.until)
    if (leaves < std::min(plan.asked_at, at - took) + horizon) plan.leaving.insert(host);
  Places now = places();
  const Pairs met = meeting(now);
  const Places before = now;
  for (const auto& [component, host] : now) plan.origins[component] = host;
  int64_t moves = 0;
  for (const auto& step : plan.steps) {
    for (const PlannedMove& move : step) moves += is_moved(move) ? 1 : 0;
    if (!check_step(plan, step, now, met)) return;
    seen_.moves += step.size();
  }
  check_together(plan, before, now);
  const auto most = model::setting_as<int64_t>(project_, "placement.moves");
  if (most > 0 && moves > most)
    broken_(Invariant::kRules, fmt::format("{} moves, and placement.moves is {}: {}", moves, most, text));
}

bool PlanWatch::is_moved(const PlannedMove& move) const {
  const Component* vm = books_->find(move.component);
  return vm != nullptr && vm->lifecycle != Lifecycle::kDeclared;
}

// False where it cannot be followed.
bool PlanWatch::check_step(const Plan& plan, const std::vector<PlannedMove>& step, Places& places,
                           const Pairs& met) const {
  Places during = places;
  for (const PlannedMove& move : step) {
    const Component* vm = books_->find(move.component);
    const Host* to = books_->find_host(move.to);
    if (vm == nullptr || to == nullptr) return false;  // gone meanwhile
    const auto at = places.find(vm->id);
    const bool is_known = at != places.end() && !plan.moved.contains(vm->id);
    if (is_known && books_->find_host(at->second)->name != move.from)
      broken_(Invariant::kRules, fmt::format("it is not there: {}", to_text(move)));
    check_move(plan, move, *vm, *to);
    during.emplace(vm->id, to->id);
  }
  for (const PlannedMove& move : step) {
    const Component* vm = books_->find(move.component);
    const Host* to = books_->find_host(move.to);
    if (!plan.touched.contains(to->id)) check_room(plan, during, *to, to_text(move));
    if (!plan.touched.contains(to->id)) check_cores(plan, during, *to, to_text(move));
    places.erase(vm->id);
    places.emplace(vm->id, to->id);
  }
  for (const auto& [one, other] : meeting(during))
    if (!met.contains({one, other}) && !plan.moved.contains(one) && !plan.moved.contains(other))
      broken_(Invariant::kRules, fmt::format("{} and {} must be apart, and meet", books_->find(one)->name,
                                             books_->find(other)->name));
  return true;
}

void PlanWatch::check_move(const Plan& plan, const PlannedMove& move, const Component& vm,
                           const Host& to) const {
  const model::PlacementRules& rules = books_->class_of(vm).placement;
  const std::string text = to_text(move);
  const bool is_touched = plan.touched.contains(to.id);
  if (!is_touched && (to.in_maintenance || !system::is_usable(to.state)))
    broken_(Invariant::kRules, fmt::format("{} takes nothing: {}", to.name, text));
  if (plan.leaving.contains(to.id))
    broken_(Invariant::kRules, fmt::format("{} leaves before the horizon: {}", to.name, text));
  const model::Site* site = books_->site_of(to);
  const auto is_here = [&](const std::string& place) {
    return place == to.name || (site != nullptr && place == site->name);
  };
  if (!rules.stay_at.empty() && std::none_of(rules.stay_at.begin(), rules.stay_at.end(), is_here))
    broken_(Invariant::kRules, fmt::format("it is to stay elsewhere: {}", text));
  if (vm.lifecycle == Lifecycle::kDeclared || plan.moved.contains(vm.id)) return;
  if (!rules.may_move) broken_(Invariant::kRules, fmt::format("it may not move: {}", text));
  const auto last = last_moves_.find(vm.id);
  const auto rest = model::setting_as<Duration>(project_, "placement.rest");
  if (last != last_moves_.end() && clock_.now() < last->second + rest)
    broken_(Invariant::kRested,
            fmt::format("it has moved {:.1f} s ago: {}",
                        std::chrono::duration<double>(clock_.now() - last->second).count(), text));
}

void PlanWatch::check_done(const Plan& plan) {
  std::map<std::string, std::string> ends;
  for (const auto& step : plan.steps)
    for (const PlannedMove& move : step) ends[move.component] = move.to;
  for (const auto& [name, host] : ends) {
    const Component* vm = books_->find(name);
    if (vm == nullptr || plan.moved.contains(vm->id)) continue;
    ++seen_.places;
    const Host* is_on = books_->find_host(vm->host);
    if (is_on != nullptr && is_on->name == host) continue;
    broken_(Invariant::kCarriedOut, fmt::format("{} was to be on {}, and is on {}", name, host,
                                                is_on == nullptr ? "no host" : is_on->name));
  }
}

// --- the books ---

PlanWatch::Room PlanWatch::room_of(const Host& host) {
  return {static_cast<double>(host.memory.bytes) * host.terms.memory_overcommit,
          host.cpus * host.terms.cpu_overcommit};
}

// Of machines that plans place: of others nothing is said.
double PlanWatch::cores_on(const Host& host, const Places& places) const {
  int64_t taken = 0;
  for (const auto& [id, at] : places) {
    const Component& component = *books_->find(id);
    if (at != host.id || !workflow::is_planned(project_, books_->class_of(component))) continue;
    const auto cpus = books_->attribute(component, "vcpus");
    const int64_t* number = cpus ? cpus->get_if<int64_t>() : nullptr;
    taken += number == nullptr ? 1 : *number;
  }
  return static_cast<double>(taken);
}

// The earlier of its own and its site's.
std::optional<WallTime> PlanWatch::until(const Host& host) const {
  const model::Site* site = books_->site_of(host);
  const std::optional<WallTime> its = host.terms.available_until,
                                sites = site == nullptr ? std::nullopt : site->available_until;
  return its && sites ? std::min(its, sites) : its ? its : sites;
}

// What is only declared is nowhere to a plan, where it is one that plans place.
PlanWatch::Places PlanWatch::places() const {
  Places places;
  for (const Component* component : books_->components()) {
    const bool is_nowhere = component->lifecycle == Lifecycle::kDeclared &&
                            workflow::is_planned(project_, books_->class_of(*component));
    if (component->host != system::kNoHost && !is_nowhere) places.emplace(component->id, component->host);
  }
  return places;
}

void PlanWatch::check_room(const Plan& plan, const Places& places, const Host& host,
                           const std::string& why) const {
  double taken = 0;
  for (const auto& [component, at] : places)
    if (at == host.id) taken += static_cast<double>(books_->memory_of(*books_->find(component)).bytes);
  const double room = plan.room.at(host.id).memory;
  constexpr double kGibibyte = 1 << 30;
  if (taken > room)
    broken_(Invariant::kRoom, fmt::format("{} has {:.2f} GiB to give, and {:.2f} are given: {}", host.name,
                                          room / kGibibyte, taken / kGibibyte, why));
}

void PlanWatch::check_cores(const Plan& plan, const Places& places, const Host& host,
                            const std::string& why) const {
  const double taken = cores_on(host, places), room = plan.room.at(host.id).cores;
  if (taken > room)
    broken_(Invariant::kRoom,
            fmt::format("{} has {} cores to give, and {} are given: {}", host.name, room, taken, why));
}

// In how many places those are that must be in one: of those that are somewhere, and that nobody else moves.
size_t PlanWatch::scattered(const Plan& plan, uint32_t of, const model::Spread& spread,
                            const Places& places) const {
  std::set<const void*> seen;
  for (const auto& [id, at] : places) {
    if (books_->find(id)->class_index != of || !plan.origins.contains(id) || plan.moved.contains(id))
      continue;
    const Host* host = books_->find_host(at);
    seen.insert(spread.is_site ? static_cast<const void*>(books_->site_of(*host)) : host);
  }
  return seen.size();
}

// Who must be together may not be so yet; no plan makes it worse.
void PlanWatch::check_together(const Plan& plan, const Places& before, const Places& after) const {
  for (uint32_t i = 0; i < project_.classes.size(); ++i)
    for (const model::Spread& spread : project_.classes[i].placement.spreads) {
      if (spread.is_apart || !spread.is_hard) continue;
      const size_t was = scattered(plan, i, spread, before), is = scattered(plan, i, spread, after);
      if (is > std::max<size_t>(was, 1))
        broken_(Invariant::kRules,
                fmt::format("each '{}' must be together, and they are in {} places, after {}: {}",
                            project_.classes[i].name, is, was, workflow::to_text(plan.steps)));
    }
}

// Pairs that must not be where they are.
PlanWatch::Pairs PlanWatch::meeting(const Places& places) const {
  Pairs pairs;
  for (auto one = places.begin(); one != places.end(); ++one)
    for (auto other = std::next(one); other != places.end(); ++other) {
      const Component &a = *books_->find(one->first), &b = *books_->find(other->first);
      if (a.id == b.id || a.class_index != b.class_index) continue;
      const Host &here = *books_->find_host(one->second), &there = *books_->find_host(other->second);
      for (const model::Spread& spread : books_->class_of(a).placement.spreads) {
        const bool is_same =
            spread.is_site ? books_->site_of(here) == books_->site_of(there) : here.id == there.id;
        if (spread.is_apart && spread.is_hard && is_same) pairs.emplace(a.id, b.id);
      }
    }
  return pairs;
}

}  // namespace attune::simulation
