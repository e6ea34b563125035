// SPDX-License-Identifier: Apache-2.0
// After a migration, however it ended: what both sides say of the domain, who has it by that, and what must
// be done so that it never runs twice. decide() is pure; the rest blocks: worker threads only.
#pragma once

#include <string>
#include <vector>

#include "runtime/hypervisor/connection.h"
#include "runtime/ports/hypervisor.h"

namespace attune::hypervisor {

struct Side {
  enum class State { kSilent, kAbsent, kOff, kRunning, kPaused };  // kSilent: the host did not answer
  State state = State::kSilent;
  // Paused by a migration, or by us after one; or running again after one that did not come off.
  bool by_migration = false;
  bool is_busy = false;  // a job of libvirt's is under way: a migration, or a person's save, dump or backup
};

enum class Act {
  kPauseSource,
  kResumeSource,
  kDestroySource,
  kUndefineSource,
  kResumeTarget,
  kDestroyTarget,
  kUndefineTarget
};

struct Verdict {
  ports::MigrationEnd::Where where = ports::MigrationEnd::Where::kUnknown;
  std::vector<Act> acts;  // in this order
  bool is_open = true;    // to be asked again: one that does not answer may have something left
};

// Whether the target may have started the guest without our having heard of it: the connection to it broke
// after the source had handed over. libvirt then resumes the source by itself.
enum class Doubt { kNone, kTargetMayRun };

// Two rules: the target runs a guest only after all of it has arrived, so a running target has the newer
// state and keeps it; and of two copies that do not run, the source's is the whole one. `known` is what
// earlier answers have told: whatever became of the guest where it was since, nothing is brought back.
Verdict decide(const Side& source, const Side& target, Doubt doubt,
               ports::MigrationEnd::Where known = ports::MigrationEnd::Where::kUnknown);

// Whether a migration of ours still goes on on the source though its call has ended. Once the source was seen
// without a job ours is over, and any job that it has later is somebody else's.
class OwnJob {
 public:
  explicit OwnJob(bool may_go_on) : may_go_on_(may_go_on) {}

  // By what the source says now; a silent one says nothing.
  bool goes_on(const Side& source);

 private:
  bool may_go_on_;
};

Result<Side> ask_side(Connection& host, const ports::DomainId& domain);

bool is_about_source(Act act);
// `host` is the source's or the target's, as the act says.
Result<void> carry_out(Act act, Connection& host, const ports::DomainId& domain);

}  // namespace attune::hypervisor
