// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/session.h"

#include <libvirt/libvirt.h>

#include <fmt/format.h>

namespace attune::simulation {

using ports::HostHealth;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

// A call of a manager that has died since is carried out all the same only if it was nearly there.
constexpr Duration kUnderWay = seconds(1);

}  // namespace

void Session::cut() {
  is_alive_ = false;
  hosts_.clear();
  domains_.clear();
  streams_.clear();
  world_.abandon(*this);
  for (auto& [id, broken] : std::exchange(open_, {}))
    loop_.post([broken] { broken({ErrorCode::kCancelled, "the manager is gone"}); });
}

// --- calls ---

uint64_t Session::await(std::function<void(Error)> broken) {
  const uint64_t id = ++last_;
  if (is_alive_)
    open_[id] = std::move(broken);
  else
    loop_.post([broken = std::move(broken)] { broken({ErrorCode::kCancelled, "the manager is gone"}); });
  return id;
}

bool Session::answer(uint64_t id, std::function<void()> tell) {
  if (open_.erase(id) == 0) return false;
  loop_.post(std::move(tell));
  return true;
}

void Session::give_up(uint64_t id, ErrorCode code, HostIndex host, Duration after) {
  world_.time().later(after, [self = shared_from_this(), id, code, host] {
    const auto found = self->open_.find(id);
    if (found == self->open_.end()) return;
    const auto broken = found->second;
    const std::string& name = self->world_.host(host).name;
    self->answer(
        id, [broken, error = Error{code, code == ErrorCode::kFailed
                                             ? name + " refuses it"
                                             : fmt::format("{} does not answer", name)}] { broken(error); });
  });
}

void Session::go(HostIndex index, uint64_t id, Effect effect) {
  if (!is_alive_) return;
  SimHost& host = world_.host(index);
  if (!host.answers()) return give_up(id, ErrorCode::kUnreachable, index, kConnectPatience);
  Duration there = host.dice.between(milliseconds(1), milliseconds(30));
  CallFault fault{};
  const bool goes_wrong = !host.faults.empty();
  if (goes_wrong) {
    fault = host.faults.front();
    host.faults.pop_front();
  }
  const auto is = [&](CallFault::Kind kind) { return goes_wrong && fault.kind == kind; };
  if (is(CallFault::Kind::kRefused)) return give_up(id, ErrorCode::kFailed, index, there);
  if (is(CallFault::Kind::kLostBefore)) return give_up(id, ErrorCode::kLost, index, there + kAnswerPatience);
  if (is(CallFault::Kind::kSlow)) there += fault.by;
  const Duration later = is(CallFault::Kind::kLate) ? fault.by : Duration::zero();
  const bool is_heard = !is(CallFault::Kind::kLostAfter);
  world_.time().later(
      there, [self = shared_from_this(), index, id, effect = std::move(effect), there, later, is_heard] {
        if (!self->is_alive_ && there > kUnderWay) return;
        self->take_effect(index, id, effect, later, is_heard);
      });
}

void Session::take_effect(HostIndex host, uint64_t id, const Effect& effect, Duration later, bool is_heard) {
  if (!world_.host(host).answers()) return give_up(id, ErrorCode::kLost, host, kAnswerPatience);
  auto tell = effect();
  if (!is_heard) return give_up(id, ErrorCode::kLost, host, kAnswerPatience);
  if (later == Duration::zero()) {
    answer(id, std::move(tell));
    return;
  }
  world_.time().later(later,
                      [self = shared_from_this(), id, tell = std::move(tell)] { self->answer(id, tell); });
}

// --- hosts ---

void Session::watch_host(HostIndex host, Duration silence, std::function<void(HostHealth)> changed) {
  if (!is_alive_) return;
  hosts_[host] = {silence, std::move(changed), false, hosts_[host].turn + 1};
  host_changed(host);
}

void Session::host_changed(HostIndex host) {
  const bool answers = world_.host(host).answers();
  if (!answers) {
    std::vector<std::function<void()>> lost;
    for (const auto& [id, stream] : streams_)
      if (stream.host == host) lost.push_back(stream.lost);
    for (const auto& one : lost) loop_.post(one);
  }
  if (const auto watched = domains_.find(host); watched != domains_.end()) {
    watched->second.is_connected = false;
    ++watched->second.turn;
    if (answers) connect(host);
  }
  const auto found = hosts_.find(host);
  if (found == hosts_.end()) return;
  const uint64_t turn = ++found->second.turn;
  const Duration after = answers ? milliseconds(300) : found->second.silence;
  world_.time().later(after, [self = shared_from_this(), host, turn, answers] {
    const auto watch = self->hosts_.find(host);
    if (watch == self->hosts_.end() || watch->second.turn != turn) return;
    const bool is_news = watch->second.is_up != answers || !answers;
    watch->second.is_up = answers;
    if (!is_news) return;
    self->loop_.post([self, changed = watch->second.changed, answers] {
      if (self->is_alive_) changed(answers ? HostHealth::kUp : HostHealth::kDown);
    });
  });
}

// --- domains ---

hypervisor::Snapshot Session::snapshot(HostIndex host) const {
  hypervisor::Snapshot all;
  for (const auto& [uuid, domain] : world_.host(host).domains) {
    const bool is_arriving = domain.state == ports::DomainState::kPaused && domain.by_migration;
    all[domain.id] = {domain.state, is_arriving ? int{VIR_DOMAIN_PAUSED_MIGRATION} : 0};
  }
  return all;
}

void Session::watch_domains(HostIndex host, std::string uri,
                            std::function<void(const ports::DomainEvent&)> on_event) {
  if (!is_alive_) return;
  domains_[host] = {std::move(uri), std::move(on_event), {}, false, 0};
  if (world_.host(host).answers()) connect(host);
}

// The first time what is there is taken as it is; later what has changed meanwhile is told.
void Session::connect(HostIndex host) {
  const uint64_t turn = domains_.at(host).turn;
  const bool is_first = turn == 0;
  world_.time().later(milliseconds(is_first ? 50 : 1000), [self = shared_from_this(), host, turn, is_first] {
    const auto found = self->domains_.find(host);
    if (found == self->domains_.end() || found->second.turn != turn) return;
    const hypervisor::Snapshot before = std::exchange(found->second.known, self->snapshot(host));
    found->second.is_connected = true;
    if (is_first) return;
    for (const auto& [domain, kind] : hypervisor::changes_between(before, self->snapshot(host)))
      self->raise(host, domain, kind);
  });
}

void Session::raise(HostIndex host, const ports::DomainId& domain, ports::DomainEvent::Kind kind) {
  const auto watch = domains_.find(host);
  if (watch == domains_.end()) return;
  loop_.post([self = shared_from_this(), on_event = watch->second.on_event,
              event = ports::DomainEvent{watch->second.uri, domain, kind}] {
    if (self->is_alive_) on_event(event);
  });
}

void Session::domain_event(HostIndex host, const ports::DomainId& domain, ports::DomainEvent::Kind kind) {
  const auto watch = domains_.find(host);
  if (watch == domains_.end() || !watch->second.is_connected) return;
  watch->second.known = snapshot(host);
  SimHost& from = world_.host(host);
  Duration delay = milliseconds(2);
  if (!from.late_events.empty()) {
    delay = from.late_events.front();
    from.late_events.pop_front();
  }
  const int times = from.doubled_events > 0 ? 2 : 1;
  if (times == 2) --from.doubled_events;
  for (int i = 0; i < times; ++i)
    world_.time().later(delay * (i + 1),
                        [self = shared_from_this(), host, domain, kind, turn = watch->second.turn] {
                          const auto now = self->domains_.find(host);
                          if (now != self->domains_.end() && now->second.turn == turn)
                            self->raise(host, domain, kind);
                        });
}

}  // namespace attune::simulation
