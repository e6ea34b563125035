// SPDX-License-Identifier: Apache-2.0
// Events about sites and about hosts that have nothing: what is told of their prices and capacities is taken
// over, and which have nothing is told.
#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "runtime/model/site.h"
#include "runtime/workflow/engine_state.h"
#include "runtime/workflow/switching.h"

namespace attune::workflow {

namespace {

constexpr std::string_view kSelf = "attune", kTo = "to";

bool is_told(std::string_view event) {
  return event == kPriceChanged || event == kCapacityChanged;
}

std::string names_of(const Reaction& reaction) {
  std::vector<std::string_view> names;
  for (const model::EventValue& one : reaction.values) names.push_back(one.name);
  return fmt::format("{}", fmt::join(names, ", "));
}

// One change for each of the event's values; what is no property is refused, and so is an event without any.
Result<std::vector<system::Change>> changes_of(const Event& event, const Reaction& reaction) {
  std::string to;
  for (const auto& [name, text] : event.values) {
    if (name != kTo || event.name != kCapacityChanged) continue;
    // A change without it is of the site itself, which nobody meant who wrote it.
    if (text.empty())
      return fail(ErrorCode::kInvalid, fmt::format("'to' is empty: name the other site of the link, or leave "
                                                   "it out to tell of {} itself",
                                                   event.component));
    to = text;
  }
  std::vector<system::Change> changes;
  for (const auto& [name, text] : event.values) {
    const bool is_known =
        std::any_of(reaction.values.begin(), reaction.values.end(),
                    [key = std::string_view(name)](const model::EventValue& one) { return one.name == key; });
    if (!is_known)
      return fail(ErrorCode::kInvalid,
                  fmt::format("{} tells of {}; not of '{}'", event.name, names_of(reaction), name));
    if (name != kTo) changes.emplace_back(system::PropertyChanged{event.component, name, text, to});
  }
  if (changes.empty())
    return fail(ErrorCode::kInvalid,
                fmt::format("{} tells nothing: give one of {}", event.name, names_of(reaction)));
  return changes;
}

}  // namespace

std::optional<AboutId> Engine::State::place_called(std::string_view name) const {
  const std::vector<model::Site>& sites = system.sites();
  if (const model::Site* site = system.find_site(name))
    return about_site(static_cast<size_t>(site - sites.data()));
  const system::Host* host = system.find_host(name);
  const bool is_place = host != nullptr && host->vm == system::kNoComponent;
  return is_place ? std::optional(workflow::about_host(host->id)) : std::nullopt;
}

Result<void> Engine::State::accept_about_place(Reaction& reaction, const Event& event,
                                               const TypedEvent& typed) {
  const std::optional<AboutId> about = place_called(event.component);
  const bool is_for_sites = event.name == kOverloadSite;
  if (!about)
    return fail(ErrorCode::kNotFound,
                fmt::format("no site{} '{}'", is_for_sites ? "" : " and no host", event.component));
  if (is_for_sites && *about < kFirstSite)
    return fail(ErrorCode::kInvalid,
                fmt::format("{} is a host, and {} is about sites", event.component, event.name));
  if (is_told(event.name)) {
    const auto told = changes_of(event, reaction);
    if (!told) return fail(told.error());
    if (Result<void> taken = take_over(*told, event.source); !taken) return taken;
    if (reaction.course == nullptr) return {};  // it has done what it is for
  }
  uint64_t number = 0;
  react(reaction, *about, typed, number);
  return {};
}

// All or nothing: each is about a property of its own, so none stands in another's way.
Result<void> Engine::State::take_over(const std::vector<system::Change>& told, const std::string& source) {
  for (const system::Change& one : told)
    if (Result<void> possible = system.check(one); !possible) return possible;
  const std::string by = source.empty() ? std::string(kSelf) : source;
  for (const system::Change& one : told)
    if (Result<void> done = stage.ledger.change(one, 0, by); !done) return done;
  return {};
}

bool Engine::State::is_vacant(const system::Host& host) const {
  return system::is_usable(host.state) && !host.in_maintenance && workflow::is_vacant(system, host);
}

// What the last manager did not come to answer.
void Engine::State::note_empty_hosts() {
  for (const system::Host* host : system.hosts())
    if (host->state == system::HostState::kUp) stage.ledger.note_empty(host->id);
}

void Engine::State::raise_empty() {
  const Reaction& reaction = *reactions.find(kHostEmpty);
  for (const system::HostId id : stage.ledger.take_empty()) {
    const system::Host* host = system.find_host(id);
    if (reaction.course == nullptr || is_stopping || host == nullptr || !is_vacant(*host)) continue;
    stage.emit({std::string(kHostEmpty), host->name, {}, std::string(kSelf), stage.now()});
  }
}

}  // namespace attune::workflow
