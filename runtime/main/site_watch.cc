// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/site_watch.h"

#include <optional>
#include <utility>
#include <vector>

namespace attune::main {

namespace {

constexpr Duration kLookEvery = std::chrono::seconds(1);

// Of one site's usable hosts whose load is known.
struct Sum {
  double load = 0;
  size_t hosts = 0;
};

std::map<std::string, Sum> sums_of(const system::System& system, Instant now) {
  std::map<std::string, Sum> sums;
  for (const model::Site& site : system.sites()) sums[site.name];
  for (const system::Host* host : system.hosts()) {
    if (host->vm != system::kNoComponent || !system::is_usable(host->state)) continue;
    const model::Site* site = system.site_of(*host);
    const std::optional<model::Percent> load = host->load.mean(now);
    if (site == nullptr || !load) continue;
    Sum& sum = sums[site->name];
    sum.load += load->value;
    ++sum.hosts;
  }
  return sums;
}

}  // namespace

SiteWatch::SiteWatch(const system::System& system, model::Percent limit, Raise raise)
    : system_(system), limit_(limit), raise_(std::move(raise)) {}

void SiteWatch::measured(Instant now) {
  if (now >= looked_ + kLookEvery) look(now);
}

void SiteWatch::look(Instant now) {
  looked_ = now;
  if (limit_.value <= 0 || system_.sites().empty()) return;
  for (const auto& [site, sum] : sums_of(system_, now)) {
    const double mean = sum.hosts == 0 ? 0 : sum.load / static_cast<double>(sum.hosts);
    Overload& overload = overloads_[site];
    const bool is_over = mean > limit_.value;
    const bool is_due = is_over ? !overload.lasts || now >= overload.told + kAgain : overload.lasts;
    overload.lasts = is_over;
    if (!is_due) continue;
    overload.told = now;
    raise_(site, model::Percent{mean}, !is_over);
  }
}

}  // namespace attune::main
