// SPDX-License-Identifier: Apache-2.0
// Trials: of each reaction and component how many runs in a row have not helped, and which reactions are
// switched off for that. In a history and in the engine, by the same records. Loop thread only.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "runtime/model/diagram.h"
#include "runtime/system/system.h"
#include "runtime/workflow/record.h"

namespace attune::workflow {

// "attune resume cpu_high vm1"; the subject may be empty.
std::string resume_command(const std::string& diagram, const std::string& subject);

class Trials {
 public:
  using Of = std::pair<std::string, std::string>;  // the diagram, its subject's name
  struct Trial {
    unsigned in_row = 0;
    bool off = false;
  };

  // Whether it is looked at after a run that ended well if that has helped.
  static bool is_judged(const model::Settings& settings) { return settings.ensure || settings.within; }

  // A run that had begun has ended; it was judged; somebody or something has switched the reaction.
  void ended(const Of& of, const model::Settings& settings, RunEnd end);
  void judged(const RunJudged& judged);
  void switched(const ReactionSwitched& switched);

  const Trial* find(const Of& of) const;
  const std::map<Of, Trial>& all() const { return all_; }
  void restore(Of of, Trial trial) { all_.insert_or_assign(std::move(of), trial); }
  // Of components that the system does not have any more, and of diagrams that have no `tries`.
  void forget_gone(const system::System& system);

 private:
  void count(const Of& of, bool helped);

  std::map<Of, Trial> all_;
};

}  // namespace attune::workflow
