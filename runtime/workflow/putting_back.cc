// SPDX-License-Identifier: Apache-2.0
#include "runtime/workflow/putting_back.h"

#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "runtime/system/composition.h"
#include "runtime/system/inverse.h"
#include "runtime/workflow/moving.h"
#include "runtime/workflow/standard_errands.h"

namespace attune::workflow {

namespace {

using system::Change;
using system::Component;
using system::ComponentId;
using system::System;

// What is put back by a change, for messages.
struct What {
  const System& system;

  std::string name(ComponentId id) const {
    const Component* component = system.find(id);
    return component == nullptr ? fmt::format("component {}", id) : component->name;
  }
  std::string operator()(const system::ComponentCreated& removed) const { return removed.name; }
  std::string operator()(const system::ComponentRemoved& made) const { return name(made.id); }
  std::string operator()(const system::LifecycleChanged& ran) const { return name(ran.id) + " to running"; }
  std::string operator()(const system::AttributeSet& set) const { return name(set.id) + "." + set.attribute; }
  std::string operator()(const system::AttributeUnset& unset) const {
    return name(unset.id) + "." + unset.attribute;
  }
  std::string operator()(const system::HostAssigned& former) const {
    return fmt::format("{} to {}", name(former.id), former.host.empty() ? "no host" : former.host);
  }
  std::string operator()(const system::Bound& bound) const {
    return fmt::format("{} in {}.{}", name(bound.to), name(bound.from), bound.role);
  }
  std::string operator()(const system::Unbound& unbound) const {
    return fmt::format("{} out of {}.{}", name(unbound.to), name(unbound.from), unbound.role);
  }
  std::string operator()(const system::HostChanged& host) const { return host.host; }
  std::string operator()(const system::LeftNothing& left) const { return name(left.id); }
  std::string operator()(const system::PropertyChanged& told) const { return told.of; }
};

}  // namespace

PuttingBack::PuttingBack(Stage& stage, RunId run)
    : stage_(stage), run_(run), undo_(stage.ledger.undo_of(run)) {
  undo_.under_way = true;
  for (const Change& change : undo_.changes) {
    if (const auto* made = std::get_if<system::ComponentRemoved>(&change)) made_.insert(made->id);
    if (const auto* moved = std::get_if<system::HostAssigned>(&change)) moved_.insert(moved->id);
  }
}

PuttingBack::Progress PuttingBack::go_on(const Errand& errand) {
  for (;;) {
    if (errands_) {
      const auto progress = errands_->go_on(stage_, errand);
      if (progress == Errands::Progress::kUnderWay) return Progress::kUnderWay;
      const bool worked = progress == Errands::Progress::kDone;
      if (!worked && !(given_up_ && is_done())) failed(given_up_ ? "given up" : errands_->failure());
      errands_.reset();
      const auto again = std::exchange(again_, std::nullopt);
      if (again && worked) begin(*again);
    } else if (const auto next = undo_.take_next(stage_.system)) {
      begin(*next);
    } else {
      return Progress::kDone;
    }
  }
}

void PuttingBack::ended(const Call& call, const CallOutcome& outcome, const Errand& errand) {
  if (errands_) errands_->ended(stage_, call, outcome, errand);
}

void PuttingBack::give_up() {
  given_up_ = true;
  if (errands_) errands_->cancel(stage_);
}

std::string PuttingBack::failure() const {
  return failures_.empty() ? std::string()
                           : fmt::format("could not put back: {}", fmt::join(failures_, "; "));
}

void PuttingBack::failed(const std::string& why) {
  failures_.push_back(fmt::format("{} ({})", what_, why));
}

// A call that was told to end may have done its work all the same.
bool PuttingBack::is_done() const {
  const auto* ran = std::get_if<system::LifecycleChanged>(&next_);
  const Component* component = ran == nullptr ? nullptr : stage_.system.find(ran->id);
  return component == nullptr ? system::is_so(stage_.system, next_) : system::may_run(component->lifecycle);
}

void PuttingBack::begin(const Change& next) {
  next_ = next;
  what_ = std::visit(What{stage_.system}, next);
  if (const auto* ran = std::get_if<system::LifecycleChanged>(&next)) return start_again(*ran);
  if (const auto* removed = std::get_if<system::ComponentCreated>(&next)) return miss(*removed);
  if (const auto* former = std::get_if<system::HostAssigned>(&next)) return bring_back(*former);
  if (system::is_so(stage_.system, next)) return;
  if (given_up_) return failed("given up");
  if (const auto* made = std::get_if<system::ComponentRemoved>(&next)) return unmake(*made);
  if (Result<void> done = stage_.ledger.change(next, run_); !done) failed(done.error().message);
}

// With what contained it, it is told of that.
void PuttingBack::miss(const system::ComponentCreated& removed) {
  if (removed.container == system::kNoComponent || stage_.system.find(removed.container) != nullptr)
    failed("it was removed");
}

void PuttingBack::unmake(const system::ComponentRemoved& made) {
  const Component& component = *stage_.system.find(made.id);
  if (made_.contains(component.container)) return;  // goes with that
  if (const std::string stranger = stranger_in(component); !stranger.empty())
    return failed(fmt::format("{} lives inside it", stranger));
  carry_out(unmaking(stage_.system, component));
}

// One that the run has not made, and that would go with it.
std::string PuttingBack::stranger_in(const Component& made) const {
  for (const Change& change : system::removal(stage_.system, made)) {
    const auto* removed = std::get_if<system::ComponentRemoved>(&change);
    if (removed == nullptr) continue;
    const Component& one = *stage_.system.find(removed->id);
    if (!made_.contains(placed_as(stage_.system, one))) return one.name;
  }
  return {};
}

// What was stopped runs again where it was; not elsewhere, where it, or what it lives in, was moved.
void PuttingBack::start_again(const system::LifecycleChanged& ran) {
  const Component* component = stage_.system.find(ran.id);
  if (ran.to != system::Lifecycle::kStarted) return;
  if (component == nullptr || system::may_run(component->lifecycle)) return;
  const bool was_moved = is_placement_of(moved_, stage_.system, *component);
  const bool is_back = is_placement_of(placed_, stage_.system, *component);
  if (was_moved ? !is_back : !undo_.is_restarted(*component)) return;
  if (!has_stub(stage_.system, *component, kStart)) return;
  if (given_up_) return failed("given up");
  carry_out({CallStep{{{ran.id, std::string(kStart), {}}}}});
}

void PuttingBack::bring_back(const system::HostAssigned& former) {
  const Component* component = stage_.system.find(former.id);
  if (component == nullptr) return;
  if (system::is_so(stage_.system, former)) {
    if (component->lifecycle == system::Lifecycle::kLost) return failed("nobody can tell where it runs");
    placed_.insert(former.id);
    return;
  }
  if (given_up_) return failed("given up");
  const bool runs = system::may_run(component->lifecycle);
  if (!tried_.emplace(former.id, runs).second)
    return failed(fmt::format("it is {}", system::name_of(component->lifecycle)));
  if (const std::string why = refusal_of(former, *component); !why.empty()) return failed(why);
  const system::Host* host = stage_.system.find_host(former.host);
  reserve(stage_, run_, former.id, host == nullptr ? system::kNoHost : host->id);
  again_ = former;
  const auto called = undo_.migrated_by.find(former.id);
  const std::string by = called == undo_.migrated_by.end() ? std::string() : called->second;
  const model::Stub* migration =
      runs && host != nullptr ? migration_of(stage_.system, *component, by) : nullptr;
  if (migration != nullptr) return carry_out({CallStep{{{former.id, migration->name, {HostRef{host->id}}}}}});
  if (runs) return carry_out(stopping(stage_.system, *component));
  auto steps = move(stage_.system, *component, former.host);
  if (!steps) return failed(steps.error().message);
  carry_out(*std::move(steps));
}

// Why the component cannot go to the host where it was; empty where it can.
std::string PuttingBack::refusal_of(const system::HostAssigned& former, const Component& component) const {
  if (former.host.empty()) return {};
  const model::Size needed = stage_.system.memory_of(component);
  const system::Host* was_there = stage_.system.find_host(former.host);
  if (was_there != nullptr && was_there->in_maintenance && system::is_usable(was_there->state)) {
    // No policy would take it; but there is where it worked, and nobody else was placed there since.
    const auto free = stage_.system.free_memory(*was_there);
    if (!free || *free >= needed) return {};
    return fmt::format("only {} free there", model::to_text(model::Value(*free)));
  }
  const auto fits = [&](const system::Candidate& one) -> std::optional<std::string> {
    if (one.host->name != former.host) return "another";
    if (!one.free_memory || *one.free_memory >= needed) return std::nullopt;
    return fmt::format("only {} free there", model::to_text(model::Value(*one.free_memory)));
  };
  const system::Choice choice =
      system::choose(stage_.system, stage_.system.class_of(component).host_family, system::Policy::kAny,
                     &component, stage_.reserved, fits, stage_.now());
  if (choice.host != nullptr) return {};
  for (const system::Choice::Refusal& refusal : choice.refused)
    if (refusal.host == former.host) return refusal.why;
  return "it is not there any more";
}

}  // namespace attune::workflow
