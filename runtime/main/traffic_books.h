// SPDX-License-Identifier: Apache-2.0
// TrafficBooks: what the traffic desk's worker owns: the keeper with its store, the groups that its periods
// show, and the questions that wait for a period to settle. The desk hands it lines, rosters and questions.
// Worker thread only.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/base/clock.h"
#include "runtime/base/result.h"
#include "runtime/control/traffic.h"
#include "runtime/main/traffic_settings.h"
#include "runtime/traffic/group_watch.h"
#include "runtime/traffic/keeper.h"

namespace attune::main {

class TrafficBooks {
 public:
  using Done = std::function<void(Result<std::string>)>;

  // The errors are the store's.
  static Result<std::unique_ptr<TrafficBooks>> open(const std::string& path, const TrafficSettings& settings);

  // The first of all: finds the groups anew that were held to before, in the newest periods that are kept.
  // They are no news.
  void recall(int64_t now);
  void take(const std::vector<workflow::Event>& lines, int64_t now);
  void set_roster(traffic::Roster roster, int64_t now) { keeper_->set_roster(std::move(roster), now); }
  // Answers now, or later in look().
  void ask(const control::TrafficRequest& request, int64_t now, Done done);

  // Of the settled periods of the last `window`, and of the newest settled one at least; of nothing where
  // there is none. The errors are the store's.
  Result<traffic::Rates> recent(Duration window, int64_t now);

  // After any of these, and when the time that it gave last has come.
  struct Look {
    std::vector<std::string> problems;   // for the log, a line each
    std::optional<std::string> regroup;  // the groups, where they have changed
    std::optional<int64_t> next;         // when to look again, in seconds since 1970; nothing to wait for
  };
  Look look(int64_t now);

 private:
  struct Asked {
    control::TrafficRequest request;
    Done done;
    int64_t until = 0;      // when to try again at the latest, in seconds since 1970
    bool is_early = false;  // about the newest, when none had settled
  };

  TrafficBooks(std::unique_ptr<traffic::Keeper> keeper, const TrafficSettings& settings);
  // Nothing where it was answered.
  std::optional<Asked> tried(Asked asked, int64_t now);

  std::unique_ptr<traffic::Keeper> keeper_;
  traffic::GroupWatch groups_;
  const int64_t seconds_;
  const uint64_t recalled_;  // periods at most
  int64_t newest_ = 0;       // the end of the newest period that has settled
  std::vector<Asked> waiting_;
};

}  // namespace attune::main
