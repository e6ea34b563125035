// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/torture/kit.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include <fmt/format.h>

namespace attune::torture {

namespace {

using Act = Step::Act;
using Then = Step::Then;

constexpr int kMostAttempts = 5;  // to hurt a call in its middle: each time in half of the time before
constexpr Duration kShortestHang = std::chrono::seconds(3);
constexpr Duration kLook = std::chrono::milliseconds(200);  // from one look to the next
constexpr int kMostLooks = 10;

bool is_hurt(Act act) {
  return act == Act::kCallKilled || act == Act::kCallCut || act == Act::kCallHung;
}

bool is_first_start(const Trial& trial) {
  return trial.role == Role::kStart && trial.ordeal == Ordeal::kOnce;
}

auto kill_in(const Trial& trial) {
  return std::find_if(trial.steps.begin(), trial.steps.end(),
                      [](const Step& step) { return step.act == Act::kKillProcesses; });
}

}  // namespace

bool Report::is_survived() const {
  const bool is_tried = std::any_of(verdicts.begin(), verdicts.end(), [](const Verdict& verdict) {
    return verdict.kind == Verdict::Kind::kSurvived;
  });
  return is_tried && findings.empty() && !was_broken_off;
}

Kit::Kit(Patient& patient, std::vector<StubShape> stubs, Skips skips, Progress progress)
    : patient_(patient), skips_(std::move(skips)), progress_(std::move(progress)) {
  report_.stubs = std::move(stubs);
}

Task<Report> Kit::run(std::stop_token stop) {
  const std::vector<Trial> trials = trials_of(report_.stubs);
  for (size_t i = 0; i < trials.size() && !stop.stop_requested(); ++i) {
    const std::string why_not = why_skipped(trials[i]);
    if (!why_not.empty()) {
      report_.verdicts.push_back({trials[i], Verdict::Kind::kNotTried, why_not});
      continue;
    }
    Trial trial = fitted(trials[i]);
    if (trial.steps.empty()) {
      report_.verdicts.push_back({trials[i], Verdict::Kind::kNotTried, "nothing of it is left to be called"});
      continue;
    }
    if (progress_) progress_(trials[i], i + 1, trials.size());
    auto verdict = co_await attempt(std::move(trial), stop);
    report_.was_broken_off = !verdict || stop.stop_requested();
    if (!verdict && !stop.stop_requested()) report_.why_broken_off = verdict.error().message;
    if (report_.was_broken_off) break;
    report_.verdicts.push_back(*std::move(verdict));
  }
  report_.was_broken_off = report_.was_broken_off || stop.stop_requested();
  co_return std::move(report_);
}

// What the configuration of a component needs is made with it; whether that works is a trial of its own.
Task<Result<int>> Kit::prepare() {
  if (std::exchange(is_fresh_, true)) co_return 0;
  const auto renewed = co_await patient_.renew();
  if (!renewed) co_return fail(renewed.error());
  for (const StubShape& stub : report_.stubs) {
    if (stub.role != Role::kConfigure || !stub.why_not.empty() || skips_.contains(stub.name)) continue;
    const auto called = co_await patient_.call(stub.name, Harm(), 1);
    if (!called) co_return fail(called.error());
  }
  co_return 0;
}

Task<Result<Verdict>> Kit::attempt(Trial trial, std::stop_token stop) {
  for (int part = 2; part <= 1 << kMostAttempts; part *= 2) {
    const auto prepared = co_await prepare();
    if (!prepared) co_return fail(prepared.error());
    is_fresh_ = false;
    auto course = co_await play(trial, part, stop);
    if (!course) co_return fail(std::move(course.error()));
    if (stop.stop_requested()) break;
    if (!course->why_not.empty())
      co_return Verdict{std::move(trial), Verdict::Kind::kNotTried, course->why_not};
    if (course->was_missed) continue;
    if (course->finding) {
      if (course->finding->kind == Finding::Kind::kChanges) norm_.counts_files = false;
      report_.findings.push_back(*course->finding);
    }
    is_fresh_ = !course->finding && trial.ends_clean();
    const bool is_survived = !course->finding;
    co_return Verdict{
        std::move(trial), is_survived ? Verdict::Kind::kSurvived : Verdict::Kind::kNotSurvived, {}};
  }
  co_return Verdict{std::move(trial), Verdict::Kind::kNotTried, "it ends too soon to be hurt in its middle"};
}

Task<Result<Kit::Course>> Kit::play(const Trial& trial, int part, std::stop_token stop) {
  Course course;
  for (size_t at = 0; at < trial.steps.size() && !stop.stop_requested(); ++at) {
    auto seen = co_await carry_out(trial, at, part, course);
    if (!seen) co_return fail(std::move(seen.error()));
    if (course.was_missed || stop.stop_requested()) break;
    const auto judged = co_await judge_settled(trial, at, *std::move(seen), course);
    if (!judged) co_return fail(judged.error());
    if (course.finding) break;
  }
  co_return course;
}

Harm Kit::harm_of(const Step& step, int part) const {
  const auto known = usually_.find(step.stub);
  const Duration usual = known == usually_.end() ? kLook : known->second;
  Harm harm;
  harm.after = usual / part;
  harm.limit = std::max(kShortestHang, 3 * usual);
  if (step.act == Act::kCallKilled) harm.kind = Harm::Kind::kKill;
  if (step.act == Act::kCallCut) harm.kind = Harm::Kind::kCut;
  if (step.act == Act::kCallHung) harm.kind = Harm::Kind::kStop;
  return harm;
}

Task<Result<Seen>> Kit::carry_out(const Trial& trial, size_t at, int part, Course& course) {
  const Step& step = trial.steps[at];
  Seen seen;
  if (step.then == Then::kUnchanged || is_first_start(trial)) {
    auto before = co_await patient_.look();
    if (!before) co_return fail(std::move(before.error()));
    seen.before = *std::move(before);
  }
  if (step.act == Act::kKillProcesses) {
    const auto killed = co_await patient_.kill_processes();
    if (!killed) co_return fail(killed.error());
    co_return seen;
  }
  auto called =
      co_await patient_.call(step.stub, harm_of(step, part), step.act == Act::kCallTwiceAtOnce ? 2 : 1);
  if (!called) co_return fail(std::move(called.error()));
  course.was_missed = is_hurt(step.act) && !called->was_hurt;
  if (course.was_missed) course.why_not = called->why_not;
  if (trial.ordeal == Ordeal::kOnce && trial.stub == step.stub) usually_[step.stub] = called->took;
  seen.ends = std::move(called->ends);
  if (is_first_start(trial)) {
    auto after = co_await steady_sight();
    if (!after) co_return fail(std::move(after.error()));
    seen.after = *std::move(after);
  }
  co_return seen;
}

// Once as many of its processes are there as a moment before.
Task<Result<Sight>> Kit::steady_sight() {
  auto sight = co_await patient_.look();
  for (int i = 0; sight && i < kMostLooks; ++i) {
    const size_t before = sight->roots().size();
    co_await patient_.pause(kLook);
    sight = co_await patient_.look();
    if (sight && sight->roots().size() == before) break;
  }
  co_return sight;
}

// What ends takes a moment to be gone: it is looked at again before it is held against the stub.
Task<Result<int>> Kit::judge_settled(const Trial& trial, size_t at, Seen seen, Course& course) {
  const bool is_looked_at = trial.steps[at].then != Then::kAny;
  for (int i = 0; i < kMostLooks; ++i) {
    const bool is_seen = i == 0 && is_first_start(trial);  // when it was steady
    if (is_looked_at && !is_seen) {
      auto after = co_await patient_.look();
      if (!after) co_return fail(std::move(after.error()));
      seen.after = *std::move(after);
    }
    learn(trial, at, seen);
    course.finding = judge(trial, at, seen, norm_);
    if (!course.finding || !may_settle(*course.finding)) break;
    co_await patient_.pause(kLook);
  }
  if (!course.finding) learn_ports(trial, at, seen);
  if (course.finding) {
    const auto sight = co_await patient_.look();
    if (sight) course.finding->last_words = sight->last_words;
  }
  co_return 0;
}

void Kit::learn(const Trial& trial, size_t at, const Seen& seen) {
  if (trial.ordeal != Ordeal::kOnce || at + 1 != trial.steps.size()) return;
  if (trial.role == Role::kStart) {
    const StubShape* start = find(Role::kStart);
    norm_.roots = seen.after.roots().size();
    norm_.counts_roots = start == nullptr || start->kept_by != kTheManager;
    others_ports_ = seen.before.ports;
  }
  // What a plain call makes, and its stop leaves, is meant to stay. Not so of what only looks.
  if (trial.role != Role::kStatus) norm_.files.insert(seen.after.files.begin(), seen.after.files.end());
}

// What a service listens on it may open long after its start: each look while it runs tells more. One is
// taken for its own where it has gone with it.
void Kit::learn_ports(const Trial& trial, size_t at, const Seen& seen) {
  const Then then = trial.steps[at].then;
  const std::set<int>& now = seen.after.ports;
  const bool is_asked = then == Then::kUnchanged && trial.steps[at].answer != Step::Answer::kRefuses;
  if (then == Then::kRuns || is_asked)
    std::set_difference(now.begin(), now.end(), others_ports_.begin(), others_ports_.end(),
                        std::inserter(ports_, ports_.end()));
  if (then == Then::kClean)
    std::set_difference(ports_.begin(), ports_.end(), now.begin(), now.end(),
                        std::inserter(norm_.ports, norm_.ports.end()));
}

const StubShape* Kit::find(Role role) const {
  const auto found = std::find_if(report_.stubs.begin(), report_.stubs.end(), [&](const StubShape& stub) {
    return stub.role == role && stub.why_not.empty();
  });
  return found == report_.stubs.end() ? nullptr : &*found;
}

bool Kit::is_bad(std::string_view stub, Ordeal ordeal) const {
  return std::any_of(report_.findings.begin(), report_.findings.end(), [&](const Finding& finding) {
    return finding.stub == stub && finding.ordeal == ordeal;
  });
}

bool Kit::has_survived(std::string_view stub, Ordeal ordeal) const {
  return std::any_of(report_.verdicts.begin(), report_.verdicts.end(), [&](const Verdict& verdict) {
    return verdict.trial.stub == stub && verdict.trial.ordeal == ordeal &&
           verdict.kind == Verdict::Kind::kSurvived;
  });
}

// One cause makes one finding: what stands upon a trial that was not survived is not tried.
std::string Kit::why_skipped(const Trial& trial) const {
  if (!trial.why_not.empty()) return trial.why_not;
  const StubShape* start = find(Role::kStart);
  const bool is_start = start != nullptr && trial.stub == start->name;
  const bool is_left_out =
      skips_.contains(trial.stub) || skips_.contains(fmt::format("{}:{}", trial.stub, name_of(trial.ordeal)));
  if (is_left_out && !is_first_start(trial)) return "left out by --skip";
  if (start != nullptr && !is_first_start(trial) && !has_survived(start->name, Ordeal::kOnce))
    return fmt::format("'{}' has to bear 'once' before", start->name);
  std::vector<Ordeal> needed;
  if (trial.ordeal != Ordeal::kOnce) needed.push_back(Ordeal::kOnce);
  if (trial.role == Role::kStatus && trial.ordeal != Ordeal::kOrder) needed.push_back(Ordeal::kOrder);
  const bool is_again = trial.ordeal == Ordeal::kDoubled || trial.ordeal == Ordeal::kKilled ||
                        trial.ordeal == Ordeal::kCut || trial.ordeal == Ordeal::kHung;
  if (is_again) needed.push_back(Ordeal::kTwice);
  if (trial.ordeal == Ordeal::kHung) needed.push_back(Ordeal::kKilled);
  if (trial.ordeal == Ordeal::kCut) needed.push_back(Ordeal::kDoubled);
  for (const Ordeal ordeal : needed)
    if (is_bad(trial.stub, ordeal)) return fmt::format("it does not bear '{}'", name_of(ordeal));
  const bool is_unseen = kill_in(trial) != trial.steps.end() && norm_.roots == 0;
  if (is_start && is_unseen) return "none of its processes can be seen on the host";
  return {};
}

// Without what would only say again what is known.
Trial Kit::fitted(Trial trial) const {
  const StubShape* status = find(Role::kStatus);
  const StubShape* stop = find(Role::kStop);
  if (status != nullptr && trial.role != Role::kStatus &&
      (is_bad(status->name, Ordeal::kOrder) || is_bad(status->name, Ordeal::kOnce)))
    trial = without_calls_of(std::move(trial), status->name);
  if (stop != nullptr && trial.role != Role::kStop && is_bad(stop->name, Ordeal::kOnce))
    trial = without_calls_of(std::move(trial), stop->name);
  // Where none of its processes is seen it cannot be killed: what comes before the start is left.
  const auto kill = kill_in(trial);
  if (kill == trial.steps.end() || norm_.roots > 0) return trial;
  const StubShape* start = find(Role::kStart);
  auto from = trial.steps.begin() + (kill - trial.steps.begin());
  if (start != nullptr && from != trial.steps.begin() && std::prev(from)->stub == start->name) --from;
  trial.steps.erase(from, trial.steps.end());
  return trial;
}

}  // namespace attune::torture
