// SPDX-License-Identifier: Apache-2.0
// The sites of hosts, and what is told of their prices and capacities while the project runs.
#include <algorithm>

#include <fmt/format.h>

#include "runtime/system/system_state.h"

namespace attune::system {

namespace {

constexpr int64_t kMostCpus = 100'000;

Result<unsigned> parse_cpus(std::string_view text) {
  const auto number = model::parse_value(model::Type::kInteger, text);
  if (!number) return fail(number.error());
  const int64_t cpus = *number->get_if<int64_t>();
  if (cpus >= 1 && cpus <= kMostCpus) return static_cast<unsigned>(cpus);
  return fail(ErrorCode::kInvalid, fmt::format("'{}' is no number of processors: 1 to {}", text, kMostCpus));
}

Result<model::Size> parse_memory(std::string_view text) {
  const auto size = model::parse_value(model::Type::kSize, text);
  if (!size) return fail(size.error());
  if (size->get_if<model::Size>()->bytes > 0) return *size->get_if<model::Size>();
  return fail(ErrorCode::kInvalid, fmt::format("'{}' is no memory: it is above 0", text));
}

// Sets the property of a host, or says what is wrong with it.
Result<void> set_property(HostEntry& entry, const PropertyChanged& change) {
  if (change.property == "cpus") {
    const auto cpus = parse_cpus(change.value);
    if (!cpus) return fail(cpus.error());
    entry.host.cpus = *cpus;
    entry.says_cpus = true;  // what the host itself tells counts no more
    return {};
  }
  if (change.property == "memory") {
    const auto memory = parse_memory(change.value);
    if (!memory) return fail(memory.error());
    entry.host.memory = *memory;
    entry.says_memory = true;
    return {};
  }
  return model::set_property(entry.host.terms, change.property, change.value);
}

}  // namespace

model::Site* System::State::find_site(std::string_view name) {
  const auto found =
      std::find_if(sites.begin(), sites.end(), [&](const model::Site& one) { return one.name == name; });
  return found == sites.end() ? nullptr : &*found;
}

model::Link* System::State::find_link(std::string_view a, std::string_view b) {
  const auto found = std::find_if(links.begin(), links.end(), [&](const model::Link& one) {
    return (one.a == a && one.b == b) || (one.a == b && one.b == a);
  });
  return found == links.end() ? nullptr : &*found;
}

// Tried on a copy, so that what refuses is what would have set it.
Result<void> System::State::check(const PropertyChanged& change) {
  const auto within = [&](Result<void> tried) {
    return tried ? Result<void>() : fail(std::move(tried).error().within(change.of));
  };
  if (const model::Site* site = find_site(change.of)) {
    if (change.to.empty()) {
      model::Site trial = *site;
      return within(model::set_property(trial, change.property, change.value));
    }
    const model::Link* link = find_link(change.of, change.to);
    if (link == nullptr)
      return fail(ErrorCode::kNotFound,
                  fmt::format("there is no link of '{}' and '{}'", change.of, change.to));
    model::Link trial = *link;
    return within(model::set_property(trial, change.property, change.value));
  }
  const HostEntry* host = host_entry(change.of);
  if (host == nullptr || host->host.vm != kNoComponent)
    return fail(ErrorCode::kNotFound,
                fmt::format("no site and no host of a family is called '{}'", change.of));
  if (!change.to.empty())
    return fail(
        ErrorCode::kInvalid,
        fmt::format("{} is a host: 'to' is said of a site, and means its link to another", change.of));
  HostEntry trial{host->host, {}, 0, {}};
  return within(set_property(trial, change));
}

void System::State::carry_out(const PropertyChanged& change) {
  model::Site* site = find_site(change.of);
  model::Link* link = change.to.empty() ? nullptr : find_link(change.of, change.to);
  if (link != nullptr) {
    (void)model::set_property(*link, change.property, change.value).has_value();
    told_properties[{change.property, link->a, link->b}] = change.value;
    return;
  }
  if (site != nullptr)
    (void)model::set_property(*site, change.property, change.value).has_value();
  else
    (void)set_property(*host_entry(change.of), change).has_value();
  told_properties[{change.property, change.of, {}}] = change.value;
}

const std::vector<model::Site>& System::sites() const {
  return state_->sites;
}

const std::vector<model::Link>& System::links() const {
  return state_->links;
}

const model::Site* System::find_site(std::string_view name) const {
  return state_->find_site(name);
}

const model::Site* System::site_of(const Host& host) const {
  const Host* at = &host;
  while (at != nullptr && at->vm != kNoComponent) at = host_of(*find(at->vm));
  return at == nullptr || at->site >= state_->sites.size() ? nullptr : &state_->sites[at->site];
}

const model::Link* System::link_between(std::string_view a, std::string_view b) const {
  return state_->find_link(a, b);
}

}  // namespace attune::system
