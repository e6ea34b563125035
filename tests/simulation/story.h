// SPDX-License-Identifier: Apache-2.0
// Story: what happens to a simulated fleet, as a list of dated incidents. It is drawn from a seed, played,
// and shrunk by leaving incidents out, which changes nothing for the others. Immutable values; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/clock.h"

namespace attune::simulation {

// When each story begins, by the clock on the wall as well.
inline constexpr Instant kBegin{std::chrono::hours(24 * 365 * 56)};

struct Incident {
  // What `a` and `b` mean stands behind each: numbers that are taken modulo what there is.
  enum class Kind {
    kHostDies,         // host; comes back after `lasts`
    kLinkCut,          // host; mended after `lasts`
    kCallLostBefore,   // host: its next call is lost and had no effect
    kCallLostAfter,    // host: its next call takes effect, and its answer is lost
    kCallRefused,      // host
    kCallSlow,         // host; takes effect `lasts` later
    kAnswerLate,       // host; what was so is told `lasts` later
    kEventLate,        // host; its next event comes `lasts` later, so after those that follow
    kEventDoubled,     // host
    kGuestsDeaf,       // host; to requests to shut down, for `lasts`
    kGuestCrashes,     // guest
    kGuestEnds,        // guest: it turns itself off
    kGuestMoved,       // guest, host: by somebody else
    kProcessDies,      // app
    kLoadHigh,         // guest: raises cpu_high for `lasts`, then that it is over
    kBusy,             // app: raises busy
    kIdle,             // app: raises idle
    kManagerKilled,    // is started again after `lasts`
    kKilledAtRecord,   // a: so many records on, b: odd once it is durable; started again after `lasts`
    kManagerEnds,      // in order; started again after `lasts`
    kDiskSlow,         // for `lasts`
    kDiskFull,         // for `lasts`
    kDiskRefuses,      // for `lasts`: the manager ends, and is started again
    kClockJumps,       // a: minutes, b: odd backwards
    kPersonCalls,      // component, stub
    kPersonMoves,      // guest, host: migrates it
    kPersonCancels,    // run
    kPersonSaysOff,    // host: says so of it if it is off, which then stays off for `lasts` more
    kPersonSetsMode,   // component or all, mode: for `lasts`
    kPersonApproves,   // run
    kPersonMaintains,  // host: for `lasts`
    kPriceChanges,     // site or host, which price and to what (told_event)
    kCapacityChanges,  // site, link or host, which capacity and to what (told_event)
    kPlanImproves,     // guest that the run is about, objective: a diagram asks for a plan and carries it out
    kPlanEmpties,      // host, objective: the same, to empty it
  };
  static constexpr size_t kKinds = 35;

  Duration at{};
  Kind kind = Kind::kHostDies;
  uint64_t a = 0, b = 0;
  Duration lasts{};
};
std::string_view name_of(Incident::Kind kind);

struct Story {
  uint64_t seed = 0;
  size_t hosts = 3, guests = 4, apps = 2;
  Duration time{};              // of the incidents; calm follows
  bool ends_with_stop = false;  // else the manager ends and leaves all as it is
  Duration status_period = std::chrono::seconds(30), load_period = std::chrono::seconds(20);
  Duration sweep_period = std::chrono::minutes(3);  // how often what does not run is started
  bool keeps_journal = true;
  bool has_fences = false;  // hosts that are down are switched off, and are on again two minutes later
  size_t sites = 0;         // none: hosts are alike, and nothing is planned
  std::vector<Incident> incidents;  // by date
  // The manager is killed at this record of the journal, before or once that is durable, and starts again.
  struct Death {
    uint64_t record = 0;
    bool once_durable = false;
    Duration back_after{};
  };
  std::optional<Death> death;
};

// The same for the same seed, always.
Story simulate(uint64_t seed);
// For a fleet of the user's size: an incident a host in ten hours or so; up to kMostPlanned hosts on sites,
// with as many of their own.
inline constexpr size_t kMostPlanned = 100;
Story simulate(uint64_t seed, size_t hosts, size_t guests, Duration time);

// A guest that overloads its host moves to the other one.
Story demo();

// "00:12:31.250 the link to lab2 is cut for 20.000s"
std::string to_text(const Story& story, const Incident& incident);
std::string to_text(const Story& story);
std::string date_text(Duration at);

}  // namespace attune::simulation
