// SPDX-License-Identifier: Apache-2.0
// What an Engine holds, and the steps from an event to a run and from a run's end to the next. Seen by the
// engine's own sources only: engine.cc (its inputs), engine_events.cc (what an event leads to),
// engine_runs.cc (who may go on), engine_modes.cc (who must wait for a person), engine_maintenance.cc (which
// hosts are emptied), engine_interrupted.cc (what the last manager left). Loop thread only.
#pragma once

#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "runtime/workflow/engine.h"
#include "runtime/workflow/footprint.h"
#include "runtime/workflow/locks.h"
#include "runtime/workflow/modes.h"
#include "runtime/workflow/reaction.h"
#include "runtime/workflow/run.h"
#include "runtime/workflow/stage.h"
#include "runtime/workflow/suppressions.h"
#include "runtime/workflow/timetable.h"

namespace attune::workflow {

// A run with its place among the others.
struct Playing {
  Playing(Stage& stage, RunId id, Commission commission) : run(stage, id, std::move(commission)) {}

  Run run;
  Turn turn;
  std::string diagram;
  Reaction* reaction = nullptr;  // null: by hand, start, stop
  std::function<Footprint()> survey;
  Footprint claim;  // while it waits
  bool waiting = true;
  std::optional<Barrier> barrier;  // a mode keeps it from queueing for its turn
  bool approved = false;
  std::optional<Agenda<Alarm>::Entry> patience;  // for an approval
  std::optional<TypedEvent> made_for;            // where a newer one has taken the place of its event
  bool interrupted = false;  // by the end of the manager before: it only puts back what it has changed
};

struct Engine::State {
  // How often conditions that runs wait for are looked at, besides after each input: a load changes silently.
  static constexpr Duration kLookEvery = std::chrono::seconds(1);

  // What a person asks for goes before what diagrams want; the beginning and the end of all before that, and
  // what interrupted runs put back.
  static constexpr int kByHand = std::numeric_limits<int>::max() - 1;
  static constexpr int kFirst = std::numeric_limits<int>::max();
  static constexpr std::string_view kInterruptedWhy = "the manager ended while it went on";

  State(const model::Project& project, system::System& system, Surroundings surroundings);

  // --- events (engine_events.cc) ---
  Result<void> accept(const Event& event);
  void accept_emitted(size_t& at_most);
  void raise_timer(Reaction& reaction);
  void raise_run_failed(const Playing& failed, const std::string& why);
  void hold_is_over(const HoldAlarm& alarm);
  // Answers the event for one component (or none): a run, or a suppression. `number` is the event's, once it
  // has one.
  void react(Reaction& reaction, system::ComponentId component, const TypedEvent& event, uint64_t& number);
  Result<void> accept_about_host(Reaction& reaction, TypedEvent event);
  bool is_answerable(Reaction& reaction, system::ComponentId component, const TypedEvent& event);
  bool is_time(Reaction& reaction, Answer& answer, system::ComponentId component, const TypedEvent& event);
  // The diagram's cooldown about the component, of which so much is over already.
  void rest(const std::string& diagram, const std::string& subject, Duration over);
  void begin_anew(Answer& answer);
  void condition_ended(Reaction& reaction, system::ComponentId component, const TypedEvent& event);
  void answer(Reaction& reaction, system::ComponentId component, const TypedEvent& event, uint64_t& number);
  uint64_t record_event(const TypedEvent& event, uint64_t& number);
  template <class Why>
  void suppress(const Reaction& reaction, system::ComponentId component, const TypedEvent& event,
                Suppressions::Reason reason, Why why) {
    const uint64_t key = (static_cast<uint64_t>(reason) << 56) | (uint64_t{reaction.index} << 32) | component;
    suppressed.add(stage.ledger, key, event.name, event.component, why);
  }
  std::string clock_text(Instant at) const;  // "12:00:31", as a clock on the wall shows it

  // --- runs (engine_runs.cc) ---
  RunId commission(std::string diagram, Commission commission, uint64_t event, Reaction* reaction,
                   int priority, std::function<Footprint()> survey);
  RunId commission_by_hand(std::string_view what, std::string by, TypedEvent event, Commission commission,
                           std::function<Footprint()> survey);
  RunId commission_one(std::string_view what, std::string by, TypedEvent event, system::ComponentId self,
                       model::Action action);
  Playing& add(RunId id, std::string diagram, Commission commission, Reaction* reaction, int priority,
               std::function<Footprint()> survey);
  bool try_begin(Playing& playing);
  void wait(Playing& playing);
  std::string why_waiting(const Playing& playing) const;
  void withdraw(Playing& playing);
  void retry();
  void retry(const Turn& turn);
  void look_after(RunId run);  // ends it when it is over
  void end_run(Playing& playing, RunEnd end, std::string why);
  void cancel_waiting(const std::string& why);
  void look_again();
  void ring(const Alarm& alarm);
  void conclude();  // at the end of each input: what has become possible by it
  Result<void> move_by_hand(const system::HostAssigned& change, std::string by);
  Result<void> give_up(const std::string& host, const std::string& by);
  Footprint everything() const;
  Footprint footprint_of_one(system::ComponentId id) const;
  Footprint footprint_of_whole(system::ComponentId id) const;

  // --- modes (engine_modes.cc) ---
  void take_modes_of(const History& history);
  void admit(Playing& playing);
  std::optional<Barrier> barrier_of(const Playing& playing) const;
  void withhold(Playing& playing, Barrier barrier);
  std::string why_withheld(const Playing& playing) const;
  void apply_modes();
  void patience_is_over(RunId run);
  Result<void> set_mode(Mode mode, std::string_view component, std::string by);
  Result<void> approve(RunId run, std::string by);
  void forget_removed(size_t from);
  void forget_answers(system::ComponentId gone);
  bool renew(RunId run, const TypedEvent& event);
  void record_renewal(const Playing& playing);

  // --- maintenance of hosts (engine_maintenance.cc) ---
  Result<void> maintain(const std::string& host, bool begins, const std::string& by);
  void empty(const system::Component& component, const std::string& by);
  Result<std::vector<ErrandStep>> emptying(RunId run, system::ComponentId id);
  const Playing* emptying_of(system::ComponentId id) const;

  // --- runs of the manager before (engine_interrupted.cc) ---
  void go_on_from(const std::map<RunId, History::OpenRun>& open);
  void put_back_interrupted();
  void put_back(RunId id, const History::OpenRun& run);
  Footprint footprint_of_undo(RunId id) const;

  const model::Project& project;
  system::System& system;
  Stage stage;
  Reactions reactions;
  Suppressions suppressed;
  Timetable timetable;
  Locks locks;
  Modes modes;
  std::map<RunId, std::unique_ptr<Playing>> runs;
  std::set<RunId> watching;                       // runs that wait for a condition
  bool looks = false;                             // whether a LookAlarm is on the agenda
  std::map<RunId, History::OpenRun> interrupted;  // have something to put back
  std::set<Turn> may_go;                          // runs that may be able to begin now
  bool is_started = false;                        // `start` was completed before
  bool is_stopping = false;
  bool is_winding_up = false;  // it ends without `stop`
};

}  // namespace attune::workflow
