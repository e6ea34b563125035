// SPDX-License-Identifier: Apache-2.0
#include "dsl/known_events.h"

#include <algorithm>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "dsl/deployment_builder.h"

namespace attune::dsl {

namespace {

constexpr std::string_view kProbeKey = "Probe", kCreate = "create", kStatus = "status";
constexpr std::string_view kPluginKeys = "nagios:";

const model::Stub* find_probe(const model::Wrapper& wrapper) {
  const auto found = std::find_if(wrapper.stubs.begin(), wrapper.stubs.end(), [](const model::Stub& stub) {
    return (stub.key == kProbeKey || stub.key.starts_with(kPluginKeys)) && stub.operation == kCreate;
  });
  return found == wrapper.stubs.end() ? nullptr : &*found;
}

// A probe's create takes: program pipe subject argument...; that of a monitoring plugin: subject argument...
size_t subject_param(const model::Stub& create) {
  return create.key == kProbeKey ? 2 : 0;
}

void add_once(Classes& to, const Classes& more) {
  for (const model::Class* one : more) {
    if (std::find(to.begin(), to.end(), one) == to.end()) to.push_back(one);
  }
}

bool same_values(const std::vector<model::EventValue>& a, const std::vector<model::EventValue>& b) {
  return std::is_permutation(a.begin(), a.end(), b.begin(), b.end(),
                             [](const model::EventValue& one, const model::EventValue& other) {
                               return one.name == other.name && one.type == other.type;
                             });
}

}  // namespace

KnownEvents::KnownEvents(const ClassTree& tree, Diagnostics& found) : tree_(tree) {
  add_built_in();
  for (const auto& [name, wrapper] : tree.project().wrappers) add_declared(wrapper, found);
}

KnownEvent& KnownEvents::at(const std::string& name) {
  KnownEvent& event = events_[name];
  event.name = name;
  return event;
}

KnownEvent& KnownEvents::built_in(const std::string& name, const std::vector<std::string>& values) {
  KnownEvent& event = at(name);
  event.is_declared = true;
  for (const std::string& value : values) event.values.push_back({value, model::Type::kString});
  return event;
}

void KnownEvents::add_built_in() {
  Classes vms, probes, asked;
  for (const model::Class* one : tree_.concrete()) {
    const model::Wrapper* wrapper = tree_.project().wrapper_of(*one);
    if (wrapper == nullptr) continue;
    if (is_vm(wrapper)) vms.push_back(one);
    if (find_probe(*wrapper) != nullptr) probes.push_back(one);
    if (wrapper->find_stub(kStatus) != nullptr) asked.push_back(one);
  }
  built_in("host_down", {"host"}).is_about_host = true;
  built_in("host_up", {"host"}).is_about_host = true;
  built_in("vm_crashed", {"host"}).subjects = vms;
  built_in("vm_stopped", {"host"}).subjects = vms;
  built_in("vm_moved", {"from", "to"}).subjects = std::move(vms);
  built_in("component_failed", {"why"}).subjects = std::move(asked);
  built_in("probe_failed", {"why"}).subjects = std::move(probes);
  built_in("regroup", {"groups"}).has_no_subject = true;
  add_places();
  built_in("run_failed", {"run", "diagram", "why"});  // about whatever the run was about, or nothing
}

// Those about sites, and about hosts on which there is nothing.
void KnownEvents::add_places() {
  const auto without_subject = [](KnownEvent& event) -> KnownEvent& {
    event.has_no_subject = event.is_about_place = true;
    return event;
  };
  without_subject(built_in("host_empty", {"host"})).is_about_host = true;
  without_subject(built_in("overload_site", {})).values.push_back({"load", model::Type::kPercent});
  for (const model::ToldProperty& one : model::kPrices)
    without_subject(built_in("price_changed", {})).values.push_back({std::string(one.name), one.type});
  for (const model::ToldProperty& one : model::kCapacities)
    without_subject(built_in("capacity_changed", {})).values.push_back({std::string(one.name), one.type});
}

void KnownEvents::add_declared(const model::Wrapper& wrapper, Diagnostics& found) {
  for (const model::EventDeclaration& declared : wrapper.events) {
    KnownEvent& event = at(declared.name);
    if (event.has_no_subject) {
      found.error("event-clash", declared.place,
                  fmt::format("the event '{}' is known already, and is about {}", declared.name,
                              event.is_about_place ? "a site or a host" : "nothing"),
                  "leave the declaration out, or give the event another name");
      continue;
    }
    const auto [first, is_first] = first_.emplace(declared.name, &declared);
    if (is_first) {
      event.values.insert(event.values.end(), declared.values.begin(), declared.values.end());
    } else if (!same_values(first->second->values, declared.values)) {
      found.error("event-clash", declared.place,
                  fmt::format("the event '{}' has other values in {}, line {}", declared.name,
                              first->second->place.file->path, first->second->place.line),
                  "declare the same values of the same types, or give one of the events another name");
    }
    event.is_declared = true;
    for (const model::Class* one : tree_.concrete()) {
      if (one->wrapper == wrapper.name) add_once(event.subjects, subjects_of(*one, wrapper));
    }
  }
}

// A probe's events are about what it watches, all others' about the component that raises them.
Classes KnownEvents::subjects_of(const model::Class& raiser, const model::Wrapper& wrapper) const {
  const model::Stub* probe = find_probe(wrapper);
  if (probe == nullptr) return {&raiser};
  const size_t subject = subject_param(*probe);
  if (probe->params.size() <= subject || probe->params[subject].parts.size() != 1) return {};
  const auto* navigation = std::get_if<model::Navigation>(&probe->params[subject].parts.front());
  return navigation == nullptr ? Classes{} : destination(*navigation, raiser);
}

// The classes of the components whose name the navigation gives.
Classes KnownEvents::destination(const model::Navigation& navigation, const model::Class& from) const {
  using Root = model::Navigation::Root;
  const model::Project& project = tree_.project();
  if (navigation.root != Root::kThis && navigation.root != Root::kName) return {};
  std::vector<std::string> steps = navigation.steps;
  Classes at{&from};
  if (navigation.root == Root::kName) {
    if (project.find_role(from.name, navigation.name) == nullptr) {
      at = tree_.concrete(navigation.name);
    } else {
      steps.insert(steps.begin(), navigation.name);
    }
  }
  for (const std::string& step : steps) {
    if (step == "srname" || step == "name") return at;
    Classes next;
    for (const model::Class* one : at) {
      if (step == "container") add_once(next, tree_.containers(one->name));
      if (const model::Association* role = project.find_role(one->name, step))
        add_once(next, tree_.concrete(role->to));
    }
    at = std::move(next);
  }
  return {};
}

void KnownEvents::add(const std::string& name) {
  at(name);
}

void KnownEvents::answer(const std::string& name, Subject subject) {
  at(name).answered = std::move(subject);
}

const KnownEvent* KnownEvents::find(std::string_view name) const {
  const auto found = events_.find(name);
  return found == events_.end() ? nullptr : &found->second;
}

std::vector<std::string> KnownEvents::names() const {
  std::vector<std::string> names;
  names.reserve(events_.size());
  for (const auto& [name, event] : events_) names.push_back(name);
  return names;
}

std::vector<std::string> KnownEvents::declared() const {
  std::vector<std::string> names{std::string(kStart), std::string(kStop)};
  for (const auto& [name, event] : events_) {
    if (event.is_declared) names.push_back(name);
  }
  return names;
}

}  // namespace attune::dsl
