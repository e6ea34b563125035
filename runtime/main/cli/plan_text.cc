// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/cli/plan_text.h"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "runtime/base/log.h"
#include "runtime/main/cli/table.h"

namespace attune::cli {

using system::Component;
using system::Host;
using system::System;

RoleBindings bindings_of(const System& system, const Component& component) {
  RoleBindings roles;
  for (const system::Binding& binding : component.bindings) {
    const std::string& role = system.project().associations[binding.association].role;
    const Component* to = system.find(binding.to);
    if (to == nullptr) continue;
    auto found = std::find_if(roles.begin(), roles.end(), [&](const auto& one) { return one.first == role; });
    if (found == roles.end()) found = roles.insert(roles.end(), {role, {}});
    found->second.push_back(to->name);
  }
  return roles;
}

namespace {

constexpr size_t kNamed = 6;  // components of a group that are called by name

std::string plural(size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

// --- where ---

std::string bindings_text(const System& system, const Component& component) {
  std::string text;
  for (const auto& [role, others] : bindings_of(system, component)) {
    text += fmt::format("{}{} ->", text.empty() ? "" : ", ", role);
    for (size_t i = 0; i < std::min(others.size(), kNamed); ++i) text += " " + others[i];
    if (others.size() > kNamed) text += fmt::format(" and {} more", others.size() - kNamed);
  }
  return text;
}

std::string host_text(const System& system, const Host& host) {
  std::string text = host.name;
  const Component* vm = system.find(host.vm);
  if (vm != nullptr) return text + " (a virtual machine)";
  const model::HostFamily& family = system.project().families[host.family];
  if (family.protocol == Protocol::kLocal)
    text += " (this machine)";
  else
    text +=
        fmt::format(" ({}{}{}:{})", family.user, family.user.empty() ? "" : "@", host.address, family.port);
  if (const auto free = system.free_memory(host))
    text += fmt::format(", {} of {} free", model::to_text(model::Value(*free)),
                        model::to_text(model::Value(host.memory)));
  return text;
}

class Places {
 public:
  Places(const System& system, Output& out) : system_(system), out_(out) {}

  void write() {
    for (const Component* component : system_.components())
      if (component->container == system::kNoComponent) outermost_[component->host].push_back(component);
    for (const Host* host : system_.hosts()) {
      const auto found = outermost_.find(host->id);
      if (found != outermost_.end()) write_group(host_text(system_, *host), found->second);
    }
    const auto nowhere = outermost_.find(system::kNoHost);
    if (nowhere != outermost_.end()) write_group("on no host", nowhere->second);
  }

 private:
  void write_group(const std::string& head, const std::vector<const Component*>& components) {
    out_.write(fmt::format("\n{}\n", out_.painted(Paint::kStrong, printable(head))));
    Table table;
    for (const Component* component : components) add(*component, 0, table);
    table.write(out_, "  ");
  }

  void add(const Component& component, size_t depth, Table& table) {
    table.add({std::string(2 * depth, ' ') + component.name, system_.class_of(component).name,
               bindings_text(system_, component)});
    for (const Component* content : system_.contents(component)) add(*content, depth + 1, table);
  }

  const System& system_;
  Output& out_;
  std::map<system::HostId, std::vector<const Component*>> outermost_;
};

// --- in which order ---

std::string call_text(const PlannedCall& call) {
  std::string text = fmt::format("{}.{}(", call.component, call.stub);
  for (size_t i = 0; i < call.arguments.size(); ++i) text += (i ? ", " : "") + call.arguments[i];
  text += ")";
  return call.host.empty() ? text : text + " on " + call.host;
}

// Calls of the same stub, together; the stubs' names take as much room as the widest of the plan.
std::vector<std::string> groups_of(const PlanStep& step, size_t widest) {
  std::vector<std::pair<std::string_view, std::vector<std::string_view>>> groups;
  for (const PlannedCall& call : step.calls) {
    auto found =
        std::find_if(groups.begin(), groups.end(), [&](const auto& one) { return one.first == call.stub; });
    if (found == groups.end()) found = groups.insert(groups.end(), {call.stub, {}});
    found->second.push_back(call.component);
  }
  std::vector<std::string> texts;
  for (const auto& [stub, names] : groups) {
    std::string text = fmt::format("{:{}}  ", stub, widest);
    for (size_t i = 0; i < std::min(names.size(), kNamed); ++i) text.append(i ? ", " : "").append(names[i]);
    if (names.size() > kNamed) text += fmt::format(" and {} more", names.size() - kNamed);
    texts.push_back(std::move(text));
  }
  return texts;
}

size_t widest_stub(const Plan& plan) {
  size_t widest = 0;
  for (const PlanStep& step : plan.steps)
    for (const PlannedCall& call : step.calls) widest = std::max(widest, call.stub.size());
  return widest;
}

void write_step(const PlanStep& step, size_t number, bool with_calls, size_t widest, Output& out) {
  for (const std::string& note : step.notes)
    out.write(fmt::format("       {}\n", out.painted(Paint::kFaint, printable(note))));
  std::vector<std::string> lines;
  if (with_calls)
    for (const PlannedCall& call : step.calls) lines.push_back(call_text(call));
  else
    lines = groups_of(step, widest);
  for (size_t i = 0; i < lines.size(); ++i)
    out.write(fmt::format("  {:>3}  {}\n", i == 0 ? std::to_string(number) : "", printable(lines[i])));
}

}  // namespace

void write_plan(const Plan& plan, const System& system, bool with_calls, Output& out) {
  const auto hosts = system.hosts();
  const auto used = std::count_if(hosts.begin(), hosts.end(), [&](const Host* host) {
    return host->vm == system::kNoComponent && system.count_on(*host) > 0;
  });
  out.write(fmt::format("{}: {} on {}\n", out.painted(Paint::kStrong, printable(system.project().name)),
                        plural(system.components().size(), "component"),
                        plural(static_cast<size_t>(used), "host")));
  Places(system, out).write();
  const bool has_diagram = system.project().diagrams.contains("start");
  out.write(fmt::format("\n{} (the calls of one step can go on at once{})\n",
                        out.painted(Paint::kStrong, "order"),
                        has_diagram ? "; start.mmd" : "; without a start diagram, containers first"));
  size_t number = 0;
  const size_t widest = widest_stub(plan);
  for (const PlanStep& step : plan.steps) write_step(step, ++number, with_calls, widest, out);
  if (!plan.problem.empty())
    out.write(fmt::format("\n{} start would not end well: {}\n", out.painted(Paint::kBad, "problem:"),
                          printable(plan.problem)));
}

}  // namespace attune::cli
