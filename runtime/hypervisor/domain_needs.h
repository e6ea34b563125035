// SPDX-License-Identifier: Apache-2.0
// DomainNeeds: what a running domain needs of the host it runs on, read from its XML, to be compared with
// what a target offers before a migration. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"

namespace attune::hypervisor {

struct DomainNeeds {
  std::string uuid;
  std::string type;  // "kvm", "qemu"
  std::string architecture;
  std::string machine;
  std::string emulator;
  std::string cpu;                 // the <cpu> element as text; empty: the hypervisor's default
  uint64_t memory_bytes = 0;       // zero: of huge pages, which the host keeps apart
  std::vector<std::string> files;  // disks, which stay where they are: the target must reach them too
};
// kCorrupt where libvirt's XML is not what it should be.
Result<DomainNeeds> needs_of(std::string_view xml);

// From libvirt's capabilities XML: whether guests can run on KVM, and the host's own UUID.
bool offers_kvm(std::string_view capabilities);
std::string host_uuid(std::string_view capabilities);

}  // namespace attune::hypervisor
