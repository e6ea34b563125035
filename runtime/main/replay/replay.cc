// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/replay/replay.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "runtime/base/wall_time.h"
#include "runtime/main/replay/played_calls.h"
#include "runtime/main/replay/tally.h"
#include "runtime/main/version.h"
#include "runtime/workflow/engine.h"
#include "runtime/workflow/stub_call.h"

namespace attune::replay {

namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr Duration kLastRuns = hours(1);  // what runs get that go on when the trace ends
constexpr Duration kFresh = seconds(5);   // a load is told again before it is too old to count
constexpr Duration kLongestStart = hours(24);
// What is more within a minute of the trace goes round.
constexpr Duration kMinute = std::chrono::minutes(1);
constexpr size_t kMostSteps = 100'000;

}  // namespace

struct Replay::State {
  State(model::Project of, const Trace& played)
      : project(std::move(of)),
        trace(played),
        system(project),
        engine(project, system),
        begin_of_trace(trace.items.front().at),
        tally(begin_of_trace, trace.items.back().at),
        calls(system, trace, tally) {}

  Result<void> begin(const model::Instances& instances);
  Result<Played> run(const model::Instances& instances);

  // --- the clock ---
  void turn_to(Instant at);
  Result<void> advance_to(Instant until);
  bool goes_round(Instant next);
  void step_on(bool is_call);
  Result<void> finish();
  Duration longest_hold() const;
  Instant steady_of(WallTime at) const { return Instant(seconds(1)) + lead + (at - begin_of_trace); }

  // --- what comes in ---
  void tell(const Item& item);
  void tell(const HostFact& fact);
  void happened_to(const system::Component& component, const workflow::Event& event);
  void becomes(const std::string& host, system::HostState state);
  void accept(workflow::Event event);
  void all_up();
  void refresh();
  void measure();

  // --- what comes out ---
  void take(workflow::Effects effects);
  double hourly_price() const;

  const model::Project project;
  const Trace& trace;
  system::System system;
  workflow::Engine engine;
  const WallTime begin_of_trace;
  Tally tally;
  Onlooker onlooker;
  workflow::Now now{Instant(seconds(1)), {}};
  PlayedCalls calls;
  std::map<std::string, model::Percent> loads;
  Instant measured{};
  double price = 0;
  bool is_priced = true;  // whether `price` is that of now
  Instant minute{};       // since when the steps are counted
  size_t steps = 0;
  Duration lead{};  // what the start took before the trace begins
};

// --- the clock ---

void Replay::State::turn_to(Instant at) {
  if (at <= now.steady) return;
  if (!is_priced) price = hourly_price();
  is_priced = true;
  tally.costs(price * std::chrono::duration<double, std::ratio<3600>>(at - now.steady).count());
  now.wall += std::chrono::duration_cast<WallTime::duration>(at - now.steady);
  now.steady = at;
}

// Calls end and what is due is done, until then.
Result<void> Replay::State::advance_to(Instant until) {
  for (;;) {
    const auto due = engine.next_deadline();
    const auto end = calls.next_end();
    const bool is_call = end && (!due || *end <= *due);
    if (!is_call && !due) break;
    const Instant next = std::max(is_call ? *end : *due, now.steady);
    if (next > until) break;
    if (goes_round(next))
      return fail(ErrorCode::kInvalid,
                  fmt::format("it goes round: at {} there is no end to it", to_text(now.wall)));
    turn_to(next);
    refresh();
    step_on(is_call);
  }
  turn_to(until);
  return {};
}

bool Replay::State::goes_round(Instant next) {
  if (next - minute >= kMinute) {
    minute = next;
    steps = 0;
  }
  return ++steps > kMostSteps;
}

void Replay::State::step_on(bool is_call) {
  if (!is_call) return take(engine.tick(now));
  const PlayedCalls::Ended ended = calls.end_next(now);
  take(engine.ended(ended.id, ended.outcome, now));
  if (is_success(ended.outcome) && !ended.switches_on.empty())
    becomes(ended.switches_on, system::HostState::kUp);
}

// The runs that go on, and those that a condition which lasts leads to, come to their end; no timer begins
// another.
Result<void> Replay::State::finish() {
  tally.end();
  engine.end_timers();
  const Instant last = now.steady + kLastRuns;
  if (auto done = advance_to(std::min(last, now.steady + longest_hold())); !done) return done;
  while (!tally.runs().empty() && now.steady < last) {
    if (auto done = advance_to(std::min(last, now.steady + seconds(1))); !done) return done;
  }
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
  now.wall = begin_of_trace - std::chrono::ceil<WallTime::duration>(lead);
  take(engine.started(std::string(main::kVersion), workflow::History(system), now));
  auto begun = engine.begin(instances, now);
  if (!begun) return fail(std::move(begun.error()));
  const workflow::RunId start = begun->run;
  take(std::move(*begun));
  all_up();  // only now: before there is a component each host is empty
  while (tally.runs().contains(start)) {
    if (now.steady > Instant(seconds(1)) + kLongestStart)
      return fail(ErrorCode::kInvalid, "its start does not end: it waits for what does not happen here");
    if (auto done = advance_to(now.steady + seconds(1)); !done) return done;
  }
  if (const std::string why = tally.failure_of(start); !why.empty())
    return fail(ErrorCode::kInvalid, "its start does not end well: " + why);
  return {};
}

Result<Played> Replay::State::run(const model::Instances& instances) {
  if (auto done = begin(instances); !done) return fail(std::move(done.error()));
  if (auto done = advance_to(steady_of(begin_of_trace)); !done) return fail(std::move(done.error()));
  tally.begin();
  onlooker.step(system, now);
  for (const Item& item : trace.items) {
    if (auto done = advance_to(steady_of(item.at)); !done) return fail(std::move(done.error()));
    tell(item);
    onlooker.step(system, now);
  }
  if (auto done = finish(); !done) return fail(std::move(done.error()));
  return tally.close();
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
    tally.refused(fmt::format("there is no host '{}'", fact.host));
    return;
  }
  if (fact.load) {
    loads[fact.host] = *fact.load;
    if (now.steady - measured >= kFresh)
      measure();
    else
      system.measured(fact.host, now.steady, *fact.load);
  }
  if (fact.state) becomes(fact.host, *fact.state);
}

void Replay::State::becomes(const std::string& name, system::HostState state) {
  const system::HostState before = system.find_host(name)->state;
  if (state == before) return;
  take(engine.observed(system::HostChanged{.host = name, .state = state}, "trace", now));
  if (state == system::HostState::kDown) accept({std::string(workflow::kHostDown), name, {}, "trace", {}});
  if (state == system::HostState::kUp && !system::is_usable(before))
    accept({std::string(workflow::kHostUp), name, {}, "trace", {}});
}

void Replay::State::accept(workflow::Event event) {
  refresh();
  event.source = "trace";
  event.received = now.steady;
  if (tally.is_counted()) onlooker.event(event, now.wall);
  auto effects = engine.accept(event, now);
  if (effects) {
    tally.accepted();
    take(std::move(*effects));
  } else {
    tally.refused(effects.error().message);
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
  for (const workflow::Record& record : effects.records) {
    tally.look(record, now);
    if (std::holds_alternative<workflow::SystemChanged>(record.what)) is_priced = false;
  }
  for (const workflow::CallId id : effects.cancels) {
    if (calls.cancel(id)) take(engine.ended(id, workflow::CallCancelled{}, now));
  }
  for (workflow::Call& call : effects.calls) calls.begin(std::move(call), now.steady);
  if (tally.is_counted()) onlooker.step(system, now);
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

std::string figure_text(double value) {
  if (value == std::round(value)) return fmt::format("{:.0f}", value);
  return std::abs(value) < 1000 ? fmt::format("{:.6g}", value) : fmt::format("{:.2f}", value);
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
