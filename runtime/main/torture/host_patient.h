// SPDX-License-Identifier: Apache-2.0
// HostPatient: the patient on a real host: one instance of a class, deployed in a folder of its own by the
// implementations that attuned has, called by its dispatcher, and looked at. Loop thread only.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "runtime/base/log.h"
#include "runtime/main/torture/caretaker.h"
#include "runtime/main/torture/kit.h"
#include "runtime/main/torture/marked_shell.h"
#include "runtime/main/torture/stub_caller.h"
#include "runtime/main/torture/subject.h"
#include "runtime/ports/loop.h"

namespace attune::torture {

class HostPatient final : public Patient {
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
  HostPatient(model::Project project, std::string mark, Surroundings around);
  ~HostPatient() override;

  // Starts what the component is bound to. The Error says why it cannot be begun; tear_down() all the same.
  Task<Result<int>> set_up(const model::Instances& instances, std::string class_name, std::string host);
  std::vector<StubShape> stubs() const;
  const std::string& host() const { return subject_.host; }
  // Calls under way are told to end: nothing more is waited for.
  void cancel() {
    is_cancelled_ = true;
    caller_.cancel();
  }
  // Nothing of it is left on any host, as far as those can be reached; the Error says where something is.
  Task<Result<int>> tear_down();

  Task<Result<Called>> call(std::string stub, Harm harm, int times) override;
  Task<Result<Sight>> look() override;
  Task<Result<int>> kill_processes() override;
  Task<Result<int>> renew() override;
  Task<int> pause(Duration time) override;

 private:
  Task<Result<int>> start_companion(system::ComponentId companion);
  Task<Result<int>> refuse_running(system::ComponentId component);
  Task<Result<int>> refuse_what_answers(system::ComponentId component, std::string key);
  Task<Result<int>> refuse_machine(system::ComponentId component);
  Task<Result<int>> await_cut_call(Duration limit);
  Task<int> stop_component(system::ComponentId component);
  Task<Result<int>> clear();
  wrappers::World make_world();
  const system::Component& component() const { return *system_.find(subject_.id); }
  Place place() const;
  std::string why_not(const model::Stub& stub) const;
  std::string container() const;
  std::vector<std::string> units() const;
  bool is_restarted(const model::Stub& stub) const;

  const Surroundings around_;
  const model::Project project_;
  const std::string mark_;
  MarkedShell shell_;
  SilentLog log_;
  system::System system_{project_};
  wrappers::World world_;
  StubCaller caller_;
  Caretaker caretaker_;
  Subject subject_;
  bool is_cancelled_ = false;
  bool is_deployed_ = false;
  bool may_touch_units_ = false;  // nobody's ran there when it began: what runs there now is the component's
  std::set<std::string> restarted_units_;     // by systemd, when they die
  std::vector<system::ComponentId> started_;  // companions, in this order
};

}  // namespace attune::torture
