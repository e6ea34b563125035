// SPDX-License-Identifier: Apache-2.0
// Engine: the deterministic core. Events, outcomes and the time come in; records, calls and cancellations
// come out; in between it runs diagrams on the system. It does no I/O, knows no thread and no clock of its
// own, so the daemon, the tests and the simulator drive the very same one. Loop thread only.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/clock.h"
#include "runtime/base/result.h"
#include "runtime/model/instances.h"
#include "runtime/model/project.h"
#include "runtime/system/system.h"
#include "runtime/workflow/call.h"
#include "runtime/workflow/effects.h"
#include "runtime/workflow/event.h"
#include "runtime/workflow/explanation.h"
#include "runtime/workflow/history.h"
#include "runtime/workflow/modes.h"
#include "runtime/workflow/record.h"
#include "runtime/workflow/stage.h"

namespace attune::workflow {

// A run as it stands, for status and the API.
struct RunView {
  RunId id = 0;
  std::string diagram, subject;
  std::vector<std::string> states;  // the present ones; several in a fork
  bool waiting = false;
  std::string waits_for;
  bool is_withheld = false;     // for an approval, or another mode
  bool needs_approval = false;  // a person's approval lets it begin
};

// A reaction that is switched off about a component, for status and the API.
struct SwitchedOff {
  std::string event, component;
  unsigned runs = 0;  // in a row that did not help
};

class Engine {
 public:
  // The project and the system must outlive it.
  Engine(const model::Project& project, system::System& system, Surroundings surroundings = {});
  ~Engine();

  // --- the manager's life ---
  // The first of all inputs. Records that a manager took over and closes what the history left open: calls as
  // lost, and the components that these were about are lost until observed() says what became of them; runs
  // as interrupted, unless there is something to put back. Nothing is called.
  Effects started(std::string version, const History& history, Now now);
  // Puts back what interrupted runs have changed, before anything else may touch it: they end only then.
  // Makes those of the project's first components that there never were, places what has no host, deploys
  // what can be reached and is not deployed, and runs `start` (without such a diagram: starts all, containers
  // first), unless the history holds a completed start. Arms the timers. kNoSpace: a component fits on no
  // host.
  Result<Effects> begin(const model::Instances& initial, Now now);
  // Runs `stop` (without such a diagram: stops all, contents first) as soon as the running runs let it. From
  // now on no event is answered, and who still waits is cancelled; where that run does not end well, events
  // are answered again, and it can be asked for again. kExists: it is stopping already.
  Result<Effects> stop(std::string by, Now now);
  // For an end without `stop`: no event is answered from now on, and every run is cancelled, who waits first.
  // The components stay as they are. What becomes of the calls under way is still to be told by ended(). A
  // run that would need calls to put back what it has changed is left to the next manager.
  Effects wind_up(const std::string& why, Now now);
  // The last of all inputs.
  Effects stopped(std::string why, Now now);

  // --- the world ---
  // An event. kNotFound: no such event or component in this project; kInvalid: a value does not fit its type.
  // The caller counts and logs those. Else it is accepted: a run starts, waits, or it is suppressed by a
  // stated rule.
  Result<Effects> accept(const Event& event, Now now);
  // How a call ended. Exactly once for each call issued; one that is not open has no effects.
  Effects ended(CallId call, CallOutcome outcome, Now now);
  // What the world did by itself: a VM moved, a host's capacity became known. What is so already, and what
  // the system has no place for, has no effects.
  Effects observed(system::Change change, std::string source, Now now);
  // Tells a person, as a diagram's alert() does, of what no diagram is asked about.
  Effects alert(std::string text, std::string component, Now now);
  Effects tick(Now now);                         // what is due
  std::optional<Instant> next_deadline() const;  // when tick() is next needed
  // No timer raises its event any more: for a replay, whose trace is over.
  void end_timers();

  // --- by hand: each is journalled; the Error says why it is not possible ---
  // The next five start a run like any other (Effects::run): it waits for its turn, and cancel() ends it.
  Result<Effects> call(std::string_view component, std::string_view stub, std::vector<std::string> arguments,
                       std::string by, Now now);
  Result<Effects> undeploy(std::string_view component, std::string by, Now now);  // stops it before
  Result<Effects> undeploy_all(std::string by, Now now);
  // What `CLASS++` and `CLASS--(COMPONENT)` do in a diagram.
  Result<Effects> create(std::string_view class_name, std::string by, Now now);
  Result<Effects> remove(std::string_view component, std::string by, Now now);
  // An attribute, a binding, the host of what does not run; or that a host which is down is off
  // (HostChanged): host_down is raised once more then, since what ran there may now be had elsewhere; or that
  // a host's maintenance begins or ends: then a run for each component there moves it to another.
  Result<Effects> change(system::Change change, std::string by, Now now);
  // Has the event answered again where it was switched off, since runs did not help: about one component, or
  // about all where that is empty. kNotFound: it is not switched off.
  Result<Effects> resume(std::string_view event, std::string_view component, std::string by, Now now);
  // What it has changed is put back; a run that is doing that already gives it up.
  Result<Effects> cancel(RunId run, std::string by, Now now);

  // The mode of the project, or of a component with all in it: runs that events and timers start begin, wait
  // for approve(), or wait for another mode.
  Result<Effects> set_mode(Mode mode, std::string_view component, std::string by, Now now);
  // A run that waits for it may begin. kInvalid: it does not.
  Result<Effects> approve(RunId run, std::string by, Now now);
  const Modes& modes() const;

  std::vector<RunView> runs() const;  // by their numbers
  // What would come of the event now, for each component that it would be answered for; nothing is changed.
  // The Error as accept() gives it.
  Result<std::vector<Prospect>> explain(const Event& event, Now now) const;
  std::vector<SwitchedOff> switched_off() const;
  const OffHosts& off_hosts() const;
  // Whether a run that goes on has the component.
  bool is_held(system::ComponentId component) const;

 private:
  Effects conclude();

  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace attune::workflow
