// SPDX-License-Identifier: Apache-2.0
// Maintenance of a host: nothing is placed there, and what is there goes elsewhere, each component by a run
// of its own, so that one that cannot go keeps no other.
#include <utility>

#include <fmt/format.h>

#include "runtime/model/own_runs.h"
#include "runtime/workflow/engine_state.h"
#include "runtime/workflow/host_choice.h"
#include "runtime/workflow/moving.h"
#include "runtime/workflow/standard_errands.h"

namespace attune::workflow {

using system::Component;
using system::Host;
using system::Maintenance;

namespace {

constexpr char kSelf[] = "attune";

bool is_emptying(const Playing& playing) {
  return playing.reaction == nullptr && playing.diagram == model::kMaintenanceRun;
}

// Empty of one that was interrupted: what that puts back is to leave all the same.
std::string emptied_by(const Playing& emptying) {
  const auto& values = emptying.run.commission().event.values;
  return values.empty() ? std::string() : to_text(values.front().second);
}

}  // namespace

Result<void> Engine::State::maintain(const std::string& name, bool begins, const std::string& by) {
  const Host* host = system.find_host(name);
  if (host == nullptr)
    return fail(ErrorCode::kNotFound, fmt::format("there is no host '{}': see `attune status`", name));
  if (host->vm != system::kNoComponent)
    return fail(ErrorCode::kInvalid,
                fmt::format("{} is a virtual machine: maintenance is of the host that it runs on", name));
  if (host->in_maintenance != begins) {
    const Maintenance now = begins ? Maintenance::kBegun : Maintenance::kEnded;
    const system::HostChanged change{.host = name, .state = host->state, .maintenance = now};
    if (Result<void> done = stage.ledger.change(change, 0, by); !done) return done;
  }
  std::vector<system::ComponentId> there;
  for (const Component* component : system.components_on(*host)) there.push_back(component->id);
  for (const system::ComponentId id : there) {
    const Playing* run = emptying_of(id, name);
    const Component* component = system.find(id);
    if (begins && run == nullptr && component != nullptr && system::is_usable(host->state))
      empty(*component, by);
    if (!begins && run != nullptr && run->waiting)
      end_run(*runs.at(run->run.id()), RunEnd::kCancelled, "the maintenance has ended");
  }
  return {};
}

// That an emptied host falls silent is what it was emptied for.
bool Engine::State::is_no_alarm(std::string_view event, const Host& host) const {
  return event == kHostDown && host.in_maintenance && system.count_on(host) == 0;
}

const Playing* Engine::State::emptying_of(system::ComponentId id, const std::string& host) const {
  for (const auto& [number, playing] : runs)
    if (is_emptying(*playing) && playing->run.commission().self == id && emptied_by(*playing) == host)
      return playing.get();
  return nullptr;
}

// What was to go to a host, or is put back there, when its maintenance began. A person's call and an emptying
// that has failed leave it there.
void Engine::State::note_arrivals() {
  for (; noted < stage.ledger.size(); ++noted) {
    const auto* changed = std::get_if<SystemChanged>(&stage.ledger.records()[noted].what);
    const auto* moved = changed == nullptr ? nullptr : std::get_if<system::HostAssigned>(&changed->change);
    const Host* host = moved == nullptr ? nullptr : system.find_host(moved->host);
    const auto by = host == nullptr || !host->in_maintenance ? runs.end() : runs.find(changed->run);
    if (by == runs.end()) continue;
    const bool goes_on = by->second->reaction != nullptr ||
                         (is_emptying(*by->second) && emptied_by(*by->second) != host->name);
    if (goes_on) arrived.insert(moved->id);
  }
}

void Engine::State::empty_arrived() {
  note_arrivals();
  for (const system::ComponentId id : std::exchange(arrived, {})) {
    const Component* component = system.find(id);
    const Host* host = component == nullptr ? nullptr : system.host_of(*component);
    const bool leaves = host != nullptr && host->in_maintenance && system::is_usable(host->state);
    if (leaves && !is_stopping && emptying_of(id, host->name) == nullptr) empty(*component, kSelf);
  }
}

void Engine::State::empty(const Component& component, const std::string& by) {
  const system::ComponentId id = component.id;
  Commission commissioned;
  commissioned.course = std::make_shared<const Course>(Course::straight());
  commissioned.self = id;
  const RunId number = stage.ledger.next_run();  // it gets this one
  commissioned.errands = [this, id, number](const system::System&) { return emptying(number, id); };
  TypedEvent event{{}, component.name, {}, {{"host", model::Value(system.host_of(component)->name)}}};
  commission_by_hand(model::kMaintenanceRun, by, std::move(event), std::move(commissioned),
                     [this, id] { return footprint_of_whole(id); });
}

// As things stand when it is its turn. The Error says why the component stays.
Result<std::vector<ErrandStep>> Engine::State::emptying(RunId run, system::ComponentId id) {
  const Component* component = system.find(id);
  const Host* present = component == nullptr ? nullptr : system.host_of(*component);
  if (present == nullptr || !present->in_maintenance) return std::vector<ErrandStep>{};
  const model::Size needed = system.memory_of(*component);
  const auto fits = [&](const system::Candidate& one) -> std::optional<std::string> {
    if (!one.free_memory || one.free_memory->bytes >= needed.bytes) return std::nullopt;
    return fmt::format("only {} free", to_text(model::Value(*one.free_memory)));
  };
  const model::Expression room = has_free_memory(needed);
  const Evaluator::Asked asked{
      system::Policy::kLeastLoaded, &room,
      system::choose(system, system.class_of(*component).host_family, system::Policy::kLeastLoaded, component,
                     stage.reserved, fits, stage.now())};
  Scope scope{stage.outlook()};
  scope.moving = id;
  scope.reserved = stage.reserved;
  HostChosen chosen = record_of(run, component->name + ".host", asked, scope);
  const std::string why = text_of(chosen);
  stage.ledger.record(std::move(chosen));
  const Host* host = asked.choice.host;
  if (host == nullptr)
    return fail(ErrorCode::kNoSpace, fmt::format("{} stays on {}: {}", component->name, present->name, why));
  reserve(stage, run, id, host->id);
  return relocating(system, *component, *host);
}

}  // namespace attune::workflow
