// SPDX-License-Identifier: Apache-2.0
#include "runtime/hypervisor/libvirt_error.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

namespace attune::hypervisor {

namespace {

std::string one_line(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const bool blank = c == '\n' || c == '\r' || c == '\t' || c == ' ';
    if (!blank)
      line += c;
    else if (!line.empty() && line.back() != ' ')
      line += ' ';
  }
  while (!line.empty() && (line.back() == ' ' || line.back() == '.')) line.pop_back();
  return line;
}

ErrorCode code_of(int code) {
  switch (code) {
    case VIR_ERR_NO_DOMAIN:
    case VIR_ERR_NO_STORAGE_POOL:
    case VIR_ERR_NO_STORAGE_VOL:
      return ErrorCode::kNotFound;
    case VIR_ERR_DOM_EXIST:
      return ErrorCode::kExists;
    case VIR_ERR_AUTH_FAILED:
    case VIR_ERR_AUTH_CANCELLED:
    case VIR_ERR_AUTH_UNAVAILABLE:
    case VIR_ERR_OPERATION_DENIED:
    case VIR_ERR_ACCESS_DENIED:
      return ErrorCode::kDenied;
    case VIR_ERR_NO_MEMORY:
      return ErrorCode::kNoSpace;
    case VIR_ERR_OPERATION_TIMEOUT:
      return ErrorCode::kTimedOut;
    case VIR_ERR_OPERATION_ABORTED:
      return ErrorCode::kCancelled;
    case VIR_ERR_XML_ERROR:
    case VIR_ERR_XML_DETAIL:
    case VIR_ERR_XML_INVALID_SCHEMA:
    case VIR_ERR_INVALID_ARG:
    case VIR_ERR_OPERATION_INVALID:
    case VIR_ERR_CONFIG_UNSUPPORTED:
      return ErrorCode::kInvalid;
    default:
      return ErrorCode::kFailed;
  }
}

// What a failed connection's text gives away, and what then helps. The first that fits counts.
struct Cause {
  std::string_view sign;
  ErrorCode code;
  std::string_view advice;
};
constexpr std::array kCauses = {
    Cause{"host key verification", ErrorCode::kDenied,
          "its host key is not the known one: check it, then mend known_hosts"},
    Cause{"host key", ErrorCode::kDenied,
          "its host key is not the known one: check it, then mend known_hosts"},
    Cause{"known hosts", ErrorCode::kDenied,
          "its host key is not the known one: check it, then mend known_hosts"},
    Cause{"reading private key", ErrorCode::kDenied, "the key cannot be read: check identity_file"},
    Cause{"permission denied", ErrorCode::kDenied,
          "put the manager's public key into that user's authorized_keys"},
    Cause{"authentication", ErrorCode::kDenied,
          "put the manager's public key into that user's authorized_keys"},
    Cause{"could not resolve", ErrorCode::kUnreachable,
          "its name has no address: give one in the node file (address=...)"},
    Cause{"unable to resolve", ErrorCode::kUnreachable,
          "its name has no address: give one in the node file (address=...)"},
    Cause{"libvirt-sock", ErrorCode::kUnreachable, "libvirtd does not run there: start it"},
    Cause{"virt-ssh-helper", ErrorCode::kUnreachable, "libvirtd does not run there: install and start it"},
    Cause{"connection refused", ErrorCode::kUnreachable, "nothing listens there: start sshd, check the port"},
    Cause{"timed out", ErrorCode::kUnreachable, "it does not answer: is it up, and is its address right?"},
    Cause{"no route", ErrorCode::kUnreachable, "it does not answer: is it up, and is its address right?"},
    Cause{"unreachable", ErrorCode::kUnreachable, "it does not answer: is it up, and is its address right?"},
};

std::string lower(std::string_view text) {
  std::string low(text);
  std::transform(low.begin(), low.end(), low.begin(),
                 [](unsigned char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c); });
  return low;
}

}  // namespace

bool Fault::is_of_connection() const {
  // The client's own RPC layer, or the socket below it; what a daemon reports bears the driver's domain.
  return domain == VIR_FROM_RPC || domain == VIR_FROM_REMOTE || domain == VIR_FROM_SSH ||
         domain == VIR_FROM_LIBSSH || code == VIR_ERR_NO_CONNECT || code == VIR_ERR_INVALID_CONN;
}

bool Fault::has_lost_its_reason() const {
  return domain == VIR_FROM_RPC && (message.find("client socket is closed") != std::string::npos ||
                                    message.find("Cannot write data") != std::string::npos);
}

Fault last_fault() {
  const virError* error = virGetLastError();
  if (!error) return {.code = VIR_ERR_INTERNAL_ERROR, .message = "libvirt gave no reason"};
  return {.code = error->code,
          .domain = error->domain,
          .message = one_line(error->message ? error->message : "libvirt gave no reason")};
}

std::string host_of_uri(std::string_view uri) {
  const size_t start = uri.find("://");
  if (start == std::string_view::npos) return std::string(uri);
  std::string_view rest = uri.substr(start + 3);
  rest = rest.substr(0, rest.find_first_of("/?"));
  if (const size_t at = rest.rfind('@'); at != std::string_view::npos) rest.remove_prefix(at + 1);
  if (rest.starts_with('['))
    rest = rest.substr(1, rest.find(']') - 1);
  else
    rest = rest.substr(0, rest.find(':'));
  return rest.empty() ? "this machine" : std::string(rest);
}

Error explain(const Fault& fault, std::string_view what, std::string_view host) {
  const ErrorCode code = fault.is_of_connection() ? ErrorCode::kLost : code_of(fault.code);
  return {code, fmt::format("cannot {} on {}: {}", what, host, fault.message)};
}

Error explain_connection(const Fault& fault, const std::string& uri) {
  const std::string said = lower(fault.message);
  const std::string text =
      fmt::format("cannot reach libvirt on {} ({}): {}", host_of_uri(uri), uri, fault.message);
  for (const Cause& cause : kCauses)
    if (said.find(cause.sign) != std::string::npos)
      return {cause.code, fmt::format("{}; {}", text, cause.advice)};
  const ErrorCode code = code_of(fault.code);
  return {code == ErrorCode::kFailed ? ErrorCode::kUnreachable : code,
          fmt::format("{}; try 'virsh -c {} list' by hand", text, uri)};
}

}  // namespace attune::hypervisor
