// SPDX-License-Identifier: Apache-2.0
// A certificate that signs itself, for 127.0.0.1 and localhost, with its key: two PEM files. For tests only.
#pragma once

#include <filesystem>
#include <string>

namespace attune::test {

struct Certificate {
  std::string certificate, key;  // paths
};
// The files are NAME.pem and NAME.key in the folder, the key with mode 0600. `names` as OpenSSL has them in a
// subjectAltName.
Certificate make_certificate(const std::filesystem::path& folder, const std::string& name,
                             const std::string& names = "IP:127.0.0.1,DNS:localhost");

}  // namespace attune::test
