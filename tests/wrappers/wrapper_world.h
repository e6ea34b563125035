// SPDX-License-Identifier: Apache-2.0
// WrapperWorld: the World of a small project: two local hosts, on which there may be machines (vm), programs
// (app), and probes that watch them; and what implementations told the manager, kept to look at.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "runtime/base/diagnostic.h"
#include "runtime/deploy/deployer.h"
#include "runtime/model/instances.h"
#include "runtime/model/project.h"
#include "runtime/system/system.h"
#include "tests/support/golden.h"
#include "tests/support/project_builder.h"
#include "wrappers/implementation.h"
#include "wrappers/outcome.h"

namespace attune::wrappers {

class KeptLog final : public Log {
 public:
  void write(LogLevel, std::string_view line) override { lines.emplace_back(line); }
  std::vector<std::string> lines;
};

inline model::Stub stub(std::string name, std::string key, std::string operation,
                        const std::vector<std::string>& params = {}) {
  model::Stub made{std::move(name), std::move(key), std::move(operation), {}, std::chrono::seconds(60), {}};
  Diagnostics found;
  for (const std::string& param : params) made.params.push_back(model::parse_template(param, {}, found));
  return made;
}

inline model::Project small_project() {
  using model::Type;
  model::Project made = attune::testing::ProjectBuilder()
                            .family("lab", {"lab1", "lab2"})
                            .component("vm", "lab", 2)
                            .wrapper("vm")
                            .memory(128 << 20)
                            .attribute("vcpus", Type::kInteger, model::Value(int64_t{1}))
                            .attribute("kernel", Type::kString, model::Value(std::string("/srv/vmlinuz")))
                            .attribute("domain", Type::kString)
                            .attribute("virtualization", Type::kString)
                            .attribute("disks", Type::kList)
                            .attribute("network", Type::kString)
                            .attribute("address", Type::kString)
                            .attribute("stop_grace", Type::kDuration, Duration(std::chrono::seconds(5)))
                            .component("app", "lab", 2)
                            .wrapper("app")
                            .attribute("port", Type::kInteger, model::Value(int64_t{80}))
                            .attribute("stop_grace", Type::kDuration, Duration(std::chrono::seconds(5)))
                            .component("script", "lab", 2)
                            .wrapper("script")
                            .component("probe", "lab", 2)
                            .wrapper("probe")
                            .component("inside", "vm", 2)
                            .association("probe", {1, 1}, {1, 1}, "app", "observed")
                            .build();
  made.name = "small";
  model::HostFamily& lab = made.families.front();
  lab.protocol = Protocol::kLocal;
  lab.hypervisor = "test://{name}";
  const auto add = [&](const std::string& name, std::vector<model::Stub> stubs) {
    model::Wrapper& wrapper = made.wrappers[name];
    wrapper.name = name;
    wrapper.stubs = std::move(stubs);
  };
  const std::string self = "$this.srname";
  add("vm", {stub("start", "VM", "start", {self}), stub("status", "VM", "status", {self})});
  add("app", {stub("start", "Process", "start", {"server"}), stub("status", "Process", "status")});
  add("script", {stub("start", "Script", "run"), stub("status", "Script", "run", {self})});
  add("probe", {stub("start", "Probe", "create", {"cpu", "$manager.pipe", "$this.observed.srname", "80%"})});
  made.settings["probe.restart"] = "10ms";
  return made;
}

class WrapperWorld {
 public:
  WrapperWorld(ports::Loop& loop, const Clock& clock, ports::Shell& shell, ports::Hypervisor& hypervisor,
               model::Project of = small_project())
      : project(std::move(of)),
        deployer(loop, shell),
        world{system,
              shell,
              hypervisor,
              deployer,
              loop,
              clock,
              log,
              test::source_root().string(),
              "/run/pipe",
              [this](std::string_view line, std::string_view source) {
                lines.push_back(fmt::format("{}: {}", source, line));
              },
              [this](auto event, auto component, auto values) {
                std::string text = fmt::format("{} {}", event, component);
                for (const auto& [name, value] : values) text += fmt::format(" {}={}", name, value);
                raised.push_back(std::move(text));
              },
              [this](const std::string& text, const std::string& component) {
                alerts.push_back(fmt::format("{} ({})", text, component));
              },
              [this](const system::Change& change, const std::string& source) {
                sources.push_back(source);
                apply(change);
              },
              [this](workflow::CallId, const std::string& text) { progress.push_back(text); }} {}

  void apply(const system::Change& change) {
    const auto applied = system.apply(change);
    ASSERT_TRUE(applied) << applied.error().message;
  }
  // A new instance of the class, on the host.
  system::ComponentId make(const std::string& of, const std::string& host) {
    const system::ComponentId id = system.next_id();
    const uint32_t number = system.next_number(of);
    const std::string name = model::instance_name(*project.find_class(of), number);
    apply(system::ComponentCreated{id, name, of, number, system::kNoComponent});
    if (!host.empty()) apply(system::HostAssigned{id, host});
    return id;
  }
  void set(system::ComponentId id, system::Lifecycle to) { apply(system::LifecycleChanged{id, to}); }
  void set(system::ComponentId id, const std::string& attribute, model::Value value) {
    apply(system::AttributeSet{id, attribute, std::move(value)});
  }
  std::string host_of(system::ComponentId id) const { return system.host_of(*system.find(id))->name; }
  system::Lifecycle lifecycle(system::ComponentId id) const { return system.find(id)->lifecycle; }

  // A call as the engine makes it. The stub is called as its operation.
  workflow::Call call(system::ComponentId id, const std::string& key, const std::string& operation,
                      std::vector<std::string> arguments = {}) const {
    workflow::Call made;
    made.id = 1;
    made.component = id;
    made.component_name = system.find(id)->name;
    made.stub = made.operation = operation;
    made.key = key;
    made.arguments = std::move(arguments);
    if (const system::Host* host = system.host_of(*system.find(id))) made.host = host->name;
    made.timeout = std::chrono::seconds(60);
    return made;
  }

  model::Project project;
  system::System system{project};
  KeptLog log;
  deploy::Deployer deployer;
  std::vector<std::string> lines;     // of probes: "probe1: cpu_high app1 cpu=97%"
  std::vector<std::string> raised;    // "vm_moved vm1 from=lab1 to=lab2"
  std::vector<std::string> alerts;    // "text (component)"
  std::vector<std::string> sources;   // of what was observed; the changes themselves are made
  std::vector<std::string> progress;  // of calls
  World world;
};

// "exited 0", "exited 3: it does not run", "timed-out" ...
inline std::string shown(const workflow::CallOutcome& outcome) {
  std::string text(name_of(outcome));
  if (const auto* exited = std::get_if<workflow::CallExited>(&outcome)) {
    text += fmt::format(" {}", exited->code);
    if (!exited->message.empty()) text += ": " + exited->message;
  }
  if (const auto* lost = std::get_if<workflow::CallLost>(&outcome)) text += ": " + lost->why;
  return text;
}

}  // namespace attune::wrappers
