// SPDX-License-Identifier: Apache-2.0
#include "runtime/workflow/modes.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "runtime/workflow/footprint.h"

namespace attune::workflow {

std::string_view name_of(Mode mode) {
  return kModeNames[static_cast<size_t>(mode)];
}

std::optional<Mode> find_mode(std::string_view name) {
  const auto* found = std::find(kModeNames.begin(), kModeNames.end(), name);
  if (found == kModeNames.end()) return std::nullopt;
  return static_cast<Mode>(found - kModeNames.begin());
}

std::string mode_text(std::string_view component, Mode mode) {
  return fmt::format("the mode of {} is {}", component.empty() ? "the project" : component, name_of(mode));
}

void Modes::set(system::ComponentId component, ModeOf of) {
  if (component == system::kNoComponent)
    whole_ = std::move(of);
  else if (of.mode == Mode::kAutomatic)
    components_.erase(component);
  else
    components_.insert_or_assign(component, std::move(of));
}

namespace {

bool touches(const Footprint& wanted, const Footprint& guarded, system::ComponentId self) {
  return std::any_of(guarded.components.begin(), guarded.components.end(), [&](const Footprint::One& one) {
    return one.id == self || wanted.classes.contains(one.class_index) || wanted.components.contains(one);
  });
}

}  // namespace

std::optional<Barrier> Modes::barrier(const system::System& system, const Footprint& wanted,
                                      system::ComponentId self) const {
  Barrier strictest{system::kNoComponent, whole_};
  for (const auto& [id, of] : components_) {
    const system::Component* component = system.find(id);
    if (component == nullptr || of.mode <= strictest.of.mode) continue;
    Footprint guarded;
    add_whole(guarded, system, *component);
    if (touches(wanted, guarded, self)) strictest = {id, of};
  }
  if (strictest.of.mode == Mode::kAutomatic) return std::nullopt;
  return strictest;
}

}  // namespace attune::workflow
