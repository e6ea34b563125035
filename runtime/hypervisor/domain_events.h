// SPDX-License-Identifier: Apache-2.0
// What libvirt's lifecycle events mean to the manager. A migration shows on the target as a start long before
// the guest runs there, and on the source as a pause, so the meaning depends on what came before. Loop
// thread.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "runtime/hypervisor/connection.h"
#include "runtime/ports/hypervisor.h"

namespace attune::hypervisor {

// One host's domain at one moment. `reason` is libvirt's for the state.
struct Seen {
  ports::DomainState state = ports::DomainState::kShutOff;
  int reason = 0;
  friend bool operator==(const Seen&, const Seen&) = default;
};
using Snapshot = std::map<ports::DomainId, Seen>;

ports::DomainState state_of(int libvirt_state);

class EventReader {
 public:
  // Nothing where the event is only a step of something that is told as a whole.
  std::optional<ports::DomainEvent::Kind> read(const RawEvent& raw);
  void forget() { incoming_.clear(); }  // the connection was lost

 private:
  std::optional<ports::DomainEvent::Kind> read_stop(const RawEvent& raw);
  std::optional<ports::DomainEvent::Kind> read_resume(const RawEvent& raw);
  std::optional<ports::DomainEvent::Kind> read_suspend(const RawEvent& raw);

  std::set<ports::DomainId> incoming_;  // domains whose migration to this host is under way
};

struct NamedKind {
  ports::DomainId domain;
  ports::DomainEvent::Kind kind;
  friend bool operator==(const NamedKind&, const NamedKind&) = default;
};

// What must have happened between two snapshots of a host.
std::vector<NamedKind> changes_between(const Snapshot& before, const Snapshot& after);

// What a snapshot shows after the event; nothing where the domain is then gone.
std::optional<ports::DomainState> state_after(ports::DomainEvent::Kind kind);

}  // namespace attune::hypervisor
