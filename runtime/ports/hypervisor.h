// SPDX-License-Identifier: Apache-2.0
// Hypervisor: the port to the virtual machines of the hosts. The VM wrapper calls it; hypervisor/ implements
// it with libvirt. What it says about where a VM runs is the truth. Loop thread only: libvirt's calls block
// and run on workers; their ends and the events are posted back to the loop.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/base/clock.h"
#include "runtime/base/result.h"
#include "runtime/base/task.h"

namespace attune::ports {

enum class DomainState { kRunning, kPaused, kShuttingDown, kShutOff, kCrashed };
std::string_view name_of(DomainState state);

// Which domain is meant. The UUID decides: one of the same name with another UUID is a stranger, never
// touched and never taken for it. Without a UUID it is whichever bears the name.
struct DomainId {
  DomainId() = default;
  DomainId(std::string its_name, std::string its_uuid = {})
      : name(std::move(its_name)), uuid(std::move(its_uuid)) {}
  DomainId(const char* its_name) : name(its_name) {}

  std::string name;
  std::string uuid;
  friend auto operator<=>(const DomainId&, const DomainId&) = default;
};

struct Domain {
  std::string name;
  std::string uuid;
  DomainState state = DomainState::kShutOff;
  bool persistent = false;
};

// One of libvirt's lifecycle events, as the manager needs it.
struct DomainEvent {
  enum class Kind {
    kStarted,
    kShutDown,
    kCrashed,
    kSuspended,
    kResumed,
    kMigratedIn,
    kMigratedAway,
    kUndefined
  };
  std::string uri;  // the host's, as given to watch()
  DomainId domain;
  Kind kind = Kind::kStarted;
};
std::string_view name_of(DomainEvent::Kind kind);

struct HostCapacity {
  unsigned cpus = 0;
  uint64_t memory_bytes = 0;
  uint64_t free_memory_bytes = 0;
  bool accelerated = false;  // guests can run on KVM; else they are emulated
};

// How fast a domain changes its memory: what a live migration has to send again.
struct DirtyRate {
  DomainId domain;
  uint64_t bytes_per_second = 0;
};

struct MigrationProgress {
  uint64_t total_bytes = 0;
  uint64_t done_bytes = 0;
  Duration elapsed{};
  Duration guest_stopped{};  // known at the end
  unsigned passes = 0;       // over the memory: what the guest has written meanwhile is copied again
};

struct MigrationRequest {
  DomainId domain;
  std::string from_uri;
  std::string to_uri;
  std::string to_address;  // where the source's QEMU connects to; empty: as the target's libvirtd says
  Duration timeout{};      // zero: none; at its end the migration is cancelled
  uint64_t bandwidth_mib_per_s = 0;                           // zero: libvirt's own default
  std::function<void(const MigrationProgress&)> on_progress;  // a few times a second
  bool has_arrived = false;  // of settle(): the guest has run on the target since
};

// How a migration ended, decided by asking both sides.
struct MigrationEnd {
  // kUnknown: a side did not answer, and the other one's word does not settle it. Whatever could be a second
  // copy is then kept paused, and settle() goes on once both answer.
  enum class Where { kTarget, kSource, kNowhere, kUnknown };
  Where where = Where::kUnknown;
  MigrationProgress figures;
  std::string error;  // libvirt's word when it did not arrive; empty when it did
  bool cancelled = false;
  bool timed_out = false;
};
std::string_view name_of(MigrationEnd::Where where);

// What a guest's address is said to be.
struct GuestAddress {
  std::string text;
  bool is_leased = false;  // by a network of its host's own: there it is no other guest's
};

class Hypervisor {
 public:
  virtual ~Hypervisor() = default;

  // All URIs are libvirt's: qemu:///system, qemu+ssh://root@host/system, qemu+libssh://...
  virtual Task<Result<std::vector<Domain>>> domains(std::string uri) = 0;
  // kNotFound where it is neither defined nor running; the message tells of a stranger that has its name.
  virtual Task<Result<Domain>> find(std::string uri, DomainId domain) = 0;

  // Defines the domain from its XML (redefining it where it is) and boots it. One with the XML's UUID that
  // runs already is adopted. kExists: a stranger has the name there. kNoSpace: too little free memory.
  virtual Task<Result<void>> boot(std::string uri, std::string xml) = 0;
  // Asks the guest to shut down and waits; at the end of `grace` it is destroyed. Not running is no error.
  // The definition stays. kCancelled when stopped while waiting (the guest may still be shutting down).
  virtual Task<Result<void>> shut_down(std::string uri, DomainId domain, Duration grace, std::stop_token) = 0;
  virtual Task<Result<void>> destroy(std::string uri, DomainId domain) = 0;
  virtual Task<Result<void>> undefine(std::string uri, DomainId domain) = 0;
  virtual Task<Result<void>> suspend(std::string uri, DomainId domain) = 0;
  virtual Task<Result<void>> resume(std::string uri, DomainId domain) = 0;

  // Whether the domain could move, asked before anything is done: the target answers, has no domain of the
  // name, enough free memory and a CPU that fits, and reaches every disk. The Error says what stands in the
  // way.
  virtual Task<Result<void>> check_migration(MigrationRequest request) = 0;
  // Live, persistent on the target, undefined on the source. Never an Error once it has begun: the end says
  // where the domain is now.
  virtual Task<Result<MigrationEnd>> migrate(MigrationRequest request, std::stop_token stop) = 0;
  // After a migration that was broken off (the manager died, a link was cut): asks both sides which one has
  // the domain, lets it run there if the migration had paused it, and removes what was left on the other;
  // goes on with that by itself as long as the other does not answer. An empty to_uri: whoever could be the
  // target is off, so that only the source has it.
  virtual Task<Result<MigrationEnd>> settle(MigrationRequest request) = 0;

  // Addresses of the guest: DHCP leases first, then the guest agent's word, then the host's ARP table; as
  // they were told, which the guest itself may have done.
  virtual Task<Result<std::vector<GuestAddress>>> addresses(std::string uri, DomainId domain) = 0;
  virtual Task<Result<HostCapacity>> capacity(std::string uri) = 0;
  // Of the domains that run there, measured now, which takes a second and some; without those that could not
  // be measured.
  virtual Task<Result<std::vector<DirtyRate>>> dirty_rates(std::string uri) = 0;

  // Keeps a connection to the host's libvirt and calls `on_event` for each lifecycle event there; reconnects
  // by itself. `on_event` replaces an earlier one for the URI.
  virtual void watch(std::string uri, std::function<void(const DomainEvent&)> on_event) = 0;
  virtual void unwatch(const std::string& uri) = 0;
};

}  // namespace attune::ports
