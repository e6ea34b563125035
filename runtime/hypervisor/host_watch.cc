// SPDX-License-Identifier: Apache-2.0
#include "runtime/hypervisor/host_watch.h"

#include <algorithm>

#include <fmt/format.h>

#include "runtime/hypervisor/domains.h"

namespace attune::hypervisor {

namespace {

constexpr Duration kFirstDelay = std::chrono::seconds(1);
constexpr Duration kLongestDelay = std::chrono::seconds(15);

Task<Result<ConnectionPtr>> ask_for(CorePtr core, std::string uri) {
  co_return co_await core->connections.get(uri);
}

}  // namespace

void HostWatch::start() {
  core_->connections.listen(uri_, [weak = weak_from_this()](ConnectionPtr connection) {
    if (const auto self = weak.lock()) self->connected(std::move(connection));
  });
  if (generation_ == 0) connect();
}

void HostWatch::stop() {
  stopped_ = true;
  retry_.reset();
  core_->connections.unlisten(uri_);
}

void HostWatch::connect() {
  attune::start<Result<ConnectionPtr>>(ask_for(core_, uri_), [weak = weak_from_this(), before = generation_](
                                                                 const Result<ConnectionPtr>& made) {
    const auto self = weak.lock();
    if (!self || self->stopped_) return;
    if (!made) {
      self->core_->log.debug(made.error().message);
      self->try_later();
    } else if (self->generation_ == before) {
      self->connected(*made);  // one that was there already: a new one has come to connected() by itself
    }
  });
}

void HostWatch::try_later() {
  delay_ = std::clamp(delay_ * 2, kFirstDelay, kLongestDelay);
  retry_ = core_->loop.after(delay_, [this] { connect(); });
}

void HostWatch::connected(ConnectionPtr connection) {
  ++generation_;
  reader_.forget();
  fresh_.clear();
  if (!connection) return try_later();
  retry_.reset();
  const auto subscribe = [weak = weak_from_this(), gate = core_->gate, connection, generation = generation_] {
    const auto on_event = [weak, gate, generation](const RawEvent& raw) {
      gate->post([weak, generation, raw] {
        if (const auto self = weak.lock()) self->happened(generation, raw);
      });
    };
    const Turn turn(*connection);
    const Result<void> listening = connection->subscribe(on_event);
    Result<Snapshot> now = listening ? snapshot(*connection) : fail(listening.error());
    gate->post([weak, generation, now = std::move(now)] {
      if (const auto self = weak.lock()) self->subscribed(generation, now);
    });
  };
  if (!core_->calls.submit(subscribe)) try_later();
}

void HostWatch::subscribed(uint64_t generation, const Result<Snapshot>& now) {
  if (generation != generation_ || stopped_) return;
  if (!now) {
    core_->log.warning(
        fmt::format("no events of virtual machines from {}: {}", host_of_uri(uri_), now.error().message));
    return try_later();
  }
  delay_ = Duration::zero();
  const bool is_first = !known_;
  if (is_first) known_.emplace();
  const std::vector<NamedKind> changes = is_first ? std::vector<NamedKind>{} : changes_between(*known_, *now);
  for (const auto& [domain, seen] : *now)
    if (!fresh_.contains(domain)) (*known_)[domain] = seen;
  for (const auto& [domain, kind] : changes)
    if (!fresh_.contains(domain)) raise(domain, kind);
}

void HostWatch::happened(uint64_t generation, const RawEvent& raw) {
  if (generation != generation_ || stopped_) return;
  fresh_.insert(raw.domain);
  if (const auto kind = reader_.read(raw)) raise(raw.domain, *kind);
}

void HostWatch::raise(const ports::DomainId& domain, ports::DomainEvent::Kind kind) {
  if (known_) {
    if (const auto state = state_after(kind))
      (*known_)[domain].state = *state;
    else
      known_->erase(domain);
  }
  if (on_event_) on_event_({.uri = uri_, .domain = domain, .kind = kind});
}

}  // namespace attune::hypervisor
