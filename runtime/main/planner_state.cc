// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/planner_state.h"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "runtime/model/settings.h"
#include "runtime/placement/check.h"

namespace attune::main {

using placement::Index;
using placement::kNowhere;
using placement::State;
using system::Component;
using system::Lifecycle;
using system::System;

namespace {

constexpr double kMbit = 1e6 / 8;

double seconds_of(WallTime at) {
  return std::chrono::duration<double>(at.time_since_epoch()).count();
}
double seconds_of(Duration length) {
  return std::chrono::duration<double>(length).count();
}

// Fills the State in the order in which its parts name each other.
class StateMaker {
 public:
  StateMaker(const System& system, const PlanWish& wish, const PlanFacts& facts)
      : system_(system), wish_(wish), facts_(facts) {}

  State take(const traffic::Rates& rates) {
    add_settings();
    for (const system::Host* host : system_.hosts()) add_host(*host);
    add_links();
    for (const Component* component : system_.components()) add_vm(*component);
    add_spreads();
    heed_the_absent();
    leave_room_for_others();
    add_traffic(rates);
    return std::move(state_);
  }

 private:
  void add_settings() {
    const model::Project& project = system_.project();
    state_.now = seconds_of(facts_.wall);
    state_.objectives = wish_.objectives;
    state_.horizon = seconds_of(model::setting_as<Duration>(project, "placement.horizon"));
    state_.rest = seconds_of(model::setting_as<Duration>(project, "placement.rest"));
    const int64_t moves = model::setting_as<int64_t>(project, "placement.moves");
    if (moves > 0) state_.budget = static_cast<uint64_t>(moves);
  }

  // One without a usable host is no place for anything. A project without sites has one, a local network.
  Index place_of(const model::Site* site) {
    static const model::Site kLan;
    if (site == nullptr) site = &kLan;
    const std::string name = site->name.empty() ? "lan" : site->name;
    const Index known = site_named(name);
    if (known != kNowhere) return known;
    placement::Site& made = state_.sites.emplace_back();
    made.name = name;
    made.host_price = site->host_price;
    made.vm_price = site->vm_price;
    made.traffic_price = site->traffic_price;
    made.latency = seconds_of(site->latency);
    made.bandwidth = site->bandwidth_mbit * kMbit;
    if (site->available_until) made.available_until = seconds_of(*site->available_until);
    return static_cast<Index>(state_.sites.size() - 1);
  }

  void add_links() {
    for (const model::Link& link : system_.links()) {
      const Index a = site_named(link.a), b = site_named(link.b);
      if (a == kNowhere || b == kNowhere) continue;
      state_.links.push_back({a, b, seconds_of(link.latency), link.bandwidth_mbit * kMbit});
    }
  }

  Index site_named(std::string_view name) const {
    const auto found = std::find_if(state_.sites.begin(), state_.sites.end(),
                                    [&](const placement::Site& one) { return one.name == name; });
    return found == state_.sites.end() ? kNowhere : static_cast<Index>(found - state_.sites.begin());
  }

  // A virtual machine is a host too, of what lives in it; plans are about those of families. Where there are
  // sites, one that is in none is at nobody knows what distance.
  void add_host(const system::Host& host) {
    if (host.vm != system::kNoComponent || !system::is_usable(host.state)) return;
    if (host.cpus == 0 || host.memory.bytes <= 0) return;
    const model::Site* site = system_.site_of(host);
    if (site == nullptr && !system_.sites().empty()) return;
    hosts_[host.id] = static_cast<Index>(state_.hosts.size());
    placement::Host& made = state_.hosts.emplace_back();
    made.name = host.name;
    made.site = place_of(site);
    made.cores = host.cpus;
    made.memory = static_cast<double>(host.memory.bytes);
    made.core_speed = host.terms.core_speed;
    made.cpu_overcommit = host.terms.cpu_overcommit;
    made.memory_overcommit = host.terms.memory_overcommit;
    made.price = host.terms.price;
    if (host.terms.available_until) made.available_until = seconds_of(*host.terms.available_until);
    made.is_in_maintenance = host.in_maintenance || host.name == wish_.emptied;
  }

  void add_vm(const Component& component) {
    const model::Class& of = system_.class_of(component);
    const bool is_planned = workflow::is_planned(system_.project(), of);
    const auto at = hosts_.find(component.host);
    if (!is_planned) {
      if (at != hosts_.end()) others_[at->second] += static_cast<double>(system_.memory_of(component).bytes);
      return;
    }
    const bool is_to_be_placed = component.lifecycle == Lifecycle::kDeclared;
    if (at == hosts_.end() && !is_to_be_placed) note_absent(component, of);
    if (at == hosts_.end() && (!is_to_be_placed || !has_place(of))) return;
    const auto index = static_cast<Index>(state_.vms.size());
    vms_[component.name] = index;
    placement::Vm& vm = state_.vms.emplace_back();
    vm.name = component.name;
    vm.cores = static_cast<double>(number_of<int64_t>(component, "vcpus").value_or(1));
    vm.memory = static_cast<double>(std::max<int64_t>(1, system_.memory_of(component).bytes));
    vm.demand = demand_of(component, vm.cores);
    if (!is_to_be_placed) vm.host = at->second;
    vm.may_move = of.placement.may_move && may_move(component);
    // By a clock that nobody sets: a machine rests neither longer nor less when the wall's jumps.
    if (const auto moved = facts_.moved.find(component.id); moved != facts_.moved.end())
      vm.moved_at = state_.now - seconds_of(facts_.now - moved->second);
    if (const auto rate = facts_.dirty_rates.find(component.id); rate != facts_.dirty_rates.end())
      vm.dirty_rate = rate->second;
    add_pin(of, index);
    members_[&of].push_back(index);
  }

  // What neither runs nor rests, nobody can move.
  static bool may_move(const Component& component) {
    constexpr Lifecycle kMoving[] = {Lifecycle::kDeclared, Lifecycle::kDeployed, Lifecycle::kStarted,
                                     Lifecycle::kStopped};
    return std::find(std::begin(kMoving), std::end(kMoving), component.lifecycle) != std::end(kMoving);
  }

  // What is not measured is taken to be busy.
  double demand_of(const Component& component, double cores) const {
    const system::Host* itself = system_.find_host(component.name);
    const bool is_it = itself != nullptr && itself->vm == component.id;
    const auto load = is_it ? itself->load.mean(facts_.now) : std::nullopt;
    return load ? std::clamp(load->value / 100, 0.0, 1.0) * cores : cores;
  }

  template <class T>
  std::optional<T> number_of(const Component& component, std::string_view attribute) const {
    const auto value = system_.attribute(component, attribute);
    const T* number = value ? value->template get_if<T>() : nullptr;
    return number == nullptr ? std::nullopt : std::optional(*number);
  }

  // Machines of a class stay on the hosts of its family, and where it says beside that.
  bool may_be_on(const model::Class& of, const system::Host& host, Index index) const {
    if (system_.project().families[host.family].name != of.host_family) return false;
    const std::vector<std::string>& places = of.placement.stay_at;
    const std::string& site = state_.sites[state_.hosts[index].site].name;
    return places.empty() || std::any_of(places.begin(), places.end(), [&](const std::string& place) {
             return place == host.name || place == site;
           });
  }

  bool has_place(const model::Class& of) const {
    return std::any_of(hosts_.begin(), hosts_.end(), [&](const auto& each) {
      return may_be_on(of, *system_.find_host(each.first), each.second);
    });
  }

  // One pin for a class, none where all hosts will do. Of a class whose places are all away its machines stay
  // where they are.
  void add_pin(const model::Class& of, Index vm) {
    const auto [pin, is_new] = pins_.emplace(&of, std::nullopt);
    if (is_new) {
      placement::Constraint made;
      for (const auto& [id, index] : hosts_)
        if (may_be_on(of, *system_.find_host(id), index)) made.hosts.push_back(index);
      if (!made.hosts.empty() && made.hosts.size() < hosts_.size()) {
        pin->second = state_.constraints.size();
        state_.constraints.push_back(std::move(made));
      }
    }
    if (pin->second) state_.constraints[*pin->second].vms.push_back(vm);
    if (!has_place(of)) state_.vms[vm].may_move = false;
  }

  // By classes in the order of the diagram, so that the same system always gives the same State.
  void add_spreads() {
    for (const model::Class& of : system_.project().classes) {
      const auto members = members_.find(&of);
      if (members == members_.end() || members->second.size() < 2) continue;
      for (const model::Spread& spread : of.placement.spreads) {
        placement::Constraint& made = state_.constraints.emplace_back();
        made.kind =
            spread.is_apart ? placement::ConstraintKind::kApart : placement::ConstraintKind::kTogether;
        made.scope = spread.is_site ? placement::Scope::kSite : placement::Scope::kHost;
        made.is_hard = spread.is_hard;
        made.vms = members->second;
      }
    }
  }

  void note_absent(const Component& component, const model::Class& of) {
    const system::Host* host = system_.host_of(component);
    const model::Site* site = host == nullptr ? nullptr : system_.site_of(*host);
    if (site != nullptr) absent_[&of].insert(site->name);
  }

  // Machines whose hosts do not answer are no part of the State, and may run all the same: who is on a site
  // as it must be for them is not moved to where it must not be. Of hosts nothing is said: nobody comes to
  // those.
  void heed_the_absent() {
    for (const model::Class& of : system_.project().classes) {
      const auto absent = absent_.find(&of);
      const auto members = members_.find(&of);
      if (absent == absent_.end() || members == members_.end()) continue;
      for (const model::Spread& spread : of.placement.spreads)
        if (spread.is_hard && spread.is_site)
          keep_on_sites(of, spread.is_apart, absent->second, members->second);
    }
  }

  void keep_on_sites(const model::Class& of, bool is_apart, const std::set<std::string>& absent,
                     const std::vector<Index>& members) {
    const auto is_right = [&](Index host) {
      return absent.contains(state_.sites[state_.hosts[host].site].name) != is_apart;
    };
    placement::Constraint pin;
    for (const auto& [id, index] : hosts_)
      if (is_right(index) && may_be_on(of, *system_.find_host(id), index)) pin.hosts.push_back(index);
    for (const Index vm : members)
      if (const Index now = state_.vms[vm].host; now == kNowhere || is_right(now)) pin.vms.push_back(vm);
    if (!pin.hosts.empty() && !pin.vms.empty()) state_.constraints.push_back(std::move(pin));
  }

  // What is left of the host is all of it to the planner: more may be there by now than it has. And it stays
  // in use, whatever leaves it.
  void leave_room_for_others() {
    for (const auto& [index, memory] : others_) {
      placement::Host& host = state_.hosts[index];
      host.is_in_use = true;
      host.memory = std::max(1.0, host.memory - memory / host.memory_overcommit);
    }
  }

  void add_traffic(const traffic::Rates& rates) {
    for (const traffic::Rate& rate : rates.pairs) {
      const auto from = vms_.find(rate.from), to = vms_.find(rate.to);
      if (from == vms_.end() || to == vms_.end() || from == to) continue;
      state_.traffic.push_back({from->second, to->second, rate.per_second.messages, rate.per_second.bytes});
    }
  }

  const System& system_;
  const PlanWish& wish_;
  const PlanFacts& facts_;
  State state_;
  std::map<system::HostId, Index> hosts_;
  std::map<std::string, Index, std::less<>> vms_;
  std::map<Index, double> others_;  // memory that other components take of each host
  std::map<const model::Class*, std::optional<size_t>> pins_;  // places in State::constraints
  std::map<const model::Class*, std::vector<Index>> members_;
  std::map<const model::Class*, std::set<std::string>> absent_;  // sites of machines that are left out
};

}  // namespace

Result<PlanWish> wish_of(const std::string& question, const std::vector<std::string>& arguments) {
  PlanWish wish;
  size_t first = 0;
  if (question == "empty") {
    if (arguments.empty()) return fail(ErrorCode::kInvalid, "it is not said which host is to be emptied");
    wish.emptied = arguments[first++];
  } else if (question != "improve") {
    return fail(ErrorCode::kInvalid,
                fmt::format("placement can improve and empty, and knows no '{}'", question));
  }
  for (size_t i = first; i < arguments.size(); ++i) {
    const auto objective = placement::find_objective(arguments[i]);
    if (!objective) return fail(ErrorCode::kInvalid, fmt::format("there is no objective '{}'", arguments[i]));
    const bool is_there =
        std::find(wish.objectives.begin(), wish.objectives.end(), *objective) != wish.objectives.end();
    if (!is_there) wish.objectives.push_back(*objective);
  }
  return wish;
}

Result<State> state_of(const System& system, const PlanWish& wish, const traffic::Rates& rates,
                       const PlanFacts& facts) {
  if (!wish.emptied.empty() && system.find_host(wish.emptied) == nullptr)
    return fail(ErrorCode::kNotFound, fmt::format("there is no host '{}' to empty", wish.emptied));
  State state = StateMaker(system, wish, facts).take(rates);
  const auto is_emptied = [&](const placement::Host& host) { return host.name == wish.emptied; };
  if (!wish.emptied.empty() && std::none_of(state.hosts.begin(), state.hosts.end(), is_emptied))
    return fail(
        ErrorCode::kInvalid,
        fmt::format("{} cannot be emptied by a plan: it does not answer, its size or its site is not known, "
                    "or it is a machine itself",
                    wish.emptied));
  const placement::Findings found = placement::check(state);
  if (found.empty()) return state;
  return fail(ErrorCode::kInvalid,
              fmt::format("nothing can be planned: {} ({})", found.front().message, found.front().place));
}

workflow::PlannedSteps steps_of(const placement::Plan& plan, const State& state, const System& system) {
  workflow::PlannedSteps steps;
  for (const auto& step : plan.steps) {
    std::vector<workflow::PlannedMove> moves;
    for (const placement::ReasonedMove& one : step) {
      const std::string& vm = state.vms[one.move.vm].name;
      const Component* component = system.find(vm);
      const system::Host* now = component == nullptr ? nullptr : system.host_of(*component);
      const std::string from = one.move.from != kNowhere ? state.hosts[one.move.from].name
                               : now != nullptr          ? now->name
                                                         : std::string();
      const std::string& to = state.hosts[one.move.to].name;
      if (!from.empty() && from != to) moves.push_back({vm, from, to});
    }
    if (!moves.empty()) steps.push_back(std::move(moves));
  }
  return steps;
}

}  // namespace attune::main
