// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/torture/trial.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

namespace attune::torture {

namespace {

using Act = Step::Act;
using Answer = Step::Answer;
using Then = Step::Then;

constexpr std::array<std::string_view, std::size(kOrdeals)> kNames = {"once", "twice", "doubled", "killed",
                                                                      "cut",  "hung",  "order"};

Act act_of(Ordeal ordeal) {
  if (ordeal == Ordeal::kDoubled) return Act::kCallTwiceAtOnce;
  if (ordeal == Ordeal::kKilled) return Act::kCallKilled;
  if (ordeal == Ordeal::kCut) return Act::kCallCut;
  if (ordeal == Ordeal::kHung) return Act::kCallHung;
  return Act::kCall;
}

// The sequences of one wrapper's stubs.
class Script {
 public:
  explicit Script(const std::vector<StubShape>& stubs) {
    for (const StubShape& stub : stubs) {
      if (!stub.why_not.empty()) continue;
      if (stub.role == Role::kStart) start_ = stub.name;
      if (stub.role == Role::kStart) is_kept_ = !stub.kept_by.empty();
      if (stub.role == Role::kStop) stop_ = stub.name;
      if (stub.role == Role::kStatus) status_ = stub.name;
    }
  }

  std::vector<Step> steps_of(const StubShape& stub, Ordeal ordeal) const {
    switch (stub.role) {
      case Role::kStart:
        return start(stub.name, ordeal);
      case Role::kStop:
        return stop(stub.name, ordeal);
      case Role::kStatus:
        return status(stub.name, ordeal);
      case Role::kConfigure:
        return configure(stub.name, ordeal);
      case Role::kOther:
        return other(stub.name, ordeal);
    }
    return {};
  }

 private:
  // What happens in the middle: nothing where the stub is called once, or out of order.
  static std::vector<Step> blow(const std::string& stub, Ordeal ordeal) {
    if (ordeal == Ordeal::kOnce || ordeal == Ordeal::kOrder) return {};
    if (ordeal == Ordeal::kTwice) return {{Act::kCall, stub, Answer::kWorks, Then::kAny}};
    if (ordeal == Ordeal::kDoubled) return {{act_of(ordeal), stub, Answer::kOneWorks, Then::kAny}};
    return {{act_of(ordeal), stub, Answer::kAny, Then::kAny}};
  }

  void add_start(std::vector<Step>& steps) const {
    if (!start_.empty()) steps.push_back({Act::kCall, start_, Answer::kWorks, Then::kAny});
  }
  void add_kill(std::vector<Step>& steps) const { steps.push_back({Act::kKillProcesses, {}, {}, {}}); }
  void add_status(std::vector<Step>& steps) const {
    if (!status_.empty()) steps.push_back({Act::kCall, status_, Answer::kWorks, Then::kAny});
  }
  // The clean stop that follows all.
  void add_end(std::vector<Step>& steps) const {
    if (!start_.empty() && !stop_.empty()) steps.push_back({Act::kCall, stop_, Answer::kWorks, Then::kClean});
  }

  std::vector<Step> start(const std::string& name, Ordeal ordeal) const {
    std::vector<Step> steps = blow(name, ordeal);
    if (ordeal == Ordeal::kOrder) {
      add_start(steps);
      add_kill(steps);
    }
    if (ordeal == Ordeal::kDoubled)
      steps.back().then = Then::kRuns;
    else
      steps.push_back({Act::kCall, name, Answer::kWorks, Then::kRuns});
    if (ordeal == Ordeal::kOnce) return steps;
    add_status(steps);
    add_end(steps);
    return steps;
  }

  std::vector<Step> stop(const std::string& name, Ordeal ordeal) const {
    const Step last{Act::kCall, name, Answer::kWorks, Then::kClean};
    std::vector<Step> steps;
    if (ordeal == Ordeal::kOrder) {
      steps.push_back(last);
      add_start(steps);
      add_kill(steps);
    } else {
      add_start(steps);
      for (Step& step : blow(name, ordeal)) steps.push_back(std::move(step));
    }
    if (ordeal == Ordeal::kDoubled)
      steps.back().then = Then::kClean;
    else
      steps.push_back(last);
    return steps;
  }

  std::vector<Step> status(const std::string& name, Ordeal ordeal) const {
    std::vector<Step> steps;
    if (ordeal == Ordeal::kOrder) {
      steps.push_back({Act::kCall, name, Answer::kRefuses, Then::kUnchanged});
      if (start_.empty() || is_kept_) return steps;  // what dies is there again, sooner or later
      add_start(steps);
      add_kill(steps);
      steps.push_back({Act::kCall, name, Answer::kRefuses, Then::kAny});
      return steps;
    }
    add_start(steps);
    for (Step& step : blow(name, ordeal)) steps.push_back(std::move(step));
    if (ordeal == Ordeal::kDoubled) steps.back().answer = Answer::kAllWork;
    if (ordeal == Ordeal::kDoubled)
      steps.back().then = Then::kUnchanged;
    else
      steps.push_back({Act::kCall, name, Answer::kWorks, Then::kUnchanged});
    add_end(steps);
    return steps;
  }

  std::vector<Step> configure(const std::string& name, Ordeal ordeal) const {
    std::vector<Step> steps;
    if (ordeal == Ordeal::kOrder) add_start(steps);
    for (Step& step : blow(name, ordeal)) steps.push_back(std::move(step));
    const Then then = ordeal == Ordeal::kOrder && !start_.empty() ? Then::kRuns : Then::kAny;
    steps.push_back({Act::kCall, name, Answer::kWorks, then});
    if (ordeal != Ordeal::kOrder && !start_.empty())
      steps.push_back({Act::kCall, start_, Answer::kWorks, Then::kRuns});
    add_end(steps);
    return steps;
  }

  std::vector<Step> other(const std::string& name, Ordeal ordeal) const {
    std::vector<Step> steps;
    if (ordeal != Ordeal::kOrder) add_start(steps);
    for (Step& step : blow(name, ordeal)) steps.push_back(std::move(step));
    if (ordeal == Ordeal::kOrder)
      steps.push_back({Act::kCall, name, Answer::kEnds, Then::kAny});  // it may well say no
    else if (ordeal != Ordeal::kDoubled)
      steps.push_back({Act::kCall, name, Answer::kWorks, Then::kAny});
    add_end(steps);
    return steps;
  }

  std::string start_, stop_, status_;
  bool is_kept_ = false;
};

// What is expected of the stub while the component runs, or of what has run, says nothing where it never
// does. Of one that has no start at all the other stubs are all that it has: they work by themselves.
bool needs_a_start(const StubShape& stub, Ordeal ordeal, bool has_start_stub) {
  if (stub.role == Role::kOther) return has_start_stub && ordeal != Ordeal::kOrder;
  return stub.role == Role::kStatus;
}

std::string why_not(const StubShape& stub, Ordeal ordeal, const std::vector<StubShape>& all) {
  if (!stub.why_not.empty()) return stub.why_not;
  const auto is_start = [](const StubShape& one) { return one.role == Role::kStart; };
  const auto start = std::find_if(all.begin(), all.end(), is_start);
  const bool is_started = start != all.end() && start->why_not.empty();
  if (!is_started && needs_a_start(stub, ordeal, start != all.end())) return "nothing starts it";
  const bool is_harmed = ordeal == Ordeal::kKilled || ordeal == Ordeal::kHung || ordeal == Ordeal::kCut;
  if (is_harmed && !stub.has_program) return "nothing of the call runs on the host";
  if (!stub.kept_by.empty() && stub.role == Role::kStart && ordeal == Ordeal::kOrder)
    return fmt::format("what dies is started again by {} itself", stub.kept_by);
  if (ordeal == Ordeal::kCut && !stub.has_connection) return "this host is reached without a connection";
  return {};
}

// The plain ones first, since the others stand upon them, a status' before anything has asked it.
int rank_of(const Trial& trial) {
  const bool is_once = trial.ordeal == Ordeal::kOnce;
  if (trial.role == Role::kStart && is_once) return 0;
  if (trial.role == Role::kStop && is_once) return 1;
  if (trial.role == Role::kStatus) return trial.ordeal == Ordeal::kOrder ? 2 : 3;
  return trial.role == Role::kOther ? 5 : 4;
}

}  // namespace

std::string_view name_of(Ordeal ordeal) {
  return kNames[static_cast<size_t>(ordeal)];
}

std::optional<Ordeal> find_ordeal(std::string_view name) {
  const auto found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) return std::nullopt;
  return kOrdeals[found - kNames.begin()];
}

std::vector<Trial> trials_of(const std::vector<StubShape>& stubs) {
  const Script script(stubs);
  std::vector<Trial> trials;
  for (const StubShape& stub : stubs) {
    for (const Ordeal ordeal : kOrdeals) {
      Trial trial{stub.name, stub.role, ordeal, {}, why_not(stub, ordeal, stubs)};
      if (trial.why_not.empty()) trial.steps = script.steps_of(stub, ordeal);
      trials.push_back(std::move(trial));
    }
  }
  std::stable_sort(trials.begin(), trials.end(),
                   [](const Trial& a, const Trial& b) { return rank_of(a) < rank_of(b); });
  return trials;
}

Trial without_calls_of(Trial trial, std::string_view stub) {
  std::erase_if(trial.steps, [&](const Step& step) { return step.stub == stub; });
  return trial;
}

std::string words_of(const std::vector<Step>& steps, size_t count) {
  std::string words;
  for (size_t i = 0; i < count && i < steps.size(); ++i) {
    const Step& step = steps[i];
    if (!words.empty()) words += "; ";
    words += step.act == Act::kKillProcesses ? "all its processes killed" : step.stub;
    if (step.act == Act::kCallTwiceAtOnce) words += " twice at once";
    if (step.act == Act::kCallKilled) words += " (killed in the middle)";
    if (step.act == Act::kCallCut) words += " (its connection cut in the middle)";
    if (step.act == Act::kCallHung) words += " (stopped in the middle until its time was over)";
  }
  return words;
}

}  // namespace attune::torture
