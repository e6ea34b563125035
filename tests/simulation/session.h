// SPDX-License-Identifier: Apache-2.0
// Session: one manager's ways to the world, as long as it lives: every call takes its time, may go wrong as
// the story wants, and may take effect although nobody hears of it any more. When the manager is killed the
// session is cut: the world hears nothing from it, and whoever still waits in it is told that it is over.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "runtime/base/result.h"
#include "runtime/base/task.h"
#include "runtime/hypervisor/domain_events.h"
#include "runtime/ports/shell.h"
#include "tests/simulation/world.h"

namespace attune::simulation {

class Session : public std::enable_shared_from_this<Session> {
 public:
  // A host that does not answer is given up after so long.
  static constexpr Duration kConnectPatience = std::chrono::seconds(5);
  static constexpr Duration kAnswerPatience = std::chrono::seconds(15);

  // Both must outlive what is called here; `loop` is the manager's.
  Session(SimWorld& world, Timeline& loop) : world_(world), loop_(loop) {}

  SimWorld& world() { return world_; }
  Timeline& loop() { return loop_; }
  bool is_alive() const { return is_alive_; }
  void cut();
  // How many calls wait for an answer.
  size_t open() const { return open_.size(); }

  // Does `effect` on the host, some time from now, unless something is in the way, and gives what it said.
  template <class T>
  Task<Result<T>> ask(HostIndex host, std::function<Result<T>()> effect) {
    // Named: GCC 12 destroys what a lambda within a co_await holds twice.
    const std::function<void(std::function<void(Result<T>)>)> begin =
        [this, host, effect](std::function<void(Result<T>)> done) {
          const uint64_t id = await([done](Error error) { done(fail(std::move(error))); });
          go(host, id,
             [effect, done] { return std::function<void()>([result = effect(), done] { done(result); }); });
        };
    co_return co_await Awaitable<Result<T>>(begin);
  }
  // Who waits for an answer that comes by itself; `broken` is told when it never will.
  uint64_t await(std::function<void(Error)> broken);
  // The answer, told on the manager's loop, once at most. False: nobody waits any more.
  bool answer(uint64_t id, std::function<void()> tell);

  // --- what is watched ---
  void watch_host(HostIndex host, Duration silence, std::function<void(ports::HostHealth)> changed);
  void unwatch_host(HostIndex host) { hosts_.erase(host); }
  void watch_domains(HostIndex host, std::string uri,
                     std::function<void(const ports::DomainEvent&)> on_event);
  void unwatch_domains(HostIndex host) { domains_.erase(host); }
  // What comes line by line until the host is lost or somebody ends it.
  void stream(HostIndex host, uint64_t id, std::function<void()> lost) {
    streams_[id] = {host, std::move(lost)};
  }
  void end_stream(uint64_t id) { streams_.erase(id); }

  // --- the world tells ---
  void host_changed(HostIndex host);
  void domain_event(HostIndex host, const ports::DomainId& domain, ports::DomainEvent::Kind kind);

 private:
  struct HostWatch {
    Duration silence{};
    std::function<void(ports::HostHealth)> changed;
    bool is_up = false;
    uint64_t turn = 0;  // of the host's changes, so that one that is overtaken means nothing
  };
  struct DomainWatch {
    std::string uri;
    std::function<void(const ports::DomainEvent&)> on_event;
    hypervisor::Snapshot known;
    bool is_connected = false;
    uint64_t turn = 0;
  };
  struct Stream {
    HostIndex host = 0;
    std::function<void()> lost;
  };
  using Effect = std::function<std::function<void()>()>;  // does it, and gives how to tell of it

  void go(HostIndex host, uint64_t id, Effect effect);
  void take_effect(HostIndex host, uint64_t id, const Effect& effect, Duration later, bool is_heard);
  void give_up(uint64_t id, ErrorCode code, HostIndex host, Duration after);
  void connect(HostIndex host);
  void raise(HostIndex host, const ports::DomainId& domain, ports::DomainEvent::Kind kind);
  hypervisor::Snapshot snapshot(HostIndex host) const;

  SimWorld& world_;
  Timeline& loop_;
  bool is_alive_ = true;
  uint64_t last_ = 0;
  std::map<uint64_t, std::function<void(Error)>> open_;
  std::map<HostIndex, HostWatch> hosts_;
  std::map<HostIndex, DomainWatch> domains_;
  std::map<uint64_t, Stream> streams_;
};

}  // namespace attune::simulation
