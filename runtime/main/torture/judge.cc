// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/torture/judge.h"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace attune::torture {

namespace {

using Kind = Finding::Kind;
using Answer = Step::Answer;
using Then = Step::Then;

struct Wrong {
  Kind kind;
  std::string expected, happened;
};

std::optional<Wrong> hangs(const Step& step, const CallEnd& end) {
  if (end.kind != CallEnd::Kind::kTimedOut) return std::nullopt;
  return Wrong{Kind::kHangs, fmt::format("'{}' ends within its time", step.stub), end.words};
}

std::optional<Wrong> wrong_answer(const Step& step, const std::vector<CallEnd>& ends) {
  if (step.answer == Answer::kAny || ends.empty()) return std::nullopt;
  for (const CallEnd& end : ends)
    if (auto wrong = hangs(step, end)) return wrong;
  const auto has_worked = [](const CallEnd& end) { return end.kind == CallEnd::Kind::kWorked; };
  const auto worked = std::count_if(ends.begin(), ends.end(), has_worked);
  const auto failed = std::find_if_not(ends.begin(), ends.end(), has_worked);
  switch (step.answer) {
    case Answer::kWorks:
    case Answer::kAllWork:
      if (failed == ends.end()) return std::nullopt;
      return Wrong{Kind::kFailed, fmt::format("'{}' works", step.stub), failed->words};
    case Answer::kOneWorks:
      if (worked > 0) return std::nullopt;
      return Wrong{Kind::kFailed, fmt::format("one of the two calls of '{}' works", step.stub),
                   failed->words};
    case Answer::kRefuses:
      if (worked == 0) return std::nullopt;
      return Wrong{Kind::kWrongAnswer, fmt::format("'{}' ends with another code than 0", step.stub),
                   "it ended with 0, as if the component ran"};
    default:
      return std::nullopt;
  }
}

std::string names_of(const std::vector<SeenProcess>& processes) {
  std::vector<std::string> names;
  for (const SeenProcess& one : processes) names.push_back(fmt::format("{} ({})", one.name, one.pid));
  return fmt::format("{}", fmt::join(names, ", "));
}

std::optional<Wrong> not_running(const Seen& seen, const Norm& norm) {
  if (!norm.counts_roots) return std::nullopt;
  const std::vector<SeenProcess> roots = seen.after.roots();
  if (norm.roots > 0 && roots.empty())
    return Wrong{Kind::kDead, "the component runs then", "none of its processes is there"};
  if (roots.size() > norm.roots)
    return Wrong{Kind::kDoubled, fmt::format("it runs as after one start: {} of its own accord", norm.roots),
                 fmt::format("{} run: {}", roots.size(), names_of(roots))};
  return std::nullopt;
}

template <class Set>
Set only_in(const Set& one, const Set& other) {
  Set only;
  std::set_difference(one.begin(), one.end(), other.begin(), other.end(), std::inserter(only, only.end()));
  return only;
}

std::optional<Wrong> not_clean(const Seen& seen, const Norm& norm) {
  std::set<int> ports;
  std::set_intersection(seen.after.ports.begin(), seen.after.ports.end(), norm.ports.begin(),
                        norm.ports.end(), std::inserter(ports, ports.end()));
  if (!seen.after.processes.empty())
    return Wrong{Kind::kLeftProcess, "no process of it is left",
                 fmt::format("left: {}{}", names_of(seen.after.processes),
                             ports.empty() ? "" : fmt::format("; port {}", fmt::join(ports, ", ")))};
  if (!ports.empty())
    return Wrong{Kind::kLeftPort, "nobody listens on its ports any more",
                 fmt::format("port {} is still listened on", fmt::join(ports, ", "))};
  const std::set<std::string> files = only_in(seen.after.files, norm.files);
  if (files.empty() || !norm.counts_files) return std::nullopt;
  return Wrong{Kind::kLeftFile, "it leaves no more files than a plain start and stop does",
               fmt::format("left: {}", fmt::join(files, ", "))};
}

std::optional<Wrong> changed(const Step& step, const Seen& seen) {
  const auto pids = [](const Sight& sight) {
    std::set<int> numbers;
    for (const SeenProcess& root : sight.roots()) numbers.insert(root.pid);
    return numbers;
  };
  if (pids(seen.before) != pids(seen.after))
    return Wrong{Kind::kChanges, "it only looks, and changes nothing",
                 fmt::format("processes before: {}; then: {}", names_of(seen.before.roots()),
                             names_of(seen.after.roots()))};
  // What runs may write meanwhile, also where it is not seen; where it was not started, it was the stub.
  const std::set<std::string> files = only_in(seen.after.files, seen.before.files);
  const bool may_run = step.answer != Answer::kRefuses || !seen.before.processes.empty();
  if (files.empty() || may_run) return std::nullopt;
  return Wrong{Kind::kChanges, "it only looks, and changes nothing",
               fmt::format("it made {}", fmt::join(files, ", "))};
}

std::optional<Wrong> wrong_sight(const Step& step, const Seen& seen, const Norm& norm) {
  switch (step.then) {
    case Then::kRuns:
      return not_running(seen, norm);
    case Then::kClean:
      return not_clean(seen, norm);
    case Then::kUnchanged:
      return changed(step, seen);
    case Then::kAny:
      break;
  }
  return std::nullopt;
}

std::string_view mend_of_failure(const Trial& trial) {
  switch (trial.ordeal) {
    case Ordeal::kOnce:
      return "call it by hand on the host, with the arguments that `attune plan -v` shows";
    case Ordeal::kTwice:
    case Ordeal::kDoubled:
      return "what is so already is done: look first, and end with 0 where there is nothing to do";
    case Ordeal::kKilled:
    case Ordeal::kCut:
    case Ordeal::kHung:
      return "do not trust what a call before has left: check that the process in a pid or lock file lives, "
             "write files beside and rename them, use flock(1), which ends with its process";
    case Ordeal::kOrder:
      return "a stub finds out by itself how things are: that nothing runs is what a stop wants, and a "
             "component that has died can be started and stopped";
  }
  return {};
}

std::string_view mend_of(Kind kind, const Trial& trial) {
  switch (kind) {
    case Kind::kFailed:
      return mend_of_failure(trial);
    case Kind::kHangs:
      return "wait for nothing without a limit of one's own; a lock that its dead owner has left must be "
             "taken: flock(1) does that by itself";
    case Kind::kDoubled:
      return "look whether it runs before starting it, and let two starts wait for each other with flock(1)";
    case Kind::kDead:
      return "end with 0 only when it runs; check that the process in a pid file lives";
    case Kind::kWrongAnswer:
      return "look for the process itself, not for a file that it should have taken away";
    case Kind::kChanges:
      return "status is asked again and again: let it write nothing and start nothing";
    case Kind::kLeftProcess:
      return "let stop wait until all are gone: end the whole process group, kill -- -PGID";
    case Kind::kLeftPort:
      return "let stop wait until what listens there is gone";
    case Kind::kLeftFile:
      return "remove it in stop, or write it under the same name each time; where it is meant to stay, "
             "leave this trial out with --skip";
  }
  return {};
}

}  // namespace

std::optional<Finding> judge(const Trial& trial, size_t at, const Seen& seen, const Norm& norm) {
  const Step& step = trial.steps[at];
  std::optional<Wrong> wrong = wrong_answer(step, seen.ends);
  if (!wrong) wrong = wrong_sight(step, seen, norm);
  if (!wrong) return std::nullopt;
  Finding finding;
  finding.kind = wrong->kind;
  finding.stub = trial.stub;
  finding.ordeal = trial.ordeal;
  finding.done = words_of(trial.steps, at + 1);
  finding.expected = std::move(wrong->expected);
  finding.happened = std::move(wrong->happened);
  finding.mend = mend_of(finding.kind, trial);
  return finding;
}

bool may_settle(const Finding& finding) {
  switch (finding.kind) {
    case Kind::kDoubled:
    case Kind::kDead:
    case Kind::kLeftProcess:
    case Kind::kLeftPort:
    case Kind::kLeftFile:
      return true;
    default:
      return false;
  }
}

}  // namespace attune::torture
