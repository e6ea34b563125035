// SPDX-License-Identifier: Apache-2.0
// ScriptedWorld: the engine in a world that a test writes: a project as text, a clock turned by hand, and
// calls that end as the script says, at once and well where it says nothing. It keeps the journal, and in
// every test it holds the engine to what it promises always: intent is recorded before a call and with it,
// each call ends once, no two runs call one component at the same time, and the journal replayed gives the
// same system, also from a checkpoint.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dsl/project_loader.h"
#include "runtime/workflow/engine.h"

namespace attune::workflow {

CallOutcome exits(int code, std::string message = {});
inline CallOutcome timed_out() {
  return CallTimedOut{};
}
inline CallOutcome lost() {
  return CallLost{"the link was cut"};
}

class ScriptedWorld {
 public:
  // The files of the project, each after a line "=== NAME" (tests/support/folder_case.h).
  explicit ScriptedWorld(std::string_view files);
  ~ScriptedWorld();

  // --- the manager's life ---
  void begin();      // a manager takes over the journal, such as it is, and begins
  void die();        // it is gone, and the calls that it had open with it
  void take_over();  // the first half of begin(): before it has asked what became of what
  void stop();
  void wind_up(const std::string& why) { carry_out(engine->wind_up(why, now_)); }
  void stopped() { carry_out(engine->stopped({}, now_)); }

  // --- what happens; the Error's message where it is refused, else nothing ---
  std::string send(std::string_view line);  // "cpu_high vm1 cpu=97%"
  std::string by_hand(const std::string& component, const std::string& stub,
                      std::vector<std::string> arguments = {});
  std::string undeploy(const std::string& component);  // or "": all
  std::string create(const std::string& class_name);
  std::string remove(const std::string& component);
  std::string change(system::Change change);
  std::string cancel(RunId run);
  std::string mode(Mode mode, const std::string& component = {});
  std::string approve(RunId run);
  std::string resume(const std::string& event, const std::string& component);
  void observed(system::Change change, std::string source = "libvirt lab1");
  void pass(Duration time);  // with all that is due on the way
  void measured(const std::string& host, double percent) {
    system->measured(host, now_.steady, model::Percent{percent});
  }

  // --- the script; `call` is "vm1.start", "*.start" for everybody's, or "*" for all others ---
  void script(const std::string& call, CallOutcome outcome);
  void hold(const std::string& call);   // goes on until end() or until it is cancelled
  void go_on(const std::string& call);  // forgets what was said of it
  void end(const std::string& call, CallOutcome outcome = exits(0));  // one that goes on
  void end(CallId call, CallOutcome outcome);
  bool deaf = false;  // calls that are cancelled go on all the same, until end()

  // --- what came of it, since it was last asked; words with blanks between ---
  std::string calls();                    // "vm1.migrate(vm1,lab2) probe1.start"
  std::string cancelled();                // calls that were told to end
  std::string states();                   // that runs entered
  std::vector<std::string> ends();        // "cpu_high vm1 done", "start failed: why"
  std::vector<std::string> waits();       // "vm1 is in use by run 6"
  std::vector<std::string> renewals();    // "run 3: load=95%"
  std::vector<std::string> alerts();      // "text (about)"
  std::vector<std::string> suppressed();  // "cpu_high vm1: cooldown until 12:00:31"
  std::vector<std::string> judged();      // "overload app1 helped: seen", "... did not help: seen"
  std::vector<std::string> choices();     // "target = lab2: why"
  std::vector<std::string> guards();      // "attempts < 3: true (attempts = 1)"

  // --- what is so ---
  std::string open() const;  // calls that go on
  std::vector<Call> open_calls() const;
  std::string state_of(const std::string& component) const;
  std::string host_of(const std::string& component) const;
  std::string bound(const std::string& component, const std::string& role) const;  // "app1 app2"
  std::string attribute(const std::string& component, const std::string& name) const;
  RunId last_run() const;  // that was started
  Instant now() const { return now_.steady; }
  // All of it, as text: two systems are the same where this is.
  static std::string shown(const system::System& system);
  // The system that the journal tells of.
  std::string replayed() const;

  dsl::LoadedProject loaded;
  std::vector<Record> journal;
  std::optional<system::System> system;
  std::unique_ptr<Engine> engine;

 private:
  struct Open {
    Call call;
    bool told_to_end = false;
  };

  template <class T>
  std::string carry_out(Result<T> effects);
  void carry_out(Effects effects);
  void carry_out_calls();
  void check_journal() const;
  void check_intents(const Effects& effects) const;
  void check_alone(system::ComponentId component, RunId run, const std::string& what) const;
  void finish(CallId call, CallOutcome outcome);
  std::optional<CallOutcome> answer(const Call& call) const;
  template <class T, class Show>
  std::vector<std::string> since(size_t& mark, Show show);

  Now now_;
  std::map<CallId, Open> open_;
  std::deque<CallId> begun_;  // not looked at yet
  std::map<std::string, std::optional<CallOutcome>> script_;
  std::vector<std::string> called_, cancelled_;
  size_t states_at_ = 0, ends_at_ = 0, waits_at_ = 0, alerts_at_ = 0, suppressed_at_ = 0, choices_at_ = 0,
         guards_at_ = 0, renewals_at_ = 0, judged_at_ = 0;
};

}  // namespace attune::workflow
