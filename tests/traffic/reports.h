// SPDX-License-Identifier: Apache-2.0
// A tiny vocabulary for tests of the collector: machines a, b, c ... with the MAC 52:54:00:00:00:0X and the
// address 10.0.0.X, on hosts with one sensor each.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "runtime/traffic/keeper.h"

namespace attune::traffic::test {

inline constexpr int64_t kStart = 1'764'442'800;  // a multiple of 30

inline std::string mac_of(int machine) {
  return "52:54:00:00:00:0" + std::to_string(machine);
}
inline std::string ip_of(int machine) {
  return "10.0.0." + std::to_string(machine);
}
inline Period period_at(int64_t number) {
  return {kStart + 30 * number, 30};
}

struct Heard {
  int from;
  uint64_t messages;
};

// What reached a machine, each message of 100 bytes.
inline InterfaceCount count_of(int machine, const std::vector<Heard>& heard = {}) {
  InterfaceCount count{.mac = mac_of(machine), .own = {ip_of(machine)}};
  for (const Heard& one : heard) count.from.push_back({ip_of(one.from), one.messages, 100 * one.messages});
  return count;
}

inline Report report_of(std::string sensor, int64_t number, std::vector<InterfaceCount> counts) {
  Report report{.sensor = std::move(sensor), .period = period_at(number)};
  for (InterfaceCount& count : counts) add_count(report, std::move(count));
  normalise(report);
  return report;
}

// Machine 1 is "a" on h1, 2 is "b" on h2, 3 is "c" on h2; s1 and s2 count there.
inline Roster two_hosts() {
  return {{{mac_of(1), "a", "h1"}, {mac_of(2), "b", "h2"}, {mac_of(3), "c", "h2"}},
          {{"s1", "h1"}, {"s2", "h2"}}};
}

inline double messages(const Matrix& matrix, std::string_view from, std::string_view to) {
  const auto one = find_party(matrix, from), other = find_party(matrix, to);
  return one && other ? volume_of(matrix, *one, *other).messages : 0;
}

using Names = std::vector<std::string>;

}  // namespace attune::traffic::test
