// SPDX-License-Identifier: Apache-2.0
#include "runtime/transport/login.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>

#include <fcntl.h>
#include <fmt/format.h>
#include <libssh/libssh.h>

#include "runtime/base/log.h"
#include "runtime/base/private_file.h"
#include "runtime/base/user.h"
#include "runtime/transport/host_words.h"

namespace attune::transport {

namespace {

// The quick ones first: one elliptic curve operation, and a cipher that the processor does itself. sshd has
// OpenSSL do P-256; X25519 it does by itself, which takes it 2 ms more for each connection.
constexpr const char* kKeyExchange =
    "ecdh-sha2-nistp256,curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp384,ecdh-sha2-nistp521,"
    "diffie-hellman-group-exchange-sha256,diffie-hellman-group16-sha512,diffie-hellman-group14-sha256";
constexpr const char* kCiphers =
    "aes128-gcm@openssh.com,aes256-gcm@openssh.com,chacha20-poly1305@openssh.com,aes128-ctr,aes192-ctr,"
    "aes256-ctr";
constexpr const char* kHostKeys[] = {"ssh-ed25519",         "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384",
                                     "ecdsa-sha2-nistp521", "rsa-sha2-512",        "rsa-sha2-256"};

std::string key_file_words(const std::string& file) {
  return file.empty() ? "the agent's keys" : file;
}

// Signature algorithms, those of the known keys first.
std::string host_key_algorithms(const std::vector<std::string>& known_types) {
  const auto is_known = [&](std::string_view algorithm) {
    const std::string_view type = algorithm.starts_with("rsa-") ? "ssh-rsa" : algorithm;
    return std::find(known_types.begin(), known_types.end(), type) != known_types.end();
  };
  std::string first;
  std::string others;
  for (const char* algorithm : kHostKeys) {
    std::string& list = is_known(algorithm) ? first : others;
    list += list.empty() ? "" : ",";
    list += algorithm;
  }
  return first.empty() || others.empty() ? first + others : first + "," + others;
}

struct ServerKey {
  HostKey key;
  std::string fingerprint;
};

Result<ServerKey> server_key(ssh_session session) {
  ssh_key raw = nullptr;
  if (ssh_get_server_publickey(session, &raw) != SSH_OK)
    return fail(ErrorCode::kFailed, "it showed no host key");
  const std::unique_ptr<ssh_key_struct, void (*)(ssh_key)> key(raw, ssh_key_free);
  char* text = nullptr;
  if (ssh_pki_export_pubkey_base64(raw, &text) != SSH_OK)
    return fail(ErrorCode::kFailed, "its host key cannot be read");
  ServerKey result;
  result.key = {ssh_key_type_to_char(ssh_key_type(raw)), text};
  ssh_string_free_char(text);
  unsigned char* hash = nullptr;
  size_t length = 0;
  if (ssh_get_publickey_hash(raw, SSH_PUBLICKEY_HASH_SHA256, &hash, &length) == SSH_OK) {
    char* shown = ssh_get_fingerprint_hash(SSH_PUBLICKEY_HASH_SHA256, hash, length);
    result.fingerprint = shown == nullptr ? "" : shown;
    ssh_string_free_char(shown);
    ssh_clean_pubkey_hash(&hash);
  }
  return result;
}

}  // namespace

Login::Login(ssh_session_struct* session, const ports::HostTarget& target, const std::string& address,
             KeyRing& keys)
    : session_(session), target_(target), keys_(keys), known_hosts_(KnownHosts::of(target.known_hosts)) {
  set_options(address);
}

void Login::set_options(const std::string& address) {
  const unsigned port = target_.port;
  const bool no = false;
  const int nodelay = 1;
  const std::string algorithms = host_key_algorithms(known_hosts_.types_for(target_.address, target_.port));
  ssh_options_set(session_, SSH_OPTIONS_PROCESS_CONFIG, &no);
  ssh_options_set(session_, SSH_OPTIONS_HOST, address.c_str());
  ssh_options_set(session_, SSH_OPTIONS_PORT, &port);
  if (!target_.user.empty()) ssh_options_set(session_, SSH_OPTIONS_USER, target_.user.c_str());
  ssh_options_set(session_, SSH_OPTIONS_KEY_EXCHANGE, kKeyExchange);
  ssh_options_set(session_, SSH_OPTIONS_CIPHERS_C_S, kCiphers);
  ssh_options_set(session_, SSH_OPTIONS_CIPHERS_S_C, kCiphers);
  ssh_options_set(session_, SSH_OPTIONS_HOSTKEYS, algorithms.c_str());
  ssh_options_set(session_, SSH_OPTIONS_KNOWNHOSTS, "/dev/null");  // we read them ourselves
  ssh_options_set(session_, SSH_OPTIONS_GLOBAL_KNOWNHOSTS, "/dev/null");
  ssh_options_set(session_, SSH_OPTIONS_NODELAY, &nodelay);
  ssh_set_blocking(session_, 0);
}

bool Login::has_banner() const {
  return ssh_get_serverbanner(session_) != nullptr;
}

Login::Progress Login::advance() {
  if (step_ == Step::kConnecting) {
    const Progress progress = connect();
    // libssh makes the socket blocking once it is connected, and only ever writes when it may.
    const int fd = ssh_get_fd(session_);
    if (fd >= 0) ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
    if (progress != Progress::kDone) return progress;
    if (!trust_host_key()) return Progress::kFailed;
    collect_identities();
    step_ = Step::kProving;
  }
  if (step_ == Step::kProving) {
    const Progress progress = prove();
    if (progress != Progress::kDone) return progress;
    step_ = Step::kDone;
  }
  return Progress::kDone;
}

Login::Progress Login::connect() {
  switch (ssh_connect(session_)) {
    case SSH_OK:
      return Progress::kDone;
    case SSH_AGAIN:
      return Progress::kAgain;
    default:
      break;
  }
  const std::string why = printable(ssh_get_error(session_));
  if (has_banner()) {
    return fail_with(
        ErrorCode::kUnreachable,
        fmt::format("the connection ended during the key exchange ({}): see what its sshd logs", why));
  }
  return fail_with(
      ErrorCode::kUnreachable,
      fmt::format("cannot connect to port {} ({}): check that it is up and runs sshd", target_.port, why));
}

bool Login::trust_host_key() {
  Result<ServerKey> shown = server_key(session_);
  if (!shown) {
    fail_with(shown.error().code, shown.error().message);
    return false;
  }
  return trust(shown->key, shown->fingerprint);
}

bool Login::trust(const HostKey& key, const std::string& fingerprint) {
  const KeyCheck check = known_hosts_.check(target_.address, target_.port, key);
  const std::string name = known_hosts_name(target_.address, target_.port);
  const std::string shown = fmt::format("{} {}", key.type, fingerprint);
  switch (check.verdict) {
    case KeyVerdict::kKnown:
      return true;
    case KeyVerdict::kUnknown:
      break;
    case KeyVerdict::kChanged:
      fail_with(
          ErrorCode::kDenied,
          fmt::format(
              "its host key has changed: it shows {}, but {} has another; somebody may be in between. If it "
              "was installed anew, remove the old key (ssh-keygen -f '{}' -R '{}') and add the new one",
              shown, check.where, known_hosts_.file(), name));
      return false;
    case KeyVerdict::kRevoked:
      fail_with(ErrorCode::kDenied,
                fmt::format("its host key {} is marked as revoked in {}: give the host a new key", shown,
                            check.where));
      return false;
    case KeyVerdict::kAuthorityOnly:
      fail_with(
          ErrorCode::kDenied,
          fmt::format(
              "{} vouches for it by @cert-authority, which Attune's SSH library does not understand: add the "
              "host's own key, {}, to {} under the name '{}'",
              check.where, shown, known_hosts_.file(), name));
      return false;
  }
  if (!target_.accept_new_host_key) {
    std::error_code failure;
    const bool is_there = std::filesystem::exists(known_hosts_.file(), failure);
    fail_with(
        ErrorCode::kDenied,
        fmt::format("its host key {} is not in {}{}: check it and add it under the name '{}' (ssh-keyscan "
                    "shows it), or have new host keys accepted (accept-new-host-keys)",
                    shown, known_hosts_.file(), is_there ? "" : ", which is not there", name));
    return false;
  }
  const Result<void> learnt = known_hosts_.learn(target_.address, target_.port, key);
  if (!learnt) fail_with(learnt.error().code, learnt.error().message);
  return learnt.has_value();
}

void Login::collect_identities() {
  if (!target_.identity_file.empty()) {
    identities_ = {target_.identity_file};
    return;
  }
  const char* agent = std::getenv("SSH_AUTH_SOCK");
  if (agent != nullptr && *agent != '\0') identities_.emplace_back();
  const std::string home = home_folder().value_or("");
  for (const std::string_view key : kUsualKeys) {
    const std::string file = home + std::string(key.substr(1));
    if (::access(file.c_str(), F_OK) == 0) identities_.push_back(file);
  }
}

Login::Progress Login::prove() {
  while (identity_ < identities_.size()) {
    const Progress progress = next_identity();
    if (progress == Progress::kDone || progress == Progress::kAgain) return progress;
    if (ssh_is_connected(session_) == 0) {
      return fail_with(ErrorCode::kUnreachable,
                       fmt::format("the connection ended during the login ({}): see what its sshd logs",
                                   printable(ssh_get_error(session_))));
    }
    ++identity_;
  }
  if (identities_.empty()) {
    return fail_with(
        ErrorCode::kDenied,
        "there is no key to log in with: name an identity file, or start ssh-agent and load a key");
  }
  return fail_with(
      ErrorCode::kDenied,
      fmt::format("user '{}' is refused (tried {}): add the public key to that user's authorized_keys "
                  "there, or name another user or identity file",
                  target_.user, fmt::join(tried_, "; ")));
}

// kFailed: this one will not do, and tried_ says why.
Login::Progress Login::next_identity() {
  const std::string& file = identities_[identity_];
  int rc = SSH_AUTH_DENIED;
  if (file.empty()) {
    rc = ssh_userauth_agent(session_, nullptr);
  } else {
    const Result<KeyRing::Key> key = keys_.load(file);
    if (!key) {
      tried_.push_back(key.error().message);
      // The agent may hold it unlocked.
      const bool is_first = identities_.size() == 1 && std::getenv("SSH_AUTH_SOCK") != nullptr;
      if (is_first) identities_.emplace_back();
      return Progress::kFailed;
    }
    rc = ssh_userauth_publickey(session_, nullptr, key->get());
  }
  if (rc == SSH_AUTH_SUCCESS) return Progress::kDone;
  if (rc == SSH_AUTH_AGAIN) return Progress::kAgain;
  tried_.push_back(rc == SSH_AUTH_PARTIAL ? key_file_words(file) + ", after which sshd wants more than a key"
                                          : key_file_words(file));
  return Progress::kFailed;
}

Error Login::too_late(Duration waited) const {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(waited).count();
  const char* what =
      !has_banner()
          ? "does not answer on port {} within {} s: check that it is up and that nothing blocks the port"
      : step_ == Step::kConnecting
          ? "does not finish the key exchange on port {} within {} s: see what its sshd logs"
          : "does not finish the login on port {} within {} s: see what its sshd logs";
  return {ErrorCode::kUnreachable,
          fmt::format("{} {}", host_words(target_), fmt::format(fmt::runtime(what), target_.port, seconds))};
}

Login::Progress Login::fail_with(ErrorCode code, const std::string& what) {
  error_ = {code, fmt::format("{}: {}", host_words(target_), what)};
  return Progress::kFailed;
}

}  // namespace attune::transport
