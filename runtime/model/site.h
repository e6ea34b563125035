// SPDX-License-Identifier: Apache-2.0
// Site: where hosts stand together (a cloud, a rack): what it costs, how fast it is inside, and the links to
// the others; and what hosts are worth beyond their processors and memory. The deployment diagram and the
// node files say it, events may change it while running (runtime/system). Values; any thread.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "runtime/base/clock.h"
#include "runtime/base/place.h"
#include "runtime/base/result.h"
#include "runtime/model/value.h"

namespace attune::model {

// A project that draws no sites has one without a name, a local network, and that is what this begins with.
struct Site {
  std::string name;
  double host_price = 0;           // per hour, of each host that has something
  double vm_price = 0;             // per hour, of each machine or other component there
  double traffic_price = 0;        // per GiB that leaves it
  Duration latency{};              // between two of its hosts
  double bandwidth_mbit = 10'000;  // likewise
  std::optional<WallTime> available_until;
  Place place;
};

// Holds in both directions; a pair of sites has one.
struct Link {
  std::string a, b;  // names of sites
  Duration latency{};
  double bandwidth_mbit = 0;
  Place place;
};

struct HostTerms {
  double core_speed = 1;  // of one core; 1 is the measure
  double cpu_overcommit = 1, memory_overcommit = 1;
  double price = 0;  // per hour, beyond its site's
  std::optional<WallTime> available_until;
};

// What a property may be.
struct PropertyRule {
  enum class Least { kAny, kNotNegative, kAboveZero, kOneAtLeast };
  std::string_view name;
  Type type = Type::kFloat;
  Least least = Least::kAny;
};
inline constexpr PropertyRule kSiteRules[] = {
    {"host_price", Type::kFloat, PropertyRule::Least::kNotNegative},
    {"vm_price", Type::kFloat, PropertyRule::Least::kNotNegative},
    {"traffic_price", Type::kFloat, PropertyRule::Least::kNotNegative},
    {"latency", Type::kDuration, PropertyRule::Least::kNotNegative},
    {"bandwidth_mbit", Type::kFloat, PropertyRule::Least::kAboveZero},
    {"available_until", Type::kString, PropertyRule::Least::kAny}};
inline constexpr PropertyRule kLinkRules[] = {
    {"latency", Type::kDuration, PropertyRule::Least::kNotNegative},
    {"bandwidth_mbit", Type::kFloat, PropertyRule::Least::kAboveZero}};
inline constexpr PropertyRule kHostRules[] = {
    {"core_speed", Type::kFloat, PropertyRule::Least::kAboveZero},
    {"cpu_overcommit", Type::kFloat, PropertyRule::Least::kOneAtLeast},
    {"memory_overcommit", Type::kFloat, PropertyRule::Least::kOneAtLeast},
    {"price", Type::kFloat, PropertyRule::Least::kNotNegative},
    {"available_until", Type::kString, PropertyRule::Least::kAny}};
// What the events price_changed and capacity_changed carry: whose it is, its name decides.
struct ToldProperty {
  std::string_view name;
  Type type = Type::kFloat;
};
inline constexpr ToldProperty kPrices[] = {{"host_price"}, {"vm_price"}, {"traffic_price"}, {"price"}};
inline constexpr ToldProperty kCapacities[] = {{"cpus", Type::kInteger},
                                               {"memory", Type::kSize},
                                               {"core_speed"},
                                               {"cpu_overcommit"},
                                               {"memory_overcommit"},
                                               {"available_until", Type::kString},
                                               {"latency", Type::kDuration},
                                               {"bandwidth_mbit"},
                                               {"to", Type::kString}};  // the other site of a link

// nullptr where there is no such property.
const PropertyRule* find_rule(std::span<const PropertyRule> rules, std::string_view name);

// Takes the text over. kInvalid: it has no such property, or that cannot be its value; nothing is changed
// then.
Result<void> set_property(Site& site, std::string_view property, std::string_view text);
Result<void> set_property(Link& link, std::string_view property, std::string_view text);
Result<void> set_property(HostTerms& terms, std::string_view property, std::string_view text);

// The property as expressions read it; nothing where it has none of the name, or no value.
std::optional<Value> property_of(const HostTerms& terms, std::string_view property);

// "2026-12-31T18:00:00Z", with or without microseconds; "never" is nothing.
Result<std::optional<WallTime>> parse_until(std::string_view text);
// "100Mbit", "1.5Gbit", "64kbit" in Mbit a second.
Result<double> parse_bandwidth(std::string_view text);

}  // namespace attune::model
