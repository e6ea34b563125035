// SPDX-License-Identifier: Apache-2.0
// Any bytes as a known_hosts file: never a crash, and only a line that names the very key makes it known.
#include <cstdint>
#include <cstdlib>

#include "runtime/transport/known_hosts.h"
#include "tests/fuzz/memory_file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace attune::transport;
  const attune::fuzz::MemoryFile file(data, size);
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const HostKey key{"ssh-ed25519", "AAAAC3NzaC1lZDI1NTE5AAAAIHo="};
  const KnownHosts known({file.path()});
  for (const uint16_t port : {uint16_t{22}, uint16_t{2222}}) {
    const KeyCheck check = known.check("node1.lab", port, key);
    const bool needs_key = check.verdict == KeyVerdict::kKnown || check.verdict == KeyVerdict::kRevoked;
    if (needs_key && text.find(key.base64) == text.npos) std::abort();
    if ((check.verdict == KeyVerdict::kUnknown) != check.where.empty()) std::abort();
    for (const std::string& type : known.types_for("node1.lab", port))
      if (type.empty()) std::abort();
  }
  return 0;
}
