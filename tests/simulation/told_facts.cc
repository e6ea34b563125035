// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/told_facts.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace attune::simulation {

namespace {

std::string until_text(const std::optional<WallTime>& until) {
  return until ? fmt::format("{}", until->time_since_epoch().count()) : "never";
}

std::string text_of(const model::Site& site) {
  return fmt::format("{} {} {} {} {} {} until {}", site.name, site.host_price, site.vm_price,
                     site.traffic_price, site.latency.count(), site.bandwidth_mbit,
                     until_text(site.available_until));
}
std::string text_of(const model::Link& link) {
  return fmt::format("{} -- {} {} {}", link.a, link.b, link.latency.count(), link.bandwidth_mbit);
}
std::string text_of(const system::Host& host) {
  const model::HostTerms& terms = host.terms;
  return fmt::format("{} {} {} {} {} {} {} until {}", host.name, host.cpus, host.memory.bytes,
                     terms.core_speed, terms.cpu_overcommit, terms.memory_overcommit, terms.price,
                     until_text(terms.available_until));
}

// Whether to be told it once more would change nothing.
bool has(const system::System& system, const std::string& of, const std::string& property,
         const std::string& to, const std::string& value) {
  if (const model::Link* link = to.empty() ? nullptr : system.link_between(of, to)) {
    model::Link told = *link;
    return model::set_property(told, property, value) && text_of(told) == text_of(*link);
  }
  if (const model::Site* site = system.find_site(of)) {
    model::Site told = *site;
    return model::set_property(told, property, value) && text_of(told) == text_of(*site);
  }
  const system::Host* host = system.find_host(of);
  if (host == nullptr) return false;
  if (property == "cpus") return fmt::format("{}", host->cpus) == value;
  if (property == "memory") return model::to_text(model::Value(host->memory)) == value;
  system::Host told = *host;
  return model::set_property(told.terms, property, value) && text_of(told) == text_of(*host);
}

}  // namespace

uint64_t ToldFacts::sent(const workflow::Event& event) {
  std::string to;
  for (const auto& [name, value] : event.values)
    if (name == "to") to = value;
  std::string of = event.component;
  if (!to.empty() && to < of) std::swap(of, to);  // a link is the same from either end
  ++last_;
  for (const auto& [name, value] : event.values)
    if (name != "to") values_[{of, name, to}].push_back({last_, value, false});
  return last_;
}

void ToldFacts::taken(uint64_t sent) {
  for (auto& [key, values] : values_) {
    const auto it =
        std::find_if(values.begin(), values.end(), [&](const Value& one) { return one.sent == sent; });
    if (it == values.end()) continue;
    it->is_taken = true;
    values.erase(values.begin(), it);
  }
}

std::optional<std::string> ToldFacts::forgotten(const system::System& system) const {
  for (const auto& [key, values] : values_) {
    const auto& [of, property, to] = key;
    if (!values.front().is_taken) continue;
    const bool is_so = std::any_of(values.begin(), values.end(),
                                   [&, of = of, property = property, to = to](const Value& one) {
                                     return has(system, of, property, to, one.text);
                                   });
    if (!is_so)
      return fmt::format("the manager was told {} {}={}{}, and has it otherwise", of, property,
                         values.front().text, to.empty() ? "" : " to=" + to);
  }
  return std::nullopt;
}

size_t ToldFacts::held() const {
  return static_cast<size_t>(std::count_if(values_.begin(), values_.end(),
                                           [](const auto& each) { return each.second.front().is_taken; }));
}

std::string terms_text(const system::System& system) {
  std::string text;
  for (const model::Site& site : system.sites()) text += text_of(site) + "\n";
  for (const model::Link& link : system.links()) text += text_of(link) + "\n";
  for (const system::Host* host : system.hosts()) text += text_of(*host) + "\n";
  return text;
}

}  // namespace attune::simulation
