// SPDX-License-Identifier: Apache-2.0
// What a host says of itself and of its guests' addresses.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <string_view>

#include <fmt/format.h>
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

#include "runtime/base/address.h"
#include "runtime/hypervisor/domain_needs.h"
#include "runtime/hypervisor/domains.h"

namespace attune::hypervisor {

namespace {

void collect(virDomainPtr domain, unsigned source, std::vector<ports::GuestAddress>& into) {
  const bool is_leased = source == VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_LEASE;
  virDomainInterfacePtr* interfaces = nullptr;
  const int count = virDomainInterfaceAddresses(domain, &interfaces, source, 0);
  for (int i = 0; i < count; ++i) {
    for (unsigned a = 0; a < interfaces[i]->naddrs; ++a) {
      const std::string address = interfaces[i]->addrs[a].addr;
      const bool is_known = std::any_of(into.begin(), into.end(),
                                        [&](const ports::GuestAddress& one) { return one.text == address; });
      if (!is_known && !is_own_address(address)) into.push_back({address, is_leased});
    }
    virDomainInterfaceFree(interfaces[i]);
  }
  if (count >= 0) std::free(static_cast<void*>(interfaces));
}

struct Memory {
  uint64_t total_bytes = 0;
  uint64_t free_bytes = 0;  // what could be given to a guest: unused, or used only to remember files
};

// Where the host tells its statistics, both figures come from there: that of its NUMA cells, which is what
// virNodeInfo gives, leaves out memory that was added later.
Memory memory_of(virConnectPtr connect, const virNodeInfo& node) {
  const Memory plain{uint64_t{node.memory} * 1024, virNodeGetFreeMemory(connect)};
  int count = 0;
  if (virNodeGetMemoryStats(connect, VIR_NODE_MEMORY_STATS_ALL_CELLS, nullptr, &count, 0) < 0 || count == 0)
    return plain;
  std::vector<virNodeMemoryStats> stats(static_cast<size_t>(count));
  if (virNodeGetMemoryStats(connect, VIR_NODE_MEMORY_STATS_ALL_CELLS, stats.data(), &count, 0) < 0)
    return plain;
  Memory memory;
  for (const virNodeMemoryStats& stat : stats) {
    const std::string_view field = stat.field;
    if (field == VIR_NODE_MEMORY_STATS_TOTAL) memory.total_bytes += stat.value * 1024;
    if (field == VIR_NODE_MEMORY_STATS_FREE || field == VIR_NODE_MEMORY_STATS_BUFFERS ||
        field == VIR_NODE_MEMORY_STATS_CACHED)
      memory.free_bytes += stat.value * 1024;
  }
  return memory.total_bytes == 0 ? plain : memory;
}

}  // namespace

Result<std::vector<ports::GuestAddress>> addresses_of(Connection& host, const ports::DomainId& domain) {
  const auto handle = lookup(host, domain);
  if (!handle) return fail(handle.error());
  std::vector<ports::GuestAddress> found;
  for (const unsigned source :
       {VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_LEASE, VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_AGENT,
        VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_ARP})
    collect(handle->get(), source, found);
  if (found.empty() && !host.is_alive())
    return fail(ErrorCode::kUnreachable,
                fmt::format("cannot ask for the addresses of {} on {}: the connection was lost", domain.name,
                            host.host()));
  return found;
}

Result<ports::HostCapacity> capacity_of(Connection& host) {
  virNodeInfo node{};
  if (virNodeGetInfo(host.get(), &node) < 0)
    return fail(explain(last_fault(), "ask for the capacity", host.host()));
  const Memory memory = memory_of(host.get(), node);
  return ports::HostCapacity{.cpus = node.cpus,
                             .memory_bytes = memory.total_bytes,
                             .free_memory_bytes = memory.free_bytes,
                             .accelerated = offers_kvm(host.capabilities())};
}

}  // namespace attune::hypervisor
