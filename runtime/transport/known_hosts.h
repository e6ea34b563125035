// SPDX-License-Identifier: Apache-2.0
// KnownHosts: what the user's known_hosts files say about a host's key. Our own reading of OpenSSH's format,
// because libssh 0.10 takes lines with @revoked and @cert-authority for nothing, and because the user must be
// told the line. A file is read at each question; nothing is kept. The SSH thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"

namespace attune::transport {

struct HostKey {
  std::string type;    // "ssh-ed25519"
  std::string base64;  // as it stands in known_hosts
};

enum class KeyVerdict {
  kKnown,
  kUnknown,        // no line speaks about this host
  kChanged,        // a line has another key for it
  kRevoked,        // a line says that this key must not be trusted
  kAuthorityOnly,  // a line names an authority for this host, which is not understood; no line has its key
};
std::string_view name_of(KeyVerdict verdict);

struct KeyCheck {
  KeyVerdict verdict = KeyVerdict::kUnknown;
  std::string where;  // "file:line" of the line that decided; empty: none did
};

class KnownHosts {
 public:
  // The first file is the one that learns. Files that are missing count as empty.
  explicit KnownHosts(std::vector<std::string> files) : files_(std::move(files)) {}
  // `file`, or the user's own and the system's where it is empty.
  static KnownHosts of(const std::string& file);

  // A key known for the host without its port counts for every port, as with OpenSSH.
  KeyCheck check(std::string_view host, uint16_t port, const HostKey& key) const;
  // Types of the keys that are known for the host, so that the server is asked for one of these.
  std::vector<std::string> types_for(std::string_view host, uint16_t port) const;
  // Appends a line for the host; the file and its folder are made where they are missing.
  Result<void> learn(std::string_view host, uint16_t port, const HostKey& key) const;

  const std::string& file() const { return files_.front(); }

 private:
  std::vector<std::string> files_;
};

// The host as known_hosts writes it: "host", or "[host]:port" where the port is not 22.
std::string known_hosts_name(std::string_view host, uint16_t port);

}  // namespace attune::transport
