// SPDX-License-Identifier: Apache-2.0
#include "runtime/system/placement.h"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

namespace attune::system {

namespace {

constexpr std::array<std::string_view, 6> kPolicies = {"least_loaded", "most_loaded_that_fits", "any",
                                                       "cheapest",     "consolidate",           "closest_to"};

// What an hour of the subject there adds: a host that is empty without it would cost
// nothing. A machine that is a host is paid for already.
double price_of(const System& system, const Candidate& candidate) {
  const model::Site* site = system.site_of(*candidate.host);
  const double own = site == nullptr ? 0 : site->vm_price;
  if (candidate.components > 0 || candidate.host->vm != kNoComponent) return own;
  return own + (site == nullptr ? 0 : site->host_price) + candidate.host->terms.price;
}

// The host as it would be without the subject and with what other runs have set aside there.
Candidate look_at(const System& system, const Host& host, const Component* subject,
                  std::span<const Reservation> reserved, Instant now) {
  Candidate candidate{&host, host.load.mean(now), system.free_memory(host), system.count_on(host)};
  int64_t freed = 0;
  if (subject != nullptr && subject->host == host.id) {
    freed += system.memory_of(*subject).bytes;
    --candidate.components;
  }
  for (const Reservation& reservation : reserved) {
    const bool own = subject != nullptr && reservation.component == subject->id;
    const Component* expected =
        reservation.host == host.id && !own ? system.find(reservation.component) : nullptr;
    if (expected == nullptr || expected->host == host.id) continue;
    freed -= system.memory_of(*expected).bytes;
    ++candidate.components;
  }
  if (candidate.free_memory) candidate.free_memory->bytes += freed;
  candidate.price = price_of(system, candidate);
  return candidate;
}

using Rank = std::array<double, 4>;

// A host whose load was never measured counts as idle: otherwise a host without a probe would never be used.
// One whose memory is not known has room for all.
Rank rank(const Candidate& candidate, Policy policy) {
  const double load = candidate.load ? candidate.load->value : 0;
  const auto components = static_cast<double>(candidate.components);
  const double free = candidate.free_memory ? static_cast<double>(candidate.free_memory->bytes)
                                            : std::numeric_limits<double>::infinity();
  const Distance& distance = candidate.distance;
  switch (policy) {
    case Policy::kLeastLoaded:
      return {load, components};
    case Policy::kMostLoadedThatFits:
      return {-load};
    case Policy::kAny:
      break;
    case Policy::kCheapest:
      return {candidate.price, components};
    case Policy::kConsolidate:
      return {candidate.components == 0 ? 1.0 : 0.0, free, -components};
    case Policy::kClosestTo:
      return {static_cast<double>(distance.step), static_cast<double>(distance.latency.count()),
              -distance.bandwidth_mbit, components};
  }
  return {components};
}

std::string distance_text(const Distance& distance, const Host& near) {
  switch (distance.step) {
    case Distance::Step::kSameHost:
      return fmt::format("it is {} itself", near.name);
    case Distance::Step::kSameSite:
      return fmt::format("on the site of {}", near.name);
    case Distance::Step::kOtherSite:
      break;
  }
  return fmt::format("{} and {} Mbit/s from {}", model::to_text(model::Value(distance.latency)),
                     model::to_text(model::Value(distance.bandwidth_mbit)), near.name);
}

std::string use_text(const Candidate& candidate) {
  const std::string free = candidate.free_memory
                               ? model::to_text(model::Value(*candidate.free_memory)) + " free"
                               : "memory unknown";
  if (candidate.components == 0) return "it is empty, " + free;
  return fmt::format("{} component{}, {}", candidate.components, candidate.components == 1 ? "" : "s", free);
}

std::string reason(const Candidate& chosen, Policy policy, size_t fitting, const Host* near) {
  const auto told = [&](std::string_view figure, std::string_view superlative) {
    return fmt::format("{}: {}, {} of {} that fit{}", chosen.host->name, figure, superlative, fitting,
                       fitting == 1 ? "s" : "");
  };
  switch (policy) {
    case Policy::kLeastLoaded:
      return told(load_text(chosen), "the least");
    case Policy::kMostLoadedThatFits:
      return told(load_text(chosen), "the most");
    case Policy::kAny:
      break;
    case Policy::kCheapest:
      return told(price_text(chosen), "the least");
    case Policy::kConsolidate:
      return told(use_text(chosen), "the fullest");
    case Policy::kClosestTo:
      return told(distance_text(chosen.distance, *near), "the closest");
  }
  return told(load_text(chosen), "the fewest components");
}

// What a policy itself asks of a host, besides the author's condition.
std::optional<std::string> shortage(const System& system, const Candidate& candidate, Policy policy,
                                    const Component* subject) {
  if (policy != Policy::kConsolidate || subject == nullptr || !candidate.free_memory) return std::nullopt;
  const model::Size needed = system.memory_of(*subject);
  if (candidate.free_memory->bytes >= needed.bytes) return std::nullopt;
  return fmt::format("free_memory = {}, and {} needs {}",
                     model::to_text(model::Value(*candidate.free_memory)), subject->name,
                     model::to_text(model::Value(needed)));
}

// Hosts of one family in the order in which the next component would go there.
class Spread {
 public:
  Spread(const System& system, std::string_view family) : system_(system), hosts_(system.hosts(family)) {
    for (size_t i = 0; i < hosts_.size(); ++i) {
      if (is_usable(hosts_[i]->state) && !hosts_[i]->in_maintenance)
        order_.emplace(system.count_on(*hosts_[i]), i);
    }
    taken_.resize(hosts_.size());
  }

  // The host with the fewest components that has the memory; nullptr where none has.
  const Host* take(model::Size memory) {
    for (auto at = order_.begin(); at != order_.end(); ++at) {
      const auto [count, index] = *at;
      const auto free = system_.free_memory(*hosts_[index]);
      if (free && free->bytes - taken_[index] < memory.bytes) continue;
      taken_[index] += memory.bytes;
      order_.erase(at);
      order_.emplace(count + 1, index);
      return hosts_[index];
    }
    return nullptr;
  }
  size_t size() const { return order_.size(); }

 private:
  const System& system_;
  std::vector<const Host*> hosts_;
  std::set<std::pair<size_t, size_t>> order_;  // number of components, place in the node file
  std::vector<int64_t> taken_;
};

}  // namespace

std::string_view name_of(Policy policy) {
  return kPolicies[static_cast<size_t>(policy)];
}

std::optional<Policy> find_policy(std::string_view name) {
  const auto found = std::find(kPolicies.begin(), kPolicies.end(), name);
  if (found == kPolicies.end()) return std::nullopt;
  return static_cast<Policy>(found - kPolicies.begin());
}

std::string load_text(const Candidate& candidate) {
  return candidate.load ? fmt::format("load {:.0f}%", candidate.load->value) : "load not measured";
}

std::string price_text(const Candidate& candidate) {
  return fmt::format("{:.6g} an hour", candidate.price);
}

Distance distance_between(const System& system, const Host& one, const Host& other) {
  if (one.id == other.id) return {};
  const model::Site *a = system.site_of(one), *b = system.site_of(other);
  if (a == b) {
    const model::Site lan;
    const model::Site& both = a == nullptr ? lan : *a;
    return {Distance::Step::kSameSite, both.latency, both.bandwidth_mbit};
  }
  const model::Link* link = a == nullptr || b == nullptr ? nullptr : system.link_between(a->name, b->name);
  if (link == nullptr) return {Distance::Step::kOtherSite, Duration::max() / 16, 0};
  return {Distance::Step::kOtherSite, link->latency, link->bandwidth_mbit};
}

bool is_preferred(const Candidate& one, const Candidate& other, Policy policy) {
  return rank(one, policy) < rank(other, policy);
}

Choice choose(const System& system, std::string_view family, Policy policy, const Component* subject,
              std::span<const Reservation> reserved,
              const std::function<std::optional<std::string>(const Candidate&)>& condition, Instant now,
              const Host* near) {
  Choice choice;
  for (const Host* host : system.hosts(family)) {
    Candidate candidate = look_at(system, *host, subject, reserved, now);
    if (near != nullptr) candidate.distance = distance_between(system, *host, *near);
    std::optional<std::string> refusal;
    if (!is_usable(host->state)) refusal = fmt::format("it is {}", name_of(host->state));
    if (!refusal && host->in_maintenance) refusal = "it is in maintenance";
    if (!refusal) refusal = shortage(system, candidate, policy, subject);
    if (!refusal && condition) refusal = condition(candidate);
    if (refusal) {
      choice.refused.push_back({host->name, *std::move(refusal), candidate});
    } else {
      choice.fitting.push_back(candidate);
    }
  }
  std::stable_sort(choice.fitting.begin(), choice.fitting.end(),
                   [policy](const auto& one, const auto& other) { return is_preferred(one, other, policy); });
  if (choice.fitting.empty()) {
    choice.why = fmt::format("no host of '{}' fits", family);
    return choice;
  }
  choice.host = choice.fitting.front().host;
  choice.why = reason(choice.fitting.front(), policy, choice.fitting.size(), near);
  return choice;
}

Result<std::vector<Change>> place_all(const System& system) {
  std::map<std::string, Spread, std::less<>> spreads;
  std::vector<Change> changes;
  for (const Component* component : system.components()) {
    const std::string& family = system.class_of(*component).host_family;
    if (component->host != kNoHost || component->container != kNoComponent || family.empty()) continue;
    auto spread = spreads.find(family);
    if (spread == spreads.end()) spread = spreads.emplace(family, Spread(system, family)).first;
    const model::Size memory = system.memory_of(*component);
    const Host* host = spread->second.take(memory);
    if (host == nullptr) {
      return fail(
          ErrorCode::kNoSpace,
          fmt::format("{} fits on none of the {} hosts of '{}' that are up: it needs {} of memory",
                      component->name, spread->second.size(), family, model::to_text(model::Value(memory))));
    }
    changes.push_back(HostAssigned{component->id, host->name});
  }
  return changes;
}

}  // namespace attune::system
