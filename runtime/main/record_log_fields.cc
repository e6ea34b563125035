// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/record_log_fields.h"

#include <string>
#include <variant>

namespace attune::main {

namespace {

struct Finder {
  const system::System& system;
  LogFields& fields;

  void name(system::ComponentId id) const {
    if (const system::Component* component = system.find(id)) fields.component = component->name;
  }

  void operator()(const workflow::ManagerStarted&) const {}
  void operator()(const workflow::ManagerStopped&) const {}
  void operator()(const workflow::EventAccepted& of) const { about(of); }
  void operator()(const workflow::EventSuppressed& of) const { about(of); }
  void operator()(const workflow::RunStarted& of) const {
    fields.event = of.diagram;
    fields.component = of.subject;
  }
  void operator()(const workflow::HostChosen& of) const {
    if (of.host != "none") fields.host = of.host;
  }
  void operator()(const workflow::CallIntent& of) const {
    fields.component = of.call.component_name;
    fields.host = of.call.host;
  }
  void operator()(const workflow::SystemChanged& of) const {
    std::visit([this](const auto& change) { about_change(change); }, of.change);
  }
  void operator()(const workflow::Alerted& of) const { fields.component = of.component; }
  template <class Other>
  void operator()(const Other&) const {}

  // An event of a host's names that.
  template <class Event>
  void about(const Event& event) const {
    fields.event = event.name;
    (system.find_host(event.component) != nullptr ? fields.host : fields.component) = event.component;
  }
  template <class Change>
  void about_change(const Change& change) const {
    if constexpr (requires { change.host; }) fields.host = change.host;
    if constexpr (requires { change.id; }) name(change.id);
    if constexpr (requires { change.from; }) name(change.from);
  }
};

std::string run_of(const workflow::Record& record) {
  return std::visit(
      [](const auto& what) -> std::string {
        if constexpr (requires { what.call.run; })
          return std::to_string(what.call.run);
        else if constexpr (requires { what.run; })
          return what.run == 0 ? std::string() : std::to_string(what.run);
        else
          return {};
      },
      record.what);
}

}  // namespace

LogFields log_fields_of(const workflow::Record& record, const system::System& system) {
  LogFields fields;
  fields.run = run_of(record);
  std::visit(Finder{system, fields}, record.what);
  const system::Component* component = system.find(fields.component);
  const system::Host* host = component == nullptr ? nullptr : system.host_of(*component);
  if (fields.host.empty() && host != nullptr) fields.host = host->name;
  return fields;
}

}  // namespace attune::main
