// SPDX-License-Identifier: Apache-2.0
// KeyRing: private keys read from files, with their certificates, kept while the files stay as they are: a
// thousand logins with one key read it once. The SSH thread.
#pragma once

#include <ctime>
#include <map>
#include <memory>
#include <string>

#include "runtime/base/result.h"

struct ssh_key_struct;

namespace attune::transport {

class KeyRing {
 public:
  using Key = std::shared_ptr<ssh_key_struct>;

  // The key, with the certificate beside it (FILE-cert.pub) where there is one. kNotFound: no such file;
  // kDenied: protected by a passphrase, or not ours to read; kCorrupt: no private key in it.
  Result<Key> load(const std::string& file);

 private:
  struct Kept {
    timespec changed{};
    timespec certificate_changed{};
    Key key;
  };
  std::map<std::string, Kept> kept_;
};

}  // namespace attune::transport
