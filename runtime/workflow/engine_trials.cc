// SPDX-License-Identifier: Apache-2.0
// Whether runs help: what their diagrams ensure is looked at after them, and a reaction that fails to help so
// many times in a row is switched off.
#include <utility>

#include <fmt/format.h>

#include "runtime/workflow/engine_state.h"

namespace attune::workflow {

using system::Component;
using system::ComponentId;

std::vector<SwitchedOff> Engine::switched_off() const {
  std::vector<SwitchedOff> all;
  for (const auto& [of, trial] : state_->trials.all())
    if (trial.off) all.push_back({of.first, of.second, trial.in_row});
  return all;
}

Trials::Of Engine::State::trial_of(const Reaction& reaction, ComponentId component) const {
  const Component* subject = system.find(component);
  return {reaction.event, subject == nullptr ? std::string() : subject->name};
}

std::optional<Obstacle> Engine::State::switched_off(const Reaction& reaction, ComponentId component) const {
  if (!reaction.settings().tries) return std::nullopt;
  Trials::Of of = trial_of(reaction, component);
  const Trials::Trial* trial = trials.find(of);
  if (trial == nullptr || !trial->off) return std::nullopt;
  return Obstacle{
      .reason = Suppressions::Reason::kSwitchedOff, .tries = trial->in_row, .subject = std::move(of.second)};
}

std::optional<Obstacle> Engine::State::under_judgement(const Reaction& reaction,
                                                       ComponentId component) const {
  const auto found = judgements.find({reaction.index, component});
  if (found == judgements.end()) return std::nullopt;
  return Obstacle{Suppressions::Reason::kJudged, found->second.run, found->second.until};
}

// A run that was cancelled says nothing; nor does one whose component it has removed.
void Engine::State::judge(const Playing& playing, RunEnd end, const std::string& why) {
  const Reaction& reaction = *playing.reaction;
  const model::Settings& settings = reaction.settings();
  const ComponentId self = playing.run.commission().self;
  if (self != system::kNoComponent && system.find(self) == nullptr) return;
  const Trials::Of of = trial_of(reaction, self);
  trials.ended(of, settings, end);
  if (end == RunEnd::kFailed) return give_up_after_tries(reaction, of, why);
  if (end != RunEnd::kDone || !Trials::is_judged(settings)) return;
  judgements.insert_or_assign(std::pair{reaction.index, playing.about},
                              Judgement{playing.run.id(), playing.run.commission().event,
                                        stage.now() + settings.within.value_or(Duration::zero())});
  judges = true;
}

// At the run's end, when a level has cleared, and each second: what is measured changes silently.
void Engine::State::look_at_judgements() {
  if (!std::exchange(judges, false)) return;
  for (auto at = judgements.begin(); at != judgements.end();) {
    const auto [index, component] = at->first;
    const Judgement& judgement = at->second;
    const Reaction& reaction = reactions.at(index);
    const bool is_gone = component_of(component) != system::kNoComponent && system.find(component) == nullptr;
    const Verdict verdict = is_gone ? Verdict{} : verdict_on(judgement, reaction, component);
    if (!is_gone && !verdict.helped && stage.now() < judgement.until) {
      ++at;
      continue;
    }
    if (!is_gone) pass(judgement, verdict, reaction, component);
    at = judgements.erase(at);
    if (const auto answer = reaction.answers.find(component); answer != reaction.answers.end())
      take_up(reaction, answer->second, component);
  }
}

Engine::State::Verdict Engine::State::verdict_on(const Judgement& judgement, const Reaction& reaction,
                                                 ComponentId component) const {
  const auto& ensure = reaction.settings().ensure;
  if (!ensure) {
    const auto answer = reaction.answers.find(component);
    const bool over = answer != reaction.answers.end() && answer->second.over;
    return {over, over ? "the condition has ended" : "the condition lasts"};
  }
  static const Variables kNone;
  Scope scope{stage.outlook()};
  scope.self = component_of(component);
  scope.event = &judgement.event;
  scope.variables = &kNone;
  scope.moving = component_of(component);
  scope.reserved = stage.reserved;
  Evaluator evaluator(scope);
  const Result<bool> holds = evaluator.holds(*ensure);
  if (!holds) return {false, holds.error().message};
  return {*holds, evaluator.seen()};
}

void Engine::State::pass(const Judgement& judgement, const Verdict& verdict, const Reaction& reaction,
                         ComponentId component) {
  const Trials::Of of = trial_of(reaction, component);
  const RunJudged judged{judgement.run, of.first, of.second, verdict.helped, verdict.seen};
  stage.ledger.record(judged);
  if (reaction.settings().tries) trials.judged(judged);
  if (!verdict.helped) give_up_after_tries(reaction, of, verdict.seen);
}

void Engine::State::give_up_after_tries(const Reaction& reaction, const Trials::Of& of,
                                        const std::string& why) {
  const auto& tries = reaction.settings().tries;
  const Trials::Trial* trial = trials.find(of);
  if (!tries || trial == nullptr || trial->off || trial->in_row < *tries) return;
  const std::string reason =
      trial->in_row == 1 ? fmt::format("a run did not help: {}", why)
                         : fmt::format("{} runs in a row did not help, the last: {}", trial->in_row, why);
  const ReactionSwitched off{of.first, of.second, false, reason, {}};
  trials.switched(off);
  stage.ledger.record(off);
  stage.ledger.record(Alerted{0,
                              fmt::format("{} is switched off: {}. When it is mended: {}", of.first, reason,
                                          resume_command(of.first, of.second)),
                              of.second});
}

Result<Effects> Engine::resume(std::string_view event, std::string_view component, std::string by, Now now) {
  State& s = *state_;
  s.stage.ledger.open(now);
  if (auto resumed = s.resume(event, component, by); !resumed) return fail(std::move(resumed).error());
  return conclude();
}

Result<void> Engine::State::resume(std::string_view event, std::string_view component,
                                   const std::string& by) {
  const Reaction* reaction = reactions.find(event);
  if (reaction == nullptr || reaction->course == nullptr)
    return fail(ErrorCode::kNotFound, fmt::format("no diagram answers an event '{}'", event));
  std::vector<std::string> subjects;
  for (const auto& [of, trial] : trials.all()) {
    const bool is_meant = of.first == event && (component.empty() || of.second == component);
    if (is_meant && trial.off) subjects.push_back(of.second);
  }
  if (subjects.empty())
    return fail(ErrorCode::kNotFound, fmt::format("{}{}{} is not switched off: see `attune status`", event,
                                                  component.empty() ? "" : " of ", component));
  for (std::string& subject : subjects) {
    const ReactionSwitched on{std::string(event), std::move(subject), true, {}, by};
    trials.switched(on);
    stage.ledger.record(on);
  }
  for (const auto& [id, answer] : reaction->answers) take_up(*reaction, answer, id);
  return {};
}

}  // namespace attune::workflow
