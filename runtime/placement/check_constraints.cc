// SPDX-License-Identifier: Apache-2.0
#include "runtime/placement/check_constraints.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <unordered_map>

#include <fmt/format.h>

namespace attune::placement {

namespace {

bool is_within_pin(const State& state, const Constraint& pin, Index host) {
  return std::ranges::find(pin.hosts, host) != pin.hosts.end() ||
         std::ranges::find(pin.sites, state.hosts[host].site) != pin.sites.end();
}

std::string_view name_of(Scope scope) {
  return scope == Scope::kSite ? "site" : "host";
}

class ConstraintCheck {
 public:
  explicit ConstraintCheck(const State& state) : state_(state) {}

  Findings take() {
    for (size_t i = 0; i < state_.constraints.size(); ++i) one(i);
    if (found_.empty()) {
      pins();
      together_and_apart(Scope::kHost);
      together_and_apart(Scope::kSite);
    }
    return std::move(found_);
  }

 private:
  void add(std::string place, std::string message, std::string hint) {
    found_.push_back({std::move(place), std::move(message), std::move(hint)});
  }

  void known(size_t i, std::string_view list, const std::vector<Index>& named, size_t size) {
    std::set<Index> seen;
    for (size_t j = 0; j < named.size(); ++j) {
      const std::string place = fmt::format("/constraints/{}/{}/{}", i, list, j);
      if (named[j] >= size) add(place, "there is no such thing", fmt::format("name one of /{}", list));
      if (!seen.insert(named[j]).second) add(place, "it is named twice", "name it once");
    }
  }

  void one(size_t i) {
    const Constraint& constraint = state_.constraints[i];
    const std::string place = fmt::format("/constraints/{}", i);
    known(i, "vms", constraint.vms, state_.vms.size());
    known(i, "hosts", constraint.hosts, state_.hosts.size());
    known(i, "sites", constraint.sites, state_.sites.size());
    const bool is_pin = constraint.kind == ConstraintKind::kPin;
    if (constraint.vms.size() < (is_pin ? 1U : 2U))
      add(place + "/vms", "too few VMs are named", is_pin ? "name at least one" : "name at least two");
    const bool has_places = !constraint.hosts.empty() || !constraint.sites.empty();
    if (is_pin && !has_places) add(place, "it pins to nothing", "name hosts or sites");
    if (!is_pin && has_places)
      add(place, "only a pin has hosts and sites", "leave them out, or say \"kind\": \"pin\"");
    if (!(std::isfinite(constraint.weight) && constraint.weight > 0 && constraint.weight <= 1e9))
      add(place + "/weight", "the weight is not a number above 0", "give one above 0, at most 1e9");
  }

  // Each VM has a host that all its pins allow.
  void pins() {
    std::unordered_map<Index, std::pair<std::vector<bool>, size_t>> left;
    for (size_t i = 0; i < state_.constraints.size(); ++i) {
      const Constraint& pin = state_.constraints[i];
      if (pin.kind != ConstraintKind::kPin) continue;
      std::vector<bool> within(state_.hosts.size());
      for (Index host = 0; host < within.size(); ++host) within[host] = is_within_pin(state_, pin, host);
      for (const Index vm : pin.vms) narrow(vm, i, within, left);
    }
  }

  void narrow(Index vm, size_t i, const std::vector<bool>& within,
              std::unordered_map<Index, std::pair<std::vector<bool>, size_t>>& left) {
    const auto [at, is_new] = left.emplace(vm, std::pair(within, i));
    if (is_new) return;
    std::vector<bool>& hosts = at->second.first;
    bool is_any = false;
    for (Index host = 0; host < hosts.size(); ++host) {
      hosts[host] = hosts[host] && within[host];
      is_any = is_any || hosts[host];
    }
    if (is_any) return;
    add(fmt::format("/constraints/{}", i),
        fmt::format("it pins '{}' where /constraints/{} forbids it", state_.vms[vm].name, at->second.second),
        "let the two have a host in common, or drop one");
    hosts = within;
  }

  // What must be together, of any number of constraints, holds no two that must be apart.
  void together_and_apart(Scope scope) {
    std::vector<Index> leader(state_.vms.size());
    std::iota(leader.begin(), leader.end(), 0U);
    const auto find = [&](Index vm) {
      while (leader[vm] != vm) vm = leader[vm] = leader[leader[vm]];
      return vm;
    };
    for (const Constraint& one : state_.constraints)
      // Who shares a host shares a site.
      if (one.is_hard && one.kind == ConstraintKind::kTogether &&
          (one.scope == scope || one.scope == Scope::kHost))
        for (const Index vm : one.vms) leader[find(vm)] = find(one.vms[0]);
    for (size_t i = 0; i < state_.constraints.size(); ++i) {
      const Constraint& one = state_.constraints[i];
      if (!one.is_hard || one.kind != ConstraintKind::kApart || one.scope != scope) continue;
      std::unordered_map<Index, Index> seen;
      for (const Index vm : one.vms) {
        const auto [other, is_new] = seen.emplace(find(vm), vm);
        if (!is_new)
          add(fmt::format("/constraints/{}", i),
              fmt::format("'{}' and '{}' must be apart, and together by another constraint",
                          state_.vms[other->second].name, state_.vms[vm].name),
              "drop one of the two, or make it soft");
      }
    }
  }

  const State& state_;
  Findings found_;
};

// What must be together has a place in common that the pins of all allow.
class PinnedTogetherCheck {
 public:
  explicit PinnedTogetherCheck(const State& state) : state_(state), pins_of_(state.vms.size()) {
    for (size_t i = 0; i < state.constraints.size(); ++i)
      if (state.constraints[i].kind == ConstraintKind::kPin)
        for (const Index vm : state.constraints[i].vms) pins_of_[vm].push_back(i);
  }

  Findings take() {
    for (size_t i = 0; i < state_.constraints.size(); ++i) {
      const Constraint& one = state_.constraints[i];
      if (one.is_hard && one.kind == ConstraintKind::kTogether) check(i, one);
    }
    return std::move(found_);
  }

 private:
  void check(size_t i, const Constraint& group) {
    const bool is_by_site = group.scope == Scope::kSite;
    std::vector<bool> left(is_by_site ? state_.sites.size() : state_.hosts.size(), true);
    std::set<std::vector<size_t>> seen;
    std::set<std::string> pins;
    for (const Index vm : group.vms) {
      if (pins_of_[vm].empty() || !seen.insert(pins_of_[vm]).second) continue;
      for (const size_t pin : pins_of_[vm]) pins.insert(fmt::format("/constraints/{}", pin));
      const std::vector<bool> allowed = places_of(pins_of_[vm], is_by_site);
      for (size_t at = 0; at < left.size(); ++at) left[at] = left[at] && allowed[at];
    }
    if (std::ranges::count(left, true) > 0) return;
    found_.push_back({fmt::format("/constraints/{}", i),
                      fmt::format("its VMs must be on one {}, and have none in common by their pins: {}",
                                  name_of(group.scope), fmt::join(pins, ", ")),
                      "let the pins have one in common, or drop one of these constraints"});
  }

  // The hosts, or the sites, that all the pins allow.
  std::vector<bool> places_of(const std::vector<size_t>& pins, bool is_by_site) const {
    std::vector<bool> allowed(is_by_site ? state_.sites.size() : state_.hosts.size());
    for (Index host = 0; host < state_.hosts.size(); ++host) {
      const bool is_within = std::ranges::all_of(
          pins, [&](size_t pin) { return is_within_pin(state_, state_.constraints[pin], host); });
      if (is_within) allowed[is_by_site ? state_.hosts[host].site : host] = true;
    }
    return allowed;
  }

  const State& state_;
  std::vector<std::vector<size_t>> pins_of_;  // by VM
  Findings found_;
};

}  // namespace

Findings check_constraints(const State& state) {
  return ConstraintCheck(state).take();
}

Findings check_pinned_together(const State& state) {
  return PinnedTogetherCheck(state).take();
}

}  // namespace attune::placement
