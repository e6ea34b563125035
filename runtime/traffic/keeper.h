// SPDX-License-Identifier: Apache-2.0
// Keeper: the collector with its store, as one thing to hand lines, rosters and questions to. collector.h
// says how it is wired. The time is given, in seconds since 1970; one thread, the worker that owns it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/traffic/collector.h"
#include "runtime/traffic/query.h"
#include "runtime/traffic/rates.h"
#include "runtime/traffic/report_join.h"
#include "runtime/traffic/store.h"
#include "runtime/workflow/event.h"

namespace attune::traffic {

// What is longer ago, or more, is deleted; everything is kept where neither is said.
struct Keep {
  std::optional<int64_t> seconds;
  std::optional<uint64_t> periods;
};

class Keeper final : private Past {
 public:
  // Goes on with what the store has. The errors are the store's.
  static Result<std::unique_ptr<Keeper>> open(const std::string& path, std::string_view writer,
                                              const CollectorSettings& settings, const Keep& keep);

  // A line of a sensor. Lines that cannot be read, reports that are not counted and a store that fails are
  // told by take_problems(). What cannot be stored is counted all the same, as long as it is in memory.
  void take(const workflow::Event& event, int64_t now);
  void set_roster(Roster roster, int64_t now);

  // Periods that have become settled, and those that a late report has changed; in time, but for those that
  // are not in memory any more, of which at most kOldAtOnce are given at once. Also deletes what need not be
  // kept. To be called after lines were taken, and at next_settle(). After a restart the periods in memory
  // are told again.
  std::vector<Joined> take_settled(int64_t now);
  static constexpr size_t kOldAtOnce = 10;
  // When to call it again where no line comes: nothing where there is nothing to wait for.
  std::optional<int64_t> next_settle() const;

  // Gives the newest periods that are kept, at most so many, in time, up to the first that has not settled.
  // What cannot be read is left out, and told.
  void look_back(uint64_t periods, int64_t now, const std::function<void(const Joined&)>& look);

  Result<Reply> ask(const Question& question, int64_t now);
  // Of the periods of this span, as far as they are kept; of more than kMaxSummedPeriods of the newest. One
  // that is damaged is left out, and told.
  Result<Rates> rates(int64_t from, int64_t to, int64_t now);

  // One line each, since this was last asked; at most kMaxProblems, then only their number.
  std::vector<std::string> take_problems();
  static constexpr size_t kMaxProblems = 100;

 private:
  Keeper(Store store, const CollectorSettings& settings, const Keep& keep)
      : store_(std::move(store)), collector_(settings), keep_(keep) {}

  Result<void> restore();
  void count(Report report, int64_t now);
  void prune(int64_t now);
  void tell(std::string problem);

  Result<Joined> joined(const Period& period) override;
  Result<std::optional<Period>> first(int64_t seconds) override;
  Result<std::vector<int64_t>> lengths(int64_t from, int64_t to) override;
  Result<RosterHistory> rosters_during(const Period& period);

  Store store_;
  ReportJoin join_;
  Collector collector_;
  Keep keep_;
  std::set<Period> old_;     // not in memory, and changed by a late report
  int64_t now_ = 0;          // of the call that is under way
  int64_t cut_ = INT64_MIN;  // what ended before was deleted
  std::vector<std::string> problems_;
  uint64_t untold_ = 0;
};

}  // namespace attune::traffic
