// SPDX-License-Identifier: Apache-2.0
#include "runtime/workflow/reaction.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace attune::workflow {

namespace {
constexpr std::string_view kBuiltIn[] = {kHostDown, kHostUp,          kVmCrashed,   kVmStopped,
                                         kVmMoved,  kComponentFailed, kProbeFailed, kRunFailed};
constexpr std::string_view kCleared = "cleared";
}  // namespace

Reactions::Reactions(const model::Project& project) {
  for (const auto& [name, wrapper] : project.wrappers) {
    for (const model::EventDeclaration& event : wrapper.events) {
      Reaction& reaction = add(event.name);
      reaction.values.insert(reaction.values.end(), event.values.begin(), event.values.end());
    }
  }
  for (const std::string_view name : kBuiltIn) {
    add(std::string(name)).about_host = name == kHostDown || name == kHostUp;
  }
  for (const auto& [event, diagram] : project.diagrams)
    add(event).course = std::make_shared<const Course>(diagram);
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
