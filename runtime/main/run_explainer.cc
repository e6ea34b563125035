// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/run_explainer.h"

#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "runtime/model/value.h"
#include "runtime/workflow/undo.h"

namespace attune::main {

namespace {

constexpr std::string_view kOnError = "on error";

std::string length_text(WallTime::duration length) {
  return to_text(model::Value(Duration(std::chrono::round<std::chrono::milliseconds>(length))));
}

std::string guard_text(const workflow::GuardEvaluated& guard) {
  if (guard.guard == kOnError) return "failed, and takes the way on error: " + guard.seen;
  return fmt::format("[{}] {}{}", guard.guard, guard.holds ? "holds" : "does not hold",
                     guard.seen.empty() ? "" : ": " + guard.seen);
}

}  // namespace

struct RunExplainer::Adder {
  RunExplainer& to;
  const workflow::Record& record;
  workflow::RunExplanation& made = to.made_;

  void operator()(const workflow::EventAccepted& event) { made.event = event; }
  void operator()(const workflow::RunStarted& run) {
    made.run = run.run;
    made.diagram = run.diagram;
    made.subject = run.subject;
    made.rule = run.rule;
    made.terms = run.terms;
    made.began = record.at;
  }
  // Of several the times: what it waited for last is not what it waited for longest.
  void operator()(const workflow::RunWaits& waits) {
    if (!made.waited_for.empty())
      made.waited_for += fmt::format(" for {}, then ", length_text(record.at - to.waits_since_));
    made.waited_for += waits.why;
    to.waits_since_ = record.at;
  }
  void operator()(const workflow::RunApproved&) { tell("run-approved"); }
  // What it answers is what came last; the event that it was made for keeps its number.
  void operator()(const workflow::RunRenewed& renewed) {
    if (made.event) made.event->source = renewed.source;
    if (made.event) made.event->values = renewed.values;
    tell("run-renewed");
  }
  void operator()(const workflow::StateEntered& entered) {
    to.state_ = entered.state;
    to.step(record, "state-entered",
            entered.state == workflow::kUndoState ? "puts back what it has changed" : "in " + entered.state);
  }
  void operator()(const workflow::GuardEvaluated& guard) {
    to.step(record, "guard", guard_text(guard));
    if (!guard.turned_by.empty())
      made.otherwise.push_back(fmt::format("in {}, [{}] would {} with {}", guard.state, guard.guard,
                                           guard.holds ? "not have held" : "have held", guard.turned_by));
  }
  void operator()(const workflow::HostChosen& chosen) {
    to.step(record, "host-chosen", fmt::format("{} = {}: {}", chosen.variable, chosen.host, chosen.why));
    made.steps.back().hosts = chosen.considered;
    to.chosen_ = chosen.variable + " = " + chosen.host;
    if (chosen.more > 0) made.steps.back().hosts.push_back({fmt::format("and {} more", chosen.more), {}, {}});
    if (!chosen.otherwise.empty())
      made.otherwise.push_back(fmt::format("{} would have been {}", chosen.variable, chosen.otherwise));
  }
  void operator()(const workflow::VariableSet& set) {
    const std::string text = set.variable + " = " + set.value;
    if (text != to.chosen_) to.step(record, "variable-set", text);
  }
  void operator()(const workflow::CallIntent& intent) {
    to.calls_[intent.call.id] = to.state_;
    tell("call-intent");
  }
  // Of branches that go on at once it is this one that goes on now.
  void operator()(const workflow::CallEnded& end) {
    const auto made_by = to.calls_.extract(end.call);
    if (!made_by.empty()) to.state_ = made_by.mapped();
    tell("call-ended");
  }
  void operator()(const workflow::SystemChanged&) { tell("system-changed"); }
  void operator()(const workflow::Alerted& alert) {
    to.step(
        record, "alerted",
        fmt::format("ALERT {}{}", alert.text, alert.component.empty() ? "" : " (" + alert.component + ")"));
  }
  void operator()(const workflow::RunEnded& end) {
    made.end = end.end;
    made.why = end.why;
    made.ended = record.at;
  }
  void operator()(const workflow::RunJudged&) { tell("run-judged"); }
  template <class Other>
  void operator()(const Other&) {}  // of no run

  // As the log says it, without saying which run.
  void tell(const char* kind) {
    std::string text = to.story_.tell(record);
    const std::string prefix = fmt::format("run {}: ", made.run);
    if (text.starts_with(prefix)) text.erase(0, prefix.size());
    to.step(record, kind, std::move(text));
  }
};

void RunExplainer::add(const workflow::Record& record) {
  const bool is_beginning = std::holds_alternative<workflow::EventAccepted>(record.what) ||
                            std::holds_alternative<workflow::RunStarted>(record.what) ||
                            std::holds_alternative<workflow::RunWaits>(record.what) ||
                            std::holds_alternative<workflow::RunApproved>(record.what);
  if (!is_beginning && !made_.waited_for.empty() && !made_.left_waiting) made_.left_waiting = record.at;
  std::visit(Adder{*this, record}, record.what);
}

void RunExplainer::step(const workflow::Record& record, const char* kind, std::string text) {
  made_.steps.push_back({record.at, kind, state_, std::move(text), {}});
}

}  // namespace attune::main
