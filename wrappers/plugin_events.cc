// SPDX-License-Identifier: Apache-2.0
#include "wrappers/plugin_events.h"

#include <array>
#include <optional>
#include <string_view>
#include <utility>

namespace attune::wrappers {

namespace {

constexpr std::string_view kState = "state", kText = "text";

// Whether the condition holds; nothing where this run does not say so.
std::optional<bool> holds(std::string_view event, PluginState state) {
  if (event.ends_with("_unknown")) return state == PluginState::kUnknown;
  if (state == PluginState::kUnknown) return std::nullopt;
  if (event.ends_with("_critical")) return state == PluginState::kCritical;
  return state != PluginState::kOk;
}

// `time` is the measurement of that name, `time_warn` what its warning threshold is.
std::optional<std::string> value_of(const Measurement& of, std::string_view wanted, model::Type type) {
  const std::string name = value_name(of.label);
  if (name.empty() || !wanted.starts_with(name)) return std::nullopt;
  const std::array<std::pair<std::string_view, const std::string*>, 5> fields = {{{"", &of.number},
                                                                                  {"_warn", &of.warning},
                                                                                  {"_crit", &of.critical},
                                                                                  {"_min", &of.least},
                                                                                  {"_max", &of.most}}};
  for (const auto& [suffix, number] : fields)
    if (wanted.substr(name.size()) == suffix) return as_type(*number, of.unit, type);
  return std::nullopt;
}

std::optional<std::string> value_of(const PluginOutput& output, const model::EventValue& wanted) {
  for (const Measurement& one : output.measurements)
    if (auto found = value_of(one, wanted.name, wanted.type)) return found;
  return std::nullopt;
}

workflow::Event event_of(const model::EventDeclaration& declared, const PluginOutput& output,
                         const std::string& subject) {
  workflow::Event event{
      .name = declared.name, .component = subject, .values = {}, .source = {}, .received = {}};
  event.values.emplace_back(kState, name_of(output.state));
  event.values.emplace_back(kText, output.text);
  for (const model::EventValue& wanted : declared.values) {
    if (wanted.name == kState || wanted.name == kText) continue;
    if (auto found = value_of(output, wanted)) event.values.emplace_back(wanted.name, *std::move(found));
  }
  return event;
}

}  // namespace

std::vector<workflow::Event> events_of(const model::Wrapper& wrapper, const PluginOutput& output,
                                       const std::string& subject, std::set<std::string>& cleared) {
  std::vector<workflow::Event> events;
  for (const model::EventDeclaration& declared : wrapper.events) {
    if (!declared.level) {
      if (output.state != PluginState::kUnknown) events.push_back(event_of(declared, output, subject));
      continue;
    }
    const auto now = holds(declared.name, output.state);
    if (!now) continue;
    if (*now) {
      cleared.erase(declared.name);
      events.push_back(event_of(declared, output, subject));
    } else if (cleared.insert(declared.name).second) {
      events.push_back(event_of(declared, output, subject));
      events.back().values.emplace_back("cleared", "true");
    }
  }
  return events;
}

}  // namespace attune::wrappers
