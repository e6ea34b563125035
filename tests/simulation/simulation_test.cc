// SPDX-License-Identifier: Apache-2.0
// Stories from seeds, and the stories that once broke something.
#include <algorithm>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/simulation/play.h"
#include "tests/simulation/shrink.h"

namespace attune::simulation {
namespace {

using Kind = Incident::Kind;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

std::string played(const Story& story) {
  const Verdict verdict = play(story);
  if (!verdict.finding) return "all holds";
  return std::string(name_of(verdict.finding->invariant)) + ": " + verdict.finding->what;
}

Story story_of(std::vector<Incident> incidents) {
  Story story;
  story.time = minutes(10);
  story.incidents = std::move(incidents);
  return story;
}

// As the seed's story was before there were sites.
Story without_sites(uint64_t seed) {
  Story story = simulate(seed);
  story.sites = 0;
  std::erase_if(story.incidents, [](const Incident& one) { return one.kind >= Kind::kPriceChanges; });
  return story;
}

TEST(SimulationTest, TheSameSeedGivesTheSameJournalByteByByte) {
  std::set<uint64_t> hashes;
  for (const uint64_t seed : {3, 4, 5, 6, 7, 8}) {
    const Verdict once = play(simulate(seed), {.hashes_journal = true});
    const Verdict again = play(simulate(seed), {.hashes_journal = true});
    EXPECT_EQ(once.journal_hash, again.journal_hash) << "seed " << seed;
    EXPECT_EQ(once.steps, again.steps) << "seed " << seed;
    EXPECT_GT(once.records, 50U);
    hashes.insert(once.journal_hash);
  }
  EXPECT_EQ(hashes.size(), 6U);
}

TEST(SimulationTest, SeedsTogetherHaveEveryKindOfIncident) {
  std::set<Kind> seen;
  for (uint64_t seed = 1; seed <= 200; ++seed)
    for (const Incident& incident : simulate(seed).incidents) seen.insert(incident.kind);
  EXPECT_EQ(seen.size(), Incident::kKinds);
}

TEST(SimulationTest, EveryFifthFleetHasItsDeadHostsSwitchedOff) {
  size_t fenced = 0;
  for (uint64_t seed = 5; seed <= 100; seed += 5) {
    PlayOptions options;
    options.tell = [&](std::string_view line) {
      fenced += line.find(" is off, by pdu") != line.npos ? 1 : 0;
    };
    EXPECT_FALSE(play(simulate(seed), options).finding) << "seed " << seed;
  }
  EXPECT_GT(fenced, 5U);
}

// Else what must hold of plans, and of what was told, held of nothing.
TEST(SimulationTest, FleetsOnSitesHavePlansCarriedOutAndAreHeldToWhatTheyWereTold) {
  PlanWatch::Seen seen;
  size_t told = 0;
  for (uint64_t seed = 1; seed <= 100; ++seed) {
    const Story story = simulate(seed);
    if (story.sites == 0) continue;
    const Verdict verdict = play(story);
    EXPECT_FALSE(verdict.finding) << "seed " << seed;
    for (const auto& [diagram, plans] : verdict.plans.plans) seen.plans[diagram] += plans;
    seen.moves += verdict.plans.moves;
    seen.places += verdict.plans.places;
    told += verdict.told;
  }
  for (const char* diagram : {"improve", "empty", "price_changed", "capacity_changed", "overload_site"})
    EXPECT_GT(seen.plans[diagram], 10U) << diagram;
  EXPECT_GT(seen.moves, 50U);
  EXPECT_GT(seen.places, 50U);
  EXPECT_GT(told, 100U);
}

TEST(SimulationTest, AFleetOfTheUsersSizeIsPlannedAsWellUpToALimit) {
  const Verdict verdict = play(simulate(1, 12, 30, std::chrono::hours(3)));
  EXPECT_FALSE(verdict.finding);
  EXPECT_GT(verdict.plans.plans.at("improve"), 0U);
  EXPECT_GT(verdict.plans.moves, 10U);
  EXPECT_GT(verdict.told, 0U);
  EXPECT_EQ(simulate(1, kMostPlanned + 1, 200, minutes(10)).sites, 0U);
}

TEST(SimulationTest, ACalmFleetBreaksNothing) {
  EXPECT_EQ(played(story_of({})), "all holds");
}

TEST(SimulationTest, AStoryReadsAsSentences) {
  const Story story = story_of({{minutes(1), Kind::kLinkCut, 1, 0, seconds(20)}});
  EXPECT_EQ(to_text(story),
            "seed 0: 3 hosts, 4 guests, 2 apps, 00:10:00.000 and calm\n"
            "  00:01:00.000  the link to lab2 is cut for 20.000s\n");
}

TEST(ShrinkTest, KeepsOnlyWhatIsNeededToFail) {
  Story story = simulate(11);
  const auto has = [](const Story& of, Kind kind) {
    return std::any_of(of.incidents.begin(), of.incidents.end(),
                       [&](const Incident& one) { return one.kind == kind; });
  };
  story.incidents.push_back({story.time, Kind::kHostDies, 0, 0, seconds(1)});
  story.incidents.insert(story.incidents.begin(), {seconds(0), Kind::kClockJumps, 0, 0, {}});
  const Story shortest = shrink(
      story, [&](const Story& one) { return has(one, Kind::kHostDies) && has(one, Kind::kClockJumps); });
  EXPECT_EQ(shortest.incidents.size(), 2U);
  EXPECT_EQ(shortest.guests, 1U);
}

// --- what was found once ---

// Adoption took it for started on its source, where a migration that had broken off kept it paused, since no
// host was left that could have been the target.
TEST(FoundStoryTest, GuestThatIsKeptPausedGoesOnOnceItsTargetIsOff) {
  Story story = without_sites(696);
  const auto drops = [](const Incident& one) { return one.at < minutes(20) || one.at > minutes(26); };
  std::erase_if(story.incidents, drops);
  EXPECT_EQ(played(story), "all holds");
}

// Somebody moves a guest, its new host dies and returns, and it starts again on its old one.
TEST(FoundStoryTest, NoDefinitionIsLeftWhereSomebodyElseHadMovedAGuest) {
  EXPECT_EQ(played(without_sites(746)), "all holds");
}

// A host that was back was looked over once, and a call of that was refused.
TEST(FoundStoryTest, NoDefinitionIsLeftOnAHostThatRefusesACallWhenItIsBack) {
  EXPECT_EQ(played(without_sites(1747)), "all holds");
}

// A migration arrived while the link to its source was cut, and nobody asked the source again.
TEST(FoundStoryTest, NothingIsLeftPausedOnTheSourceOfAMigrationThatItsLinkDidNotSee) {
  EXPECT_EQ(played(without_sites(4948)), "all holds");
  EXPECT_EQ(played(without_sites(9346)), "all holds");
}

// A host that had been switched off was on again, and cut off; somebody moved a guest there. It was taken for
// stopped, since nobody who was asked had it, and started once more.
TEST(FoundStoryTest, AGuestThatWasMovedToAHostThatWasOffIsNotStartedASecondTime) {
  for (const uint64_t seed : {7185, 9845, 18070, 23215, 23415, 25875, 28370, 28444})
    EXPECT_EQ(played(without_sites(seed)), "all holds") << "seed " << seed;
}

// What a status found gone was found so again each time, and the host that could have it switched off once
// more.
TEST(FoundStoryTest, AHostThatWasSwitchedOffAgainIsBelievedToBeOff) {
  EXPECT_EQ(played(without_sites(28955)), "all holds");
}

// A migration had broken off, somebody moved the guest to a third host, and what still settled the first one
// let the target of the next migration run.
TEST(FoundStoryTest, WhatAnEarlierMigrationLeftOpenIsNoMatterOfALaterOne) {
  EXPECT_EQ(played(without_sites(9997)), "all holds");
}

// A deployment broke off elsewhere, and what it had left stayed when the component was put back.
TEST(FoundStoryTest, NothingIsLeftWhereAComponentCouldNotGo) {
  EXPECT_EQ(played(without_sites(1524)), "all holds");
}

// A deployment was lost, its host fell silent before what it had left could be taken away, and the component
// went back to where it had been: nobody asked that host again.
TEST(FoundStoryTest, NoDirectoryIsLeftWhereADeploymentWasLost) {
  EXPECT_EQ(played(without_sites(9619)), "all holds");
  EXPECT_EQ(played(without_sites(13998)), "all holds");
  EXPECT_EQ(played(without_sites(19397)), "all holds");
}

// A machine was started elsewhere while its host was dead, and back before anybody had it for down.
TEST(FoundStoryTest, NoDefinitionIsLeftOnAHostThatWasSilentOnlyWhileItsMachineWasStartedElsewhere) {
  EXPECT_EQ(played(without_sites(5431)), "all holds");
}

}  // namespace
}  // namespace attune::simulation
