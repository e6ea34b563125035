// SPDX-License-Identifier: Apache-2.0
// Bench: the patient in the real world: one instance of a class, deployed in a folder of its own on its host
// by the implementations that attuned has, called by its dispatcher, and looked at. Loop thread only.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "runtime/base/log.h"
#include "runtime/main/dispatcher.h"
#include "runtime/main/implementations.h"
#include "runtime/main/torture/kit.h"
#include "runtime/main/torture/marked_shell.h"
#include "runtime/main/torture/subject.h"
#include "runtime/ports/loop.h"

namespace attune::torture {

class Bench final : public Patient {
 public:
  struct Surroundings {
    ports::Loop& loop;
    const Clock& clock;
    ports::Shell& shell;
    ports::Hypervisor& hypervisor;
    deploy::Deployer& deployer;
    std::string stock;  // the folder with what ships
    std::string pipe;   // somebody reads from it
  };
  // `mark` is this torture's alone: it becomes a part of folders' names. What is in the surroundings must
  // outlive it.
  Bench(model::Project project, std::string mark, Surroundings around);
  ~Bench() override;

  // Starts what the component is bound to. The Error says why it cannot be begun; tear_down() all the same.
  Task<Result<int>> set_up(const model::Instances& instances, std::string class_name, std::string host);
  std::vector<StubShape> stubs() const;
  const std::string& host() const { return subject_.host; }
  // Calls under way are told to end: nothing more is waited for.
  void cancel() { dispatcher_.cancel_all(); }
  // Nothing of it is left on any host, as far as those can be reached; the Error says where something is.
  Task<Result<int>> tear_down();

  Task<Result<Called>> call(std::string stub, Harm harm, int times) override;
  Task<Result<Sight>> look() override;
  Task<Result<int>> kill_processes() override;
  Task<Result<int>> renew() override;
  Task<int> pause(Duration time) override;

 private:
  Result<workflow::Call> call_of(system::ComponentId component, const std::string& stub) const;
  Task<workflow::CallOutcome> carry_out(workflow::Call call);
  Task<workflow::CallOutcome> deploy(system::ComponentId component);
  void ended(workflow::CallId id, workflow::CallOutcome outcome);
  Task<Result<int>> start_companion(system::ComponentId companion);
  Task<Result<int>> refuse_running();
  Task<int> stop_component(system::ComponentId component);
  Task<Result<std::string>> run_script(std::string_view script, std::vector<std::string> arguments);
  Task<Result<int>> clear();
  wrappers::World make_world();
  const system::Component& component() const { return *system_.find(subject_.id); }
  std::string folder() const;
  std::string why_not(const model::Stub& stub) const;
  std::vector<std::string> units() const;

  const Surroundings around_;
  const model::Project project_;
  const std::string mark_;
  MarkedShell shell_;
  SilentLog log_;
  system::System system_{project_};
  wrappers::World world_;
  main::Dispatcher dispatcher_;
  std::optional<main::Implementations> implementations_;
  Subject subject_;
  bool is_deployed_ = false;
  std::vector<system::ComponentId> started_;  // companions, in this order
  workflow::CallId last_call_ = 0;
  struct Open {
    workflow::Call call;
    system::Lifecycle before = system::Lifecycle::kDeclared;
    std::function<void(workflow::CallOutcome)> done;
  };
  std::map<workflow::CallId, Open> open_;
};

}  // namespace attune::torture
