// SPDX-License-Identifier: Apache-2.0
// key="Component": the stubs that every component has. `deploy` puts its software (the class's legacyFile,
// the project's own scripts that its wrapper names) onto its host, also where that is a VM that is still
// booting; `undeploy` takes exactly that away again. Loop thread only.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "runtime/deploy/deployer.h"
#include "runtime/workflow/stub_call.h"
#include "wrappers/host_slots.h"
#include "wrappers/implementation.h"
#include "wrappers/remains.h"

namespace attune::wrappers {

// What is to lie in a component's directory.
struct Equipment {
  bool needs_directory = false;  // else nothing is to be done on its host
  std::string archive;
  std::vector<deploy::ExtraFile> files;
};
// Whether instances of the class have a directory on their host.
bool needs_directory(const model::Project& project, const model::Class& of);
// kNotFound, kFailed: a script of the project's cannot be read.
Result<Equipment> equipment_of(const World& world, const system::Component& component);

class Software final : public Implementation {
 public:
  // Told of each deployment: that it begins, how far it is, how it ended.
  struct Onlooker {
    std::function<void(const std::string& host, const std::string& component)> begins;
    std::function<void(const std::string& host, const std::string& component, const deploy::DeployProgress&)>
        advances;
    std::function<void(const std::string& host, const std::string& component,
                       const Result<deploy::Deployed>&)>
        ended;
  };

  explicit Software(World& world, Onlooker onlooker = {});

  std::string_view key() const override { return workflow::kComponentKey; }
  Task<workflow::CallOutcome> invoke(workflow::Call call, std::stop_token stop) override;
  // Nothing of it runs: what was known stays.
  Task<Result<system::Lifecycle>> adopt(system::ComponentId component) override;
  Task<int> look_over(std::string host) override { return remains_.look_over(std::move(host)); }

 private:
  Task<workflow::CallOutcome> deploy(workflow::Call call, std::stop_token stop);
  Task<workflow::CallOutcome> undeploy(workflow::Call call, std::stop_token stop);
  Task<Result<deploy::Deployed>> put(const workflow::Call& call, Equipment equipment, std::stop_token stop);
  deploy::OnProgress progress_of(const workflow::Call& call, const std::string& host);

  World& world_;
  Onlooker onlooker_;
  HostSlots slots_;
  Remains remains_;
};

}  // namespace attune::wrappers
