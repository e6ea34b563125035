// SPDX-License-Identifier: Apache-2.0
// simulation: plays stories. docs/simulation.md tells what it does with them.
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "tests/simulation/play.h"
#include "tests/simulation/shrink.h"

namespace {

using namespace attune;
using namespace attune::simulation;

struct Wishes {
  std::string seeds;  // "FROM..TO"
  uint64_t seed = 0;
  size_t hosts = 0, guests = 0;
  double days = 0;
  bool until_stopped = false, kills = false, log = false, shrinks = true;
};

struct Sums {
  size_t stories = 0, failed = 0, records = 0, managers = 0;
  Duration time{};
};

Story story_of(uint64_t seed, const Wishes& wishes) {
  if (wishes.hosts == 0) return simulate(seed);
  const auto time = std::chrono::duration_cast<Duration>(std::chrono::duration<double>(wishes.days * 86400));
  return simulate(seed, wishes.hosts, wishes.guests == 0 ? wishes.hosts * 2 : wishes.guests, time);
}

void print(std::string_view line) {
  fmt::print("{}\n", line);
}

void tell_failure(const Story& story, const Finding& finding, Duration at) {
  fmt::print("BROKEN at {}: {}: {}\n{}", date_text(at), name_of(finding.invariant), finding.what,
             to_text(story));
}

void shrink_and_tell(const Story& story, Invariant invariant, const PlayOptions& options) {
  const Story shortest = shrink(story, [&](const Story& shorter) {
    const Verdict verdict = play(shorter);
    return verdict.finding && verdict.finding->invariant == invariant;
  });
  const Verdict verdict = play(shortest, options);
  fmt::print("the shortest story that fails the same way:\n");
  if (verdict.finding) tell_failure(shortest, *verdict.finding, verdict.at);
}

// The records of the story as it is played.
size_t play_story(const Story& story, const Wishes& wishes, Sums& sums) {
  PlayOptions options;
  if (wishes.log) options.tell = print;
  const Verdict verdict = play(story, wishes.shrinks ? PlayOptions{} : options);
  ++sums.stories;
  sums.records += verdict.records;
  sums.managers += verdict.managers;
  sums.time += verdict.time;
  if (!verdict.finding) return verdict.records;
  ++sums.failed;
  tell_failure(story, *verdict.finding, verdict.at);
  if (wishes.shrinks) shrink_and_tell(story, verdict.finding->invariant, options);
  if (!story.death)
    fmt::print("again, with all that is said: simulation --seed {} --log --no-shrink\n\n", story.seed);
  std::fflush(stdout);
  return verdict.records;
}

// Once as it is, and then with the manager killed at each record in turn, before and once that is durable.
void play_kills(Story story, const Wishes& wishes, Sums& sums) {
  const size_t records = play_story(story, wishes, sums);
  for (uint64_t record = 1; record <= records; ++record)
    for (const bool once_durable : {false, true}) {
      story.death = Story::Death{record, once_durable, std::chrono::seconds(2)};
      play_story(story, wishes, sums);
    }
}

void play_one(uint64_t seed, const Wishes& wishes, Sums& sums) {
  if (wishes.kills)
    play_kills(seed == 0 ? demo() : story_of(seed, wishes), wishes, sums);
  else
    play_story(story_of(seed, wishes), wishes, sums);
}

bool read_number(std::string_view text, uint64_t& number) {
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), number);
  return wrong == std::errc() && end == text.data() + text.size();
}

bool read_range(std::string_view text, uint64_t& from, uint64_t& to) {
  const size_t dots = text.find("..");
  return dots != text.npos && read_number(text.substr(0, dots), from) &&
         read_number(text.substr(dots + 2), to) && from <= to;
}

int run(const Wishes& wishes) {
  uint64_t from = wishes.seed, to = wishes.seed;
  if (!wishes.seeds.empty() && !read_range(wishes.seeds, from, to)) {
    fmt::print(stderr, "simulation: --seeds wants FROM..TO, such as 1..1000\n");
    return 2;
  }
  if (wishes.until_stopped) to = std::numeric_limits<uint64_t>::max();
  const auto begin = std::chrono::steady_clock::now();
  Sums sums;
  for (uint64_t seed = from;; ++seed) {
    play_one(seed, wishes, sums);
    if (seed == to) break;
  }
  const double took = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  const double days = std::chrono::duration<double>(sums.time).count() / 86400;
  fmt::print(
      "{} stories, {} broken; {:.2f} days, {} managers and {} records in {:.2f} s: {:.3f} days a second\n",
      sums.stories, sums.failed, days, sums.managers, sums.records, took, days / took);
  return sums.failed == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  Wishes wishes;
  CLI::App app(
      "Plays what may happen to a fleet, from seeds, and looks after every step whether all that must hold "
      "does.\nExample: simulation --seeds 1..1000");
  app.add_option("--seeds", wishes.seeds, "FROM..TO: the story of each of these");
  app.add_option("--seed", wishes.seed, "one story, and the first of all with --until-stopped");
  app.add_option("--hosts", wishes.hosts, "a fleet of so many hosts, in place of a small one by the seed");
  app.add_option("--vms", wishes.guests, "and so many virtual machines");
  app.add_option("--days", wishes.days, "and so many days")->default_val(1.0);
  app.add_flag(
      "--kills", wishes.kills,
      "each story once for each record of its journal, at which its manager is killed; without a seed "
      "the demo's");
  app.add_flag("--until-stopped", wishes.until_stopped, "one seed after the other");
  app.add_flag("--log", wishes.log,
               "tells everything that happens, in the shortest story where one is broken");
  app.add_flag("!--no-shrink", wishes.shrinks, "leaves a broken story as long as it is");
  CLI11_PARSE(app, argc, argv);
  return run(wishes);
}
