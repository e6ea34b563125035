// SPDX-License-Identifier: Apache-2.0
#include "wrappers/agent_environment.h"

#include <chrono>

#include <fmt/format.h>

#include "runtime/model/settings.h"
#include "runtime/workflow/operand.h"

namespace attune::wrappers {

namespace {

constexpr std::string_view kParameter = "OCF_RESKEY_", kCheckLevel = "check_level";

std::string milliseconds(Duration duration) {
  return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
}

// A monitor with an interval of zero is a probe for agents: one that asks before the first start.
Duration interval_of(const World& world, const workflow::Call& call) {
  if (call.operation != "monitor") return Duration::zero();
  const auto period = model::setting_as<Duration>(world.system.project(), "status.period");
  return period > Duration::zero() ? period : std::chrono::seconds(10);
}

// What cluster managers say beside the API, and agents have come to count on.
void add_meta(const World& world, const workflow::Call& call, Environment& to) {
  const auto meta = [&](std::string_view name, std::string value) {
    to.emplace_back(fmt::format("{}CRM_meta_{}", kParameter, name), std::move(value));
  };
  meta("name", call.operation);
  meta("interval", milliseconds(interval_of(world, call)));
  if (call.timeout > Duration::zero()) meta("timeout", milliseconds(call.timeout));
  if (call.operation == "migrate_to") {
    meta("migrate_source", call.host);
    meta("migrate_target", call.arguments.at(0));
  }
  if (call.operation == "migrate_from") {
    meta("migrate_source", call.arguments.at(0));
    meta("migrate_target", call.host);
  }
}

}  // namespace

Result<Environment> agent_environment(const World& world, const AgentName& agent,
                                      const workflow::Call& call) {
  const system::Component& component = *world.system.find(call.component);
  Environment all = {{"OCF_ROOT", std::string(kOcfRoot)}, {"OCF_RA_VERSION_MAJOR", "1"},
                     {"OCF_RA_VERSION_MINOR", "1"},       {"OCF_RESOURCE_INSTANCE", component.name},
                     {"OCF_RESOURCE_TYPE", agent.agent},  {"OCF_RESOURCE_PROVIDER", agent.provider}};
  std::string level = "0";
  const workflow::Outlook outlook{world.system, world.clock.now(), world.pipe};
  for (const model::Attribute& attribute : world.system.class_of(component).attributes) {
    if (attribute.type == model::Type::kSecret || !world.system.attribute(component, attribute.name))
      continue;
    const auto value = workflow::attribute_of(outlook, component, attribute.name);
    if (!value)
      return fail(Error(value.error()).within(fmt::format("{}.{}", component.name, attribute.name)));
    if (attribute.name == kCheckLevel)
      level = model::to_text(*value);
    else
      all.emplace_back(fmt::format("{}{}", kParameter, parameter_name(attribute.name)),
                       model::to_text(*value));
  }
  all.emplace_back("OCF_CHECK_LEVEL", std::move(level));
  add_meta(world, call, all);
  return all;
}

std::vector<std::string> agent_secrets(const system::System& system, const system::Component& component) {
  std::vector<std::string> names;
  for (const model::Attribute& attribute : system.class_of(component).attributes)
    if (attribute.type == model::Type::kSecret && system.attribute(component, attribute.name))
      names.push_back(attribute.name);
  return names;
}

}  // namespace attune::wrappers
