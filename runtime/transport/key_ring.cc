// SPDX-License-Identifier: Apache-2.0
#include "runtime/transport/key_ring.h"

#include <fstream>
#include <iterator>

#include <fmt/format.h>
#include <libssh/libssh.h>
#include <sys/stat.h>
#include <unistd.h>

namespace attune::transport {

namespace {

timespec change_time(const std::string& file) {
  struct stat status {};
  return ::stat(file.c_str(), &status) == 0 ? status.st_mtim : timespec{};
}

bool is_same(const timespec& a, const timespec& b) {
  return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

// libssh does not tell a key that needs a passphrase from one that is broken; asked for the passphrase, it
// must have met such a key.
int refuse_passphrase(const char*, char*, size_t, int, int, void* was_asked) {
  *static_cast<bool*>(was_asked) = true;
  return -1;
}

}  // namespace

Result<KeyRing::Key> KeyRing::load(const std::string& file) {
  const std::string certificate = file + "-cert.pub";
  const timespec changed = change_time(file);
  const timespec certificate_changed = change_time(certificate);
  const auto kept = kept_.find(file);
  if (kept != kept_.end() && is_same(kept->second.changed, changed) &&
      is_same(kept->second.certificate_changed, certificate_changed)) {
    return kept->second.key;
  }
  if (::access(file.c_str(), F_OK) != 0)
    return fail(ErrorCode::kNotFound, fmt::format("there is no key file {}", file));
  if (::access(file.c_str(), R_OK) != 0) {
    return fail(ErrorCode::kDenied,
                fmt::format("the key file {} cannot be read: mend its owner or mode", file));
  }

  ssh_key raw = nullptr;
  bool was_asked = false;
  if (ssh_pki_import_privkey_file(file.c_str(), nullptr, refuse_passphrase, &was_asked, &raw) != SSH_OK) {
    if (was_asked) {
      return fail(ErrorCode::kDenied,
                  fmt::format("the key {} is protected by a passphrase: load it into ssh-agent (ssh-add {})",
                              file, file));
    }
    return fail(ErrorCode::kCorrupt, fmt::format("there is no private key in {} that can be used", file));
  }
  Key key(raw, ssh_key_free);
  ssh_key certified = nullptr;
  if (ssh_pki_import_cert_file(certificate.c_str(), &certified) == SSH_OK) {
    ssh_pki_copy_cert_to_privkey(certified, raw);
    ssh_key_free(certified);
  }
  kept_[file] = {changed, certificate_changed, key};
  return key;
}

}  // namespace attune::transport
