// SPDX-License-Identifier: Apache-2.0
#include "runtime/hypervisor/settlement.h"

#include <cstdlib>

#include <libvirt/libvirt.h>

#include "runtime/hypervisor/domains.h"
#include "runtime/hypervisor/migration.h"

namespace attune::hypervisor {

namespace {

using State = Side::State;
using Where = ports::MigrationEnd::Where;

bool is_on(const Side& side) {
  return side.state == State::kRunning || side.state == State::kPaused;
}

// What a domain that we keep paused bears, so that whoever settles it knows, also after this program has
// gone. It vanishes with the running domain.
constexpr char kMarkUri[] = "urn:attune:held";

bool is_marked(virDomainPtr domain) {
  char* mark = virDomainGetMetadata(domain, VIR_DOMAIN_METADATA_ELEMENT, kMarkUri, VIR_DOMAIN_AFFECT_LIVE);
  const bool found = mark != nullptr;
  std::free(mark);
  return found;
}

Result<void> set_mark(Connection& host, const ports::DomainId& domain, const char* mark) {
  const auto handle = lookup(host, domain);
  if (!handle) return fail(handle.error());
  if (virDomainSetMetadata(handle->get(), VIR_DOMAIN_METADATA_ELEMENT, mark, mark ? "attune" : nullptr,
                           kMarkUri, VIR_DOMAIN_AFFECT_LIVE) < 0)
    return fail(explain(last_fault(), "mark " + domain.name, host.host()));
  return {};
}

// Marked before it is paused: what is paused without a mark was paused by a person.
Result<void> hold(Connection& host, const ports::DomainId& domain) {
  const Result<void> marked = set_mark(host, domain, "<held/>");
  const Result<void> paused = suspend_domain(host, domain);
  return paused ? marked : paused;
}

Result<void> release(Connection& host, const ports::DomainId& domain) {
  const Result<void> resumed = resume_domain(host, domain);
  if (resumed) (void)set_mark(host, domain, nullptr);
  return resumed;
}

Verdict without_source(const Side& target) {
  const bool arrived =
      target.state == State::kRunning || (target.state == State::kPaused && !target.by_migration);
  return {arrived ? Where::kTarget : Where::kUnknown, {}};
}

Verdict without_target(const Side& source, Doubt doubt) {
  if (source.state == State::kRunning && source.by_migration && doubt == Doubt::kTargetMayRun)
    return {Where::kUnknown, {Act::kPauseSource}};
  if (source.state == State::kRunning) return {Where::kSource, {}};
  if (source.state == State::kPaused && !source.by_migration) return {Where::kSource, {}};
  return {Where::kUnknown, {}};  // paused, and it stays so: the target may have gone on
}

Verdict at_target(const Side& source, const Side& target) {
  Verdict verdict{Where::kTarget, {}};
  if (is_on(source)) verdict.acts.push_back(Act::kDestroySource);
  if (source.state != State::kAbsent) verdict.acts.push_back(Act::kUndefineSource);
  if (target.state == State::kPaused && target.by_migration) verdict.acts.push_back(Act::kResumeTarget);
  return verdict;
}

Verdict at_source(const Side& source, const Side& target) {
  Verdict verdict{Where::kSource, {}};
  if (is_on(target)) verdict.acts = {Act::kDestroyTarget, Act::kUndefineTarget};
  if (source.state == State::kPaused && source.by_migration) verdict.acts.push_back(Act::kResumeSource);
  return verdict;
}

// What the source still keeps paused is older than what the guest did on the target since. One that runs is
// of a later story, and so may be what is paused while either is migrated.
Verdict after_arrival(const Side& source, const Side& target) {
  Verdict verdict{Where::kTarget, {}};
  if (source.is_busy || target.is_busy) return verdict;
  if (source.state == State::kPaused && source.by_migration)
    verdict.acts = {Act::kDestroySource, Act::kUndefineSource};
  if (source.state == State::kOff && is_on(target)) verdict.acts = {Act::kUndefineSource};
  if (target.state == State::kPaused && target.by_migration && source.state != State::kSilent)
    verdict.acts.push_back(Act::kResumeTarget);
  return verdict;
}

Verdict at_first(const Side& source, const Side& target, Doubt doubt) {
  // One that is busy and paused is handing over.
  if (source.is_busy) return {source.state == State::kRunning ? Where::kSource : Where::kUnknown, {}};
  if (source.state == State::kSilent && target.state == State::kSilent) return {};
  if (source.state == State::kSilent) return without_source(target);
  if (target.state == State::kSilent) return without_target(source, doubt);
  if (target.state == State::kRunning) return at_target(source, target);
  if (is_on(source)) return at_source(source, target);
  if (target.state == State::kPaused) return at_target(source, target);
  return {Where::kNowhere, {}};
}

bool is_open(Where where, const Side& source, const Side& target) {
  if (where == Where::kTarget)
    return source.state == State::kSilent || (source.state == State::kPaused && source.is_busy);
  return where == Where::kUnknown || target.state == State::kSilent;
}

}  // namespace

Verdict decide(const Side& source, const Side& target, Doubt doubt, Where known) {
  const bool is_off_source = source.state == State::kAbsent || source.state == State::kOff;
  if (known == Where::kSource && is_off_source) return {Where::kSource, {}, false};
  Verdict verdict = known == Where::kTarget ? after_arrival(source, target) : at_first(source, target, doubt);
  verdict.is_open = is_open(verdict.where, source, target);
  return verdict;
}

bool OwnJob::goes_on(const Side& source) {
  if (source.state != State::kSilent && !source.is_busy) may_go_on_ = false;
  return may_go_on_ && source.is_busy && source.state == State::kRunning;
}

Result<Side> ask_side(Connection& host, const ports::DomainId& domain) {
  const auto handle = lookup(host, domain);
  if (!handle) {
    if (handle.error().code == ErrorCode::kNotFound) return Side{.state = State::kAbsent};
    return fail(handle.error());
  }
  int state = 0;
  int reason = 0;
  if (virDomainGetState(handle->get(), &state, &reason, 0) < 0) {
    const Fault fault = last_fault();
    const Error error = explain(fault, "ask for the state of " + domain.name, host.host());
    if (error.code == ErrorCode::kNotFound) return Side{.state = State::kAbsent};
    return fail(error);
  }
  Side side;
  side.is_busy = has_job(handle->get());
  switch (state_of(state)) {
    case ports::DomainState::kRunning:
    case ports::DomainState::kShuttingDown:
      side.state = State::kRunning;
      side.by_migration = reason == VIR_DOMAIN_RUNNING_MIGRATION_CANCELED;
      break;
    case ports::DomainState::kPaused:
      side.state = State::kPaused;
      side.by_migration = reason == VIR_DOMAIN_PAUSED_MIGRATION || reason == VIR_DOMAIN_PAUSED_STARTING_UP ||
                          is_marked(handle->get());
      break;
    default:
      side.state = State::kOff;
  }
  return side;
}

bool is_about_source(Act act) {
  return act == Act::kPauseSource || act == Act::kResumeSource || act == Act::kDestroySource ||
         act == Act::kUndefineSource;
}

Result<void> carry_out(Act act, Connection& host, const ports::DomainId& domain) {
  switch (act) {
    case Act::kPauseSource:
      return hold(host, domain);
    case Act::kResumeSource:
    case Act::kResumeTarget:
      return release(host, domain);
    case Act::kDestroySource:
    case Act::kDestroyTarget:
      return destroy_domain(host, domain);
    case Act::kUndefineSource:
    case Act::kUndefineTarget:
      return undefine_domain(host, domain);
  }
  return {};
}

}  // namespace attune::hypervisor
