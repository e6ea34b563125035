// SPDX-License-Identifier: Apache-2.0
// Remains: what lies on a host of components that the system has elsewhere, or has removed: software that
// could not be taken away when they left, since the host or a call did not answer, and processes that still
// run there. The hosts are asked, so that no manager needs to remember it. Loop thread only.
#pragma once

#include <map>
#include <set>
#include <stop_token>
#include <string>
#include <utility>

#include "runtime/deploy/deployer.h"
#include "runtime/deploy/waiting_list.h"
#include "wrappers/host_access.h"
#include "wrappers/implementation.h"

namespace attune::wrappers {

class Remains {
 public:
  explicit Remains(World& world) : world_(world) {}
  ~Remains() { over_.request_stop(); }

  // Takes away what should not be on the host. A process is ended only where its component is known to run
  // elsewhere, or was removed; else a person is told. While something is left it looks again, unless the host
  // is not up any more.
  Task<int> look_over(std::string host);
  // The same in a little while: something could not be taken away just now.
  void look_over_later(const std::string& host);

  // Waits as long as the component's process is being ended on the host, and its software taken away.
  Task<int> settled(std::string host, std::string component, std::stop_token stop);

 private:
  struct Visit {
    unsigned looks = 0;
    bool is_due = false, is_on = false;
    std::set<std::string> told;  // components of which a person was told
  };

  Task<int> look(std::string host);
  Task<int> look_in_a_while(std::string host);
  Task<bool> clear(std::string host);
  Task<bool> clear(HostAccess access, deploy::Lying lying);
  Task<bool> end_process(HostAccess access, std::string component);
  Task<bool> take_away(HostAccess access, std::string component);
  bool is_left(const std::string& component, const std::string& host) const;
  void tell(const std::string& host, const std::string& component, std::string_view what);

  World& world_;
  std::map<std::string, Visit> visits_;  // by host, while something is left there
  std::map<std::pair<std::string, std::string>, deploy::WaitingList<int>> under_way_;  // host, component
  std::stop_source over_;
};

}  // namespace attune::wrappers
