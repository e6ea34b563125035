// SPDX-License-Identifier: Apache-2.0
// SimHypervisor: the hypervisor port of one manager onto the simulated world. It keeps what the real one
// promises: what a migration left open is decided by the product's own rules (runtime/hypervisor/settlement).
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "runtime/hypervisor/claims.h"
#include "runtime/hypervisor/settlement.h"
#include "runtime/ports/hypervisor.h"
#include "tests/simulation/session.h"

namespace attune::simulation {

class SimHypervisor final : public ports::Hypervisor {
 public:
  // `allowed` is asked of each deed that only a call may do: boot, shut down, kill, suspend, resume, migrate.
  using Deed = std::function<void(std::string_view what, const std::string& uuid)>;
  SimHypervisor(std::shared_ptr<Session> session, Deed deed)
      : session_(std::move(session)), deed_(std::move(deed)) {}

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
  using Where = ports::MigrationEnd::Where;
  struct Case;

  HostIndex host_of(const std::string& uri) const;
  Task<SimMigration::End> move(ports::MigrationRequest request, std::stop_token stop);
  static Task<hypervisor::Side> side(std::shared_ptr<Session> session, HostIndex host,
                                     ports::DomainId domain);
  static Task<Where> settle_once(std::shared_ptr<Session> session, std::shared_ptr<Case> of);
  static Task<Where> settle_within(std::shared_ptr<Session> session, std::shared_ptr<Case> of);
  static Task<int> settle_later(std::shared_ptr<Session> session, std::shared_ptr<Case> of);

  std::shared_ptr<Session> session_;
  Deed deed_;
  hypervisor::Claims claims_;
};

}  // namespace attune::simulation
