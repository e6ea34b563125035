// SPDX-License-Identifier: Apache-2.0
#include "runtime/control/views.h"

#include <algorithm>

#include <unistd.h>
#include <nlohmann/json.hpp>

#include "runtime/base/wall_time.h"
#include "runtime/system/host_state.h"
#include "runtime/workflow/operand.h"

namespace attune::control {

namespace {

using system::Component;
using system::Host;
using system::System;

Json text_or_null(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

Json host_name_of(const System& system, const Component& component) {
  const Host* host = system.host_of(component);
  return host == nullptr ? Json(nullptr) : Json(host->name);
}

Json bindings_view(const System& system, const Component& component) {
  Json bindings = Json::object();
  for (const system::Binding& binding : component.bindings) {
    const Component* to = system.find(binding.to);
    if (to == nullptr) continue;
    bindings[system.project().associations[binding.association].role].push_back(to->name);
  }
  return bindings;
}

Json attributes_view(const System& system, const Component& component) {
  Json attributes = Json::object();
  for (const model::Attribute& attribute : system.class_of(component).attributes) {
    const auto value = workflow::attribute_of({system, {}, {}}, component, attribute.name);
    attributes[attribute.name] = value ? Json(model::to_text(*value)) : Json(nullptr);
  }
  return attributes;
}

Json stubs_view(const System& system, const Component& component) {
  Json stubs = Json::array();
  if (const model::Wrapper* wrapper = system.project().wrapper_of(system.class_of(component)))
    for (const model::Stub& stub : wrapper->stubs) stubs.push_back(stub.name);
  return stubs;
}

Json branch_view(const System& system, const Component& component) {
  Json branch = {{"name", component.name},
                 {"class", system.class_of(component).name},
                 {"state", name_of(component.lifecycle)},
                 {"host", host_name_of(system, component)},
                 {"bindings", bindings_view(system, component)},
                 {"contents", Json::array()}};
  for (const Component* content : system.contents(component))
    branch["contents"].push_back(branch_view(system, *content));
  return branch;
}

Json values_view(const std::vector<std::pair<std::string, std::string>>& values) {
  Json view = Json::object();
  for (const auto& [name, value] : values) view[name] = value;
  return view;
}

Json host_view(const Daemon& daemon, const Host& host) {
  const System& system = daemon.system();
  const Instant now = daemon.now();
  const auto load = host.load.mean(now);
  const auto free = system.free_memory(host);
  Json components = Json::array();
  for (const Component* component : system.components_on(host)) components.push_back(component->name);
  const model::Site* site = system.site_of(host);
  const bool has_family = host.family < system.project().families.size();
  const workflow::OffHosts::Off* off = daemon.off_hosts().find(host.name);
  return {{"id", host.id},
          {"name", host.name},
          {"family", has_family ? Json(system.project().families[host.family].name) : Json(nullptr)},
          {"address", text_or_null(workflow::address_of({system, now, {}}, host))},
          {"state", name_of(state_of(system, host))},
          {"off_since", off == nullptr ? Json(nullptr) : Json(to_text(off->since))},
          {"off_by", off == nullptr ? Json(nullptr) : text_or_null(off->by)},
          {"maintenance", host.in_maintenance},
          {"site", site == nullptr ? Json(nullptr) : Json(site->name)},
          {"cpus", host.cpus == 0 ? Json(nullptr) : Json(host.cpus)},
          {"memory", host.memory.bytes == 0 ? Json(nullptr) : Json(host.memory.bytes)},
          {"free_memory", free ? Json(free->bytes) : Json(nullptr)},
          {"load", load ? Json(load->value) : Json(nullptr)},
          {"components", std::move(components)}};
}

// One page of what is sorted by ids; `next` is the last one's where there are more.
template <class Thing, class View>
Json page_view(const char* name, const std::vector<const Thing*>& all, const Page& page, View view) {
  Json shown = Json::array(), next = nullptr;
  for (const Thing* one : all) {
    if (page.after && one->id <= *page.after) continue;
    if (shown.size() == page.limit) {
      next = shown.back()["id"];
      break;
    }
    shown.push_back(view(*one));
  }
  return {{name, std::move(shown)}, {"next", std::move(next)}};
}

}  // namespace

Json status_view(const Daemon& daemon) {
  const System& system = daemon.system();
  const DaemonStatus status = daemon.status();
  Json components = {{"total", 0}};
  for (const Component* component : system.components()) {
    components["total"] = components["total"].get<size_t>() + 1;
    Json& count = components[std::string(name_of(component->lifecycle))];
    count = count.is_null() ? 1 : count.get<size_t>() + 1;
  }
  Json hosts = {{"total", system.hosts().size()}};
  for (const Host* host : system.hosts()) {
    Json& count = hosts[std::string(name_of(state_of(system, *host)))];
    count = count.is_null() ? 1 : count.get<size_t>() + 1;
  }
  Json switched_off = Json::array();
  for (const workflow::SwitchedOff& one : daemon.switched_off())
    switched_off.push_back(
        {{"event", one.event}, {"component", text_or_null(one.component)}, {"runs", one.runs}});
  const EventFigures events = daemon.events();
  uint64_t rejected = 0;
  for (const auto& [kind, count] : events.rejected) rejected += count;
  return {{"project", system.project().name},
          {"directory", system.project().directory},
          {"version", status.version},
          {"process", ::getpid()},
          {"state", status.state},
          {"problem", text_or_null(status.problem)},
          {"last_failure", text_or_null(status.last_failure)},
          {"since", to_text(status.since)},
          {"mode", modes_view(daemon)},
          {"components", std::move(components)},
          {"hosts", std::move(hosts)},
          {"runs", daemon.runs().size()},
          {"switched_off", std::move(switched_off)},
          {"events",
           {{"accepted", events.accepted},
            {"suppressed", events.suppressed},
            {"rejected", rejected},
            {"queued", events.queued}}},
          {"records", status.records}};
}

Json tree_view(const System& system) {
  Json roots = Json::array();
  for (const Component* component : system.components())
    if (component->container == system::kNoComponent) roots.push_back(branch_view(system, *component));
  return {{"project", system.project().name}, {"components", std::move(roots)}};
}

Json component_view(const System& system, const Component& component) {
  const Component* container = system.find(component.container);
  Json contents = Json::array();
  for (const Component* content : system.contents(component)) contents.push_back(content->name);
  return {{"id", component.id},
          {"name", component.name},
          {"class", system.class_of(component).name},
          {"number", component.number},
          {"state", name_of(component.lifecycle)},
          {"host", host_name_of(system, component)},
          {"container", container == nullptr ? Json(nullptr) : Json(container->name)},
          {"contents", std::move(contents)},
          {"attributes", attributes_view(system, component)},
          {"bindings", bindings_view(system, component)},
          {"stubs", stubs_view(system, component)}};
}

Json components_view(const System& system, const Page& page) {
  return page_view("components", system.components(), page,
                   [&](const Component& component) { return component_view(system, component); });
}

Json hosts_view(const Daemon& daemon, const Page& page) {
  return page_view("hosts", daemon.system().hosts(), page,
                   [&](const Host& host) { return host_view(daemon, host); });
}

Json runs_view(const Daemon& daemon) {
  Json runs = Json::array();
  for (const workflow::RunView& run : daemon.runs())
    runs.push_back({{"run", run.id},
                    {"diagram", run.diagram},
                    {"subject", text_or_null(run.subject)},
                    {"states", run.states},
                    {"waits_for", text_or_null(run.waits_for)},
                    {"needs_approval", run.needs_approval}});
  Json calls = Json::array();
  for (const CallProgress& call : daemon.calls())
    calls.push_back({{"call", call.call},
                     {"run", call.run},
                     {"component", call.component},
                     {"stub", call.stub},
                     {"progress", text_or_null(call.progress)}});
  return {{"runs", std::move(runs)}, {"calls", std::move(calls)}};
}

Json modes_view(const Daemon& daemon) {
  const workflow::Modes& modes = daemon.modes();
  Json components = Json::array();
  for (const auto& [id, of] : modes.components())
    if (const Component* component = daemon.system().find(id))
      components.push_back({{"component", component->name}, {"mode", name_of(of.mode)}, {"by", of.by}});
  return {{"mode", name_of(modes.whole().mode)},
          {"by", text_or_null(modes.whole().by)},
          {"components", std::move(components)}};
}

Json events_view(const EventFigures& figures) {
  Json recent = Json::array();
  for (const EventFigures::Recent& event : figures.recent)
    recent.push_back({{"at", to_text(event.at)},
                      {"name", event.name},
                      {"component", text_or_null(event.component)},
                      {"source", event.source},
                      {"values", values_view(event.values)},
                      {"suppressed", text_or_null(event.suppressed)}});
  return {{"accepted", figures.accepted}, {"suppressed", figures.suppressed}, {"rejected", figures.rejected},
          {"by_name", figures.by_name},   {"queued", figures.queued},         {"capacity", figures.capacity},
          {"recent", std::move(recent)}};
}

}  // namespace attune::control
