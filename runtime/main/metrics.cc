// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/metrics.h"

#include <algorithm>
#include <utility>
#include <variant>

#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include "runtime/main/gauges.h"

namespace attune::main {

namespace {

using prometheus::BuildCounter;
using prometheus::BuildHistogram;

// Of seconds: a call takes from some milliseconds, a run up to an hour.
const prometheus::Histogram::BucketBoundaries kCallSeconds = {0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300};
const prometheus::Histogram::BucketBoundaries kRunSeconds = {0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000, 3000};

double seconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

std::string outcome_of(const workflow::CallOutcome& outcome) {
  const bool failed = std::holds_alternative<workflow::CallExited>(outcome) && !is_success(outcome);
  return failed ? "failed" : std::string(name_of(outcome));
}

}  // namespace

Metrics::Metrics()
    : registry_(std::make_unique<prometheus::Registry>()),
      events_(BuildCounter()
                  .Name("attune_events_total")
                  .Help("Events heard, by name and by what became of them.")
                  .Register(*registry_)),
      runs_(BuildCounter()
                .Name("attune_runs_total")
                .Help("Runs that have ended, by diagram and end.")
                .Register(*registry_)),
      calls_(BuildCounter()
                 .Name("attune_calls_total")
                 .Help("Calls that have ended, by the key that carries them out, stub and outcome.")
                 .Register(*registry_)),
      alerts_(BuildCounter().Name("attune_alerts_total").Help("Alerts raised.").Register(*registry_)),
      run_durations_(BuildHistogram()
                         .Name("attune_run_duration_seconds")
                         .Help("From a run's record to its end, waiting for its turn included.")
                         .Register(*registry_)),
      call_durations_(BuildHistogram()
                          .Name("attune_call_duration_seconds")
                          .Help("How long calls took, by key and stub.")
                          .Register(*registry_)) {
  alerts_.Add({});
}

Metrics::~Metrics() = default;

void Metrics::look(const workflow::Record& record) {
  using namespace workflow;
  if (const auto* accepted = std::get_if<EventAccepted>(&record.what)) return count(*accepted);
  if (const auto* suppressed = std::get_if<EventSuppressed>(&record.what)) return count(*suppressed);
  if (const auto* run = std::get_if<RunStarted>(&record.what))
    open_runs_[run->run] = {run->diagram, record.at};
  else if (const auto* ended = std::get_if<RunEnded>(&record.what))
    count(*ended, record.at);
  else if (const auto* intent = std::get_if<CallIntent>(&record.what))
    open_calls_[intent->call.id] = {intent->call.key, intent->call.stub};
  else if (const auto* call = std::get_if<CallEnded>(&record.what))
    count(*call);
  else if (std::holds_alternative<Alerted>(record.what))
    alerts_.Add({}).Increment();
}

void Metrics::count(const workflow::EventAccepted& event) {
  events_.Add({{"event", event.name}, {"outcome", "accepted"}}).Increment();
}

void Metrics::count(const workflow::EventSuppressed& event) {
  events_.Add({{"event", event.name}, {"outcome", "suppressed"}}).Increment(static_cast<double>(event.count));
}

// How long one took that this manager only ends, for its predecessor, is not told.
void Metrics::count(const workflow::RunEnded& end, WallTime at) {
  const auto found = open_runs_.extract(end.run);
  if (!found) return runs_.Add({{"diagram", ""}, {"end", std::string(name_of(end.end))}}).Increment();
  const auto& [diagram, since] = found.mapped();
  runs_.Add({{"diagram", diagram}, {"end", std::string(name_of(end.end))}}).Increment();
  const Duration took = std::max<Duration>(at - since, Duration::zero());  // a clock may be set back
  run_durations_.Add({{"diagram", diagram}}, kRunSeconds).Observe(seconds(took));
}

void Metrics::count(const workflow::CallEnded& end) {
  const auto found = open_calls_.extract(end.call);
  if (!found) return;
  const auto& [key, stub] = found.mapped();
  calls_.Add({{"key", key}, {"stub", stub}, {"outcome", outcome_of(end.outcome)}}).Increment();
  call_durations_.Add({{"key", key}, {"stub", stub}}, kCallSeconds).Observe(seconds(end.took));
}

std::string Metrics::page(const control::Daemon& daemon, uint64_t journal_bytes) const {
  auto families = registry_->Collect();
  for (auto& family : gauges(daemon, journal_bytes)) families.push_back(std::move(family));
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace attune::main
