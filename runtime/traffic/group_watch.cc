// SPDX-License-Identifier: Apache-2.0
#include "runtime/traffic/group_watch.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "runtime/traffic/estimate.h"

namespace attune::traffic {

std::string to_text(const MachineGroups& groups) {
  std::string text;
  for (size_t i = 0; i < groups.size(); ++i) {
    const std::string group = fmt::format("{}", fmt::join(groups[i], " "));
    if (i > 0 && text.size() + group.size() > kMostGroupText)
      return fmt::format("{}; and {} more", text, groups.size() - i);
    text += (i > 0 ? "; " : "") + group;
  }
  return text;
}

void GroupWatch::take(const Joined& joined) {
  if (joined.period.end() <= end_) return;
  end_ = joined.period.end();
  // Half of what a pair exchanges, because the other half is missing, must not look like a quiet pair.
  before_ = has_holes(joined.matrix) ? filled(joined.matrix, before_) : joined.matrix;
  take_period(state_, find_groups(before_, group_settings_), joined.matrix.missing, stability_);
  groups_.clear();
  for (HeldGroup& group : held_groups(state_)) groups_.push_back(std::move(group.machines));
  std::sort(groups_.begin(), groups_.end());
}

bool GroupWatch::take_change() {
  if (groups_ == told_) return false;
  told_ = groups_;
  return true;
}

}  // namespace attune::traffic
