// SPDX-License-Identifier: Apache-2.0
#include "runtime/hypervisor/domain_events.h"

#include <gmock/gmock.h>
#include <libvirt/libvirt.h>

namespace attune::hypervisor {
namespace {

using Kind = ports::DomainEvent::Kind;
using State = ports::DomainState;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// What a host's events, (event, detail) each, mean in their order.
std::vector<Kind> meaning(std::vector<std::pair<int, int>> raw) {
  EventReader reader;
  std::vector<Kind> kinds;
  for (const auto& [event, detail] : raw)
    if (const auto kind = reader.read({"vm", event, detail})) kinds.push_back(*kind);
  return kinds;
}

TEST(DomainEvents, ABootIsAStart) {
  EXPECT_THAT(
      meaning({{VIR_DOMAIN_EVENT_DEFINED, 0}, {VIR_DOMAIN_EVENT_STARTED, VIR_DOMAIN_EVENT_STARTED_BOOTED}}),
      ElementsAre(Kind::kStarted));
}

TEST(DomainEvents, AnOrderlyEndIsToldOnce) {
  EXPECT_THAT(meaning({{VIR_DOMAIN_EVENT_SHUTDOWN, VIR_DOMAIN_EVENT_SHUTDOWN_GUEST},
                       {VIR_DOMAIN_EVENT_STOPPED, VIR_DOMAIN_EVENT_STOPPED_SHUTDOWN}}),
              ElementsAre(Kind::kShutDown));
  EXPECT_THAT(meaning({{VIR_DOMAIN_EVENT_STOPPED, VIR_DOMAIN_EVENT_STOPPED_DESTROYED}}),
              ElementsAre(Kind::kShutDown));
}

TEST(DomainEvents, ADeadHypervisorProcessIsACrash) {
  EXPECT_THAT(meaning({{VIR_DOMAIN_EVENT_STOPPED, VIR_DOMAIN_EVENT_STOPPED_FAILED}}),
              ElementsAre(Kind::kCrashed));
  EXPECT_THAT(meaning({{VIR_DOMAIN_EVENT_STOPPED, VIR_DOMAIN_EVENT_STOPPED_CRASHED}}),
              ElementsAre(Kind::kCrashed));
}

TEST(DomainEvents, AMigrationLeavesTheSourceInOneEvent) {
  EXPECT_THAT(meaning({{VIR_DOMAIN_EVENT_SUSPENDED, VIR_DOMAIN_EVENT_SUSPENDED_MIGRATED},
                       {VIR_DOMAIN_EVENT_STOPPED, VIR_DOMAIN_EVENT_STOPPED_MIGRATED},
                       {VIR_DOMAIN_EVENT_UNDEFINED, VIR_DOMAIN_EVENT_UNDEFINED_REMOVED}}),
              ElementsAre(Kind::kMigratedAway, Kind::kUndefined));
}

TEST(DomainEvents, AMigrationArrivesOnlyWhenTheGuestRunsThere) {
  EXPECT_THAT(meaning({{VIR_DOMAIN_EVENT_STARTED, VIR_DOMAIN_EVENT_STARTED_MIGRATED}}), IsEmpty());
  EXPECT_THAT(meaning({{VIR_DOMAIN_EVENT_STARTED, VIR_DOMAIN_EVENT_STARTED_MIGRATED},
                       {VIR_DOMAIN_EVENT_DEFINED, 0},
                       {VIR_DOMAIN_EVENT_RESUMED, VIR_DOMAIN_EVENT_RESUMED_MIGRATED}}),
              ElementsAre(Kind::kMigratedIn));
}

TEST(DomainEvents, APausedGuestArrivesPaused) {
  EXPECT_THAT(meaning({{VIR_DOMAIN_EVENT_STARTED, VIR_DOMAIN_EVENT_STARTED_MIGRATED},
                       {VIR_DOMAIN_EVENT_SUSPENDED, VIR_DOMAIN_EVENT_SUSPENDED_PAUSED}}),
              ElementsAre(Kind::kMigratedIn));
}

TEST(DomainEvents, AMigrationThatFailsNeverWasOnTheTarget) {
  EXPECT_THAT(meaning({{VIR_DOMAIN_EVENT_STARTED, VIR_DOMAIN_EVENT_STARTED_MIGRATED},
                       {VIR_DOMAIN_EVENT_STOPPED, VIR_DOMAIN_EVENT_STOPPED_FAILED}}),
              IsEmpty());
}

TEST(DomainEvents, PausingAndGoingOnAreTold) {
  EXPECT_THAT(meaning({{VIR_DOMAIN_EVENT_SUSPENDED, VIR_DOMAIN_EVENT_SUSPENDED_PAUSED},
                       {VIR_DOMAIN_EVENT_RESUMED, VIR_DOMAIN_EVENT_RESUMED_UNPAUSED}}),
              ElementsAre(Kind::kSuspended, Kind::kResumed));
}

std::vector<NamedKind> change(std::optional<Seen> before, std::optional<Seen> after) {
  Snapshot then;
  Snapshot now;
  if (before) then["vm"] = *before;
  if (after) now["vm"] = *after;
  return changes_between(then, now);
}

TEST(DomainEvents, SnapshotsShowWhatWasMissed) {
  const Seen running{State::kRunning, VIR_DOMAIN_RUNNING_BOOTED};
  const auto is = [](Kind kind) { return ElementsAre(NamedKind{"vm", kind}); };
  EXPECT_THAT(change(std::nullopt, running), is(Kind::kStarted));
  EXPECT_THAT(change(Seen{State::kShutOff, 0}, running), is(Kind::kStarted));
  EXPECT_THAT(change(std::nullopt, Seen{State::kRunning, VIR_DOMAIN_RUNNING_MIGRATED}),
              is(Kind::kMigratedIn));
  EXPECT_THAT(change(running, Seen{State::kShutOff, VIR_DOMAIN_SHUTOFF_SHUTDOWN}), is(Kind::kShutDown));
  EXPECT_THAT(change(running, Seen{State::kShutOff, VIR_DOMAIN_SHUTOFF_CRASHED}), is(Kind::kCrashed));
  EXPECT_THAT(change(running, Seen{State::kShutOff, VIR_DOMAIN_SHUTOFF_MIGRATED}), is(Kind::kMigratedAway));
  EXPECT_THAT(change(running, Seen{State::kPaused, VIR_DOMAIN_PAUSED_USER}), is(Kind::kSuspended));
  EXPECT_THAT(change(Seen{State::kPaused, 0}, running), is(Kind::kResumed));
  EXPECT_THAT(change(running, std::nullopt), is(Kind::kUndefined));
}

TEST(DomainEvents, SnapshotsThatAgreeTellNothing) {
  const Seen running{State::kRunning, VIR_DOMAIN_RUNNING_BOOTED};
  EXPECT_THAT(change(running, running), IsEmpty());
  EXPECT_THAT(change(std::nullopt, Seen{State::kShutOff, 0}), IsEmpty());
  EXPECT_THAT(change(std::nullopt, Seen{State::kPaused, VIR_DOMAIN_PAUSED_MIGRATION}), IsEmpty());
}

}  // namespace
}  // namespace attune::hypervisor
