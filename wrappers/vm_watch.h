// SPDX-License-Identifier: Apache-2.0
// VmWatch: follows what libvirt says of the hosts where VMs are, and makes it the system's state: a VM that
// crashed, was shut down, or was moved by somebody else. What our own calls bring about is no news. Loop
// thread.
#pragma once

#include <cstdint>
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

struct Site;
struct Whereabouts;

class VmWatch {
 public:
  VmWatch(World& world, VmSearch& search) : world_(world), search_(search) {}
  ~VmWatch();

  // Watches the host from now on, on behalf of the component, whose domain this is.
  void cover(system::ComponentId component, const ports::DomainId& domain, const system::Host& host);

  // Asks the host for machines that the system has elsewhere. One that runs in both places is a person's to
  // decide; one that runs here alone is found; what is left of it, a definition or what a migration keeps
  // paused, is removed. Asks again while something is silent: for two minutes, and for as long as something
  // is unsure there. Settles what was lost there, or in doubt anywhere.
  Task<int> look_over(std::string host);
  // The same in a little while: it could not be asked just now, and nobody has it for down.
  void look_over_later(const std::string& host);

  // Whether a host that does not answer may have it: then nobody else's word tells that it does not run.
  bool is_in_doubt(system::ComponentId component) const { return in_doubt_.contains(component); }
  void doubt(system::ComponentId component, bool is_in_doubt);
  // That, or the system has it as lost: nobody knows whether it runs.
  bool is_unsure(system::ComponentId component) const;
  // Of one in doubt: somebody migrated it away, and every host of its family says that he has not got it.
  bool is_astray(system::ComponentId component) const { return astray_.contains(component); }

  // Of one that was unsure, and that the system has at `was`: it is known now, and told.
  void resolved(system::ComponentId component, const Site& was, const Whereabouts& now);

  // Somebody has moved it between these hosts, as was found by asking. Nothing where the system does not have
  // it on the first, or a call is at work on it.
  void follow(system::ComponentId component, const ports::DomainId& domain, const std::string& from,
              const std::string& to);

  // Its stop is requested at its end, for who may be waiting then.
  std::stop_token over() const { return over_.get_token(); }

  // A call on the component begins and ends: its effects are its outcome's to tell.
  void begin(system::ComponentId component, std::string_view operation);
  // How many have begun: what was heard before another one did may be over by then.
  uint64_t calls_begun(system::ComponentId component) const;
  // What comes from now on is of the life that its `start`, which is under way, has begun.
  void booted(system::ComponentId component);
  void end(system::ComponentId component, std::string_view operation, bool has_worked);
  // The call that is at work takes it to that host.
  void heads_for(system::ComponentId component, const std::string& host);
  bool is_migrating(system::ComponentId component) const;
  // Why the host has no memory for it beside the machines that are on their way there: neither libvirt nor
  // the system counts those yet. Empty: it has, or none is.
  std::string crowd_at(const system::Host& host, const system::Component& component) const;
  // Nobody can tell what has come of the call that has just ended.
  void lost(system::ComponentId component, std::string_view operation);

 private:
  struct Work {
    int calls = 0;
    std::string operation;  // the newest call's
    bool has_booted = false;
    std::string to;  // of a migration: the host
  };
  struct Memory {
    std::string operation;  // the last call's
    bool has_worked = false;
    Instant ended{};
    uint64_t begun = 0;
  };

  void forget_old();
  void happened(const ports::DomainEvent& event);
  bool is_own_doing(const system::Component& component, const system::Host& host,
                    ports::DomainEvent::Kind kind) const;
  void came(const system::Component& component, const system::Host& host, ports::DomainEvent::Kind kind);
  bool may_be_of_older_life(system::ComponentId component) const;
  Task<int> ended_unless_it_runs(system::ComponentId component, ports::DomainId domain, std::string host,
                                 ports::DomainEvent::Kind kind);
  void ended(const system::Component& component, const system::Host& host, ports::DomainEvent::Kind kind);
  std::set<system::ComponentId> unsure_at(const std::string& host) const;
  Task<int> look_over_in_a_while(std::string host);
  Task<int> resolve(system::ComponentId component);
  void saw(const Copy& copy, const std::string& host);
  Task<bool> forget(Copy copy, std::string host);
  Task<bool> forget_all(std::vector<Copy> copies, std::string host);
  void vanished(const system::Component& component, const system::Host& host, ports::DomainEvent::Kind kind);
  Task<int> look_for(system::ComponentId component, ports::DomainId domain, std::string from,
                     ports::DomainEvent::Kind kind);
  void found(system::ComponentId component, const std::string& from, const std::string& to);
  void gone(system::ComponentId component, const ports::DomainId& domain, const std::string& from,
            const Search& search, ports::DomainEvent::Kind kind);
  // It may run on one of the silent hosts: it is lost until they answer.
  void leave_in_doubt(const system::Component& component, const system::Host& last,
                      const std::vector<std::string>& silent);
  void change(system::Change change, const system::Host& host);

  World& world_;
  VmSearch& search_;
  std::map<std::string, std::string> hosts_;                   // name by URI
  std::map<ports::DomainId, system::ComponentId> components_;  // by their domains
  std::map<system::ComponentId, Work> busy_;                   // with open calls
  std::map<system::ComponentId, Memory> last_;
  std::set<system::ComponentId> in_doubt_;
  std::set<system::ComponentId> astray_;     // of those
  std::set<system::ComponentId> ending_;     // what was to end them was lost: that they have ended is no news
  std::set<std::string> looked_over_later_;  // hosts
  size_t forget_at_ = 64;  // calls and domains that are remembered, before those are looked for that can go
  std::stop_source over_;
};

}  // namespace attune::wrappers
