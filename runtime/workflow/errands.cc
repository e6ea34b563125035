// SPDX-License-Identifier: Apache-2.0
#include "runtime/workflow/errands.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "runtime/system/composition.h"
#include "runtime/system/inverse.h"
#include "runtime/system/stubs.h"
#include "runtime/workflow/moving.h"
#include "runtime/workflow/off_hosts.h"

namespace attune::workflow {

using system::Component;
using system::Lifecycle;

std::string Errands::failure() const {
  std::string text = first_failure_;
  if (failures_ > 1) text += fmt::format(" (and {} more)", failures_ - 1);
  if (!undo_failure_.empty()) text += fmt::format("; what it left stays: {}", undo_failure_);
  return text;
}

void Errands::failed(std::string why) {
  const auto* step = std::get_if<CallStep>(&steps_[at_]);
  if (step != nullptr && step->on_failure == OnFailure::kForgive) return;
  step_failed_ = step == nullptr || step->on_failure == OnFailure::kEnd;
  if (undoing_) {
    if (undo_failure_.empty()) undo_failure_ = std::move(why);
  } else if (failures_++ == 0) {
    first_failure_ = std::move(why);
  }
}

size_t Errands::size_of_step() const {
  const auto* step = at_ < steps_.size() ? std::get_if<CallStep>(&steps_[at_]) : nullptr;
  return step == nullptr ? 0 : step->requests.size();
}

Errands::Progress Errands::go_on(Stage& stage, const Errand& errand) {
  if (cancelled_ && is_quiet() && !undo_.empty()) undo();
  while ((!cancelled_ || undoing_) && !given_up_ && at_ < steps_.size()) {
    if (const auto* calls = std::get_if<CallStep>(&steps_[at_])) {
      begin_calls(stage, errand, *calls);
      if (!step_is_over()) return Progress::kUnderWay;
    } else if (const auto* unbind = std::get_if<UnbindStep>(&steps_[at_])) {
      apply(stage, errand, *unbind);
    } else if (const auto* remove = std::get_if<RemoveStep>(&steps_[at_])) {
      apply(stage, errand, *remove);
    } else if (const auto* state = std::get_if<HostStep>(&steps_[at_])) {
      apply(stage, errand, *state);
    } else if (const auto* gone = std::get_if<GoneOffStep>(&steps_[at_])) {
      apply(stage, errand, *gone);
    } else if (const auto* answer = std::get_if<AnswerStep>(&steps_[at_])) {
      if (!is_answered(stage, *answer)) return Progress::kUnderWay;
    } else {
      apply(stage, errand, std::get<MoveStep>(steps_[at_]));
    }
    if (step_failed_ && undo_.empty()) break;
    next_ = 0;
    repeated_.clear();
    if (step_failed_) {
      undo();
    } else {
      ++at_;
    }
  }
  if (!is_quiet()) return Progress::kUnderWay;
  return failures_ > 0 || cancelled_ ? Progress::kFailed : Progress::kDone;
}

void Errands::undo() {
  steps_ = std::exchange(undo_, {});
  at_ = next_ = 0;
  repeated_.clear();
  step_failed_ = false;
  undoing_ = true;
}

void Errands::begin_calls(Stage& stage, const Errand& errand, const CallStep& step) {
  for (const size_t request : std::exchange(again_, {})) issue_request(stage, errand, request, false);
  for (const size_t request : std::exchange(deployed_, {})) issue_request(stage, errand, request, false);
  retry_parked(stage, errand, step);
  while (next_ < step.requests.size() && under_way_.size() + parked_.size() < stage.parallel)
    begin(stage, errand, next_++);
}

void Errands::retry_parked(Stage& stage, const Errand& errand, const CallStep& step) {
  for (const size_t request : std::exchange(parked_, {})) {
    const Request& asked = step.requests[request];
    const Component* component = stage.system.find(asked.component);
    if (errand.deploying.contains(asked.component)) {
      parked_.push_back(request);
    } else if (component != nullptr && component->lifecycle == Lifecycle::kDeclared &&
               asked.stub != kDeploy) {
      failed(fmt::format("{} could not be deployed for {}", component->name, asked.stub));
    } else {
      issue_request(stage, errand, request, false);
    }
  }
}

void Errands::begin(Stage& stage, const Errand& errand, size_t request) {
  const Request& asked = std::get<CallStep>(steps_[at_]).requests[request];
  const Component* component = stage.system.find(asked.component);
  if (errand.deploying.contains(asked.component)) return parked_.push_back(request);
  if (component != nullptr && skips(stage, errand, *component, asked.stub)) return;
  const bool undeployed = component != nullptr && component->lifecycle == Lifecycle::kDeclared;
  issue_request(stage, errand, request, undeployed && asked.stub != kDeploy && asked.stub != kUndeploy);
}

bool Errands::skips(Stage& stage, const Errand& errand, const Component& component,
                    const std::string& stub) const {
  const bool runs = errand.resumes && stub == kStart && component.lifecycle == Lifecycle::kStarted;
  const bool is_not_there = stub == kStop && component.lifecycle == Lifecycle::kDeclared;
  if (!runs && !is_not_there) return false;
  stage.ledger.record(GuardEvaluated{
      errand.run, stub, fmt::format("{} {}", component.name, runs ? "does not run yet" : "may run"), false,
      fmt::format("{}.state = {}", component.name, system::name_of(component.lifecycle))});
  return true;
}

// A deployment, or the call that was asked for.
void Errands::issue_request(Stage& stage, const Errand& errand, size_t request, bool deploys) {
  const Request& asked = std::get<CallStep>(steps_[at_]).requests[request];
  const Request deployment{asked.component, std::string(kDeploy), {}};
  Result<CallId> call = issue(stage, deploys ? deployment : asked, errand.run, errand.flow);
  if (!call) return failed(std::move(call).error().message);
  under_way_.emplace(*call, Place{request, deploys});
  if (deploys || asked.stub == kDeploy) errand.deploying.emplace(asked.component, *call);
}

void Errands::ended(Stage& stage, const Call& call, const CallOutcome& outcome, const Errand& errand) {
  const auto found = under_way_.find(call.id);
  if (found == under_way_.end()) return;
  const Place place = found->second;
  under_way_.erase(found);
  if (call.stub == kDeploy) errand.deploying.erase(call.component);
  if (repeats(stage, call, outcome, place)) return again_.push_back(place.request);
  if (!is_success(outcome)) return failed(to_text(call, outcome));
  if (place.deploys) deployed_.push_back(place.request);
}

bool Errands::repeats(Stage& stage, const Call& call, const CallOutcome& outcome, const Place& place) {
  const Component* component = stage.system.find(call.component);
  const bool goes_on = (!cancelled_ || undoing_) && !given_up_;
  if (!goes_on || component == nullptr || place.deploys || !is_known_undone(call, outcome)) return false;
  const model::Stub* stub = system::stub_of(stage.system, *component, call.stub);
  if (stub == nullptr || !stub->repeat || !repeated_.insert(place.request).second) return false;
  stage.ledger.record(GuardEvaluated{call.run, call.stub,
                                     fmt::format("{}.{} may be repeated", component->name, call.stub), true,
                                     std::get<CallExited>(outcome).message});
  return true;
}

void Errands::cancel(Stage& stage) {
  if (given_up_) return;
  cancelled_ = true;
  deployed_.clear();
  parked_.clear();
  again_.clear();
  for (const auto& [call, place] : under_way_) stage.ledger.cancel(call);
}

void Errands::give_up(Stage& stage) {
  if (!cancelled_ || undoing_) cancel(stage);
  given_up_ = true;
  undo_.clear();
  if (undoing_ && undo_failure_.empty()) undo_failure_ = "given up";
}

void Errands::apply(Stage& stage, const Errand& errand, const UnbindStep& step) {
  const Component* component = stage.system.find(step.component);
  if (component == nullptr) return;
  for (const system::Change& change : system::removal(stage.system, *component)) {
    if (!std::holds_alternative<system::Unbound>(change)) continue;
    if (Result<void> done = stage.ledger.change(change, errand.run); !done) failed(done.error().message);
  }
}

void Errands::apply(Stage& stage, const Errand& errand, const MoveStep& step) {
  const Component* component = stage.system.find(step.component);
  if (component == nullptr) return failed("the component was removed meanwhile");
  if (Result<void> done = move_to(stage, *component, step.host, errand.run, {}); !done)
    failed(done.error().message);
}

bool Errands::is_switching() const {
  return std::any_of(steps_.begin(), steps_.end(), [](const ErrandStep& step) {
    return std::holds_alternative<HostStep>(step) || std::holds_alternative<AnswerStep>(step);
  });
}

bool Errands::switches_on(std::string_view host) const {
  return std::any_of(steps_.begin(), steps_.end(), [&](const ErrandStep& step) {
    const auto* answer = std::get_if<AnswerStep>(&step);
    return answer != nullptr && answer->host == host;
  });
}

// That it broke off is told of a host that is off, and only of one that still is.
void Errands::apply(Stage& stage, const Errand& errand, const HostStep& step) {
  system::HostChanged change{.host = step.host, .state = step.state};
  if (system::is_so(stage.system, change) != has_broken_off(step.by)) return;
  const auto going = stage.going_off.find(step.host);
  if (going != stage.going_off.end()) going->second.run = 0;
  if (Result<void> done = stage.ledger.change(std::move(change), errand.run, step.by); !done)
    failed(done.error().message);
}

void Errands::apply(Stage& stage, const Errand& errand, const GoneOffStep& step) {
  stage.going_off.erase(step.host);
  stage.kept_on.erase({errand.run, step.host});
}

// Also where it did not answer in time: that has failed.
bool Errands::is_answered(Stage& stage, const AnswerStep& step) {
  const system::Host* host = stage.system.find_host(step.host);
  if (host == nullptr) failed(fmt::format("there is no host '{}'", step.host));
  const bool is_up = host != nullptr && host->state == system::HostState::kUp;
  if (!waits_since_) waits_since_ = stage.now();
  const bool is_late = step.patience > Duration::zero() && stage.now() >= *waits_since_ + step.patience;
  if (host != nullptr && !is_up && is_late)
    failed(fmt::format("{} was switched on, and does not answer after {}", step.host,
                       to_text(model::Value(step.patience))));
  if (host != nullptr && !is_up && !is_late) return false;
  waits_since_.reset();
  return true;
}

void Errands::apply(Stage& stage, const Errand& errand, const RemoveStep& step) {
  const Component* component = stage.system.find(step.component);
  if (component == nullptr) return;
  for (const system::HostId left : component->left_on) {
    const system::Host* host = stage.system.find_host(left);
    if (host != nullptr)
      stage.ledger.record(
          Alerted{errand.run,
                  fmt::format("{} is removed, and may still run on {}, which did not answer: end "
                              "it there when that is back",
                              component->name, host->name),
                  component->name});
  }
  for (const system::Change& change : system::removal(stage.system, *component)) {
    if (Result<void> done = stage.ledger.change(change, errand.run); !done) failed(done.error().message);
  }
}

}  // namespace attune::workflow
