// SPDX-License-Identifier: Apache-2.0
#include "runtime/hypervisor/domain_events.h"

#include <libvirt/libvirt.h>

namespace attune::hypervisor {

using ports::DomainState;
using Kind = ports::DomainEvent::Kind;

DomainState state_of(int libvirt_state) {
  switch (libvirt_state) {
    case VIR_DOMAIN_RUNNING:
    case VIR_DOMAIN_BLOCKED:
      return DomainState::kRunning;
    case VIR_DOMAIN_PAUSED:
    case VIR_DOMAIN_PMSUSPENDED:
      return DomainState::kPaused;
    case VIR_DOMAIN_SHUTDOWN:
      return DomainState::kShuttingDown;
    case VIR_DOMAIN_CRASHED:
      return DomainState::kCrashed;
    default:
      return DomainState::kShutOff;
  }
}

std::optional<Kind> EventReader::read(const RawEvent& raw) {
  switch (raw.event) {
    case VIR_DOMAIN_EVENT_STARTED:
      if (raw.detail != VIR_DOMAIN_EVENT_STARTED_MIGRATED) return Kind::kStarted;
      incoming_.insert(raw.domain);
      return std::nullopt;
    case VIR_DOMAIN_EVENT_SUSPENDED:
      return read_suspend(raw);
    case VIR_DOMAIN_EVENT_RESUMED:
      return read_resume(raw);
    case VIR_DOMAIN_EVENT_STOPPED:
      return read_stop(raw);
    case VIR_DOMAIN_EVENT_PMSUSPENDED:
      return Kind::kSuspended;
    case VIR_DOMAIN_EVENT_CRASHED:
      return Kind::kCrashed;
    case VIR_DOMAIN_EVENT_UNDEFINED:
      return Kind::kUndefined;
    default:  // defined; the guest's own shutdown, which its stop follows
      return std::nullopt;
  }
}

std::optional<Kind> EventReader::read_suspend(const RawEvent& raw) {
  // On the source a migration's last step: its stop or, if it failed, its resumption follows.
  if (raw.detail == VIR_DOMAIN_EVENT_SUSPENDED_MIGRATED) return std::nullopt;
  // On the target a guest that was paused when it left arrives paused.
  if (raw.detail == VIR_DOMAIN_EVENT_SUSPENDED_PAUSED && incoming_.erase(raw.domain) > 0)
    return Kind::kMigratedIn;
  return Kind::kSuspended;
}

std::optional<Kind> EventReader::read_resume(const RawEvent& raw) {
  if (incoming_.erase(raw.domain) > 0) return Kind::kMigratedIn;
  return Kind::kResumed;
}

std::optional<Kind> EventReader::read_stop(const RawEvent& raw) {
  if (incoming_.erase(raw.domain) > 0) return std::nullopt;  // it never ran here
  switch (raw.detail) {
    case VIR_DOMAIN_EVENT_STOPPED_MIGRATED:
      return Kind::kMigratedAway;
    case VIR_DOMAIN_EVENT_STOPPED_CRASHED:
    case VIR_DOMAIN_EVENT_STOPPED_FAILED:
      return Kind::kCrashed;
    default:
      return Kind::kShutDown;
  }
}

std::optional<DomainState> state_after(Kind kind) {
  switch (kind) {
    case Kind::kStarted:
    case Kind::kResumed:
    case Kind::kMigratedIn:
      return DomainState::kRunning;
    case Kind::kSuspended:
      return DomainState::kPaused;
    case Kind::kShutDown:
    case Kind::kMigratedAway:
      return DomainState::kShutOff;
    case Kind::kCrashed:
      return DomainState::kCrashed;
    case Kind::kUndefined:
      break;
  }
  return std::nullopt;
}

namespace {

bool is_on(DomainState state) {
  return state == DomainState::kRunning || state == DomainState::kPaused;
}

// An incoming migration's domain stands there paused until it has arrived.
bool is_arriving(const Seen& seen) {
  return seen.state == DomainState::kPaused &&
         (seen.reason == VIR_DOMAIN_PAUSED_MIGRATION || seen.reason == VIR_DOMAIN_PAUSED_STARTING_UP);
}

Kind stop_of(const Seen& now) {
  if (now.state == DomainState::kCrashed || now.reason == VIR_DOMAIN_SHUTOFF_CRASHED ||
      now.reason == VIR_DOMAIN_SHUTOFF_FAILED)
    return Kind::kCrashed;
  return now.reason == VIR_DOMAIN_SHUTOFF_MIGRATED ? Kind::kMigratedAway : Kind::kShutDown;
}

Kind start_of(const Seen& now) {
  return now.state == DomainState::kRunning && now.reason == VIR_DOMAIN_RUNNING_MIGRATED ? Kind::kMigratedIn
                                                                                         : Kind::kStarted;
}

std::optional<Kind> change(const Seen* before, const Seen& now) {
  const bool was_on = before && is_on(before->state);
  if (!was_on) {
    if (!is_on(now.state) || is_arriving(now)) return std::nullopt;
    return start_of(now);
  }
  if (now.state == before->state || now.state == DomainState::kShuttingDown) return std::nullopt;
  if (!is_on(now.state)) return stop_of(now);
  return now.state == DomainState::kPaused ? Kind::kSuspended : Kind::kResumed;
}

}  // namespace

std::vector<NamedKind> changes_between(const Snapshot& before, const Snapshot& after) {
  std::vector<NamedKind> changes;
  for (const auto& [name, now] : after) {
    const auto found = before.find(name);
    if (const auto kind = change(found == before.end() ? nullptr : &found->second, now))
      changes.push_back({name, *kind});
  }
  for (const auto& [name, was] : before)
    if (!after.contains(name)) changes.push_back({name, Kind::kUndefined});
  return changes;
}

}  // namespace attune::hypervisor
