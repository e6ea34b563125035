// SPDX-License-Identifier: Apache-2.0
// LibvirtHypervisor: the hypervisor port on libvirt, for the real programs. Loop thread only; its own threads
// do what blocks. One lives at a time. docs/vms.md says what hosts need and how migrations are decided.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "runtime/base/log.h"
#include "runtime/hypervisor/libvirt_settings.h"
#include "runtime/ports/hypervisor.h"
#include "runtime/ports/loop.h"

namespace attune::hypervisor {

struct Core;
class HostWatch;

class LibvirtHypervisor final : public ports::Hypervisor {
 public:
  LibvirtHypervisor(ports::Loop& loop, const Clock& clock, Log& log, LibvirtSettings settings = {});
  // As close().
  ~LibvirtHypervisor() override;

  // Watches nothing any more, and answers all that still wait, and all that is asked afterwards: with
  // kCancelled, and that it is not known where a VM is whose migration has begun; cancel and await migrations
  // first. Who waits is resumed within it and must still stand. Waits some seconds for what hangs.
  void close();

  Task<Result<std::vector<ports::Domain>>> domains(std::string uri) override;
  Task<Result<ports::Domain>> find(std::string uri, ports::DomainId domain) override;
  Task<Result<void>> boot(std::string uri, std::string xml) override;
  Task<Result<void>> shut_down(std::string uri, ports::DomainId domain, Duration grace,
                               std::stop_token stop) override;
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
  std::shared_ptr<Core> core_;
  const LibvirtSettings settings_;
  std::map<std::string, std::shared_ptr<HostWatch>> watches_;  // by URI
};

}  // namespace attune::hypervisor
