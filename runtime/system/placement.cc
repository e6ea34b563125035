// SPDX-License-Identifier: Apache-2.0
#include "runtime/system/placement.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

namespace attune::system {

namespace {

constexpr std::array<std::string_view, 3> kPolicies = {"least_loaded", "most_loaded_that_fits", "any"};

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
  return candidate;
}

// A host whose load was never measured counts as idle: otherwise a host without a probe would never be used.
auto rank(const Candidate& candidate, Policy policy) {
  const double load = candidate.load ? candidate.load->value : 0;
  const double key = policy == Policy::kAny ? 0 : policy == Policy::kLeastLoaded ? load : -load;
  return std::pair{key, policy == Policy::kMostLoadedThatFits ? size_t{0} : candidate.components};
}

std::string reason(const Candidate& chosen, Policy policy, size_t fitting) {
  const std::string_view superlative = policy == Policy::kLeastLoaded          ? "the least"
                                       : policy == Policy::kMostLoadedThatFits ? "the most"
                                                                               : "the fewest components";
  return fmt::format("{}: {}, {} of {} that fit{}", chosen.host->name, load_text(chosen), superlative,
                     fitting, fitting == 1 ? "s" : "");
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

bool is_preferred(const Candidate& one, const Candidate& other, Policy policy) {
  return rank(one, policy) < rank(other, policy);
}

Choice choose(const System& system, std::string_view family, Policy policy, const Component* subject,
              std::span<const Reservation> reserved,
              const std::function<std::optional<std::string>(const Candidate&)>& condition, Instant now) {
  Choice choice;
  for (const Host* host : system.hosts(family)) {
    const Candidate candidate = look_at(system, *host, subject, reserved, now);
    std::optional<std::string> refusal;
    if (!is_usable(host->state)) refusal = fmt::format("it is {}", name_of(host->state));
    if (!refusal && host->in_maintenance) refusal = "it is in maintenance";
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
  choice.why = reason(choice.fitting.front(), policy, choice.fitting.size());
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
