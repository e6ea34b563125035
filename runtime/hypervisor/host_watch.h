// SPDX-License-Identifier: Apache-2.0
// HostWatch: the lifecycle events of one host's domains, as they come, over however many connections it
// takes. What happened while there was no connection is told afterwards, from what the host then shows. Loop
// thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "runtime/hypervisor/core.h"
#include "runtime/hypervisor/domain_events.h"

namespace attune::hypervisor {

class HostWatch : public std::enable_shared_from_this<HostWatch> {
 public:
  using OnEvent = std::function<void(const ports::DomainEvent&)>;
  HostWatch(CorePtr core, std::string uri) : core_(std::move(core)), uri_(std::move(uri)) {}

  void start();
  void stop();
  void tell(OnEvent on_event) { on_event_ = std::move(on_event); }

 private:
  void connect();
  void try_later();
  void connected(ConnectionPtr connection);
  void subscribed(uint64_t generation, const Result<Snapshot>& now);
  void happened(uint64_t generation, const RawEvent& raw);
  void raise(const ports::DomainId& domain, ports::DomainEvent::Kind kind);

  const CorePtr core_;
  const std::string uri_;
  OnEvent on_event_;
  bool stopped_ = false;
  uint64_t generation_ = 0;  // counts connections: what an earlier one still delivers is dropped
  Duration delay_{};         // until the next attempt to connect
  std::unique_ptr<ports::Loop::Timer> retry_;
  EventReader reader_;
  std::optional<Snapshot> known_;    // nothing before the first connection: what is there then is no news
  std::set<ports::DomainId> fresh_;  // domains heard of since the subscription: newer than its snapshot
};

}  // namespace attune::hypervisor
