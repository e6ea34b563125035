// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/replay/excerpt.h"

#include <optional>
#include <utility>

#include <fmt/format.h>

namespace attune::replay {

namespace {

// What a run has made of a host comes of what is played.
std::optional<HostFact> fact_in(const workflow::SystemChanged& changed) {
  const auto* host = std::get_if<system::HostChanged>(&changed.change);
  if (host == nullptr || changed.run != 0 || host->state == system::HostState::kUnknown) return std::nullopt;
  return HostFact{host->host, {}, host->state};
}

}  // namespace

void Excerpt::knows(std::string component, std::string class_name) {
  classes_.insert_or_assign(std::move(component), std::move(class_name));
}

std::variant<std::monostate, Item, CallLength> Excerpt::take(const workflow::Record& record) {
  if (const auto* accepted = std::get_if<workflow::EventAccepted>(&record.what)) {
    workflow::Event event{accepted->name, accepted->component, accepted->values, accepted->source, {}};
    if (is_from_outside(event)) return Item{record.at, std::move(event)};
  } else if (const auto* changed = std::get_if<workflow::SystemChanged>(&record.what)) {
    if (const auto* created = std::get_if<system::ComponentCreated>(&changed->change))
      knows(created->name, created->class_name);
    if (auto fact = fact_in(*changed)) return Item{record.at, *std::move(fact)};
  } else if (const auto* intent = std::get_if<workflow::CallIntent>(&record.what)) {
    under_way_.insert_or_assign(intent->call.id, call_of(intent->call));
  } else if (const auto* ended = std::get_if<workflow::CallEnded>(&record.what)) {
    auto call = under_way_.extract(ended->call);
    if (!call.empty() && is_success(ended->outcome)) return CallLength{std::move(call.mapped()), ended->took};
  }
  return {};
}

std::string Excerpt::call_of(const workflow::Call& call) const {
  const auto of = classes_.find(call.component_name);
  return of == classes_.end() ? call.stub : fmt::format("{}.{}", of->second, call.stub);
}

}  // namespace attune::replay
