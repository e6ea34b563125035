// SPDX-License-Identifier: Apache-2.0
#include "runtime/transport/known_hosts.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>

#include <fcntl.h>
#include <fmt/format.h>
#include <fnmatch.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <unistd.h>

#include "runtime/base/unique_fd.h"
#include "runtime/base/user.h"

namespace attune::transport {

namespace {

struct Line {
  std::string marker;    // "@revoked", "@cert-authority" or empty
  std::string patterns;  // "host,[host]:2222,!other", or "|1|salt|hash"
  HostKey key;
};

std::string_view next_word(std::string_view& rest) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  while (!rest.empty() && is_blank(rest[0])) rest.remove_prefix(1);
  size_t end = 0;
  while (end < rest.size() && !is_blank(rest[end])) ++end;
  const std::string_view word = rest.substr(0, end);
  rest.remove_prefix(end);
  return word;
}

std::optional<Line> parse(std::string_view text) {
  std::string_view word = next_word(text);
  if (word.empty() || word[0] == '#') return std::nullopt;
  Line line;
  if (word[0] == '@') {
    line.marker = word;
    word = next_word(text);
  }
  line.patterns = word;
  line.key.type = next_word(text);
  line.key.base64 = next_word(text);
  if (line.key.base64.empty()) return std::nullopt;
  return line;
}

std::string from_base64(std::string_view text) {
  std::string bytes(text.size(), '\0');
  const int length =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                      reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  if (length < 0) return {};
  const auto padding = static_cast<size_t>(std::count(text.begin(), text.end(), '='));
  bytes.resize(static_cast<size_t>(length) - std::min(padding, static_cast<size_t>(length)));
  return bytes;
}

// "|1|salt|hash": the hash is HMAC-SHA1 of the name, keyed by the salt.
bool matches_hash(std::string_view pattern, std::string_view name) {
  const size_t middle = pattern.find('|', 3);
  if (middle == std::string_view::npos) return false;
  const std::string salt = from_base64(pattern.substr(3, middle - 3));
  const std::string wanted = from_base64(pattern.substr(middle + 1));
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  unsigned length = 0;
  HMAC(EVP_sha1(), salt.data(), static_cast<int>(salt.size()),
       reinterpret_cast<const unsigned char*>(name.data()), name.size(), hash.data(), &length);
  return length > 0 && wanted == std::string_view(reinterpret_cast<char*>(hash.data()), length);
}

// "[" opens a set for fnmatch, but is itself here.
bool matches_pattern(std::string_view pattern, const std::string& name) {
  std::string escaped;
  for (const char c : pattern) {
    if (c == '[' || c == '\\') escaped += '\\';
    escaped += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return fnmatch(escaped.c_str(), name.c_str(), 0) == 0;
}

bool speaks_of(const Line& line, const std::string& name) {
  if (line.patterns.starts_with("|1|")) return matches_hash(line.patterns, name);
  bool matches = false;
  std::string_view rest = line.patterns;
  while (!rest.empty()) {
    const size_t comma = std::min(rest.find(','), rest.size());
    std::string_view pattern = rest.substr(0, comma);
    rest.remove_prefix(std::min(comma + 1, rest.size()));
    const bool is_negated = pattern.starts_with('!');
    if (is_negated) pattern.remove_prefix(1);
    if (!matches_pattern(pattern, name)) continue;
    if (is_negated) return false;
    matches = true;
  }
  return matches;
}

using Visitor = std::function<void(const Line& line, const std::string& where)>;

void for_each_line(const std::vector<std::string>& files, const std::string& name, const Visitor& visit) {
  for (const std::string& path : files) {
    std::ifstream file(path);
    std::string text;
    for (size_t number = 1; std::getline(file, text); ++number) {
      const std::optional<Line> line = parse(text);
      if (line && speaks_of(*line, name)) visit(*line, fmt::format("{}:{}", path, number));
    }
  }
}

KeyCheck check_name(const std::vector<std::string>& files, const std::string& name, const HostKey& key) {
  // What weighs more decides, wherever it stands.
  const auto weight = [](KeyVerdict verdict) {
    switch (verdict) {
      case KeyVerdict::kUnknown:
        return 0;
      case KeyVerdict::kAuthorityOnly:
        return 1;
      case KeyVerdict::kChanged:
        return 2;
      case KeyVerdict::kKnown:
        return 3;
      case KeyVerdict::kRevoked:
        return 4;
    }
    return 0;
  };
  KeyCheck found;
  for_each_line(files, name, [&](const Line& line, const std::string& where) {
    const bool is_same = line.key.base64 == key.base64;
    KeyVerdict verdict = is_same ? KeyVerdict::kKnown : KeyVerdict::kChanged;
    if (line.marker == "@revoked") verdict = is_same ? KeyVerdict::kRevoked : KeyVerdict::kUnknown;
    if (line.marker == "@cert-authority") verdict = KeyVerdict::kAuthorityOnly;
    if (weight(verdict) > weight(found.verdict)) found = {verdict, where};
  });
  return found;
}

std::string in_lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower;
}

}  // namespace

std::string_view name_of(KeyVerdict verdict) {
  switch (verdict) {
    case KeyVerdict::kKnown:
      return "known";
    case KeyVerdict::kUnknown:
      return "unknown";
    case KeyVerdict::kChanged:
      return "changed";
    case KeyVerdict::kRevoked:
      return "revoked";
    case KeyVerdict::kAuthorityOnly:
      return "authority-only";
  }
  return "unknown";
}

std::string known_hosts_name(std::string_view host, uint16_t port) {
  const std::string lower = in_lower_case(host);
  return port == 22 ? lower : fmt::format("[{}]:{}", lower, port);
}

KnownHosts KnownHosts::of(const std::string& file) {
  if (!file.empty()) return KnownHosts({file});
  return KnownHosts({home_folder().value_or("") + "/.ssh/known_hosts", "/etc/ssh/ssh_known_hosts"});
}

KeyCheck KnownHosts::check(std::string_view host, uint16_t port, const HostKey& key) const {
  KeyCheck found = check_name(files_, known_hosts_name(host, port), key);
  if (port == 22 || found.verdict == KeyVerdict::kRevoked) return found;
  KeyCheck without_port = check_name(files_, in_lower_case(host), key);
  if (without_port.verdict == KeyVerdict::kRevoked) return without_port;
  const bool helps = found.verdict == KeyVerdict::kUnknown && without_port.verdict == KeyVerdict::kKnown;
  return helps ? without_port : found;
}

std::vector<std::string> KnownHosts::types_for(std::string_view host, uint16_t port) const {
  std::vector<std::string> types;
  const auto note = [&](const Line& line, const std::string&) {
    if (!line.marker.empty() || std::find(types.begin(), types.end(), line.key.type) != types.end()) return;
    types.push_back(line.key.type);
  };
  for_each_line(files_, known_hosts_name(host, port), note);
  if (types.empty() && port != 22) for_each_line(files_, in_lower_case(host), note);
  return types;
}

Result<void> KnownHosts::learn(std::string_view host, uint16_t port, const HostKey& key) const {
  const std::filesystem::path path = file();
  std::error_code error;
  if (path.has_parent_path() && !std::filesystem::exists(path.parent_path(), error)) {
    std::filesystem::create_directories(path.parent_path(), error);
    std::filesystem::permissions(path.parent_path(), std::filesystem::perms::owner_all, error);
  }
  const UniqueFd fd(::open(path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0600));
  char last = '\n';  // of what stands there; somebody may have forgotten to end the line
  if (const off_t size = ::lseek(fd.get(), 0, SEEK_END); size > 0)
    (void)!::pread(fd.get(), &last, 1, size - 1);
  const std::string line = fmt::format("{}{} {} {}\n", last == '\n' ? "" : "\n", known_hosts_name(host, port),
                                       key.type, key.base64);
  const bool is_written =
      fd && ::write(fd.get(), line.data(), line.size()) == static_cast<ssize_t>(line.size());
  if (is_written) return {};
  return fail(ErrorCode::kFailed,
              fmt::format("cannot add its host key to {}: {}", file(), std::strerror(errno)));
}

}  // namespace attune::transport
