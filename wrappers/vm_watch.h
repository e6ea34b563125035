// SPDX-License-Identifier: Apache-2.0
// VmWatch: follows what libvirt says of the hosts where VMs are, and makes it the system's state: a VM that
// crashed, was shut down, or was moved by somebody else. What our own calls bring about is no news. Loop
// thread.
#pragma once

#include <map>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "wrappers/implementation.h"
#include "wrappers/vm_copies.h"
#include "wrappers/vm_search.h"

namespace attune::wrappers {

class VmWatch {
 public:
  VmWatch(World& world, VmSearch& search) : world_(world), search_(search) {}
  ~VmWatch();

  // Watches the host from now on, on behalf of the component, whose domain this is.
  void cover(system::ComponentId component, const ports::DomainId& domain, const system::Host& host);

  // Asks the host for machines that the system has elsewhere. One that runs in both places is a person's to
  // decide; one that runs here alone is found; what is left of it, a definition or what a migration keeps
  // paused, is removed. Asks again, for two minutes at most, while something is silent.
  Task<int> look_over(std::string host);

  // Whether a host that does not answer may have it: then nobody else's word tells that it does not run.
  bool is_in_doubt(system::ComponentId component) const { return in_doubt_.contains(component); }
  void doubt(system::ComponentId component, bool is_in_doubt);

  // Somebody has moved it between these hosts, as was found by asking. Nothing where the system does not have
  // it on the first, or a call is at work on it.
  void follow(system::ComponentId component, const ports::DomainId& domain, const std::string& from,
              const std::string& to);

  // Its stop is requested at its end, for who may be waiting then.
  std::stop_token over() const { return over_.get_token(); }

  // A call on the component begins and ends: its effects are its outcome's to tell.
  void begin(system::ComponentId component) { ++busy_[component]; }
  void end(system::ComponentId component, std::string_view operation);

 private:
  struct Memory {
    std::string operation;  // the last call's
    Instant ended{};
  };

  void happened(const ports::DomainEvent& event);
  bool is_own_doing(const system::Component& component, const system::Host& host,
                    ports::DomainEvent::Kind kind) const;
  void came(const system::Component& component, const system::Host& host, ports::DomainEvent::Kind kind);
  void ended(const system::Component& component, const system::Host& host, ports::DomainEvent::Kind kind);
  Task<int> resolve(system::ComponentId component);
  void saw(const Copy& copy, const std::string& host);
  Task<bool> forget(Copy copy, std::string host);
  Task<bool> forget_all(std::vector<Copy> copies, std::string host);
  void vanished(const system::Component& component, const system::Host& host);
  void found(system::ComponentId component, const std::string& from, const std::string& to);
  void gone(system::ComponentId component, const ports::DomainId& domain, const std::string& from,
            const Search& search);
  void change(system::Change change, const system::Host& host);

  World& world_;
  VmSearch& search_;
  std::map<std::string, std::string> hosts_;                   // name by URI
  std::map<ports::DomainId, system::ComponentId> components_;  // by their domains
  std::map<system::ComponentId, int> busy_;                    // open calls
  std::map<system::ComponentId, Memory> last_;
  std::set<system::ComponentId> in_doubt_;
  std::stop_source over_;
};

}  // namespace attune::wrappers
