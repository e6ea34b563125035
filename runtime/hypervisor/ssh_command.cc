// SPDX-License-Identifier: Apache-2.0
#include "runtime/hypervisor/ssh_command.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/base/inner_path.h"
#include "runtime/base/log.h"
#include "runtime/base/unique_fd.h"

namespace attune::hypervisor {

namespace {

using Parameters = std::vector<std::pair<std::string, std::string>>;  // as they stand in the URI

Parameters parameters_of(std::string_view query) {
  Parameters all;
  while (!query.empty()) {
    const std::string_view one = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(one.size() + 1, query.size()));
    const size_t equals = one.find('=');
    if (equals != one.npos) all.emplace_back(one.substr(0, equals), one.substr(equals + 1));
  }
  return all;
}

std::string take(Parameters& parameters, std::string_view name) {
  for (auto one = parameters.begin(); one != parameters.end(); ++one)
    if (one->first == name) {
      std::string value = std::move(one->second);
      parameters.erase(one);
      return value;
    }
  return {};
}

std::string decoded(std::string_view text) {
  std::string plain;
  for (size_t i = 0; i < text.size(); ++i) {
    unsigned code = 0;
    if (text[i] == '%' && i + 2 < text.size()) {
      const char* const end = &text[i] + 3;
      if (std::from_chars(&text[i + 1], end, code, 16).ptr == end) {
        plain += static_cast<char>(code);
        i += 2;
        continue;
      }
    }
    plain += text[i];
  }
  return plain;
}

// For the shell, and inside for ssh, which takes a file's name in double quotes and looks for tokens in it.
std::string quoted(std::string_view text) {
  std::string quotes = "'\"";
  for (const char c : text) {
    if (c == '\'')
      quotes += "'\\''";
    else if (c == '"' || c == '\\')
      quotes.append(1, '\\').append(1, c);
    else
      quotes.append(c == '%' ? 2 : 1, c);
  }
  return quotes + "\"'";
}

// ssh puts variables in a file's name, and has no way to say that one is none.
Result<void> check_name(const std::string& known_hosts) {
  if (!has_control_character(known_hosts) && known_hosts.find("${") == known_hosts.npos) return {};
  return fail(ErrorCode::kInvalid,
              fmt::format("the known_hosts file '{}' cannot be told to ssh: give it a name "
                          "without '${{' and control characters",
                          printable(known_hosts)));
}

// The key exchange that the rest of Attune uses comes first: it takes a fraction of the default's time.
std::string script_for(const std::string& known_hosts, bool accepts_new, Keepalive keepalive) {
  std::string script = "#!/bin/sh\nexec ssh -o ControlPath=none -o KexAlgorithms=^ecdh-sha2-nistp256";
  script += fmt::format(" -o ServerAliveInterval={} -o ServerAliveCountMax={}", keepalive.interval.count(),
                        keepalive.count);
  script += fmt::format(" -o StrictHostKeyChecking={}", accepts_new ? "accept-new" : "yes");
  if (!known_hosts.empty()) script += " -o UserKnownHostsFile=" + quoted(known_hosts);
  return script + " \"$@\"\n";
}

// Its name follows from what is in it, so that equal ones are one file, and nobody sees half of one.
Result<std::string> written(const std::string& script, const std::string& folder) {
  const std::string path = fmt::format("{}/ssh-{:016x}", folder, std::hash<std::string>{}(script));
  if (::access(path.c_str(), X_OK) == 0) return path;
  std::string fresh = path + ".XXXXXX";
  UniqueFd file(::mkostemp(fresh.data(), O_CLOEXEC));
  const bool done =
      file && ::write(file.get(), script.data(), script.size()) == static_cast<ssize_t>(script.size()) &&
      ::fchmod(file.get(), 0700) == 0;
  file.reset();  // who writes a program cannot run it
  if (done && ::rename(fresh.c_str(), path.c_str()) == 0) return path;
  return fail(ErrorCode::kFailed, fmt::format("cannot write {}: {}", path, std::strerror(errno)));
}

bool is_by_ssh(std::string_view uri) {
  return uri.substr(0, uri.find("://")).ends_with("+ssh");
}

}  // namespace

Result<std::string> with_ssh_command(const std::string& uri, const std::string& folder, Keepalive keepalive) {
  if (!is_by_ssh(uri) || uri.find("command=") != uri.npos) return uri;
  const size_t mark = std::min(uri.find('?'), uri.size());
  Parameters parameters = parameters_of(std::string_view(uri).substr(std::min(mark + 1, uri.size())));
  const std::string known_hosts = decoded(take(parameters, "known_hosts"));
  const bool accepts_new = take(parameters, "known_hosts_verify") == "auto";
  if (auto step = check_name(known_hosts); !step) return fail(std::move(step).error());
  const auto path = written(script_for(known_hosts, accepts_new, keepalive), folder);
  if (!path) return fail(path.error());
  parameters.emplace_back("command", *path);
  std::string complete = uri.substr(0, mark);
  char joint = '?';
  for (const auto& [name, value] : parameters)
    complete += fmt::format("{}{}={}", std::exchange(joint, '&'), name, value);
  return complete;
}

bool is_watched_by_ssh(const std::string& uri) {
  return is_by_ssh(uri) && uri.find("command=") == uri.npos;
}

}  // namespace attune::hypervisor
