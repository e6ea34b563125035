// SPDX-License-Identifier: Apache-2.0
#include "runtime/traffic/sensor_line.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <arpa/inet.h>
#include <fmt/format.h>

namespace attune::traffic {

namespace {

using Failure = tl::unexpected<events::Rejection>;

constexpr int64_t kLastSecond = 253'402'300'799;  // of the year 9999
constexpr std::array<std::string_view, kVias> kViaNames = {"ebpf", "ring"};

Failure bad(std::string_view key, std::string_view value, std::string_view expected) {
  constexpr size_t kShown = 60;
  const std::string_view shown = value.substr(0, kShown);
  return Failure(events::Rejection{
      events::Fault::kBadValue,
      fmt::format("{}={}{}: {} was expected", key, shown, value.size() > kShown ? "..." : "", expected)});
}

std::optional<uint64_t> number_of(std::string_view text) {
  uint64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || end != text.data() + text.size() || number > kMaxCount) return std::nullopt;
  return number;
}

// Takes what stands before the next separator off the front.
std::string_view next(std::string_view& text, char separator) {
  const size_t end = std::min(text.find(separator), text.size());
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return word;
}

std::optional<Peer> peer_of(std::string_view text) {
  const auto address = canonical_address(next(text, ' '));
  const auto messages = number_of(next(text, ' '));
  const auto bytes = number_of(text);
  if (!address || !messages || !bytes) return std::nullopt;
  return Peer{*address, *messages, *bytes};
}

// Looks the keys up and reads them; the first that is wrong is kept, and said at the end.
class Values {
 public:
  explicit Values(const workflow::Event& event) : event_(event) {}

  const std::string* find(std::string_view key) const {
    const auto place = std::find_if(event_.values.begin(), event_.values.end(),
                                    [&](const auto& value) { return value.first == key; });
    return place == event_.values.end() ? nullptr : &place->second;
  }

  std::string_view needed(std::string_view key, std::string_view expected) {
    const std::string* text = find(key);
    if (text == nullptr) wrong(key, "(nothing)", expected);
    return text == nullptr ? std::string_view() : std::string_view(*text);
  }

  uint64_t number(std::string_view key, std::optional<uint64_t> otherwise = std::nullopt) {
    if (find(key) == nullptr && otherwise) return *otherwise;
    const std::string_view text = needed(key, "a whole number");
    const auto number = number_of(text);
    if (!number) wrong(key, text, "a whole number");
    return number.value_or(0);
  }

  bool flag(std::string_view key) {
    const std::string* text = find(key);
    if (text == nullptr) return false;
    if (*text != "true" && *text != "false") wrong(key, *text, "true or false");
    return *text == "true";
  }

  Period period() {
    const Period period{static_cast<int64_t>(number("period")), static_cast<int64_t>(number("seconds"))};
    if (period.seconds < 1 || period.seconds > kMaxSeconds) {
      wrong("seconds", std::to_string(period.seconds), "a length from 1 to 86400");
    } else if (period.start % period.seconds != 0 || period.start > kLastSecond) {
      wrong("period", std::to_string(period.start),
            fmt::format("a start in seconds since 1970, a multiple of {}", period.seconds));
    }
    return period;
  }

  std::vector<Peer> peers(std::string_view key) {
    const std::string* text = find(key);
    std::vector<Peer> peers;
    if (text == nullptr) return peers;
    for (std::string_view left = *text; !left.empty();) {
      const std::string_view one = next(left, ';');
      auto peer = peer_of(one);
      if (!peer) {
        wrong(key, one, "\"ADDRESS MESSAGES BYTES\", more after ';'");
        return peers;
      }
      peers.push_back(std::move(*peer));
    }
    return peers;
  }

  std::vector<std::string> own() {
    const std::string* text = find("own");
    std::vector<std::string> addresses;
    if (text == nullptr) return addresses;
    for (std::string_view left = *text; !left.empty();) {
      const std::string_view one = next(left, ' ');
      auto address = canonical_address(one);
      if (!address) wrong("own", one, "IP addresses with a blank between them");
      if (address) addresses.push_back(std::move(*address));
    }
    if (addresses.size() > kMaxOwn) wrong("own", *text, fmt::format("at most {} addresses", kMaxOwn));
    return addresses;
  }

  Rest rest() {
    const std::string* text = find("rest");
    if (text == nullptr) return {};
    std::string_view left = *text;
    const auto peers = number_of(next(left, ' '));
    const auto messages = number_of(next(left, ' '));
    const auto bytes = number_of(left);
    if (!peers || !messages || !bytes) wrong("rest", *text, "\"PEERS MESSAGES BYTES\"");
    return {peers.value_or(0), messages.value_or(0), bytes.value_or(0)};
  }

  void wrong(std::string_view key, std::string_view value, std::string_view expected) {
    if (!failure_) failure_ = bad(key, value, expected).value();
  }
  const std::optional<events::Rejection>& failure() const { return failure_; }

 private:
  const workflow::Event& event_;
  std::optional<events::Rejection> failure_;
};

TrafficLine traffic_line(const workflow::Event& event, Values& values) {
  TrafficLine line{event.component, values.period(), {}};
  const std::string_view mac = values.needed("vm", "a MAC address in lower case");
  if (!is_mac(mac)) values.wrong("vm", mac, "a MAC address in lower case");
  line.count = {std::string(mac),   values.own(),  values.peers("from"),
                values.peers("to"), values.rest(), values.flag("part")};
  return line;
}

PeriodLine period_line(const workflow::Event& event, Values& values) {
  PeriodLine line{event.component, values.period()};
  line.vms = values.number("vms");
  line.lines = values.number("lines");
  const std::string_view via = values.needed("via", "ebpf or ring");
  const auto place = std::find(kViaNames.begin(), kViaNames.end(), via);
  if (place == kViaNames.end()) values.wrong("via", via, "ebpf or ring");
  if (place != kViaNames.end()) line.via = static_cast<Via>(place - kViaNames.begin());
  line.lost = values.number("lost", 0);
  line.is_part = values.flag("part");
  if (line.lines < line.vms)
    values.wrong("lines", std::to_string(line.lines), "at least one for each of vms");
  if (line.vms == 0 && line.lines > 0)
    values.wrong("vms", "0", fmt::format("at least one that the {} lines tell of", line.lines));
  return line;
}

void append_peers(std::string& line, std::string_view key, const std::vector<Peer>& peers) {
  if (peers.empty()) return;
  line += fmt::format(" {}=\"", key);
  for (const Peer& peer : peers) {
    if (&peer != &peers.front()) line += ';';
    fmt::format_to(std::back_inserter(line), "{} {} {}", peer.address, peer.messages, peer.bytes);
  }
  line += '"';
}

std::string beginning(std::string_view name, std::string_view sensor, const Period& period) {
  return fmt::format("{} {} period={} seconds={}", name, sensor, period.start, period.seconds);
}

std::string text_of(const TrafficLine& line) {
  const InterfaceCount& count = line.count;
  std::string text = beginning(kTraffic, line.sensor, line.period);
  text += fmt::format(" vm={}", count.mac);
  if (!count.own.empty()) text += fmt::format(" own=\"{}\"", fmt::join(count.own, " "));
  append_peers(text, "from", count.from);
  if (count.rest != Rest{})
    text += fmt::format(" rest=\"{} {} {}\"", count.rest.peers, count.rest.messages, count.rest.bytes);
  append_peers(text, "to", count.to);
  if (count.is_part) text += " part=true";
  return text;
}

std::string text_of(const PeriodLine& line) {
  std::string text = beginning(kTrafficPeriod, line.sensor, line.period);
  text += fmt::format(" vms={} lines={} via={}", line.vms, line.lines, name_of(line.via));
  if (line.lost > 0) text += fmt::format(" lost={}", line.lost);
  if (line.is_part) text += " part=true";
  return text;
}

template <class T>
std::optional<std::string> shortest(int family, const std::string& text) {
  T address{};
  std::array<char, INET6_ADDRSTRLEN> written{};
  if (::inet_pton(family, text.c_str(), &address) != 1) return std::nullopt;
  if (::inet_ntop(family, &address, written.data(), static_cast<socklen_t>(written.size())) == nullptr)
    return std::nullopt;
  return std::string(written.data());
}

}  // namespace

std::string_view name_of(Via via) {
  return kViaNames[static_cast<size_t>(via)];
}

bool is_mac(std::string_view text) {
  constexpr size_t kLength = 17;
  if (text.size() != kLength) return false;
  for (size_t i = 0; i < kLength; ++i) {
    const bool is_digit = (text[i] >= '0' && text[i] <= '9') || (text[i] >= 'a' && text[i] <= 'f');
    if (i % 3 == 2 ? text[i] != ':' : !is_digit) return false;
  }
  return true;
}

std::optional<std::string> canonical_address(std::string_view text) {
  if (text.empty() || text.size() >= INET6_ADDRSTRLEN || text.find('\0') != text.npos) return std::nullopt;
  if (is_mac(text)) return std::string(text);
  const std::string address(text);
  return address.find(':') == address.npos ? shortest<in_addr>(AF_INET, address)
                                           : shortest<in6_addr>(AF_INET6, address);
}

tl::expected<SensorLine, events::Rejection> read_sensor_line(const workflow::Event& event) {
  const bool is_traffic = event.name == kTraffic;
  if (!is_traffic && event.name != kTrafficPeriod)
    return Failure(events::Rejection{
        events::Fault::kUnknownEvent,
        fmt::format("'{}': a sensor tells '{}' and '{}'", event.name, kTraffic, kTrafficPeriod)});
  if (event.component.empty())
    return Failure(events::Rejection{events::Fault::kUnknownComponent,
                                     fmt::format("'{}' needs the sensor's name", event.name)});
  Values values(event);
  SensorLine line;
  if (is_traffic) {
    line = traffic_line(event, values);
  } else {
    line = period_line(event, values);
  }
  if (values.failure()) return Failure(*values.failure());
  return line;
}

std::string to_line(const SensorLine& line) {
  return std::visit([](const auto& one) { return text_of(one); }, line);
}

}  // namespace attune::traffic
