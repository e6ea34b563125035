// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/replay/replay.h"

#include <algorithm>
#include <chrono>
#include <set>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "runtime/base/wall_time.h"
#include "runtime/main/planner_state.h"
#include "runtime/main/replay/worked_call.h"
#include "runtime/main/version.h"
#include "runtime/placement/plan.h"
#include "runtime/workflow/engine.h"
#include "runtime/workflow/stub_call.h"

namespace attune::replay {

namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr Duration kCall = seconds(1);    // what a call takes of which the trace says nothing
constexpr Duration kLastRuns = hours(1);  // what runs get that go on when the trace ends
constexpr Duration kFresh = seconds(5);   // a load is told again before it is too old to count
constexpr size_t kMostSteps = 3'000'000;  // between two lines of the trace: more is a circle
constexpr Duration kLongestStart = hours(24);

}  // namespace

struct Replay::State {
  State(model::Project of, const Trace& played)
      : project(std::move(of)), trace(played), system(project), engine(project, system) {}

  Result<void> begin(const model::Instances& instances);
  Result<Played> run(const model::Instances& instances);

  // --- the clock ---
  void turn_to(Instant at);
  Result<void> advance_to(Instant until);
  Result<void> finish();
  Duration longest_hold() const;
  Instant steady_of(WallTime at) const { return Instant(seconds(1)) + lead + (at - made.begin); }

  // --- what comes in ---
  void tell(const Item& item);
  void tell(const HostFact& fact);
  void happened_to(const system::Component& component, const workflow::Event& event);
  void accept(workflow::Event event);
  void all_up();
  void refresh();
  void measure();

  // --- what comes out ---
  void take(workflow::Effects effects);
  void look(const workflow::Record& record);
  void look_at(const system::Change& change, workflow::RunId run);
  void begin_call(workflow::Call call);
  workflow::CallOutcome outcome_of(const workflow::Call& call) const;
  workflow::CallOutcome planned(const workflow::Call& call) const;
  Duration length_of(const workflow::Call& call) const;
  void count(std::string_view figure, double more = 1);
  void happens(Happening::What what, std::string who, std::string text, workflow::RunId run = 0);
  double hourly_price() const;

  const model::Project project;
  const Trace& trace;
  system::System system;
  workflow::Engine engine;
  Onlooker onlooker;
  workflow::Now now{Instant(seconds(1)), {}};
  std::multimap<Instant, workflow::Call> calls;             // by when they end
  std::map<workflow::RunId, std::string> runs;              // that go on, by their diagram
  std::map<system::ComponentId, std::string> names, hosts;  // also of those that are gone
  std::map<system::ComponentId, Instant> moved;
  std::map<std::string, model::Percent> loads;
  Instant measured{};
  double price = 0;
  bool is_priced = true;                     // whether `price` is that of now
  bool is_counted = false, is_over = false;  // the trace has begun, has ended
  Duration lead{};                           // what the start took before the trace begins
  workflow::RunId start = 0;
  std::string start_problem;
  std::set<uint64_t> timers;            // events that timers have raised after the trace's end
  std::set<workflow::RunId> of_timers;  // the runs that answer them
  Played made;
};

// --- the clock ---

void Replay::State::turn_to(Instant at) {
  if (at <= now.steady) return;
  if (!is_priced) price = hourly_price();
  is_priced = true;
  if (!is_over)
    count("cost", price * std::chrono::duration<double, std::ratio<3600>>(at - now.steady).count());
  now.wall += std::chrono::duration_cast<WallTime::duration>(at - now.steady);
  now.steady = at;
}

// Calls end and what is due is done, until then.
Result<void> Replay::State::advance_to(Instant until) {
  for (size_t steps = 0;; ++steps) {
    const auto due = engine.next_deadline();
    const bool is_call = !calls.empty() && (!due || calls.begin()->first <= *due);
    if (!is_call && !due) break;
    const Instant next = std::max(is_call ? calls.begin()->first : *due, now.steady);
    if (next > until) break;
    if (steps == kMostSteps)
      return fail(ErrorCode::kInvalid,
                  fmt::format("it goes round: at {} there is no end to it", to_text(now.wall)));
    turn_to(next);
    refresh();
    if (is_call) {
      const workflow::Call call = calls.extract(calls.begin()).mapped();
      take(engine.ended(call.id, outcome_of(call), now));
    } else {
      take(engine.tick(now));
    }
  }
  turn_to(until);
  return {};
}

// The runs that go on, and those that a condition which lasts leads to, come to their end; what a timer
// begins meanwhile is not the trace's.
Result<void> Replay::State::finish() {
  if (!is_priced) price = hourly_price();
  is_over = true;
  const Instant last = now.steady + kLastRuns;
  if (auto done = advance_to(std::min(last, now.steady + longest_hold())); !done) return done;
  const auto is_waited_for = [this](const auto& run) { return !of_timers.contains(run.first); };
  while (std::any_of(runs.begin(), runs.end(), is_waited_for) && now.steady < last) {
    if (auto done = advance_to(std::min(last, now.steady + seconds(1))); !done) return done;
  }
  count("unfinished_runs", static_cast<double>(std::count_if(runs.begin(), runs.end(), is_waited_for)));
  return {};
}

Duration Replay::State::longest_hold() const {
  Duration longest{};
  for (const auto& [event, diagram] : project.diagrams)
    longest = std::max(longest, diagram.settings.hold.value_or(Duration{}));
  return longest;
}

// Plays `start` alone. The Error says why it does not end well.
Result<void> Replay::State::begin(const model::Instances& instances) {
  made.begin = trace.items.front().at;
  made.end = trace.items.back().at;
  for (const std::string_view figure : kFigures) made.figures.emplace(figure, 0);
  now.wall = made.begin - std::chrono::ceil<WallTime::duration>(lead);
  take(engine.started(std::string(main::kVersion), workflow::History(system), now));
  all_up();
  auto begun = engine.begin(instances, now);
  if (!begun) return fail(std::move(begun.error()));
  start = begun->run;
  take(std::move(*begun));
  while (start != 0 && runs.contains(start)) {
    if (now.steady > Instant(seconds(1)) + kLongestStart)
      return fail(ErrorCode::kInvalid, "its start does not end: it waits for what does not happen here");
    if (auto done = advance_to(now.steady + seconds(1)); !done) return done;
  }
  if (!start_problem.empty())
    return fail(ErrorCode::kInvalid, "its start does not end well: " + start_problem);
  return {};
}

Result<Played> Replay::State::run(const model::Instances& instances) {
  if (auto done = begin(instances); !done) return fail(std::move(done.error()));
  if (auto done = advance_to(steady_of(made.begin)); !done) return fail(std::move(done.error()));
  is_counted = true;
  onlooker.step(system, now);
  for (const Item& item : trace.items) {
    if (auto done = advance_to(steady_of(item.at)); !done) return fail(std::move(done.error()));
    tell(item);
    onlooker.step(system, now);
  }
  if (auto done = finish(); !done) return fail(std::move(done.error()));
  return std::move(made);
}

// --- what comes in ---

void Replay::State::all_up() {
  for (const system::Host* host : system.hosts()) {
    if (host->vm != system::kNoComponent) continue;
    take(engine.observed(system::HostChanged{.host = host->name,
                                             .state = system::HostState::kUp,
                                             .cpus = host->cpus,
                                             .memory = host->memory,
                                             .address = host->address},
                         "trace", now));
  }
}

void Replay::State::tell(const Item& item) {
  if (const auto* fact = std::get_if<HostFact>(&item.what)) return tell(*fact);
  const auto& event = std::get<workflow::Event>(item.what);
  if (const system::Component* about = system.find(event.component)) happened_to(*about, event);
  accept(event);
}

// What such an event says of the component itself.
void Replay::State::happened_to(const system::Component& component, const workflow::Event& told) {
  const std::string& event = told.name;
  if (event == workflow::kVmMoved) {
    for (const auto& [name, host] : told.values) {
      if (name == "to" && system.find_host(host) != nullptr)
        take(engine.observed(system::HostAssigned{component.id, host}, "trace", now));
    }
    return;
  }
  const bool has_failed =
      event == workflow::kComponentFailed || event == workflow::kVmCrashed || event == workflow::kProbeFailed;
  if (!has_failed && event != workflow::kVmStopped) return;
  const auto to = has_failed ? system::Lifecycle::kFailed : system::Lifecycle::kStopped;
  take(engine.observed(system::LifecycleChanged{component.id, to}, "trace", now));
}

void Replay::State::tell(const HostFact& fact) {
  const system::Host* host = system.find_host(fact.host);
  if (host == nullptr) {
    count("refused");
    ++made.refused[fmt::format("there is no host '{}'", fact.host)];
    return;
  }
  if (fact.load) {
    loads[fact.host] = *fact.load;
    if (now.steady - measured >= kFresh)
      measure();
    else
      system.measured(fact.host, now.steady, *fact.load);
  }
  if (!fact.state || *fact.state == host->state) return;
  happens(Happening::What::kHost, fact.host, std::string(system::name_of(*fact.state)));
  const bool was_usable = system::is_usable(host->state);
  take(engine.observed(system::HostChanged{.host = fact.host, .state = *fact.state}, "trace", now));
  if (*fact.state == system::HostState::kDown)
    accept({std::string(workflow::kHostDown), fact.host, {}, "trace", {}});
  if (*fact.state == system::HostState::kUp && !was_usable)
    accept({std::string(workflow::kHostUp), fact.host, {}, "trace", {}});
}

void Replay::State::accept(workflow::Event event) {
  refresh();
  event.source = "trace";
  event.received = now.steady;
  onlooker.event(event, now.wall);
  auto effects = engine.accept(event, now);
  if (effects) {
    count("events");
    take(std::move(*effects));
  } else {
    count("refused");
    ++made.refused[effects.error().message];
  }
}

void Replay::State::refresh() {
  if (now.steady - measured >= kFresh) measure();
}

// Loads count for some seconds only; the last one told holds until the next.
void Replay::State::measure() {
  measured = now.steady;
  for (const auto& [host, load] : loads) system.measured(host, now.steady, load);
}

// --- what comes out ---

void Replay::State::take(workflow::Effects effects) {
  for (const workflow::Record& record : effects.records) look(record);
  for (const workflow::CallId id : effects.cancels) {
    const auto call =
        std::find_if(calls.begin(), calls.end(), [&](const auto& each) { return each.second.id == id; });
    if (call == calls.end()) continue;
    calls.erase(call);
    take(engine.ended(id, workflow::CallCancelled{}, now));
  }
  for (workflow::Call& call : effects.calls) begin_call(std::move(call));
  if (is_counted) onlooker.step(system, now);
}

void Replay::State::look(const workflow::Record& record) {
  if (std::holds_alternative<workflow::EventSuppressed>(record.what) && !is_over) count("suppressed");
  if (const auto* accepted = std::get_if<workflow::EventAccepted>(&record.what);
      accepted != nullptr && is_over && accepted->source == "timer")
    timers.insert(accepted->event);
  if (const auto* begun = std::get_if<workflow::RunStarted>(&record.what)) {
    runs[begun->run] = begun->diagram;
    if (timers.contains(begun->event)) of_timers.insert(begun->run);
    if (of_timers.contains(begun->run)) return;
    count("runs");
    count(fmt::format("runs({})", begun->diagram));
    happens(Happening::What::kRunBegan, begun->diagram, begun->subject, begun->run);
  }
  if (const auto* ended = std::get_if<workflow::RunEnded>(&record.what)) {
    const std::string diagram = runs[ended->run];
    runs.erase(ended->run);
    if (of_timers.contains(ended->run)) return;
    if (ended->end != workflow::RunEnd::kDone) count("failed_runs");
    if (ended->end != workflow::RunEnd::kDone && ended->run == start)
      start_problem = ended->why.empty() ? std::string(name_of(ended->end)) : ended->why;
    happens(Happening::What::kRunEnded, diagram,
            ended->why.empty() ? std::string(name_of(ended->end))
                               : fmt::format("{}: {}", name_of(ended->end), ended->why),
            ended->run);
  }
  if (const auto* alert = std::get_if<workflow::Alerted>(&record.what);
      alert != nullptr && !of_timers.contains(alert->run)) {
    count("alerts");
    happens(Happening::What::kAlert, alert->component, alert->text, alert->run);
  }
  if (const auto* changed = std::get_if<workflow::SystemChanged>(&record.what))
    look_at(changed->change, changed->run);
}

void Replay::State::look_at(const system::Change& change, workflow::RunId run) {
  is_priced = false;
  if (of_timers.contains(run)) return;
  if (const auto* created = std::get_if<system::ComponentCreated>(&change)) {
    names[created->id] = created->name;
    count("created");
    happens(Happening::What::kCreated, created->name, created->class_name, run);
  }
  if (const auto* removed = std::get_if<system::ComponentRemoved>(&change)) {
    count("removed");
    happens(Happening::What::kRemoved, names[removed->id], {}, run);
  }
  if (const auto* assigned = std::get_if<system::HostAssigned>(&change)) {
    std::string& host = hosts[assigned->id];
    if (host == assigned->host) return;
    if (!host.empty() && !assigned->host.empty()) {
      count("moves");
      moved[assigned->id] = now.steady;
    }
    host = assigned->host;
    happens(Happening::What::kPlaced, names[assigned->id], host, run);
  }
}

void Replay::State::begin_call(workflow::Call call) {
  const system::Component* component = system.find(call.component);
  if (call.key != workflow::kPlacementKey && !of_timers.contains(call.run)) {
    count("calls");
    if (component != nullptr) count(fmt::format("calls({}.{})", system.class_of(*component).name, call.stub));
    if (call.key == "VM" && call.operation == "migrate") count("migrations");
  }
  const Duration length = length_of(call);
  calls.emplace(now.steady + (call.timeout > Duration{} ? std::min(length, call.timeout) : length),
                std::move(call));
}

workflow::CallOutcome Replay::State::outcome_of(const workflow::Call& call) const {
  if (call.key == workflow::kPlacementKey) return planned(call);
  const Duration length = length_of(call);
  if (call.timeout > Duration{} && length > call.timeout) return workflow::CallTimedOut{};
  return worked(system, call);
}

// What the planner says, at once: a trace does not tell who talks with whom.
workflow::CallOutcome Replay::State::planned(const workflow::Call& call) const {
  const auto failed = [](const Error& error) {
    return workflow::CallExited{workflow::CallExited::kNotRun, error.message, {}};
  };
  const auto wish = main::wish_of(call.operation, call.arguments);
  if (!wish) return failed(wish.error());
  const auto state = main::state_of(system, *wish, {}, {now.steady, now.wall, moved, {}});
  if (!state) return failed(state.error());
  const placement::Plan plan = placement::plan(*state);
  return workflow::CallExited{0, to_text(main::steps_of(plan, *state, system)), {}};
}

Duration Replay::State::length_of(const workflow::Call& call) const {
  if (!is_counted) return {};
  const system::Component* component = system.find(call.component);
  auto said = trace.lengths.end();
  if (component != nullptr)
    said = trace.lengths.find(fmt::format("{}.{}", system.class_of(*component).name, call.stub));
  if (said == trace.lengths.end()) said = trace.lengths.find(call.stub);
  const Duration length = said == trace.lengths.end() ? kCall : said->second;
  return length;
}

void Replay::State::count(std::string_view figure, double more) {
  if (!is_counted) return;
  made.figures.try_emplace(std::string(figure), 0).first->second += more;
}

void Replay::State::happens(Happening::What what, std::string who, std::string text, workflow::RunId run) {
  made.happenings.push_back({now.wall, what, std::move(who), std::move(text), run});
}

// Of all that is placed, and of the hosts that have something.
double Replay::State::hourly_price() const {
  double all = 0;
  for (const system::Host* host : system.hosts()) {
    const size_t components = system.count_on(*host);
    if (host->vm != system::kNoComponent || components == 0) continue;
    const model::Site* site = system.site_of(*host);
    all += host->terms.price;
    if (site != nullptr) all += site->host_price + site->vm_price * static_cast<double>(components);
  }
  return all;
}

Replay::Replay(model::Project project, const Trace& trace)
    : state_(std::make_unique<State>(std::move(project), trace)) {}
Replay::~Replay() = default;

Result<Played> Replay::run(const model::Instances& instances, const Onlooker& onlooker) {
  // How long the start takes is found by itself, so that it has ended when the trace begins.
  State rehearsal(state_->project, state_->trace);
  if (auto done = rehearsal.begin(instances); !done) return fail(std::move(done.error()));
  state_->lead = rehearsal.now.steady - Instant(seconds(1)) + seconds(1);
  state_->onlooker = onlooker;
  return state_->run(instances);
}

const system::System& Replay::system() const {
  return state_->system;
}

}  // namespace attune::replay
