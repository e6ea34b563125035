// SPDX-License-Identifier: Apache-2.0
// Any exit code and any bytes as what a monitoring plugin says: every event that is made of it is one that
// the manager takes, with values of the declared types.
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>

#include "runtime/events/event_line.h"
#include "wrappers/plugin_events.h"

namespace {

using attune::model::Type;

attune::model::Wrapper wrapper() {
  attune::model::Wrapper made;
  const std::vector<attune::model::EventValue> values = {
      {"time", Type::kDuration}, {"size", Type::kSize},     {"pl", Type::kPercent}, {"load1", Type::kFloat},
      {"root_max", Type::kSize}, {"procs", Type::kInteger}, {"raw", Type::kString}};
  for (const char* level : {"bad", "bad_critical", "bad_unknown"})
    made.events.push_back({level, values, true, {}});
  made.events.push_back({"measured", values, false, {}});
  return made;
}

void check(const attune::model::Wrapper& by, const attune::workflow::Event& event) {
  const auto read = attune::events::parse_event_line(attune::events::to_line(event));
  if (!read || read->values != event.values || read->name != event.name) std::abort();
  for (const auto& [name, text] : event.values)
    for (const auto& declared : by.find_event(event.name)->values)
      if (declared.name == name && !attune::model::parse_value(declared.type, text)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const attune::model::Wrapper kWrapper = wrapper();
  if (size == 0) return 0;
  const auto output =
      attune::wrappers::parse_plugin_output(data[0], {reinterpret_cast<const char*>(data) + 1, size - 1});
  for (const auto& one : output.measurements) {
    const std::string name = attune::wrappers::value_name(one.label);
    if (name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") !=
        name.npos)
      std::abort();
  }
  std::set<std::string> cleared;
  for (const auto& event : attune::wrappers::events_of(kWrapper, output, "app1", cleared))
    check(kWrapper, event);
  return 0;
}
