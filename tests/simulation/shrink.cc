// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/shrink.h"

#include <algorithm>
#include <utility>

namespace attune::simulation {

namespace {

Story without(const Story& story, size_t from, size_t count) {
  Story shorter = story;
  const auto begin = shorter.incidents.begin() + static_cast<ptrdiff_t>(from);
  shorter.incidents.erase(begin,
                          begin + static_cast<ptrdiff_t>(std::min(count, story.incidents.size() - from)));
  return shorter;
}

// What makes it smaller without taking an incident away.
std::vector<Story> simpler(const Story& story) {
  std::vector<Story> all;
  if (story.ends_with_stop) (all.emplace_back(story)).ends_with_stop = false;
  if (story.guests > 1) --(all.emplace_back(story)).guests;
  if (story.apps > 1) --(all.emplace_back(story)).apps;
  if (story.hosts > 2) --(all.emplace_back(story)).hosts;
  if (story.sites > 1) --(all.emplace_back(story)).sites;
  return all;
}

}  // namespace

Story shrink(Story story, const std::function<bool(const Story&)>& fails, size_t at_most) {
  const auto try_it = [&](const Story& shorter) {
    if (at_most == 0) return false;
    --at_most;
    return fails(shorter);
  };
  for (bool goes_on = true; goes_on && at_most > 0;) {
    goes_on = false;
    for (size_t part = std::max<size_t>(1, story.incidents.size() / 2); part > 0; part /= 2) {
      for (size_t from = 0; from < story.incidents.size();) {
        Story shorter = without(story, from, part);
        if (try_it(shorter)) {
          story = std::move(shorter);
          goes_on = true;
        } else {
          from += part;
        }
      }
    }
    for (Story& smaller : simpler(story)) {
      if (!try_it(smaller)) continue;
      story = std::move(smaller);
      goes_on = true;
      break;
    }
  }
  return story;
}

}  // namespace attune::simulation
