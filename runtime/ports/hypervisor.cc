// SPDX-License-Identifier: Apache-2.0
#include "runtime/ports/hypervisor.h"

namespace attune::ports {

std::string_view name_of(DomainState state) {
  switch (state) {
    case DomainState::kRunning:
      return "running";
    case DomainState::kPaused:
      return "paused";
    case DomainState::kShuttingDown:
      return "shutting-down";
    case DomainState::kShutOff:
      return "shut-off";
    case DomainState::kCrashed:
      return "crashed";
  }
  return "";
}

std::string_view name_of(DomainEvent::Kind kind) {
  switch (kind) {
    case DomainEvent::Kind::kStarted:
      return "started";
    case DomainEvent::Kind::kShutDown:
      return "shut-down";
    case DomainEvent::Kind::kCrashed:
      return "crashed";
    case DomainEvent::Kind::kSuspended:
      return "suspended";
    case DomainEvent::Kind::kResumed:
      return "resumed";
    case DomainEvent::Kind::kMigratedIn:
      return "migrated-in";
    case DomainEvent::Kind::kMigratedAway:
      return "migrated-away";
    case DomainEvent::Kind::kUndefined:
      return "undefined";
  }
  return "";
}

std::string_view name_of(MigrationEnd::Where where) {
  switch (where) {
    case MigrationEnd::Where::kTarget:
      return "target";
    case MigrationEnd::Where::kSource:
      return "source";
    case MigrationEnd::Where::kNowhere:
      return "nowhere";
    case MigrationEnd::Where::kUnknown:
      return "unknown";
  }
  return "";
}

}  // namespace attune::ports
