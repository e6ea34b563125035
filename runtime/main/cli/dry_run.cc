// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/cli/dry_run.h"

#include <chrono>
#include <utility>
#include <variant>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "runtime/main/replay/worked_call.h"
#include "runtime/main/version.h"

namespace attune::cli {

namespace {

constexpr size_t kMostSteps = 10'000;                      // a diagram that goes round is no plan
constexpr Duration kLongestWait = std::chrono::hours(24);  // nor is one that waits for what never comes

model::Project with_no_limit(model::Project project) {
  project.settings["calls.parallel"] = "1000000000";  // it is a matter of load, not of order
  return project;
}

std::string length_text(Duration length) {
  return model::to_text(model::Value(length));
}

// What a reader of the plan wants to know of the decisions between calls.
struct NoteOf {
  std::string operator()(const workflow::HostChosen& chosen) const {
    return fmt::format("{} = {} ({})", chosen.variable, chosen.host, chosen.why);
  }
  std::string operator()(const workflow::GuardEvaluated& guard) const {
    if (!guard.holds) return {};
    return fmt::format("{} [{}] holds{}", guard.state, guard.guard,
                       guard.seen.empty() ? "" : " (" + guard.seen + ")");
  }
  std::string operator()(const workflow::Alerted& alert) const { return "alert: " + alert.text; }
  template <class Other>
  std::string operator()(const Other&) const {
    return {};
  }
};

}  // namespace

DryRun::DryRun(model::Project project)
    : project_(with_no_limit(std::move(project))), system_(project_), engine_(project_, system_) {}

Result<Plan> DryRun::play(const model::Instances& instances) {
  take(engine_.started(std::string(main::kVersion), workflow::History(system_), now_));
  auto begun = engine_.begin(instances, now_);
  if (!begun) return fail(std::move(begun.error()));
  run_ = begun->run;
  take(std::move(*begun));
  while (!is_over_) {
    if (next_.empty()) {
      if (!pass_time()) break;
      continue;
    }
    if (plan_.steps.size() == kMostSteps) {
      plan_.problem = fmt::format("it goes round: after {} steps it has not ended", kMostSteps);
      break;
    }
    const std::vector<workflow::Call> calls = std::exchange(next_, {});
    PlanStep& step = plan_.steps.emplace_back();
    step.notes = std::exchange(notes_, {});
    for (const workflow::Call& call : calls) {
      step.calls.push_back({call.component_name, call.stub, call.host, call.arguments});
      take(engine_.ended(call.id, replay::worked(system_, call), now_));
    }
  }
  if (!notes_.empty()) plan_.steps.push_back({std::move(notes_), {}});
  return std::move(plan_);
}

void DryRun::take(workflow::Effects effects) {
  for (const workflow::Record& record : effects.records) {
    if (std::string note = std::visit(NoteOf{}, record.what); !note.empty())
      notes_.push_back(std::move(note));
    const auto* end = std::get_if<workflow::RunEnded>(&record.what);
    if (end == nullptr || end->run != run_) continue;
    is_over_ = true;
    if (end->end != workflow::RunEnd::kDone)
      plan_.problem = end->why.empty() ? std::string(workflow::name_of(end->end)) : end->why;
  }
  for (workflow::Call& call : effects.calls) next_.push_back(std::move(call));
}

// Turns the clock to what is due next, until something comes of it. False where nothing ever will.
bool DryRun::pass_time() {
  const Instant begin = now_.steady;
  Instant told = begin;
  while (!is_over_ && next_.empty()) {
    const auto due = engine_.next_deadline();
    if (!due || *due - begin > kLongestWait) {
      const auto runs = engine_.runs();
      plan_.problem =
          fmt::format("it waits in '{}' for what does not happen here",
                      runs.empty() ? "" : fmt::format("{}", fmt::join(runs.front().states, "', '")));
      return false;
    }
    now_.wall += std::chrono::duration_cast<WallTime::duration>(*due - now_.steady);
    now_.steady = *due;
    const size_t before = notes_.size();
    take(engine_.tick(now_));
    if (notes_.size() == before && next_.empty() && !is_over_) continue;
    notes_.insert(notes_.begin() + static_cast<std::ptrdiff_t>(before),
                  fmt::format("{} later", length_text(now_.steady - told)));
    told = now_.steady;
  }
  return true;
}

}  // namespace attune::cli
