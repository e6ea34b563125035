// SPDX-License-Identifier: Apache-2.0
#include "runtime/workflow/obstacle.h"

#include <chrono>

#include <fmt/format.h>

#include "runtime/workflow/record.h"
#include "runtime/workflow/trials.h"

namespace attune::workflow {

using Reason = Suppressions::Reason;

namespace {

std::string length_text(Duration length) {
  return to_text(model::Value(Duration(std::chrono::floor<std::chrono::milliseconds>(length))));
}

// Not shorter than it is.
std::string whole_text(Duration length) {
  return to_text(model::Value(Duration(std::chrono::ceil<std::chrono::seconds>(length))));
}

}  // namespace

std::optional<Obstacle> obstacle_to(const Reaction& reaction, const system::System& system,
                                    system::ComponentId component, bool is_stopping) {
  if (reaction.course == nullptr) return Obstacle{Reason::kNoDiagram};
  const std::string& wanted = reaction.subject_class();
  const system::Component* subject = system.find(component);
  if (subject != nullptr && !wanted.empty() && !system.project().is_a(system.class_of(*subject).name, wanted))
    return Obstacle{Reason::kOtherClass};
  if (is_stopping) return Obstacle{Reason::kStopping};
  return std::nullopt;
}

std::optional<Obstacle> obstacle_to(const Reaction& reaction, const Answer& answer, Instant now) {
  if (answer.run != 0) return Obstacle{Reason::kAnswered, answer.run};
  if (now < answer.rests_until) return Obstacle{Reason::kCooldown, 0, answer.rests_until};
  const auto& hold = reaction.settings().hold;
  if (hold && now < *answer.since + *hold)
    return Obstacle{Reason::kHeld, 0, *answer.since + *hold, now - *answer.since};
  return std::nullopt;
}

namespace {

std::string text_of(const Obstacle& obstacle, const Reaction& reaction,
                    const std::function<std::string(Instant)>& clock_text) {
  if (obstacle.told) return obstacle.told();
  switch (obstacle.reason) {
    case Reason::kNoDiagram:
      return std::string(kNobodyAnswers);
    case Reason::kOtherClass:
      return fmt::format("its diagram is about a '{}'", reaction.subject_class());
    case Reason::kCleared:
      if (!reaction.settings().release) return "the condition has ended";
      return fmt::format("the condition ends, unless it is back within {}",
                         to_text(model::Value(*reaction.settings().release)));
    case Reason::kHeld:
      return fmt::format("held {} of {}", length_text(obstacle.held),
                         to_text(model::Value(*reaction.settings().hold)));
    case Reason::kCooldown:
      return "cooldown until " + clock_text(obstacle.until);
    case Reason::kAnswered:
      return fmt::format("run {} answers it already", obstacle.run);
    case Reason::kRenewed:
      return fmt::format("run {} has not begun, and takes the newer values", obstacle.run);
    case Reason::kJudged:
      return fmt::format("whether run {} has helped is seen until {}", obstacle.run,
                         clock_text(obstacle.until));
    case Reason::kSwitchedOff:
      return fmt::format("switched off after {} run{} that did not help", obstacle.tries,
                         obstacle.tries == 1 ? "" : "s");
    case Reason::kStopping:
      return "the manager is stopping";
    case Reason::kOver:
    case Reason::kOwnLoad:
    case Reason::kResized:
    case Reason::kMoves:
      break;  // the engine tells them
  }
  return {};
}

}  // namespace

std::string to_text(const Obstacle& obstacle, const Reaction& reaction,
                    const std::function<std::string(Instant)>& clock_text) {
  return text_of(obstacle, reaction, clock_text) +
         (obstacle.is_put_off ? "; then it is looked at again" : "");
}

std::string remedy_for(const Obstacle& obstacle, const Reaction& reaction, Instant now) {
  switch (obstacle.reason) {
    case Reason::kNoDiagram:
      return fmt::format("draw diagrams/{}.mmd", reaction.event);
    case Reason::kOtherClass:
      return fmt::format("send it about a '{}'", reaction.subject_class());
    case Reason::kCleared:
      return "send it without cleared=true";
    case Reason::kHeld:
      return fmt::format("let it last {} more", whole_text(obstacle.until - now));
    case Reason::kCooldown:
      return "in " + whole_text(obstacle.until - now);
    case Reason::kAnswered:
      return reaction.settings().cooldown
                 ? fmt::format("wait for the end of run {}, and then {} of cooldown", obstacle.run,
                               to_text(model::Value(*reaction.settings().cooldown)))
                 : fmt::format("wait for the end of run {0}, or `attune cancel {0}`", obstacle.run);
    case Reason::kRenewed:
    case Reason::kOwnLoad:
      return fmt::format("wait for the end of run {0}, or `attune cancel {0}`", obstacle.run);
    case Reason::kResized:
      return "in " + whole_text(obstacle.until - now);
    case Reason::kMoves:
      return obstacle.until > now ? "in " + whole_text(obstacle.until - now) + ", or a larger limits.moves"
                                  : "wait for the end of the runs that move, or a larger limits.moves";
    case Reason::kJudged:
      return fmt::format("in {}, or when run {} is seen to have helped", whole_text(obstacle.until - now),
                         obstacle.run);
    case Reason::kSwitchedOff:
      return fmt::format("mend what keeps it from helping, then `{}`",
                         resume_command(reaction.event, obstacle.subject));
    case Reason::kStopping:
      return "start attuned again";
    case Reason::kOver:
      break;  // of what comes now it is never the reason
  }
  return {};
}

}  // namespace attune::workflow
