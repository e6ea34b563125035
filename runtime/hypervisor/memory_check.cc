// SPDX-License-Identifier: Apache-2.0
#include "runtime/hypervisor/memory_check.h"

#include <fmt/format.h>

#include "runtime/hypervisor/domains.h"

namespace attune::hypervisor {

Result<void> check_memory(const ports::HostCapacity& of, const std::string& host, const std::string& domain,
                          uint64_t needed_bytes) {
  const uint64_t free = of.free_memory_bytes;
  if (free == 0 || free >= needed_bytes) return {};
  constexpr uint64_t kMiB = 1024 * 1024;
  return fail(ErrorCode::kNoSpace,
              fmt::format("{} needs {} MiB, {} has {} MiB free: choose another host, or free some there",
                          domain, needed_bytes / kMiB, host, free / kMiB));
}

Result<void> check_memory(Connection& host, const std::string& domain, uint64_t needed_bytes) {
  const auto capacity = capacity_of(host);
  if (!capacity) return fail(capacity.error());
  return check_memory(*capacity, host.host(), domain, needed_bytes);
}

}  // namespace attune::hypervisor
