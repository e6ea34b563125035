// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/reload_check.h"

#include <algorithm>
#include <cstddef>

#include <fmt/format.h>

#include "runtime/system/composition.h"
#include "runtime/system/placement.h"
#include "runtime/system/snapshot.h"

namespace attune::main {

namespace {

std::string errors_text(const std::string& folder, const Diagnostics& found) {
  const auto& all = found.all();
  const auto is_error = [](const Diagnostic& one) { return one.severity == Severity::kError; };
  const auto count = std::count_if(all.begin(), all.end(), is_error);
  const Diagnostic& first = *std::find_if(all.begin(), all.end(), is_error);
  const std::string where =
      first.place.file ? fmt::format("{}:{}: ", first.place.file->path, first.place.line) : std::string();
  return fmt::format("the project has {} error{}, the first: {}{}; see `attune check {}`", count,
                     count == 1 ? "" : "s", where, first.message, folder);
}

// Classes that are gone, and still have components.
std::string leftovers_text(const system::System& now, const model::Project& next) {
  std::string text;
  for (const system::Component* component : now.components()) {
    const std::string& of = now.class_of(*component).name;
    const model::Class* still = next.find_class(of);
    if (still != nullptr && !still->is_abstract) continue;
    text += fmt::format("{}{} ('{}')", text.empty() ? "" : ", ", component->name, of);
  }
  if (text.empty()) return text;
  return fmt::format(
      "the project has no class any more for {}: draw that again, `attune remove` them, and then "
      "take the class out",
      text);
}

Result<void> apply_all(system::System& to, const std::vector<system::Change>& changes) {
  for (const system::Change& change : changes)
    if (auto applied = to.apply(change); !applied) return applied;
  return {};
}

// What is new is made and given a host, as Engine::begin does it.
Result<void> complete(system::System& changed, const dsl::LoadedProject& next) {
  if (auto made = apply_all(changed, system::initial(changed, next.instances)); !made) return made;
  const auto placed = system::place_all(changed);
  if (!placed) return fail(placed.error());
  return apply_all(changed, *placed);
}

}  // namespace

ReloadCheck check_reload(const system::System& now, const dsl::LoadedProject& next,
                         const Diagnostics& found) {
  ReloadCheck check;
  if (found.has_errors()) {
    check.obstacle = errors_text(now.project().directory, found);
    return check;
  }
  check.differences = differences(now.project(), next.project);
  if (next.project.name != now.project().name)
    check.obstacle = fmt::format(
        "the project's name is '{}' now, and with another name it is another project: "
        "end attuned, and start it again",
        next.project.name);
  if (check.obstacle.empty()) check.obstacle = leftovers_text(now, next.project);
  if (!check.obstacle.empty()) return check;
  system::System changed(next.project);
  if (const auto fits = changed.restore(now.snapshot()); !fits)
    check.obstacle = fmt::format(
        "what there is does not fit the changed project: {}; change that by hand "
        "before, or draw it again",
        fits.error().message);
  if (!check.obstacle.empty()) return check;
  if (const auto complete_now = complete(changed, next); !complete_now)
    check.obstacle = fmt::format("what is new cannot be placed: {}; make room for it, or draw less",
                                 complete_now.error().message);
  return check;
}

}  // namespace attune::main
