// SPDX-License-Identifier: Apache-2.0
// Roster: which machines run where, by which MAC addresses they are known, and which sensors count on which
// hosts, as the manager knows it at a time. RosterHistory keeps those that were true before, for reports come
// after their time. Plain values; any thread.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/traffic/matrix.h"

namespace attune::traffic {

// An interface of a machine that runs.
struct Interface {
  std::string mac;   // in lower case
  std::string name;  // of the machine's component
  std::string host;

  auto operator<=>(const Interface&) const = default;
};

struct Sensor {
  std::string name;  // of the probe's component
  std::string host;

  auto operator<=>(const Sensor&) const = default;
};

struct Roster {
  std::vector<Interface> interfaces;
  std::vector<Sensor> sensors;

  bool operator==(const Roster&) const = default;
};

// One line for each, with its end; names have no blanks. kCorrupt for what was not written so.
std::string to_text(const Roster& roster);
Result<Roster> parse_roster(std::string_view text);

// What was true in a period, or in a part of it.
struct PeriodRoster {
  std::map<std::string, std::string, std::less<>> name_of;             // by MAC
  std::map<std::string, std::set<std::string>, std::less<>> hosts_of;  // by the machine's name
  std::map<std::string, std::string, std::less<>> host_of;             // by the sensor's name
  std::set<std::string, std::less<>> throughout;  // machines that were there all the time
  std::set<std::string, std::less<>> at_end;  // sensors that had not left when it ended: these will report
};

class RosterHistory {
 public:
  static constexpr size_t kMax =
      1000;  // rosters; of what was before the first, that one is the nearest known

  struct Entry {
    int64_t since = 0;  // seconds since 1970
    Roster roster;
  };

  // From `since` on, which is not before the last one's. False where nothing is new.
  bool add(int64_t since, Roster roster);
  PeriodRoster during(const Period& period) const;
  const std::vector<Entry>& entries() const { return entries_; }

 private:
  std::vector<Entry> entries_;
};

}  // namespace attune::traffic
