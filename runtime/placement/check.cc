// SPDX-License-Identifier: Apache-2.0
#include "runtime/placement/check.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>
#include <unordered_map>

#include <fmt/format.h>

#include "runtime/placement/check_constraints.h"

namespace attune::placement {

namespace {

// Larger values are mistakes, and so are smaller ones of what must be above 0: sums of products and quotients
// of them would not be finite.
constexpr double kMost = 1e18, kLeast = 1e-9;

// What one of a field's unit is in that of the State.
constexpr double kMib = 1024.0 * 1024, kMbit = 1e6 / 8, kMs = 1e-3;

// The next number with one digit that is not beyond the limit.
double rounded_down(double limit) {
  const double power = std::pow(10, std::floor(std::log10(limit)));
  return std::floor(limit / power + 1e-9) * power;
}
double rounded_up(double limit) {
  const double power = std::pow(10, std::floor(std::log10(limit)));
  return std::ceil(limit / power - 1e-9) * power;
}

class Check {
 public:
  explicit Check(const State& state) : state_(state) {}

  Findings take() {
    if (!sizes_are_bounded()) return std::move(found_);
    sites();
    links();
    hosts();
    vms();
    traffic();
    settings();
    for (Finding& one : check_constraints(state_)) found_.push_back(std::move(one));
    return std::move(found_);
  }

 private:
  void add(std::string place, std::string message, std::string hint) {
    found_.push_back({std::move(place), std::move(message), std::move(hint)});
  }

  bool sizes_are_bounded() {
    const auto limit = [&](std::string_view list, size_t size, size_t most) {
      if (size > most)
        add(fmt::format("/{}", list),
            fmt::format("{} entries are more than the {} that are planned for", size, most),
            "plan for a part of it at a time");
    };
    limit("sites", state_.sites.size(), kMaxSites);
    limit("hosts", state_.hosts.size(), kMaxHosts);
    limit("vms", state_.vms.size(), kMaxVms);
    limit("traffic", state_.traffic.size(), kMaxTraffic);
    limit("constraints", state_.constraints.size(), kMaxConstraints);
    return found_.empty();
  }

  void number(const std::string& place, double value, double least, double unit = 1) {
    if (value >= least && value <= kMost) return;
    const double most = rounded_down(kMost / unit);
    add(place, fmt::format("this is not a number from {:g} to {:g}", least < 0 ? -most : least, most),
        "give one, in the field's unit");
  }
  void above_0(const std::string& place, double value, double unit = 1) {
    if (value >= kLeast && value <= kMost) return;
    add(place, value > kMost ? "this is too large a number" : "this is not a number above 0",
        fmt::format("give one from {:g} to {:g}", rounded_up(kLeast / unit), rounded_down(kMost / unit)));
  }
  void time(const std::string& place, const std::optional<double>& value) {
    if (value) number(place, *value, -kMost);
  }

  template <class Things>
  void names(std::string_view list, const Things& things) {
    std::unordered_map<std::string_view, size_t> seen;
    for (size_t i = 0; i < things.size(); ++i) {
      const std::string place = fmt::format("/{}/{}/name", list, i);
      if (things[i].name.empty()) add(place, "the name is empty", "give each a name of its own");
      const auto [first, is_new] = seen.emplace(things[i].name, i);
      if (!is_new && !things[i].name.empty())
        add(place, fmt::format("'{}' is already the name of /{}/{}", things[i].name, list, first->second),
            "give each a name of its own");
    }
  }

  void known(const std::string& place, Index index, size_t size, std::string_view what) {
    if (index >= size)
      add(place, fmt::format("there is no such {}", what), fmt::format("name one of /{}s", what));
  }

  void sites() {
    names("sites", state_.sites);
    std::vector<double> cores(state_.sites.size());
    for (const Host& host : state_.hosts)
      if (host.site < cores.size() && host.cores > 0 && host.memory > 0) cores[host.site] += host.cores;
    for (size_t i = 0; i < state_.sites.size(); ++i) {
      const Site& site = state_.sites[i];
      const std::string place = fmt::format("/sites/{}", i);
      number(place + "/host_price", site.host_price, 0);
      number(place + "/vm_price", site.vm_price, 0);
      number(place + "/traffic_price", site.traffic_price, 0);
      number(place + "/latency_ms", site.latency, 0, kMs);
      above_0(place + "/bandwidth_mbit", site.bandwidth, kMbit);
      time(place + "/available_until", site.available_until);
      if (!(cores[i] > 0))
        add(place, fmt::format("site '{}' has no capacity", site.name),
            "give it a host with cores and memory, or leave the site out");
    }
  }

  void links() {
    const size_t count = state_.sites.size();
    std::vector<bool> seen(count * count);
    for (size_t i = 0; i < state_.links.size(); ++i) {
      const Link& link = state_.links[i];
      const std::string place = fmt::format("/links/{}", i);
      known(place + "/a", link.a, count, "site");
      known(place + "/b", link.b, count, "site");
      number(place + "/latency_ms", link.latency, 0, kMs);
      above_0(place + "/bandwidth_mbit", link.bandwidth, kMbit);
      if (link.a >= count || link.b >= count) continue;
      if (link.a == link.b)
        add(place, "a link of a site with itself", "write latency_ms and bandwidth_mbit of the site instead");
      else if (seen[link.a * count + link.b])
        add(place,
            fmt::format("the link of '{}' and '{}' is there twice", state_.sites[link.a].name,
                        state_.sites[link.b].name),
            "keep one: it holds in both directions");
      seen[link.a * count + link.b] = seen[link.b * count + link.a] = true;
    }
    for (size_t a = 0; a < count; ++a)
      for (size_t b = a + 1; b < count; ++b)
        if (!seen[a * count + b] && state_.sites[a].name != state_.sites[b].name)
          add("/links",
              fmt::format("there is no link of '{}' and '{}'", state_.sites[a].name, state_.sites[b].name),
              "add one with its latency_ms and bandwidth_mbit");
  }

  void hosts() {
    names("hosts", state_.hosts);
    for (size_t i = 0; i < state_.hosts.size(); ++i) {
      const Host& host = state_.hosts[i];
      const std::string place = fmt::format("/hosts/{}", i);
      known(place + "/site", host.site, state_.sites.size(), "site");
      above_0(place + "/cores", host.cores);
      above_0(place + "/memory_mib", host.memory, kMib);
      above_0(place + "/core_speed", host.core_speed);
      above_0(place + "/cpu_overcommit", host.cpu_overcommit);
      above_0(place + "/memory_overcommit", host.memory_overcommit);
      number(place + "/price", host.price, 0);
      time(place + "/available_until", host.available_until);
      free(place + "/free_cores", host.free_cores, host.cores * host.cpu_overcommit);
      free(place + "/free_memory_mib", host.free_memory, host.memory * host.memory_overcommit, kMib);
    }
    if (state_.hosts.empty()) add("/hosts", "there are no hosts", "give at least one");
  }

  void free(const std::string& place, const std::optional<double>& value, double most, double unit = 1) {
    if (!value) return;
    number(place, *value, 0, unit);
    if (*value > most)
      add(place, "more is free than there is", "give at most the total, times its overcommit");
  }

  void vms() {
    names("vms", state_.vms);
    for (size_t i = 0; i < state_.vms.size(); ++i) {
      const Vm& vm = state_.vms[i];
      const std::string place = fmt::format("/vms/{}", i);
      above_0(place + "/cores", vm.cores);
      above_0(place + "/memory_mib", vm.memory, kMib);
      number(place + "/demand_cores", vm.demand, 0);
      number(place + "/dirty_mib_s", vm.dirty_rate, 0, kMib);
      time(place + "/moved_at", vm.moved_at);
      if (vm.host == kNowhere) continue;
      known(place + "/host", vm.host, state_.hosts.size(), "host");
      if (vm.host < state_.hosts.size() && !state_.hosts[vm.host].is_on)
        add(place + "/host", fmt::format("host '{}' is switched off", state_.hosts[vm.host].name),
            "give the host \"power\": \"on\", or the VM another host or none");
    }
  }

  void traffic() {
    for (size_t i = 0; i < state_.traffic.size(); ++i) {
      const Traffic& one = state_.traffic[i];
      const std::string place = fmt::format("/traffic/{}", i);
      known(place + "/from", one.from, state_.vms.size(), "vm");
      known(place + "/to", one.to, state_.vms.size(), "vm");
      number(place + "/messages_per_s", one.messages, 0);
      number(place + "/bytes_per_s", one.bytes, 0);
      if (one.from == one.to && one.from < state_.vms.size())
        add(place, fmt::format("'{}' talks to itself", state_.vms[one.from].name), "leave it out");
    }
  }

  void settings() {
    number("/now", state_.now, -kMost);
    above_0("/horizon_s", state_.horizon);
    number("/rest_s", state_.rest, 0);
    std::set<Objective> seen;
    for (size_t i = 0; i < state_.objectives.size(); ++i)
      if (!seen.insert(state_.objectives[i]).second)
        add(fmt::format("/objectives/{}", i),
            fmt::format("'{}' is there twice", name_of(state_.objectives[i])), "name each objective once");
    if (state_.objectives.empty())
      add("/objectives", "there is no objective", "name one of run_time, cost, use_of_resources, balance");
  }

  const State& state_;
  Findings found_;
};

}  // namespace

Findings check(const State& state) {
  return Check(state).take();
}

}  // namespace attune::placement
