// SPDX-License-Identifier: Apache-2.0
#include "runtime/hypervisor/domains.h"

#include <cstdlib>
#include <memory>
#include <string_view>

#include <fmt/format.h>
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

#include "runtime/hypervisor/domain_needs.h"
#include "runtime/hypervisor/domain_xml.h"
#include "runtime/hypervisor/memory_check.h"

namespace attune::hypervisor {

using ports::DomainState;

namespace {

struct Freed {
  void operator()(void* memory) const { std::free(memory); }
};

tl::unexpected<Error> failed(const Connection& host, std::string_view verb, const ports::DomainId& domain) {
  return fail(explain(last_fault(), fmt::format("{} {}", verb, domain.name), host.host()));
}

Result<Seen> seen(Connection& host, virDomainPtr domain) {
  int state = 0;
  int reason = 0;
  if (virDomainGetState(domain, &state, &reason, 0) < 0)
    return failed(host, "ask for the state of", virDomainGetName(domain));
  return Seen{state_of(state), reason};
}

bool is_on(const Seen& seen) {
  return seen.state != DomainState::kShutOff && seen.state != DomainState::kCrashed;
}

Result<ports::Domain> describe(Connection& host, virDomainPtr domain) {
  const Result<Seen> now = seen(host, domain);
  if (!now) return fail(now.error());
  return ports::Domain{.name = virDomainGetName(domain),
                       .uuid = uuid_text(domain),
                       .state = now->state,
                       .persistent = virDomainIsPersistent(domain) == 1};
}

Result<std::vector<DomainHandle>> all_domains(Connection& host) {
  virDomainPtr* listed = nullptr;
  const int count = virConnectListAllDomains(host.get(), &listed, 0);
  if (count < 0) return fail(explain(last_fault(), "list the domains", host.host()));
  const std::unique_ptr<virDomainPtr, Freed> list(listed);
  std::vector<DomainHandle> handles;
  for (int i = 0; i < count; ++i) handles.emplace_back(listed[i]);
  return handles;
}

// Whether a domain that vanished between two calls made one of them fail.
bool is_gone(const Error& error) {
  return error.code == ErrorCode::kNotFound;
}

Result<void> make_persistent(Connection& host, virDomainPtr domain) {
  if (virDomainIsPersistent(domain) == 1) return {};
  const std::unique_ptr<char, Freed> xml(virDomainGetXMLDesc(domain, VIR_DOMAIN_XML_INACTIVE));
  const DomainHandle defined(xml ? virDomainDefineXML(host.get(), xml.get()) : nullptr);
  if (!defined) return failed(host, "keep the definition of", virDomainGetName(domain));
  return {};
}

// Who cannot tell is not refused.
Result<void> check_room(Connection& host, virDomainPtr domain) {
  const std::unique_ptr<char, Freed> xml(virDomainGetXMLDesc(domain, VIR_DOMAIN_XML_INACTIVE));
  const auto needs = xml ? needs_of(xml.get()) : Result<DomainNeeds>(fail(ErrorCode::kFailed, ""));
  if (!needs) return {};
  const Result<void> has_room = check_memory(host, virDomainGetName(domain), needs->memory_bytes);
  return has_room || has_room.error().code != ErrorCode::kNoSpace ? Result<void>{} : has_room;
}

Result<void> define_and_start(Connection& host, const std::string& name, const std::string& xml) {
  const DomainHandle defined(virDomainDefineXML(host.get(), xml.c_str()));
  if (!defined) return failed(host, "define", name);
  if (Result<void> has_room = check_room(host, defined.get()); !has_room) return has_room;
  if (virDomainCreate(defined.get()) < 0) return failed(host, "start", name);
  return {};
}

}  // namespace

Result<std::vector<ports::Domain>> list_domains(Connection& host) {
  const auto handles = all_domains(host);
  if (!handles) return fail(handles.error());
  std::vector<ports::Domain> domains;
  for (const DomainHandle& handle : *handles) {
    Result<ports::Domain> domain = describe(host, handle.get());
    if (domain)
      domains.push_back(std::move(*domain));
    else if (!is_gone(domain.error()))
      return fail(domain.error());
  }
  return domains;
}

Result<ports::Domain> find_domain(Connection& host, const ports::DomainId& domain) {
  const auto handle = lookup(host, domain);
  if (!handle) return fail(handle.error());
  return describe(host, handle->get());
}

Result<Snapshot> snapshot(Connection& host) {
  const auto handles = all_domains(host);
  if (!handles) return fail(handles.error());
  Snapshot all;
  for (const DomainHandle& handle : *handles) {
    const Result<Seen> now = seen(host, handle.get());
    if (now)
      all[{virDomainGetName(handle.get()), uuid_text(handle.get())}] = *now;
    else if (!is_gone(now.error()))
      return fail(now.error());
  }
  return all;
}

Result<void> boot_domain(Connection& host, const std::string& xml) {
  const Result<ports::DomainId> id = id_in(xml);
  if (!id) return fail(id.error());
  const auto existing = lookup(host, *id);
  if (!existing && !is_gone(existing.error())) return fail(existing.error());
  const DomainHandle stranger = existing ? nullptr : try_lookup(host, id->name);
  if (stranger) return fail(ErrorCode::kExists, stranger_text(host, stranger.get()));
  if (existing) {
    const Result<Seen> now = seen(host, existing->get());
    if (!now) return fail(now.error());
    if (is_on(*now)) return make_persistent(host, existing->get());
  }
  return define_and_start(host, id->name, xml);
}

Result<void> ask_to_shut_down(Connection& host, const ports::DomainId& domain) {
  const auto handle = lookup(host, domain);
  if (!handle) return is_gone(handle.error()) ? Result<void>{} : fail(handle.error());
  const Result<Seen> now = seen(host, handle->get());
  if (!now) return fail(now.error());
  if (!is_on(*now) || virDomainShutdown(handle->get()) == 0) return {};
  return virDomainIsActive(handle->get()) == 0 ? Result<void>{} : failed(host, "shut down", domain);
}

Result<void> destroy_domain(Connection& host, const ports::DomainId& domain) {
  const auto handle = lookup(host, domain);
  if (!handle) return is_gone(handle.error()) ? Result<void>{} : fail(handle.error());
  if (virDomainDestroy(handle->get()) == 0) return {};
  const Fault fault = last_fault();
  if (fault.code == VIR_ERR_OPERATION_INVALID || fault.code == VIR_ERR_NO_DOMAIN) return {};  // it was off
  return fail(explain(fault, fmt::format("kill {}", domain.name), host.host()));
}

Result<void> suspend_domain(Connection& host, const ports::DomainId& domain) {
  const auto handle = lookup(host, domain);
  if (!handle) return fail(handle.error());
  const Result<Seen> now = seen(host, handle->get());
  if (now && now->state == DomainState::kPaused) return {};
  if (virDomainSuspend(handle->get()) < 0) return failed(host, "suspend", domain);
  return {};
}

Result<void> resume_domain(Connection& host, const ports::DomainId& domain) {
  const auto handle = lookup(host, domain);
  if (!handle) return fail(handle.error());
  const Result<Seen> now = seen(host, handle->get());
  if (now && now->state == DomainState::kRunning) return {};
  if (virDomainResume(handle->get()) < 0) return failed(host, "resume", domain);
  return {};
}

Result<void> undefine_domain(Connection& host, const ports::DomainId& domain) {
  const auto handle = lookup(host, domain);
  if (!handle) return is_gone(handle.error()) ? Result<void>{} : fail(handle.error());
  constexpr unsigned kAll = VIR_DOMAIN_UNDEFINE_MANAGED_SAVE | VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA |
                            VIR_DOMAIN_UNDEFINE_CHECKPOINTS_METADATA | VIR_DOMAIN_UNDEFINE_KEEP_NVRAM;
  // A driver that does not know these flags has nothing that they would remove.
  if (virDomainUndefineFlags(handle->get(), kAll) == 0 || virDomainUndefine(handle->get()) == 0) return {};
  const Fault fault = last_fault();
  if (fault.code == VIR_ERR_NO_DOMAIN || virDomainIsPersistent(handle->get()) == 0) return {};
  return fail(explain(fault, fmt::format("undefine {}", domain.name), host.host()));
}

}  // namespace attune::hypervisor
