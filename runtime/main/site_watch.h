// SPDX-License-Identifier: Apache-2.0
// SiteWatch: how loaded each site is, from what is measured of its hosts; raises overload_site while the mean
// is above site.overload, and with cleared=true when it is over. Beside HostWatch, fed by Watches. Loop
// thread only.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "runtime/base/clock.h"
#include "runtime/model/value.h"
#include "runtime/system/system.h"

namespace attune::main {

class SiteWatch {
 public:
  using Raise = std::function<void(const std::string& site, model::Percent load, bool is_cleared)>;

  // A condition that lasts is told again each kAgain. The system must outlive it. With a limit of 0% nothing
  // is raised.
  SiteWatch(const system::System& system, model::Percent limit, Raise raise);

  static constexpr Duration kAgain = std::chrono::seconds(10);

  // Something was measured: looks at all sites, once a second at most.
  void measured(Instant now);
  // Looks at once: a host may have fallen silent.
  void look(Instant now);

 private:
  struct Overload {
    bool lasts = false;
    Instant told{};
  };

  const system::System& system_;
  model::Percent limit_;
  Raise raise_;
  Instant looked_{};
  std::map<std::string, Overload> overloads_;  // by site
};

}  // namespace attune::main
