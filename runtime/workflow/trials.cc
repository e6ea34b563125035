// SPDX-License-Identifier: Apache-2.0
#include "runtime/workflow/trials.h"

namespace attune::workflow {

std::string resume_command(const std::string& diagram, const std::string& subject) {
  return "attune resume " + diagram + (subject.empty() ? "" : " " + subject);
}

void Trials::count(const Of& of, bool helped) {
  if (!helped) {
    ++all_[of].in_row;
    return;
  }
  const auto found = all_.find(of);
  if (found != all_.end() && !found->second.off) all_.erase(found);
}

// One that ended well is judged later, where there is something to ensure.
void Trials::ended(const Of& of, const model::Settings& settings, RunEnd end) {
  if (!settings.tries) return;
  if (end == RunEnd::kFailed) return count(of, false);
  if (end == RunEnd::kDone && !is_judged(settings)) count(of, true);
}

void Trials::judged(const RunJudged& judged) {
  count({judged.diagram, judged.subject}, judged.helped);
}

void Trials::switched(const ReactionSwitched& switched) {
  const Of of{switched.diagram, switched.subject};
  if (switched.on) {
    all_.erase(of);
  } else {
    all_[of].off = true;
  }
}

void Trials::forget_gone(const system::System& system) {
  const auto& diagrams = system.project().diagrams;
  std::erase_if(all_, [&](const auto& one) {
    const auto& [diagram, subject] = one.first;
    const auto drawn = diagrams.find(diagram);
    return drawn == diagrams.end() || !drawn->second.settings.tries ||
           (!subject.empty() && system.find(subject) == nullptr);
  });
}

const Trials::Trial* Trials::find(const Of& of) const {
  const auto found = all_.find(of);
  return found == all_.end() ? nullptr : &found->second;
}

}  // namespace attune::workflow
