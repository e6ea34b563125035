// SPDX-License-Identifier: Apache-2.0
// What follows the incidents: all is mended, comes to rest, is looked over, and ends.
#include <utility>

#include <fmt/format.h>

#include "tests/simulation/player.h"

namespace attune::simulation {

using std::chrono::minutes;
using std::chrono::seconds;

namespace {

constexpr Duration kCalm = minutes(12);      // what is under way comes to its end
constexpr Duration kPatience = minutes(37);  // and a sweep: what that could not start is started by the next
constexpr Duration kLookAgain = seconds(30);
constexpr Duration kEndPatience = minutes(20);

std::string as_text(const system::System& system) {
  std::string text;
  for (const system::Component* one : system.components()) {
    const system::Host* host = system.host_of(*one);
    text += fmt::format("{} {} {} on {}\n", one->id, one->name, system::name_of(one->lifecycle),
                        host == nullptr ? "nothing" : host->name);
  }
  for (const system::Host* host : system.hosts())
    text += fmt::format("{} {}\n", host->name, system::name_of(host->state));
  return text + terms_text(system);
}

}  // namespace

void Player::heal() {
  tell("--- calm ---");
  if (!story_.death) death_.reset();
  off_until_.clear();
  kept_off_until_.clear();
  for (HostIndex i = 0; i < world_.hosts().size(); ++i) {
    SimHost& host = world_.host(i);
    host.faults.clear();
    host.late_events.clear();
    host.doubled_events = 0;
    host.guests_are_deaf = false;
    world_.power_on(i);
    while (host.cuts > 0) world_.mend(i);
  }
  disk_.latency = std::chrono::milliseconds(1);
  const bool was_full = std::exchange(disk_.is_full, false);
  disk_.refuses = false;
  if (manager_) {
    if (was_full) manager_->kernel().disk_is_full(std::nullopt);
    manager_->store().look_again();
  }
  start_later(seconds(1));
  trust_again();
}

// Until all is as it should be; what is not by then is the finding.
void Player::rest() {
  if (invariants_.finding()) return;
  run_until(world_.time().now() + kCalm);
  std::optional<Finding> left;
  for (const Instant limit = world_.time().now() + kPatience + story_.sweep_period;
       world_.time().now() < limit;) {
    if (invariants_.finding()) return;
    left = !serves() ? Finding{Invariant::kNothingLost, "no manager serves", world_.time().now()}
                     : invariants_.at_rest(manager_->kernel().system());
    if (!left && manager_->kernel().engine().runs().empty()) {
      check_told();
      return check_replay();
    }
    if (!left)
      left = Finding{Invariant::kRunsEnd,
                     fmt::format("run {} goes on and on", manager_->kernel().engine().runs().front().id),
                     world_.time().now()};
    run_until(world_.time().now() + kLookAgain);
  }
  invariants_.broken(left->invariant, left->what);
}

void Player::check_replay() {
  system::System replayed(project_->project);
  workflow::History history(replayed);
  for (const workflow::Record& record : disk_.records)
    if (auto added = history.add(record); !added)
      return invariants_.broken(Invariant::kJournalFits, added.error().message);
  if (disk_.durable == disk_.records.size() && as_text(replayed) != as_text(manager_->kernel().system()))
    invariants_.broken(Invariant::kJournalFits, "replayed, the journal gives another system");
}

void Player::end() {
  if (invariants_.finding() || !manager_) return;
  is_over_ = true;
  tell("--- the end ---");
  death_.reset();
  if (story_.ends_with_stop)
    manager_->kernel().daemon().stop("a person", [](const Result<workflow::RunId>&) {});
  else
    manager_->kernel().end("SIGTERM");
  for (const Instant limit = world_.time().now() + kEndPatience;
       manager_ && world_.time().now() < limit && !invariants_.finding();)
    if (!step(limit)) break;
  if (manager_) return invariants_.broken(Invariant::kOrderlyEnd, "the manager does not end");
  if (invariants_.finding()) return;
  if (invariants_.open_runs() > 0)
    invariants_.broken(Invariant::kRunsEnd, "the manager has ended, and a run has not");
  if (const auto left = story_.ends_with_stop ? invariants_.stopped() : std::nullopt)
    invariants_.broken(left->invariant, left->what);
}

void Player::check_told() {
  held_to_ += told_.held();
  if (auto forgotten = told_.forgotten(manager_->kernel().system()))
    invariants_.broken(Invariant::kToldIsKept, *std::move(forgotten));
}

}  // namespace attune::simulation
