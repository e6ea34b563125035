// SPDX-License-Identifier: Apache-2.0
// VmLand: a small world of hosts with a libvirt each, in memory: domains are defined, run, move, crash and
// raise libvirt's events; hosts fall silent, operations fail, migrations break off. For tests of what deals
// with VMs. It counts on nothing: where a domain runs is what a test asks it for.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "runtime/ports/hypervisor.h"
#include "runtime/ports/loop.h"

namespace attune::wrappers {

class VmLand final : public ports::Hypervisor {
 public:
  using State = ports::DomainState;
  using Event = ports::DomainEvent::Kind;
  using Where = ports::MigrationEnd::Where;

  explicit VmLand(ports::Loop& loop) : loop_(loop) {}

  struct Host {
    bool answers = true;
    bool accelerated = false;
    std::map<std::string, State> domains;
    std::set<std::string> strangers;                            // those among them that are not ours
    std::map<std::string, std::string> xml;                     // as defined
    std::map<std::string, std::vector<std::string>> addresses;  // of guests
    std::map<std::string, uint64_t> dirty_rates;                // bytes a second, of those that have one
    bool leases = false;                                        // these, by a network of its own
    std::function<void(const ports::DomainEvent&)> watcher;
  };
  Host& host(const std::string& name) { return hosts_["test://" + name]; }

  // --- faults ---
  // The next operation of this name, anywhere, fails so and does nothing.
  void fail_next(const std::string& operation, ErrorCode code, std::string message = "libvirt said no") {
    faults_[operation] = Error{code, std::move(message)};
  }
  Where migrations_end = Where::kTarget;
  bool migrations_last = false;  // until they are stopped
  bool holds_lists = false;      // what is listed is told by release()
  bool guests_are_deaf = false;  // to a request to shut down: they are destroyed when their grace is over

  void release();  // the lists that are held, as they were

  // --- what somebody else does ---
  void moves(const std::string& domain, const std::string& from, const std::string& to);
  void becomes(const std::string& domain, const std::string& on, State state, Event event);
  void vanishes(const std::string& domain, const std::string& from, Event event = Event::kUndefined);

  // --- what is so ---
  // "lab1": where the domain runs or is paused; "lab1 lab2" would be one too many.
  std::string whereabouts(const std::string& domain) const;
  bool is_watched(const std::string& name) { return host(name).watcher != nullptr; }
  int lists = 0;                   // how often a host was asked for all that it has
  std::vector<std::string> deeds;  // what changed something: "boot vm1 on lab1"

  // --- the port ---
  Task<Result<std::vector<ports::Domain>>> domains(std::string uri) override;
  Task<Result<ports::Domain>> find(std::string uri, ports::DomainId domain) override;
  Task<Result<void>> boot(std::string uri, std::string xml) override;
  Task<Result<void>> shut_down(std::string uri, ports::DomainId domain, Duration grace,
                               std::stop_token) override;
  Task<Result<void>> destroy(std::string uri, ports::DomainId domain) override;
  Task<Result<void>> undefine(std::string uri, ports::DomainId domain) override;
  Task<Result<void>> suspend(std::string uri, ports::DomainId domain) override;
  Task<Result<void>> resume(std::string uri, ports::DomainId domain) override;
  Task<Result<void>> check_migration(ports::MigrationRequest request) override;
  Task<Result<ports::MigrationEnd>> migrate(ports::MigrationRequest request, std::stop_token stop) override;
  Task<Result<ports::MigrationEnd>> settle(ports::MigrationRequest request) override;
  Task<Result<std::vector<ports::GuestAddress>>> addresses(std::string uri, ports::DomainId domain) override;
  Task<Result<ports::HostCapacity>> capacity(std::string uri) override;
  Task<Result<std::vector<ports::DirtyRate>>> dirty_rates(std::string uri) override;
  void watch(std::string uri, std::function<void(const ports::DomainEvent&)> on_event) override;
  void unwatch(const std::string& uri) override;

 private:
  // Why the operation cannot be: a fault that was asked for, or a host that is silent.
  // How the host's domain of the name is known to libvirt.
  ports::DomainId id_of(const std::string& uri, const std::string& name);
  // nullptr where it is not there: a stranger of its name does not count.
  State* find_on(const std::string& uri, const ports::DomainId& domain);
  std::optional<Error> trouble(const std::string& operation, const std::string& uri);
  void did(const std::string& operation, const std::string& domain, const std::string& uri);
  void tell(const std::string& uri, const std::string& domain, Event event);
  Task<int> turn();
  Task<bool> lasts(std::stop_token stop, Duration at_most);
  Task<Result<void>> set(std::string operation, std::string uri, ports::DomainId domain, State to,
                         Event event);

  ports::Loop& loop_;
  std::map<std::string, Host> hosts_;  // by URI
  std::map<std::string, Error> faults_;
  std::vector<std::function<void(int)>> held_;
};

}  // namespace attune::wrappers
