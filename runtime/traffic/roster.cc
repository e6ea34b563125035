// SPDX-License-Identifier: Apache-2.0
#include "runtime/traffic/roster.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "runtime/base/next_word.h"
#include "runtime/traffic/sensor_line.h"

namespace attune::traffic {

namespace {

bool read_line(std::string_view line, Roster& roster) {
  std::array<std::string, 4> words;
  size_t count = 0;
  for (; !line.empty() && count < words.size(); ++count) words[count] = next_word(line);
  const bool are_there = std::all_of(words.begin(), words.begin() + static_cast<ptrdiff_t>(count),
                                     [](const std::string& word) { return !word.empty(); });
  if (!line.empty() || !are_there) return false;
  if (words[0] == "vm" && count == 4 && is_mac(words[1])) {
    roster.interfaces.push_back({words[1], words[2], words[3]});
    return true;
  }
  if (words[0] != "sensor" || count != 3) return false;
  roster.sensors.push_back({words[1], words[2]});
  return true;
}

}  // namespace

std::string to_text(const Roster& roster) {
  std::string text;
  for (const Interface& one : roster.interfaces)
    text += fmt::format("vm {} {} {}\n", one.mac, one.name, one.host);
  for (const Sensor& one : roster.sensors) text += fmt::format("sensor {} {}\n", one.name, one.host);
  return text;
}

Result<Roster> parse_roster(std::string_view text) {
  Roster roster;
  for (size_t number = 1; !text.empty(); ++number) {
    const size_t end = text.find('\n');
    if (end == text.npos || !read_line(text.substr(0, end), roster))
      return fail(ErrorCode::kCorrupt,
                  fmt::format("line {}: 'vm MAC NAME HOST' or 'sensor NAME HOST' was expected", number));
    text.remove_prefix(end + 1);
  }
  return roster;
}

bool RosterHistory::add(int64_t since, Roster roster) {
  std::sort(roster.interfaces.begin(), roster.interfaces.end());
  std::sort(roster.sensors.begin(), roster.sensors.end());
  if (!entries_.empty() && entries_.back().roster == roster) return false;
  if (!entries_.empty()) since = std::max(since, entries_.back().since);  // the clock may have been set back
  entries_.push_back({since, std::move(roster)});
  if (entries_.size() > kMax) entries_.erase(entries_.begin());
  return true;
}

PeriodRoster RosterHistory::during(const Period& period) const {
  PeriodRoster sum;
  const auto first_after = std::partition_point(entries_.begin(), entries_.end(),
                                                [&](const Entry& one) { return one.since <= period.start; });
  auto entry = first_after == entries_.begin() ? first_after : first_after - 1;
  for (bool is_first = true; entry != entries_.end() && (is_first || entry->since < period.end()); ++entry) {
    std::set<std::string, std::less<>> present;
    for (const Interface& one : entry->roster.interfaces) {
      sum.name_of[one.mac] = one.name;
      sum.hosts_of[one.name].insert(one.host);
      present.insert(one.name);
    }
    if (is_first) sum.throughout = present;
    std::erase_if(sum.throughout, [&](const std::string& name) { return !present.contains(name); });
    is_first = false;
    sum.at_end.clear();
    for (const Sensor& one : entry->roster.sensors) {
      sum.host_of[one.name] = one.host;
      sum.at_end.insert(one.name);
    }
  }
  return sum;
}

}  // namespace attune::traffic
