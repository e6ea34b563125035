// SPDX-License-Identifier: Apache-2.0
#include "probes/traffic/options.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <fnmatch.h>

namespace attune::probes {

namespace {

constexpr std::size_t kServersMost = 1024;

tl::unexpected<Error> wrong(std::string_view argument, std::string_view why) {
  return fail(ErrorCode::kInvalid, fmt::format("'{}': {}", argument, why));
}

// The event line's rule for a component's name.
bool is_name(std::string_view text) {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";
  return !text.empty() && text.size() <= 255 && text.find_first_not_of(kLetters) == std::string_view::npos;
}

Result<std::size_t> parse_number(std::string_view text, std::size_t least, std::size_t most) {
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < least || number > most)
    return fail(ErrorCode::kInvalid, fmt::format("must be a number from {} to {}", least, most));
  return number;
}

std::optional<traffic_address> parse_address(const std::string& text) {
  traffic_address address{};
  address.family = TRAFFIC_IPV4;
  if (::inet_pton(AF_INET, text.c_str(), address.bytes) == 1) return address;
  address.family = TRAFFIC_IPV6;
  if (::inet_pton(AF_INET6, text.c_str(), address.bytes) == 1) return address;
  return std::nullopt;
}

// Of a host. One whose last part has no letter is an address that was meant, and mistyped.
bool is_host_name(std::string_view text) {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  constexpr std::string_view kOthers = "0123456789.-_";
  if (text.empty() || text.size() > 253) return false;
  const bool is_sound = std::all_of(text.begin(), text.end(), [&](char c) {
    return kLetters.find(c) != kLetters.npos || kOthers.find(c) != kOthers.npos;
  });
  const std::size_t dot = text.rfind('.');
  const std::string_view last = dot == text.npos ? text : text.substr(dot + 1);
  return is_sound && text.front() != '-' && last.find_first_of(kLetters) != last.npos;
}

Result<void> read_servers(std::string_view value, Options& options) {
  while (!value.empty()) {
    const std::size_t end = std::min(value.find(','), value.size());
    const std::string text(value.substr(0, end));
    if (const auto address = parse_address(text)) {
      options.servers.push_back(*address);
    } else if (is_host_name(text)) {
      options.server_names.push_back(text);
    } else {
      return fail(ErrorCode::kInvalid,
                  fmt::format("'{}' is neither an IP address nor a host's name, such as 10.0.0.200", text));
    }
    value.remove_prefix(std::min(end + 1, value.size()));
  }
  if (options.servers.size() + options.server_names.size() > kServersMost)
    return fail(ErrorCode::kInvalid, fmt::format("more than {}", kServersMost));
  return {};
}

Result<void> read_interface(std::string_view value, Options& options) {
  const std::size_t end = value.find('=');
  if (end == std::string_view::npos || end == 0) return fail(ErrorCode::kInvalid, "write interface=NAME=MAC");
  auto mac = parse_mac(std::string(value.substr(end + 1)));
  if (!mac) return fail(mac.error());
  options.interfaces[std::string(value.substr(0, end))] = *mac;
  return {};
}

Result<void> read_via(std::string_view value, Options& options) {
  if (value != "auto" && value != "ebpf" && value != "ring")
    return fail(ErrorCode::kInvalid, "must be auto, ebpf or ring");
  options.via = value == "ebpf"   ? Options::Via::kEbpf
                : value == "ring" ? Options::Via::kRing
                                  : Options::Via::kAuto;
  return {};
}

Result<void> read_period(std::string_view value, Options& options) {
  const auto period = parse_period(value);
  if (!period)
    return fail(ErrorCode::kInvalid, "must be from 1s to 1h and divide the day, such as 30s or 5min");
  options.period = *period;
  return {};
}

Result<void> read_number(std::string_view value, std::size_t most, std::size_t& to) {
  auto number = parse_number(value, 1, most);
  if (!number) return fail(number.error());
  to = *number;
  return {};
}

Result<void> read_option(std::string_view key, std::string_view value, Options& options) {
  if (key == "period") return read_period(value, options);
  if (key == "interface") return read_interface(value, options);
  if (key == "servers") return read_servers(value, options);
  if (key == "peers") return read_number(value, 65'536, options.bounds.peers);
  if (key == "table") return read_number(value, 4'194'304, options.bounds.table);
  if (key == "via") return read_via(value, options);
  if (key != "interfaces") return fail(ErrorCode::kInvalid, "there is no such option");
  if (value.empty()) return fail(ErrorCode::kInvalid, "must be a pattern of names, such as vnet*");
  options.patterns.emplace_back(value);
  return {};
}

}  // namespace

bool Options::wants(const std::string& interface) const {
  return interfaces.contains(interface) ||
         std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
           return ::fnmatch(pattern.c_str(), interface.c_str(), 0) == 0;
         });
}

Result<Mac> parse_mac(const std::string& text) {
  constexpr std::size_t kDigits = 3;  // of a byte, with the colon before the next
  Mac mac;
  const auto refused = [&] {
    return fail(ErrorCode::kInvalid, fmt::format("'{}' is no MAC address, such as 52:54:00:aa:bb:01", text));
  };
  if (text.size() != mac.size() * kDigits - 1) return refused();
  for (std::size_t i = 0; i < mac.size(); ++i) {
    const char* at = text.data() + i * kDigits;
    const auto [end, error] = std::from_chars(at, at + 2, mac[i], 16);
    if (error != std::errc() || end != at + 2 || (i + 1 < mac.size() && at[2] != ':')) return refused();
  }
  return mac;
}

Result<Options> parse_options(std::span<const std::string> arguments) {
  if (arguments.size() < 2) return fail(ErrorCode::kInvalid, kUsage);
  Options options;
  options.pipe = arguments[0];
  options.sensor = arguments[1];
  if (!is_name(options.sensor))
    return wrong(options.sensor, "a sensor's name is letters, digits, '_', '-' and '.'");
  for (const std::string& argument : arguments.subspan(2)) {
    const std::size_t end = argument.find('=');
    if (end == std::string::npos) return wrong(argument, "options are written key=value");
    const std::string_view text = argument;
    if (auto read = read_option(text.substr(0, end), text.substr(end + 1), options); !read)
      return wrong(argument, read.error().message);
  }
  if (options.patterns.empty() && options.interfaces.empty()) options.patterns.emplace_back("vnet*");
  return options;
}

}  // namespace attune::probes
