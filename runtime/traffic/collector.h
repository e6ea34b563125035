// SPDX-License-Identifier: Apache-2.0
// Collector: takes the reports of all sensors, in any order and late, and says when a period is settled and
// what its matrix is. It reads no clock and does no I/O: the time is given, in seconds since 1970. One
// thread.
//
// How it is meant to be wired: one worker thread owns a Keeper, which owns a ReportJoin, a Collector and a
// Store. The loop's thread hands over, by posting to the worker,
//   - each `traffic` and `traffic_period` event as it was read (Keeper::take), many at once where many came,
//   - the roster, a plain value, when the engine's system has changed (Keeper::set_roster),
//   - the time, when Keeper::next_settle() has come (Keeper::take_settled),
//   - questions (Keeper::ask).
// The worker posts back what take_settled() and ask() gave: plain values that nobody else holds. A reply that
// says "wait" is asked again by the loop after the next settled period, or at its `until`. So no thread waits
// for another, and the engine sees nothing of it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "runtime/traffic/address_book.h"
#include "runtime/traffic/period_join.h"
#include "runtime/traffic/report.h"
#include "runtime/traffic/roster.h"

namespace attune::traffic {

struct CollectorSettings {
  int64_t seconds = 30;     // of a period; reports of others are refused
  int64_t wait = 30;        // after a period's end, for sensors that have not reported
  size_t held = 8;          // periods whose reports are in memory; those before are the store's
  size_t size = 2'000'000;  // of all that is held, as size_of() counts: some 150 MB
};

class Collector {
 public:
  explicit Collector(CollectorSettings settings = {}) : settings_(settings) {}

  // True where it differs from the one before, and so has to be stored.
  bool set_roster(Roster roster, int64_t now) { return rosters_.add(now, std::move(roster)); }
  // What was true, and known, before this manager: in its order.
  void restore(RosterHistory::Entry roster) { rosters_.add(roster.since, std::move(roster.roster)); }
  void restore(Tenure tenure) { book_.restore(std::move(tenure)); }

  // Why the report cannot be counted at all: another length, or a time that has not come yet.
  std::optional<std::string> refusal_of(const Report& report, int64_t now) const;
  // Counts it, unless it was counted. `digest` is that of its lines. One of a period that is not held any
  // more is not told from one that was counted by it alone: the store can.
  Verdict add(std::shared_ptr<const Report> report, int64_t digest);
  // What is new in the address book, to be stored, since this was last asked.
  std::vector<Tenure> take_tenures() { return std::exchange(tenures_, {}); }

  // Periods that have become settled, and settled ones that a late report has changed; in time.
  std::vector<Joined> take_settled(int64_t now);
  // When a period will be settled that is not, without further reports.
  std::optional<int64_t> next_settle() const;

  // The reports of a period in memory; none where it is not held.
  const Reports* find_held(const Period& period) const;
  // Any period's matrix of its reports; `rosters` are those of that time, where it is not the collector's
  // own.
  Joined join_of(const Period& period, const Reports& reports, const RosterHistory& rosters,
                 int64_t now) const;

  const CollectorSettings& settings() const { return settings_; }
  const RosterHistory& rosters() const { return rosters_; }

 private:
  struct Held {
    Reports reports;
    std::map<std::string, std::vector<Counted>> counted;  // by sensor
    std::set<std::string, std::less<>> lost;              // sensors that will not report it
    bool is_told = false;                                 // as settled
    bool has_changed = false;                             // since it was told
  };

  void note_addresses(const Report& report);
  void note_lost(const Report& report);
  void shrink();
  bool is_settled(const Period& period, const std::vector<std::string>& awaited, int64_t now) const;

  CollectorSettings settings_;
  RosterHistory rosters_;
  AddressBook book_;
  std::vector<Tenure> tenures_;
  std::map<int64_t, Held> held_;  // by the period's start
  std::vector<Joined> left_;      // that were not told when they had to give way
  size_t size_ = 0;
};

}  // namespace attune::traffic
