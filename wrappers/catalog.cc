// SPDX-License-Identifier: Apache-2.0
#include "wrappers/catalog.h"

#include <utility>

#include <fmt/format.h>

#include "runtime/deploy/content.h"
#include "runtime/system/stubs.h"
#include "wrappers/agent.h"
#include "wrappers/agent_name.h"
#include "wrappers/container.h"
#include "wrappers/plugin.h"
#include "wrappers/program_name.h"
#include "wrappers/unit.h"
#include "wrappers/unit_command.h"

namespace attune::wrappers {

namespace {

using model::Type;

constexpr size_t kAnyNumber = SIZE_MAX;
// It brings its component into a state, and finds it in that the second time, also where the first is still
// at work: libvirt has one domain of a name. A process that is starting cannot be seen yet.
constexpr bool kRepeat = true;

model::Key vm() {
  return {.name = std::string(system::kVmKey),
          .operations = {{"start", 1, 1, "domain", kRepeat},
                         {"stop", 1, 1, "domain", kRepeat},
                         {"kill", 1, 1, "domain"},
                         {"migrate", 2, 2, "domain target-host", kRepeat},
                         {"suspend", 1, 1, "domain"},
                         {"resume", 1, 1, "domain"},
                         {"status", 1, 1, "domain", kRepeat}},
          .attributes = {{"memory", Type::kSize},
                         {"vcpus", Type::kInteger},
                         {"kernel", Type::kString},
                         {"initrd", Type::kString},
                         {"cmdline", Type::kString},
                         {"disks", Type::kList},
                         {"bridge", Type::kString},
                         {"network", Type::kString},
                         {"virtualization", Type::kString},
                         {"console", Type::kString},
                         {"address", Type::kString},
                         {"domain", Type::kString},
                         {"stop_grace", Type::kDuration}}};
}

model::Key process() {
  return {.name = "Process",
          .operations = {{"start", 1, kAnyNumber, "program argument..."},
                         {"stop", 0, 0, "", kRepeat},
                         {"kill", 0, 0, ""},
                         {"status", 0, 0, "", kRepeat},
                         {"reload", 0, 1, "signal"},
                         {"configure", 2, 2, "template target"}},
          .attributes = {{"stop_grace", Type::kDuration}}};
}

model::Key script() {
  return {.name = "Script", .operations = {}, .attributes = {}};
}

model::Key probe() {
  return {
      .name = "Probe",
      .operations = {{"create", 3, kAnyNumber, "program pipe subject argument..."}, {"stop", 0, 1, "probe"}},
      .attributes = {}};
}

model::Key plugin() {
  return {.name = std::string(Plugin::kFamily),
          .operations = {{"create", 1, kAnyNumber, "subject argument..."},
                         {"stop", 0, 1, "probe"},
                         {"check", 0, kAnyNumber, "argument..."}},
          .attributes = {{"interval", Type::kDuration}, {"plugins", Type::kString}}};
}

// By the API each action does no harm a second time.
model::Key agent() {
  return {.name = std::string(Agent::kFamily),
          .operations = {{"start", 0, 0, "", kRepeat},
                         {"stop", 0, 0, "", kRepeat},
                         {"monitor", 0, 0, "", kRepeat},
                         {"reload", 0, 0, ""},
                         {"validate-all", 0, 0, "", kRepeat},
                         {"migrate_to", 1, 1, "target-host"},
                         {"migrate_from", 1, 1, "source-host"}},
          .attributes = {{"check_level", Type::kInteger}}};
}

model::Key unit() {
  return {.name = std::string(Unit::kFamily),
          .operations = {{"start", 0, 0, "", kRepeat},
                         {"stop", 0, 0, "", kRepeat},
                         {"restart", 0, 0, ""},
                         {"reload", 0, 0, ""},
                         {"kill", 0, 0, ""},
                         {"status", 0, 0, "", kRepeat},
                         {"run", 1, kAnyNumber, "property... program argument...", kRepeat}},
          .attributes = {}};
}

model::Key container() {
  return {.name = std::string(Container::kKey),
          .operations = {{"start", 0, kAnyNumber, "[name=value...] argument...", kRepeat},
                         {"stop", 0, 0, "", kRepeat},
                         {"kill", 0, 0, ""},
                         {"status", 0, 0, "", kRepeat}},
          .attributes = {{"image", Type::kString},
                         {"command", Type::kList},
                         {"ports", Type::kList},
                         {"volumes", Type::kList},
                         {"environment", Type::kList},
                         {"options", Type::kList},
                         {"network", Type::kString},
                         {"stop_grace", Type::kDuration}}};
}

Result<void> check_key(const std::string& key) {
  if (key.starts_with(Plugin::kFamily) && !is_program_name(member_of(key, Plugin::kFamily)))
    return fail(ErrorCode::kInvalid, fmt::format("'{}' names no plugin: write nagios:check_http", key));
  if (key.starts_with(Unit::kFamily))
    if (auto name = unit_name(key, "x"); !name) return fail(std::move(name.error()));
  if (key.starts_with(Agent::kFamily))
    if (auto name = parse_agent_name(key); !name) return fail(std::move(name.error()));
  return {};
}

}  // namespace

const model::Catalog& catalog() {
  static const model::Catalog kKnown{
      {vm(), process(), script(), probe(), plugin(), agent(), unit(), container()}};
  return kKnown;
}

const model::FileRules& file_rules() {
  static const model::FileRules kRules{.params = {{"Process", "configure", model::NamedFile::kTemplate},
                                                  {"Probe", "create", model::NamedFile::kProbe}},
                                       .attributes = {{std::string(system::kVmKey), "domain"}},
                                       .script_key = "Script",
                                       .holds = deploy::holds,
                                       .check_key = check_key};
  return kRules;
}

}  // namespace attune::wrappers
