// SPDX-License-Identifier: Apache-2.0
#include "runtime/workflow/reaction.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "runtime/workflow/moving.h"

namespace attune::workflow {

namespace {
constexpr std::string_view kBuiltIn[] = {kHostDown,        kHostUp,      kVmCrashed, kVmStopped, kVmMoved,
                                         kComponentFailed, kProbeFailed, kRunFailed, kRegroup,   kHostEmpty};
constexpr std::string_view kCleared = "cleared";

template <class Look>
void each_action(const model::Diagram& diagram, Look look) {
  for (const model::State& state : diagram.states)
    for (const model::Action& action : state.actions) look(action.what);
}

bool can_migrate(const model::Project& project, const std::string& stub) {
  return std::any_of(project.wrappers.begin(), project.wrappers.end(), [&](const auto& each) {
    const model::Stub* found = each.second.find_stub(stub);
    return found != nullptr && is_migration(*found);
  });
}

// What is told of prices and capacities, in the types that those have.
template <size_t N>
void add_values(Reaction& reaction, const model::ToldProperty (&told)[N]) {
  for (const model::ToldProperty& one : told) reaction.values.push_back({std::string(one.name), one.type});
}

bool may_move(const model::Project& project, const model::Diagram& diagram) {
  bool moves = false;
  each_action(diagram, [&](const auto& what) {
    const auto* assign = std::get_if<model::AssignAction>(&what);
    const auto* call = std::get_if<model::CallAction>(&what);
    moves = moves || std::holds_alternative<model::CarryOutAction>(what) ||
            (assign != nullptr && assign->target && assign->attribute == "host") ||
            (call != nullptr && can_migrate(project, call->stub));
  });
  return moves;
}

std::vector<std::string> resized_by(const model::Diagram& diagram) {
  std::vector<std::string> classes;
  each_action(diagram, [&](const auto& what) {
    if (const auto* create = std::get_if<model::CreateAction>(&what)) classes.push_back(create->class_name);
    if (const auto* remove = std::get_if<model::RemoveAction>(&what)) classes.push_back(remove->class_name);
  });
  if (classes.empty() && !diagram.subject_class.empty()) classes.push_back(diagram.subject_class);
  return classes;
}
}  // namespace

Reactions::Reactions(const model::Project& project) {
  for (const auto& [name, wrapper] : project.wrappers) {
    for (const model::EventDeclaration& event : wrapper.events) {
      Reaction& reaction = add(event.name);
      reaction.values.insert(reaction.values.end(), event.values.begin(), event.values.end());
      reaction.is_level = reaction.is_level || event.level;
    }
  }
  for (const std::string_view name : kBuiltIn) {
    Reaction& reaction = add(std::string(name));
    reaction.about_host = is_about_host(name);
    reaction.is_built_in = true;
    reaction.is_failure = name != kRegroup && name != kHostEmpty;
  }
  for (const std::string_view name : {kOverloadSite, kPriceChanged, kCapacityChanged}) {
    Reaction& reaction = add(std::string(name));
    reaction.about_place = true;
    reaction.is_level = name == kOverloadSite;
  }
  add_values(*find(kPriceChanged), model::kPrices);
  add_values(*find(kCapacityChanged), model::kCapacities);
  for (const auto& [event, diagram] : project.diagrams) {
    Reaction& reaction = add(event);
    reaction.course = std::make_shared<const Course>(diagram);
    reaction.is_level = reaction.is_level || diagram.settings.hold || diagram.settings.release;
    reaction.may_move = may_move(project, diagram);
    reaction.resizes = resized_by(diagram);
  }
  for (const std::string_view name : kBuiltIn) find(name)->is_level = false;
}

Reaction& Reactions::add(const std::string& event) {
  const auto [at, is_new] = names_.try_emplace(event, static_cast<uint32_t>(all_.size()));
  if (is_new) {
    all_.emplace_back();
    all_.back().index = at->second;
    all_.back().event = event;
  }
  return all_[at->second];
}

Reaction* Reactions::find(std::string_view event) {
  const auto found = names_.find(event);
  return found == names_.end() ? nullptr : &all_[found->second];
}

Result<TypedEvent> typed(const Event& event, const Reaction& reaction) {
  TypedEvent result{event.name, event.component, event.source, {}};
  for (const auto& [name, text] : event.values) {
    const auto declared = std::find_if(reaction.values.begin(), reaction.values.end(),
                                       [&](const model::EventValue& one) { return one.name == name; });
    model::Type type = name == kCleared ? model::Type::kBool : model::Type::kString;
    if (declared != reaction.values.end()) type = declared->type;
    Result<model::Value> value = model::parse_value(type, text);
    if (!value) return fail(std::move(value).error().within(fmt::format("{} {}", event.name, name)));
    result.values.emplace_back(name, *std::move(value));
  }
  return result;
}

bool is_cleared(const TypedEvent& event) {
  return std::any_of(event.values.begin(), event.values.end(), [](const auto& each) {
    const bool* truth = each.first == kCleared ? each.second.template get_if<bool>() : nullptr;
    return truth != nullptr && *truth;
  });
}

}  // namespace attune::workflow
