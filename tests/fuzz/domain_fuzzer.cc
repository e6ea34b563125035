// SPDX-License-Identifier: Apache-2.0
// Any bytes as what a host's libvirt says: the description of a domain, and of itself. Never a crash; what is
// found in it has no more than it has, and completing it gives a domain of the name and the UUID that were
// asked for, also when it is completed again.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "runtime/hypervisor/domain_needs.h"
#include "runtime/hypervisor/domain_xml.h"

namespace {

using namespace attune::hypervisor;

void complete(std::string_view xml) {
  const auto once = complete_domain_xml(xml, "web", "vm1");
  if (!once) {
    if (once.error().message.empty()) std::abort();
    return;
  }
  const auto id = id_in(*once);
  if (!id || id->name != "vm1" || id->uuid != uuid_of("web", "vm1")) std::abort();
  const auto twice = complete_domain_xml(*once, "web", "vm1");
  const auto same = twice ? id_in(*twice) : id;
  if (!twice || !same || same->name != id->name || same->uuid != id->uuid) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view xml(reinterpret_cast<const char*>(data), size);
  const auto needs = needs_of(xml);
  if (needs && needs->files.size() > size) std::abort();
  if (!needs && needs.error().message.empty()) std::abort();
  (void)offers_kvm(xml);
  if (host_uuid(xml).size() > size) std::abort();
  (void)id_in(xml);
  complete(xml);
  return 0;
}
