// SPDX-License-Identifier: Apache-2.0
// Placement: which host a component gets, by policy and condition, and why. Pure; loop thread only.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/clock.h"
#include "runtime/base/result.h"
#include "runtime/system/system.h"

namespace attune::system {

enum class Policy { kLeastLoaded, kMostLoadedThatFits, kAny, kCheapest, kConsolidate, kClosestTo };
std::string_view name_of(Policy policy);  // "least_loaded" ...
std::optional<Policy> find_policy(std::string_view name);

// How far two hosts are from each other: by the first that differs.
struct Distance {
  enum class Step { kSameHost, kSameSite, kOtherSite };
  Step step = Step::kSameHost;
  Duration latency{};
  double bandwidth_mbit = 0;
};
Distance distance_between(const System& system, const Host& one, const Host& other);

// A host as a policy sees it: the subject's present host is counted without the subject, reserved capacity as
// taken.
struct Candidate {
  const Host* host = nullptr;
  std::optional<model::Percent> load;  // over the last 10 s
  std::optional<model::Size> free_memory;
  size_t components = 0;
  double price = 0;   // of an hour with the subject there: what the site and the host ask, as far as it adds
  Distance distance;  // to the host that kClosestTo is asked about
};

struct Choice {
  const Host* host = nullptr;  // nullptr: nothing fits
  struct Refusal {
    std::string host;
    std::string why;
    Candidate candidate;
  };
  std::vector<Refusal> refused;
  std::vector<Candidate> fitting;  // the chosen one first, then in the order in which they would have been
  std::string why;                 // "lab2: load 3%, least of 2"
};

// Whether the policy takes `one` rather than `other`; of those that are equal, the first in the node file.
bool is_preferred(const Candidate& one, const Candidate& other, Policy policy);
// "load 3%", "load not measured".
std::string load_text(const Candidate& candidate);
std::string price_text(const Candidate& candidate);  // "0.12 an hour"

// Memory set aside on hosts for components that runs are about to put there.
struct Reservation {
  HostId host = kNoHost;
  ComponentId component = kNoComponent;
};

// Chooses among the family's hosts that are neither down nor off, nor in maintenance. `condition` says
// whether a candidate will do, or why not. Equal ones: fewest components, then the node file's order, so that
// the choice is the same every time. kConsolidate refuses hosts without the memory that the subject needs.
// `near`: the host that kClosestTo is asked about, and null for all others.
Choice choose(const System& system, std::string_view family, Policy policy, const Component* subject,
              std::span<const Reservation> reserved,
              const std::function<std::optional<std::string>(const Candidate&)>& condition, Instant now,
              const Host* near = nullptr);

// Hosts for all components that have none and need one, spread by number and limited by capacity, as changes.
// An Error names the first component that fits nowhere and why.
Result<std::vector<Change>> place_all(const System& system);

}  // namespace attune::system
