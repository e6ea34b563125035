// SPDX-License-Identifier: Apache-2.0
#include "runtime/workflow/lately.h"

#include <algorithm>

#include "runtime/model/settings.h"
#include "runtime/system/system.h"

namespace attune::workflow {

std::optional<Deed> deed_of(const system::System& system, const SystemChanged& changed, const Undo& undo) {
  if (const auto* made = std::get_if<system::ComponentCreated>(&changed.change)) {
    if (changed.run == 0) return std::nullopt;
    return Deed{Deed::Kind::kMade, changed.run, made->class_name};
  }
  if (const auto* removed = std::get_if<system::ComponentRemoved>(&changed.change)) {
    const system::Component* component = system.find(removed->id);
    if (changed.run == 0 || component == nullptr) return std::nullopt;
    // Who puts back removes nothing but what the run has made.
    const bool is_own_work = undo.under_way || undo.has_made(removed->id);
    return Deed{is_own_work ? Deed::Kind::kUnmade : Deed::Kind::kRemoved, changed.run,
                system.class_of(*component).name};
  }
  if (const auto* assigned = std::get_if<system::HostAssigned>(&changed.change)) {
    const system::Component* component = system.find(assigned->id);
    const system::Host* present = component == nullptr ? nullptr : system.find_host(component->host);
    if (present == nullptr || assigned->host.empty() || present->name == assigned->host) return std::nullopt;
    return Deed{Deed::Kind::kMoved, changed.run, {}};
  }
  return std::nullopt;
}

size_t moves_to_remember(const model::Project& project) {
  return static_cast<size_t>(std::max<int64_t>(0, model::setting_as<int64_t>(project, "limits.moves")));
}

Lately<Instant> by_steady_clock(const Lately<WallTime>& of, const Now& now) {
  const auto steady = [&](WallTime at) {
    return now.steady - std::max(Duration(now.wall - at), Duration(0));
  };
  Lately<Instant> made;
  made.most_moves = of.most_moves;
  for (const auto& one : of.resized)
    made.resized.push_back({one.class_name, one.grew, steady(one.at), one.run});
  for (const WallTime at : of.moves) made.moves.push_back(steady(at));
  std::sort(made.moves.begin(), made.moves.end());
  return made;
}

}  // namespace attune::workflow
