// SPDX-License-Identifier: Apache-2.0
// What an Engine holds, and the steps from an event to a run and from a run's end to the next. Seen by the
// engine's own sources only: engine.cc (its inputs), engine_events.cc (what an event leads to),
// engine_places.cc (of those about sites and empty hosts), engine_load.cc (which are the runs' own doing),
// engine_limits.cc (how much may go on), engine_trials.cc (whether runs help), engine_explain.cc (what an
// event would lead to), engine_runs.cc (who may go on), engine_modes.cc (who must wait for a person),
// engine_maintenance.cc (which hosts are emptied), engine_fencing.cc (which are switched off that do not
// answer), engine_power.cc (which are empty and off, and which are on for the reserve),
// engine_interrupted.cc (what the last manager left). Loop thread only.
#pragma once

#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "runtime/workflow/engine.h"
#include "runtime/workflow/fencing.h"
#include "runtime/workflow/footprint.h"
#include "runtime/workflow/locks.h"
#include "runtime/workflow/modes.h"
#include "runtime/workflow/obstacle.h"
#include "runtime/workflow/powering.h"
#include "runtime/workflow/quotas.h"
#include "runtime/workflow/reaction.h"
#include "runtime/workflow/run.h"
#include "runtime/workflow/stage.h"
#include "runtime/workflow/suppressions.h"
#include "runtime/workflow/timetable.h"
#include "runtime/workflow/trials.h"

namespace attune::workflow {

// A run with its place among the others.
struct Playing {
  Playing(Stage& stage, RunId id, Commission commission) : run(stage, id, std::move(commission)) {}

  Run run;
  Turn turn;
  std::string diagram;
  Reaction* reaction = nullptr;          // null: by hand, start, stop
  AboutId about = system::kNoComponent;  // of the reaction's answers the one that it is
  std::function<Footprint()> survey;
  Footprint claim;  // while it waits
  bool waiting = true;
  std::optional<Barrier> barrier;  // a mode keeps it from queueing for its turn
  bool approved = false;
  std::optional<Agenda<Alarm>::Entry> patience;  // for an approval
  std::optional<TypedEvent> made_for;            // where a newer one has taken the place of its event
  bool interrupted = false;   // by the end of the manager before: it only puts back what it has changed
  bool answers_fact = false;  // that was so when it came, and may be over when the run can begin
};

// Which answer a run is, if it is any.
struct Answering {
  Reaction* reaction = nullptr;
  AboutId about = system::kNoComponent;
};

// What attune.info says below `limits`; 0: none.
struct Limits {
  explicit Limits(const model::Project& project);

  uint32_t runs = 0, runs_per_class = 0, runs_per_host = 0;
  size_t moves = 0;
  Duration moves_period{};
};

struct Engine::State {
  // How often conditions that runs wait for are looked at, besides after each input: a load changes silently.
  static constexpr Duration kLookEvery = std::chrono::seconds(1);

  // What a person asks for goes before what diagrams want; the beginning and the end of all before that, and
  // what interrupted runs put back.
  static constexpr int kByHand = std::numeric_limits<int>::max() - 1;
  static constexpr int kFirst = std::numeric_limits<int>::max();
  static constexpr std::string_view kInterruptedWhy = "the manager ended while it went on";
  static constexpr std::string_view kEmptied = "it is in maintenance, and nothing is there";

  State(const model::Project& project, system::System& system, Surroundings surroundings);

  // --- events (engine_events.cc) ---
  Result<void> accept(const Event& event);
  // The reaction that the event is for; the Error as Engine::accept gives it.
  Result<Reaction*> reaction_to(const Event& event);
  Result<system::ComponentId> subject_of(const Reaction& reaction, const Event& event) const;
  void accept_emitted(size_t& at_most);
  void raise_timer(Reaction& reaction);
  void raise_run_failed(RunId run, const std::string& diagram, const system::Component* subject,
                        const std::string& why);
  void hold_is_over(const HoldAlarm& alarm);
  // Answers the event for one component (or none): a run, or a suppression. `number` is the event's, once it
  // has one.
  void react(Reaction& reaction, system::ComponentId component, const TypedEvent& event, uint64_t& number);
  Result<void> accept_about_host(Reaction& reaction, TypedEvent event);
  // About a site, or a host by itself. What is told of prices and capacities holds before anything answers
  // it, and where nothing does.
  Result<void> accept_about_place(Reaction& reaction, const Event& event, const TypedEvent& typed);
  Result<void> take_over(const std::vector<system::Change>& told, const std::string& source);
  std::optional<AboutId> place_called(std::string_view name) const;
  // Whether the host is there for something new and has nothing, not even what it was left with.
  bool is_vacant(const system::Host& host) const;
  void note_empty_hosts();
  void raise_empty();
  // The components on the host that an event about it is answered for, each by itself.
  std::vector<system::ComponentId> concerned(const Reaction& reaction, const system::Host& host) const;
  std::optional<Obstacle> obstacle_now(const Reaction& reaction, const Answer& answer,
                                       system::ComponentId component, Instant now) const;
  bool is_time(Reaction& reaction, Answer& answer, system::ComponentId component, const TypedEvent& event);
  // Which of the reaction's answers is about the component, host or nothing of that name.
  std::optional<AboutId> about_of(const Reaction& reaction, const std::string& name) const;
  // The diagram's cooldown about that, of which so much is over already.
  void rest(const std::string& diagram, const std::string& about, Duration over);
  void begin_anew(Answer& answer);
  void end_hold(Answer& answer);
  void lasts(Answer& answer);
  void cleared(Reaction& reaction, system::ComponentId component, const TypedEvent& event);
  void ends(Reaction& reaction, system::ComponentId component, Answer& answer);
  void condition_ended(Reaction& reaction, system::ComponentId component);
  void release_is_over(const ReleaseAlarm& alarm);
  void answer(Reaction& reaction, system::ComponentId component, const TypedEvent& event, uint64_t& number);
  uint64_t record_event(const TypedEvent& event, uint64_t& number);
  void suppress(const Reaction& reaction, system::ComponentId component, const TypedEvent& event,
                const Obstacle& obstacle);
  std::string clock_text(Instant at) const;  // "12:00:31", as a clock on the wall shows it

  // --- facts that are held, or come while their reaction rests (engine_facts.cc) ---
  bool is_so_still(const TypedEvent& event, AboutId about) const;
  // What became of a fact that is over: "lab1 is up".
  std::string what_is_so(const TypedEvent& event, AboutId about) const;
  // Whether the last that was to hold was a fact, and is no more; not yet while a call may end that or not.
  bool is_over(const Answer& answer, AboutId about) const;
  bool is_on_its_way(const Answer& answer, AboutId about) const;
  void begin_hold(const Reaction& reaction, Answer& answer, AboutId about, const TypedEvent& event);
  void fact_is_over(Reaction& reaction, AboutId about, Answer& answer);
  void look_at_held(Reaction& reaction, AboutId about);
  void look_at_held(const system::Change& change);
  // Why the run has nothing to answer any more: what it waited with is over. Nothing where it has.
  std::optional<std::string> why_over(const Playing& playing) const;
  void withdraw_what_is_over(size_t from);
  bool put_off(const Reaction& reaction, Answer& answer, AboutId about, const TypedEvent& event,
               const Obstacle& obstacle);
  static size_t drop_put_off(Answer& answer, const TypedEvent& event);
  void take_up(const Reaction& reaction, const Answer& answer, AboutId about);
  void take_up(const FactAlarm& alarm);

  // --- what would come of an event (engine_explain.cc) ---
  Result<std::vector<Prospect>> explain(const Event& event, Instant now);
  Prospect prospect(const Reaction& reaction, system::ComponentId component, const TypedEvent& event,
                    Instant now) const;
  void add_wait(Prospect& prospect, RunId run) const;
  std::string automatic(const Barrier& barrier) const;  // the command that takes it away
  void add_run(Prospect& prospect, const Reaction& reaction, system::ComponentId component,
               const TypedEvent& event, Instant now) const;

  // --- load that runs cause (engine_load.cc) ---
  // The run that touches the component, what contains it or the machine that it lives in; or that boots or
  // migrates a machine on a host below it.
  struct Cause {
    RunId run = 0;                               // 0: none
    const system::Component* touched = nullptr;  // or
    const system::Host* host = nullptr;
  };
  Cause cause_of_load(system::ComponentId component) const;
  std::optional<Obstacle> own_load(const Reaction& reaction, system::ComponentId component) const;
  void put_down(Reaction& reaction, Answer& answer, system::ComponentId component, const TypedEvent& event,
                RunId run);
  void load_is_over(RunId run);

  // --- how much may go on (engine_limits.cc) ---
  std::optional<Obstacle> rest_after_resizing(const Reaction& reaction, Instant now) const;
  // Where the moves that were made lately, and those that runs may still make, use up the budget.
  std::optional<Obstacle> no_moves_left(const Reaction& reaction, Instant now) const;
  size_t moves_to_come() const;
  std::vector<Slot> slots_of(const Playing& playing) const;
  std::vector<Slot> slots_of(const Reaction& reaction, system::ComponentId self) const;
  std::string why_waiting_for(const Slot& slot) const;

  // --- whether runs help (engine_trials.cc) ---
  struct Judgement {  // of a run that ended well: what its diagram ensures is looked at until then
    RunId run = 0;
    TypedEvent event;
    Instant until{};
  };
  struct Verdict {
    bool helped = false;
    std::string seen;
  };
  Trials::Of trial_of(const Reaction& reaction, system::ComponentId component) const;
  std::optional<Obstacle> switched_off(const Reaction& reaction, system::ComponentId component) const;
  std::optional<Obstacle> under_judgement(const Reaction& reaction, system::ComponentId component) const;
  void judge(const Playing& playing, RunEnd end, const std::string& why);
  void look_at_judgements();
  Verdict verdict_on(const Judgement& judgement, const Reaction& reaction,
                     system::ComponentId component) const;
  void pass(const Judgement& judgement, const Verdict& verdict, const Reaction& reaction,
            system::ComponentId component);
  void give_up_after_tries(const Reaction& reaction, const Trials::Of& of, const std::string& why);
  Result<void> resume(std::string_view event, std::string_view component, const std::string& by);

  // --- runs (engine_runs.cc) ---
  RunId commission(std::string diagram, Commission commission, uint64_t event, Answering answering,
                   int priority, std::function<Footprint()> survey);
  RunId commission_by_hand(std::string_view what, std::string by, TypedEvent event, Commission commission,
                           std::function<Footprint()> survey);
  RunId commission_one(std::string_view what, std::string by, TypedEvent event, system::ComponentId self,
                       model::Action action);
  Playing& add(RunId id, std::string diagram, Commission commission, Answering answering, int priority,
               std::function<Footprint()> survey);
  static bool restarts(const std::string& diagram, const Reaction* reaction);
  bool try_begin(Playing& playing);
  void begin(Playing& playing, const Footprint& wanted);
  void wait(Playing& playing);
  std::string why_waiting(const Playing& playing) const;
  std::string why_waiting(const std::optional<Blocker>& blocker, const std::optional<Slot>& slot) const;
  void leave_locks(const Playing& playing);
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

  // --- hosts that are down (engine_fencing.cc) ---
  void begin_fencing();
  void host_changed(const std::string& name);
  void fence(const std::string& name);  // it is due
  void fence_ended(const Playing& fence, RunEnd end, const std::string& why);
  void fence_later(const std::string& host, Duration wait);
  void try_again(const std::string& name, const std::string& why);
  void spare(const std::string& host);
  Duration wait_before_fence() const;
  bool is_connected_without(const std::string& name) const;
  const system::Component* choose_fence(const system::Host& host, size_t turn) const;
  // The run that holds what the fence wants and lets it pass; 0: none.
  RunId who_lets_pass(const Playing& fence) const;
  void let_fences_pass();

  // --- hosts that are empty (engine_power.cc) ---
  void note_power(size_t from);
  void note_going_off(const std::string& host, const SystemChanged& changed);
  void forget_failed(const std::string& host);
  void settles_later(const std::string& host);
  void forget_going_off(const std::string& host);
  void broke_off(RunId run);
  void go_on_settling(const std::map<CallId, Call>& open);
  void note_kept_on(const Playing& playing);
  void tell_empty_again(const std::string& host);
  void ring(const PowerAlarm& alarm);
  bool is_on_its_way_down(const system::HostChanged& observed) const;
  // The Error: another class switches the host, or nobody.
  Result<std::optional<model::Action>> switching_by_hand(const system::Component& device,
                                                         std::string_view stub,
                                                         const std::vector<std::string>& arguments) const;
  void keep_reserves();
  void keep_reserve(const model::HostFamily& family);
  const system::Host* next_to_switch_on(const model::HostFamily& family,
                                        const std::set<std::string>& coming) const;
  void switch_on(const std::string& host);
  void switched_on(const Playing& playing, RunEnd end, const std::string& why);
  std::set<std::string> coming_on(const model::HostFamily& family) const;

  // --- modes (engine_modes.cc) ---
  void take_modes_of(const History& history);
  void admit(Playing& playing);
  std::optional<Barrier> barrier_of(const Playing& playing) const;
  void withhold(Playing& playing, Barrier barrier);
  std::string why_withheld(const Playing& playing) const;
  void apply_modes();
  void release(Playing& playing);
  void patience_is_over(RunId run);
  Result<void> set_mode(Mode mode, std::string_view component, std::string by);
  Result<void> approve(RunId run, std::string by);
  void forget_removed(size_t from);
  void forget_answers(system::ComponentId gone);
  void forget_hosts();
  bool renew(RunId run, const TypedEvent& event);
  void record_renewal(const Playing& playing);

  // --- maintenance of hosts (engine_maintenance.cc) ---
  Result<void> maintain(const std::string& host, bool begins, const std::string& by);
  void empty(const system::Component& component, const std::string& by);
  Result<std::vector<ErrandStep>> emptying(RunId run, system::ComponentId id);
  const Playing* emptying_of(system::ComponentId id, const std::string& host) const;
  bool is_no_alarm(std::string_view event, const system::Host& host) const;
  void note_arrivals();
  void empty_arrived();

  // --- runs of the manager before (engine_interrupted.cc) ---
  void go_on_from(const std::map<RunId, History::OpenRun>& open);
  void put_back_interrupted();
  void tell_of_interrupted();
  void tell_of_own_stop(const system::Component& component, const OwnStops::Stop& stop);
  void put_back(RunId id, const History::OpenRun& run);
  Footprint footprint_of_undo(RunId id) const;

  const model::Project& project;
  system::System& system;
  Stage stage;
  Reactions reactions;
  Suppressions suppressed;
  Timetable timetable;
  Locks locks;
  Fencing fencing;
  Powering powering;
  Limits limits;
  Quotas quotas;
  Modes modes;
  std::map<RunId, std::unique_ptr<Playing>> runs;
  // Levels that were put down to a run, each as a reaction's index and its component.
  std::set<std::tuple<RunId, uint32_t, system::ComponentId>> discounted;
  std::set<RunId> watching;                                 // runs that wait for a condition
  bool looks = false;                                       // whether a LookAlarm is on the agenda
  std::map<RunId, History::OpenRun> interrupted;            // have something to put back
  std::map<RunId, History::OpenRun> broken_off;             // had begun, and have nothing
  std::map<system::ComponentId, OwnStops::Stop> own_stops;  // found by the manager before
  std::set<Turn> may_go;                                    // runs that may be able to begin now
  Trials trials;
  std::map<std::pair<uint32_t, system::ComponentId>, Judgement> judgements;  // by reaction and component
  std::set<system::ComponentId> arrived;  // on hosts that are in maintenance, by runs that did not look
  size_t noted = 0;                       // of the input's records note_arrivals() has seen
  std::set<RunId> may_move;  // answer events, are not kept back, and may give a component another host
  bool judges = false;       // whether they are to be looked at in this input
  bool is_started = false;   // `start` was completed before
  bool is_stopping = false;
  bool is_winding_up = false;  // it ends without `stop`
};

}  // namespace attune::workflow
