// SPDX-License-Identifier: Apache-2.0
// SensorLine: what a traffic sensor tells in one event line, `traffic` or `traffic_period`, as typed values.
// Between the event line, which only knows texts, and ReportJoin; also how reports stand in the store.
// docs/traffic.md describes the lines. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <tl/expected.hpp>

#include "runtime/events/event_line.h"
#include "runtime/traffic/matrix.h"
#include "runtime/workflow/event.h"

namespace attune::traffic {

inline constexpr std::string_view kTraffic = "traffic", kTrafficPeriod = "traffic_period";
inline constexpr size_t kMaxOwn = 16;                         // addresses that a machine shows as its own
inline constexpr uint64_t kMaxCount = 1'000'000'000'000'000;  // of one number; their sums stay exact
inline constexpr int64_t kMaxSeconds = 86'400;                // of a period

// One of those that a machine heard from, or that it sent to.
struct Peer {
  std::string address;  // an IP address in its shortest form, or a MAC address
  uint64_t messages = 0;
  uint64_t bytes = 0;

  auto operator<=>(const Peer&) const = default;
};

// Peers beyond the sensor's bound, summed.
struct Rest {
  uint64_t peers = 0;
  uint64_t messages = 0;
  uint64_t bytes = 0;

  bool operator==(const Rest&) const = default;
};

// What reached one interface of a machine.
struct InterfaceCount {
  std::string mac;               // of the interface, in lower case
  std::vector<std::string> own;  // source addresses of what came from it
  std::vector<Peer> from;
  std::vector<Peer> to;  // of the servers that the sensor was told to watch
  Rest rest;
  bool is_part = false;  // it came or left within the period

  bool operator==(const InterfaceCount&) const = default;
};

struct TrafficLine {
  std::string sensor;
  Period period;
  InterfaceCount count;  // all of it, or a piece

  bool operator==(const TrafficLine&) const = default;
};

enum class Via { kEbpf, kRing };
inline constexpr size_t kVias = 2;
std::string_view name_of(Via via);  // "ebpf", "ring"

struct PeriodLine {
  std::string sensor;
  Period period;
  uint64_t vms = 0;    // interfaces that the report has
  uint64_t lines = 0;  // that came before this one
  Via via = Via::kEbpf;
  uint64_t lost = 0;     // periods before this one that the sensor had to drop
  bool is_part = false;  // the sensor began within the period

  bool operator==(const PeriodLine&) const = default;
};

using SensorLine = std::variant<TrafficLine, PeriodLine>;

// Reads the event; addresses are brought into their shortest form. What is wrong is said with its key. Keys
// that are not known are passed over, since a newer sensor may tell more.
tl::expected<SensorLine, events::Rejection> read_sensor_line(const workflow::Event& event);

// The line that reads as this, without its end. It may be longer than an event line can be: see to_lines().
std::string to_line(const SensorLine& line);

// In the shortest form, nothing where it is none. A MAC is six pairs of digits with colons.
std::optional<std::string> canonical_address(std::string_view text);
bool is_mac(std::string_view text);

}  // namespace attune::traffic
