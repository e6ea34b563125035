// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/story.h"

#include <algorithm>
#include <span>

#include <fmt/format.h>

#include "runtime/workflow/mode.h"
#include "tests/simulation/dice.h"
#include "tests/simulation/sites.h"

namespace attune::simulation {

namespace {

using Kind = Incident::Kind;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

struct Trait {
  Kind kind;
  std::string_view name;
  std::string_view sentence;  // {a} and {b} as the names that they mean, {lasts}
  unsigned weight;
  Duration least, most;  // how long it lasts
};

constexpr Trait kTraits[] = {
    {Kind::kHostDies, "host-dies", "{host} dies, and is back after {lasts}", 4, seconds(5), minutes(20)},
    {Kind::kLinkCut, "link-cut", "the link to {host} is cut for {lasts}", 6, milliseconds(100), minutes(5)},
    {Kind::kCallLostBefore, "call-lost-before", "the next call to {host} is lost on its way", 5, {}, {}},
    {Kind::kCallLostAfter, "call-lost-after", "the next call to {host} is lost on its way back", 6, {}, {}},
    {Kind::kCallRefused, "call-refused", "the next call to {host} is refused", 4, {}, {}},
    {Kind::kCallSlow, "call-slow", "the next call to {host} takes effect {lasts} later", 4, seconds(1),
     minutes(3)},
    {Kind::kAnswerLate, "answer-late", "the next answer of {host} comes {lasts} later", 5, seconds(1),
     minutes(3)},
    {Kind::kEventLate, "event-late", "the next event of {host} comes {lasts} later", 3, milliseconds(100),
     seconds(30)},
    {Kind::kEventDoubled, "event-doubled", "the next event of {host} comes twice", 2, {}, {}},
    {Kind::kGuestsDeaf, "guests-deaf", "guests on {host} hear no request to shut down for {lasts}", 2,
     minutes(1), minutes(20)},
    {Kind::kGuestCrashes, "guest-crashes", "{guest} crashes", 5, {}, {}},
    {Kind::kGuestEnds, "guest-ends", "{guest} turns itself off", 4, {}, {}},
    {Kind::kGuestMoved, "guest-moved", "somebody moves {guest} to {host2}", 4, {}, {}},
    {Kind::kProcessDies, "process-dies", "the process of {app} dies", 4, {}, {}},
    {Kind::kLoadHigh, "load-high", "{guest} is loaded for {lasts}", 14, seconds(20), minutes(5)},
    {Kind::kBusy, "busy", "{app} is busy", 3, {}, {}},
    {Kind::kIdle, "idle", "{app} is idle", 3, {}, {}},
    {Kind::kManagerKilled, "manager-killed", "the manager is killed, and starts again after {lasts}", 5,
     seconds(1), minutes(2)},
    {Kind::kKilledAtRecord, "killed-at-record",
     "the manager is killed {a} records on, {durable}, and starts again after {lasts}", 6, seconds(1),
     minutes(1)},
    {Kind::kManagerEnds, "manager-ends", "the manager ends, and starts again after {lasts}", 2, seconds(1),
     minutes(1)},
    {Kind::kDiskSlow, "disk-slow", "the journal's disk is slow for {lasts}", 2, seconds(5), minutes(3)},
    {Kind::kDiskFull, "disk-full", "the journal's disk is full for {lasts}", 2, seconds(5), minutes(3)},
    {Kind::kDiskRefuses, "disk-refuses", "the journal's disk refuses for {lasts}", 1, seconds(5), minutes(1)},
    {Kind::kClockJumps, "clock-jumps", "the clock on the wall goes {minutes} minutes {direction}", 2, {}, {}},
    {Kind::kPersonCalls, "person-calls", "a person calls {stub} of component {a}", 4, {}, {}},
    {Kind::kPersonMoves, "person-moves", "a person migrates {guest} to {host2}", 4, {}, {}},
    {Kind::kPersonCancels, "person-cancels", "a person cancels a run", 3, {}, {}},
    {Kind::kPersonSaysOff, "person-says-off",
     "a person says that {host} is off if it is, and keeps it so for {lasts}", 3, minutes(1), minutes(10)},
    // Drawn apart (draw_modes), so with no weight among the others.
    {Kind::kPersonSetsMode, "person-sets-mode",
     "a person sets the mode {mode} of component {a} or of all for {lasts}", 0, seconds(10), minutes(10)},
    {Kind::kPersonApproves, "person-approves", "a person approves a run", 0, {}, {}},
    {Kind::kPersonMaintains, "person-maintains", "{host} is in maintenance for {lasts}", 0, seconds(10),
     minutes(10)},
    // Drawn apart (draw_sites).
    {Kind::kPriceChanges, "price-changes", "the manager is told: {told}", 0, {}, {}},
    {Kind::kCapacityChanges, "capacity-changes", "the manager is told: {told}", 0, {}, {}},
    {Kind::kPlanImproves, "plan-improves", "a plan is to improve the {objective}", 0, {}, {}},
    {Kind::kPlanEmpties, "plan-empties", "a plan is to empty {host} by the {objective}", 0, {}, {}},
};
static_assert(std::size(kTraits) == Incident::kKinds);

const Trait& trait_of(Kind kind) {
  return kTraits[static_cast<size_t>(kind)];
}

const Trait& draw(Dice& dice) {
  unsigned sum = 0;
  for (const Trait& trait : kTraits) sum += trait.weight;
  uint64_t at = dice.below(sum);
  for (const Trait& trait : kTraits) {
    if (at < trait.weight) return trait;
    at -= trait.weight;
  }
  return kTraits[0];
}

// Short ones are as likely as long ones are.
Duration length(Dice& dice, const Trait& trait) {
  Duration most = trait.most;
  for (uint64_t halves = dice.below(6); halves > 0 && most / 3 > trait.least; --halves) most /= 3;
  return std::chrono::floor<milliseconds>(dice.between(trait.least, most));
}

void draw_incidents(Story& story, Dice& dice, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    const Trait& trait = draw(dice);
    Incident one{std::chrono::floor<milliseconds>(dice.between({}, story.time)), trait.kind, dice.below(1000),
                 dice.below(1000), length(dice, trait)};
    // Much goes wrong where something goes wrong already.
    if (!story.incidents.empty() && dice.one_in(3)) {
      one.at = story.incidents.back().at + std::chrono::floor<milliseconds>(dice.between({}, seconds(20)));
      if (dice.one_in(2)) one.a = story.incidents.back().a;
    }
    story.incidents.push_back(one);
  }
  std::stable_sort(story.incidents.begin(), story.incidents.end(),
                   [](const Incident& x, const Incident& y) { return x.at < y.at; });
}

// More of these kinds, by dice of their own, so that other stories stay as they were.
void draw_apart(Story& story, Dice& dice, size_t count, std::span<const Kind> kinds) {
  for (; count > 0; --count) {
    const Trait& trait = trait_of(kinds[dice.below(kinds.size())]);
    story.incidents.push_back({std::chrono::floor<milliseconds>(dice.between({}, story.time)), trait.kind,
                               dice.below(1000), dice.below(1000), length(dice, trait)});
  }
  std::stable_sort(story.incidents.begin(), story.incidents.end(),
                   [](const Incident& x, const Incident& y) { return x.at < y.at; });
}

// In one story of three somebody is not sure of the manager.
void draw_modes(Story& story) {
  constexpr uint64_t kApart = 0x6d6f646573;
  Dice dice(story.seed ^ kApart);
  if (!dice.one_in(3)) return;
  constexpr Kind kKinds[] = {Kind::kPersonSetsMode, Kind::kPersonApproves, Kind::kPersonMaintains};
  draw_apart(story, dice, 1 + dice.below(12), kKinds);
}

constexpr Kind kOfSites[] = {Kind::kPriceChanges, Kind::kCapacityChanges, Kind::kPlanImproves,
                             Kind::kPlanEmpties};

Dice dice_of_sites(const Story& story) {
  constexpr uint64_t kApart = 0x7369746573;
  return Dice(story.seed ^ kApart);
}

// In every second one hosts stand on sites, whose prices change, and plans are asked for.
void draw_sites(Story& story) {
  Dice dice = dice_of_sites(story);
  if (!dice.one_in(2)) return;
  story.sites = 1 + dice.below(3);
  draw_apart(story, dice, 2 + dice.below(10), kOfSites);
}

std::string seconds_text(Duration time) {
  return fmt::format("{:.3f}s", std::chrono::duration<double>(time).count());
}

}  // namespace

std::string_view name_of(Kind kind) {
  return trait_of(kind).name;
}

Story simulate(uint64_t seed) {
  Dice dice(seed);
  Story story;
  story.seed = seed;
  story.hosts = 2 + dice.below(4);
  story.guests = 1 + dice.below(story.hosts * 2);
  story.apps = 1 + dice.below(3);
  story.time = minutes(4 + dice.below(30));
  story.ends_with_stop = dice.one_in(3);
  story.has_fences = seed % 5 == 0;
  draw_incidents(story, dice, 2 + dice.below(dice.one_in(4) ? 120 : 30));
  draw_modes(story);
  draw_sites(story);
  return story;
}

Story simulate(uint64_t seed, size_t hosts, size_t guests, Duration time) {
  Dice dice(seed);
  Story story;
  story.seed = seed;
  story.hosts = hosts;
  story.guests = guests;
  story.apps = 2;
  story.time = time;
  story.status_period = minutes(5);
  story.load_period = minutes(1);
  if (guests > 1000) story.sweep_period = hours(2);
  const auto in_ten_hours = static_cast<size_t>(time / hours(10) + 1);
  draw_incidents(story, dice, hosts * in_ten_hours);
  // A manager that dies every other minute would see nothing else.
  size_t deaths = 0;
  std::erase_if(story.incidents, [&](const Incident& one) {
    const bool is_death = one.kind == Kind::kManagerKilled || one.kind == Kind::kKilledAtRecord ||
                          one.kind == Kind::kManagerEnds || one.kind == Kind::kDiskRefuses;
    return is_death && ++deaths % 20 != 1;
  });
  // Plans for more, and looking them over, would take longer than all else.
  if (hosts > kMostPlanned) return story;
  story.sites = 3;
  Dice sites = dice_of_sites(story);
  draw_apart(story, sites, hosts * in_ten_hours, kOfSites);
  return story;
}

Story demo() {
  Story story;
  story.hosts = 2;
  story.guests = story.apps = 1;
  story.time = minutes(4);
  story.incidents = {{seconds(30), Kind::kLoadHigh, 0, 0, seconds(60)}};
  return story;
}

std::string date_text(Duration at) {
  const auto ms = std::chrono::duration_cast<milliseconds>(at).count();
  return fmt::format("{:02}:{:02}:{:02}.{:03}", ms / 3'600'000, ms / 60'000 % 60, ms / 1000 % 60, ms % 1000);
}

namespace {
std::string_view durable_text(bool once_durable) {
  return once_durable ? "once that is durable" : "before that is durable";
}
}  // namespace

std::string to_text(const Story& story, const Incident& one) {
  constexpr std::string_view kStubs[] = {"start", "stop", "kill", "status"};
  const std::string sentence =
      fmt::format(fmt::runtime(trait_of(one.kind).sentence),
                  fmt::arg("host", fmt::format("lab{}", one.a % story.hosts + 1)),
                  fmt::arg("host2", fmt::format("lab{}", one.b % story.hosts + 1)),
                  fmt::arg("guest", fmt::format("guest {}", one.a % story.guests + 1)),
                  fmt::arg("app", fmt::format("app {}", one.a % std::max<size_t>(story.apps, 1) + 1)),
                  fmt::arg("a", one.a % 40), fmt::arg("durable", durable_text(one.b % 2 == 1)),
                  fmt::arg("minutes", one.a % 120), fmt::arg("direction", one.b % 2 == 1 ? "back" : "ahead"),
                  fmt::arg("stub", kStubs[one.b % 4]),
                  fmt::arg("mode", workflow::kModeNames[one.b % workflow::kModeNames.size()]),
                  fmt::arg("told", event_text(told_event(story, one))),
                  fmt::arg("objective", objective_of(one)), fmt::arg("lasts", seconds_text(one.lasts)));
  return fmt::format("{}  {}", date_text(one.at), sentence);
}

std::string to_text(const Story& story) {
  const std::string sites = story.sites > 0 ? fmt::format("{} sites, ", sites_of(story)) : "";
  std::string text =
      fmt::format("seed {}: {} hosts, {} guests, {} apps, {}{}{} and calm{}\n", story.seed, story.hosts,
                  story.guests, story.apps, sites, story.has_fences ? "fences, " : "", date_text(story.time),
                  story.ends_with_stop ? ", then stop" : "");
  for (const Incident& one : story.incidents) text += "  " + to_text(story, one) + '\n';
  if (story.death)
    text += fmt::format("  the manager is killed at record {}, {}, and starts again after {}\n",
                        story.death->record, durable_text(story.death->once_durable),
                        seconds_text(story.death->back_after));
  return text;
}

}  // namespace attune::simulation
