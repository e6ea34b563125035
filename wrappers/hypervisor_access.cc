// SPDX-License-Identifier: Apache-2.0
#include "wrappers/hypervisor_access.h"

#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "runtime/base/user.h"

namespace attune::wrappers {

namespace {

std::string bracketed(const std::string& address) {
  return address.find(':') == address.npos ? address : '[' + address + ']';
}

std::string filled(std::string uri, const model::HostFamily& family, const system::Host& host) {
  const std::pair<std::string_view, std::string> known[] = {
      {"{address}", bracketed(host.address)}, {"{user}", family.user}, {"{name}", host.name}};
  for (const auto& [name, value] : known)
    for (size_t at = uri.find(name); at != uri.npos; at = uri.find(name, at + value.size()))
      uri.replace(at, name.size(), value);
  return uri;
}

std::string users_own_known_hosts() {
  const auto home = home_folder();
  return home ? *home + "/.ssh/known_hosts" : std::string();
}

// OpenSSH, since libvirt's own client over libssh can lose a reply while it is being watched over, or crash
// (docs/vms.md). known_hosts is checked as everywhere else.
std::string over_ssh(const model::HostFamily& family, const system::Host& host) {
  const std::string known_hosts = family.known_hosts.empty() ? users_own_known_hosts() : family.known_hosts;
  std::string uri =
      fmt::format("qemu+ssh://{}{}:{}/system?known_hosts_verify={}",
                  family.user.empty() ? "" : percent_encoded(family.user) + "@", bracketed(host.address),
                  family.port, family.accept_new_host_keys ? "auto" : "normal");
  if (!known_hosts.empty()) uri += "&known_hosts=" + percent_encoded(known_hosts);
  if (!family.identity_file.empty()) uri += "&keyfile=" + percent_encoded(family.identity_file);
  return uri;
}

}  // namespace

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/";
  std::string encoded;
  for (const char c : text) {
    if (kPlain.find(c) != kPlain.npos)
      encoded += c;
    else
      encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return encoded;
}

Result<std::string> hypervisor_uri(const system::System& system, const system::Host& host) {
  if (host.vm != system::kNoComponent)
    return fail(ErrorCode::kInvalid,
                fmt::format("{} is a virtual machine itself: none can run inside it", host.name));
  const model::HostFamily& family = system.project().families[host.family];
  if (!family.hypervisor.empty()) return filled(family.hypervisor, family, host);
  if (family.protocol == Protocol::kLocal) return "qemu:///system";
  return over_ssh(family, host);
}

Result<std::string> hypervisor_uri(const system::System& system, std::string_view host) {
  const system::Host* found = system.find_host(host);
  if (found == nullptr) return fail(ErrorCode::kNotFound, fmt::format("there is no host '{}'", host));
  return hypervisor_uri(system, *found);
}

}  // namespace attune::wrappers
