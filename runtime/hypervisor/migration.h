// SPDX-License-Identifier: Apache-2.0
// A migration as libvirt carries it out: this program talks to both libvirtd, the two QEMU to each other, so
// the hosts need no keys of each other's. Blocking: worker threads only.
#pragma once

#include <chrono>
#include <optional>

#include "runtime/hypervisor/connection.h"
#include "runtime/ports/hypervisor.h"

namespace attune::hypervisor {

struct Move {
  bool arrived = false;
  Fault fault;                       // where it did not
  ports::MigrationProgress figures;  // where it did
};

// What a migration begins with, and what is allowed to a guest that writes too fast for that: QEMU's own
// default.
inline constexpr Duration kShortStop = std::chrono::milliseconds(25);
inline constexpr Duration kUsualStop = std::chrono::milliseconds(300);

// Blocks until the migration has ended: by itself, by abort_migration(), or because a connection was lost.
Move move_domain(Connection& from, Connection& to, const ports::MigrationRequest& request);

// Nothing while no data is being moved.
Result<std::optional<ports::MigrationProgress>> progress_of(Connection& from, const ports::DomainId& domain);

// How long the guest may be stopped at the end: it is copied again and again until the rest takes no longer.
Result<void> allow_stop(Connection& from, const ports::DomainId& domain, Duration longest);

// Whether a migration or another job of libvirt's is under way, as the host that it leaves tells.
bool has_job(_virDomain* domain);

// kInvalid where there is no migration to abort, or none any more.
Result<void> abort_migration(Connection& from, const ports::DomainId& domain);

}  // namespace attune::hypervisor
