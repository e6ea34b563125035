// SPDX-License-Identifier: Apache-2.0
#include "runtime/hypervisor/libvirt_hypervisor.h"

#include <utility>

#include "runtime/hypervisor/core.h"
#include "runtime/hypervisor/dirty_rates.h"
#include "runtime/hypervisor/domain_xml.h"
#include "runtime/hypervisor/domains.h"
#include "runtime/hypervisor/host_watch.h"
#include "runtime/hypervisor/migration_check.h"
#include "runtime/hypervisor/migration_run.h"
#include "runtime/hypervisor/shut_down.h"

namespace attune::hypervisor {

namespace {

// What may move will, as a rule: its connections are made meanwhile.
Task<Result<void>> check_between(CorePtr core, ports::MigrationRequest request) {
  core->connections.prepare(request.from_uri);
  core->connections.prepare(request.to_uri);
  const Result<ConnectionPtr> from = co_await core->connections.get(request.from_uri);
  if (!from) co_return fail(from.error());
  const Result<ConnectionPtr> to = co_await core->connections.get(request.to_uri);
  if (!to) co_return fail(to.error());
  std::function<Result<void>()> check = [from = *from, to = *to, domain = request.domain] {
    const Turn turn(*from, *to);
    return check_target(*from, *to, domain);
  };
  co_return co_await on_worker<void>(core->calls, core->gate, std::move(check));
}

}  // namespace

LibvirtHypervisor::LibvirtHypervisor(ports::Loop& loop, const Clock& clock, Log& log,
                                     LibvirtSettings settings)
    : core_(std::make_shared<Core>(loop, clock, log, settings)), settings_(settings) {}

LibvirtHypervisor::~LibvirtHypervisor() {
  close();
}

void LibvirtHypervisor::close() {
  for (const auto& [uri, watch] : watches_) watch->stop();
  core_->shut_down();
}

Task<Result<std::vector<ports::Domain>>> LibvirtHypervisor::domains(std::string uri) {
  return on_host<std::vector<ports::Domain>>(core_, std::move(uri), list_domains);
}

Task<Result<ports::Domain>> LibvirtHypervisor::find(std::string uri, ports::DomainId domain) {
  return on_host<ports::Domain>(core_, std::move(uri), [domain = std::move(domain)](Connection& host) {
    return find_domain(host, domain);
  });
}

Task<Result<void>> LibvirtHypervisor::boot(std::string uri, std::string xml) {
  if (const auto id = id_in(xml)) core_->claims.take(*id);
  return on_host<void>(core_, std::move(uri),
                       [xml = std::move(xml)](Connection& host) { return boot_domain(host, xml); });
}

Task<Result<void>> LibvirtHypervisor::shut_down(std::string uri, ports::DomainId domain, Duration grace,
                                                std::stop_token stop) {
  return run_shut_down(core_, std::move(uri), std::move(domain), grace, std::move(stop));
}

Task<Result<void>> LibvirtHypervisor::destroy(std::string uri, ports::DomainId domain) {
  return on_host<void>(core_, std::move(uri), [domain = std::move(domain)](Connection& host) {
    return destroy_domain(host, domain);
  });
}

Task<Result<void>> LibvirtHypervisor::undefine(std::string uri, ports::DomainId domain) {
  return on_host<void>(core_, std::move(uri), [domain = std::move(domain)](Connection& host) {
    return undefine_domain(host, domain);
  });
}

Task<Result<void>> LibvirtHypervisor::suspend(std::string uri, ports::DomainId domain) {
  return on_host<void>(core_, std::move(uri), [domain = std::move(domain)](Connection& host) {
    return suspend_domain(host, domain);
  });
}

Task<Result<void>> LibvirtHypervisor::resume(std::string uri, ports::DomainId domain) {
  return on_host<void>(core_, std::move(uri), [domain = std::move(domain)](Connection& host) {
    return resume_domain(host, domain);
  });
}

Task<Result<void>> LibvirtHypervisor::check_migration(ports::MigrationRequest request) {
  return check_between(core_, std::move(request));
}

Task<Result<ports::MigrationEnd>> LibvirtHypervisor::migrate(ports::MigrationRequest request,
                                                             std::stop_token stop) {
  return run_migration(core_, settings_, std::move(request), std::move(stop));
}

Task<Result<ports::MigrationEnd>> LibvirtHypervisor::settle(ports::MigrationRequest request) {
  return run_settlement(core_, settings_, std::move(request));
}

Task<Result<std::vector<ports::GuestAddress>>> LibvirtHypervisor::addresses(std::string uri,
                                                                            ports::DomainId domain) {
  return on_host<std::vector<ports::GuestAddress>>(
      core_, std::move(uri),
      [domain = std::move(domain)](Connection& host) { return addresses_of(host, domain); });
}

Task<Result<ports::HostCapacity>> LibvirtHypervisor::capacity(std::string uri) {
  return on_host<ports::HostCapacity>(core_, std::move(uri), capacity_of);
}

Task<Result<std::vector<ports::DirtyRate>>> LibvirtHypervisor::dirty_rates(std::string uri) {
  return run_dirty_rates(core_, std::move(uri));
}

void LibvirtHypervisor::watch(std::string uri, std::function<void(const ports::DomainEvent&)> on_event) {
  std::shared_ptr<HostWatch>& watch = watches_[uri];
  const bool is_new = !watch;
  if (is_new) watch = std::make_shared<HostWatch>(core_, uri);
  watch->tell(std::move(on_event));
  if (is_new) watch->start();
}

void LibvirtHypervisor::unwatch(const std::string& uri) {
  const auto found = watches_.find(uri);
  if (found == watches_.end()) return;
  found->second->stop();
  watches_.erase(found);
}

}  // namespace attune::hypervisor
