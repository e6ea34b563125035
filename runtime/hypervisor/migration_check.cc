// SPDX-License-Identifier: Apache-2.0
#include "runtime/hypervisor/migration_check.h"

#include <cstdlib>
#include <memory>

#include <fmt/format.h>
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

#include "runtime/hypervisor/domain_needs.h"
#include "runtime/hypervisor/domains.h"
#include "runtime/hypervisor/memory_check.h"
#include "runtime/hypervisor/migration.h"
#include "runtime/hypervisor/shared_files.h"

namespace attune::hypervisor {

namespace {

struct Freed {
  void operator()(char* text) const { std::free(text); }
};
using Text = std::unique_ptr<char, Freed>;

Result<DomainNeeds> needs_on_source(Connection& from, const ports::DomainId& domain) {
  const auto handle = lookup(from, domain);
  if (!handle) return fail(handle.error());
  if (virDomainIsActive(handle->get()) != 1)
    return fail(ErrorCode::kInvalid,
                fmt::format("{} does not run on {}: start it first", domain.name, from.host()));
  const Text xml(virDomainGetXMLDesc(handle->get(), VIR_DOMAIN_XML_MIGRATABLE));
  if (!xml) return fail(explain(last_fault(), "read the definition of " + domain.name, from.host()));
  return needs_of(xml.get());
}

// One that nobody follows any more stands in the way of every other, until its network connection times out.
Result<void> check_is_idle(Connection& from, const ports::DomainId& domain) {
  const auto handle = lookup(from, domain);
  if (!handle || !has_job(handle->get())) return {};
  return fail(
      ErrorCode::kFailed,
      fmt::format("{0} has a job under way on {1}, which somebody else has begun or an outage has left: "
                  "wait until it ends (virsh domjobinfo {0}), or break it off there (virsh "
                  "domjobabort {0})",
                  domain.name, from.host()));
}

Result<void> check_hosts_differ(Connection& from, Connection& to) {
  const std::string uuid = host_uuid(from.capabilities());
  if (uuid.empty() || uuid != host_uuid(to.capabilities())) return {};
  return fail(
      ErrorCode::kInvalid,
      fmt::format("{} and {} are the same host to libvirt (UUID {}): if they are not, set host_uuid in "
                  "libvirtd.conf",
                  from.host(), to.host(), uuid));
}

tl::unexpected<Error> taken(Connection& to, const std::string& name, std::string_view how) {
  return fail(
      ErrorCode::kExists,
      fmt::format("{} already has a domain {} {}: undefine or rename it there first", to.host(), name, how));
}

Result<void> check_name_is_free(Connection& to, const ports::DomainId& domain, const DomainNeeds& needs) {
  const auto same_name = lookup(to, domain.name);
  if (!same_name && same_name.error().code != ErrorCode::kNotFound) return fail(same_name.error());
  if (same_name) {
    if (virDomainIsActive(same_name->get()) == 1) return taken(to, domain.name, "that runs");
    if (needs.uuid != uuid_text(same_name->get())) return taken(to, domain.name, "with another UUID");
    return {};  // its own definition, left from earlier: it is replaced
  }
  const DomainHandle same_uuid(virDomainLookupByUUIDString(to.get(), needs.uuid.c_str()));
  if (same_uuid) return taken(to, virDomainGetName(same_uuid.get()), "with the same UUID");
  return {};
}

Result<void> check_machine(Connection& to, const DomainNeeds& needs) {
  const Text offered(virConnectGetDomainCapabilities(to.get(), needs.emulator.c_str(),
                                                     needs.architecture.c_str(), needs.machine.c_str(),
                                                     needs.type.c_str(), 0));
  if (offered || last_fault().code == VIR_ERR_NO_SUPPORT) return {};
  return fail(ErrorCode::kInvalid,
              fmt::format("{} cannot run a {} machine {} by {}: {}", to.host(), needs.type, needs.machine,
                          needs.emulator, last_fault().message));
}

Result<void> check_cpu(Connection& to, const ports::DomainId& domain, const DomainNeeds& needs) {
  if (needs.cpu.empty()) return {};
  const int fits = virConnectCompareHypervisorCPU(
      to.get(), needs.emulator.c_str(), needs.architecture.c_str(), needs.machine.c_str(), needs.type.c_str(),
      needs.cpu.c_str(), VIR_CONNECT_COMPARE_CPU_FAIL_INCOMPATIBLE);
  if (fits >= VIR_CPU_COMPARE_IDENTICAL) return {};
  const Fault fault = last_fault();
  const bool is_incompatible = fits == VIR_CPU_COMPARE_INCOMPATIBLE || fault.code == VIR_ERR_CPU_INCOMPATIBLE;
  if (!is_incompatible) return {};  // it cannot compare, e.g. a passed-through CPU: QEMU itself refuses then
  return fail(
      ErrorCode::kInvalid,
      fmt::format("the processor of {} does not offer what {} uses: {}; choose a common CPU model for both",
                  to.host(), domain.name, fault.message));
}

Result<void> check_disks(Connection& from, Connection& to, const DomainNeeds& needs) {
  for (const std::string& file : needs.files) {
    const Result<void> same = check_same_file(from, to, file);
    if (!same && same.error().code != ErrorCode::kFailed) return same;  // who cannot tell is not refused
  }
  return {};
}

}  // namespace

Result<void> check_target(Connection& from, Connection& to, const ports::DomainId& domain) {
  const auto needs = needs_on_source(from, domain);
  if (!needs) return fail(needs.error());
  if (auto ok = check_is_idle(from, domain); !ok) return ok;
  if (auto ok = check_hosts_differ(from, to); !ok) return ok;
  if (auto ok = check_name_is_free(to, domain, *needs); !ok) return ok;
  if (auto ok = check_memory(to, domain.name, needs->memory_bytes); !ok) return ok;
  if (auto ok = check_machine(to, *needs); !ok) return ok;
  if (auto ok = check_cpu(to, domain, *needs); !ok) return ok;
  return check_disks(from, to, *needs);
}

}  // namespace attune::hypervisor
